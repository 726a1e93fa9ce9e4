"""A company small enough to add up by eye, with the fiscal year July to June and history from July 2025.

The provider's statements are written by hand, not computed: they are what an accountant would expect of the entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import msgspec
from django.db import transaction

from tests.ledger.scribe import entry, unguarded
from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    Balances,
    EntryKind,
    EntryRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
    Statement,
    Window,
)
from tieout.expenses.placement import prepare
from tieout.ledger import explaining, publication, tie_out, versions
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book, Organisation, Publication
from tieout.ledger.staging import Stage

NOW = datetime(2026, 8, 1, 6, 12, tzinfo=UTC)
START = date(2025, 7, 1)
ALL_OF_IT = Window(start=date(2025, 1, 1), end=date(2027, 1, 1))
JUNE, JULY = Month(2026, 6), Month(2026, 7)


def _account(number: str, name: str, kind: AccountType, subtype: str, role: str = "", **more: str | bool) -> ListRecord:
    made = AccountRecord(
        external_id=number, number=number, name=name, type=kind, subtype=subtype, role=AccountRole(role)
    )
    return msgspec.structs.replace(made, **more)


CHART: tuple[ListRecord, ...] = (
    _account("1000", "Checking", AccountType.ASSET, "Bank/Checking", "bank"),
    _account("1001", "Payroll checking", AccountType.ASSET, "Bank/Checking", "bank", parent="1000"),
    _account("1200", "Receivables", AccountType.ASSET, "Accounts Receivable/AccountsReceivable", "receivable"),
    _account("1500", "Computers", AccountType.ASSET, "Fixed Asset/FurnitureAndFixtures"),
    _account("1900", "Rent deposit", AccountType.ASSET, "Other Asset/SecurityDeposits", active=False),
    _account("2000", "Payables", AccountType.LIABILITY, "Accounts Payable/AccountsPayable", "payable"),
    _account("2100", "Company card", AccountType.LIABILITY, "Credit Card/CreditCard", "card"),
    _account("2700", "Bank loan", AccountType.LIABILITY, "Long Term Liability/NotesPayable"),
    _account("3000", "Common stock", AccountType.EQUITY, "Equity/CommonStock"),
    _account("3900", "Retained earnings", AccountType.EQUITY, "Equity/RetainedEarnings", "retained_earnings"),
    _account("4000", "Sales", AccountType.INCOME, "Income/ServiceFeeIncome"),
    _account("6000", "Software", AccountType.EXPENSE, "Expense/OfficeGeneralAdministrativeExpenses"),
    _account("6010", "Hosting", AccountType.EXPENSE, "Expense/OfficeGeneralAdministrativeExpenses", parent="6000"),
    _account("6100", "Rent", AccountType.EXPENSE, "Expense/RentOrLeaseOfBuildings"),
    PartyRecord(key=PartyKey(PartyKind.VENDOR, "7"), name="Adobe"),
)

OPENING = EntryRecord(
    type="Opening",
    external_id="opening",
    date=date(2025, 6, 30),
    kind=EntryKind.OPENING,
    lines=entry(
        "", START, ("1000", 10_000_00), ("1900", 500_00), ("2700", -4_000_00), ("3000", -5_000_00), ("3900", -1_500_00)
    ).lines,
)

ENTRIES: tuple[EntryRecord, ...] = (
    OPENING,
    entry("1", date(2025, 7, 3), ("1200", 3_000_00), ("4000", -3_000_00), type="Invoice"),
    entry("2", date(2025, 7, 9), ("6000", 600_00), ("2000", -600_00), memo="Creative Cloud"),
    entry("3", date(2025, 8, 1), ("1000", 3_000_00), ("1200", -3_000_00), type="Payment"),
    entry("4", date(2025, 8, 20), ("2000", 150_00), ("6000", -150_00), type="Vendor Credit", memo="Refund"),
    entry("5", date(2025, 9, 1), ("6100", 1_000_00), ("1000", -1_000_00), type="Check"),
    entry("6", date(2025, 9, 2), ("1001", 700_00), ("1000", -700_00), type="Transfer"),
    entry("7", date(2025, 9, 15), ("1500", 1_200_00), ("2700", -1_200_00), type="Journal Entry"),
    entry("8", date(2026, 6, 30), ("6010", 80_00), ("2100", -80_00), type="Expense"),
    entry("9", date(2026, 7, 2), ("6000", 45_00), ("2100", -45_00), type="Expense"),
)

_CARRIED = {
    "1000": 11_300_00, "1001": 700_00, "1500": 1_200_00, "1900": 500_00,
    "2000": -450_00, "2700": -5_200_00, "3000": -5_000_00,
}  # fmt: skip
_JUNE_SHEET = {**_CARRIED, "2100": -80_00, "3900": -1_500_00}
_JULY_SHEET = {**_CARRIED, "2100": -125_00, "3900": -2_970_00}

STATEMENTS: tuple[Balances, ...] = (
    Balances(
        statement=Statement.TRIAL_BALANCE, month=JUNE,
        amounts={**_JUNE_SHEET, "4000": -3_000_00, "6000": 450_00, "6010": 80_00, "6100": 1_000_00},
    ),
    Balances(statement=Statement.BALANCE_SHEET, month=JUNE, amounts=_JUNE_SHEET, net_income=-1_470_00),
    Balances(statement=Statement.PROFIT_AND_LOSS, month=JUNE, amounts={"6010": 80_00}, net_income=80_00),
    Balances(statement=Statement.TRIAL_BALANCE, month=JULY, amounts={**_JULY_SHEET, "6000": 45_00}),
    Balances(statement=Statement.BALANCE_SHEET, month=JULY, amounts=_JULY_SHEET, net_income=45_00),
    Balances(statement=Statement.PROFIT_AND_LOSS, month=JULY, amounts={"6000": 45_00}, net_income=45_00),
)  # fmt: skip


def with_one_more_bill() -> tuple[Balances, ...]:
    """Return the statements as they are when the books hold a bill of 20.00 in July that the ledger lacks."""
    bill = {"2000": -20_00, "6000": 20_00}
    return tuple(
        it if it.month == JUNE else msgspec.structs.replace(
            it,
            amounts={
                account: it.amounts.get(account, 0) + bill.get(account, 0)
                for account in {**it.amounts, **{one: 0 for one in bill if _stands_on(one, it.statement)}}
            },
            net_income=None if it.net_income is None else it.net_income + 20_00,
        )
        for it in STATEMENTS
    )  # fmt: skip


def _stands_on(account: str, statement: Statement) -> bool:
    return statement is Statement.TRIAL_BALANCE or (account < "4000") is (statement is Statement.BALANCE_SHEET)


def with_gains() -> tuple[tuple[Balances, ...], tuple[ListRecord, ...]]:
    """Return the statements and the chart of books in which a loan in dollars gained 90.00 by July, by the rate."""
    loan = next(it for it in CHART if isinstance(it, AccountRecord) and it.external_id == "2700")
    gain = _account("7000", "Unrealised gains", AccountType.INCOME, "Revenue/UNREALISEDCURRENCYGAIN", "unrealised_gain")
    lists = [msgspec.structs.replace(it, currency="USD") if it is loan else it for it in CHART]
    trial = next(it for it in STATEMENTS if (it.statement, it.month) == (Statement.TRIAL_BALANCE, JULY))
    amounts = {**trial.amounts, "2700": trial.amounts["2700"] + 90_00, "7000": -90_00}
    return (msgspec.structs.replace(trial, amounts=amounts),), (*lists, gain)


@dataclass(slots=True)
class Books:
    """One book in the making; each ``sync`` brings the ledger to exactly these entries and statements."""

    company: Company
    book: Book = field(init=False)

    def __post_init__(self) -> None:
        organisation = Organisation.objects.create(
            company=self.company, provider="quickbooks", external_id="9130347", name="Northwind"
        )
        self.book = Book.objects.create(
            company=self.company, organisation=organisation, basis="accrual", currency="USD", digits=2,
            fiscal_year_first_month=7, start=START,
        )  # fmt: skip

    def sync(
        self,
        entries: Sequence[EntryRecord] = ENTRIES,
        statements: Sequence[Balances] = STATEMENTS,
        lists: Sequence[ListRecord] = CHART,
        *,
        itemises: bool = True,
    ) -> Publication:
        """Stage, compare, explain and publish; return the publication."""
        stage = Stage(self.book, versions.take(self.book, unguarded), unguarded)
        stage.lists(lists)
        placement = prepare(self.book)
        with transaction.atomic():
            stage.entries(list(entries), ALL_OF_IT, placement)
        stage.balances(statements)
        result = tie_out.compare(
            self.book, stage.version, {(it.statement, it.month) for it in statements}, itemises=itemises
        )
        explained = explaining.entries(result.explanation, chart(self.book, stage.version))
        with transaction.atomic():
            stage.explaining(explained, placement)
        tie_out.record(self.book, stage.version, result, unguarded)
        return publication.publish(
            self.book, stage.version, placement, verified=result.tied, at=NOW, guard=unguarded, also=lambda _: None
        )
