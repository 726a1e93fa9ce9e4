"""What the grid of a version sends when somebody types, pastes or fills: texts, read as amounts or refused in words.

A step that can be taken back is a signed list of what it changed, kept by the page alone: nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from django.core import signing

from tieout.budgets.content import Line
from tieout.budgets.models import Budget
from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_amount
from tieout.ui.figures import count, short_month

MOST = 5_000  # cells in one step
ROW = "row:"  # how the grid's rows of expenses are called, before their ids
_DASHES = {"", "-", "–", "—", "−"}
_TOLD = 4  # reasons in one message
_SALT, _AGE = "budgets.step", 12 * 3600  # seconds that a step can be taken back

Cells = Mapping[tuple[int, Month], int]


class Unreadable(ValueError):
    """The request is none of the grid's, or names too many cells; ``str()`` is fit for the page."""


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """A cell as the grid names it: the row's key, the column's month, and what was typed."""

    row: str
    month: str
    text: str


@dataclass(slots=True)
class Reading:
    """Cells to write, and those that cannot be, with why."""

    cells: dict[tuple[int, Month], int] = field(default_factory=dict)
    refused: list[Sent] = field(default_factory=list)
    reasons: dict[str, None] = field(default_factory=dict)  # in the order of the cells, each once

    @property
    def message(self) -> str:
        """What to tell, "" if all can be written."""
        if not self.refused:
            return ""
        told = list(self.reasons)
        more = f" And {count(len(told) - _TOLD, 'more reason')}." if len(told) > _TOLD else ""
        return f"Nothing was written: {count(len(self.refused), 'cell')} cannot be. {' '.join(told[:_TOLD])}{more}"


def read(text: str, budget: Budget, lines: Mapping[int, Line]) -> Reading:
    """Return what to write and what to refuse. A blank or a dash is zero."""
    try:
        sent = msgspec.json.decode(text, type=list[Sent])
    except msgspec.DecodeError as error:
        raise Unreadable("Nothing was written: the page sent no cells. Reload it.") from error
    if not 0 < len(sent) <= MOST:
        raise Unreadable(f"Nothing was written: send 1 to {MOST:,} cells in one step, not {len(sent):,}.")
    result = Reading()
    for cell in sent:
        try:
            place, amount = _read(cell, budget, lines)
        except Unreadable as reason:
            result.refused.append(cell)
            result.reasons[str(reason)] = None
        else:
            result.cells[place] = amount
    return result


def step_of(budget: Budget, cells: Cells, before: Mapping[int, Line]) -> str:
    """Return the step that takes cells back to what they were, signed."""
    changes = [
        [row, month.key, before[row].amounts.get(month, 0), amount]
        for (row, month), amount in cells.items()
        if before[row].amounts.get(month, 0) != amount
    ]
    return signing.dumps([budget.pk, changes], salt=_SALT, compress=True) if changes else ""


def undone(step: str, budget: Budget, lines: Mapping[int, Line]) -> tuple[Cells, int]:
    """Return the cells that taking a step back writes, and how many somebody changed since, which stay as they are.

    Raise Unreadable for what is no step of this version, or is too old.
    """
    try:
        pk, changes = signing.loads(step, salt=_SALT, max_age=_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Unreadable("There is nothing to undo.") from error
    if pk != budget.pk:
        raise Unreadable("That step was made in another budget.")
    cells = {}
    for row, key, before, after in changes:
        month = Month.from_key(key)
        if row in lines and lines[row].amounts.get(month, 0) == after:
            cells[row, month] = before
    return cells, len(changes) - len(cells)


def _read(cell: Sent, budget: Budget, lines: Mapping[int, Line]) -> tuple[tuple[int, Month], int]:
    number = cell.row.removeprefix(ROW)
    if not cell.row.startswith(ROW):
        raise Unreadable("Sums cannot be typed. Type the expenses below them.")
    try:
        row, month = int(number), Month.parse(cell.month)
    except ValueError as error:
        raise Unreadable("Only months can be typed.") from error
    if row not in lines or not budget.first <= month.key <= budget.last:
        raise Unreadable("A cell is not on the page any more. Reload it.")
    text = cell.text.strip()
    try:
        typed = 0 if text in _DASHES else parse_amount(text, budget.digits, currency=budget.currency)
    except NotTyped as error:
        raise Unreadable(f"{lines[row].label}, {short_month(month)}: {error}") from error
    return (row, month), typed * lines[row].sign  # what is earned is typed as it is shown


def words(how: str, cells: Sequence[object]) -> str:
    """Return what was done, as a sentence: "Pasted 12 cells."."""
    verbs = {"pasted": "Pasted {}.", "filled": "Filled {} to the right.", "cleared": "Cleared {}."}
    return verbs.get(how, "Typed {}.").format(count(len(cells), "cell"))
