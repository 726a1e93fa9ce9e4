"""Which rows of budget vs actuals stand by themselves: those that somebody searched, or whose variance is material."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_decimal, to_minor_rounded
from tieout.reports.budget_vs_actuals_columns import Period
from tieout.reports.budget_vs_actuals_sides import Both, Months
from tieout.reports.queries import NoReport
from tieout.reports.question import Question

ORDER, SIZE = "", "size"
SORTS = {ORDER: "as in the plan", SIZE: "largest variance first"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What to show. A row stands by itself if a variance of it is over the amount, or over the percentage.

    ``over`` is minor units, ``percent`` percent of the budget; None for no threshold.
    """

    over: int | None = None
    percent: Decimal | None = None
    sort: str = ORDER

    @property
    def wanted(self) -> bool:
        """Whether small variances are put together."""
        return self.over is not None or self.percent is not None


def narrowing_of(asked: Question, digits: int) -> Narrowing:
    """Return what a question asks; raise NoReport, in words, for what is no number."""
    over, percent = (_number(asked, name) for name in ("over", "percent"))
    sort = _text(asked, "sort")
    if sort not in SORTS:
        raise NoReport(f"{sort!r} is no order: size, or nothing for that of the plan")
    return Narrowing(
        over=None if over is None else to_minor_rounded(over, digits), percent=percent, sort=sort
    )  # fmt: skip


def _text(asked: Question, name: str) -> str:
    return next(iter(asked.query.get(name, ())), "").strip()


def _number(asked: Question, name: str) -> Decimal | None:
    text = _text(asked, name).removesuffix("%").strip()
    if not text:
        return None
    try:
        number = parse_decimal(text, 2)
    except NotTyped as error:
        raise NoReport(f"only variances over {text!r}: {error}") from error
    if number < 0:
        raise NoReport("a variance is over an amount or a percentage that is not negative")
    return number


def within(months: Months, first: Month | None, last: Month | None) -> int:
    """Return what months come to from first to last, both included."""
    return sum(amount for month, amount in months.items() if first and last and first <= month <= last)


def variance(both: Both, period: Period) -> int:
    """Return actual less budget of a period: minor units, debit positive, so that more of it is unfavourable."""
    return within(both.actual, period.first, period.last) - within(both.budget, period.first, period.last)


def is_material(both: Both, periods: Collection[Period], narrowing: Narrowing) -> bool:
    """Return whether a row is over a threshold in any of the periods; of nothing, any percentage is over."""
    for period in periods:
        differs = abs(variance(both, period))
        if narrowing.over is not None and differs > narrowing.over:
            return True
        budget = abs(within(both.budget, period.first, period.last))
        if narrowing.percent is not None and differs and differs * 100 > budget * narrowing.percent:
            return True
    return not narrowing.wanted


def by_size(rows: Sequence[Both], period: Period) -> list[Both]:
    """Return rows with the largest variance first, whichever way it goes; equal ones as they were."""
    return sorted(rows, key=lambda it: -abs(variance(it, period)))


def largest(groups: Mapping[str, Sequence[Both]], period: Period) -> list[str]:
    """Return keys of groups, the one whose rows together differ most first."""
    return sorted(groups, key=lambda key: -abs(sum(variance(it, period) for it in groups[key])))
