"""Gives a company of the sandbox as a books file's books, so that other platforms can serve the same ones."""

from __future__ import annotations

from datetime import date

from tieout.core.accounts import AccountType
from tieout.core.money import currency_digits, to_text
from tieout.providerkit.books import (
    Account,
    Company,
    Dimension,
    DimensionValue,
    Entry,
    Item,
    Line,
    Party,
    PartyKind,
    SampleBooks,
)
from tieout.providers.quickbooks.sandbox.chart import CLASSIFICATION
from tieout.providers.quickbooks.sandbox.demo.quillbay import quillbay
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.journal import Posting, Txn
from tieout.providers.quickbooks.sandbox.wire import ref

_TYPES = {
    "Asset": AccountType.ASSET,
    "Liability": AccountType.LIABILITY,
    "Equity": AccountType.EQUITY,
    "Revenue": AccountType.INCOME,
    "Expense": AccountType.EXPENSE,
}
_AXES = (("Class", "class", "Class"), ("Department", "location", "Location"))


def demo_books(*, today: date) -> SampleBooks:
    """Return the demo company's books as of a day."""
    return books_of(quillbay(realm="demo", today=today))


def books_of(engine: Engine) -> SampleBooks:
    """Return all that a company has posted, with its lists. Entries without a line are left out."""
    lists = engine.lists
    parties = [
        Party(kind=PartyKind(kind.lower()), id=f"{kind}/{entry['Id']}", name=lists.full(kind, entry["Id"]))
        for kind in ("Vendor", "Customer", "Employee")
        for entry in lists.all(kind)
    ]
    return SampleBooks(
        company=Company(
            name=engine.name,
            currency=engine.currency,
            digits=engine.digits,
            fiscal_year_start=engine.fiscal_year_first_month,
            timezone=engine.timezone,
        ),
        accounts=tuple(
            Account(
                id=entry["Id"],
                name=entry["Name"],
                type=_TYPES[CLASSIFICATION[entry["AccountType"]]],
                number=entry.get("AcctNum"),
                subtype=f"{entry['AccountType']}/{entry['AccountSubType']}",
                parent=ref(entry, "ParentRef") or None,
                active=bool(entry["Active"]),
            )
            for entry in lists.all("Account")
        ),
        parties=tuple(parties),
        items=tuple(Item(id=entry["Id"], name=lists.full("Item", entry["Id"])) for entry in lists.all("Item")),
        dimensions=tuple(
            Dimension(id=own, name=name, values=_values(engine, entity))
            for entity, own, name in _AXES
            if any(lists.all(entity))
        ),
        entries=tuple(_entry(engine, txn) for txn in engine.journal.between(date.min, date.max) if txn.postings),
    )


def _values(engine: Engine, entity: str) -> tuple[DimensionValue, ...]:
    return tuple(
        DimensionValue(id=entry["Id"], name=entry["Name"], parent=ref(entry, "ParentRef") or None)
        for entry in engine.lists.all(entity)
    )


def _entry(engine: Engine, txn: Txn) -> Entry:
    parties = {posting.party for posting in txn.postings}
    whole = parties.pop() if len(parties) == 1 else None
    return Entry(
        id=txn.id,
        type=txn.label,
        date=txn.day,
        number=txn.number or None,
        memo=txn.memo or None,
        party="/".join(whole) if whole else None,
        lines=tuple(_line(engine, posting, alone=whole is None) for posting in txn.postings),
    )


def _line(engine: Engine, posting: Posting, *, alone: bool) -> Line:
    axes = {"class": posting.klass, "location": posting.location}
    foreign = bool(posting.currency) and posting.currency != engine.currency
    return Line(
        account=posting.account,
        amount=to_text(posting.amount, engine.digits),
        party="/".join(posting.party) if posting.party and alone else None,
        item=posting.item or None,
        dimensions={axis: value for axis, value in axes.items() if value} or None,
        memo=posting.memo or None,
        currency=posting.currency if foreign else None,
        currency_amount=to_text(posting.foreign, currency_digits(posting.currency)) if foreign else None,
    )
