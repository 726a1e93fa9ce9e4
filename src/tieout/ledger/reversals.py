"""Postings that another one undoes: in a figure they cancel out, and who looks for what is in it need see neither."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tieout.ledger import dialect
from tieout.ledger.models import Book

UNDOES = "NOT (entry.reverses = '')"  # as the partial index has it: SQLite takes it only then
_Money = Counter[tuple[int, int, int]]  # account, month key, amount


@dataclass(frozen=True, slots=True)
class Cancelling:
    """Row ids of entries that come in pairs, and how many of a figure's lines are theirs. These sum to zero."""

    entries: tuple[int, ...] = ()
    lines: int = 0


def cancelling(book: Book, tables: str, condition: str, values: Sequence[int | str | list[int]]) -> Cancelling:
    """Return the entries whose lines cancel out among the lines that a condition on ``line`` and ``entry`` selects.

    Both of a pair are there, and what one has of the lines is what the other has with the other sign; each is in one
    pair. Else neither is among them. ``tables`` is what stands after SELECT.
    """
    if not _any(book):
        return Cancelling()
    undoing: dict[int, str] = {}
    money: defaultdict[int, _Money] = defaultdict(Counter)
    select = f"SELECT entry.id, {{}}, line.account, line.month, line.amount {tables} WHERE {condition}"
    with connection.cursor() as cursor:
        cursor.execute(f"{select.format('entry.reverses')} AND {UNDOES}", values)
        for id_, reverses, *cell in cursor.fetchall():
            undoing[id_] = reverses
            money[id_][tuple(cell)] += 1
        keys: dict[str, int] = {}
        which, texts = dialect.among_texts("entry.key", sorted(set(undoing.values())))
        cursor.execute(f"{select.format('entry.key')} AND entry.book = %s AND {which}", [*values, book.pk, *texts])
        for id_, key, *cell in cursor.fetchall():
            if id_ not in undoing:  # what undoes is counted already
                money[id_][tuple(cell)] += 1
            keys[key] = id_
    paired: set[int] = set()
    for id_, reverses in sorted(undoing.items()):
        undone = keys.get(reverses)
        if undone is not None and undone != id_ and not paired & {id_, undone}:
            paired |= {id_, undone} if money[undone] == _opposite(money[id_]) else set()
    return Cancelling(tuple(sorted(paired)), sum(money[id_].total() for id_ in paired))


def _any(book: Book) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS(SELECT 1 FROM ledger_entry entry WHERE book = %s AND {UNDOES})", [book.pk])
        return bool(cursor.fetchone()[0])


def _opposite(money: _Money) -> _Money:
    return Counter({(account, month, -amount): count for (account, month, amount), count in money.items()})
