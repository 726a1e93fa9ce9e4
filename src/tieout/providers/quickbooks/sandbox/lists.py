"""The lists of a company: accounts, parties, items, classes and locations, as QuickBooks keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tieout.providers.quickbooks.sandbox.chart import CLASSIFICATION, NON_POSTING, ORDER
from tieout.providers.quickbooks.sandbox.wire import BadDocument, Json, ref

NAME_FIELD = {
    "Account": "Name",
    "Class": "Name",
    "Department": "Name",
    "Item": "Name",
    "Customer": "DisplayName",
    "Vendor": "DisplayName",
    "Employee": "DisplayName",
}
_SUB_FLAG = {"Account": "SubAccount", "Class": "SubClass", "Department": "SubDepartment", "Customer": "Job"}
# Which list a reference field of a document points into.
POINTS_TO = {
    "APAccountRef": "Account",
    "AccountRef": "Account",
    "AdjustAccountRef": "Account",
    "AssetAccountRef": "Account",
    "BankAccountRef": "Account",
    "CCAccountRef": "Account",
    "CreditCardAccountRef": "Account",
    "DepositToAccountRef": "Account",
    "DiscountAccountRef": "Account",
    "ExpenseAccountRef": "Account",
    "FromAccountRef": "Account",
    "IncomeAccountRef": "Account",
    "ItemAccountRef": "Account",
    "ToAccountRef": "Account",
    "ClassRef": "Class",
    "CustomerRef": "Customer",
    "DepartmentRef": "Department",
    "EmployeeRef": "Employee",
    "ItemRef": "Item",
    "VendorRef": "Vendor",
}


class Stamp(NamedTuple):
    """When an entry was made and last changed (epoch seconds), and how often."""

    created: int
    modified: int
    version: int


class Lists:
    """The list entries of one company, by entity and id. Entries are never deleted, only made inactive."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._entries: dict[str, dict[str, Json]] = {entity: {} for entity in NAME_FIELD}
        self._full: dict[tuple[str, str], str] = {}
        self.stamps: dict[tuple[str, str], Stamp] = {}

    def put(self, entity: str, entry: Json, *, now: int) -> None:
        """Take an entry in, with the fields that the platform derives; in place of an earlier one with its id."""
        name = entry.get(NAME_FIELD[entity])
        if not name or ":" in str(name):
            raise BadDocument(f"{entity} {entry.get('Id')}: {name!r} is not a name")
        parent = ref(entry, "ParentRef")
        if parent and (parent not in self._entries[entity] or parent == entry["Id"]):
            raise BadDocument(f"{entity} {name}: no parent {parent}")
        entry.setdefault("Active", True)
        if flag := _SUB_FLAG.get(entity):
            entry[flag] = bool(parent)
        if entity == "Account":
            _complete_account(entry, self._currency)
        self._entries[entity][entry["Id"]] = entry
        self._full.clear()
        earlier = self.stamps.get((entity, entry["Id"]))
        self.stamps[entity, entry["Id"]] = Stamp(
            earlier.created if earlier else now, now, earlier.version + 1 if earlier else 0
        )

    def made_at(self, seconds: int) -> None:
        """Let all entries look as if they had been made at one moment, and not changed since."""
        self.stamps = {key: Stamp(seconds, seconds, stamp.version) for key, stamp in self.stamps.items()}

    def has(self, entity: str, entry_id: str) -> bool:
        """Tell whether an entry exists, active or not."""
        return entry_id in self._entries.get(entity, {})

    def get(self, entity: str, entry_id: str) -> Json:
        """Return an entry. Raise BadDocument if there is none."""
        try:
            return self._entries[entity][entry_id]
        except KeyError as error:
            raise BadDocument(f"{entity} {entry_id} does not exist") from error

    def all(self, entity: str) -> Iterator[Json]:
        """Yield a list's entries, inactive ones too, in the order in which they were made."""
        yield from self._entries[entity].values()

    def leaf(self, entity: str, entry_id: str) -> str:
        """Return an entry's own name as reports show it: an inactive one ends in ``(deleted)``."""
        entry = self.get(entity, entry_id)
        return f"{entry[NAME_FIELD[entity]]}{'' if entry['Active'] else ' (deleted)'}"

    def full(self, entity: str, entry_id: str) -> str:
        """Return an entry's name with its parents, ``Acme:Site 2``."""
        key = (entity, entry_id)
        if key not in self._full:
            parent = ref(self.get(entity, entry_id), "ParentRef")
            above = f"{self.full(entity, parent)}:" if parent else ""
            self._full[key] = above + self.leaf(entity, entry_id)
        return self._full[key]

    def children(self, entity: str) -> dict[str, list[str]]:
        """Return the ids below each parent; the key "" holds those at the top."""
        below: dict[str, list[str]] = {}
        for entry_id, entry in self._entries[entity].items():
            below.setdefault(ref(entry, "ParentRef"), []).append(entry_id)
        return below

    def account_type(self, account: str) -> str:
        """Return an account's type as the API spells it."""
        return str(self.get("Account", account)["AccountType"])

    def accounts_in_order(self) -> list[str]:
        """Return the account ids as reports list them: by type, then number, then name."""

        def place(account: str) -> tuple[int, str, str]:
            entry = self._entries["Account"][account]
            return (ORDER.get(entry["AccountType"], len(ORDER)), str(entry.get("AcctNum", "")), entry["Name"])

        return sorted(self._entries["Account"], key=place)

    def find_account(self, subtype: str, currency: str = "") -> str:
        """Return the oldest active account of a sub-type (in a currency, if one is given), or ""."""
        for account_id, entry in self._entries["Account"].items():
            if entry["AccountSubType"] == subtype and entry["Active"]:
                if currency and ref(entry, "CurrencyRef") != currency:
                    continue
                return account_id
        return ""


def _complete_account(entry: Json, currency: str) -> None:
    kind = entry.get("AccountType")
    if kind not in CLASSIFICATION and kind != NON_POSTING:
        raise BadDocument(f"Account {entry['Name']}: {kind!r} is no account type")
    if kind in CLASSIFICATION:
        entry["Classification"] = CLASSIFICATION[kind]
    entry.setdefault("AccountSubType", str(kind).replace(" ", ""))
    entry.setdefault("CurrencyRef", {"value": currency})
