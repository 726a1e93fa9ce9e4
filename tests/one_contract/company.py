"""One company's books as every platform could hold them: documents of the usual kinds, in several currencies.

Two fiscal years (from April), a foreign vendor and a foreign customer, tracking, items, pay, credits, transfers and
journal entries. What follows is drawn by a seed, so that each seed is another company.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tieout.core.accounts import AccountType
from tieout.core.money import to_minor, to_text
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
)

FIRST, LAST = Month(2024, 2), Month(2025, 6)
TODAY = date(2025, 6, 20)
FISCAL_YEAR_FIRST_MONTH = 4
CURRENCY = "GBP"
Sums = dict[tuple[str, Month], int]
_Row = tuple[str, int, str | None, str | None]  # account, amount, site, item

_CHART = (
    ("1000", "Current account", AccountType.ASSET, "Bank"),
    ("1010", "Deposit account", AccountType.ASSET, "Bank"),
    ("1100", "Debtors", AccountType.ASSET, "Accounts Receivable"),
    ("1500", "Equipment", AccountType.ASSET, "Fixed Asset"),
    ("2000", "Creditors", AccountType.LIABILITY, "Accounts Payable"),
    ("2100", "Company card", AccountType.LIABILITY, "Credit Card"),
    ("2200", "Wages payable", AccountType.LIABILITY, "Other Current Liability"),
    ("3000", "Share capital", AccountType.EQUITY, "Equity"),
    ("3900", "Profit brought forward", AccountType.EQUITY, "Equity/RetainedEarnings"),
    ("4000", "Sales", AccountType.INCOME, "Income"),
    ("5000", "Materials", AccountType.EXPENSE, "Cost of Goods Sold"),
    ("6000", "Rent", AccountType.EXPENSE, "Expense"),
    ("6100", "Software", AccountType.EXPENSE, "Expense"),
    ("6200", "Travel", AccountType.EXPENSE, "Expense"),
    ("6300", "Wages", AccountType.EXPENSE, "Expense/PayrollExpenses"),
    ("6400", "Depreciation", AccountType.EXPENSE, "Expense"),
)
_PARTIES = (
    ("v1", "Dock Estates", PartyKind.VENDOR),
    ("v2", "Cloudworks Inc", PartyKind.VENDOR),
    ("v3", "Timber Yard", PartyKind.VENDOR),
    ("v4", "Railways", PartyKind.VENDOR),
    ("c1", "Harbour Council", PartyKind.CUSTOMER),
    ("c2", "Marina BV", PartyKind.CUSTOMER),
    ("e1", "Rae Kim", PartyKind.EMPLOYEE),
)
_RATES = {"USD": Decimal("1.25"), "EUR": Decimal("1.20")}  # foreign units for one of ours


def company(seed: int = 1) -> SampleBooks:
    """Return the books of a seed."""
    return SampleBooks(
        company=Company(
            name="Harbour Works", currency=CURRENCY, fiscal_year_start=FISCAL_YEAR_FIRST_MONTH, timezone="Europe/London"
        ),
        accounts=tuple(
            Account(id=number, number=number, name=name, type=of, subtype=kind) for number, name, of, kind in _CHART
        ),
        parties=tuple(Party(id=own, name=name, kind=kind) for own, name, kind in _PARTIES),
        items=(Item(id="i1", name="Mooring"), Item(id="i2", name="Repair")),
        dimensions=(
            Dimension(
                id="site",
                name="Site",
                values=(DimensionValue(id="north", name="North"), DimensionValue(id="south", name="South")),
            ),
        ),
        entries=tuple(_Writer(seed).entries()),
    )


def balances(books: SampleBooks) -> Sums:
    """Return what the file says each account stands at, at each month's end: a few lines of their own.

    Minor units, debit positive. Income and expense from the fiscal year's first day on; the profit of ended years is
    brought forward.
    """
    kinds = {it.id: it.type for it in books.accounts}
    moved = _moved(books)
    result: Sums = {}
    for month in FIRST.until(LAST + 1):
        year = month.fiscal_year_start(FISCAL_YEAR_FIRST_MONTH)
        for account, kind in kinds.items():
            since = None if kind.on_balance_sheet else year
            stands = sum(
                amount
                for (own, at), amount in moved.items()
                if own == account and at <= month and (since is None or at >= since)
            )
            if account == "3900":
                stands += sum(
                    amount for (own, at), amount in moved.items() if not kinds[own].on_balance_sheet and at < year
                )
            if stands:
                result[account, month] = stands
    return result


def expenses(books: SampleBooks) -> Sums:
    """Return what each expense account moved by in each month."""
    kinds = {it.id: it.type for it in books.accounts}
    return {
        place: amount for place, amount in _moved(books).items() if amount and kinds[place[0]] is AccountType.EXPENSE
    }


def vendors(books: SampleBooks) -> Sums:
    """Return what was spent on expense accounts with each vendor in each month, by the vendor's name."""
    kinds = {it.id: it.type for it in books.accounts}
    names = {it.id: it.name for it in books.parties if it.kind is PartyKind.VENDOR}
    found: defaultdict[tuple[str, Month], int] = defaultdict(int)
    for entry in books.entries:
        for line in entry.lines:
            party = line.party or entry.party
            if party in names and kinds[line.account] is AccountType.EXPENSE:
                found[names[party], Month.of(entry.date)] += to_minor(Decimal(line.amount), 2)
    return {place: amount for place, amount in found.items() if amount}


def _moved(books: SampleBooks) -> Sums:
    found: defaultdict[tuple[str, Month], int] = defaultdict(int)
    for entry in books.entries:
        for line in entry.lines:
            found[line.account, Month.of(entry.date)] += to_minor(Decimal(line.amount), 2)
    return dict(found)


class _Writer:
    """Writes the documents of a year and a half, a month at a time."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._made = 0
        self._open: list[tuple[str, int, date]] = []  # what is to be paid: party, amount, day

    def entries(self) -> Iterator[Entry]:
        yield self._entry("Journal Entry", FIRST.start, [("1500", 1_200_00), ("3000", -1_200_00)])
        yield self._entry("Deposit", FIRST.start, [("1000", 50_000_00), ("3000", -50_000_00)])
        for month in FIRST.until(LAST + 1):
            for entry in self._month(month):
                if entry.date <= TODAY:
                    yield entry

    def _month(self, month: Month) -> Iterator[Entry]:
        amount, day = self._amount, month.start
        yield from self._payments(month)
        yield self._bill(
            "v1", day + timedelta(days=1), [("6000", 2_000_00, "north", None), ("6000", 500_00, "south", None)]
        )
        yield self._bill("v2", day + timedelta(days=4), [("6100", amount(), None, None)], currency="USD")
        yield self._bill(
            "v3", day + timedelta(days=9), [("5000", amount(), "north", None), ("5000", amount(), "south", None)]
        )
        yield self._invoice(
            "c1", day + timedelta(days=11), [("4000", -amount(), "north", "i1"), ("4000", -amount(), "south", "i2")]
        )
        yield self._invoice("c2", day + timedelta(days=12), [("4000", -amount(), None, "i1")], currency="EUR")
        fare = amount()
        yield self._entry("Expense", day + timedelta(days=14), [("6200", fare, "north"), ("2100", -fare)], party="v4")
        ticket = amount()
        yield self._entry("Check", day + timedelta(days=15), [("6200", ticket), ("1000", -ticket)], party="v4")
        pay = 3_000_00 + self._dice.randrange(99_99)
        yield self._entry(
            "Paycheck", day + timedelta(days=26), [("6300", pay), ("2200", -120_00), ("1000", 120_00 - pay)], party="e1"
        )
        yield self._entry("Journal Entry", month.end - timedelta(days=1), [("6400", 33_34), ("1500", -33_34)])
        if month.number % 3 == 0:
            back = amount() // 10
            yield self._entry(
                "Vendor Credit", day + timedelta(days=19), [("2000", back), ("5000", -back, "north")], party="v3"
            )
            yield self._entry("Transfer", day + timedelta(days=20), [("1010", 1_000_00), ("1000", -1_000_00)])

    def _payments(self, month: Month) -> Iterator[Entry]:
        waiting, self._open = self._open, []
        for party, amount, _ in waiting:
            day = month.start + timedelta(days=self._dice.randrange(5, 25))
            if party.startswith("v"):
                yield self._entry("Bill Payment (Check)", day, [("2000", amount), ("1000", -amount)], party=party)
            else:
                yield self._entry("Payment", day, [("1000", amount), ("1100", -amount)], party=party)

    def _bill(self, party: str, day: date, lines: list[_Row], currency: str = "") -> Entry:
        total = sum(line[1] for line in lines)
        self._open.append((party, total, day))
        return self._entry("Bill", day, [*lines, ("2000", -total)], party=party, currency=currency)

    def _invoice(self, party: str, day: date, lines: list[_Row], currency: str = "") -> Entry:
        total = -sum(line[1] for line in lines)
        self._open.append((party, total, day))
        return self._entry("Invoice", day, [*lines, ("1100", total)], party=party, currency=currency)

    def _entry(
        self,
        of: str,
        day: date,
        lines: Sequence[tuple[str, int] | tuple[str, int, str] | _Row],
        *,
        party: str | None = None,
        currency: str = "",
    ) -> Entry:
        self._made += 1
        return Entry(
            id=str(100 + self._made),
            type=of,
            date=day,
            number=f"{of[0]}-{self._made}",
            party=party,
            lines=tuple(self._line(*line, currency=currency) for line in lines),
        )

    def _line(
        self, account: str, amount: int, site: str | None = None, item: str | None = None, *, currency: str
    ) -> Line:
        return Line(
            account=account,
            amount=to_text(amount, 2),
            item=item,
            dimensions={"site": site} if site else None,
            memo=f"for {account}",
            currency=currency or None,
            currency_amount=to_text(int(amount * _RATES[currency]), 2) if currency else None,
        )

    def _amount(self) -> int:
        """Return an amount whose foreign counterpart is whole too."""
        return 20 * self._dice.randrange(500, 20_000)
