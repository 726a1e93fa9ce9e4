"""QuickBooks' lists as canonical records, and the ways back from what a report's cell says to a list's entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.ids: set[str] = set()
        # Best first: the name as it is shown; the plain name of an inactive one; the last step of a path.
        self._names: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        for entity in entities:
            self.ids.add(entity.id)
            name = shown(entity)
            own, plain, leaf = self._names
            own.setdefault(name if entity.active else name + DELETED, set()).add(entity.id)
            plain.setdefault(name, set()).add(entity.id)
            for form in (entity.display, entity.name):
                leaf.setdefault(form, set()).add(entity.id)

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


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists of one company, as read at one moment."""

    entities: Mapping[str, Sequence[Entity]]  # by Intuit's entity name
    axes: Mapping[str, str]  # our dimension to its word: {"class": "Class", "location": "Store"}
    accounts: dict[str, AccountRecord] = field(init=False)
    account_names: Names = field(init=False)
    parties: dict[PartyKind, Names] = field(init=False)
    items: Names = field(init=False)
    values: dict[str, Names] = field(init=False)  # by dimension

    def __post_init__(self) -> None:
        posting = [entity for entity in self.of("Account") if entity.account_type != _NON_POSTING]
        accounts = one_for_profit({entity.id: account(entity) for entity in parents_first(posting)})
        for one in accounts.values():
            if one.parent is not None and one.parent not in accounts:
                raise UnreadableBooks(f"account {one.external_id} lacks its parent", where="Chart of accounts")
        object.__setattr__(self, "accounts", accounts)
        object.__setattr__(self, "account_names", Names(posting))
        object.__setattr__(self, "parties", {kind: Names(self.of(name)) for name, kind in _PARTIES.items()})
        object.__setattr__(self, "items", Names(self.of("Item")))
        sources = {CLASS: "Class", LOCATION: "Department", CUSTOMER: "Customer"}
        object.__setattr__(self, "values", {axis: Names(self.of(source)) for axis, source in sources.items()})

    def of(self, name: str) -> Sequence[Entity]:
        """Return the entities of one list, empty where it was not read."""
        return self.entities.get(name, ())

    def records(self) -> Iterator[ListRecord]:
        """Yield everything as canonical records: parents before children, dimensions before their values."""
        yield from self.accounts.values()
        for name, kind in _PARTIES.items():
            for entity in self.of(name):
                yield PartyRecord(key=PartyKey(kind, entity.id), name=shown(entity), active=entity.active)
        for entity in self.of("Item"):
            if entity.item_type != "Category":  # a folder of items, on no line
                yield ItemRecord(external_id=entity.id, name=shown(entity), active=entity.active)
        for axis, source in ((CLASS, "Class"), (LOCATION, "Department"), (CUSTOMER, "Customer")):
            if axis in self.axes:
                yield DimensionRecord(external_id=axis, name=self.axes[axis])
                yield from _values(axis, self.of(source))


def _values(axis: str, entities: Sequence[Entity]) -> Iterator[DimensionValueRecord]:
    known = {entity.id for entity in entities}
    for entity in parents_first(entities):
        parent = entity.parent.value if entity.parent and entity.parent.value in known else None
        yield DimensionValueRecord(
            dimension=axis, external_id=entity.id, name=shown(entity), parent=parent, active=entity.active
        )
