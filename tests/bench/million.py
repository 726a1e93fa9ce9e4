"""A book of many lines, written straight into the ledger's tables: for what rules cost, not for what a sync costs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord, ItemRecord, ListRecord, PartyKey, PartyKind, PartyRecord
from tieout.core.rules import fold
from tieout.expenses.placement import prepare
from tieout.ledger import dialect, publication, versions
from tieout.ledger.models import OPEN, Book, ListKind, Organisation
from tieout.ledger.names import listed_names
from tieout.ledger.staging import Stage

_ACCOUNTS, _VENDORS, _ITEMS = 60, 3_000, 200
_FIRST, _MONTHS, _BATCH = Month(2021, 11), 60, 20_000
_WORDS = (
    "licence", "seats", "hosting", "backup", "travel", "taxi", "hotel", "print", "courier", "legal", "audit", "design",
    "render", "cloud", "storage", "support", "training", "catering", "rent", "cleaning", "phone", "fibre", "parts",
)  # fmt: skip
_LINE = (
    "book", "entry", "ordinal", "month", "account", "amount", "party", "item", "dimension_set", "text", "currency",
    "currency_amount", "valid_from", "valid_to", "expense",
)  # fmt: skip
_ENTRY = (
    "id", "book", "key", "type", "external_id", "kind", "date", "number", "party", "memo", "payroll", "hash",
    "valid_from", "valid_to",
)  # fmt: skip


def million(company: Company, lines: int, seed: int = 1) -> Book:
    """Return a published book of so many lines, half of them expense lines. Few vendors have most of them."""
    organisation = Organisation.objects.create(
        company=company, provider="quickbooks", external_id=f"many-{company.pk}", name="Many"
    )
    book = Book.objects.create(
        company=company, organisation=organisation, basis="accrual", currency="USD", digits=2,
        fiscal_year_first_month=1, start=date(2021, 11, 1),
    )  # fmt: skip
    stage = Stage(book, versions.take(book, _unguarded), _unguarded)
    stage.lists(list(_lists()))
    placement = prepare(book)
    for some in _entries(book, stage.version, lines, random.Random(seed)):
        with transaction.atomic():
            some()
    publication.publish(
        book, stage.version, placement, verified=True, at=datetime(2026, 11, 1, tzinfo=UTC), guard=_unguarded,
        also=lambda _: None,
    )  # fmt: skip
    return book


def _unguarded() -> None:
    """Stands for a run that nobody takes over."""


def _lists() -> Iterator[ListRecord]:
    yield AccountRecord(external_id="1000", number="1000", name="Checking", type=AccountType.ASSET, subtype="Bank")
    for at in range(_ACCOUNTS):
        name = f"{_WORDS[at % len(_WORDS)]} {at}".capitalize()
        yield AccountRecord(
            external_id=f"e{at}", number=str(6000 + at), name=name, type=AccountType.EXPENSE, subtype=""
        )
    for at in range(_VENDORS):
        yield PartyRecord(key=PartyKey(PartyKind.VENDOR, str(at)), name=f"{_WORDS[at % 23]} & {at} Ltd".capitalize())
    for at in range(_ITEMS):
        yield ItemRecord(external_id=str(at), name=f"{_WORDS[at % 23]} item {at}")


def _entries(book: Book, version: int, lines: int, dice: random.Random) -> Iterator[_Batch]:
    places = {kind: sorted(listed_names(book, kind, version)) for kind in ListKind}
    accounts = listed_names(book, ListKind.ACCOUNT, version)
    bank = next(id_ for id_, row in accounts.items() if row.external_id == "1000")
    expenses = {id_: placed for id_, placed in _expenses(book, accounts).items() if placed}
    for start in range(0, lines // 2, _BATCH):
        yield _Batch(
            book=book.pk, version=version, start=start, count=min(_BATCH, lines // 2 - start), whole=lines // 2,
            places=places, bank=bank, expenses=expenses, dice=dice,
        )  # fmt: skip


def _expenses(book: Book, accounts: Mapping[int, object]) -> dict[int, int]:
    from tieout.ledger.placing import Content

    ids = list(accounts)
    return dict(zip(ids, prepare(book).expenses_of("", [Content(id_, 0, 0, 0, "", 0) for id_ in ids]), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Some entries of two lines each: an expense line and the bank's."""

    book: int
    version: int
    start: int
    count: int
    whole: int
    places: dict[ListKind, list[int]]
    bank: int
    expenses: dict[int, int]
    dice: random.Random

    def __call__(self) -> None:
        book, version, start, count, whole = self.book, self.version, self.start, self.count, self.whole
        places, bank, expenses, dice = self.places, self.bank, self.expenses, self.dice
        texts = [f"{' '.join(dice.choices(_WORDS, k=3))} {start + at}" for at in range(count // 2)]
        ids = dialect.reserve_ids("ledger_text", len(texts))
        dialect.insert(
            "ledger_text", ("id", "book", "digest", "value", "folded"),
            [(id_, book, id_, value, fold(value)) for id_, value in zip(ids, texts, strict=True)],
        )  # fmt: skip
        entry_ids = dialect.reserve_ids("ledger_entry", count)
        entries, lines = [], []
        accounts, parties, items = list(expenses), places[ListKind.PARTY], places[ListKind.ITEM]
        for at, id_ in enumerate(entry_ids):
            month = _FIRST + (start + at) * _MONTHS // whole
            party = parties[min(int(dice.paretovariate(0.6)) - 1, len(parties) - 1)]
            account, amount = dice.choice(accounts), dice.randint(-5_00, 2_000_00)
            entries.append(
                (id_, book, f"Bill:{start + at}", "Bill", str(start + at), "posted", month.start, f"B{start + at}",
                 party, "", False, b"", version, OPEN)
            )  # fmt: skip
            both = (book, id_), (month.key,), ("", 0, version, OPEN)
            item, text = dice.choice((0, dice.choice(items))), ids[dice.randrange(len(texts))]
            lines.append((*both[0], 0, *both[1], account, amount, party, item, 0, text, *both[2], expenses[account]))
            lines.append((*both[0], 1, *both[1], bank, -amount, party, 0, 0, 0, *both[2], 0))
        dialect.insert("ledger_entry", _ENTRY, entries)
        dialect.insert("ledger_line", _LINE, lines)
