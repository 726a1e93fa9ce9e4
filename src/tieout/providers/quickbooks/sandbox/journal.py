"""The one store of postings: every report of the sandbox is a view of it, so they agree by construction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

Party = tuple[str, str]  # ("Vendor", "48")


class Posting(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One line of a transaction. ``amount`` is in minor units of the home currency, debit positive."""

    account: str
    amount: int
    party: Party | None = None
    customer: str = ""  # the customer that an expense line is billable to
    item: str = ""
    klass: str = ""
    location: str = ""
    memo: str = ""
    quantity: Decimal | None = None
    rate: Decimal | None = None
    currency: str = ""  # "" is the home currency
    foreign: int = 0


class Txn(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction with its postings. ``entity`` is "" for a kind that only reports show, such as paychecks."""

    id: str
    entity: str
    label: str
    day: date
    postings: tuple[Posting, ...]
    source: bytes
    created: int
    modified: int
    number: str = ""
    memo: str = ""
    party: Party | None = None
    location: str = ""
    adjustment: bool = False
    version: int = 0

    @property
    def order(self) -> tuple[date, int, str]:
        """The place in a ledger: by date, then in the order of entry."""
        return (self.day, len(self.id), self.id)


def month_key(day: date) -> int:
    """Return the month as a sortable integer, 202601 for January 2026."""
    return day.year * 100 + day.month


class Journal:
    """Transactions by id, with an index by account and month. Windows are half-open: ``start <= day < end``."""

    def __init__(self) -> None:
        self.txns: dict[str, Txn] = {}
        self.lines = 0
        self._touching: dict[str, dict[int, list[Txn]]] = {}
        self._sums: dict[str, dict[int, int]] = {}
        self._months: dict[int, list[Txn]] = {}

    def put(self, txn: Txn) -> None:
        """Take a transaction in, in place of an earlier version of it."""
        if txn.id in self.txns:
            self.take(txn.id)
        self.txns[txn.id] = txn
        key = month_key(txn.day)
        self._months.setdefault(key, []).append(txn)
        self.lines += len(txn.postings)
        for account in {posting.account for posting in txn.postings}:
            self._touching.setdefault(account, {}).setdefault(key, []).append(txn)
        for posting in txn.postings:
            sums = self._sums.setdefault(posting.account, {})
            sums[key] = sums.get(key, 0) + posting.amount

    def take(self, txn_id: str) -> Txn:
        """Remove a transaction and return it. Raise KeyError if there is none."""
        txn = self.txns.pop(txn_id)
        key = month_key(txn.day)
        self._months[key].remove(txn)
        self.lines -= len(txn.postings)
        for account in {posting.account for posting in txn.postings}:
            self._touching[account][key].remove(txn)
        for posting in txn.postings:
            self._sums[posting.account][key] -= posting.amount
        return txn

    def touching(self, account: str, start: date, end: date) -> list[Txn]:
        """Return the transactions with a posting to an account in a window, in ledger order."""
        return sorted(_within(self._touching.get(account, {}), start, end), key=lambda txn: txn.order)

    def between(self, start: date, end: date) -> list[Txn]:
        """Return all transactions of a window, in ledger order."""
        return sorted(_within(self._months, start, end), key=lambda txn: txn.order)

    def balance(self, account: str, before: date) -> int:
        """Return the sum of all postings to an account before a day."""
        return self.net(account, date.min, before)

    def net(self, account: str, start: date, end: date) -> int:
        """Return the sum of an account's postings in a window."""
        low, high = month_key(start), month_key(end)
        sums = self._sums.get(account)
        if not sums:
            return 0
        whole_low = low if start.day == 1 else low + 1
        total = sum(amount for key, amount in sums.items() if whole_low <= key < high)
        edges = {key for key in (low, high) if not whole_low <= key < high and (key != high or end.day > 1)}
        for key in edges:
            for txn in self._touching[account].get(key, ()):
                if start <= txn.day < end:
                    total += sum(posting.amount for posting in txn.postings if posting.account == account)
        return total

    def first_day(self) -> date | None:
        """Return the earliest posting date, or None for empty books."""
        return min((txn.day for txn in self.txns.values() if txn.postings), default=None)

    def accounts(self) -> list[str]:
        """Return the ids of the accounts that have ever been posted to."""
        return [account for account, months in self._touching.items() if any(months.values())]


def _within(months: dict[int, list[Txn]], start: date, end: date) -> Iterator[Txn]:
    low, high = month_key(start), month_key(end)
    for key, txns in months.items():
        if low <= key <= high:
            for txn in txns:
                if start <= txn.day < end:
                    yield txn
