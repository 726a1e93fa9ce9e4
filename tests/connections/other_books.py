"""Believable books of companies that nobody has seen before: the same seed gives the same company.

``python -m tests.connections.other_books SEED FILE`` writes one as a books file, for the sandbox or the demo.
"""

from __future__ import annotations

import random
import sys
from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from tieout.core.accounts import AccountType
from tieout.core.money import currency_digits, to_text
from tieout.core.month import Month
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
    write_books,
)

_TODAYS = (date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1), date(2023, 7, 14), date(2026, 11, 20))
_ZONES = ("UTC", "America/Los_Angeles", "Asia/Kolkata", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu")
_CURRENCIES = ("USD", "JPY", "KWD", "EUR", "TND", "KRW", "GBP", "AUD")
_FOREIGN = ("EUR", "JPY", "BHD", "CAD", "CLF")
# What QuickBooks calls its transactions, and what it does not.
_TYPES = (
    "Bill", "Bill Payment (Check)", "Bill Payment (Credit Card)", "Check", "Expense", "Cash Expense",
    "Credit Card Expense", "Credit Card Credit", "Credit Card Payment", "Credit Memo", "Deposit", "Invoice",
    "Journal Entry", "Payment", "Payroll Check", "Payroll Adjustment", "Refund", "Sales Receipt",
    "Sales Tax Payment", "Transfer", "Vendor Credit", "Inventory Qty Adjust", "Inventory Starting Value",
    "Bill Pmt -Check", "Statement Charge", "Écriture de journal", "Facture: fournisseur", "売上",
)  # fmt: skip
_ODD_NAMES = (
    'Bolts & "Nuts", Inc.', "O'Brien's Café", "Travel: Air", "Rent, office", "Müller ÅÄÖ Ωmega", "🚀 Launch 🎉",
    "Closed thing (deleted)", "=SUM(A1:A9)", "<b>Bold</b> & co", "a" * 95, "Tab\there", "C:\\books", "100% -- done;",
    "日本語の勘定科目", "עברית", "Beginning Balance", "Not Specified", "Total for Rent", "TOTAL", "Net Income",
)  # fmt: skip
_MEMOS = (
    "", "", "", "lamps", "two\nlines", "tab\tinside", "<script>alert('x')</script>", "=1+1", "@cmd", "-5", "+7",
    "Ümlaut ß ñ 漢字 🧾", 'said "hello", left', "it's", "x" * 900, "Total for Cash", "Voided", "100.00",
    "Unable to display more data. Please reduce the date range.", "\\' OR 1=1 --", "null",
)  # fmt: skip
# (name, type, sub-type, children); the children of a parent are of its type.
_Tree = tuple[str, AccountType, str, tuple["_Tree", ...]]
_A, _L, _Q, _I, _E = AccountType


def _leaf(name: str, of: AccountType, kind: str, *below: _Tree) -> _Tree:
    return name, of, kind, below


_CHART: tuple[_Tree, ...] = (
    _leaf("Checking", _A, "Bank", _leaf("Petty cash", _A, "Bank", _leaf("Other", _A, "Bank"))),
    _leaf("Receivables", _A, "Accounts Receivable"),
    _leaf("Prepaid", _A, "Other Current Asset/PrepaidExpenses", _leaf("Other", _A, "Other Current Asset")),
    _leaf("Equipment", _A, "Fixed Asset", _leaf("Accumulated depreciation", _A, "Fixed Asset")),
    _leaf("Payables", _L, "Accounts Payable"),
    _leaf("Card", _L, "Credit Card", _leaf("Other", _L, "Credit Card")),
    _leaf("Payroll liabilities", _L, "Other Current Liability"),
    _leaf("Loan", _L, "Long Term Liability"),
    _leaf("Capital", _Q, "Equity", _leaf("Founders", _Q, "Equity")),
    _leaf("Sales", _I, "Income", _leaf("Services", _I, "Income", _leaf("Other", _I, "Income"))),
    _leaf("Interest", _I, "Other Income/InterestEarned"),
    _leaf("Hosting", _E, "Cost of Goods Sold", _leaf("Other", _E, "Cost of Goods Sold")),
    _leaf("Office", _E, "Expense", _leaf("Supplies", _E, "Expense", _leaf("Other", _E, "Expense"))),
    _leaf("Travel", _E, "Expense", _leaf("Other", _E, "Expense"), _leaf("Hotels", _E, "Expense")),
    _leaf("Wages", _E, "Expense/PayrollExpenses"),
    _leaf("Taxes", _E, "Other Expense"),
)


@dataclass(frozen=True, slots=True)
class Other:
    """One company: its books, and the day on which they are read."""

    seed: int
    books: SampleBooks
    today: date
    modern: bool  # which of the platform's two ways of writing reports answers


def other(seed: int) -> Other:
    """Return the company of a seed."""
    return _Maker(seed).make()


class _Maker:
    """Makes one company; everything about it is drawn from the seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.tiny = seed % 6 == 5
        self.today = _TODAYS[seed % len(_TODAYS)]
        self.currency = _CURRENCIES[seed % len(_CURRENCIES)]
        self.digits = currency_digits(self.currency)
        self.foreign = seed % 3 == 1
        self.ids = ("digits", "words", "odd", "digits")[seed % 4]
        # Books that begin somewhere in a fiscal year: last month, or up to six years ago.
        self.first = Month.of(self.today) - self.dice.choice((0, 1, 5, 14, 23, 25, 38, 70))
        self.fiscal = 1 + (seed * 5 + self.dice.randrange(2)) % 12
        self.quiet = self.first + self.dice.randrange(1, 12)  # a month without an entry
        self.accounts: list[Account] = []
        self.made = 0

    def make(self) -> Other:
        company = Company(
            name=self.dice.choice(('Ödegård & "Sons"', "O'Neil, Ltd", "株式会社テスト", "Plain Co")),
            currency=self.currency,
            digits=self.dice.choice((None, self.digits)),
            fiscal_year_start=self.dice.choice((self.fiscal, month_name[self.fiscal], f"{self.fiscal:02d}-01")),
            timezone=self.dice.choice(_ZONES),
        )
        for tree in _CHART:
            self._account(tree, None)
        self._odd_accounts()
        self._earnings()
        self.parties = self._parties()
        self.items = tuple(Item(id=self._id("item", n), name=name) for n, name in enumerate(self._names(5)))
        self.dimensions = self._axes()
        books = SampleBooks(
            company=company,
            accounts=tuple(self.accounts),
            parties=self.parties,
            items=self.items,
            dimensions=self.dimensions,
            entries=tuple(self._entries()),
        )
        return Other(self.seed, books, self.today, modern=self.seed % 2 == 1)

    # --- lists ---

    def _id(self, kind: str, number: int) -> str:
        match self.ids:
            case "digits":
                return str(number + 1)
            case "words":
                return f"{kind}-{number}"
            case _:
                return f"{kind}/{number}-{self.dice.randrange(16**6):06x} é"

    def _names(self, count: int) -> list[str]:
        return [*self.dice.sample(_ODD_NAMES, count), "Plain"]

    def _account(self, tree: _Tree, parent: str | None) -> None:
        name, of, kind, below = tree
        own = self._id("acc", len(self.accounts))
        number: str | None = None
        if self.seed % 3:  # some accounts without a number, some with the number of another
            number = self.dice.choice((None, "4000", str(1000 + len(self.accounts) * 10), "A-1.5"))
        active = self.dice.random() > 0.12
        self.accounts.append(
            Account(id=own, name=name, type=of, subtype=kind, number=number, parent=parent, active=active)
        )
        for child in below:
            self._account(child, own)

    def _odd_accounts(self) -> None:
        for name in self.dice.sample(_ODD_NAMES, 6):
            of, kind = self.dice.choice(((_E, "Expense"), (_A, "Other Asset"), (_I, "Income"), (_E, "")))
            self._account(_leaf(name, of, kind, _leaf("Other", of, kind)), None)

    def _earnings(self) -> None:
        """Retained earnings by sub-type, by name, or left to the platform."""
        if self.seed % 3 == 0:
            self._account(_leaf("Winst uit vorige jaren", _Q, "Equity/RetainedEarnings"), None)
        elif self.seed % 3 == 1:
            self._account(_leaf("Retained earnings", _Q, "Equity"), None)

    def _parties(self) -> tuple[Party, ...]:
        kinds = (PartyKind.VENDOR, PartyKind.CUSTOMER, PartyKind.EMPLOYEE)
        wanted = [(kind, f"{kind} {name}") for kind in kinds for name in self._names(3)]
        wanted += [(PartyKind.VENDOR, "Both Ways GmbH"), (PartyKind.CUSTOMER, "Both Ways GmbH")]
        return tuple(Party(kind=kind, id=self._id("who", n), name=name) for n, (kind, name) in enumerate(wanted))

    def _axes(self) -> tuple[Dimension, ...]:
        names = (("class", "Class"), ("loc", "Location"))[: self.seed % 3]
        return tuple(Dimension(id=own, name=name, values=self._values(own)) for own, name in names)

    def _values(self, axis: str) -> tuple[DimensionValue, ...]:
        values: list[DimensionValue] = []
        for name in ("East", *self.dice.sample(_ODD_NAMES, 3)):
            above: str | None = None
            for depth in range(self.dice.randrange(1, 4)):
                own = self._id(axis, len(values))
                values.append(DimensionValue(id=own, name="Other" if depth else name, parent=above))
                above = own
        return tuple(values)

    # --- entries ---

    def _entries(self) -> list[Entry]:
        count = 3 if self.tiny else self.dice.randrange(60, 160)
        days = [self._day() for _ in range(count)]
        if not self.tiny:
            last = Month.of(self.today) + 20
            days += [last.end - timedelta(days=1), self.today + timedelta(days=1), self.first.start]
        return [self._entry(day) for day in days]

    def _day(self) -> date:
        while True:
            month = self.first + self.dice.randrange(self.first.months_to(Month.of(self.today)) + 1)
            if self.dice.random() < 0.06:
                month = Month.of(self.today) + self.dice.randrange(21)
            length = monthrange(*month)[1]
            if month != self.quiet or month == self.first:
                return date(*month, self.dice.choice((1, length, min(29, length), self.dice.randrange(1, length + 1))))

    def _entry(self, day: date) -> Entry:
        self.made += 1
        of = self.dice.choice(_TYPES)
        party = self.dice.choice(self.parties).id if self.dice.random() < 0.5 else None
        if of.startswith("Payroll"):
            party = self.dice.choice([it.id for it in self.parties if it.kind is PartyKind.EMPLOYEE])
        own = str(5000 + self.made) if self.ids != "odd" or self.made % 3 else f"txn:{self.made}/ü"
        return Entry(
            id=own,
            type=of,
            date=day,
            lines=self._lines(),
            number=self.dice.choice((None, None, "1001", f"INV-{self.made}", "=1+1", "Nº 7")),
            memo=self.dice.choice((None, None, *_MEMOS)),
            party=party,
        )

    def _lines(self) -> tuple[Line, ...]:
        count = self.dice.choice((2, 2, 2, 3, 5, self.dice.randrange(2, 41)))
        top = self.dice.choice((10**3, 10**5, 10**7, 10**10 * 10**self.digits))
        amounts = [self.dice.randrange(-top, top + 1) for _ in range(count - 1)]
        if self.dice.random() < 0.15:
            amounts[0] = 0
        amounts.append(-sum(amounts))
        lines = [self._line(amount) for amount in amounts]
        if self.dice.random() < 0.2:  # the same row twice, and what balances it
            again = self.dice.choice(lines)
            back = self._line(-_minor(again.amount, self.digits) * 2)
            lines += [again, again, back]
        return tuple(lines)

    def _line(self, amount: int) -> Line:
        money = to_text(amount, self.digits)
        currency = foreign = None
        if self.foreign and self.dice.random() < 0.3:
            currency = self.dice.choice([code for code in _FOREIGN if code != self.currency])
            foreign = to_text(amount * 3 // 2, currency_digits(currency))
        return Line(
            account=self.dice.choice(self.accounts).id,
            amount=f"{money}0" if "." in money and self.dice.random() < 0.1 else money,
            party=self.dice.choice(self.parties).id if self.dice.random() < 0.2 else None,
            item=self.dice.choice(self.items).id if self.dice.random() < 0.2 else None,
            dimensions={it.id: self.dice.choice(it.values).id for it in self.dimensions if self.dice.random() < 0.4}
            or None,
            memo=self.dice.choice(_MEMOS) or None,
            currency=currency,
            currency_amount=foreign,
        )


def _minor(text: str, digits: int) -> int:
    return int(Decimal(text).scaleb(digits))


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(b"".join(write_books(other(int(sys.argv[1])).books)))
