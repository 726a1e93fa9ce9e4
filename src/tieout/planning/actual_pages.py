"""What the views of actuals share: the page that a request asks for, and where its cells lead."""

from __future__ import annotations

from collections.abc import Collection

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from tieout.companies.access import CompanyRequest
from tieout.core.month import Month
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.pages import address as expenses_address
from tieout.expenses.pages import today
from tieout.ledger.closing import closed
from tieout.ledger.models import Book
from tieout.planning.actual_asking import View, opened, view_of
from tieout.planning.actual_cash import cash_actuals
from tieout.planning.actual_cash_rows import ENDS, cash_rows
from tieout.planning.actual_grid import Addresses, Page
from tieout.planning.actual_people import with_people
from tieout.planning.actual_records import names_of
from tieout.planning.actual_restated import beside
from tieout.planning.actual_rows import Look, feet, rows
from tieout.planning.actual_words import Words, typists
from tieout.planning.actuals import Actuals, effective
from tieout.planning.pages import address as planning_address
from tieout.ui.nav import url_of

CASH_ENTRIES = "planning_cash:entries"


def address(request: CompanyRequest, name: str) -> str:
    """Return where a page of actuals is, in the request's company."""
    return reverse(f"planning_actuals:{name}", kwargs={"company": request.company.slug})


def found_or_404(request: CompanyRequest) -> Current:
    """Return the company's books."""
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    return found


def actuals_of(request: CompanyRequest, book: Book, first: Month, last: Month) -> Actuals:
    """Return the actuals of months; with single people only for readers who may see pay."""
    found = effective(request.company, book, first, last)
    return with_people(found, request.company, book) if request.membership.payroll_detail else found


def words_of(request: CompanyRequest, book: Book, people: Collection[int | None]) -> Words:
    """Return what writes the notes; ``people`` (ids) are those who typed."""
    return Words(
        digits=book.digits,
        names=names_of(people),
        now=timezone.now(),
        pay_shown=request.membership.payroll_detail,
    )


def view_asked(request: CompanyRequest, book: Book) -> View:
    """Return the view that the request asks for."""
    return view_of(request.GET, request.company, book, today=today())


def page_of(request: CompanyRequest, book: Book, view: View) -> Page:
    """Return what the grid is drawn from."""
    return _cash_page(request, book, view) if view.cash else _page(request, book, view)


def _page(request: CompanyRequest, book: Book, view: View) -> Page:
    """Return the page of a view. Single people are on the payroll view alone."""
    if view.look is Look.PAYROLL:
        found = actuals_of(request, book, view.first, view.last)
    else:
        found = effective(request.company, book, view.first, view.last)
    shown = rows(found, view.spans, view.look, everything=view.everything)
    return Page(
        label=view.look.label,
        rows=shown,
        feet=feet(found, view.spans, view.look),
        records=found.records,
        moved=found.moved,
        with_books=found.with_books,
        spans=view.spans,
        book=book,
        shut=frozenset(closed(book)),
        words=words_of(request, book, typists(found)),
        asked=opened(request.GET, ((row.key, row.level, row.expandable) for row in shown)),
        beside=beside(request.company, book, found, view.look),
    )


def _cash_page(request: CompanyRequest, book: Book, view: View) -> Page:
    found = cash_actuals(request.company, book, view.first, view.last)
    shown = cash_rows(found, view.spans) if found else []
    return Page(
        label="Cash",
        cash=True,
        rows=shown,
        feet=(),
        records=found.records if found else {},
        moved=found.moved if found else (),
        with_books=frozenset(found.months if found else ()),
        spans=view.spans,
        book=book,
        shut=frozenset(closed(book)),
        words=words_of(request, book, typists(found) if found else ()),
        asked=opened(request.GET, ((row.key, row.level, row.expandable) for row in shown), only={ENDS}),
    )


def addresses(request: CompanyRequest, view: View) -> Addresses:
    """Return where the grid's cells lead: a viewer types nothing."""
    types = request.membership.may_plan
    return Addresses(
        entries=url_of(CASH_ENTRIES, request.company.slug) if view.cash else expenses_address(request, "entries"),
        figures=address(request, "figures"),
        edit=address(request, "cells") if types else "",
        undo=address(request, "undo"),
        closed=planning_address(request, "closed"),
    )
