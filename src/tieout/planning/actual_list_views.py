"""Typed actuals that somebody should look at, what is done about them, and the company's option on estimates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tieout.companies import audit
from tieout.companies.access import CompanyRequest, editor, member
from tieout.core.month import Month
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing
from tieout.ledger.models import Book
from tieout.planning.actual_cash import cash_actuals
from tieout.planning.actual_pages import actuals_of, address, found_or_404, words_of
from tieout.planning.actual_records import BANK, EMPLOYEE
from tieout.planning.actual_steps import Several, Typable, drop, type_actuals
from tieout.planning.actual_waiting import Waiting, waiting
from tieout.planning.actual_words import Words, signed
from tieout.planning.actuals import MovedCell, Place
from tieout.planning.models import ActualsOptions
from tieout.planning.steps import MOST, CellsRefused
from tieout.ui.figures import count, short_month

_RESET, _KEEP, _DROP = "reset", "keep", "drop"
_BETWEEN = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCell:
    """A typed month as the list shows it; amounts in the sign of its section, None where they are hidden."""

    value: str  # what its box sends
    label: str
    section: str
    month: str
    amount: int | None
    over: int | None
    books: int | None
    who: str


@require_GET
@member
def listing(request: CompanyRequest) -> HttpResponse:
    """Show typed months under which the books have moved, and those whose row is gone."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Actuals")
    waits = waiting(request.company, found.book)
    words = words_of(request, found.book, waits.people)
    context = {
        "flags": _flags(waits, words),
        "moved": _moved(waits, words),
        "book": found.book,
        "sync": found.sync,
        "changes": request.membership.may_plan,
    }
    return render(request, "planning/actuals_typed.html", context)


@require_POST
@editor
def settle(request: CompanyRequest) -> HttpResponse:
    """Return typed months to the books, keep them over what the books say now, or drop those whose row is gone."""
    found = found_or_404(request)
    act, places = request.POST.get("act", ""), _places(request)
    back = request.POST.get("back", "")
    target = back if back.startswith(f"/c/{request.company.slug}/") else address(request, "typed")
    if not places or act not in (_RESET, _KEEP, _DROP):
        messages.error(request, "Nothing was changed: choose months of the list first.")
        return redirect(target)
    try:
        if act == _DROP:
            gone = {(it.record.row, it.record.month) for it in waiting(request.company, found.book).moved}
            cells = {place: None for place in places if place in gone and _may_drop(request, place)}
            what = f"Dropped {count(len(cells), 'typed month')}"
            step = drop(company=request.company, person=request.person, cells=cells, what=what)
        else:
            actuals = _actuals(request, found.book, places)
            amounts = {
                place: record.amount if act == _KEEP else None
                for place in places
                if (record := actuals.records.get(place))
            }
            told = count(len(amounts), "typed month")
            what = f"Kept {told}" if act == _KEEP else f"Reset {told} to the books"
            step = type_actuals(
                company=request.company, person=request.person, book=found.book, found=actuals, cells=amounts,
                what=what, now=timezone.now(),
            )  # fmt: skip
    except CellsRefused as refusal:
        messages.error(request, str(refusal))
    else:
        said = f"{step.what}. Undo on the Actuals page takes it back." if step.pk else "Nothing had to be changed."
        messages.success(request, said)
    return redirect(target)


@require_POST
@editor
@transaction.atomic
def set_estimates(request: CompanyRequest) -> HttpResponse:
    """Have lines without an actual estimated by their forecast, or zero."""
    wanted = request.POST.get("estimates") == "1"
    row, _ = ActualsOptions.objects.get_or_create(company=request.company)
    if row.estimates is not wanted:
        before, row.estimates = row.estimates, wanted
        row.save(update_fields=["estimates"])
        audit.record(
            request.company, request.person, "changed what lines without an actual show", row,
            before={"estimated": before}, after={"estimated": wanted},
        )  # fmt: skip
    back = request.POST.get("back", "")
    own = back.startswith(f"/c/{request.company.slug}/")
    return redirect(back if own else address(request, "actuals"))


def _actuals(request: CompanyRequest, book: Book, places: Collection[Place]) -> Typable:
    """Return the actuals that cells are of: of sections, and of cash where balances are among them."""
    first, last = min(month for _, month in places), max(month for _, month in places)
    found = actuals_of(request, book, first, last)
    banks = any(row.startswith(BANK) for row, _ in places)
    cash = cash_actuals(request.company, book, first, last) if banks else None
    return Several((found, cash)) if cash else found


def _flags(waits: Waiting, words: Words) -> list[ListedCell]:
    return [
        ListedCell(
            value=f"{it.row}{_BETWEEN}{it.record.month}",
            label=it.label,
            section=it.section_label if it.label != it.section_label else "Subtotal",
            month=short_month(it.record.month),
            amount=signed(it.record.amount, income=it.income),
            over=None if it.record.over is None else signed(it.record.over, income=it.income),
            books=None if it.figure.imported is None else signed(it.figure.imported, income=it.income),
            who=words.who(it.record),
        )
        for it in waits.flags
    ]


def _moved(waits: Waiting, words: Words) -> list[ListedCell]:
    return [
        ListedCell(
            value=f"{it.record.row}{_BETWEEN}{it.record.month}",
            label=words.moved_label(it.record),
            section=waits.sections[it.section][0],
            month=short_month(it.record.month),
            amount=_signed(it, income=waits.sections[it.section][1]) if words.shows(it.record) else None,
            over=None,
            books=None,
            who=words.who(it.record),
        )
        for it in waits.moved
    ]


def _signed(cell: MovedCell, *, income: bool) -> int:
    return signed(cell.record.amount, income=income)


def _may_drop(request: CompanyRequest, place: Place) -> bool:
    """Return whether the amount is the reader's to drop: a person's pay is not, unless pay may be seen."""
    return request.membership.payroll_detail or not place[0].startswith(EMPLOYEE)


def _places(request: CompanyRequest) -> dict[Place, None]:
    """Return the cells that the form names; what is none of ours is left out."""
    result: dict[Place, None] = {}
    for value in request.POST.getlist("cell")[:MOST]:
        row, _, text = value.partition(_BETWEEN)
        try:
            result[row, Month.parse(text)] = None
        except ValueError:
            continue
    return result
