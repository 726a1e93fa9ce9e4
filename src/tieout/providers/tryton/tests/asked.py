"""What the tests ask of any books of Tryton's: all its entries, and where they differ from Tryton's balances."""

from __future__ import annotations

from collections import Counter

from tieout.core.accounts import AccountRole
from tieout.core.month import Month
from tieout.core.records import AccountRecord, EntryRecord, Statement, Window
from tieout.providers.tryton.tests.served import Served

FIRST, LAST = Month(2025, 6), Month(2026, 11)
ALL = Window(start=FIRST.start, end=(LAST + 1).start)


def entries(served: Served, window: Window = ALL) -> list[EntryRecord]:
    """Return the entries of a window."""
    return [it for it in served.books().read(window) if isinstance(it, EntryRecord)]


def differing(served: Served, months: list[Month]) -> list[tuple[Month, str, int, int]]:
    """Return where Tryton's balances are not what the entries come to: ours is summed here, in a few lines."""
    accounts = {it.external_id: it for it in served.books().lists() if isinstance(it, AccountRecord)}
    earnings = next(it.external_id for it in accounts.values() if it.role is AccountRole.RETAINED_EARNINGS)
    found, places = entries(served), []
    for theirs in served.books().balances(Statement.TRIAL_BALANCE, months):
        year = theirs.month.fiscal_year_start(1).start
        ours: Counter[str] = Counter()
        for entry in found:
            for line in entry.lines:
                if entry.date >= theirs.month.end:
                    continue
                sheet = accounts[line.account].type.on_balance_sheet
                ours[line.account if sheet or entry.date >= year else earnings] += line.amount
        places += [
            (theirs.month, accounts[key].name, ours[key], theirs.amounts.get(key, 0))
            for key in ours.keys() | theirs.amounts.keys()
            if ours[key] != theirs.amounts.get(key, 0)
        ]
    return places
