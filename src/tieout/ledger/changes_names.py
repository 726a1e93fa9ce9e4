"""What the change log calls things: each side of a change by the names of its time, and the lists' own changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from tieout.ledger import dialect
from tieout.ledger.accounts import Account, chart
from tieout.ledger.changes_pairs import LineAt, LineChange
from tieout.ledger.models import Book
from tieout.ledger.queries import dimension_names


@dataclass(frozen=True, slots=True)
class Written:
    """A line at one of the two times, with names. The amount is in ``line``."""

    line: LineAt
    account: str
    party: str
    item: str
    dimensions: str

    @property
    def text(self) -> str:
        """The line's text, else its entry's."""
        return self.line.text or self.line.memo


@dataclass(frozen=True, slots=True)
class WrittenChange:
    """A change with names."""

    change: LineChange
    before: Written | None
    after: Written | None


@dataclass(frozen=True, slots=True)
class ListChange:
    """A row of a list that was called, or was, something else: no line changes for it."""

    kind: str
    before: str
    after: str


def written(book: Book, changes: Sequence[LineChange], older: int, newer: int) -> list[WrittenChange]:
    """Return changes with the names as known at each version. Six queries at most, whatever their number."""
    before = _writer(book, [it.before for it in changes if it.before], older)
    after = _writer(book, [it.after for it in changes if it.after], newer)
    return [
        WrittenChange(it, before.write(it.before) if it.before else None, after.write(it.after) if it.after else None)
        for it in changes
    ]


@dataclass(frozen=True, slots=True)
class _Writer:
    accounts: dict[int, Account]
    names: dict[int, str]
    dimensions: dict[int, str]

    def write(self, line: LineAt) -> Written:
        return Written(
            line,
            self.accounts[line.account].label,
            self.names.get(line.party, ""),
            self.names.get(line.item, ""),
            self.dimensions.get(line.dimension_set, ""),
        )


def _writer(book: Book, lines: Sequence[LineAt], version: int) -> _Writer:
    if not lines:
        return _Writer({}, {}, {})
    wanted = {id_ for line in lines for id_ in (line.party, line.item)} - {0}
    return _Writer(chart(book, version), _names(book, wanted, version), dimension_names(book, version))


def _names(book: Book, ids: Collection[int], version: int) -> dict[int, str]:
    some, values = dialect.among("listed_id", sorted(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listed_id, name FROM ledger_listedversion "
            f"WHERE book_id = %s AND valid_from <= %s AND valid_to > %s AND {some}",
            [book.pk, version, version, *values],
        )
        return dict(cursor.fetchall())


def list_changes(book: Book, older: int, newer: int) -> Iterator[ListChange]:
    """Yield the rows of lists whose name, number, type or state is another one. One query; lists are short."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listed.kind, listed.scope, was.name, was.number, was.type, was.active, "
            "now.name, now.number, now.type, now.active "
            "FROM ledger_listedversion now JOIN ledger_listedversion was "
            "ON was.book_id = now.book_id AND was.listed_id = now.listed_id AND was.valid_from <= %s "
            "AND was.valid_to > %s JOIN ledger_listed listed ON listed.id = now.listed_id "
            "WHERE now.book_id = %s AND now.valid_from > %s AND now.valid_from <= %s AND now.valid_to > %s "
            "ORDER BY listed.kind, now.name, now.listed_id",
            [older, older, book.pk, older, newer, newer],
        )
        rows = cursor.fetchall()
    for kind, scope, *both in rows:
        before, after = _called(*both[:4]), _called(*both[4:])
        if both[2] != both[6]:
            before, after = f"{before} ({both[2]})", f"{after} ({both[6]})"
        if before != after:
            yield ListChange(scope if kind == "party" else kind, before, after)


def _called(name: str, number: str, _type: str, active: object) -> str:
    return f"{number} {name}".strip() + ("" if active else " (inactive)")
