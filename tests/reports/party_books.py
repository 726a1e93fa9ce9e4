"""Books with vendors, customers, items, classes and pay, small enough to add up by eye.

Kestrel bills every month and raises its price in April. Lumen bills every month and stops in June. Adobe is billed
twice in May. Newly is new in June. Orla is paid by paychecks, and once by an expense that is no pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.ledger.scribe import entry
from tests.reports.small_books import Books, _account
from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.records import (
    DimensionRecord,
    DimensionValueRecord,
    EntryRecord,
    ItemRecord,
    LineRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
)

ORLA = "Orla Secretwages"
PLANTED = "Zebedee Hiddenpay"
KESTREL, LUMEN, ADOBE, NEWLY, REFUNDER = (PartyKey(PartyKind.VENDOR, str(it)) for it in range(1, 6))
EMPLOYEE, HIDDEN = (PartyKey(PartyKind.EMPLOYEE, str(it)) for it in range(1, 3))
CUSTOMER = PartyKey(PartyKind.CUSTOMER, "1")

CHART: tuple[ListRecord, ...] = (
    _account("1000", "Checking", AccountType.ASSET, "Bank/Checking", "bank"),
    _account("3900", "Retained earnings", AccountType.EQUITY, "Equity/RetainedEarnings", "retained_earnings"),
    _account("4000", "Sales", AccountType.INCOME, "Income/ServiceFeeIncome"),
    _account("6000", "Software", AccountType.EXPENSE, "Expense/Office"),
    _account("6100", "Rent", AccountType.EXPENSE, "Expense/RentOrLeaseOfBuildings"),
    _account("6200", "Wages", AccountType.EXPENSE, "Expense/PayrollExpenses", "payroll"),
    _account("6300", "Travel", AccountType.EXPENSE, "Expense/Travel"),
    PartyRecord(key=KESTREL, name="Kestrel Hosting"),
    PartyRecord(key=LUMEN, name="Lumen & Sons"),
    PartyRecord(key=ADOBE, name="Adobe"),
    PartyRecord(key=NEWLY, name="Newly"),
    PartyRecord(key=REFUNDER, name="Refunder"),
    PartyRecord(key=EMPLOYEE, name=ORLA),
    PartyRecord(key=HIDDEN, name=PLANTED),
    PartyRecord(key=CUSTOMER, name="Blue Harbour"),
    ItemRecord(external_id="i1", name="Consulting"),
    DimensionRecord(external_id="class", name="Class"),
    DimensionValueRecord(dimension="class", external_id="east", name="East"),
    DimensionValueRecord(dimension="class", external_id="west", name="West"),
)


def posted(
    key: str, day: date, party: PartyKey | None, *lines: tuple[str, int], number: str = "", payroll: bool = False,
    item: str | None = None, place: str = "", kind: str = "Bill",
) -> EntryRecord:  # fmt: skip
    """Return an entry paid from the bank."""
    dimensions = (("class", place),) if place else ()
    made = [
        LineRecord(account=account, amount=amount, party=party, item=item, dimensions=dimensions)
        for account, amount in lines
    ]
    paid = LineRecord(account="1000", amount=-sum(amount for _, amount in lines))
    return EntryRecord(
        type=kind, external_id=key, date=day, number=number, lines=(*made, paid), payroll=payroll
    )  # fmt: skip


def entries() -> Sequence[EntryRecord]:
    """Return the postings, July 2025 to July 2026."""
    months = [date(2025 + (6 + it) // 12, (6 + it) % 12 + 1, 5) for it in range(13)]
    result = [
        posted(f"k{day}", day, KESTREL, ("6000", 112_00 if day >= date(2026, 4, 1) else 100_00), place="east")
        for day in months
    ]
    result += [posted(f"l{day}", day, LUMEN, ("6100", 1_000_00)) for day in months if day < date(2026, 6, 1)]
    result += [
        posted(f"p{day}", day, HIDDEN, ("6200", 5_000_00), ("6300", 40_00), payroll=True, kind="Paycheck", place="west")
        for day in months
    ]
    result += [
        posted("a1", date(2026, 5, 4), ADOBE, ("6000", 600_00), number="17"),
        posted("a2", date(2026, 5, 6), ADOBE, ("6000", 600_00), number="17"),
        posted("n1", date(2026, 6, 20), NEWLY, ("6000", 75_00), item="i1"),
        posted("r1", date(2026, 5, 9), REFUNDER, ("6000", -30_00), kind="Vendor Credit"),
        posted("o1", date(2026, 5, 30), EMPLOYEE, ("6200", 4_000_00), kind="Check"),
        posted("o2", date(2026, 5, 31), EMPLOYEE, ("6300", 25_00), kind="Expense"),
        posted("s1", date(2026, 5, 12), CUSTOMER, ("4000", -9_000_00), item="i1", place="west", kind="Invoice"),
        posted("s2", date(2026, 6, 12), None, ("4000", -500_00), kind="Sales Receipt"),
        entry("x1", date(2026, 6, 30), ("6300", 12_34), ("1000", -12_34), type="Journal Entry"),
    ]
    return result


def party_books(company: Company) -> Books:
    """Return the books, synced once."""
    made = Books(company)
    made.book.fiscal_year_first_month = 1
    made.book.save()
    made.sync(entries=entries(), statements=(), lists=CHART)
    return made
