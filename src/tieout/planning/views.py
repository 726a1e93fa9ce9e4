"""The timeline."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing
from tieout.expenses.periods import By
from tieout.planning import asking
from tieout.planning.actual_records import typed_count
from tieout.planning.grids import children_html, timeline_grid
from tieout.planning.pages import addresses, form_address, narrowed, sections, shown, status, with_query
from tieout.planning.side import EXPENSES, Side
from tieout.ui.figures import count, short_month
from tieout.ui.nav import url_of


@require_GET
@member
def timeline(request: CompanyRequest, side: Side = EXPENSES) -> HttpResponse:
    """Show months across; categories, departments and expenses down, or revenue streams."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, side.heading)
    view, result = shown(request, found, side)
    grid = timeline_grid(
        result,
        found.book,
        asked=asking.opened(request.GET, (row.key for row in result.rows)),
        addresses=addresses(request, view, side),
        filtered=view.filtered,
        admitted=view.through,
    )
    context = {
        "side": side,
        "grid": grid,
        "view": view,
        "book": found.book,
        "sync": found.sync,
        "sections": sections(request.company, view.only.sections),
        "narrowed": narrowed(request),
        "changes": request.membership.may_plan,
        **_switches(request, view, side),
        "status": status(result, view, found.book.digits),
        **_typed(request, view, side),
        "unplanned_payroll": result.unplanned_payroll,
    }
    return render(request, "planning/timeline.html", context)


def _typed(request: CompanyRequest, view: asking.View, side: Side) -> dict[str, object]:
    """Return how many of the months shown are typed over the books, which this page shows, and where they are."""
    last = min(view.last, view.through)
    typed = typed_count(request.company, view.first, last, income=side.income)
    look = "revenue" if side.income else "combined"
    months = urlencode({"view": look, "from": str(min(view.first, last)), "to": str(last)})
    return {
        "typed": count(typed, "month") if typed else "",
        "typed_url": f"{url_of('planning_actuals:actuals', request.company.slug)}?{months}",
    }


def _switches(request: CompanyRequest, view: asking.View, side: Side) -> dict[str, object]:
    """Return what the page offers to look at differently."""
    ahead = view.ahead is not None and view.running > view.through
    return {
        "switches": [(by, with_query(request, by=by.value)) for by in By],
        "timings": [
            ("accrual", with_query(request, timing="")),
            ("cash", with_query(request, timing="cash")),
        ] if view.ahead else [],
        "timing": "cash" if view.cash else "accrual",
        "running": short_month(view.running),
        "running_asked": request.GET.get("running", ""),
        "running_switch": with_query(request, running="forecast" if view.posted else "posted") if ahead else "",
        "plan_ahead": with_query(request, plan="1"),
        "add_url": form_address(request, side=side),
        "first": short_month(view.spans[0].first),
        "last": short_month(view.spans[-1].last),
        "through": short_month(view.through),
    }  # fmt: skip


@require_GET
@member
def rows(request: CompanyRequest, side: Side = EXPENSES) -> HttpResponse:
    """Answer with the rows below one row of the timeline: what the page fetches when a department is opened."""
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    view, result = shown(request, found, side)
    key = request.GET.get("row", "")
    return HttpResponse(children_html(result, found.book, key, addresses=addresses(request, view, side)))
