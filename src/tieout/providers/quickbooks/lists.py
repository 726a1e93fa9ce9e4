"""QuickBooks' lists as canonical records, and the ways back from what a report's cell says to a list's entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import (
    AccountRecord,
    DimensionRecord,
    DimensionValueRecord,
    ItemRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
)
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.quickbooks.wire import Entity

DELETED = " (deleted)"  # QuickBooks puts it behind the name of what is made inactive; nothing is ever deleted
CLASS, LOCATION, CUSTOMER = "class", "location", "customer"
LISTS = ("Account", "Vendor", "Customer", "Employee", "Item", "Class", "Department")

# Account types are Intuit's, with spaces; sub-types are an open set that differs by country.
_TYPES = {
    "Bank": (AccountType.ASSET, AccountRole.BANK),
    "Accounts Receivable": (AccountType.ASSET, AccountRole.RECEIVABLE),
    "Other Current Asset": (AccountType.ASSET, AccountRole.NONE),
    "Fixed Asset": (AccountType.ASSET, AccountRole.NONE),
    "Other Asset": (AccountType.ASSET, AccountRole.NONE),
    "Accounts Payable": (AccountType.LIABILITY, AccountRole.PAYABLE),
    "Credit Card": (AccountType.LIABILITY, AccountRole.CARD),
    "Other Current Liability": (AccountType.LIABILITY, AccountRole.NONE),
    "Long Term Liability": (AccountType.LIABILITY, AccountRole.NONE),
    "Equity": (AccountType.EQUITY, AccountRole.NONE),
    "Income": (AccountType.INCOME, AccountRole.NONE),
    "Other Income": (AccountType.INCOME, AccountRole.OTHER_INCOME),
    "Cost of Goods Sold": (AccountType.EXPENSE, AccountRole.COST_OF_SALES),
    "Expense": (AccountType.EXPENSE, AccountRole.NONE),
    "Other Expense": (AccountType.EXPENSE, AccountRole.OTHER_EXPENSE),
}
_NON_POSTING = "Non-Posting"
_PAYROLL_SUBTYPES = frozenset({"PayrollExpenses", "CostOfLabor", "CostOfLaborCos", "StaffCosts"})
_PARTIES = {"Vendor": PartyKind.VENDOR, "Customer": PartyKind.CUSTOMER, "Employee": PartyKind.EMPLOYEE}


def shown(entity: Entity) -> str:
    """Return an entity's name without the mark of inactive ones: its full path where it has one."""
    name = entity.full or entity.display or entity.name
    return name if entity.active else name.removesuffix(DELETED)


def account(entity: Entity) -> AccountRecord:
    """Return one account. Raise UnreadableBooks for an account type that we do not know."""
    try:
        kind, role = _TYPES[entity.account_type]
    except KeyError as error:
        raise UnreadableBooks(
            f"account {entity.id} is of the unknown type {entity.account_type!r}", where="Chart of accounts"
        ) from error
    if entity.account_subtype == "RetainedEarnings":
        role = AccountRole.RETAINED_EARNINGS
    elif entity.account_subtype in _PAYROLL_SUBTYPES:
        role = AccountRole.PAYROLL if role is AccountRole.NONE else role
    return AccountRecord(
        external_id=entity.id,
        name=entity.name if entity.active else entity.name.removesuffix(DELETED),
        type=kind,
        subtype=f"{entity.account_type}/{entity.account_subtype}",
        number=entity.number or "",
        parent=entity.parent.value if entity.parent else None,
        active=entity.active,
        role=role,
    )


def one_for_profit(accounts: dict[str, AccountRecord]) -> dict[str, AccountRecord]:
    """Leave the role of retained earnings to one account: the platform's own, which is the eldest of that sub-type.

    Others may be given the sub-type by hand; the platform closes the year into its own alone (that the eldest is its
    own is inferred, not documented).
    """
    earnings = [it.external_id for it in accounts.values() if it.role is AccountRole.RETAINED_EARNINGS]
    own = min(earnings, key=lambda id_: (len(id_), id_), default="")
    return {
        id_: msgspec.structs.replace(it, role=AccountRole.NONE) if id_ in earnings and id_ != own else it
        for id_, it in accounts.items()
    }


def parents_first(entities: Iterable[Entity]) -> list[Entity]:
    """Return entities so that each comes after its parent. A parent that is not among them counts as none."""
    waiting = {entity.id: entity for entity in entities}
    ordered: list[Entity] = []
    placed: set[str] = set()

    def place(entity: Entity) -> None:
        if entity.id in placed:
            return
        placed.add(entity.id)  # before the parent: a circle must end
        if entity.parent and (parent := waiting.get(entity.parent.value)):
            place(parent)
        ordered.append(entity)

    for entity in waiting.values():
        place(entity)
    return ordered


class Names:
    """One list by what a report's cell says: by id where there is one, else by name."""

    def __init__(self, listed: Iterable[tuple[str, str, bool]]) -> None:
        """``listed`` are ids, names (full paths, without the mark of inactive ones) and whether they are active."""
        self.ids: set[str] = set()
        # Best first: the name as it is shown; the plain name of an inactive one; the last step of a path.
        self._names: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        for external_id, name, active in listed:
            self.ids.add(external_id)
            own, plain, leaf = self._names
            mark = "" if active else DELETED
            own.setdefault(name + mark, set()).add(external_id)
            plain.setdefault(name, set()).add(external_id)
            last = name.rpartition(":")[2]
            for form in {last, last + mark}:
                leaf.setdefault(form, set()).add(external_id)

    def find(self, external_id: str | None, name: str) -> str | None:
        """Return the id that a cell stands for, or None where the list does not know it, or knows several."""
        if external_id:
            return external_id if external_id in self.ids else None
        for names in self._names:
            if found := names.get(name):
                return next(iter(found)) if len(found) == 1 else None
        return None

    def every(self, name: str) -> set[str]:
        """Return the ids of all that a name may stand for."""
        return {
            found
            for names in self._names
            for form in (name, name.removesuffix(DELETED))
            for found in names.get(form, ())
        }


class Lists:
    """All lists of one company as they were at one moment, read from QuickBooks or recalled."""

    def __init__(self, records: Iterable[ListRecord]) -> None:
        """``records`` are whole lists: parents before children, dimensions before their values."""
        self.records = list(records)
        self.accounts: dict[str, AccountRecord] = {}
        self.axes: set[str] = set()
        parties: dict[PartyKind, list[tuple[str, str, bool]]] = {kind: [] for kind in _PARTIES.values()}
        values: dict[str, list[tuple[str, str, bool]]] = {axis: [] for axis in (CLASS, LOCATION, CUSTOMER)}
        items: list[tuple[str, str, bool]] = []
        for record in self.records:
            match record:
                case AccountRecord():
                    self.accounts[record.external_id] = record
                case PartyRecord():
                    parties[record.key.kind].append((record.key.external_id, record.name, record.active))
                case ItemRecord():
                    items.append((record.external_id, record.name, record.active))
                case DimensionRecord():
                    self.axes.add(record.external_id)
                case DimensionValueRecord():
                    values[record.dimension].append((record.external_id, record.name, record.active))
        self.account_names = Names((it.external_id, self._path(it), it.active) for it in self.accounts.values())
        self.parties = {kind: Names(listed) for kind, listed in parties.items()}
        self.items = Names(items)
        self.values = {axis: Names(listed) for axis, listed in values.items()}

    def _path(self, account: AccountRecord) -> str:
        above = f"{self._path(self.accounts[account.parent])}:" if account.parent else ""
        return above + account.name


def records_of(entities: Mapping[str, Sequence[Entity]], axes: Mapping[str, str]) -> Iterator[ListRecord]:
    """Yield QuickBooks' lists as canonical records: parents before children, dimensions before their values.

    ``entities`` are whole lists by Intuit's entity name; ``axes`` is our dimension to its word, {"class": "Class"}.
    """
    posting = [entity for entity in entities.get("Account", ()) if entity.account_type != _NON_POSTING]
    accounts = one_for_profit({entity.id: account(entity) for entity in parents_first(posting)})
    for one in accounts.values():
        if one.parent is not None and one.parent not in accounts:
            raise UnreadableBooks(f"account {one.external_id} lacks its parent", where="Chart of accounts")
        yield one
    for name, kind in _PARTIES.items():
        for entity in entities.get(name, ()):
            yield PartyRecord(key=PartyKey(kind, entity.id), name=shown(entity), active=entity.active)
    for entity in entities.get("Item", ()):
        if entity.item_type != "Category":  # a folder of items, on no line
            yield ItemRecord(external_id=entity.id, name=shown(entity), active=entity.active)
    for axis, source in ((CLASS, "Class"), (LOCATION, "Department"), (CUSTOMER, "Customer")):
        if axis in axes:
            yield DimensionRecord(external_id=axis, name=axes[axis])
            yield from _values(axis, entities.get(source, ()))


def _values(axis: str, entities: Sequence[Entity]) -> Iterator[DimensionValueRecord]:
    known = {entity.id for entity in entities}
    for entity in parents_first(entities):
        parent = entity.parent.value if entity.parent and entity.parent.value in known else None
        yield DimensionValueRecord(
            dimension=axis, external_id=entity.id, name=shown(entity), parent=parent, active=entity.active
        )
