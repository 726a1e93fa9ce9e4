"""What the grid sends when somebody types or pastes: texts of cells, read as amounts or refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic

import msgspec

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_amount
from tieout.expenses.sections import Member
from tieout.expenses.streams import both_plans
from tieout.ledger.models import Book
from tieout.planning.cells import MOST, CellsRefused, Place, refusal
from tieout.planning.steps import Row
from tieout.ui.figures import count, short_month

_DASHES = {"-", "–", "—", "−"}
_TOLD = 4  # reasons in one message
_SUM = "Sums cannot be typed. Type the rows below them."
_GONE = "A cell is not on the page any more. Reload it."


class Unreadable(ValueError):
    """The request is not one of the grid's."""


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """A cell as the grid names it: the row's key, the column's month, and what was typed."""

    row: str
    month: str
    text: str


@dataclass(slots=True)
class Reading(Generic[Row]):
    """Cells to write, and those that cannot be, with why: what a person reads before anything is written."""

    cells: dict[tuple[Row, Month], int | None] = field(default_factory=dict)
    refused: list[Sent] = field(default_factory=list)
    reasons: dict[str, None] = field(default_factory=dict)  # in the order of the cells, each once

    @property
    def message(self) -> str:
        """Return what to tell, "" if all can be written."""
        if not self.refused:
            return ""
        told = list(self.reasons)
        more = f" And {count(len(told) - _TOLD, 'more reason')}." if len(told) > _TOLD else ""
        cells = count(len(self.refused), "cell")
        return f"Nothing was written: {cells} cannot be typed so. {' '.join(told[:_TOLD])}{more}"


def decode(text: str) -> list[Sent]:
    """Return the cells of a request. Raise Unreadable if it holds none, and CellsRefused if it holds too many."""
    try:
        sent = msgspec.json.decode(text, type=list[Sent])
    except msgspec.DecodeError as error:
        raise Unreadable from error
    if not sent:
        raise Unreadable
    if len(sent) > MOST:
        raise CellsRefused(f"{len(sent):,} cells are too many for one step. Write at most {MOST:,} at a time.")
    return sent


def read(sent: Sequence[Sent], company: Company, book: Book, *, through: Month) -> Reading[int]:
    """Return what to write and what to refuse. An empty text gives the month back to its driver; a dash is zero."""
    members = {it.id: it for plan in both_plans(company, book) for it in plan.members if it.id}
    result: Reading[int] = Reading()
    for cell in sent:
        try:
            place, amount = _read(cell, members, book, through)
        except CellsRefused as reason:
            result.refused.append(cell)
            result.reasons[str(reason)] = None
        else:
            result.cells[place] = amount
    return result


def _read(cell: Sent, members: dict[int, Member], book: Book, through: Month) -> tuple[Place, int | None]:
    kind, _, rest = cell.row.partition(":")
    number = rest.partition("@")[0]
    if kind != "expense":
        raise CellsRefused(_SUM)
    try:
        month = Month.parse(cell.month)
    except ValueError as error:
        raise CellsRefused(_GONE) from error
    member = members.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if reason := refusal(member, month, None, through=through):
        raise CellsRefused(reason)
    label = member.label if member else ""
    amount = amount_of(cell.text.strip(), book, f"{label}, {short_month(month)}")
    if reason := refusal(member, month, amount, through=through):
        raise CellsRefused(reason)
    return (int(number), month), amount


def amount_of(text: str, book: Book, where: str) -> int | None:
    """Return a typed amount in minor units, None for an empty text. Raise CellsRefused, told as ``where``."""
    if not text:
        return None
    if text in _DASHES:
        return 0
    try:
        return parse_amount(text, book.digits, currency=book.currency)
    except NotTyped as reason:
        raise CellsRefused(f"{where}: {reason}") from reason
