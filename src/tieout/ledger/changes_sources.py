"""SQL of the change log: which lines each kind of change is about, and how they are read.

Entries are found by when they began and ended, through indexes of their own; lines through their entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection

from tieout.ledger import dialect
from tieout.ledger.changes_nets import Group, Netted, netted, without_pairs
from tieout.ledger.changes_pairs import Kind, LineAt, LineChange, Moved, Place, compared
from tieout.ledger.known_at import FIRST_MOVES, KnownAt, expense_then
from tieout.ledger.models import Book
from tieout.ledger.movements import BORN, ENDED
from tieout.ledger.queries import Cell, open_lines

_Values = list[Any]

_LINE = """
    entry.date, entry.type, entry.external_id, entry.number, entry.memo, entry.record, line.account, {expense},
    line.month, line.amount, line.party, line.item, line.dimension_set, COALESCE(text.value, ''), line.currency,
    line.currency_amount, CASE WHEN {open} THEN 0 ELSE 1 END
"""
_TEXT = "LEFT JOIN ledger_text text ON text.id = line.text"
_OF_ENTRIES = """
    SELECT entry.id, {line} FROM ledger_entry entry JOIN ledger_line line ON line.entry = entry.id {joins}
    WHERE {which} ORDER BY entry.id, line.ordinal
"""
_FETCHED = 2_000
_READ = 4_000  # entries whose lines are read at once


@dataclass(frozen=True)
class Asked:
    """Between which states of which book, in which cells (none: everywhere), for whose eyes."""

    book: Book
    older: KnownAt
    newer: KnownAt
    cells: Sequence[Cell]
    payroll_accounts: Collection[int] | None

    def holds(self, place: Place) -> bool:
        """Whether a place is in one of the cells."""
        return not self.cells or any(cell.holds(place) for cell in self.cells)

    @cached_property
    def groups(self) -> list[Group]:
        """The entries that came or went and belong together."""
        return netted(self.book, self.older.version, self.newer.version)

    @cached_property
    def grouped(self) -> list[int]:
        """The row ids of these entries."""
        return [entry.id for group in self.groups for entry in group]


def changed(asked: Asked) -> Iterator[LineChange]:
    """Yield what changed in entries that belong together, group by group. Two queries for thousands of entries."""
    for groups in _batches(asked.groups):
        lines = _lines_of(asked, [it.id for group in groups for it in group if it.born], asked.newer)
        lines |= _lines_of(asked, [it.id for group in groups for it in group if not it.born], asked.older)
        for group in groups:
            yield from compared([_moved(entry, lines) for entry in _seen(group, lines)])


def _batches(groups: Sequence[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    held = 0
    for group in groups:
        batch.append(group)
        held += len(group)
        if held >= _READ:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


_Lines = dict[int, list[LineAt]]


def _lines_of(asked: Asked, entries: Sequence[int], at: KnownAt) -> _Lines:
    """Return the lines of entries with the expenses that they are in at a state of the book."""
    if not entries:
        return {}
    open_, open_values = open_lines(asked.payroll_accounts)
    expense = expense_then(asked.book.pk, at)
    which, ids = dialect.among("entry.id", entries)
    query = _OF_ENTRIES.format(
        line=_LINE.format(expense=expense.column, open=open_), joins=f"{_TEXT} {expense.joins}", which=which
    )
    found: _Lines = {}
    for row in _rows(query, [*open_values, *expense.values, *ids]):
        found.setdefault(row[0], []).append(_line(row[1:]))
    return found


def _moved(entry: Netted, lines: _Lines) -> Moved:
    own = lines.get(entry.id, [])
    return Moved(entry.stands, [line.undone for line in own] if entry.undoes else own)


def _seen(group: Group, lines: _Lines) -> Group:
    """Return the group without what came, or went, together with what undoes it, where these cancel out everywhere."""
    left = without_pairs(group)
    gone = [it for it in group if it not in left]
    sums: defaultdict[tuple[Place, bool], int] = defaultdict(int)
    for entry in gone:
        for line in lines.get(entry.id, ()):
            sums[line.place, line.hidden] += line.amount
    return group if any(sums.values()) else left


@dataclass(frozen=True, slots=True)
class Source:
    """The lines of one kind of change, as the rest of a query; ``was`` and ``now`` are their expense's columns."""

    kind: Kind
    rest: str
    values: _Values
    open: str
    open_values: _Values
    was: str
    now: str


def source(asked: Asked, kind: Kind) -> Source | None:
    """Return the lines that were added, removed or re-mapped in the cells; None where there can be none."""
    older, newer = asked.older, asked.newer
    book = asked.book.pk
    was, now = expense_then(book, older, "was"), expense_then(book, newer, "now")
    alone, grouped = dialect.among("entry.id", asked.grouped, negated=True)
    match kind:
        case Kind.ADDED:
            was = now
            tables = f"ledger_entry entry JOIN ledger_line line ON line.entry = entry.id {now.joins}"
            which = f"entry.book = %s AND {BORN} AND {alone}"
            values: _Values = [*now.values, book, older.version, newer.version, newer.version, *grouped]
        case Kind.REMOVED:
            now = was
            tables = f"ledger_entry entry JOIN ledger_line line ON line.entry = entry.id {was.joins}"
            which = f"entry.book = %s AND {ENDED} AND {alone}"
            values = [*was.values, book, older.version, newer.version, older.version, *grouped]
        case Kind.REMAPPED:
            if older.moves is None:
                return None
            tables = (
                f"({FIRST_MOVES}) was JOIN ledger_remapping was_move ON was_move.id = was.id "
                f"JOIN ledger_line line ON line.id = was.line "
                f"JOIN ledger_entry entry ON entry.id = line.entry {now.joins}"
            )
            which = f"entry.valid_from <= %s AND entry.valid_to > %s AND {was.column} <> {now.column}"
            values = [*was.values, *now.values, older.version, newer.version]
        case Kind.CHANGED:
            raise ValueError("changed lines come in pairs: ask changed()")
    within, cell_values = _within(asked.cells, dict.fromkeys((was.column, now.column)))
    open_, open_values = open_lines(asked.payroll_accounts)
    return Source(
        kind, f"{tables} {{more}} WHERE {which} AND {within}", [*values, *cell_values], open_, [*open_values],
        was.column, now.column,
    )  # fmt: skip


def sums(lines: Source) -> Iterator[tuple[Place, Place, bool, int, int]]:
    """Yield what the lines add up to: place before, place after, whether hidden, how many, amount. One query."""
    query = (
        f"SELECT line.account, {lines.was}, {lines.now}, line.month, CASE WHEN {lines.open} THEN 0 ELSE 1 END, "
        f"COUNT(*), SUM(line.amount) FROM {lines.rest.format(more='')} GROUP BY 1, 2, 3, 4, 5"
    )
    for account, was, now, month, hidden, count, amount in _rows(query, [*lines.open_values, *lines.values]):
        yield Place(account, was, month), Place(account, now, month), bool(hidden), int(count), int(amount)


def read(lines: Source, *, offset: int, limit: int) -> Iterator[LineChange]:
    """Yield some of the lines that the reader may see, oldest first. One query."""
    query = (
        f"SELECT {lines.now}, {_LINE.format(expense=lines.was, open=lines.open)} "
        # No plain "entry.date": SQLite would read the whole book in that order.
        f"FROM {lines.rest.format(more=_TEXT)} AND {lines.open} "
        "ORDER BY COALESCE(entry.date, entry.date), entry.id, line.ordinal LIMIT %s OFFSET %s"
    )
    values = [*lines.open_values, *lines.values, *lines.open_values, limit, offset]
    for row in _rows(query, values):
        was = _line(row[1:])
        now = was._replace(expense=row[0])
        yield LineChange(
            lines.kind,
            None if lines.kind is Kind.ADDED else was,
            None if lines.kind is Kind.REMOVED else now,
        )


def _within(cells: Sequence[Cell], expenses: Collection[str]) -> tuple[str, _Values]:
    """Return the condition that a line is in one of the cells, by one of the columns that may hold its expense."""
    either: list[str] = []
    values: _Values = []
    for cell in cells:
        for expense in expenses:
            parts = ["line.month >= %s", "line.month <= %s"]
            values += [cell.first.key, cell.last.key]
            for column, ids in (("line.account", cell.accounts), (expense, cell.expenses)):
                if ids:
                    part, given = dialect.among(column, ids)
                    parts.append(part)
                    values += given
            either.append(" AND ".join(parts))
    return (f"({' OR '.join(either)})" if either else "1 = 1"), values


def _rows(query: str, values: _Values) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(_FETCHED):
            yield from rows


def _line(row: Sequence[Any]) -> LineAt:
    day = row[0] if isinstance(row[0], date) else date.fromisoformat(row[0])
    return LineAt._make((day, *row[1:-1], bool(row[-1])))
