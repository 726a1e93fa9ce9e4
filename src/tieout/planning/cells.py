"""Forecast months that people type, and how a step is undone. Minor units, positive for costs and for income."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.sections import Member
from tieout.expenses.streams import both_plans
from tieout.ledger.models import Book
from tieout.planning.models import Edit, Layer, PlanCell
from tieout.planning.queries import still_there
from tieout.planning.steps import LARGEST, MOST, CellsRefused, Steps, Undone
from tieout.ui.figures import short_month

__all__ = ["LARGEST", "MOST", "CellsRefused", "Place", "Undone", "last_step", "refusal", "type_cells", "undo"]

_BATCH = 500

Place = tuple[int, Month]
"""A cell: an expense's or a stream's id and a month."""


class _PlanCells:
    """Typed forecast months as they are kept."""

    layer = Layer.FORECAST
    row = "expense"
    typed, undid = "typed forecast months", "undid typed forecast months"

    def now(self, company: Company, places: Mapping[Place, object]) -> dict[Place, int]:
        """Return what is typed in these cells. One query."""
        if not places:
            return {}
        months = [month.key for _, month in places]
        rows = PlanCell.objects.select_for_update().filter(
            company=company, expense__in={expense for expense, _ in places}, month__range=(min(months), max(months))
        )
        found = rows.order_by("pk").values_list("expense_id", "month", "amount")
        typed = {(expense, Month.from_key(month)): amount for expense, month, amount in found}
        return {place: amount for place, amount in typed.items() if place in places}

    def there(self, company: Company, rows: set[int]) -> set[int]:
        """Return which of these expenses are still there."""
        return still_there(company, rows)

    def write(self, company: Company, changes: Mapping[Place, int | None]) -> None:
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

    def same(self, one: int | None, other: int | None) -> bool:
        """Return whether two amounts are the same; none is no zero."""
        return one == other

    def to_json(self, value: int) -> int:
        """Return an amount as a step keeps it."""
        return value

    def from_json(self, kept: object) -> int:
        """Return the amount that a step keeps."""
        return cast("int", kept)


_STEPS: Steps[int, int] = Steps(_PlanCells())


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
    members = {it.id: it for plan in both_plans(company, book) for it in plan.members if it.id}
    for (expense, month), amount in cells.items():
        if reason := refusal(members.get(expense), month, amount, through=through):
            raise CellsRefused(reason)
    before = _STEPS.cells.now(company, cells)
    changes = {place: amount for place, amount in cells.items() if amount != before.get(place)}
    return _STEPS.take(company, person, changes, before, what)


def undo(*, company: Company, person: User, edit_id: int, now: datetime) -> Undone:
    """Put back what a step changed: see `planning.steps`. Raise CellsRefused where there is no such step."""
    return _STEPS.undo(company, person, edit_id, now)


def last_step(company: Company, person: User, *, since: datetime) -> Edit | None:
    """Return the person's newest step that is not undone yet and not older than ``since``."""
    return _STEPS.last(company, person, since=since)


def refusal(member: Member | None, month: Month, amount: int | None, *, through: Month) -> str:
    """Return why a cell cannot be typed, as a sentence; "" if it can."""
    if member is None:
        return "A row is not there any more. Reload the page; nothing was written."
    if month <= through:
        return f"{short_month(month)} is in the books. Type a forecast from {short_month(through + 1)} on."
    if member.payroll:
        return f"{member.label} is payroll: it is forecast by the hiring plan."
    if amount is not None and abs(amount) >= LARGEST:
        return f"The amount for {member.label}, {short_month(month)} is too large. Check the number."
    return ""
