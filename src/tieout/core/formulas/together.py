"""Rows that look at each other, or that something is wrong with, computed cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException

from tieout.core.formulas.cells import Asking
from tieout.core.formulas.columns import Column
from tieout.core.formulas.faults import Cell, Failed, Fault, Reason, circle_of
from tieout.core.formulas.functions import ZERO
from tieout.core.formulas.nodes import Node


@dataclass(frozen=True, slots=True)
class Row:
    """A variable's values by position. Where there is a fault, the value is zero and means nothing."""

    values: Column
    faults: Mapping[int, Fault] = field(default_factory=dict)


class Together:
    """Computes some rows cell by cell, each cell when it is first needed. A cell that needs itself is a circle."""

    def __init__(self, keys: Collection[str], nodes: Mapping[str, Node], rows: Mapping[str, Row], count: int) -> None:
        self._keys = frozenset(keys)
        self._order = sorted(keys)
        self._nodes = nodes
        self._rows = rows  # of all that these look at beside themselves
        self._count = count
        self._values: dict[Cell, Decimal] = {}
        self._faults: dict[Cell, Fault] = {}

    def rows(self) -> dict[str, Row]:
        """Return all rows."""
        months = range(self._count)
        for at in months:
            for key in self._order:
                if (key, at) not in self._values:
                    self._settle((key, at))
        return {
            key: Row(
                [self._values[key, at] for at in months],
                {at: fault for at in months if (fault := self._faults.get((key, at)))},
            )
            for key in self._order
        }

    def _settle(self, cell: Cell) -> None:
        """Compute a cell and those that it waits for, on a stack of our own: Python's has no room for long chains."""
        stack = [self._begin(cell)]
        doing = {cell: 0}
        answer: Decimal | Fault | None = None
        while stack:
            cell, work = stack[-1]
            try:
                asked = work.throw(Failed(answer)) if isinstance(answer, Fault) else work.send(answer)  # type: ignore[arg-type]
            except StopIteration as done:
                answer = self._values[cell] = done.value
            except Failed as failed:
                answer = self._fail(cell, failed.fault)
            except DecimalException:
                answer = self._fail(cell, Fault(reason=Reason.TOO_LARGE))
            else:
                if asked in doing:
                    cells = [waiting for waiting, _ in stack[doing[asked] :]]
                    answer = Fault(reason=Reason.CIRCLE, circle=circle_of(cells))
                else:
                    answer = self._read(asked)
                    if answer is None:
                        doing[asked] = len(stack)
                        stack.append(self._begin(asked))
                continue
            stack.pop()
            del doing[cell]

    def _begin(self, cell: Cell) -> tuple[Cell, Asking]:
        return cell, self._nodes[cell[0]].cell(cell[1])

    def _fail(self, cell: Cell, fault: Fault) -> Fault:
        self._values[cell] = ZERO
        self._faults[cell] = fault
        return fault.read_by_another(cell)

    def _read(self, cell: Cell) -> Decimal | Fault | None:
        """Return a cell's value, why it has none, or None if it is still to be computed."""
        key, at = cell
        if key not in self._keys:
            return known(cell, self._rows, self._count)
        if not 0 <= at < self._count:
            return _outside(at)
        fault = self._faults.get(cell)
        return fault.read_by_another(cell) if fault else self._values.get(cell)


def known(cell: Cell, rows: Mapping[str, Row], count: int) -> Decimal | Fault:
    """Return the value of a cell that is computed, or why it has none."""
    key, at = cell
    if key not in rows:
        return Fault(reason=Reason.GONE)
    if not 0 <= at < count:
        return _outside(at)
    row = rows[key]
    return row.faults[at].read_by_another(cell) if at in row.faults else row.values[at]


def ask(work: Asking, rows: Mapping[str, Row], count: int) -> Decimal:
    """Return what a computation comes to where all that it needs is computed. Raise Failed."""
    answer: Decimal | Fault | None = None
    while True:
        try:
            asked = work.throw(Failed(answer)) if isinstance(answer, Fault) else work.send(answer)  # type: ignore[arg-type]
        except StopIteration as done:
            return Decimal(done.value)
        answer = known(asked, rows, count)


def _outside(at: int) -> Decimal | Fault:
    return ZERO if at < 0 else Fault(reason=Reason.TOO_LATE)
