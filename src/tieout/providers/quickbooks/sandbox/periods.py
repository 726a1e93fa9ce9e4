"""The columns of a statement: one for all, one a period, or one for each value of a tag."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from tieout.core.month import Month
from tieout.providers.quickbooks.sandbox.frame import Period, column
from tieout.providers.quickbooks.sandbox.journal import Posting
from tieout.providers.quickbooks.sandbox.lists import Lists
from tieout.providers.quickbooks.sandbox.wire import Json

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"days": 1, "day": 1, "week": 7}
_MODERN_MOST = 100


class Slice(NamedTuple):
    """A column's title and the days that it covers."""

    title: str
    covers: Period

    def as_column(self) -> Json:
        """Return its entry of ``Columns``."""
        first, last = self.covers.first.isoformat(), self.covers.last.isoformat()
        return column(self.title, "Money", self.title, StartDate=first, EndDate=last)


def slices(covered: Period, by: str, first_month: int, *, modern: bool = False) -> list[Slice]:
    """Return the period columns for ``summarize_column_by``; none for a total. Partial periods name their days."""
    step = by.lower()
    if step in _MONTHS:
        found = list(_months(covered, _MONTHS[step], first_month))
    elif step in _DAYS:
        found = list(_days(covered, _DAYS[step]))
    else:
        return []
    if modern and len(found) > _MODERN_MOST:  # the new service keeps about a hundred columns
        rest = Period(first=found[_MODERN_MOST].covers.first, last=covered.last)
        found = [*found[:_MODERN_MOST], Slice("Others", rest)]
    return found


def _months(covered: Period, size: int, first_month: int) -> Iterator[Slice]:
    month = Month.of(covered.first)
    start = month.fiscal_year_start(first_month) if size == 12 else month - (month.number - first_month) % size
    while start.start <= covered.last:
        whole = Period(first=start.start, last=(start + size).start - timedelta(days=1))
        shown = Period(first=max(whole.first, covered.first), last=min(whole.last, covered.last))
        yield Slice(_title(shown, whole=shown == whole), shown)
        start += size


def _days(covered: Period, size: int) -> Iterator[Slice]:
    first = covered.first
    while first <= covered.last:
        shown = Period(first=first, last=min(first + timedelta(days=size - 1), covered.last))
        yield Slice(_title(shown, whole=False), shown)
        first = shown.end


def _title(shown: Period, *, whole: bool) -> str:
    first, last = shown.first, shown.last
    if whole:
        if first.month == last.month:
            return f"{month_abbr[first.month]} {first.year}"
        start = f"{month_abbr[first.month]}{'' if first.year == last.year else f' {first.year}'}"
        return f"{start} - {month_abbr[last.month]} {last.year}"
    if first == last:
        return f"{month_abbr[first.month]} {first.day}, {first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{month_abbr[first.month]} {first.day}-{last.day}, {first.year}"
    return f"{_short(first)} - {_short(last)}, {last.year}"


def _short(day: date) -> str:
    return f"{month_abbr[day.month]} {day.day}"


class Tag(NamedTuple):
    """What the columns of a statement may stand for besides time: the list, and where a line names its value."""

    entity: str
    value: Callable[[Posting], str]


def _party(kind: str) -> Callable[[Posting], str]:
    return lambda line: line.party[1] if line.party and line.party[0] == kind else ""


TAGS = {
    "classes": Tag("Class", lambda line: line.klass),
    "departments": Tag("Department", lambda line: line.location),
    "productsandservices": Tag("Item", lambda line: line.item),
    "customers": Tag("Customer", lambda line: line.customer or _party("Customer")(line)),
    "vendors": Tag("Vendor", _party("Vendor")),
    "employees": Tag("Employee", _party("Employee")),
}


def tag_columns(lists: Lists, tag: Tag, values: list[str]) -> list[Json]:
    """Return the columns for tag values; lines without one stand under Not Specified."""
    return [
        column(lists.full(tag.entity, value) if value else "Not Specified", "Money", value or "not_specified")
        for value in values
    ]
