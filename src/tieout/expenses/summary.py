"""The summary: the timeline's rows over three spans that end with the last admitted month."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.periods import Span, fiscal_year
from tieout.expenses.timeline import Filter, Timeline, timeline
from tieout.ledger.models import Book
from tieout.ui.figures import long_month


@dataclass(frozen=True, slots=True)
class Summary:
    """Last month, this fiscal year, last twelve months, by section."""

    through: Month
    timeline: Timeline


def summary(company: Company, book: Book, *, through: Month, only: Filter | None = None) -> Summary:
    """Return what was spent up to ``through``: in that month, in its fiscal year so far, and in twelve months."""
    first_month = book.fiscal_year_first_month
    spans = (
        Span(label=long_month(through), first=through, last=through),
        Span(
            label=f"FY {fiscal_year(through, first_month)} so far",
            first=through.fiscal_year_start(first_month),
            last=through,
        ),
        Span(label="12 months", first=through - 11, last=through),
    )
    return Summary(through, timeline(company, book, spans, only=only))
