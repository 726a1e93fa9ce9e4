"""From a figure of the cash page to the lines that it is the sum of."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.expenses.cells import RowCell, Segment, UnknownRow
from tieout.ledger.cash import opening_day
from tieout.ledger.models import Book
from tieout.ledger.queries import Cell
from tieout.planning.cash import CashFlows

BEGINS, ENDS, NET, UNEXPLAINED = "begins", "ends", "net", "unexplained"
LABELS = {
    BEGINS: "Beginning cash",
    NET: "Net change in cash",
    ENDS: "Ending cash",
    UNEXPLAINED: "Unexplained cash change",
}
UNEXPLAINED_MEANS = (
    "The books’ bank balances moved by this, and no posting that they give out says why. It is part of ending cash"
)


def bank_key(account: int) -> str:
    """Return the key of a cash account's row."""
    return f"bank:{account}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    trail: tuple[str, ...]
    cell: Cell | None  # None: nothing was posted
    amount: int
    sign: int = 1


def cash_cell(found: CashFlows, book: Book, version: int, key: str, first: Month, last: Month) -> RowCell:
    """Return what a row's figure over actual months (both included) consists of. Raise UnknownRow for no row's key.

    ``found`` must hold these months. The lines of a flow stand on its counterpart accounts, whose credits are money
    in: they are turned when they are shown.
    """
    figure = _figure(found, Month.of(opening_day(book, version)), key, first, last)
    cell = figure.cell
    return RowCell(
        key=key,
        first=first,
        last=last,
        trail=figure.trail,
        # No account at all would mean every account to the ledger.
        segments=(Segment(cell, version),) if cell and cell.accounts else (),
        amount=figure.amount,
        accounts=frozenset(cell.accounts if cell else ()),
        sign=figure.sign,
    )


def _figure(found: CashFlows, day: Month, key: str, first: Month, last: Month) -> _Figure:
    """``day`` is the month of the opening, from which on balances are added up."""
    cash = found.accounts.cash
    if key in set(Flow) or key.startswith("flow:"):
        return _flow(found, key, first, last)
    if key.startswith("bank:"):
        bank = next((row for row in found.banks if bank_key(row.account.id) == key), None)
        if bank is None:
            raise UnknownRow(key)
        cell = Cell(day, last, accounts=(bank.account.id,))
        return _Figure(trail=(LABELS[ENDS], bank.account.label), cell=cell, amount=bank.ends[last])
    if key == BEGINS:
        cell, amount = Cell(day, max(first - 1, day), accounts=cash), found.begins[first]
    elif key == ENDS:
        cell, amount = Cell(day, last, accounts=cash), found.ends[last]
    elif key == NET:
        since = max(first, day + 1)
        amount = found.ends[last] - found.begins[first]
        return _Figure(
            trail=(LABELS[key],), cell=Cell(since, last, accounts=cash) if since <= last else None, amount=amount
        )
    elif key == UNEXPLAINED:
        cell = Cell(first, last, accounts=cash, explaining=True)
        amount = sum(it for month, it in found.unexplained.items() if first <= month <= last)
    else:
        raise UnknownRow(key)
    return _Figure(trail=(LABELS[key],), cell=cell, amount=amount)


def _flow(found: CashFlows, key: str, first: Month, last: Month) -> _Figure:
    rows = [row for row in found.rows if row.account and key in (row.key, row.flow)]
    if not rows and key not in set(Flow):
        raise UnknownRow(key)
    accounts = tuple(sorted(row.account for row in rows))
    return _Figure(
        trail=(Flow(key).label,) if key in set(Flow) else (rows[0].flow.label, rows[0].label),
        cell=Cell(first, last, accounts=accounts, counters=found.accounts.cash) if accounts else None,
        amount=-sum(it for row in rows for month, it in row.months.items() if first <= month <= last),
        sign=-1,
    )
