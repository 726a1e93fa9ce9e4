"""Which months a page shows, as columns; and through which month the figures are actuals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.ui.figures import short_month

MOST_MONTHS = 60
_SEPARATOR = ".."

AdmittedThrough = Callable[[Company], Month | None]
ShowsRunning = Callable[[Company], bool]
_tellers: list[AdmittedThrough] = []
_running_tellers: list[ShowsRunning] = []


class By(StrEnum):
    """What a column holds."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A column: months from first to last, both included. ``total`` repeats what other columns hold."""

    label: str
    first: Month
    last: Month
    total: bool = False
    partial: bool = False  # it holds a month that is not admitted yet

    @property
    def key(self) -> str:
        """The text that an address carries: "2026-10", or "2026-10..2026-12"."""
        return str(self.first) if self.first == self.last else f"{self.first}{_SEPARATOR}{self.last}"

    def months(self) -> Iterator[Month]:
        """Yield its months."""
        return self.first.until(self.last + 1)


def register_admission(teller: AdmittedThrough) -> None:
    """Have the part that admits months tell which month was the last; the one registered last is asked."""
    _tellers[:] = [teller]


def admitted_through(company: Company) -> Month | None:
    """Return the last admitted month of a company, or None while nobody tells."""
    return _tellers[0](company) if _tellers else None


def register_running(teller: ShowsRunning) -> None:
    """Have a part tell whether months after the last admitted one show what is posted so far; the last one is asked."""
    _running_tellers[:] = [teller]


def shows_running(company: Company) -> bool:
    """Return whether months that are not admitted yet show what is posted so far, rather than their forecast."""
    return bool(_running_tellers) and _running_tellers[0](company)


def parse_key(text: str) -> tuple[Month, Month]:
    """Return first and last month of a span's key. Raise ValueError for anything else."""
    first, _, last = text.partition(_SEPARATOR)
    months = Month.parse(first), Month.parse(last or first)
    if months[1] < months[0] or months[0].months_to(months[1]) >= 12 * MOST_MONTHS:
        raise ValueError(text)
    return months


def default_range(*, by: By, running: Month, start: Month, first_month: int) -> tuple[Month, Month]:
    """Return the months to show unasked: a year of months, two years of quarters, all years of the book."""
    match by:
        case By.MONTH:
            return running - 11, running
        case By.QUARTER:
            return running - 21, running
        case By.YEAR:
            return min(start, running).fiscal_year_start(first_month), running


def spans(
    first: Month, last: Month, *, by: By, first_month: int, through: Month, running: Month | None = None
) -> tuple[Span, ...]:
    """Return the columns for a range: months or quarters with each fiscal year's total behind them, or years.

    Quarters are whole, but hold no month after the ``running`` one that was not asked for. ``first_month`` is the
    fiscal year's; months after ``through`` make a column partial.
    """
    if by is By.YEAR:
        return tuple(_years(first, last, first_month=first_month, through=through))
    if by is By.QUARTER:
        first -= _place(first, first_month) % 3
        whole = last + (2 - _place(last, first_month) % 3)
        last = min(whole, max(last, running)) if running else whole
    first = max(first, last - (MOST_MONTHS - 1))
    step = 1 if by is By.MONTH else 3
    result: list[Span] = []
    month = first
    while month <= last:
        end = min(month + (step - 1), last)
        label = short_month(month) if by is By.MONTH else _quarter(month, end, first_month)
        result.append(Span(label=label, first=month, last=end, partial=end > through))
        month = end + 1
        if month > last or month.number == first_month:
            result.append(_year(end, last=end, first_month=first_month, through=through, total=True))
    return tuple(result)


def fiscal_year(month: Month, first_month: int) -> int:
    """Return the number of the fiscal year: that of the calendar year it ends in."""
    return (month.fiscal_year_start(first_month) + 11).year


def _years(first: Month, last: Month, *, first_month: int, through: Month) -> Iterator[Span]:
    start = first.fiscal_year_start(first_month)
    while start <= last:
        yield _year(start, last=min(start + 11, max(last, start)), first_month=first_month, through=through)
        start += 12


def _year(inside: Month, *, last: Month, first_month: int, through: Month, total: bool = False) -> Span:
    start = inside.fiscal_year_start(first_month)
    label = f"FY {fiscal_year(start, first_month)}"
    if last < start + 11:
        label = f"{label} to {short_month(last)[:3]}"
    return Span(label=label, first=start, last=last, total=total, partial=last > through)


def _quarter(month: Month, end: Month, first_month: int) -> str:
    label = f"Q{_place(month, first_month) // 3 + 1} {fiscal_year(month, first_month)}"
    return label if end == month + 2 else f"{label} to {short_month(end)[:3]}"


def _place(month: Month, first_month: int) -> int:
    """Return a month's place in its fiscal year, 0 to 11."""
    return (month.number - first_month) % 12
