"""Puts a books file into the sandbox: its lists as QuickBooks lists, its entries as postings."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from tieout.core.accounts import AccountType
from tieout.providerkit.books import Account, Dimension, Entry, Line, PartyKind, SampleBooks
from tieout.providers.quickbooks.sandbox.account_kinds import account_kind
from tieout.providers.quickbooks.sandbox.engine import Engine

_PARTY = {PartyKind.VENDOR: "Vendor", PartyKind.CUSTOMER: "Customer", PartyKind.EMPLOYEE: "Employee"}
_JOURNAL = "Journal Entry"
T = TypeVar("T")
# How the GeneralLedger report calls what books files may spell otherwise; other types keep their own name.
_LABELS = {
    re.sub(r"[^a-z]", "", label.lower()): label
    for label in (
        "Bill",
        "Bill Payment (Check)",
        "Bill Payment (Credit Card)",
        "Check",
        "Credit Card Credit",
        "Credit Card Expense",
        "Credit Card Payment",
        "Credit Memo",
        "Deposit",
        "Expense",
        "Invoice",
        _JOURNAL,
        "Payment",
        "Payroll Adjustment",
        "Payroll Check",
        "Refund",
        "Sales Receipt",
        "Sales Tax Payment",
        "Tax Payment",
        "Transfer",
        "Vendor Credit",
    )
} | {
    "billpayment": "Bill Payment (Check)",
    "creditnote": "Credit Memo",
    "journal": _JOURNAL,
    "manualjournal": _JOURNAL,
    "paycheck": "Payroll Check",
    "payroll": "Payroll Check",
    "purchase": "Expense",
    "receipt": "Sales Receipt",
    "refundreceipt": "Refund",
    "vendorpayment": "Bill Payment (Check)",
}


def engine_from(books: SampleBooks, *, realm: str, today: date) -> Engine:
    """Return a company that holds a books file's lists and entries, each entry a transaction of its own."""
    company = books.company
    classes, locations = _axes(books.dimensions)
    engine = Engine(
        name=company.name,
        realm=realm,
        currency=company.currency,
        digits=company.decimals,
        fiscal_year_first_month=company.fiscal_year_first_month,
        timezone=company.timezone,
        multicurrency=any(_foreign(line, company.currency) for entry in books.entries for line in entry.lines),
        classes=classes is not None,
        locations=locations is not None,
        account_numbers=any(account.number for account in books.accounts),
        today=today,
    )
    _Filler(engine, books, classes, locations).fill()
    return engine


def _foreign(line: Line, home: str) -> bool:
    return bool(line.currency) and line.currency != home


def _axes(dimensions: tuple[Dimension, ...]) -> tuple[Dimension | None, Dimension | None]:
    """Choose which dimensions become classes and locations; QuickBooks has no third axis."""
    rest = list(dimensions)

    def take(*names: str) -> Dimension | None:
        for name in names:
            for dimension in rest:
                if {dimension.id.strip().lower(), dimension.name.strip().lower()} & {name, f"{name}s", f"{name}es"}:
                    rest.remove(dimension)
                    return dimension
        return None

    classes, locations = take("class"), take("location", "department")
    classes = classes or (rest.pop(0) if rest else None)
    locations = locations or (rest.pop(0) if rest else None)
    for dimension in rest:
        sys.stderr.write(f"QuickBooks has two axes: dimension {dimension.name!r} is left out\n")
    return classes, locations


def _ids(given: Iterable[str]) -> dict[str, str]:
    """Keep ids that can stand in a query and in a list; give the others a number after the greatest.

    The platform's ids are numbers, but they travel as text: whoever wrote the file finds its own ids in every report.
    """
    given = list(given)
    kept = {text for text in given if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", text)}
    after = _greatest(kept)
    ids = {text: text for text in kept}
    for text in given:
        if text not in ids:
            after += 1
            ids[text] = str(after)
    return ids


def _greatest(ids: Iterable[str]) -> int:
    """Return the greatest id that is a number of the platform's length, 0 where there is none."""
    return max((int(text) for text in ids if text.isdecimal() and len(text) < 16), default=0)


def _plain(name: str) -> str:
    """Return a name that QuickBooks takes: the colon is its mark between parent and child."""
    return name.replace(":", " -").strip() or "(no name)"


class _Filler:
    def __init__(
        self, engine: Engine, books: SampleBooks, classes: Dimension | None, locations: Dimension | None
    ) -> None:
        self.engine = engine
        self.books = books
        self.classes = classes
        self.locations = locations
        self.home = books.company.currency
        self.accounts = _ids(account.id for account in books.accounts)
        self.items = _ids(item.id for item in books.items)
        self.values = {axis.id: _ids(value.id for value in axis.values) for axis in books.dimensions}
        parties = _ids(party.id for party in books.parties)
        self.names = {party.id: {"type": _PARTY[party.kind], "value": parties[party.id]} for party in books.parties}

    def fill(self) -> None:
        self._add_accounts()
        for party in self.books.parties:
            name = self.names[party.id]
            self.engine.add(name["type"], {"Id": name["value"], "DisplayName": _plain(party.name)})
        self._add_items()
        for entity, axis in (("Class", self.classes), ("Department", self.locations)):
            if axis is not None:
                _add_tree(self.engine, entity, axis, self.values[axis.id])
        self._post_entries()
        for account in self.books.accounts:
            if not account.active and account is not _retained_earnings(self.books.accounts):
                self.engine.deactivate("Account", self.accounts[account.id])

    def _add_accounts(self) -> None:
        retained = _retained_earnings(self.books.accounts)
        kinds: dict[str, str] = {}
        for account in _parents_first(self.books.accounts, lambda one: one.id, lambda one: one.parent):
            kind, subtype = account_kind(account.type, account.subtype or kinds.get(account.parent or "", ""))
            kinds[account.id] = kind
            if account is retained:
                subtype = "RetainedEarnings"
            elif subtype == "RetainedEarnings":
                subtype = "OwnersEquity"  # the platform closes the year into one account only
            fields: dict[str, object] = {
                "Id": self.accounts[account.id],
                "Name": _plain(account.name),
                "AccountType": kind,
                "AccountSubType": subtype,
            }
            if account.number:
                fields["AcctNum"] = account.number
            if account.parent and kinds[account.parent] == kind:
                fields["ParentRef"] = {"value": self.accounts[account.parent]}
            elif account.parent:
                sys.stderr.write(
                    f"QuickBooks has no {kind} below a {kinds[account.parent]}: {account.name!r} moves up\n"
                )
            self.engine.add("Account", fields)
        if retained is None:
            made = {"Name": "Retained Earnings", "AccountType": "Equity", "AccountSubType": "RetainedEarnings"}
            self.engine.add("Account", {"Id": str(_greatest(self.accounts.values()) + 1), **made})

    def _add_items(self) -> None:
        income = next((self.accounts[one.id] for one in self.books.accounts if one.type is AccountType.INCOME), "")
        for item in self.books.items:
            fields: dict[str, object] = {"Id": self.items[item.id], "Name": _plain(item.name), "Type": "Service"}
            if income:
                fields["IncomeAccountRef"] = {"value": income}
            self.engine.add("Item", fields)

    def _post_entries(self) -> None:
        # The same id may stand under two types in the file; QuickBooks has one sequence for all transactions.
        ids = _ids(entry.id for entry in self.books.entries)
        used: set[str] = set()
        after = _greatest(ids.values())
        for entry in self.books.entries:
            txn_id = ids[entry.id]
            if txn_id in used:
                after += 1
                txn_id = str(after)
            used.add(txn_id)
            self._post(entry, txn_id)

    def _post(self, entry: Entry, txn_id: str) -> None:
        label = _LABELS.get(re.sub(r"[^a-z]", "", entry.type.lower()), entry.type)
        document: dict[str, object] = {"Id": txn_id, "TxnDate": entry.date.isoformat()}
        if entry.number:
            document["DocNumber"] = entry.number
        if entry.memo:
            document["PrivateNote"] = entry.memo
        if label == _JOURNAL and entry.lines and not entry.party and all(map(self._fits_a_journal, entry.lines)):
            document["Line"] = [self._journal_line(number, line) for number, line in enumerate(entry.lines)]
            self.engine.post("JournalEntry", document)
            return
        if entry.party:
            document["Name"] = self.names[entry.party]
        document["Postings"] = [self._posting(line) for line in entry.lines]
        self.engine.post(label, document)

    def _fits_a_journal(self, line: Line) -> bool:
        return not line.item and not _foreign(line, self.home)

    def _journal_line(self, number: int, line: Line) -> dict[str, object]:
        amount = Decimal(line.amount)
        detail: dict[str, object] = {
            "PostingType": "Credit" if amount < 0 else "Debit",
            "AccountRef": {"value": self.accounts[line.account]},
        }
        if line.party:
            name = self.names[line.party]
            detail["Entity"] = {"Type": name["type"], "EntityRef": {"value": name["value"]}}
        for field, value in (("ClassRef", self._value(line, self.classes)), ("DepartmentRef", self._location(line))):
            if value:
                detail[field] = {"value": value}
        document: dict[str, object] = {"Id": str(number), "Amount": abs(amount), "DetailType": "JournalEntryLineDetail"}
        if line.memo:
            document["Description"] = line.memo
        return {**document, "JournalEntryLineDetail": detail}

    def _posting(self, line: Line) -> dict[str, object]:
        posting: dict[str, object] = {"account": self.accounts[line.account], "amount": Decimal(line.amount)}
        if line.party:
            posting["name"] = self.names[line.party]
        if line.item:
            posting["item"] = self.items[line.item]
        if klass := self._value(line, self.classes):
            posting["class"] = klass
        if location := self._location(line):
            posting["location"] = location
        if line.memo:
            posting["memo"] = line.memo
        if _foreign(line, self.home) and line.currency_amount:
            posting["currency"] = line.currency
            posting["currency_amount"] = Decimal(line.currency_amount)
        return posting

    def _location(self, line: Line) -> str:
        return self._value(line, self.locations)

    def _value(self, line: Line, axis: Dimension | None) -> str:
        value = (line.dimensions or {}).get(axis.id) if axis else None
        return self.values[axis.id][value] if axis and value else ""


def _retained_earnings(accounts: tuple[Account, ...]) -> Account | None:
    equity = [account for account in accounts if account.type is AccountType.EQUITY]
    for text in ("subtype", "name"):
        for account in equity:
            if "retainedearnings" in re.sub(r"[^a-z]", "", str(getattr(account, text) or "").lower()):
                return account
    return None


def _add_tree(engine: Engine, entity: str, axis: Dimension, ids: dict[str, str]) -> None:
    for value in _parents_first(axis.values, lambda one: one.id, lambda one: one.parent):
        fields: dict[str, object] = {"Id": ids[value.id], "Name": _plain(value.name)}
        if value.parent:
            fields["ParentRef"] = {"value": ids[value.parent]}
        engine.add(entity, fields)


def _parents_first(rows: Iterable[T], own: Callable[[T], str], above: Callable[[T], str | None]) -> list[T]:
    waiting, done = list(rows), set[str]()
    placed: list[T] = []
    while waiting:
        ready = [row for row in waiting if not above(row) or above(row) in done]
        if not ready:
            raise ValueError(f"{own(waiting[0])!r} stands below itself")
        placed += ready
        done |= {own(row) for row in ready}
        waiting = [row for row in waiting if own(row) not in done]
    return placed
