"""The list of versions, one version, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from tieout.budgets import exporting, queries, services, sources
from tieout.budgets.forms import CopyForm, NameForm
from tieout.budgets.models import Budget
from tieout.budgets.pages import address, grid_of, to_version, version
from tieout.companies.access import CompanyRequest, editor, member
from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_amount
from tieout.ui.figures import short_month

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Listed:
    """A version in the list."""

    budget: Budget
    totals: queries.Totals
    months: str


@require_GET
@member
def listing(request: CompanyRequest) -> HttpResponse:
    """List the versions, the newest first."""
    totals = queries.totals(request.company)
    rows = [Listed(it, totals.get(it.pk, queries.Totals()), _months(it)) for it in queries.budgets(request.company)]
    earns = any(row.totals.income for row in rows)
    return render(
        request, "budgets/list.html", {"rows": rows, "earns": earns, "beside": queries.chosen(request.company)}
    )  # fmt: skip


@require_GET
@member
def detail(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Show a version by month."""
    budget = version(request, budget_id)
    editable = request.membership.may_plan and not budget.is_frozen
    context = {
        "budget": budget,
        "months": _months(budget),
        "grid": grid_of(request, budget),
        "editable": editable,
        "as_frozen": budget.is_frozen and queries.verify(budget),
        "takes": sources.taker() is not None,
    }
    return render(request, "budgets/detail.html", context)


@require_http_methods(["GET", "POST"])
@editor
def row(request: CompanyRequest, budget_id: int, row_id: int) -> HttpResponse:
    """Change the months of one row: each in a field, or all of them pasted."""
    budget = version(request, budget_id)
    found = queries.lines(budget).get(row_id)
    if found is None:
        raise Http404
    if budget.is_frozen:
        messages.error(request, f"{budget.name} is frozen: nothing in it can change. Copy it and change the copy.")
        return to_version(request, budget)
    typed = _typed(request, budget) if request.method == "POST" else {}
    pasted, has = len(_pasted(request.POST.get("pasted", ""))), len(budget.months)
    too_many = f"{pasted} amounts were pasted, and the budget has {has} months." if pasted > has else ""
    fields = [
        (month, short_month(month), *typed.get(month, (found.amounts.get(month, 0) * found.sign, "", "")))
        for month in budget.months
    ]
    wrong = bool(too_many) or any(error for *_, error in fields)
    if request.method == "POST" and not wrong:
        cells = {(row_id, month): amount * found.sign for month, (amount, _, _) in typed.items()}
        try:
            changed = services.set_cells(budget, cells, person=request.person)
        except services.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{found.label}: {changed or 'no'} month{'' if changed == 1 else 's'} changed.")
        return to_version(request, budget)
    context = {"budget": budget, "line": found, "fields": fields, "wrong": wrong, "too_many": too_many}
    return render(request, "budgets/row.html", context, status=422 if wrong else 200)


def _typed(request: CompanyRequest, budget: Budget) -> dict[Month, tuple[int, str, str]]:
    """Return each month's amount, the text that was typed, and what is wrong with it. A pasted row goes first."""
    texts = _pasted(request.POST.get("pasted", ""))
    typed = {}
    for place, month in enumerate(budget.months):
        text = texts[place] if place < len(texts) else request.POST.get(f"m{month.key}", "").strip()
        try:
            amount = 0 if text in ("", "-", "–", "—") else parse_amount(text, budget.digits, currency=budget.currency)
            typed[month] = (amount, text, "")
        except NotTyped as error:
            typed[month] = (0, text, str(error))
    return typed


def _pasted(text: str) -> list[str]:
    """Return a pasted row's cells. Empty ones before the first amount are months; those after the last are not."""
    row = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n ").rstrip()
    return [cell.strip() for cell in row.replace("\n", "\t").split("\t")] if row else []


@require_http_methods(["GET", "POST"])
@editor
def rename(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Change the name and the note."""
    budget = version(request, budget_id)
    form = NameForm(request.POST or None, initial={"name": budget.name, "note": budget.note})
    if request.method == "POST" and form.is_valid():
        name, note = form.cleaned_data["name"], form.cleaned_data["note"]
        try:
            services.rename(budget, name=name, note=note, person=request.person)
        except services.Refused as refusal:
            form.add_error(None if budget.is_frozen else "name", str(refusal))
        else:
            messages.success(request, "Saved.")
            return to_version(request, budget)
    context = {"budget": budget, "form": form}
    return render(request, "budgets/rename.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@editor
def copy(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Copy a version under another name."""
    budget = version(request, budget_id)
    form = CopyForm(request.POST or None, initial={"name": f"Copy of {budget.name}"[:80]})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.copy(budget, name=form.cleaned_data["name"], person=request.person)
        except services.Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{made.name} was made. It can be changed.")
            return to_version(request, made)
    return render(request, "budgets/copy.html", {"budget": budget, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@editor
def freeze(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Ask, then freeze a version for good."""
    budget = version(request, budget_id)

    def do() -> str:
        frozen = services.freeze(budget, person=request.person, now=timezone.now())
        return f"{frozen.name} is frozen, with the digest {frozen.short_digest}."

    return _ask(request, budget, "budgets/freeze.html", do)


@require_http_methods(["GET", "POST"])
@editor
def delete(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Ask, then delete an unfrozen version."""
    budget = version(request, budget_id)

    def do() -> str:
        services.delete(budget, person=request.person)
        return f"{budget.name} was deleted."

    return _ask(request, budget, "budgets/delete.html", do, to_list=True)


@require_http_methods(["GET", "POST"])
@editor
def use(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Ask, then write a version's months as the forecast."""
    budget, taker = version(request, budget_id), sources.taker()
    if taker is None:
        raise Http404

    def do() -> str:
        return taker(request.company, request.person, queries.amounts(budget), budget.name)

    return _ask(request, budget, "budgets/use.html", do)


def _ask(
    request: CompanyRequest, budget: Budget, template: str, do: Callable[[], str], *, to_list: bool = False
) -> HttpResponse:
    """Show a question; at its answer do what it asks, and say so."""
    refusal = ""
    if request.method == "POST":
        try:
            messages.success(request, do())
        except (services.Refused, sources.NotTaken) as error:
            refusal = str(error)
        else:
            return redirect(address(request, "list")) if to_list else to_version(request, budget)
    totals = queries.totals_of(queries.lines(budget).values())
    context = {"budget": budget, "months": _months(budget), "totals": totals, "refusal": refusal}
    return render(request, template, context, status=422 if refusal else 200)


@require_GET
@member
def as_csv(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Answer with a version as CSV, in the layout that an import reads."""
    budget = version(request, budget_id)
    return _file(exporting.to_csv(queries.content(budget)), "text/csv; charset=utf-8", budget, "csv")


@require_GET
@member
def as_xlsx(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Answer with a version as a workbook, in the layout that an import reads."""
    budget = version(request, budget_id)
    return _file(exporting.to_xlsx(queries.content(budget)), _XLSX, budget, "xlsx")


def _file(data: bytes, kind: str, budget: Budget, ending: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{exporting.file_name(budget.name)}.{ending}"'
    return answer


def _months(budget: Budget) -> str:
    first, last = Month.from_key(budget.first), Month.from_key(budget.last)
    return short_month(first) if first == last else f"{short_month(first)} – {short_month(last)}"
