"""The pages of the reports, and the same reports as files. Each asks the ledger once and renders."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.core.month import Month
from tieout.reports.asked import parse
from tieout.reports.balance_sheet import balance_sheet
from tieout.reports.balance_sheet_document import MONTH_END, month_ends
from tieout.reports.catalogue import REPORTS
from tieout.reports.expense_report import expense_report
from tieout.reports.exports import ReportFile, balance_sheet_file, expense_file, to_csv, to_json, trial_balance_file
from tieout.reports.queries import LedgerAt, NoReport, NothingRead, has_book, ledger_at
from tieout.reports.question import ask
from tieout.reports.trial_balance import trial_balances

Page = Callable[[CompanyRequest], HttpResponse]


def title_of(request: HttpRequest) -> str:
    """Return what the report of an address is called, "" where the address is of something else."""
    match = request.resolver_match
    named = match.kwargs.get("report", "") if match else ""
    return next((it.title for it in REPORTS if it.name == named), "")


def told(page: Page) -> Page:
    """Have a page say in words why it has nothing to show."""

    @wraps(page)
    def view(request: CompanyRequest) -> HttpResponse:
        try:
            return page(request)
        except NothingRead:
            found = {"reading": has_book(request.company), "title": title_of(request)}
            return render(request, "reports/empty.html", found)
        except NoReport as refusal:
            return render(request, "reports/refused.html", {"why": str(refusal)}, status=404)

    return view


def _as_json(made: Callable[[CompanyRequest], ReportFile]) -> Callable[..., HttpResponse]:
    """Return the view that answers with a report as JSON, or with its refusal."""

    @require_GET
    @member
    def view(request: CompanyRequest) -> HttpResponse:
        try:
            file = made(request)
        except NoReport as refusal:
            return JsonResponse({"error": str(refusal)}, status=404)
        return HttpResponse(to_json(file, turn_signs=_natural(request)), content_type="application/json")

    return view


def _as_csv(made: Callable[[CompanyRequest], ReportFile]) -> Callable[..., HttpResponse]:
    """Return the view that answers with a report as a CSV file to save, or with its refusal."""

    @require_GET
    @member
    def view(request: CompanyRequest) -> HttpResponse:
        try:
            file = made(request)
        except NoReport as refusal:
            return HttpResponse(f"{refusal}\n", content_type="text/plain; charset=utf-8", status=404)
        answer = HttpResponse(to_csv(file, turn_signs=_natural(request)), content_type="text/csv; charset=utf-8")
        span = f"{file.months[0]}" if len(file.months) == 1 else f"{file.months[0]}-to-{file.months[-1]}"
        name = f"{request.company.slug}-{file.report}-{span}.csv"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    return view


def _trial_balance(request: CompanyRequest) -> ReportFile:
    at, months = _at_months(request)
    return trial_balance_file(at, list(trial_balances(at, months)))


def _balance_sheet(request: CompanyRequest) -> ReportFile:
    at, asked = ask(
        request.company, request.GET, today=timezone.localdate(), defaults=MONTH_END, masked=lambda _: None
    )  # fmt: skip
    return balance_sheet_file(at, balance_sheet(at, month_ends(at, asked)))


def _expenses(request: CompanyRequest) -> ReportFile:
    """Return the months asked for, or all that were read."""
    asked = parse(request.GET)
    at = ledger_at(request.company, asked.sync, as_then=asked.as_then)
    return expense_file(at, expense_report(at, at.check(*(asked.months or (at.first, at.last)))))


expenses_json = _as_json(_expenses)
expenses_csv = _as_csv(_expenses)
trial_balance_json = _as_json(_trial_balance)
trial_balance_csv = _as_csv(_trial_balance)
balance_sheet_json = _as_json(_balance_sheet)
balance_sheet_csv = _as_csv(_balance_sheet)


def _at_months(request: CompanyRequest) -> tuple[LedgerAt, tuple[Month, ...]]:
    asked = parse(request.GET)
    at = ledger_at(request.company, asked.sync)
    default = at.last_over(timezone.localdate())
    return at, at.check(*(asked.months or (default, default)))


def _natural(request: HttpRequest) -> bool:
    return request.GET.get("natural") == "1"
