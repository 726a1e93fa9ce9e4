"""The page of budget vs actuals, what a figure of it consists of, and the notes on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tieout.budgets import queries as budgets
from tieout.budgets.notes import LONGEST, Note, history, write
from tieout.budgets.services import Refused
from tieout.companies.access import CompanyRequest, editor, member
from tieout.expenses.cells import RowCell, members_cell
from tieout.expenses.entries import Asked as AskedLines
from tieout.expenses.entry_sheet import entries_file, entries_response
from tieout.reports.beside import State
from tieout.reports.budget_vs_actuals import NAME, BudgetVsActuals
from tieout.reports.budget_vs_actuals_columns import BUDGET, PERCENT, VARIANCE, Period
from tieout.reports.budget_vs_actuals_grid import news, percent_words, variances_grid
from tieout.reports.budget_vs_actuals_narrowing import SORTS
from tieout.reports.budget_vs_actuals_remarks import place_of
from tieout.reports.document import Column, Row
from tieout.reports.document_grid import opened
from tieout.reports.document_lines import figure_cell
from tieout.reports.document_views import made, own_query, page_context, sheet_addresses
from tieout.reports.making import Made
from tieout.reports.queries import NoReport
from tieout.reports.views import told


def _made(request: CompanyRequest) -> tuple[Made, BudgetVsActuals]:
    found = made(request, NAME)
    return found, cast("BudgetVsActuals", found.document)


@require_GET
@member
def page(request: CompanyRequest) -> HttpResponse:
    """Show the report."""
    return told(_page)(request)


def _page(request: CompanyRequest) -> HttpResponse:
    found, document = _made(request)
    context = page_context(request, found)
    context["grid"] = variances_grid(
        document,
        asked=opened(request.GET, document),
        lines_url=_address(request, "document-lines", own_query(request.GET)),
        exact_figures=found.asked.exact,
    )
    context |= {
        "budgets": budgets.budgets(request.company),
        "budget": document.budget,
        "over": request.GET.get("over", ""),
        "percent": request.GET.get("percent", ""),
        "sorts": SORTS.items(),
        "sort": document.narrowing.sort,
    }
    return render(request, "reports/budget_vs_actuals.html", context)


# --- behind a figure -------------------------------------------------------------------------------------------------


@require_GET
@member
def figure_page(request: CompanyRequest) -> HttpResponse:
    """Show the lines of an actual; of a budget figure or a variance, what it consists of and the notes on it."""
    return told(_figure_page)(request)


def _figure_page(request: CompanyRequest) -> HttpResponse:
    found, document = _made(request)
    row, column = _figure(document, request.GET)
    if column.key.endswith((BUDGET, VARIANCE)):
        return _consists(request, document, row, column)
    state = document.state(row, column)
    tied = True if state.ties else False if state is State.DIFFERS else None
    asked = _lines(request, found, document, row, column)
    return entries_response(
        request, asked, sheet_addresses(request, found), sync=found.at.publication.number, tied=tied
    )


@require_GET
@member
def lines_csv(request: CompanyRequest) -> HttpResponse:
    """Answer with all lines of an actual as CSV."""

    def file(request: CompanyRequest) -> HttpResponse:
        found, document = _made(request)
        row, column = _figure(document, request.GET)
        if column.key.endswith((BUDGET, VARIANCE)):
            raise NoReport("a budget and a variance have no lines: ask for those of the actual")
        return entries_file(request, _lines(request, found, document, row, column))

    return told(file)(request)


def _figure(document: BudgetVsActuals, query: QueryDict) -> tuple[Row, Column]:
    row = document.by_key.get(query.get("row", ""))
    column = document.by_column.get(query.get("month", ""))
    if row is None or column is None or column.key.endswith(PERCENT):
        raise NoReport("the report has no such figure: open it anew")
    return row, column


def _lines(
    request: CompanyRequest, found: Made, document: BudgetVsActuals, row: Row, column: Column
) -> AskedLines:  # fmt: skip
    return AskedLines(
        book=found.at.book,
        cell=evidence(document, row, column),
        payroll_accounts=found.asked.masked,
        search=request.GET.get("q", "").strip(),
        reversals=request.GET.get("reversed") == "1",
    )


def evidence(document: BudgetVsActuals, row: Row, column: Column) -> RowCell:
    """Return what an actual consists of: of closed months, as they were closed; at an earlier sync, as known then."""
    if document.as_posted or document.sides is None or column.first is None or column.last is None:
        return figure_cell(document, row, column)
    members = document.members_of(row)
    parts = [
        members_cell(
            plan, document.at.book, own, column.first, column.last, key=row.key, name=row.label
        )
        for plan in (document.sides.streams, document.sides.expenses)
        if (own := {it.member for it in members if it.member and it.line.income is plan.income})
    ]  # fmt: skip
    trail = (document.title, row.account.label if row.account else row.label)
    whole = _merged(parts) or RowCell(
        key=row.key, first=column.first, last=column.last, trail=trail, segments=(), amount=0, accounts=frozenset()
    )
    return replace(
        whole, trail=trail, sign=row.sign, amount=document.amount(row, column), beyond=document.beyond(row, column)
    )


def _merged(parts: Iterable[RowCell]) -> RowCell | None:
    """Return what streams and expenses consist of together."""
    whole: RowCell | None = None
    for part in parts:
        whole = part if whole is None else replace(
            whole,
            segments=(*whole.segments, *part.segments),
            accounts=whole.accounts | part.accounts,
            restated=whole.restated + part.restated,
        )  # fmt: skip
    return whole


# --- what a variance consists of, and the notes on it ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Consists:
    """A variance, in the sign in which it is shown. ``news`` is which way it goes, in a word."""

    period: Period
    budget: int
    actual: int
    variance: int
    percent: str
    news: str
    restated: str
    budget_rows: tuple[tuple[str, int, str], ...]  # label, amount, address of the row's cells
    more: int  # how many more rows there are


_FEW = 40


def _consists(request: CompanyRequest, document: BudgetVsActuals, row: Row, column: Column) -> HttpResponse:
    period = next(it for it in document.periods if column.key in (f"{it.key}{BUDGET}", f"{it.key}{VARIANCE}"))
    written = history(document.budget, place_of(row, period)) if document.budget else []
    query = own_query(request.GET)
    query["row"], query["month"] = row.key, period.key
    kept = query.copy()
    kept["month"] = f"{period.key}{VARIANCE}"
    context = {
        "document": document,
        "row": row,
        "it": consists(request, document, row, period),
        "digits": document.at.book.digits,
        "budget": document.budget,
        "note": written[0] if written else Note("", "", document.at.publication.at),
        "history": written[1:],
        "longest": LONGEST,
        "lines_url": f"{_address(request, 'document-lines')}?{query.urlencode()}",
        "write_url": f"{_address(request, 'variance-note')}?{kept.urlencode()}",
        "sheet": bool(request.headers.get("HX-Request")),
    }
    name = "reports/_variance.html" if context["sheet"] else "reports/variance.html"
    return render(request, name, context)


def consists(request: CompanyRequest, document: BudgetVsActuals, row: Row, period: Period) -> Consists:
    """Return what a variance consists of."""
    columns = {it.key: it for it in document.columns}
    budget, actual = columns[f"{period.key}{BUDGET}"], columns[period.key]
    variance, percent = columns[f"{period.key}{VARIANCE}"], columns[f"{period.key}{PERCENT}"]
    rows = [
        (it.line.label, amount * it.line.sign, _budget_row(request, document, it.budget_row))
        for it in document.members_of(row)
        if (amount := sum(v for month, v in it.budget.items() if period.first <= month <= period.last))
    ]
    return Consists(
        period=period,
        budget=document.shown(row, budget),
        actual=document.shown(row, actual),
        variance=document.shown(row, variance),
        percent=percent_words(document, row, percent),
        news=news(document, row, variance),
        restated=document.restated_words(row, actual),
        budget_rows=tuple(rows[:_FEW]),
        more=max(0, len(rows) - _FEW),
    )


def _budget_row(request: CompanyRequest, document: BudgetVsActuals, row: int) -> str:
    """Return where a budget's row is: its own form for those who may change it, else in the version's grid."""
    assert document.budget
    arguments = {"company": request.company.slug, "budget_id": document.budget.pk}
    if request.membership.may_plan and not document.budget.is_frozen:
        return reverse("budgets:row", kwargs={**arguments, "row_id": row})
    return f"{reverse('budgets:detail', kwargs=arguments)}#row:{row}"


@require_POST
@editor
def write_note(request: CompanyRequest) -> HttpResponse:
    """Write the note on a variance, or take it away; go back to the report."""
    return told(_write_note)(request)


def _write_note(request: CompanyRequest) -> HttpResponse:
    _, document = _made(request)
    row, column = _figure(document, request.GET)
    period = next((it for it in document.periods if column.key == f"{it.key}{VARIANCE}"), None)
    if period is None or document.budget is None:
        raise NoReport("the report has no such figure: open it anew")
    text = request.POST.get("text", "")
    try:
        changed = write(document.budget, place_of(row, period), text, label=row.label, person=request.person)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        what = "Note saved" if text.strip() else "Note taken away"
        messages.success(request, f"{what}: {row.label}, {period.stretch}." if changed else "The note is as it was.")
    return redirect(_address(request, NAME, own_query(request.GET)))


def _address(request: CompanyRequest, name: str, query: QueryDict | None = None) -> str:
    arguments = {"company": request.company.slug}
    if name.startswith("document-"):
        arguments["report"] = NAME
    asked = f"?{query.urlencode()}" if query else ""
    return f"{reverse(f'reports:{name}', kwargs=arguments)}{asked}"
