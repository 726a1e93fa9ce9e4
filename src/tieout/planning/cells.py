"""Forecast months that people type, and how a step of theirs is undone. Amounts are minor units, debit positive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.sections import Member, plan
from tieout.ledger.models import Book
from tieout.planning.models import Edit, PlanCell
from tieout.planning.queries import still_there
from tieout.ui.figures import short_month

MOST = 20_000  # cells a step
LARGEST = 10**15  # minor units: what a spreadsheet still holds exactly, and no sum of cells overflows
_BATCH = 500

Place = tuple[int, Month]
"""A cell: an expense's id and a month."""


class CellsRefused(ValueError):
    """Nothing was written; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo did: how many cells it put back, and how many somebody has changed since and it left alone."""

    edit: Edit
    count: int
    kept: int


@transaction.atomic
def type_cells(
    *, company: Company, person: User, book: Book, cells: Mapping[Place, int | None], what: str, through: Month
) -> Edit:
    """Write typed forecast months, None to give a month back to its driver; return the step, which `undo` takes back.

    Only differences are written; without any, the step is not kept (its ``pk`` is None). ``what`` is shown where the
    step is undone: "Pasted 12 cells". Raise CellsRefused, and write nothing, if any cell cannot be typed: months up to
    ``through`` are actuals, and payroll is forecast by the hiring plan.
    """
    if len(cells) > MOST:
        raise CellsRefused(f"{len(cells):,} cells are too many for one step. Write at most {MOST:,} at a time.")
    members = {member.id: member for member in plan(company, book, book.published).members if member.id}
    for (expense, month), amount in cells.items():
        if reason := refusal(members.get(expense), month, amount, through=through):
            raise CellsRefused(reason)
    before = _amounts(company, cells)
    changes = {place: amount for place, amount in cells.items() if amount != before.get(place)}
    edit = Edit(company=company, person=person, what=what[:200], changes=_as_json(changes, before))
    if changes:
        edit.save()
        _write(company, changes)
        audit.record(company, person, "typed forecast months", edit, after=_summary(what, changes))
    return edit


@transaction.atomic
def undo(*, company: Company, person: User, edit_id: int, now: datetime) -> Undone:
    """Put back what a step of the person's changed, where nobody has changed it since and the expense is still there.

    A step is undone once. An undo is no step of its own: what it put back is typed again to have it again.
    Raise CellsRefused where there is no such step.
    """
    edit = Edit.objects.select_for_update().filter(company=company, person=person, pk=edit_id).first()
    if edit is None:
        raise CellsRefused("There is no such step of yours. Nothing was undone.")
    if edit.undone_at is not None:
        raise CellsRefused("That step was undone before. Nothing was changed.")
    left = {_place(it): it["after"] for it in edit.changes}
    back = {_place(it): it["before"] for it in edit.changes}
    now_there = _amounts(company, left)
    there = still_there(company, {expense for expense, _ in left})
    changes = {
        place: back[place] for place, amount in left.items() if place[0] in there and now_there.get(place) == amount
    }
    _write(company, changes)
    edit.undone_at = now
    edit.save(update_fields=["undone_at"])
    audit.record(company, person, "undid typed forecast months", edit, after=_summary(edit.what, changes))
    return Undone(edit=edit, count=len(changes), kept=len(left) - len(changes))


def last_step(company: Company, person: User, *, since: datetime) -> Edit | None:
    """Return the person's newest step that is not undone yet and not older than ``since``."""
    steps = Edit.objects.filter(company=company, person=person, undone_at=None, at__gte=since)
    return steps.order_by("-pk").first()


def refusal(member: Member | None, month: Month, amount: int | None, *, through: Month) -> str:
    """Return why a cell cannot be typed, as a sentence; "" if it can."""
    if member is None:
        return "An expense is not there any more. Reload the page; nothing was written."
    if month <= through:
        return f"{short_month(month)} is in the books. Type a forecast from {short_month(through + 1)} on."
    if member.payroll:
        return f"{member.label} is payroll: it is forecast by the hiring plan."
    if amount is not None and abs(amount) >= LARGEST:
        return f"The amount for {member.label}, {short_month(month)} is too large. Check the number."
    return ""


def _amounts(company: Company, cells: Mapping[Place, object]) -> dict[Place, int]:
    """Return what is typed in these cells now. One query; they stay locked until the end of the transaction."""
    if not cells:
        return {}
    months = [month.key for _, month in cells]
    rows = PlanCell.objects.select_for_update().filter(
        company=company, expense__in={expense for expense, _ in cells}, month__range=(min(months), max(months))
    )
    found = rows.order_by("pk").values_list("expense_id", "month", "amount")
    typed = {(expense, Month.from_key(month)): amount for expense, month, amount in found}
    return {place: amount for place, amount in typed.items() if place in cells}


def _write(company: Company, changes: Mapping[Place, int | None]) -> None:
    """Write cells, a batch at a time."""
    PlanCell.objects.bulk_create(
        (
            PlanCell(company=company, expense_id=expense, month=month.key, amount=amount)
            for (expense, month), amount in changes.items()
            if amount is not None
        ),
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["expense", "month"],
        update_fields=["amount"],
    )
    emptied: dict[int, list[int]] = {}
    for (expense, month), amount in changes.items():
        if amount is None:
            emptied.setdefault(month.key, []).append(expense)
    for key, expenses in emptied.items():
        PlanCell.objects.filter(company=company, month=key, expense__in=expenses).delete()


def _as_json(changes: Mapping[Place, int | None], before: Mapping[Place, int]) -> list[dict[str, int | None]]:
    return [
        {"expense": expense, "month": month.key, "before": before.get((expense, month)), "after": amount}
        for (expense, month), amount in changes.items()
    ]


def _place(change: Mapping[str, int]) -> Place:
    return change["expense"], Month.from_key(change["month"])


def _summary(what: str, changes: Mapping[Place, int | None]) -> dict[str, audit.Value]:
    """Return the audit row's values: how much, not each cell; those are in the step."""
    months = [month for _, month in changes]
    told: dict[str, audit.Value] = {"step": what, "cells": len(changes)}
    if months:
        told |= {"expenses": len({expense for expense, _ in changes})}
        told |= {"from": str(min(months)), "to": str(max(months))}
    return told
