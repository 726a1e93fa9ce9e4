"""Puts a books file into the sandbox: its lists as Xero keeps them, its entries as documents that people make there.

Each entry becomes documents that post the same amounts to the same accounts on the same day, and that keep who they
are about: see `entry_documents`. Accounts are flat on the platform, so a name holds those above it.
"""

from __future__ import annotations

import sys
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal

from tieout.providerkit.books import Account, Dimension, DimensionValue, PartyKind, SampleBooks
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.account_types import Typed, typed
from tieout.providers.xero.sandbox.chart import SYSTEM
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.entry_documents import EntryDocuments
from tieout.providers.xero.sandbox.ids import named
from tieout.providers.xero.sandbox.kinds import open_system_accounts
from tieout.providers.xero.sandbox.names import Names
from tieout.providers.xero.sandbox.values import Json

TENANT = "3f1d2c8e-6a54-4c0b-9d3e-5b7f8a901234"
_MOST_CODE = 10
_AXES = 2
_COUNTRIES = {"AUD": "AU", "NZD": "NZ", "GBP": "GB", "USD": "US"}


def organisation(books: SampleBooks, clock: Clock, *, tenant: str = TENANT) -> Organisation:
    """Return an organisation that holds a books file's lists and entries, each entered at five o'clock of its day.

    Where the platform cannot hold something (a third dimension, a party that is an employee), it is left out; amounts
    by account and day never are.
    """
    company = books.company
    org = Organisation(
        tenant=tenant,
        name=company.name,
        currency=company.currency,
        clock=clock,
        digits=company.decimals,
        year_end=_year_end(company.fiscal_year_first_month),
        timezone=company.timezone,
        country=_COUNTRIES.get(company.currency, "NZ"),
    )
    days = sorted({entry.date for entry in books.entries})
    with org.entering(_moment(days[0] if days else org.today)):
        loader = _Loader(org, books)
        loader.lists()
    for entry in sorted(books.entries, key=lambda one: one.date):
        with org.entering(_moment(entry.date)):
            loader.documents.write(entry)
    loader.archive()
    return org


def account_id(org: Organisation, own: str) -> str:
    """Return the AccountID of an account of the books."""
    return named(org.tenant, "account", own)


def contact_id(org: Organisation, own: str) -> str:
    """Return the ContactID of a vendor or customer of the books."""
    return named(org.tenant, "contact", own)


def option_id(org: Organisation, dimension: str, own: str) -> str:
    """Return the TrackingOptionID of a dimension's value."""
    return named(org.tenant, f"option/{dimension}", own)


def item_id(org: Organisation, own: str) -> str:
    """Return the ItemID of an item of the books."""
    return named(org.tenant, "item", own)


def _year_end(first_month: int) -> tuple[int, int]:
    month = (first_month - 2) % 12 + 1
    return month, monthrange(2025, month)[1]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(17), UTC)


class _Loader:
    def __init__(self, org: Organisation, books: SampleBooks) -> None:
        self.org = org
        self.books = books
        self.typed = typed(books)
        self.codes = Names(_MOST_CODE)
        self.names = Names(150)
        self.people = Names(255)
        self.foreign_banks = foreign_banks(books, self.typed)

    def lists(self) -> None:
        """Add accounts, contacts, items and the first two dimensions."""
        # Numbers of the file first: what has none takes what is left.
        for account in sorted(self.books.accounts, key=lambda one: not one.number):
            self._account(account)
        open_system_accounts(self.org)
        for party in self.books.parties:
            if party.kind is not PartyKind.EMPLOYEE:
                self._contact(party.id, party.name, party.kind)
        codes = Names(30)
        for item in self.books.items:
            fields = {"ItemID": item_id(self.org, item.id), "Code": codes.take(item.id), "Name": item.name[:50]}
            self.org.create("Items", fields)
        for dimension in self.books.dimensions[:_AXES]:
            self._axis(dimension)
        for dimension in self.books.dimensions[_AXES:]:
            sys.stderr.write(f"Xero has two tracking categories: dimension {dimension.name!r} is left out\n")
        self.documents = EntryDocuments(self.org, self.books, self._place)

    def archive(self) -> None:
        """Archive what is no longer in use."""
        for account in self.books.accounts:
            own = self.org.documents["Accounts"][account_id(self.org, account.id)]
            if not account.active and not own.get("SystemAccount"):
                self.org.archive("Accounts", own["AccountID"])

    def _account(self, account: Account) -> None:
        own = self.typed[account.id]
        fields: Json = {
            "AccountID": account_id(self.org, account.id),
            "Name": self.names.take(_path(account, self.books.accounts)),
            "Type": own.type,
        }
        if account.number:
            fields["Code"] = self.codes.take(account.number)
        elif own.type != "BANK":
            fields["Code"] = self._free_code(own)
        if own.system:
            fields["SystemAccount"] = own.system
        if own.type == "BANK":
            fields["BankAccountType"] = "CREDITCARD" if own.is_card else "BANK"
            fields["CurrencyCode"] = self.foreign_banks.get(account.id, self.org.currency)
        self.org.create("Accounts", fields)

    def _free_code(self, own: Typed) -> str:
        usual = SYSTEM[own.system].code if own.system else own.type[:3]
        return self.codes.take(usual)

    def _contact(self, own: str, name: str, kind: PartyKind) -> None:
        is_vendor = kind is PartyKind.VENDOR
        self.org.create(
            "Contacts",
            {
                "ContactID": contact_id(self.org, own),
                "Name": self.people.take(name, otherwise=f"{name} ({kind})"),  # who buys and sells stays two
                "IsSupplier": is_vendor,
                "IsCustomer": not is_vendor,
            },
        )

    def _axis(self, dimension: Dimension) -> None:
        names = Names(100)
        options = [
            {
                "TrackingOptionID": option_id(self.org, dimension.id, value.id),
                "Name": names.take(_value_path(value, dimension.values)),
            }
            for value in dimension.values
        ]
        fields = {"TrackingCategoryID": named(self.org.tenant, "category", dimension.id), "Name": dimension.name}
        self.org.create("TrackingCategories", {**fields, "Options": options})

    def _place(self, kind: str, own: str) -> str:
        """Return the platform's id of a row of the books."""
        dimension, _, value = own.partition("\0")
        if kind == "option":
            return option_id(self.org, dimension, value)
        return {"account": account_id, "contact": contact_id, "item": item_id}[kind](self.org, own)


def _path(account: Account, accounts: Iterable[Account]) -> str:
    by_id = {one.id: one for one in accounts}
    parts = [account.name]
    while account.parent:
        account = by_id[account.parent]
        parts.append(account.name)
    return ": ".join(reversed(parts))


def _value_path(value: DimensionValue, values: Iterable[DimensionValue]) -> str:
    by_id = {one.id: one for one in values}
    parts = [value.name]
    while value.parent:
        value = by_id[value.parent]
        parts.append(value.name)
    return ": ".join(reversed(parts))


def foreign_banks(books: SampleBooks, types: dict[str, Typed]) -> dict[str, str]:
    """Return the currency of each bank account that is kept in another one: every line of it has a foreign amount."""
    currencies: dict[str, set[str]] = {}
    for entry in books.entries:
        for line in entry.lines:
            if types[line.account].type == "BANK" and Decimal(line.amount):
                foreign = line.currency != books.company.currency and Decimal(line.currency_amount or 0)
                fits = foreign and (foreign > 0) == (Decimal(line.amount) > 0)
                currencies.setdefault(line.account, set()).add((line.currency or "") if fits else "")
    return {account: found.pop() for account, found in currencies.items() if len(found) == 1 and "" not in found}
