"""The page on which a report pack is put together, and its files."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tieout.budgets.queries import chosen as chosen_budget
from tieout.companies.access import CompanyRequest, member
from tieout.expenses.periods import By
from tieout.reports.budget_vs_actuals import NAME as BUDGET_VS_ACTUALS
from tieout.reports.document_pdf import CONTENT_TYPE as PDF
from tieout.reports.document_xlsx import CONTENT_TYPE as XLSX
from tieout.reports.pack import PRESET, Pack, as_pdf, as_xlsx, chosen_names, offered, pack, title_of
from tieout.reports.queries import NoReport, ledger_at, recent_syncs
from tieout.reports.question import COMPARE_WORDS, PRESETS
from tieout.reports.views import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A report on the page."""

    name: str
    title: str
    about: str
    chosen: bool
    place: int


@require_GET
@member
@told
def pack_page(request: CompanyRequest) -> HttpResponse:
    """Show what a pack may hold."""
    query = request.GET
    at = ledger_at(request.company)
    names = chosen_names(query)
    order = {name: place for place, name in enumerate(names, 1)}
    empty = set() if chosen_budget(request.company) else {BUDGET_VS_ACTUALS}
    reports = [
        Offered(
            name=name,
            title=title,
            about=about,
            chosen=name in order if names else name not in empty,
            place=order.get(name, number),
        )
        for number, (name, title, about) in enumerate(offered(), 1)
    ]  # fmt: skip
    context = {
        "reports": reports,
        "title": title_of(query),
        "presets": [(key, word, key == (query.get("preset") or PRESET)) for key, word in PRESETS.items()],
        "by": [(it.value, it.value.capitalize(), it.value == (query.get("by") or By.MONTH.value)) for it in By],
        "compare": [(it.value, word, it.value == query.get("compare", "")) for it, word in COMPARE_WORDS.items()],
        "first": query.get("from", ""),
        "last": query.get("to", ""),
        "syncs": recent_syncs(request.company),
        "latest": at.publication.number,
        "basis": at.book.basis,
        "currency": at.book.currency,
    }
    return render(request, "reports/pack.html", context)


@require_GET
@member
def pack_as_pdf(request: CompanyRequest) -> HttpResponse:
    """Answer with a pack as PDF to save, or with its refusal."""
    return told(lambda it: _saved(_pack(it), "pdf"))(request)


@require_GET
@member
def pack_as_xlsx(request: CompanyRequest) -> HttpResponse:
    """Answer with a pack as a workbook to save, or with its refusal."""
    return told(lambda it: _saved(_pack(it), "xlsx"))(request)


def _pack(request: CompanyRequest) -> Pack:
    found = pack(request.company, request.GET, sees_pay=request.membership.payroll_detail)
    syncs = {it.at.publication.number for it in found.reports}
    if len(syncs) > 1:  # a sync was published while the reports were made
        raise NoReport("the books were read anew meanwhile: ask once more")
    return found


def _saved(found: Pack, ending: str) -> HttpResponse:
    content, kind = (as_pdf(found), PDF) if ending == "pdf" else (as_xlsx(found), XLSX)
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.file_name}.{ending}"'
    return answer
