"""A company with a few expense accounts, sub-accounts and pay, synced the way a run does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from django.db import transaction

from tests.ledger.scribe import unguarded
from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    Balances,
    EntryRecord,
    LineRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
    Statement,
    Window,
)
from tieout.expenses.models import Expense
from tieout.expenses.placement import prepare
from tieout.ledger import explaining, publication, tie_out, versions
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book, Listed, Organisation
from tieout.ledger.staging import Stage

NOW = datetime(2026, 5, 4, 6, 12, tzinfo=UTC)
ALL = Window(start=date(2024, 1, 1), end=date(2028, 1, 1))
RUNNING = Month(2026, 5)


def _account(number: str, name: str, role: str = "", parent: str | None = None, active: bool = True) -> AccountRecord:
    return AccountRecord(
        external_id=number, number=number, name=name, type=AccountType.EXPENSE, subtype="Expense",
        role=AccountRole(role), parent=parent, active=active,
    )  # fmt: skip


BANK = AccountRecord(external_id="1000", number="1000", name="Checking", type=AccountType.ASSET, subtype="Bank")
CHART: tuple[ListRecord, ...] = (
    BANK,
    AccountRecord(external_id="4000", number="4000", name="Revenue", type=AccountType.INCOME, subtype="Income"),
    _account("5010", "Hosting", "cost_of_sales"),
    _account("6000", "Wages", "payroll"),
    _account("6200", "Advertising"),
    _account("6210", "Trade shows", parent="6200"),
    _account("6900", "Ask my accountant"),
    PartyRecord(key=PartyKey(PartyKind.VENDOR, "1"), name="Northgrid Cloud"),
    PartyRecord(key=PartyKey(PartyKind.EMPLOYEE, "2"), name="Ada Lovelace"),
)
VENDOR, EMPLOYEE = PartyKey(PartyKind.VENDOR, "1"), PartyKey(PartyKind.EMPLOYEE, "2")


def bill(
    key: str, day: date, *lines: tuple[str, int], type: str = "Bill", memo: str = "", party: PartyKey = VENDOR,  # noqa: A002
    payroll: bool = False,
) -> EntryRecord:  # fmt: skip
    """Return an entry of (account, amount) lines, paid from the bank."""
    made = [LineRecord(account=account, amount=amount, memo=memo, party=party) for account, amount in lines]
    paid = LineRecord(account="1000", amount=-sum(amount for _, amount in lines))
    return EntryRecord(
        type=type, external_id=key, date=day, number=f"N{key}", lines=(*made, paid), payroll=payroll
    )  # fmt: skip


ENTRIES = (
    bill("1", date(2026, 3, 2), ("5010", 600_00), memo="Committed use"),
    bill("2", date(2026, 3, 9), ("6200", 80_00), ("6210", 20_50)),
    bill("3", date(2026, 4, 1), ("5010", 650_00)),
    bill("4", date(2026, 4, 3), ("5010", -50_00), type="Vendor Credit", memo="=2+5"),
    bill("5", date(2026, 4, 30), ("6000", 9_000_00), type="Paycheck", party=EMPLOYEE, payroll=True, memo="April pay"),
    bill("6", date(2026, 5, 2), ("6900", 12_00)),
)


def profit_and_loss(month: Month, **amounts: int) -> Balances:
    """Return the provider's statement of a month's movement: ``a6200=80_00``."""
    given = {name.removeprefix("a"): amount for name, amount in amounts.items()}
    return Balances(
        statement=Statement.PROFIT_AND_LOSS, month=month, amounts=given, net_income=sum(given.values())
    )  # fmt: skip


MARCH = profit_and_loss(Month(2026, 3), a5010=600_00, a6200=80_00, a6210=20_50)
APRIL = profit_and_loss(Month(2026, 4), a5010=600_00, a6000=9_000_00)


def new_book(company: Company, external_id: str = "9130") -> Book:
    """Return an empty book, fiscal year April to March."""
    organisation = Organisation.objects.create(
        company=company, provider="quickbooks", external_id=external_id, name="Northwind"
    )
    return Book.objects.create(
        company=company, organisation=organisation, basis="accrual", currency="USD", digits=2,
        fiscal_year_first_month=4, start=date(2025, 4, 1),
    )  # fmt: skip


def sync(
    book: Book,
    entries: Iterable[EntryRecord] = ENTRIES,
    lists: Sequence[ListRecord] = CHART,
    statements: Sequence[Balances] = (MARCH, APRIL),
    *,
    itemises: bool = True,
) -> None:
    """Bring the book to hold exactly these entries and what explains the rest, and publish it."""
    stage = Stage(book, versions.take(book, unguarded), unguarded)
    stage.lists(lists)
    placement = prepare(book)
    with transaction.atomic():
        stage.entries(list(entries), ALL, placement)
    stage.balances(statements)
    result = tie_out.compare(book, stage.version, {(it.statement, it.month) for it in statements}, itemises=itemises)
    with transaction.atomic():
        stage.explaining(explaining.entries(result.explanation, chart(book, stage.version)), placement)
    tie_out.record(book, stage.version, result, unguarded)
    publication.publish(
        book, stage.version, placement, verified=result.tied, at=NOW, guard=unguarded, also=lambda _: None
    )
    book.refresh_from_db()


def account_id(book: Book, number: str) -> int:
    """Return an account's row id."""
    return Listed.objects.get(organisation=book.organisation, kind="account", external_id=number).pk


def expense(book: Book, number: str) -> Expense:
    """Return an account's expense."""
    return Expense.objects.get(company=book.company, account_id=account_id(book, number))
