"""The summary: the timeline's rows over what a reader compares: month with month, year to date with year to date."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.periods import Span, fiscal_year
from tieout.expenses.sections import Filter
from tieout.ledger.models import Book
from tieout.planning.timeline import Timeline, timeline
from tieout.ui.figures import short_month

_YEAR = 12


@dataclass(frozen=True, slots=True)
class Summary:
    """What was spent up to ``through``. ``months`` holds the same rows for each of the last twelve months.

    The columns of ``timeline``: the month before and the month; the fiscal year to date of the year before, unless
    the book begins later, and of this year; twelve months.
    """

    through: Month
    timeline: Timeline
    months: Timeline

    @property
    def with_year_before(self) -> bool:
        """Whether the book reaches back far enough to compare the years."""
        return len(self.timeline.spans) == 5


def summary(company: Company, book: Book, *, through: Month, only: Filter | None = None) -> Summary:
    """Return what was spent up to ``through``, in the spans that Summary tells."""
    spans = (*_months(through), *_compared(book, through))
    found = timeline(company, book, spans, only=only)
    return Summary(through, _part(found, slice(_YEAR, None)), _part(found, slice(_YEAR)))


def _months(through: Month) -> list[Span]:
    return [Span(label=short_month(it), first=it, last=it) for it in (through - 11).until(through + 1)]


def _compared(book: Book, through: Month) -> list[Span]:
    start = through.fiscal_year_start(book.fiscal_year_first_month)
    year = fiscal_year(through, book.fiscal_year_first_month)
    before = Span(label=f"FY {year - 1}", first=start - _YEAR, last=through - _YEAR, total=True)
    return [
        Span(label=short_month(through - 1), first=through - 1, last=through - 1),
        Span(label=short_month(through), first=through, last=through),
        *([before] if Month.of(book.start) <= before.first else []),
        Span(label=f"FY {year}", first=start, last=through, total=True),
        Span(label="Total", first=through - 11, last=through),
    ]


def _part(whole: Timeline, columns: slice) -> Timeline:
    """Return the same rows with some of their columns."""
    kept = range(len(whole.spans))[columns]
    rows = tuple(
        replace(
            row,
            amounts=row.amounts[columns],
            differing=frozenset(kept.index(at) for at in row.differing if at in kept),
        )
        for row in whole.rows
    )
    return Timeline(spans=whole.spans[columns], rows=rows, total=whole.total[columns], tied=whole.tied[columns])
