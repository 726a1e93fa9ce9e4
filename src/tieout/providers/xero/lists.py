"""Xero's lists as canonical records, and the ways back from what a document or a journal says to a list's entry.

Xero does not keep vendors and customers apart: a contact may be both, and its marks for it know invoices and bills but
not money that is spent or received without one. So each contact is in both lists, under the same id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
from tieout.providers.xero.faults import Unknown
from tieout.providers.xero.wire import Account, Contact, Item, TrackingCategory

# System accounts are known by their part in the books, never by their code, which people may change.
DEBTORS, CREDITORS, WAGES_PAYABLE = "DEBTORS", "CREDITORS", "WAGEPAYABLES"
RETAINED_EARNINGS = "RETAINEDEARNINGS"

_CLASSES = {
    "ASSET": AccountType.ASSET,
    "LIABILITY": AccountType.LIABILITY,
    "EQUITY": AccountType.EQUITY,
    "REVENUE": AccountType.INCOME,
    "EXPENSE": AccountType.EXPENSE,
}
_TYPES = {
    "BANK": AccountType.ASSET,
    "CURRENT": AccountType.ASSET,
    "FIXED": AccountType.ASSET,
    "INVENTORY": AccountType.ASSET,
    "NONCURRENT": AccountType.ASSET,
    "PREPAYMENT": AccountType.ASSET,
    "EQUITY": AccountType.EQUITY,
    "CURRLIAB": AccountType.LIABILITY,
    "LIABILITY": AccountType.LIABILITY,
    "TERMLIAB": AccountType.LIABILITY,
    "PAYG": AccountType.LIABILITY,
    "PAYGLIABILITY": AccountType.LIABILITY,
    "SUPERANNUATIONLIABILITY": AccountType.LIABILITY,
    "WAGESPAYABLELIABILITY": AccountType.LIABILITY,
    "DEPRECIATN": AccountType.EXPENSE,
    "DIRECTCOSTS": AccountType.EXPENSE,
    "EXPENSE": AccountType.EXPENSE,
    "OVERHEADS": AccountType.EXPENSE,
    "SUPERANNUATIONEXPENSE": AccountType.EXPENSE,
    "WAGESEXPENSE": AccountType.EXPENSE,
    "REVENUE": AccountType.INCOME,
    "SALES": AccountType.INCOME,
    "OTHERINCOME": AccountType.INCOME,
}
_SYSTEM_ROLES = {
    DEBTORS: AccountRole.RECEIVABLE,
    CREDITORS: AccountRole.PAYABLE,
    RETAINED_EARNINGS: AccountRole.RETAINED_EARNINGS,
    # Both are filled by reports alone, at the rate of the report's date.
    "UNREALISEDCURRENCYGAIN": AccountRole.UNREALISED_GAIN,
    "BANKCURRENCYGAIN": AccountRole.UNREALISED_GAIN,
}
_TYPE_ROLES = {
    "BANK": AccountRole.BANK,
    "DIRECTCOSTS": AccountRole.COST_OF_SALES,
    "OTHERINCOME": AccountRole.OTHER_INCOME,
    "WAGESEXPENSE": AccountRole.PAYROLL,
    "SUPERANNUATIONEXPENSE": AccountRole.PAYROLL,
}
_PARTIES = (PartyKind.VENDOR, PartyKind.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Whole:
    """Xero's lists as they were read: what is archived is among them."""

    accounts: Sequence[Account]
    contacts: Sequence[Contact]
    items: Sequence[Item]
    tracking: Sequence[TrackingCategory]


class Lists:
    """All lists, and the ways to find an entry."""

    def __init__(self, records: Iterable[ListRecord], *, merged: Mapping[str, str] | None = None) -> None:
        """``merged`` says which contact went into which other one."""
        self.records = tuple(records)
        self.merged = merged or {}
        self.accounts: dict[str, AccountRecord] = {}
        self.codes: dict[str, str] = {}
        self.systems: dict[str, str] = {}
        self.parties: set[PartyKey] = set()
        self.items: set[str] = set()
        self.options: defaultdict[str, set[str]] = defaultdict(set)
        for record in self.records:
            match record:
                case AccountRecord():
                    self._account(record)
                case PartyRecord():
                    self.parties.add(record.key)
                case ItemRecord():
                    self.items.add(record.external_id)
                case DimensionRecord():
                    self.options[record.external_id] = set()
                case DimensionValueRecord():
                    self.options[record.dimension].add(record.external_id)

    def _account(self, record: AccountRecord) -> None:
        self.accounts[record.external_id] = record
        if record.number:
            self.codes[record.number] = record.external_id
        if system := system_account(record):
            self.systems[system] = record.external_id

    def account(self, external_id: str, where: str) -> AccountRecord:
        """Return an account. Raise Unknown for one that the chart does not have."""
        try:
            return self.accounts[external_id]
        except KeyError:
            raise Unknown(f"the account {external_id or 'without an id'} is not in the chart", where) from None

    def party(self, kind: PartyKind, contact: str) -> PartyKey | None:
        """Return a contact as a vendor or customer: the one that it went into, if it was merged. None if unlisted."""
        seen: set[str] = set()
        while contact in self.merged and contact not in seen:
            seen.add(contact)
            contact = self.merged[contact]
        key = PartyKey(kind, contact)
        return key if key in self.parties else None

    def has_option(self, category: str, option: str) -> bool:
        """Whether a tracking option is listed: what nobody has used may be deleted for good."""
        return option in self.options.get(category, ())


def system_account(record: AccountRecord) -> str:
    """Return what Xero uses an account for by itself, "DEBTORS" or the like, or "" for the others."""
    _, _, system = record.subtype.partition("/")
    return system if record.subtype[:5] != "BANK/" else ""


def lists_of(whole: Whole, *, base: str) -> Lists:
    """Return Xero's lists as canonical records, dimensions before their values. ``base`` is the book's currency."""
    merged = {it.id: it.merged_into for it in whole.contacts if it.merged_into}
    return Lists(_records(whole, base), merged=merged)


def account(found: Account, *, base: str) -> AccountRecord:
    """Return one account. Raise UnreadableBooks for one whose side of the balance is not known."""
    kind = _CLASSES.get(found.klass) or _TYPES.get(found.type)
    if kind is None:
        raise UnreadableBooks(
            f"account {found.code or found.id} is of the unknown type {found.type!r}", where="Chart of accounts"
        )
    currency = found.currency or ""
    return AccountRecord(
        external_id=found.id,
        name=found.name,
        type=kind,
        subtype="/".join(filter(None, (found.type, found.bank_type if found.type == "BANK" else found.system))),
        number=found.code,
        active=found.status == "ACTIVE",
        role=_role(found),
        currency="" if currency == base else currency,
    )


def _role(found: Account) -> AccountRole:
    if found.type == "BANK":
        return AccountRole.CARD if found.bank_type == "CREDITCARD" else AccountRole.BANK
    return _SYSTEM_ROLES.get(found.system or "") or _TYPE_ROLES.get(found.type, AccountRole.NONE)


def _records(whole: Whole, base: str) -> Iterator[ListRecord]:
    for found in whole.accounts:
        yield account(found, base=base)
    for contact in whole.contacts:
        active = contact.status == "ACTIVE" and not contact.merged_into
        for kind in _PARTIES:
            yield PartyRecord(key=PartyKey(kind, contact.id), name=contact.name, active=active)
    for item in whole.items:
        yield ItemRecord(external_id=item.id, name=item.name or item.code)
    for category in whole.tracking:
        yield DimensionRecord(external_id=category.id, name=category.name)
        for option in category.options:
            yield DimensionValueRecord(
                dimension=category.id,
                external_id=option.id,
                name=option.name,
                active=category.status == "ACTIVE" and option.status == "ACTIVE",
            )
