"""What the change log is narrowed to, as cells of the ledger: accounts, months, a department of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.expenses.labels import Label, Labels
from tieout.ledger.accounts import Account
from tieout.ledger.changes_between import Place
from tieout.ledger.queries import Cell

UNASSIGNED = "Unassigned"
_ALWAYS = (Month(1900, 1), Month(2999, 12))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Only these; None means all. ``account`` is a row id, ``department`` a name, months are both included."""

    account: int | None = None
    department: str = ""
    first: Month | None = None
    last: Month | None = None


def cells(
    asked: Narrowed, accounts: Mapping[int, Account], placed: Labels, touched: Collection[Place]
) -> tuple[Cell, ...] | None:
    """Return the cells that are asked for: () for everywhere, None for nowhere.

    A department holds what `expense_report` shows under it; ``touched`` are the places that it can be found in.
    """
    first, last = asked.first or _ALWAYS[0], asked.last or _ALWAYS[1]
    only = (asked.account,) if asked.account is not None else ()
    if not asked.department:
        return () if asked == Narrowed() else (Cell(first, last, only),)
    found = tuple(_of_department(asked.department, first, last, only, accounts, placed, touched))
    return found or None


def holds(wanted: Sequence[Cell] | None, place: Place) -> bool:
    """Whether a place is in one of the cells, as `cells` returned them."""
    if not wanted:
        return wanted is not None
    return any(cell.holds(place) for cell in wanted)


def departments(accounts: Mapping[int, Account], placed: Labels, touched: Collection[Place]) -> list[str]:
    """Return the departments that hold any of the places, by name; Unassigned last."""
    found = {
        _department(placed.of(place.account, place.expense), Month.from_key(place.month))
        for place in touched
        if accounts[place.account].type is AccountType.EXPENSE
    }
    return sorted(found, key=lambda name: (name == UNASSIGNED, name.casefold()))


def _of_department(
    name: str, first: Month, last: Month, only: tuple[int, ...], accounts: Mapping[int, Account], placed: Labels,
    touched: Collection[Place],
) -> Iterator[Cell]:  # fmt: skip
    months = sorted({month for place in touched if first <= (month := Month.from_key(place.month)) <= last})
    by_run: defaultdict[tuple[tuple[int, ...], Month, Month], set[int]] = defaultdict(set)
    for account, expense in sorted({(place.account, place.expense) for place in touched}):
        if accounts[account].type is not AccountType.EXPENSE or (only and account not in only):
            continue
        label = placed.of(account, expense)
        # An expense that is there is in one department whatever the account; one that is gone counts as the account's.
        where = only or (() if label is not None and label.expense == expense else (account,))
        for here, run in groupby(months, key=lambda month, label=label: _department(label, month) == name):  # type: ignore[misc]
            if here:
                inside = list(run)
                by_run[where, inside[0], inside[-1]].add(expense)
    for (where, start, end), expenses in by_run.items():
        yield Cell(start, end, where, tuple(sorted(expenses)))


def _department(label: Label | None, month: Month) -> str:
    return (label.department(month) if label else "") or UNASSIGNED
