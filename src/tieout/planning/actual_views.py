"""The Actuals page, and the same as CSV."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.core.month import Month
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing
from tieout.expenses.periods import By, Span
from tieout.ledger.models import Book
from tieout.planning import actual_csv
from tieout.planning.actual_asking import View
from tieout.planning.actual_estimates import estimating
from tieout.planning.actual_grid import actuals_grid
from tieout.planning.actual_pages import address, addresses, found_or_404, page_of, view_asked
from tieout.planning.actual_rows import Look
from tieout.planning.actual_waiting import waiting_count
from tieout.planning.pages import with_query
from tieout.ui.figures import short_month


@require_GET
@member
def actuals(request: CompanyRequest) -> HttpResponse:
    """Show what the books say by month, and what people typed over it."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Actuals")
    view = view_asked(request, found.book)
    page = page_of(request, found.book, view)
    context = {
        "grid": actuals_grid(page, addresses(request, view)),
        "view": view,
        "book": found.book,
        "sync": found.sync,
        "tabs": [
            ("Actuals", with_query(request, tab=""), not view.cash),
            ("Cash", with_query(request, tab="cash"), view.cash),
        ],
        "looks": [(look, with_query(request, view=look.value)) for look in Look],
        "switches": [(by, with_query(request, by=by.value)) for by in By],
        "rows_switch": with_query(request, rows="" if view.everything else "all"),
        "waits": waiting_count(request.company, found.book),
        "estimating": estimating(request.company),
        "estimated": any(cell.estimated for row in page.rows for cell in row.cells),
        "adjusted": any(row.adjustment for row in page.rows),
        "changes": request.membership.may_plan,
        "csv_url": f"{address(request, 'csv')}?{request.GET.urlencode()}",
        "first": short_month(view.columns[0].first),
        "last": short_month(view.columns[-1].last),
        "from": view.columns[0].first,
        "to": view.columns[-1].last,
        "through": short_month(view.through),
        "pay_hidden": not view.cash and view.look is Look.PAYROLL and not request.membership.payroll_detail,
    }
    return render(request, "planning/actuals.html", context)


@require_GET
@member
def as_csv(request: CompanyRequest) -> HttpResponse:
    """Answer with the view's months as CSV, with all layers."""
    found = found_or_404(request)
    view = view_asked(request, found.book)
    page = page_of(request, found.book, _by_month(view, found.book))
    name = slugify(f"{request.company.slug} actuals {'cash' if view.cash else view.look} {view.first} {view.last}")
    answer = StreamingHttpResponse(actual_csv.as_csv(page), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return cast("HttpResponse", answer)  # the guard asks for no more than a response


def _by_month(view: View, book: Book) -> View:
    """Return the view in months: quarters and years are sums of them."""
    start = max(view.first, Month.of(book.start)) if view.cash else view.first
    months = start.until(view.last + 1)
    return replace(view, spans=tuple(Span(label=str(month), first=month, last=month) for month in months))
