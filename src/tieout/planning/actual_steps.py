"""Typing over actuals, and returning to the books: what is refused, what is written, and how it is undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies.models import Company
from tieout.core.actuals import Figure
from tieout.core.month import Month
from tieout.expenses.sections import Section
from tieout.ledger.closing import closed
from tieout.ledger.models import Book
from tieout.planning.actual_records import ActualCells, Record
from tieout.planning.actuals import Place
from tieout.planning.models import Edit
from tieout.planning.steps import LARGEST, MOST, CellsRefused, Steps, Undone
from tieout.ui.figures import short_month

_STEPS: Steps[str, Record] = Steps(ActualCells())


class Typable(Protocol):
    """Actuals of some months: those of sections, or cash."""

    @property
    def records(self) -> Mapping[Place, Record]:
        """What is typed."""

    def figures(self) -> Iterator[tuple[Place, str, Section, Figure]]:
        """Yield the cells that can be typed."""


@dataclass(frozen=True, slots=True)
class Several:
    """Actuals of different kinds, to be typed in one step."""

    parts: Sequence[Typable]

    @property
    def records(self) -> Mapping[Place, Record]:
        """What is typed in any of them."""
        return {place: record for part in self.parts for place, record in part.records.items()}

    def figures(self) -> Iterator[tuple[Place, str, Section, Figure]]:
        """Yield the cells of all of them."""
        for part in self.parts:
            yield from part.figures()


@dataclass(frozen=True, slots=True)
class Target:
    """A cell that can be typed."""

    label: str
    section: Section
    figure: Figure


def targets(found: Typable) -> dict[Place, Target]:
    """Return the cells that can be typed: months of lines and of sections. Sums above them add what is shown."""
    return {place: Target(label, section, figure) for place, label, section, figure in found.figures()}


@transaction.atomic
def type_actuals(
    *, company: Company, person: User, book: Book, found: Typable, cells: Mapping[Place, int | None], what: str,
    now: datetime,
) -> Edit:  # fmt: skip
    """Write typed actual months, None to return one to the books; return the step, which `undo` takes back.

    ``found`` is what was shown; what is typed remembers the imported amount that it stands over. To type the same
    amount again says that it holds over what the books say by now. Only differences are written. Raise CellsRefused,
    and write nothing, if any cell cannot be typed.
    """
    if len(cells) > MOST:
        raise CellsRefused(f"{len(cells):,} cells are too many for one step. Write at most {MOST:,} at a time.")
    known, shut = targets(found), frozenset(closed(book))
    changes: dict[Place, Record | None] = {}
    for (row, month), amount in cells.items():
        target = known.get((row, month))
        if target is None or month in shut or (amount is not None and abs(amount) >= LARGEST):
            raise CellsRefused(refusal(target, month, amount, shut=month in shut))
        old = found.records.get((row, month))
        kept = old.row if old else row  # a row that had another key when it was typed keeps it
        new = amount if amount is None else _record(kept, month, amount, target, person, now)
        if _differs(old, new):
            changes[kept, month] = new
    return _STEPS.take(company, person, changes, _STEPS.cells.now(company, changes), what)


def undo(*, company: Company, person: User, edit_id: int, now: datetime) -> Undone:
    """Put back what a step changed, who typed it and when with it. Raise CellsRefused where there is no such step."""
    return _STEPS.undo(company, person, edit_id, now)


def last_step(company: Company, person: User, *, since: datetime) -> Edit | None:
    """Return the person's newest step that is not undone yet and not older than ``since``."""
    return _STEPS.last(company, person, since=since)


@transaction.atomic
def drop(*, company: Company, person: User, cells: Mapping[Place, object], what: str) -> Edit:
    """Drop typed amounts whose row is gone: the adjustment no longer takes them. One step, which can be undone."""
    here = _STEPS.cells.now(company, cells)
    return _STEPS.take(company, person, dict.fromkeys(here), here, what)


def refusal(target: Target | None, month: Month, amount: int | None, *, shut: bool) -> str:
    """Return why a cell cannot be typed, as a sentence; "" if it can."""
    if shut:
        return f"{short_month(month)} is closed and stays as it was. An admin can open it again under Closed months."
    if target is None:
        return (
            f"A cell of {short_month(month)} cannot be typed: it is not on the page any more, or comes from a pay run."
        )
    if amount is not None and abs(amount) >= LARGEST:
        return f"The amount for {target.label}, {short_month(month)} is too large. Check the number."
    return ""


def _record(row: str, month: Month, amount: int, target: Target, person: User, now: datetime) -> Record:
    return Record(
        row=row, month=month, amount=amount, over=target.figure.imported, section=target.section, label=target.label,
        person=person.pk, at=now,
    )  # fmt: skip


def _differs(old: Record | None, new: Record | None) -> bool:
    if old is None or new is None:
        return old is not new
    return old.typed != new.typed
