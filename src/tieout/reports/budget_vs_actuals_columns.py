"""The columns of budget vs actuals: of each period and of the year to date, what was planned, what was, and between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tieout.core.month import Month
from tieout.reports.document import Column, ColumnKind
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question
from tieout.ui.figures import short_month

BUDGET, VARIANCE, PERCENT = ":budget", ":variance", ":percent"
"""What follows a period's key in the keys of its columns; the actual column has the bare key."""

YEAR_TO_DATE = "ytd"
RANGE = "range"


@dataclass(frozen=True, slots=True)
class Period:
    """Months that four columns are of. ``key`` names them: "2026-07", "2026-07..2026-09", "range", "ytd"."""

    key: str
    label: str
    first: Month
    last: Month
    partial: bool = False
    total: bool = False  # it repeats months of other periods

    @property
    def stretch(self) -> str:
        """Its months, as people write them."""
        first, last = short_month(self.first), short_month(self.last)
        return first if first == last else f"{first} – {last}"


def periods_of(at: LedgerAt, asked: Question) -> tuple[Period, ...]:
    """Return the periods that were asked for, all of them together, and the fiscal year so far.

    That ends with the last month asked for that counts as actuals: what is planned for later ones is not late. What
    would only repeat another is left out.
    """
    own = [Period(it.key, it.label, it.first, it.last, it.partial) for it in asked.spans]
    end = min(asked.last, max(asked.through, asked.first))
    year = at.fiscal_year_start(end)
    partial = any(it.partial for it in own)
    more = [
        Period(RANGE, "Together", asked.first, asked.last, partial, total=True),
        Period(YEAR_TO_DATE, "Year to date", year, end, end > asked.through, total=True),
    ]
    seen = {(it.first, it.last) for it in own}
    for period in more:
        if (period.first, period.last) not in seen:
            seen.add((period.first, period.last))
            own.append(period)
    # The range is the year to date where both are the same months: that is what it is called then.
    return tuple(
        replace(it, label="Year to date") if it.key == RANGE and (it.first, it.last) == (year, end) else it
        for it in own
    )


def columns_of(at: LedgerAt, periods: tuple[Period, ...]) -> tuple[Column, ...]:
    """Return the four columns of each period."""
    return tuple(column for period in periods for column in _four(at, period))


def _four(at: LedgerAt, period: Period) -> Iterator[Column]:
    key = period.key
    both = (f"{key}{BUDGET}", key)
    note = "" if period.first >= at.first else f"The books were read from {short_month(at.first)} on"
    kind = ColumnKind.PARTIAL if period.partial else ColumnKind.ACTUAL

    def column(key: str, what: str, kind: ColumnKind, *, of: tuple[str, ...] = (), note: str = "") -> Column:
        return Column(
            key=key, label=f"{period.label} {what}", kind=kind, of=of, note=note, total=period.total,
            first=None if of else period.first, last=None if of else period.last,
        )  # fmt: skip

    yield column(f"{key}{BUDGET}", "budget", ColumnKind.BUDGET)
    yield column(key, "actual", kind, note=note)
    yield column(f"{key}{VARIANCE}", "variance", ColumnKind.CHANGE, of=both, note="Actual less budget")
    yield column(f"{key}{PERCENT}", "%", ColumnKind.PERCENT, of=both, note="The variance in percent of the budget")
