"""What a books file says, summed by itself: a few lines of arithmetic that share nothing with the product."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tieout.providerkit.books import Account, DimensionValue, Entry, SampleBooks

Path = tuple[str, ...]
Sums = dict[tuple[Path, str], Decimal]
"""Amounts by account (its path of names) and month ("2026-01"), debit positive; zeros are left out."""

# QuickBooks' documents that are made out to one party: a name on one line stands for the whole.
_OF_ONE = {
    "Bill", "Bill Payment (Check)", "Bill Payment (Credit Card)", "Cash Expense", "Check", "Credit Card Credit",
    "Credit Card Expense", "Credit Memo", "Expense", "Invoice", "Payment", "Refund", "Sales Receipt", "Vendor Credit",
}  # fmt: skip


def shown(name: str) -> str:
    """Return a name as QuickBooks takes it: the colon is its own mark."""
    return name.replace(":", " -").strip()


@dataclass(frozen=True, slots=True)
class Line:
    """A line with everything that is known of it, by name."""

    account: Path
    amount: Decimal
    party: tuple[str, str] | None
    item: str
    dimensions: tuple[tuple[str, str], ...]
    text: str
    currency: str
    currency_amount: Decimal


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry with its lines, whose order means nothing. Hashable, so that entries can be counted."""

    date: date
    type: str
    number: str
    lines: tuple[tuple[Line, int], ...]


class Truth:
    """The books of a file, from its lines alone."""

    def __init__(self, books: SampleBooks) -> None:
        self.books = books
        self.fiscal = books.company.fiscal_year_first_month
        self._accounts = {it.id: it for it in books.accounts}
        self._parties = {it.id: (str(it.kind), shown(it.name)) for it in books.parties}
        self._items = {it.id: shown(it.name) for it in books.items}
        self._values = {
            (axis.id, value.id): ":".join(_path({it.id: it for it in axis.values}, value.id))
            for axis in books.dimensions
            for value in axis.values
        }
        self.paths = {it.id: _path(self._accounts, it.id) for it in books.accounts}
        self.earnings = next(
            (
                self.paths[it.id]
                for by in ("subtype", "name")
                for it in books.accounts
                if it.type == "equity" and "retainedearnings" in re.sub(r"[^a-z]", "", (getattr(it, by) or "").lower())
            ),
            ("Retained Earnings",),
        )
        self.on_sheet = {self.paths[it.id]: it.type in ("asset", "liability", "equity") for it in books.accounts}
        self.on_sheet.setdefault(self.earnings, True)

    def movements(self, start: date, end: date) -> Sums:
        """Return what each account moved by in each month."""
        sums: defaultdict[tuple[Path, str], Decimal] = defaultdict(Decimal)
        for entry in self._between(start, end):
            for line in entry.lines:
                sums[self.paths[line.account], f"{entry.date:%Y-%m}"] += Decimal(line.amount)
        return {key: amount for key, amount in sums.items() if amount}

    def trial_balances(self, months: Sequence[str]) -> Sums:
        """Return each account's balance at the end of each month, the profit of ended years in retained earnings."""
        sums: defaultdict[tuple[Path, str], Decimal] = defaultdict(Decimal)
        for month in months:
            year, number = int(month[:4]), int(month[5:])
            year_begins = date(year - (number < self.fiscal), self.fiscal, 1)
            end = date(year + number // 12, number % 12 + 1, 1)
            for entry in self._between(date.min, end):
                for line in entry.lines:
                    path = self.paths[line.account]
                    if not self.on_sheet[path] and entry.date < year_begins:
                        path = self.earnings
                    sums[path, month] += Decimal(line.amount)
        return {key: amount for key, amount in sums.items() if amount}

    def lines(self, start: date, end: date) -> int:
        """Return how many lines the books have in a range."""
        return sum(len(entry.lines) for entry in self._between(start, end))

    def postings(self, start: date, end: date) -> Counter[Posting]:
        """Return every entry of a range with all that is known of it."""
        return Counter(self._posting(entry) for entry in self._between(start, end))

    def _between(self, start: date, end: date) -> Iterable[Entry]:
        return (entry for entry in self.books.entries if start <= entry.date < end)

    def _posting(self, entry: Entry) -> Posting:
        named = [line.party or entry.party for line in entry.lines]
        whole = next(iter(set(named) - {None})) if len(set(named) - {None}) == 1 and entry.type in _OF_ONE else None
        lines = Counter(
            Line(
                account=self.paths[line.account],
                amount=Decimal(line.amount).normalize(),
                party=self._parties[own] if (own := line.party or entry.party or whole) else None,
                item=self._items[line.item] if line.item else "",
                dimensions=self._dimensions(entry, line.account, line.party, line.dimensions or {}),
                text=line.memo or entry.memo or "",
                currency=line.currency or "",
                currency_amount=Decimal(line.currency_amount or 0).normalize(),
            )
            for line in entry.lines
        )
        return Posting(entry.date, entry.type, entry.number or "", tuple(sorted(lines.items(), key=repr)))

    def _dimensions(
        self, entry: Entry, account: str, party: str | None, given: dict[str, str]
    ) -> tuple[tuple[str, str], ...]:
        found = [
            ("class" if axis == "class" else "location", self._values[axis, value]) for axis, value in given.items()
        ]
        kind, name = self._parties.get(party or entry.party or "", ("", ""))
        if kind == "customer" and self._accounts[account].type == "expense":
            found.append(("customer", name))
        return tuple(sorted(found))


def _path(rows: Mapping[str, Account | DimensionValue], own: str) -> Path:
    row = rows[own]
    return (*(_path(rows, row.parent) if row.parent else ()), shown(row.name))
