"""Making a version, and importing one from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tieout.budgets import importing, labelling, layout, queries, services, starting
from tieout.budgets.content import Line
from tieout.budgets.forms import EMPTY, LAST_YEAR, NewForm, UploadForm, initial
from tieout.budgets.models import Budget, BudgetImport
from tieout.budgets.pages import address, book_of, first_month, to_version
from tieout.budgets.sources import source, sources
from tieout.companies.access import CompanyRequest, editor
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing, today
from tieout.expenses.periods import admitted_through
from tieout.kit.tables import UnreadableTable, read_table
from tieout.ledger.models import Book
from tieout.ui.figures import short_month

_SHOWN = 100  # rows that wait for a choice, at a time: each has all expenses to choose from


@require_http_methods(["GET", "POST"])
@editor
def new(request: CompanyRequest) -> HttpResponse:
    """Make a version: empty, from the forecast, from last year's actuals, or as a copy."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "New budget")
    running = Month.of(today())
    form = NewForm(
        request.POST or None,
        starts=_starts(request),
        initial=initial(running, first_month=found.book.fiscal_year_first_month) | {"start": request.GET.get("start")},
    )
    if request.method == "POST" and form.is_valid():
        through = admitted_through(request.company) or running - 1
        try:
            made = _made(request, form.cleaned_data, found.book, through=through)
        except services.Refused as refusal:
            form.add_error("name" if isinstance(refusal, services.NameRefused) else None, str(refusal))
        else:
            empty = _without_actuals(form.cleaned_data["start"], made, through)
            messages.success(request, f"{made.name} was made.{empty}")
            return to_version(request, made)
    return render(request, "budgets/new.html", {"form": form}, status=422 if form.errors else 200)


def _starts(request: CompanyRequest) -> list[tuple[str, str]]:
    return [
        *((f"source:{it.key}", f"A copy of {it.label}") for it in sources()),
        (LAST_YEAR, "Last year's actuals, month by month"),
        (EMPTY, "Nothing: all expenses, to be typed"),
        *((f"budget:{it.pk}", f"A copy of {it.name}") for it in queries.budgets(request.company)),
    ]


def _made(request: CompanyRequest, asked: dict[str, Any], book: Book, *, through: Month) -> Budget:
    """Make what the form asks for."""
    company, percent, first, last = request.company, asked["percent"], asked["first"], asked["last"]
    kind, _, key = asked["start"].partition(":")
    told = source(key) if kind == "source" else None
    copied = queries.budget(company, int(key)) if kind == "budget" else None
    currency, digits = book.currency, book.digits
    lines: Sequence[Line]
    if copied:
        first, last = Month.from_key(copied.first), Month.from_key(copied.last)
        currency, digits = copied.currency, copied.digits
        lines, origin = list(queries.lines(copied).values()), f"Copy of {copied.name}"
    elif told:
        if doubt := told.doubt(company):
            raise services.Refused(doubt)
        lines, origin = starting.told(told, company, book), f"Copy of {told.label}"
    elif kind == LAST_YEAR:
        lines = starting.actuals(company, book, first - 12, min(last - 12, through))
        lines = services.shifted(lines, years=1, percent=Decimal(0), digits=digits)
        origin = f"Actuals of {short_month(first - 12)} to {short_month(max(first - 12, min(last - 12, through)))}"
    else:
        lines, origin, percent = starting.empty(company, book), "Started empty", Decimal(0)
    if percent:
        lines, origin = services.shifted(lines, years=0, percent=percent, digits=digits), f"{origin}, {percent:+} %"
    made = services.New(name=asked["name"], first=first, last=last, source=origin, currency=currency, digits=digits)
    return services.create(company, made, lines, person=request.person)


def _without_actuals(start: str, budget: Budget, through: Month) -> str:
    """Say which months of a budget of last year's actuals are empty, because the year before is not over."""
    first = max(Month.from_key(budget.first), through + 13)
    if start != LAST_YEAR or first.key > budget.last:
        return ""
    last = Month.from_key(budget.last)
    span = short_month(first) if first == last else f"{short_month(first)} to {short_month(last)}"
    return f" {span} {'is' if first == last else 'are'} empty: a year before is not over yet."


@require_http_methods(["GET", "POST"])
@editor
def upload(request: CompanyRequest) -> HttpResponse:
    """Take a file, and show what it would become. Nothing of a budget is written here."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Import a budget")
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = read_table(file.name, file.read())
            layout.read(table.rows, digits=found.book.digits, currency=found.book.currency)
        except (UnreadableTable, layout.NotALayout) as error:
            form.add_error("file", str(error))
        else:
            kept = services.keep_upload(
                request.company, person=request.person, now=timezone.now(),
                name=form.cleaned_data["name"] or file.name.rpartition(".")[0][:80] or "Imported",
                file=file.name[:200], sheet=table.sheet[:200], other_sheets=list(table.other_sheets), rows=table.rows,
            )  # fmt: skip
            return redirect(address(request, "preview", import_id=kept.pk))
    context = {"form": form, "example": layout.EXAMPLE}
    return render(request, "budgets/import.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Choosing:
    """A row that waits for a choice, and what is chosen so far: "" for nothing."""

    row: importing.PreviewRow
    chosen: str


@require_http_methods(["GET", "POST"])
@editor
def preview(request: CompanyRequest, import_id: int) -> HttpResponse:
    """Show what an uploaded file would become; keep choices, import it, or forget it."""
    kept = queries.waiting(request.company, request.person, import_id, now=timezone.now())
    book = book_of(request.company)
    if kept is None or book is None:
        if request.method == "GET":
            raise Http404
        messages.error(request, "This file was imported or discarded already, or has waited for over a day.")
        return redirect(address(request, "list"))
    refusal = ""
    if request.method == "POST":
        if "discard" in request.POST:
            services.discard(kept)
            messages.success(request, f"{kept.file} was discarded. Nothing was imported.")
            return redirect(address(request, "list"))
        services.keep_choices(kept, _choices(kept) | _posted(request))
        if "confirm" not in request.POST:
            return redirect(address(request, "preview", import_id=kept.pk))
        told, _ = _previewed(request, kept, book)
        try:
            made = _confirmed(request, kept, told, book)
        except services.Refused as error:
            refusal = str(error)
        else:
            messages.success(request, f"{made.name} was imported: {len(told.imported)} rows.")
            return to_version(request, made)
    return _page(request, kept, book, refusal)


def _confirmed(request: CompanyRequest, kept: BudgetImport, told: importing.Preview, book: Book) -> Budget:
    name = request.POST.get("name", "").strip() or kept.name
    if not told.lines:
        raise services.Refused("No row of the file goes to an expense, so there is nothing to import.")
    new_ = importing.new(told, name=name, file=kept.file, currency=book.currency, digits=book.digits)
    return services.confirm(kept, new_, told.lines, person=request.person)


def _page(request: CompanyRequest, kept: BudgetImport, book: Book, refusal: str) -> HttpResponse:
    told, targets = _previewed(request, kept, book)
    choices = _choices(kept)
    waiting = [*told.unmatched, *(row for row in told.rows if row.by_hand)]
    choosing = [Choosing(row, str(choices.get(row.row.place, ""))) for row in waiting]
    context = {
        "kept": kept,
        "told": told,
        "digits": book.digits,
        "currency": book.currency,
        "name": request.POST.get("name", "") or kept.name,
        "choosing": sorted(choosing, key=lambda it: it.row.row.place)[:_SHOWN],
        "more": max(0, len(choosing) - _SHOWN),
        "targets": targets,
        "sums": (sums := told.sums(book.digits)),
        "in_file": sum(it.file for it in sums),
        "imported": sum(it.imported for it in sums),
        "difference": sum(it.difference for it in sums),
        "first": short_month(told.file.months[0]),
        "last": short_month(told.file.months[-1]),
        "refusal": refusal,
        "fiscal": first_month(request.company),
    }
    return render(request, "budgets/preview.html", context, status=422 if refusal else 200)


def _previewed(request: CompanyRequest, kept: BudgetImport, book: Book) -> tuple[importing.Preview, list[Line]]:
    targets = labelling.targets(request.company, book)
    file = layout.read(kept.rows, digits=book.digits, currency=book.currency)
    known = [(each.name, each.group.label) for each in departments.departments(request.company)]
    told = importing.preview(file, targets, _choices(kept), digits=book.digits, departments=known)
    return told, [target.line for target in targets]


def _choices(kept: BudgetImport) -> dict[int, int]:
    return {int(place): expense for place, expense in kept.choices.items()}


def _posted(request: CompanyRequest) -> dict[int, int]:
    """Return the choices of a form: row number to expense id, 0 to leave the row out, "new". Blank ones are none."""
    posted = {}
    for name, value in request.POST.items():
        place = name.removeprefix("row-")
        chosen = str(importing.NEW if value == "new" else value)
        numbers = place.isdecimal() and len(place) < 10 and chosen.removeprefix("-").isdecimal() and len(chosen) < 19
        if name.startswith("row-") and numbers:
            posted[int(place)] = int(chosen)
    return posted
