"""The Actuals page, and the same as CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.core.month import Month
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing, today
from tieout.expenses.periods import By, Span
from tieout.ledger.models import Book
from tieout.planning import actual_export
from tieout.planning.actual_asking import View
from tieout.planning.actual_estimates import estimating
from tieout.planning.actual_grid import Page, actuals_grid
from tieout.planning.actual_pages import address, addresses, found_or_404, page_of, view_asked
from tieout.planning.actual_rows import Look
from tieout.planning.actual_waiting import waiting_count
from tieout.planning.pages import with_query
from tieout.ui.figures import short_month

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        "files": [(kind.upper(), f"{address(request, kind)}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
        "first": short_month(view.columns[0].first),
        "last": short_month(view.columns[-1].last),
        "from": view.columns[0].first,
        "to": view.columns[-1].last,
        "through": short_month(view.through),
        "running": short_month(running) if (running := Month.of(today())) > view.through else "",
        "pay_hidden": not view.cash and view.look is Look.PAYROLL and not request.membership.payroll_detail,
    }
    return render(request, "planning/actuals.html", context)


@require_GET
@member
def as_csv(request: CompanyRequest) -> HttpResponse:
    """Answer with the view's months as CSV, with all layers."""
    return _file(request, actual_export.to_csv, "text/csv; charset=utf-8", "csv")


@require_GET
@member
def as_xlsx(request: CompanyRequest) -> HttpResponse:
    """Answer with the view's months as a workbook, with all layers."""
    return _file(request, actual_export.to_xlsx, _XLSX, "xlsx")


def _file(request: CompanyRequest, write: Callable[[Page], bytes], kind: str, ending: str) -> HttpResponse:
    found = found_or_404(request)
    view = view_asked(request, found.book)
    answer = HttpResponse(write(page_of(request, found.book, _by_month(view, found.book))), content_type=kind)
    what = "cash" if view.cash else view.look.value
    name = slugify(f"{request.company.slug} actuals {what} {view.columns[0].first} {view.columns[-1].last}")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer


def _by_month(view: View, book: Book) -> View:
    """Return the view in months: quarters and years are sums of them."""
    first, last = view.columns[0].first, view.columns[-1].last
    first = min(max(first, Month.of(book.start)), last) if view.cash else first
    months = first.until(last + 1)
    return replace(view, spans=tuple(Span(label=str(month), first=month, last=month) for month in months))
