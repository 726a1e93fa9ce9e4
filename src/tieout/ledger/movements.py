"""Sums by account and month as known at any version: the kept sums, less or plus what changed in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from tieout.kit.remember import remembered
from tieout.ledger import dialect
from tieout.ledger.known_at import FIRST_MOVES, KnownAt
from tieout.ledger.models import OPEN, Book

Movement = tuple[int, int, int, int]  # account, expense, month key, amount
PartyMovement = tuple[int, int, int, int, int]  # party, then as above

# Lines share their entry's validity, so what changed between two versions is found through the entries' indexes.
# "valid_to < OPEN" stands as a literal: SQLite takes the partial index only then.
_CHANGED = """
    SELECT {columns}, SUM(line.amount * {sign})
    FROM ledger_entry entry JOIN ledger_line line ON line.entry = entry.id
    WHERE entry.book = %s AND {which} AND {within}
    GROUP BY {columns}
"""
BORN = "entry.valid_from > %s AND entry.valid_from <= %s AND entry.valid_to > %s"  # older, newer, newer
ENDED = (
    f"entry.valid_to < {OPEN} AND entry.valid_to > %s AND entry.valid_to <= %s AND entry.valid_from <= %s"  # …, older
)

_CELL = "line.account, line.expense, line.month"
_PARTY_CELL = "line.party, line.account, line.expense, line.month"


@remembered
def movements(book: Book, version: int) -> list[Movement]:
    """Return (account, expense, month key, amount) of the lines visible at a version, past, published or open."""
    return [(*cell, amount) for cell, amount in _sums(book, version, "ledger_monthsum", _CELL).items() if amount]  # type: ignore[misc]


@remembered
def party_movements(book: Book, version: int, accounts: tuple[int, ...] | None = None) -> list[PartyMovement]:
    """Return (party, account, expense, month key, amount) of lines visible at a version: of all accounts or some."""
    return [
        (*cell, amount)  # type: ignore[misc]
        for cell, amount in _sums(book, version, "ledger_partysum", _PARTY_CELL, accounts).items()
        if amount
    ]


def known_movements(book: Book, at: KnownAt) -> list[Movement]:
    """Return the movements of a state of the book: by today's mapping, or in the expenses of the time.

    The lines that have moved since are put back, one by one; the cost follows how many those are.
    """
    if at.moves is None:
        return movements(book, at.version)
    sums: defaultdict[tuple[int, ...], int] = defaultdict(int)
    for *cell, amount in movements(book, at.version):
        sums[tuple(cell)] += amount
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line.account, line.expense, move.old, line.month, SUM(line.amount) FROM ({FIRST_MOVES}) first "
            "JOIN ledger_remapping move ON move.id = first.id JOIN ledger_line line ON line.id = first.line "
            "WHERE line.valid_from <= %s AND line.valid_to > %s GROUP BY 1, 2, 3, 4",
            [book.pk, at.rules, at.moves, at.version, at.version],
        )
        for account, now, then, month, amount in cursor.fetchall():
            sums[account, now, month] -= int(amount)
            sums[account, then, month] += int(amount)
    return [(*cell, amount) for cell, amount in sums.items() if amount]  # type: ignore[misc]


def changes(book: Book, older: int, newer: int) -> dict[tuple[int, ...], int]:
    """Return what the sums by (account, expense, month) change by from an older version to a newer one."""
    return _changes(book, older, newer, _CELL)


def party_changes(book: Book, older: int, newer: int) -> dict[tuple[int, ...], int]:
    """Return what the sums by (party, account, expense, month) change by from an older version to a newer one."""
    return _changes(book, older, newer, _PARTY_CELL)


def _sums(
    book: Book, version: int, table: str, columns: str, accounts: Sequence[int] | None = None
) -> dict[tuple[int, ...], int]:
    names = ", ".join(f"kept.{name.strip().removeprefix('line.')}" for name in columns.split(","))
    sums: defaultdict[tuple[int, ...], int] = defaultdict(int)
    within, some = ("1 = 1", []) if accounts is None else dialect.among("kept.account", accounts)
    with connection.cursor() as cursor:
        # One statement: a publication between two reads would hand out its sums under the earlier number.
        cursor.execute(
            f"SELECT book.published, kept.amount, {names} FROM ledger_book book "
            f"LEFT JOIN {table} kept ON kept.book = book.id AND book.published > 0 AND {within} WHERE book.id = %s",
            [*some, book.pk],
        )
        rows = cursor.fetchall()
    sums.update((tuple(row[2:]), row[1]) for row in rows if row[1] is not None)
    published = rows[0][0]
    sign = 1 if version > published else -1
    older, newer = sorted((version, published))
    if older != newer:
        for cell, amount in _changes(book, older, newer, columns, accounts).items():
            sums[cell] += sign * amount
    return sums


def _changes(
    book: Book, older: int, newer: int, columns: str, accounts: Sequence[int] | None = None
) -> dict[tuple[int, ...], int]:
    within, some = ("1 = 1", []) if accounts is None else dialect.among("line.account", accounts)
    result: defaultdict[tuple[int, ...], int] = defaultdict(int)
    with connection.cursor() as cursor:
        for sign, which, last in ((1, BORN, newer), (-1, ENDED, older)):
            asked = _CHANGED.format(columns=columns, sign=sign, which=which, within=within)
            cursor.execute(asked, [book.pk, older, newer, last, *some])
            for row in cursor.fetchall():
                result[tuple(row[:-1])] += int(row[-1])
    return {cell: amount for cell, amount in result.items() if amount}
