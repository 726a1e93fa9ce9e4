"""Writes books into the ledger the way a run does, in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import (
    AccountRecord,
    DimensionRecord,
    DimensionValueRecord,
    EntryRecord,
    LineRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
    Window,
)
from tieout.ledger import publication, versions
from tieout.ledger.models import Book, Organisation
from tieout.ledger.placing import Content
from tieout.ledger.staging import Changes, Stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = Window(start=date(2025, 1, 1), end=date(2026, 1, 1))

CHART: tuple[ListRecord, ...] = (
    AccountRecord(external_id="bank", name="Checking", type=AccountType.ASSET, subtype="Bank", role=AccountRole.BANK),
    AccountRecord(
        external_id="earnings", name="Retained earnings", type=AccountType.EQUITY, subtype="Equity",
        role=AccountRole.RETAINED_EARNINGS,
    ),
    AccountRecord(external_id="sales", name="Sales", type=AccountType.INCOME, subtype="Income"),
    AccountRecord(external_id="software", name="Software", type=AccountType.EXPENSE, subtype="Expense"),
    AccountRecord(external_id="wages", name="Wages", type=AccountType.EXPENSE, subtype="Expense"),
    PartyRecord(key=PartyKey(PartyKind.VENDOR, "v1"), name="Adobe"),
    DimensionRecord(external_id="class", name="Class"),
    DimensionValueRecord(dimension="class", external_id="east", name="East"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OneExpenseAnAccount:
    """Places a line in an expense with its account's id."""

    version: int = 1

    whole: frozenset[str] = frozenset()

    def expenses_of(self, entry: str, lines: Sequence[Content]) -> list[int]:
        return [line.account for line in lines]

    def newest(self) -> OneExpenseAnAccount:
        return self

    def names_matter(self) -> bool:
        return False


PLACEMENT = OneExpenseAnAccount()


def unguarded() -> None:
    """Stands for a run that nobody takes over."""


def new_book(company: Company, external_id: str = "org") -> Book:
    """Return an empty book of a company."""
    organisation = Organisation.objects.create(
        company=company, provider="quickbooks", external_id=external_id, name="Northwind"
    )
    return Book.objects.create(
        company=company, organisation=organisation, basis="accrual", currency="USD", digits=2,
        fiscal_year_first_month=1, start=YEAR.start,
    )  # fmt: skip


def entry(key: str, day: date, *lines: tuple[str, int], type: str = "Bill", memo: str = "") -> EntryRecord:  # noqa: A002
    """Return an entry of (account, amount) lines."""
    return EntryRecord(
        type=type,
        external_id=key,
        date=day,
        lines=tuple(LineRecord(account=account, amount=amount, memo=memo) for account, amount in lines),
    )


def open_stage(book: Book, lists: Sequence[ListRecord] = CHART) -> Stage:
    """Return a stage on a new version, with the lists taken in."""
    stage = Stage(book, versions.take(book, unguarded), unguarded)
    stage.lists(lists)
    return stage


def put(stage: Stage, entries: Iterable[EntryRecord], covered: Window | None = YEAR) -> Changes:
    """Stage entries in a transaction of their own."""
    with transaction.atomic():
        return stage.entries(list(entries), covered, PLACEMENT)


def publish(stage: Stage) -> int:
    """Publish what is staged; return the version."""
    publication.publish(
        stage.book, stage.version, PLACEMENT, verified=True, at=NOW, guard=unguarded, also=lambda _: None
    )
    return stage.version


def sync(book: Book, entries: Iterable[EntryRecord]) -> int:
    """Bring the book to hold exactly these entries of the year; return the published version."""
    stage = open_stage(book)
    put(stage, entries)
    return publish(stage)
