"""Why a month of a variable has no value, and how that is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tieout.core.month import Month

Cell = tuple[str, int]
"""A variable's key and the position of a month in the model's range."""
_TOLD_AROUND = 8  # cells of a circle that a sentence names


class Reason(StrEnum):
    """What went wrong."""

    DIVISION = "division"
    TOO_LARGE = "too_large"
    CIRCLE = "circle"
    GONE = "gone"  # a variable that is no more
    TOO_LATE = "too_late"  # looked at after the last month


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What stands in a cell instead of a value. ``start`` and ``end`` are the place in the cell's own formula.

    ``origin`` is the cell that failed first, None where that is this one; ``circle`` are the cells of a circle.
    """

    reason: Reason
    start: int = 0
    end: int = 0
    origin: Cell | None = None
    circle: tuple[Cell, ...] = ()

    def read_by_another(self, cell: Cell) -> Fault:
        """Return what the reader of the failed ``cell`` gets."""
        return replace(self, start=0, end=0, origin=cell if cell in self.circle else self.origin or cell)

    def at_place(self, start: int, end: int) -> Fault:
        """Return the fault with the place in the reader's formula."""
        return replace(self, start=start, end=end)


class Failed(Exception):
    """A cell cannot be computed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def circle_of(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return a circle's cells from its least one on, so that it is the same wherever it was entered."""
    least = cells.index(min(cells))
    return (*cells[least:], *cells[:least])


def told(fault: Fault, cell: Cell, *, month_of: Callable[[int], Month], name_of: Callable[[str], str]) -> str:
    """Return the sentence for the page. ``cell`` is where the fault stands."""
    if fault.reason is Reason.CIRCLE and cell in fault.circle:
        return f"This goes round in a circle: {_around(fault.circle, month_of, name_of)}."
    where, at = fault.origin or cell
    what = _what(fault, _month(month_of(at)), month_of, name_of)
    if fault.origin is None or where == cell[0]:
        return what
    return f"{name_of(where)} cannot be computed: {what[0].lower()}{what[1:]}"


def _what(fault: Fault, month: str, month_of: Callable[[int], Month], name_of: Callable[[str], str]) -> str:
    match fault.reason:
        case Reason.DIVISION:
            return f"Division by zero in {month}."
        case Reason.TOO_LARGE:
            return f"The result is too large in {month}."
        case Reason.CIRCLE:
            return f"It goes round in a circle: {_around(fault.circle, month_of, name_of)}."
        case Reason.GONE:
            return "It names a variable that is no more."
        case Reason.TOO_LATE:
            return f"In {month} it looks past the last month that is planned."


def _around(circle: Sequence[Cell], month_of: Callable[[int], Month], name_of: Callable[[str], str]) -> str:
    cells = [f"{name_of(key)} ({_month(month_of(at))})" for key, at in (*circle, circle[0])]
    if len(cells) > _TOLD_AROUND:
        left_out = len(cells) - _TOLD_AROUND
        cells = [*cells[: _TOLD_AROUND - 1], f"{left_out} more", cells[-1]]
    return " → ".join(cells)


def _month(month: Month) -> str:
    return f"{month.start:%b %Y}"
