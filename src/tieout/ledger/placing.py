"""Which expense each line is in: answered by a part above, kept on the line and in the sums, logged when it moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from django.db import connection

from tieout.ledger import dialect
from tieout.ledger.models import Book


class Content(NamedTuple):
    """What a line is to a rule. Row ids, 0 for none; ``text`` as written or folded; minor units, debit positive."""

    account: int
    party: int
    item: int
    dimension_set: int
    text: str
    amount: int


class Placement(Protocol):
    """Says which expense lines are in: 0 for none. The ledger does not interpret the answer."""

    @property
    def version(self) -> int:
        """The version of the rules that it answers by."""

    @property
    def whole(self) -> frozenset[str]:
        """The keys of entries whose lines can only be placed together, because somebody pinned one of them."""

    def expenses_of(self, entry: str, lines: Sequence[Content]) -> Sequence[int]:
        """Return the expense of each of an entry's lines; all of them, in order, where the key is in ``whole``."""

    def newest(self) -> Placement:
        """Return the rules as they are now, held still until the transaction ends; itself if nothing moved."""

    def names_matter(self) -> bool:
        """Whether a rule looks at names, so that a renamed row's lines may belong elsewhere."""


_SELECT = """
    SELECT line.entry, entry.key, line.id, line.account, line.party, line.item, line.dimension_set,
        COALESCE(text.folded, ''), line.amount, line.expense, line.month, line.valid_from, line.valid_to
    FROM ledger_line line JOIN ledger_entry entry ON entry.id = line.entry
    LEFT JOIN ledger_text text ON text.id = line.text
    WHERE {which} ORDER BY line.entry, line.ordinal
"""
_BATCH = 5_000


class _Placed(NamedTuple):
    """A line as it stands."""

    entry: int
    key: str
    id: int
    content: Content
    expense: int
    month: int
    valid_from: int
    valid_to: int


class _Move(NamedTuple):
    """A line that goes to another expense."""

    line: _Placed
    to: int


def place_again(
    book: Book, placement: Placement, which: str, values: Sequence[int | str], *, visible_at: int | None
) -> int:
    """Place the book's lines anew that a condition on ``line`` selects, in all versions; return how many moved.

    The condition names the book unless it names rows: SQLite knows no statistics and would rather seek by the book.

    Within the caller's transaction. Kept sums follow for the lines visible at ``visible_at`` (None: the lines are in no
    sum yet). Each move is logged under the placement's version.
    """
    moved = 0
    for moves in _batches(_moves(placement, _read(book, placement, which, values))):
        _write(moves)
        _log(book, placement.version, moves)
        if visible_at is not None:
            shown = [move for move in moves if move.line.valid_from <= visible_at < move.line.valid_to]
            move_sums(book, "ledger_monthsum", _deltas(shown))
            move_sums(book, "ledger_partysum", _deltas(shown, party=True))
        moved += len(moves)
    return moved


def place_lines_again(book: Book, placement: Placement, lines: Sequence[int], *, visible_at: int | None) -> int:
    """Place lines (row ids) anew, as `place_again` does."""
    return sum(
        place_again(book, placement, f"line.id IN ({dialect.in_list(some)})", list(some), visible_at=visible_at)
        for some in dialect.chunks(lines)
    )


def _read(book: Book, placement: Placement, which: str, values: Sequence[int | str]) -> list[_Placed]:
    lines = list(_select(which, values))
    split = {line.key for line in lines} & placement.whole
    if not split:
        return lines
    found = [line for line in lines if line.key not in split]
    for some in dialect.chunks(sorted(split)):
        found += _select(f"entry.book = %s AND entry.key IN ({dialect.in_list(some)})", [book.pk, *some])
    return found


def _select(which: str, values: Sequence[int | str]) -> Iterator[_Placed]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(which=which), values)
        for entry, key, id_, *content, expense, month, valid_from, valid_to in cursor.fetchall():
            yield _Placed(entry, key, id_, Content(*content), expense, month, valid_from, valid_to)


def _moves(placement: Placement, lines: Iterable[_Placed]) -> Iterator[_Move]:
    for _, run in groupby(lines, key=lambda line: line.entry):
        entry = list(run)
        placed = placement.expenses_of(entry[0].key, [line.content for line in entry])
        for line, expense in zip(entry, placed, strict=True):
            if expense != line.expense:
                yield _Move(line, expense)


def _batches(moves: Iterator[_Move]) -> Iterator[list[_Move]]:
    batch: list[_Move] = []
    for move in moves:
        batch.append(move)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write(moves: Sequence[_Move]) -> None:
    by_target: defaultdict[int, list[int]] = defaultdict(list)
    for move in moves:
        by_target[move.to].append(move.line.id)
    with connection.cursor() as cursor:
        for expense, lines in by_target.items():
            for some in dialect.chunks(lines):
                cursor.execute(
                    f"UPDATE ledger_line SET expense = %s WHERE id IN ({dialect.in_list(some)})", [expense, *some]
                )


def _log(book: Book, mapping: int, moves: Sequence[_Move]) -> None:
    dialect.insert(
        "ledger_remapping",
        ("book", "mapping", "line", "old", "new"),
        [(book.pk, mapping, move.line.id, move.line.expense, move.to) for move in moves],
    )


def _deltas(moves: Iterable[_Move], *, party: bool = False) -> dict[tuple[int, ...], int]:
    result: defaultdict[tuple[int, ...], int] = defaultdict(int)
    for line, to in moves:
        who = (line.content.party,) if party else ()
        result[*who, line.content.account, line.expense, line.month] -= line.content.amount
        result[*who, line.content.account, to, line.month] += line.content.amount
    return {cell: amount for cell, amount in result.items() if amount}


# --- the kept sums ---------------------------------------------------------------------------------------------

SUMS = {
    "ledger_monthsum": ("account", "expense", "month"),
    "ledger_partysum": ("party", "account", "expense", "month"),
}


def move_sums(book: Book, table: str, delta: Mapping[tuple[int, ...], int]) -> None:
    """Move a table of kept sums by what changed; within the caller's transaction."""
    key = SUMS[table]
    names = ", ".join(key)
    columns = ("book", *key, "amount")
    same = " AND ".join(f"{name} = %s" for name in key)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({dialect.in_list(columns)}) "
            f"ON CONFLICT (book, {names}) DO UPDATE SET amount = {table}.amount + EXCLUDED.amount",
            [(book.pk, *cell, amount) for cell, amount in delta.items()],
        )
        cursor.executemany(
            f"DELETE FROM {table} WHERE book = %s AND {same} AND amount = 0", [(book.pk, *cell) for cell in delta]
        )
