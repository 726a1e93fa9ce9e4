"""What the Actuals grid sends when somebody types, pastes, fills or resets: texts, read as amounts or refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tieout.core.month import Month
from tieout.ledger.models import Book
from tieout.planning.actual_steps import Target, refusal
from tieout.planning.actuals import Place
from tieout.planning.steps import CellsRefused
from tieout.planning.typing import Reading, Sent, amount_of
from tieout.ui.figures import short_month

_SUM = "This row adds up others. Type the rows below it, or the subtotal of a section."
_GONE = "A cell is not on the page any more. Reload it."
_SUMS = (
    "category:", "income", "total", "adjustment:", "net", "group:", "begins", "ends", "unexplained", "collections",
    "payments", "fundraise", "transfers", "flow:",
)  # fmt: skip


def months_of(sent: Sequence[Sent]) -> tuple[Month, Month]:
    """Return the first and last month of the cells. Raise CellsRefused for one that names none."""
    try:
        months = [Month.parse(cell.month) for cell in sent]
    except ValueError as error:
        raise CellsRefused(_GONE) from error
    return min(months), max(months)


def read(
    sent: Sequence[Sent], book: Book, known: Mapping[Place, Target], shut: Collection[Month], turned: Collection[str]
) -> Reading[str]:
    """Return what to write and what to refuse. An empty text returns a month to the books; a dash is zero.

    Rows of the sections in ``turned`` are shown, and so typed, with the other sign.
    """
    result: Reading[str] = Reading()
    for cell in sent:
        try:
            place, amount = _read(cell, book, known, shut)
            sign = -1 if known[place].section in turned else 1
        except CellsRefused as reason:
            result.refused.append(cell)
            result.reasons[str(reason)] = None
        else:
            result.cells[place] = None if amount is None else sign * amount
    return result


def _read(cell: Sent, book: Book, known: Mapping[Place, Target], shut: Collection[Month]) -> tuple[Place, int | None]:
    if cell.row.startswith(_SUMS):
        raise CellsRefused(_SUM)
    month = Month.parse(cell.month)
    place = (cell.row.partition("@")[0], month)
    target = known.get(place)
    if reason := refusal(target, month, None, shut=month in shut):
        raise CellsRefused(reason)
    label = target.label if target else ""
    amount = amount_of(cell.text.strip(), book, f"{label}, {short_month(month)}")
    if reason := refusal(target, month, amount, shut=False):
        raise CellsRefused(reason)
    return place, amount
