"""What moved the bank accounts, by counterpart account and month. Minor units, money in positive.

The lines of an entry sum to zero, so each line that is not on a bank account says by itself what it brought or took:
its amount with the sign turned. Nothing has to be allocated, and a transfer between bank accounts has no such line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection

from tieout.core.month import Month
from tieout.ledger import dialect
from tieout.ledger.explaining import EXPLAINING, explaining
from tieout.ledger.models import Book, Publication
from tieout.ledger.movements import Movement, movements

Months = Mapping[Month, int]

# The entries come first and each is then asked for its lines by its index: CROSS JOIN keeps SQLite to that order. A
# line is visible as long as its entry is, so one look at the bank's line is enough.
_FLOWS = """
    SELECT other.account, other.month, -SUM(other.amount)
    FROM (
        SELECT DISTINCT bank.entry AS entry FROM ledger_line bank
        WHERE bank.book = %s AND bank.account IN ({accounts}) AND bank.month >= %s AND bank.month <= %s
        AND bank.valid_from <= %s AND bank.valid_to > %s
    ) touched CROSS JOIN ledger_line other
    WHERE other.entry = touched.entry AND other.account NOT IN ({accounts})
    AND touched.entry NOT IN ({own})
    GROUP BY other.account, other.month
"""
EXPLAINING_ENTRIES = f"SELECT own.id FROM ledger_entry own WHERE own.book = %s AND own.{EXPLAINING}"
OWN_ENTRIES = f"""
    {EXPLAINING_ENTRIES}
    UNION ALL SELECT own.id FROM ledger_entry own WHERE own.book = %s AND own.date = %s AND own.kind = 'opening'
"""
"""The entries of our own making, whose bank lines are no flow: what explains differences, and the opening.

Asks for the book twice, then for the `opening_day`.
"""
_OPENING = """
    SELECT line.account, SUM(line.amount) FROM ledger_entry entry JOIN ledger_line line ON line.entry = entry.id
    WHERE entry.book = %s AND entry.date = %s AND entry.kind = 'opening' AND line.account IN ({accounts})
    AND line.valid_from <= %s AND line.valid_to > %s GROUP BY line.account
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashBooks:
    """What the bank accounts held before a range of months, and what moved them in it.

    For every month, Σ ``moved`` = Σ ``flows`` + ``unexplained``: to the cent, since entries balance.
    """

    first: Month
    last: Month
    before: Mapping[int, int] = field(default_factory=dict)  # by bank account, the opening included
    moved: Mapping[int, Months] = field(default_factory=dict)  # by bank account, without the opening
    flows: Mapping[int, Months] = field(default_factory=dict)  # by counterpart account
    unexplained: Months = field(default_factory=dict)  # in entries that explain what the provider does not itemise


def cash_books(
    book: Book,
    version: int,
    accounts: Collection[int],
    first: Month,
    last: Month,
    *,
    moved: Sequence[Movement] | None = None,
) -> CashBooks:
    """Return what moved these bank accounts in months from ``first`` to ``last``, as known at a version.

    An opening balance is what was there before, never a flow. A handful of queries, however many lines there are;
    ``moved`` are the version's `ledger.movements`, where the caller has them.
    """
    if not accounts:
        return CashBooks(first=first, last=last)
    wanted = frozenset(accounts)
    day = opening_day(book, version)
    opening = _opening(book, version, day, sorted(wanted))
    before: defaultdict[int, int] = defaultdict(int, opening)
    by_month: defaultdict[int, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    for account, _, key, amount in movements(book, version) if moved is None else moved:
        if account in wanted and key < first.key:
            before[account] += amount
        elif account in wanted and key <= last.key:
            by_month[account][Month.from_key(key)] += amount
    for account, amount in opening.items():
        if Month.of(day) < first:
            before[account] -= amount  # it is among the movements
        elif Month.of(day) <= last:
            by_month[account][Month.of(day)] -= amount
    return CashBooks(
        first=first,
        last=last,
        before={account: amount for account, amount in before.items() if amount},
        moved={account: dict(months) for account, months in by_month.items()},
        flows=_flows(book, version, day, sorted(wanted), first, last),
        unexplained=_unexplained(book, version, wanted, first, last),
    )


def opening_day(book: Book, version: int) -> date:
    """Return the day of the opening entry of a version: the one before its history starts."""
    start = Publication.objects.filter(book=book, version=version).values_list("start", flat=True).first()
    return (start or book.start) - timedelta(days=1)


def _flows(
    book: Book, version: int, day: date, accounts: Sequence[int], first: Month, last: Month
) -> dict[int, Months]:
    result: defaultdict[int, dict[Month, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(*flows_query(book, version, day, accounts, first, last))
        for account, key, amount in cursor.fetchall():
            result[account][Month.from_key(key)] = int(amount)
    return dict(result)


def flows_query(
    book: Book, version: int, day: date, accounts: Sequence[int], first: Month, last: Month
) -> tuple[str, list[int | str | date]]:
    """Return the one query over lines, and its values."""
    query = _FLOWS.format(accounts=dialect.in_list(accounts), own=OWN_ENTRIES)
    within: list[int | str | date] = [book.pk, *accounts, first.key, last.key, version, version]
    return query, [*within, *accounts, book.pk, book.pk, day]


def _opening(book: Book, version: int, day: date, accounts: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_OPENING.format(accounts=dialect.in_list(accounts)), [book.pk, day, *accounts, version, version])
        return {account: int(amount) for account, amount in cursor.fetchall()}


def _unexplained(book: Book, version: int, accounts: Collection[int], first: Month, last: Month) -> dict[Month, int]:
    result: defaultdict[Month, int] = defaultdict(int)
    for account, key, amount in explaining(book, version).moved:
        if account in accounts and first.key <= key <= last.key:
            result[Month.from_key(key)] += amount
    return {month: amount for month, amount in result.items() if amount}
