"""The general ledger: its page and its files. Each asks once and renders; long files are written as they are read."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.companies.models import Company
from tieout.kit.remember import remembering
from tieout.reports.asked import number_of
from tieout.reports.catalogue import Offer
from tieout.reports.controls import controls, known_head
from tieout.reports.document_xlsx import CONTENT_TYPE as XLSX
from tieout.reports.general_ledger import NAME, GeneralLedger, general_ledger
from tieout.reports.general_ledger_files import to_csv, to_json
from tieout.reports.general_ledger_page import ledger_page
from tieout.reports.general_ledger_xlsx import general_ledger_xlsx
from tieout.reports.making import asked_of
from tieout.reports.queries import NoReport
from tieout.reports.question import Defaults
from tieout.reports.views import told

GENERAL_LEDGER = Offer(
    name=NAME,
    title="General ledger",
    about="Every line of every account, from one balance to the next.",
    defaults=Defaults(preset="year", single=True),
    compares=False,
    by_dimension=True,
    by_account=True,
    every_account=True,
    by_columns=False,
    always_exact=True,
    searches="Number, vendor, text",
)
_FILES = (
    ("xlsx", "XLSX, with formulas"),
    ("csv", "CSV, for spreadsheets"),
    ("json", "JSON, for scripts"),
)


def ledger_asked(company: Company, query: QueryDict, *, sees_pay: bool) -> GeneralLedger:
    """Return the general ledger that an address or a command asks for; raise NoReport, in words."""
    with remembering():
        return general_ledger(*asked_of(company, GENERAL_LEDGER, query, sees_pay=sees_pay))


def _asked(request: CompanyRequest) -> GeneralLedger:
    return ledger_asked(request.company, request.GET, sees_pay=request.membership.payroll_detail)


@require_GET
@member
@told
def general_ledger_page(request: CompanyRequest) -> HttpResponse:
    """Show the general ledger, some hundred lines at a time."""
    offset = number_of(request.GET.get("offset", ""), "a place in the list") or 0
    with remembering():
        found = _asked(request)
        query = request.GET.copy()
        query.pop("offset", None)
        context = {
            "report": GENERAL_LEDGER,
            "ledger": found,
            "page": ledger_page(found, request.GET, offset),
            "banner": found.banner(),
            "controls": controls(GENERAL_LEDGER, found.at, found.asked),
            "head": known_head(found.at),
            "files": [(_address(request, name, query), word) for name, word in _FILES],
        }
        return render(request, "reports/general_ledger.html", context)


def _address(request: CompanyRequest, ending: str, query: QueryDict) -> str:
    asked = f"?{query.urlencode()}" if query else ""
    return f"{reverse(f'reports:general-ledger-{ending}', kwargs={'company': request.company.slug})}{asked}"


@require_GET
@member
def general_ledger_json(request: CompanyRequest) -> HttpResponse:
    """Answer with the ledger as JSON, or with its refusal."""
    try:
        found = _asked(request)
    except NoReport as refusal:
        return JsonResponse({"error": str(refusal)}, status=404)
    written = to_json(found, turn_signs=request.GET.get("natural") == "1")
    return cast("HttpResponse", StreamingHttpResponse(written, content_type="application/json"))


@require_GET
@member
def general_ledger_csv(request: CompanyRequest) -> HttpResponse:
    """Answer with the ledger as a CSV file to save, or with its refusal."""
    try:
        found = _asked(request)
    except NoReport as refusal:
        return _refused(refusal)
    written = to_csv(found, turn_signs=request.GET.get("natural", "1") == "1")
    answer = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    return _saved(found, "csv", cast("HttpResponse", answer))


@require_GET
@member
def general_ledger_workbook(request: CompanyRequest) -> HttpResponse:
    """Answer with the ledger as a workbook to save, or with its refusal."""
    try:
        found = _asked(request)
        content = general_ledger_xlsx(found)
    except NoReport as refusal:
        return _refused(refusal)
    return _saved(found, "xlsx", HttpResponse(content, content_type=XLSX))


def _refused(refusal: NoReport) -> HttpResponse:
    return HttpResponse(f"{refusal}\n", content_type="text/plain; charset=utf-8", status=404)


def _saved(found: GeneralLedger, ending: str, answer: HttpResponse) -> HttpResponse:
    name = f"{found.at.company.slug}-{NAME}-{found.asked.first}-to-{found.asked.last}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
