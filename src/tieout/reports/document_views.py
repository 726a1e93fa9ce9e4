"""The page of every report that is a document, its files, and the lines behind its figures."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.expenses.entries import Asked as AskedLines
from tieout.expenses.entry_sheet import Addresses, entries_file, entries_response
from tieout.reports.beside import State
from tieout.reports.catalogue import Report
from tieout.reports.controls import controls, known_head
from tieout.reports.document import Document
from tieout.reports.document_charts import charts_of
from tieout.reports.document_files import document_csv, document_json
from tieout.reports.document_grid import document_grid, opened
from tieout.reports.document_lines import figure, figure_cell
from tieout.reports.document_pdf import CONTENT_TYPE as PDF
from tieout.reports.document_pdf import document_pdf
from tieout.reports.document_xlsx import CONTENT_TYPE as XLSX
from tieout.reports.document_xlsx import document_xlsx
from tieout.reports.making import Made, make
from tieout.reports.queries import NoReport
from tieout.reports.telling import document_state
from tieout.reports.views import told


def made(request: CompanyRequest, name: str, *, folded: bool = False, findings: bool = False) -> Made:
    """Return the report that an address names; raise NoReport, in words, for what there is not.

    ``folded`` and ``findings`` as for `making.make`.
    """
    sees_pay = request.membership.payroll_detail
    return make(request.company, name, request.GET, sees_pay=sees_pay, folded=folded, findings=findings)


@require_GET
@member
def document_page(request: CompanyRequest, report: str) -> HttpResponse:
    """Show a report."""
    return told(lambda it: _page(it, report))(request)


def _page(request: CompanyRequest, name: str) -> HttpResponse:
    return render(
        request, "reports/document.html", page_context(request, made(request, name, folded=True, findings=True))
    )


def page_context(request: CompanyRequest, found: Made) -> dict[str, object]:
    """Return what the page of a report shows."""
    grid = document_grid(
        found.document,
        asked=opened(request.GET, found.document),
        lines_url=_address(request, found.report, "lines", own_query(request.GET)),
        exact_figures=found.asked.exact or found.report.always_exact,
    )
    return {
        "report": found.report,
        "document": found.document,
        "grid": grid,
        "controls": controls(found.report, found.at, found.asked),
        "head": known_head(found.at),
        "more": _more(request, found),
        "findings": [(kind, list(several)) for kind, several in groupby(found.document.findings, lambda it: it.kind)],
        "state": document_state(found.document),
        **_charts(request, found.document),
        "files": [(_address(request, found.report, name, own_query(request.GET)), word) for name, word in _FILES],
    }


def _charts(request: CompanyRequest, document: Document) -> dict[str, object]:
    """Return the charts of a report, which are drawn over it if ``chart`` asks for them, and whether it has any."""
    several = list(charts_of(document))
    return {"drawable": bool(several), "charts": several if request.GET.get("chart") == "1" else []}


def _more(request: CompanyRequest, found: Made) -> str:
    """Return the address of the page with the rows that it folded into one, some more of them; "" if it did not."""
    if "others" not in found.document.by_key or not found.asked.most or found.asked.search or found.asked.least:
        return ""
    wider = request.GET.copy()
    wider["rows"] = str(found.asked.most * 3)
    return f"?{wider.urlencode()}"


@require_GET
@member
def document_lines(request: CompanyRequest, report: str) -> HttpResponse:
    """Show the lines of a figure; for a request by script, only what goes into the side sheet."""

    def page(request: CompanyRequest) -> HttpResponse:
        found, asked = _lines(request, report)
        row, column = figure(found.document, request.GET.get("row", ""), request.GET.get("month", ""))
        state = found.document.state(row, column)
        tied = True if state.ties else False if state is State.DIFFERS else None
        return entries_response(
            request, asked, sheet_addresses(request, found), sync=found.at.publication.number, tied=tied
        )

    return told(page)(request)


@require_GET
@member
def document_lines_csv(request: CompanyRequest, report: str) -> HttpResponse:
    """Answer with all lines of a figure as CSV."""
    return told(lambda it: entries_file(it, _lines(it, report)[1]))(request)


def _lines(request: CompanyRequest, name: str) -> tuple[Made, AskedLines]:
    query = request.GET
    found = made(request, name, folded=True)
    if query.get("row", "") not in found.document.by_key:  # a row that its page has no room for
        found = made(request, name)
    row, column = figure(found.document, query.get("row", ""), query.get("month", ""))
    asked = AskedLines(
        book=found.at.book,
        cell=figure_cell(found.document, row, column),
        payroll_accounts=found.asked.masked,
        search=query.get("q", "").strip(),
        reversals=query.get("reversed") == "1",
    )
    return found, asked


@require_GET
@member
def document_as_json(request: CompanyRequest, report: str) -> HttpResponse:
    """Answer with a report as JSON (spec §15), or with its refusal."""
    try:
        found = made(request, report)
    except NoReport as refusal:
        return JsonResponse({"error": str(refusal)}, status=404)
    text = document_json(found.document, turn_signs=request.GET.get("natural") == "1")
    return HttpResponse(text, content_type="application/json")


def _as_file(
    ending: str, content_type: str, write: Callable[[Made, QueryDict], str | bytes]
) -> Callable[..., HttpResponse]:
    """Return the view that answers with a report as a file to save, or with its refusal."""

    @require_GET
    @member
    def view(request: CompanyRequest, report: str) -> HttpResponse:
        try:
            found = made(request, report)
        except NoReport as refusal:
            return HttpResponse(f"{refusal}\n", content_type="text/plain; charset=utf-8", status=404)
        answer = HttpResponse(write(found, request.GET), content_type=content_type)
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.file_name}.{ending}"'
        return answer

    return view


def _csv(found: Made, query: QueryDict) -> str:
    return document_csv(found.document, turn_signs=query.get("natural", "1") == "1")


document_as_csv = _as_file("csv", "text/csv; charset=utf-8", _csv)
document_as_xlsx = _as_file("xlsx", XLSX, lambda found, _: document_xlsx(found))
document_as_pdf = _as_file("pdf", PDF, lambda found, _: document_pdf(found))


_FILES = (
    ("xlsx", "XLSX, with formulas and lines"),
    ("pdf", "PDF, for paper"),
    ("csv", "CSV, for spreadsheets"),
    ("json", "JSON, for scripts"),
)
_OF_LINES = ("row", "month", "q", "page", "reversed")  # what an address of lines asks beyond its report


def _address(request: CompanyRequest, report: Report, name: str, query: QueryDict | None = None) -> str:
    arguments = {"company": request.company.slug, "report": report.name}
    asked = f"?{query.urlencode()}" if query else ""
    return f"{reverse(f'reports:document-{name}', kwargs=arguments)}{asked}"


def own_query(query: QueryDict) -> QueryDict:
    """Return the report's own question: without what is asked of a figure's lines, and without open rows."""
    kept = query.copy()
    if "row" not in query and (month := query.get("month")):
        kept["from"] = kept["to"] = month
    for name in (*_OF_LINES, "open", "shut"):
        kept.pop(name, None)
    return kept


def sheet_addresses(request: CompanyRequest, found: Made) -> Addresses:
    """Return where the list of a figure's lines leads."""
    this = request.GET.copy()
    this.pop("page", None)
    turned = this.copy()
    if turned.pop("reversed", None) != ["1"]:
        turned["reversed"] = "1"
    return Addresses(
        here=_address(request, found.report, "lines"),
        export=_address(request, found.report, "lines-csv", this),
        query=this.urlencode(),
        kept=tuple((name, it) for name, several in this.lists() if name not in ("q", "reversed") for it in several),
        turned=turned.urlencode(),
    )
