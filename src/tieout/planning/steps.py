"""Steps that can be undone: cells that somebody changed at once. One way for forecast months and for actual ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.planning.models import Edit, Layer

MOST = 20_000  # cells a step
LARGEST = 10**15  # minor units: what a spreadsheet still holds exactly, and no sum of cells overflows

Row = TypeVar("Row", int, str)
Value = TypeVar("Value")


class CellsRefused(ValueError):
    """Nothing was written; the text says why, and what to do."""


class Cells(Protocol[Row, Value]):
    """One layer of cells: how they are kept. A place is a row and a month, a value is what a cell holds."""

    layer: Layer
    row: str  # what rows are called in a step: "expense"
    typed: str  # the audit log's words for writing, and for taking back
    undid: str

    def now(self, company: Company, places: Mapping[tuple[Row, Month], object]) -> Mapping[tuple[Row, Month], Value]:
        """Return what these cells hold, locked until the end of the transaction."""

    def there(self, company: Company, rows: set[Row]) -> set[Row]:
        """Return the rows that can still be written."""

    def write(self, company: Company, changes: Mapping[tuple[Row, Month], Value | None]) -> None:
        """Write cells; None empties one."""

    def same(self, one: Value | None, other: Value | None) -> bool:
        """Return whether two values are the same to a reader."""

    def to_json(self, value: Value) -> object:
        """Return a value as a step keeps it."""

    def from_json(self, kept: object) -> Value:
        """Return the value that a step keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo did: how many cells it put back, and how many somebody has changed since and it left alone."""

    edit: Edit
    count: int
    kept: int


@dataclass(frozen=True, slots=True)
class Steps(Generic[Row, Value]):
    """Steps of one layer."""

    cells: Cells[Row, Value]

    def take(
        self, company: Company, person: User, changes: Mapping[tuple[Row, Month], Value | None],
        before: Mapping[tuple[Row, Month], Value], what: str,
    ) -> Edit:  # fmt: skip
        """Write changes as one step and return it; without any, the step is not kept (its ``pk`` is None)."""
        told = [
            {
                self.cells.row: row,
                "month": month.key,
                "before": self._kept(before.get((row, month))),
                "after": self._kept(value),
            }
            for (row, month), value in changes.items()
        ]
        edit = Edit(company=company, person=person, layer=self.cells.layer, what=what[:200], changes=told)
        if changes:
            edit.save()
            self.cells.write(company, changes)
            audit.record(company, person, self.cells.typed, edit, after=self._summary(what, changes))
        return edit

    @transaction.atomic
    def undo(self, company: Company, person: User, edit_id: int, now: datetime) -> Undone:
        """Put back what a step of the person's changed, where nobody has changed it since and the row is still there.

        A step is undone once. An undo is no step of its own: what it put back is typed again to have it again.
        Raise CellsRefused where there is no such step.
        """
        steps = Edit.objects.select_for_update().filter(company=company, person=person, layer=self.cells.layer)
        edit = steps.filter(pk=edit_id).first()
        if edit is None:
            raise CellsRefused("There is no such step of yours. Nothing was undone.")
        if edit.undone_at is not None:
            raise CellsRefused("That step was undone before. Nothing was changed.")
        left = {self._place(it): self._value(it["after"]) for it in edit.changes}
        back = {self._place(it): self._value(it["before"]) for it in edit.changes}
        here = self.cells.now(company, left)
        there = self.cells.there(company, {row for row, _ in left})
        changes = {
            at: back[at] for at, value in left.items() if at[0] in there and self.cells.same(here.get(at), value)
        }
        self.cells.write(company, changes)
        edit.undone_at = now
        edit.save(update_fields=["undone_at"])
        audit.record(company, person, self.cells.undid, edit, after=self._summary(edit.what, changes))
        return Undone(edit=edit, count=len(changes), kept=len(left) - len(changes))

    def last(self, company: Company, person: User, *, since: datetime) -> Edit | None:
        """Return the person's newest step that is not undone yet and not older than ``since``."""
        steps = Edit.objects.filter(company=company, person=person, undone_at=None, at__gte=since)
        return steps.filter(layer=self.cells.layer).order_by("-pk").first()

    def _kept(self, value: Value | None) -> object:
        return None if value is None else self.cells.to_json(value)

    def _value(self, kept: object) -> Value | None:
        return None if kept is None else self.cells.from_json(kept)

    def _place(self, change: Mapping[str, object]) -> tuple[Row, Month]:
        return change[self.cells.row], Month.from_key(change["month"])  # type: ignore[return-value, arg-type]

    def _summary(self, what: str, changes: Mapping[tuple[Row, Month], object]) -> dict[str, audit.Value]:
        """Return the audit row's values: how much, not each cell; those are in the step."""
        months = [month for _, month in changes]
        told: dict[str, audit.Value] = {"step": what, "cells": len(changes)}
        if months:
            told |= {"rows": len({row for row, _ in changes})}
            told |= {"from": str(min(months)), "to": str(max(months))}
        return told
