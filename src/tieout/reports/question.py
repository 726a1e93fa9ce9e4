"""What somebody asks of a report: which months as which columns, beside what, narrowed how, as known when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_amount
from tieout.expenses.periods import MOST_MONTHS, By, Span, admitted_through, shows_running, spans
from tieout.reports.asked import month_of, number_of
from tieout.reports.queries import LedgerAt, NoReport, latest_number, ledger_at

T = TypeVar("T", bound=StrEnum)


class Compare(StrEnum):
    """What stands beside the range."""

    NOTHING = ""
    BEFORE = "before"  # as many months right before it
    LAST_YEAR = "last-year"


COMPARE_WORDS = {
    Compare.NOTHING: "nothing",
    Compare.BEFORE: "the months before",
    Compare.LAST_YEAR: "the year before",
}

PRESETS = {
    "month": "Last month",
    "quarter": "This quarter",
    "last-quarter": "Last quarter",
    "year": "This fiscal year",
    "last-year": "Last fiscal year",
    "12": "Last 12 months",
    "all": "Everything",
}
"""Ranges by name. They end with the last month that is over, as far as the books were read."""

AHEAD_PRESETS = {
    "plan": "This fiscal year, planned",
    "plan-2": "This fiscal year and the next",
}
"""Ranges that go on with the forecast, for reports that have one."""

HORIZON = 60  # months after the last actual one that can be asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, with every gap filled. Months are both included."""

    first: Month
    last: Month
    by: By
    preset: str  # "" where months were named
    through: Month  # the last month that counts as actuals
    spans: tuple[Span, ...]  # one a column; none repeats another
    compare: Compare = Compare.NOTHING
    against: Month | None = None  # the last month of what to compare with, where that was named instead
    after: Month | None = None  # months after it show their forecast; None: none does
    share: bool = False  # shows what part of the whole each figure is
    view: str = ""  # one of the report's views
    sections: frozenset[str] = frozenset()  # departments to show, as `expenses.sections.Section`; empty: all
    values: frozenset[int] = frozenset()  # dimension values (row ids) to show; empty: all
    accounts: frozenset[int] = frozenset()  # accounts (row ids) to show; empty: all
    least: int = 0  # the smallest total to show, minor units up or down
    search: str = ""
    party: int = 0  # whose page is asked for (row id), 0 for nobody's
    most: int = 0  # how many rows to show before the rest are folded into one; 0: all
    findings: bool = False  # whether what is worth looking at is asked for too: pages, not files
    budget: int = 0
    exact: bool = False  # shows all decimals
    masked: frozenset[int] | None = None  # accounts whose lines the reader may not see one by one; None: sees all
    notes: tuple[str, ...] = ()  # what was answered otherwise than asked, as sentences
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)  # as it was asked

    @property
    def before(self) -> tuple[Month, Month] | None:
        """The range to compare with, None for none."""
        if self.against:
            return self.against - self.first.months_to(self.last), self.against
        match self.compare:
            case Compare.NOTHING:
                return None
            case Compare.BEFORE:
                length = self.first.months_to(self.last) + 1
                return self.first - length, self.last - length
            case Compare.LAST_YEAR:
                return self.first - 12, self.last - 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a report shows unasked."""

    preset: str = "12"
    by: By = By.MONTH
    most: int = 0  # rows of a page, 0 for all
    ahead: bool = False  # whether months to come can be asked for
    single: bool = False  # whether ``month`` names a month for first and last


def ask(
    company: Company, query: QueryDict, *, today: date, defaults: Defaults,
    masked: Callable[[LedgerAt], frozenset[int] | None],
) -> tuple[LedgerAt, Question]:  # fmt: skip
    """Return the ledger as known when the query asks, and the rest of the question; raise NoReport for nonsense."""
    sync = number_of(query.get("sync", ""), "the number of a sync")
    at = ledger_at(company, sync, as_then=query.get("mapping") == "then")
    admitted = admitted_through(company) or Month.of(today) - 1
    through = min(admitted, at.last)
    first, last, preset = _range(at, query, today=today, defaults=defaults, admitted=admitted)
    by, notes = _by(query, defaults, first, last)
    compare, against = _compare(query.get("compare", ""))
    columns = tuple(
        span
        for span in spans(first, last, by=by, first_month=at.publication.fiscal_year_first_month, through=through)
        if not span.total
    )
    ahead = defaults.ahead and at.publication.number == latest_number(company)
    after = _after(company, query, today=today, admitted=admitted) if ahead else None
    return at, Question(
        first=columns[0].first,
        last=columns[-1].last,
        by=by,
        preset=preset,
        through=through,
        spans=columns,
        compare=compare,
        against=against,
        after=after if after and after < columns[-1].last else None,
        share=query.get("share") == "1",
        view=query.get("view", ""),
        sections=frozenset(filter(None, query.getlist("department"))),
        values=frozenset(filter(None, (number_of(it, "a dimension value") for it in query.getlist("value")))),
        accounts=frozenset(filter(None, (number_of(it, "an account") for it in query.getlist("account")))),
        least=_least(query.get("least", ""), at.book.digits),
        party=number_of(query.get("party", ""), "a party") or 0,
        search=query.get("find", "").strip(),
        budget=number_of(query.get("budget", ""), "the number of a budget") or 0,
        exact=query.get("cents") == "1",
        masked=masked(at),
        notes=notes,
        query={name: tuple(values) for name, values in query.lists()},
    )


def _choice(kinds: type[T], text: str, default: T) -> T:
    if not text:
        return default
    try:
        return kinds(text)
    except ValueError:
        raise NoReport(f"{text!r} is none of {', '.join(it.value for it in kinds if it.value)}") from None


def _least(text: str, digits: int) -> int:
    try:
        return abs(parse_amount(text, digits)) if text.strip() else 0
    except NotTyped:
        raise NoReport(f"{text!r} is not an amount") from None


def _range(
    at: LedgerAt, query: QueryDict, *, today: date, defaults: Defaults, admitted: Month
) -> tuple[Month, Month, str]:
    """Return the months asked for: named ones, else a preset's."""
    over = at.last_over(today)
    if defaults.ahead:
        over = max(at.first, min(over, admitted))  # what is not admitted is not a past month yet
    # Where a figure's lines are asked for, ``month`` is its column.
    single = month_of(query.get("month", "")) if defaults.single and "row" not in query else None
    first, last = (single, single) if single else (month_of(query.get("from", "")), month_of(query.get("to", "")))
    if first is None and last is None:
        preset = query.get("preset", "") or defaults.preset
        return *preset_range(at, preset, over, ahead=defaults.ahead), preset
    first, last = first or min(at.first, last or at.first), last or max(over, first or over)
    if defaults.ahead and last > max(admitted, Month.of(today)) + HORIZON:
        raise NoReport(f"{last} is more than {HORIZON} months ahead")
    at.check(min(first, at.last) if defaults.ahead else first, min(last, at.last) if defaults.ahead else last)
    if last < first:
        raise NoReport(f"{first} is later than {last}")
    return first, last, ""


def _by(query: QueryDict, defaults: Defaults, first: Month, last: Month) -> tuple[By, tuple[str, ...]]:
    """Return what a column holds: years where months or quarters would be too many, told in words."""
    by = _choice(By, query.get("by", ""), defaults.by)
    most = MOST_MONTHS if by is By.MONTH else MOST_MONTHS - 4  # the first and the last quarter are shown whole
    if by is By.YEAR or first.months_to(last) < most:
        return by, ()
    return By.YEAR, (f"By year: more than {most} months do not fit {by.value} by {by.value}",)


def _compare(text: str) -> tuple[Compare, Month | None]:
    """Return what to compare with: a named range before, or what ends with a named month."""
    if text[:4].isdecimal():
        return Compare.NOTHING, month_of(text)
    return _choice(Compare, text, Compare.NOTHING), None


def _after(company: Company, query: QueryDict, *, today: date, admitted: Month) -> Month:
    """Return the month after which the forecast begins, as the timeline has it."""
    posted = {"posted": True, "forecast": False}.get(query.get("running", ""), shows_running(company))
    return max(admitted, Month.of(today)) if posted else admitted


def preset_range(at: LedgerAt, preset: str, over: Month, *, ahead: bool = False) -> tuple[Month, Month]:
    """Return the months of a range by name, as far as the books were read; ``over`` is the last month that is over."""
    year = at.fiscal_year_start(over)
    quarter = year + year.months_to(over) // 3 * 3
    ranges = {
        "month": (over, over),
        "quarter": (quarter, over),
        "last-quarter": (quarter - 3, quarter - 1),
        "year": (year, over),
        "last-year": (year - 12, year - 1),
        "12": (over - 11, over),
        "all": (at.first, over),
    }
    if ahead:
        ranges |= {"plan": (year, year + 11), "plan-2": (year, year + 23)}
    if preset not in ranges:
        raise NoReport(f"{preset!r} is no range: {', '.join(ranges)}")
    first, last = ranges[preset]
    first = max(first, at.first)
    return first, max(first, last)
