"""Who a ledger row is about: QuickBooks has one name column for all kinds, and one for each kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tieout.core.records import PartyKey, PartyKind
from tieout.providers.quickbooks.lists import Lists
from tieout.providers.quickbooks.reports import Unknown
from tieout.providers.quickbooks.wire import Cell

_KINDS = (PartyKind.VENDOR, PartyKind.CUSTOMER, PartyKind.EMPLOYEE)


class Named(NamedTuple):
    """The parties of one row."""

    payee: PartyKey | None  # the vendor, else the employee, else the customer
    payer: PartyKey | None  # the customer, else as above
    customer: str | None  # the customer's id: on an expense it is a dimension's value


NOBODY = Named(None, None, None)


class NamedBy:
    """Finds the parties of rows; equal cells are resolved once."""

    def __init__(self, lists: Lists, places: tuple[int, ...]) -> None:
        """``places`` are where the columns name, vendor, customer and employee stand."""
        self._lists = lists
        self._name, self._vendor, self._customer, self._employee = places
        self._known: dict[tuple[str | None, ...], Named] = {}

    def __call__(self, cells: Sequence[Cell]) -> Named:
        """Return the parties of a row. Raise Unknown for a name or id that the lists do not have."""
        name, vendor = cells[self._name], cells[self._vendor]
        customer, employee = cells[self._customer], cells[self._employee]
        key = (
            name.value, name.id, vendor.value, vendor.id, customer.value, customer.id, employee.value, employee.id
        )  # fmt: skip
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._resolve(name, (vendor, customer, employee))
        return found

    def _resolve(self, name: Cell, by_kind: tuple[Cell, Cell, Cell]) -> Named:
        found: dict[PartyKind, str] = {}
        for kind, cell in zip(_KINDS, by_kind, strict=True):
            if cell.value or cell.id:
                known = self._lists.parties[kind].find(cell.id, cell.value)
                if known is None:
                    raise Unknown(f"the {kind} {cell.value!r} ({cell.id or 'without an id'}) is not in its list")
                found[kind] = known
        if name.value or name.id:
            kinds = self._kinds_of(name)
            if not set(kinds) & set(found):
                found[_one(name, kinds)] = kinds[_one(name, kinds)]
        if not found:
            return NOBODY
        customer = found.get(PartyKind.CUSTOMER)
        order = (PartyKind.VENDOR, PartyKind.EMPLOYEE, PartyKind.CUSTOMER)
        payee = next(PartyKey(kind, found[kind]) for kind in order if kind in found)
        payer = PartyKey(PartyKind.CUSTOMER, customer) if customer else payee
        return Named(payee, payer, customer)

    def _kinds_of(self, cell: Cell) -> dict[PartyKind, str]:
        """Return what a cell of the common name column may be: ids of different kinds may be equal."""
        found = {kind: known for kind in _KINDS if (known := self._lists.parties[kind].find(cell.id, cell.value))}
        if len(found) > 1 and cell.id:
            named = {kind: known for kind in found if (known := self._lists.parties[kind].find(None, cell.value))}
            found = {kind: known for kind, known in named.items() if known == cell.id} or found
        return found


def _one(name: Cell, kinds: dict[PartyKind, str]) -> PartyKind:
    if len(kinds) != 1:
        several = "is in several lists" if kinds else "is in no list, or twice in one"
        raise Unknown(f"the name {name.value!r} ({name.id or 'without an id'}) {several}")
    return next(iter(kinds))
