"""Which months a dashboard tells of: a month, or a quarter or fiscal year up to one; and the ones before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.http import QueryDict

from tieout.core.month import Month
from tieout.expenses.pages import month_of
from tieout.expenses.periods import Span, fiscal_year
from tieout.ui.figures import long_month, short_month


class Length(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


LENGTH_WORDS = {Length.MONTH: "Month", Length.QUARTER: "Quarter to date", Length.YEAR: "Year to date"}
_BACK = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}  # months from a period to the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Months ``first`` to ``last``, both included. ``before`` is None where the books do not reach back so far."""

    length: Length
    first: Month
    last: Month
    label: str
    before: Span | None
    through: Month  # the last month that counts as actuals

    @property
    def span(self) -> Span:
        """The period as a column."""
        return Span(label=self.label, first=self.first, last=self.last, total=True)

    @property
    def latest(self) -> bool:
        """Whether it ends with the last actual month, so that the forecast goes on from it."""
        return self.last == self.through

    @property
    def query(self) -> str:
        """The months as every report's address takes them."""
        return f"from={self.first}&to={self.last}"


def period(query: QueryDict, *, start: Month, through: Month, first_month: int) -> Period:
    """Return the period that ``period`` and ``month`` ask for; by default the last actual month.

    ``start`` is the first month of the books; what is not known is ignored.
    """
    wanted = query.get("period", "")
    length = Length(wanted) if wanted in set(Length) else Length.MONTH
    last = month_of(query, "month") or through
    last = max(min(last, through), min(start, through))
    first = max(_first(length, last, first_month), min(start, last))
    return Period(
        length=length,
        first=first,
        last=last,
        label=_label(length, last, first_month),
        before=_before(length, first, last, start, first_month),
        through=through,
    )


def _first(length: Length, last: Month, first_month: int) -> Month:
    year = last.fiscal_year_start(first_month)
    match length:
        case Length.MONTH:
            return last
        case Length.QUARTER:
            return year + year.months_to(last) // 3 * 3
        case Length.YEAR:
            return year


def _before(length: Length, first: Month, last: Month, start: Month, first_month: int) -> Span | None:
    back = _BACK[length]
    if first - back < start:
        return None
    return Span(label=_label(length, last - back, first_month), first=first - back, last=last - back, total=True)


def _label(length: Length, last: Month, first_month: int) -> str:
    year = fiscal_year(last, first_month)
    place = last.fiscal_year_start(first_month).months_to(last)
    match length:
        case Length.MONTH:
            return long_month(last)
        case Length.QUARTER:
            name = f"Q{place // 3 + 1} {year}"
            return name if place % 3 == 2 else f"{name} to {short_month(last)[:3]}"
        case Length.YEAR:
            return f"FY {year}" if place == 11 else f"FY {year} to {short_month(last)[:3]}"
