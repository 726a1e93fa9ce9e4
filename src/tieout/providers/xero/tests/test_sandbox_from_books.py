"""A books file in the sandbox: as documents, and with the same amounts by account, day and party."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from tests.connections.other_books import other
from tests.one_contract.company import TODAY, company

from tieout.core.accounts import AccountType
from tieout.providerkit.books import PartyKind, SampleBooks
from tieout.providerkit.demo import demo_books
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import from_books
from tieout.providers.xero.sandbox.engine import Organisation

Sums = dict[tuple[object, ...], Decimal]
_BUYS = ("ACCPAY", "ACCPAYCREDIT", "SPEND")


def served(books: SampleBooks, today: date) -> Organisation:
    return from_books.organisation(books, Clock.at(today))


def by_account(books: SampleBooks, org: Organisation) -> tuple[Sums, Sums]:
    """Return what the file moves by account and day, and what the journals do."""
    given: Sums = defaultdict(Decimal)
    for entry in books.entries:
        for line in entry.lines:
            given[from_books.account_id(org, line.account), entry.date] += Decimal(line.amount)
    posted: Sums = defaultdict(Decimal)
    for journal in org.journals:
        for posting in journal.lines:
            posted[posting.account["AccountID"], journal.day] += posting.net
    return ({place: amount for place, amount in sums.items() if amount} for sums in (given, posted))  # type: ignore[return-value]


def by_party(books: SampleBooks, org: Organisation) -> tuple[Sums, Sums]:
    """Return income and cost by account, day, party, item and tracking: by the file, and by what documents say."""
    kinds = {account.id: account.type for account in books.accounts}
    parties = {party.id: party.kind for party in books.parties if party.kind is not PartyKind.EMPLOYEE}
    axes = [dimension.id for dimension in books.dimensions[:2]]
    given: Sums = defaultdict(Decimal)
    for entry in books.entries:
        if entry.type.lower().startswith(("payroll", "paycheck")):
            continue
        for line in entry.lines:
            party = line.party or entry.party
            if party not in parties or kinds[line.account] not in (AccountType.INCOME, AccountType.EXPENSE):
                continue
            tags = (line.dimensions or {}).items()
            place = (
                from_books.account_id(org, line.account),
                entry.date,
                parties[party] is PartyKind.VENDOR,
                from_books.contact_id(org, party),
                from_books.item_id(org, line.item) if line.item else "",
                frozenset(from_books.option_id(org, axis, value) for axis, value in tags if axis in axes),
            )
            given[place] += Decimal(line.amount)
    told: Sums = defaultdict(Decimal)
    for document, line, amount in documented(org):
        if org.documents["Accounts"][line["AccountID"]]["Class"] in ("REVENUE", "EXPENSE") and "Contact" in document:
            place = (
                line["AccountID"],
                document["Date"],
                document["Type"].startswith(_BUYS),
                document["Contact"]["ContactID"],
                line["Item"]["ItemID"] if "Item" in line else "",
                frozenset(stub["TrackingOptionID"] for stub in line["Tracking"]),
            )
            told[place] += amount
    return ({place: amount for place, amount in sums.items() if amount} for sums in (given, told))  # type: ignore[return-value]


def documented(org: Organisation):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Yield each document with each of its lines and what that is in base currency, debit positive."""
    for endpoint in ("Invoices", "CreditNotes", "BankTransactions"):
        for document in org.documents[endpoint].values():
            sign = -1 if document["Type"] in ("ACCREC", "ACCPAYCREDIT", "RECEIVE") else 1
            for line in document["LineItems"]:
                amount = line["LineAmount"] / document["CurrencyRate"]
                yield document, line, sign * round(amount, org.digits)


def check(books: SampleBooks, org: Organisation) -> None:
    given, posted = by_account(books, org)
    assert posted == given
    given, told = by_party(books, org)
    assert told == given
    assert [journal.number for journal in org.journals] == list(range(1, len(org.journals) + 1))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_companys_books_are_served_exactly(seed: int) -> None:
    books = company(seed)
    check(books, served(books, TODAY))


@pytest.mark.slow
def test_the_demo_company_is_served_exactly() -> None:
    today = date(2026, 11, 20)
    books = demo_books(today=today)
    check(books, served(books, today))


@pytest.mark.parametrize("seed", range(40))
def test_books_that_nobody_has_seen_are_served_exactly(seed: int) -> None:
    unseen = other(seed)
    check(unseen.books, served(unseen.books, unseen.today))
