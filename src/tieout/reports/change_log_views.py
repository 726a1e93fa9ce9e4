"""The change log: its page and its files. Each asks once and renders."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.expenses.placement import payroll_accounts
from tieout.ledger.queries import PAGE
from tieout.reports import change_log_files
from tieout.reports.asked import month_of, number_of
from tieout.reports.change_log import EVERYTHING, ChangeLog, change_log
from tieout.reports.change_log_cells import Narrowed
from tieout.reports.change_log_choices import choices
from tieout.reports.change_log_page import change_page
from tieout.reports.queries import NoReport, span
from tieout.reports.views import told


@require_GET
@member
@told
def change_log_page(request: CompanyRequest) -> HttpResponse:
    """Show what moved between two syncs."""
    offset = number_of(request.GET.get("offset", ""), "a place in the list") or 0
    log = _log(request, offset=offset, limit=PAGE)
    page = change_page(log, request.GET, offset)
    return render(request, "reports/change_log.html", {"log": log, "page": page, "choices": choices(log, request.GET)})


@require_GET
@member
def change_log_json(request: CompanyRequest) -> HttpResponse:
    """Answer with the log as JSON, or with its refusal."""
    try:
        log = _log(request)
    except NoReport as refusal:
        return JsonResponse({"error": str(refusal)}, status=404)
    natural = request.GET.get("natural") == "1"
    return HttpResponse(change_log_files.to_json(log, turn_signs=natural), content_type="application/json")


@require_GET
@member
def change_log_csv(request: CompanyRequest) -> HttpResponse:
    """Answer with the log as a CSV file to save, or with its refusal."""
    try:
        log = _log(request)
    except NoReport as refusal:
        return HttpResponse(f"{refusal}\n", content_type="text/plain; charset=utf-8", status=404)
    natural = request.GET.get("natural") == "1"
    answer = HttpResponse(change_log_files.to_csv(log, turn_signs=natural), content_type="text/csv; charset=utf-8")
    name = f"{request.company.slug}-change-log-{log.span.first}-to-{log.span.last}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _log(request: CompanyRequest, *, offset: int = 0, limit: int = EVERYTHING) -> ChangeLog:
    query = request.GET
    asked = span(
        request.company,
        number_of(query.get("from", ""), "the number of a sync"),
        number_of(query.get("to", ""), "the number of a sync"),
        as_then=query.get("mapping") != "today",
    )
    one = month_of(query.get("month", ""))
    narrowed = Narrowed(
        account=number_of(query.get("account", ""), "an account"),
        department=query.get("department", ""),
        first=one or month_of(query.get("from_month", "")),
        last=one or month_of(query.get("to_month", "")),
    )
    hidden = None if request.membership.payroll_detail else payroll_accounts(request.company, asked.book)
    return change_log(request.company, asked, narrowed, payroll_accounts=hidden, offset=offset, limit=limit)
