"""The ledger beside a sandbox's own books, line by line and in every balance.

Where a platform's provider does not read every posting, each document's lines are added up by day and account. What no
document posts is then in the balances alone: the ledger has it as not itemised.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db import connection

from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book
from tieout.proofs import queries
from tieout.proofs.platform import Platform
from tieout.providerkit.posted import Line, of_one_party

Json = dict[str, Any]
AHEAD = 24  # months after the running one that hold postings


class Look(Protocol):
    """Asks a sandbox for something: ``GET /control/{what}``."""

    def __call__(self, what: str, **params: str) -> Json: ...


class Share(NamedTuple):
    """What one document posts to one account on one day, by its dimensions."""

    type: str
    entry: str
    date: str
    account: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison found, in words; nothing where both are equal."""

    differences: tuple[str, ...]
    lines: int
    balances: int


def compare(platform: Platform, book: Book, look: Look, *, most: int = 5, since: Month | None = None) -> Compared:
    """Compare what is published with the sandbox's own books: each line, and each account at each month's end.

    ``since``: what is in no posting is compared from this month's end on. A run that brings changes looks at the months
    that are told as changed, and what it finds in no posting of an earlier one is not itemised in the next of them.
    """
    theirs = look("books")["companies"][0]
    running = Month.parse(theirs["today"][:7])
    end = (running + 1 + AHEAD).start
    accounts = {account.external_id: account for account in chart(book, book.published).values()}
    given = look("lines", start=str(book.start), end=str(end))["lines"]
    wanted = list(platform.proving.posted(given, accounts, book.digits, itemised=platform.itemises))
    months = list(Month.of(book.start).until(running + 1 + AHEAD))
    if platform.itemises:
        found = _lines_differ(platform, book, wanted)
    else:
        # A month's balances tell what is in no posting, and they are compared up to the running month.
        months = [month for month in months if (since or month) <= month <= running]
        found = _shares_differ(book, wanted)
    for month in months:
        found += _balances(book, look, month)
    return Compared(tuple(found[:most]), len(wanted), len(months) * len(accounts))


def _lines_differ(platform: Platform, book: Book, wanted: Iterable[Line]) -> list[str]:
    untold: dict[str, Any] = dict.fromkeys(platform.proving.UNTOLD, "")
    own = Counter(line._replace(**untold) for line in our_lines(book, book.published).elements())
    theirs = Counter(of_one_party(wanted))
    return [
        *(f"only in the ledger, {n} times: {line}" for line, n in (own - theirs).items()),
        *(f"only in the books, {n} times: {line}" for line, n in (theirs - own).items()),
    ]


def _shares_differ(book: Book, wanted: Iterable[Line]) -> list[str]:
    own, theirs = shares(our_lines(book, book.published).elements()), shares(line for line in wanted if line.entry)
    return [
        f"{own.get(share, 0)} in the ledger, {theirs.get(share, 0)} in the books: {share}"
        for share in sorted(own.keys() | theirs.keys())
        if own.get(share, 0) != theirs.get(share, 0)
    ]


def shares(lines: Iterable[Line]) -> Mapping[Share, int]:
    """Return what lines come to, nothing left out but what comes to nothing."""
    found: defaultdict[Share, int] = defaultdict(int)
    for line in lines:
        found[Share(line.type, line.entry, line.date, line.account, line.dimensions)] += line.amount
    return {share: amount for share, amount in found.items() if amount}


def _balances(book: Book, look: Look, month: Month) -> list[str]:
    theirs = {id_: it for id_, it in look("books", month=str(month))["companies"][0]["trial_balance"].items() if it}
    ours = queries.trial_balance(book, month)
    return [
        f"account {id_} at the end of {month}: {ours.get(id_, 0)} in the ledger, {theirs.get(id_, 0)} in the books"
        for id_ in sorted(ours.keys() | theirs.keys())
        if ours.get(id_, 0) != theirs.get(id_, 0)
    ]


# --- ours -------------------------------------------------------------------------------------------------------

_LINES = """
    SELECT entry.key, entry.type, entry.external_id, entry.date, entry.number, account.external_id, line.amount,
           party.scope, party.external_id, item.external_id, line.dimension_set, text.value, entry.reverses
    FROM ledger_line line
    JOIN ledger_entry entry ON entry.id = line.entry
    JOIN ledger_listed account ON account.id = line.account
    LEFT JOIN ledger_listed party ON party.id = line.party
    LEFT JOIN ledger_listed item ON item.id = line.item
    LEFT JOIN ledger_text text ON text.id = line.text
    WHERE line.book = %s AND line.valid_from <= %s AND line.valid_to > %s AND entry.kind = 'posted'
"""
_SETS = """
    SELECT within.dimension_set_id, value.scope, value.external_id
    FROM ledger_dimensionsetvalue within JOIN ledger_listed value ON value.id = within.value
    JOIN ledger_dimensionset its ON its.id = within.dimension_set_id WHERE its.book = %s
"""


def our_lines(book: Book, version: int) -> Counter[Line]:
    """Return every posted line that is visible at a version, the opening entry and what explains balances left out."""
    sets: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SETS, [book.pk])
        for own, dimension, value in cursor.fetchall():
            sets[own].append((dimension, value))
        cursor.execute(_LINES, [book.pk, version, version])
        rows = cursor.fetchall()
    undone = {row[12] for row in rows} | {row[0] for row in rows if row[12]}
    found = (
        Line(
            type=row[1],
            entry=row[2],
            date=str(row[3]),
            number=row[4] if row[0] not in undone else "",
            account=row[5],
            amount=row[6],
            party=(row[7], row[8]) if row[8] and row[0] not in undone else None,
            item=row[9] or "" if row[0] not in undone else "",
            dimensions=tuple(sorted(sets.get(row[10], ()))),
            memo=row[11] or "",
        )
        for row in rows
    )
    return Counter(of_one_party(found))
