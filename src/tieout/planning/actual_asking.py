"""What an address asks of the Actuals page: view, tab, months, columns, rows. Bad values are ignored."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.pages import month_of
from tieout.expenses.periods import By, Span, default_range, spans
from tieout.ledger.models import Book
from tieout.planning.actual_rows import Look
from tieout.planning.asking import through_of
from tieout.ui.grid import Asked

_MOST = 120  # months
_FEW = 40  # lines above which sections arrive shut


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A range and what of the company is shown. Months after ``through`` are forecast, and not on this page."""

    look: Look
    cash: bool  # the tab
    by: By
    spans: tuple[Span, ...]
    through: Month
    chosen: bool
    everything: bool

    @property
    def columns(self) -> list[Span]:
        """The columns that repeat no others."""
        return [span for span in self.spans if not span.total] or list(self.spans)

    @property
    def first(self) -> Month:
        """The first month of any column: a year's total begins before what is shown of it."""
        return min(span.first for span in self.spans)

    @property
    def last(self) -> Month:
        """The last month of any column."""
        return max(span.last for span in self.spans)


def view_of(query: QueryDict, company: Company, book: Book, *, today: date) -> View:
    """Return what ``view``, ``by``, ``from``, ``to``, ``tab`` and ``rows`` ask for."""
    look = Look(value) if (value := query.get("view", "")) in set(Look) else Look.COMBINED
    by = By(value) if (value := query.get("by", "")) in set(By) else By.MONTH
    through = through_of(company, today=today)
    fiscal = book.fiscal_year_first_month
    default = default_range(by=by, running=through, start=Month.of(book.start), first_month=fiscal)
    asked = month_of(query, "from"), month_of(query, "to")
    last = min(asked[1] or default[1], through)
    first = asked[0] or (last - 11 if asked[1] else default[0])
    first = max(min(first, last), last - (_MOST - 1))
    cash = query.get("tab") == "cash"
    first = max(first, min(Month.of(book.start), last)) if cash else first
    columns = spans(first, last, by=by, first_month=fiscal, through=through, running=through)
    return View(
        look=look,
        cash=cash,
        by=by,
        spans=columns,
        through=through,
        chosen=any(asked),
        everything=query.get("rows") == "all",
    )


def opened(query: QueryDict, keys: Iterable[tuple[str, int, bool]], *, only: Collection[str] = ()) -> Asked:
    """Return which rows are open, of (key, level, expandable): all, or the highest level where there are many lines.

    ``only`` are those that are open at first, if any are given.
    The address keeps only what differs from that.
    """
    listed = list(keys)
    many = sum(not expandable for _, _, expandable in listed) > _FEW
    at_first = {key for key, level, expandable in listed if expandable and (level == 1 or not many)}
    at_first = at_first & set(only) if only else at_first
    opens, shuts = set(query.getlist("open")), set(query.getlist("shut"))
    shut = (shuts - opens) & at_first
    more = opens - shuts - at_first
    others = ((name, value) for name, values in query.lists() if name not in {"open", "shut"} for value in values)
    carried = (*others, *(("open", key) for key in sorted(more)), *(("shut", key) for key in sorted(shut)))
    return Asked(opened=frozenset(more | (at_first - shut)), carried=carried)
