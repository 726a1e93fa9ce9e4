"""What an address asks of the expense pages: range, columns, departments, search, open rows. Bad values are ignored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.pages import month_of
from tieout.expenses.periods import By, Span, admitted_through, default_range, spans
from tieout.expenses.sections import UNASSIGNED, Filter
from tieout.ledger.models import Book
from tieout.ui.grid import ALL, Asked

_CATEGORY = "category:"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A timeline's range and filter, as asked for or by default."""

    by: By
    first: Month
    last: Month
    spans: tuple[Span, ...]
    through: Month
    chosen: bool  # whether the range was asked for
    only: Filter

    @property
    def filtered(self) -> bool:
        """Whether some rows may be left out."""
        return bool(self.only.sections or self.only.text)


def view_of(query: QueryDict, company: Company, book: Book, *, today: date) -> View:
    """Return what ``from``, ``to``, ``by``, ``department`` and ``q`` ask for."""
    by = By(value) if (value := query.get("by", "")) in set(By) else By.MONTH
    running = Month.of(today)
    first, last = default_range(
        by=by, running=running, start=Month.of(book.start), first_month=book.fiscal_year_first_month
    )
    asked_first, asked_last = month_of(query, "from"), month_of(query, "to")
    last = asked_last or last
    first = asked_first or (last - 11 if asked_last else first)
    first, last = min(first, last), max(first, last)
    through = admitted_through(company) or running - 1
    return View(
        by=by,
        first=first,
        last=last,
        spans=spans(first, last, by=by, first_month=book.fiscal_year_first_month, through=through, running=running),
        through=through,
        chosen=bool(asked_first or asked_last),
        only=filter_of(query),
    )


def filter_of(query: QueryDict) -> Filter:
    """Return which sections and which text are asked for."""
    return Filter(sections=frozenset(filter(None, query.getlist("department"))), text=query.get("q", "").strip())


def opened(query: QueryDict, keys: Iterable[str]) -> Asked:
    """Return which of the rows are open: categories and Unassigned unless ``shut``, departments if ``open``.

    The address keeps only what differs from that, so a key that comes both ways was just turned round.
    """
    opens, shuts = set(query.getlist("open")), set(query.getlist("shut"))
    at_first = {key for key in keys if key == UNASSIGNED or key.startswith(_CATEGORY)}
    shut = (shuts - opens) & at_first
    opened_ = opens - shuts - at_first
    others = ((name, value) for name, values in query.lists() if name not in {"open", "shut"} for value in values)
    carried = (*others, *(("open", key) for key in sorted(opened_)), *(("shut", key) for key in sorted(shut)))
    searching = {ALL} if query.get("q", "").strip() else set()
    return Asked(opened=frozenset(opened_ | (at_first - shut) | searching), carried=carried)
