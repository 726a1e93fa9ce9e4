"""Harbour Consulting LLC: the tiny second company, whose fiscal year begins in April."""

from __future__ import annotations

from datetime import date

from tieout.providers.quickbooks.sandbox.demo.clerk import Clerk, Cost, Sale, Side
from tieout.providers.quickbooks.sandbox.engine import Engine

_ACCOUNTS = (
    ("1010", "Checking", "Bank", "Checking"),
    ("1100", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("2010", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("2110", "Company card", "Credit Card", "CreditCard"),
    ("3000", "Member's capital", "Equity", "OwnersEquity"),
    ("3900", "Retained Earnings", "Equity", "RetainedEarnings"),
    ("4000", "Consulting fees", "Income", "ServiceFeeIncome"),
    ("5000", "Subcontractors", "Cost of Goods Sold", "CostOfLaborCos"),
    ("6000", "Office rent", "Expense", "RentOrLeaseOfBuildings"),
    ("6100", "Travel", "Expense", "Travel"),
    ("6200", "Software", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("8000", "Bank charges", "Expense", "BankCharges"),
)
_ENTRIES = 60


def harbour(*, realm: str, today: date) -> Engine:
    """Return a company of 12 accounts and 60 entries, over the ten months up to ``today``'s."""
    engine = Engine(
        name="Harbour Consulting LLC",
        realm=realm,
        fiscal_year_first_month=4,
        timezone="America/New_York",
        classes=False,
        locations=False,
        today=today,
    )
    clerk = Clerk(engine)
    for number, name, kind, subtype in _ACCOUNTS:
        fields = {"Name": name, "AcctNum": number, "AccountType": kind, "AccountSubType": subtype}
        clerk.add("Account", number, fields)
    for vendor in ("Lantern Row Offices", "Tessel & Byte", "Ferrywell Travel", "Odile Marchetti"):
        clerk.add("Vendor", vendor, {"DisplayName": vendor})
    for customer in ("Brightmoor Water District", "Calder Ridge Hospital"):
        clerk.add("Customer", customer, {"DisplayName": customer})
    clerk.add(
        "Item",
        "Consulting day",
        {"Name": "Consulting day", "Type": "Service", "IncomeAccountRef": clerk.ref("Account", "4000")},
    )
    first = _months_before(today, 9)
    clerk.journal(first, [Side("1010", 4_000_000), Side("3000", -4_000_000)], memo="Opening capital")
    month = 0
    while engine.entries_posted < _ENTRIES:
        _month(clerk, _months_before(today, 9 - month), month, _ENTRIES)
        month = min(month + 1, 9)
    return engine


def _months_before(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _month(clerk: Clerk, start: date, turn: int, limit: int) -> None:
    customer = ("Brightmoor Water District", "Calder Ridge Hospital")[turn % 2]
    fee = 1_120_000 + 37_500 * turn

    def room() -> bool:
        return clerk.engine.entries_posted < limit

    invoice = clerk.sell("Invoice", customer, start, [Sale("Consulting day", fee, memo="Monthly retainer")])
    if room():
        clerk.receive(customer, start, {invoice: fee}, into="1010")
    bill = clerk.bill("Lantern Row Offices", start, [Cost("6000", 185_000, memo="Rent")]) if room() else ""
    if bill and room():
        clerk.pay_bills("Lantern Row Offices", start, {bill: 185_000})
    if room():
        clerk.spend("Tessel & Byte", start, [Cost("6200", 12_900), Cost("6100", 31_450 + 410 * turn)])
    if room():
        clerk.spend("", start, [Cost("8000", 2_500)], account="1010", memo="Account fee")
    if room() and turn % 3 == 2:
        clerk.bill("Odile Marchetti", start, [Cost("5000", 240_000, memo="Interviews")])
