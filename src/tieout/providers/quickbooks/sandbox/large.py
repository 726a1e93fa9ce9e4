"""Books of any size, made fast: ``large:100000`` has at least that many lines, and the same ones every time."""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate

from tieout.providers.quickbooks.sandbox.engine import Engine

_SEED = 20240101
_VENDORS = 400
_CUSTOMERS = 150
# Above this size a month would outgrow what one GeneralLedger answer may hold (400,000 cells), so history is longer.
_LONG_HISTORY = 450_000
_BALANCE_SHEET = (
    ("1000", "Operating account", "Bank", "Checking"),
    ("1010", "Savings", "Bank", "Savings"),
    ("1100", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("1200", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("1500", "Equipment", "Fixed Asset", "MachineryAndEquipment"),
    ("2000", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("2100", "Company card", "Credit Card", "CreditCard"),
    ("2200", "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ("3000", "Common stock", "Equity", "CommonStock"),
    ("3900", "Retained Earnings", "Equity", "RetainedEarnings"),
    ("4000", "Subscriptions", "Income", "ServiceFeeIncome"),
    ("4100", "Services", "Income", "ServiceFeeIncome"),
    ("4200", "Hardware", "Income", "SalesOfProductIncome"),
)
_COSTS = tuple(
    f"{what} - {whose}"
    for whose in ("Product", "Support", "Sales", "Marketing", "Engineering", "Finance")
    for what in ("Software", "Travel", "Contractors", "Supplies", "Training", "Equipment rental", "Fees", "Meals")
)
_CLASSES = ("Platform", "Services", "Research", "Internal")
_LOCATIONS = ("Boston", "Denver", "Lisbon")
_MEMOS = ("", "monthly plan", "seats", "annual renewal", "per quote", "usage", "travel", "as agreed", "order", "refill")


@dataclass(slots=True)
class _Cast:
    """The ids that documents refer to."""

    named: dict[str, str] = field(default_factory=dict)
    costs: list[str] = field(default_factory=list)
    vendors: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    locations: list[str] = field(default_factory=list)


def first_day(lines: int, today: date) -> date:
    """Return where history begins: the fiscal year two years back, or four for the largest books."""
    return date(today.year - (4 if lines > _LONG_HISTORY else 2), 1, 1)


def large(lines: int, *, realm: str, today: date) -> Engine:
    """Return a company with at least ``lines`` posted lines, evenly over its months up to ``today``."""
    start = first_day(lines, today)
    engine = Engine(name=f"Large Books {lines:,}", realm=realm, today=today)
    writer = _Writer(engine, _cast(engine))
    writer.found(start)
    months = [(year, month) for year in range(start.year, today.year + 1) for month in range(1, 13)]
    months = [month for month in months if month <= (today.year, today.month)]
    for done, (year, month) in enumerate(months, start=1):
        writer.month(date(year, month, 1), until=lines * done // len(months), today=today)
    return engine


def _cast(engine: Engine) -> _Cast:
    cast = _Cast()
    for number, name, kind, subtype in _BALANCE_SHEET:
        fields = {"Name": name, "AcctNum": number, "AccountType": kind, "AccountSubType": subtype}
        cast.named[number] = engine.add("Account", dict(fields))
    for place, name in enumerate(_COSTS):
        kind = "Cost of Goods Sold" if name.endswith(("Product", "Support")) else "Expense"
        subtype = "OtherCostsOfServiceCos" if kind != "Expense" else "OfficeGeneralAdministrativeExpenses"
        fields = {"Name": name, "AcctNum": str(6000 + 10 * place), "AccountType": kind, "AccountSubType": subtype}
        cast.costs.append(engine.add("Account", dict(fields)))
    cast.classes = [engine.add("Class", {"Name": name}) for name in _CLASSES]
    cast.locations = [engine.add("Department", {"Name": name}) for name in _LOCATIONS]
    cast.customers = [engine.add("Customer", {"DisplayName": f"Client {n:03d}"}) for n in range(1, _CUSTOMERS + 1)]
    cast.vendors = [engine.add("Vendor", {"DisplayName": f"Supplier {n:03d}"}) for n in range(1, _VENDORS + 1)]
    for name, account in (("Plan", "4000"), ("Consulting day", "4100"), ("Sensor", "4200")):
        income = {"value": cast.named[account]}
        cast.items.append(engine.add("Item", {"Name": name, "Type": "Service", "IncomeAccountRef": income}))
    return cast


class _Writer:
    def __init__(self, engine: Engine, cast: _Cast) -> None:
        self.engine = engine
        self.cast = cast
        self.random = random.Random(_SEED)
        # Zipf: the n-th vendor is met 1/n as often as the first, as in real purchase ledgers.
        self.weights = list(accumulate(1 / rank for rank in range(1, _VENDORS + 1)))
        self.kinds: tuple[Callable[[str], None], ...] = (
            *[self.bill] * 8,
            *[self.card] * 6,
            *[self.check] * 3,
            *[self.invoice] * 2,
            self.bill_payment,
            self.payment,
        )
        self.number = 1000

    def found(self, day: date) -> None:
        """Put the founders' money in, so that no bank account is overdrawn."""
        detail = [("Debit", self.cast.named["1000"]), ("Credit", self.cast.named["3000"])]
        lines = [
            {
                "Id": str(place),
                "Amount": Decimal(9_000_000_000),
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
            }
            for place, (side, account) in enumerate(detail)
        ]
        self.engine.post("JournalEntry", {"TxnDate": day.isoformat(), "DocNumber": "OPEN", "Line": lines})

    def month(self, start: date, *, until: int, today: date) -> None:
        """Post documents, day after day, until the company has ``until`` lines in all."""
        length = monthrange(start.year, start.month)[1]
        if (start.year, start.month) == (today.year, today.month):
            length = today.day
        posted = self.engine.lines_posted
        span = max(1, until - posted)
        days = [start.replace(day=number).isoformat() for number in range(1, length + 1)]
        before = posted
        while posted < until:
            day = days[min(length - 1, (posted - before) * length // span)]
            self.random.choice(self.kinds)(day)
            posted = self.engine.lines_posted

    def bill(self, day: str) -> None:
        self.engine.post("Bill", {**self._head(day), "VendorRef": self._vendor(), "Line": self._costs()})

    def card(self, day: str) -> None:
        self._purchase(day, "CreditCard", "2100")

    def check(self, day: str) -> None:
        self._purchase(day, "Check", "1000")

    def _purchase(self, day: str, how: str, account: str) -> None:
        document = {**self._head(day), "PaymentType": how, "AccountRef": {"value": self.cast.named[account]}}
        self.engine.post(
            "Purchase", {**document, "EntityRef": {**self._vendor(), "type": "Vendor"}, "Line": self._costs()}
        )

    def invoice(self, day: str) -> None:
        lines = [
            {
                "Id": str(place),
                "Amount": self._amount(),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": self._one(self.cast.items),
                    "ClassRef": self._one(self.cast.classes),
                },
            }
            for place in range(1, self.random.randint(2, 4))
        ]
        self.engine.post("Invoice", {**self._head(day), "CustomerRef": self._one(self.cast.customers), "Line": lines})

    def bill_payment(self, day: str) -> None:
        paid = {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": self.cast.named["1000"]}}}
        self.engine.post(
            "BillPayment", {**self._head(day), "VendorRef": self._vendor(), **paid, "TotalAmt": self._amount()}
        )

    def payment(self, day: str) -> None:
        to = {"value": self.cast.named["1000"]}
        document = {"CustomerRef": self._one(self.cast.customers), "DepositToAccountRef": to}
        self.engine.post("Payment", {**self._head(day), **document, "TotalAmt": self._amount()})

    def _head(self, day: str) -> dict[str, object]:
        self.number += 1
        return {"TxnDate": day, "DocNumber": str(self.number), "DepartmentRef": self._one(self.cast.locations)}

    def _costs(self) -> list[dict[str, object]]:
        pick = self.random.random
        accounts, classes = self.cast.costs, self.cast.classes
        return [
            {
                "Id": str(place),
                "Amount": self._amount(),
                "Description": _MEMOS[int(pick() * len(_MEMOS))],
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": accounts[int(pick() * len(accounts))]},
                    "ClassRef": {"value": classes[int(pick() * len(classes))]},
                },
            }
            for place in range(1, 2 + int(pick() * 5))
        ]

    def _vendor(self) -> dict[str, str]:
        return {"value": self.random.choices(self.cast.vendors, cum_weights=self.weights)[0]}

    def _one(self, ids: list[str]) -> dict[str, str]:
        return {"value": ids[int(self.random.random() * len(ids))]}

    def _amount(self) -> Decimal:
        return Decimal(int(self.random.random() * 400_000) + 500).scaleb(-2)
