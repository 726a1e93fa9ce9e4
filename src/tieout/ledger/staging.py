"""Takes a run's records into an open version: compares by hash, writes what differs, and nothing else.

Nobody sees what is staged before it is published (`ledger.publication`); `ledger.versions.sweep` undoes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import msgspec
from django.db import connection, transaction

from tieout.core.month import Month
from tieout.core.records import Balances, EntryRecord, LineRecord, ListRecord, Window
from tieout.ledger import dialect
from tieout.ledger.explaining import EXPLAINING
from tieout.ledger.listings import ListChanges, Listings
from tieout.ledger.models import OPEN, Book
from tieout.ledger.placing import Content, Placement
from tieout.ledger.texts import DimensionSets, Texts
from tieout.ledger.versions import Guard, check_open, delete_entries, set_valid_to
from tieout.providerkit.errors import UnreadableBooks

_encode = msgspec.msgpack.Encoder().encode

_ENTRY = (
    "id", "book", "key", "type", "external_id", "kind", "date", "number", "party", "memo", "payroll", "record",
    "reverses", "hash", "valid_from", "valid_to",
)  # fmt: skip
_LINE = (
    "book", "entry", "ordinal", "month", "account", "amount", "party", "item", "dimension_set", "text", "currency",
    "currency_amount", "valid_from", "valid_to", "expense",
)  # fmt: skip

_CLOSED_AT_ONCE = 2_000  # entries: well under half a second


_Place = tuple[str, int, int]  # statement, month key, account


class _Theirs(NamedTuple):
    """A figure of the provider's as it is stored."""

    amount: int
    id: int
    valid_from: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Lines that staging added, changed (their entry was written anew), removed and left alone."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def rows_written(self) -> int:
        """Lines written or closed."""
        return self.added + self.changed + self.removed

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            self.unchanged + other.unchanged,
        )


class _Alive(NamedTuple):
    """An entry that no version has closed."""

    id: int
    hash: bytes
    valid_from: int


class Stage:
    """One run's writing end of a book."""

    def __init__(self, book: Book, version: int, guard: Guard) -> None:
        check_open(book, version)
        self.book = book
        self.version = version
        self._guard = guard
        self._listings = Listings(book)
        self._texts = Texts(book)
        self._dimension_sets = DimensionSets(book, self._listings)

    def lists(self, records: Sequence[ListRecord]) -> ListChanges:
        """Take the provider's lists, whole."""
        return self._listings.stage(records, self.version, self._guard)

    def _forget(self) -> None:
        self._texts = Texts(self.book)
        self._dimension_sets = DimensionSets(self.book, self._listings)

    def entries(self, records: Sequence[EntryRecord], covered: Window | None, placement: Placement) -> Changes:
        """Take whole entries, in the caller's transaction, and close what ``covered`` holds and ``records`` do not.

        Raise UnreadableBooks if a line names something that the lists lack.
        """
        return self._take(records, self._alive_between(covered.start, covered.end) if covered else {}, placement)

    def explaining(self, records: Sequence[EntryRecord], placement: Placement) -> Changes:
        """Take all residual and revaluation entries of the book, in the caller's transaction; no others stay."""
        return self._take(records, self._alive_explaining(), placement)

    def _take(self, records: Sequence[EntryRecord], window: Mapping[str, _Alive], placement: Placement) -> Changes:
        """Take entries, and close what is alive of a window and is not among them."""
        self._guard()
        self._placed_by(placement)
        canonical = [_canonical(record) for record in records]
        incoming = {record.key: (record, _hash(record)) for record in canonical}
        if len(incoming) != len(records):
            raise UnreadableBooks("an entry is there twice", where="ledger lines")
        alive = {**window} | self._alive_by_key([key for key in incoming if key not in window])
        differs = [key for key, (_, hash_) in incoming.items() if key not in alive or alive[key].hash != hash_]
        gone = [key for key in window if key not in incoming]
        closing = [alive[key] for key in (*differs, *gone) if key in alive]
        gone_lines = self._count_lines([alive[key].id for key in gone])
        self._close(closing)
        writing = self._reopen({key: incoming[key][1] for key in differs})
        try:
            self._write([incoming[key] for key in writing], placement)
        except BaseException:
            self._forget()  # what was added is rolled back with the caller's transaction
            raise
        lines = {key: len(incoming[key][0].lines) for key in incoming}
        return Changes(
            added=sum(lines[key] for key in differs if key not in alive),
            changed=sum(lines[key] for key in differs if key in alive),
            removed=gone_lines,
            unchanged=sum(lines.values()) - sum(lines[key] for key in differs),
        )

    def close_some(self) -> int:
        """Close some entries that an earlier version wrote, in a transaction of its own; return how many, at last 0.

        What is read anew and is as it was opens again (`entries`): what is not read again is gone.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            self._guard()
            cursor.execute(
                f"SELECT id FROM ledger_entry WHERE book = %s AND valid_to = {OPEN} AND valid_from < %s LIMIT %s",
                [self.book.pk, self.version, _CLOSED_AT_ONCE],
            )
            ids = [row[0] for row in cursor.fetchall()]
            set_valid_to(ids, self.version)
        return len(ids)

    def balances(self, statements: Iterable[Balances]) -> int:
        """Take some of the provider's statements; return how many rows that wrote. One transaction."""
        wanted: dict[_Place, int] = {}
        given: set[tuple[str, int]] = set()
        for it in statements:
            given.add((it.statement.value, it.month.key))
            for account, amount in it.amounts.items():
                wanted[it.statement.value, it.month.key, self._listings.account(account)] = amount
            if it.net_income:
                wanted[it.statement.value, it.month.key, 0] = it.net_income
        with transaction.atomic():
            self._guard()
            return self._replace_balances(wanted, given)

    def _placed_by(self, placement: Placement) -> None:
        """Keep by which rules the version's first lines were placed: publication places them anew if those moved on."""
        Book.objects.filter(pk=self.book.pk, open_placement=None).update(open_placement=placement.version)

    # --- entries -----------------------------------------------------------------------------------------------

    def _alive_between(self, start: date, end: date) -> dict[str, _Alive]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, id, hash, valid_from FROM ledger_entry "
                f"WHERE book = %s AND date >= %s AND date < %s AND valid_to = {OPEN} AND NOT {EXPLAINING}",
                [self.book.pk, start, end],
            )
            return {key: _Alive(id_, bytes(hash_), since) for key, id_, hash_, since in cursor.fetchall()}

    def _alive_explaining(self) -> dict[str, _Alive]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, id, hash, valid_from FROM ledger_entry "
                f"WHERE book = %s AND valid_to = {OPEN} AND {EXPLAINING}",
                [self.book.pk],
            )
            return {key: _Alive(id_, bytes(hash_), since) for key, id_, hash_, since in cursor.fetchall()}

    def _alive_by_key(self, keys: Sequence[str]) -> dict[str, _Alive]:
        result: dict[str, _Alive] = {}
        with connection.cursor() as cursor:
            for some in dialect.chunks(keys):
                cursor.execute(
                    "SELECT key, id, hash, valid_from FROM ledger_entry "
                    f"WHERE book = %s AND valid_to = {OPEN} AND key IN ({dialect.in_list(some)})",
                    [self.book.pk, *some],
                )
                result.update((key, _Alive(id_, bytes(hash_), since)) for key, id_, hash_, since in cursor.fetchall())
        return result

    def _count_lines(self, entries: Sequence[int]) -> int:
        total = 0
        with connection.cursor() as cursor:
            for some in dialect.chunks(entries):
                cursor.execute(
                    f"SELECT COUNT(*) FROM ledger_line WHERE entry IN ({dialect.in_list(some)})",
                    some,
                )
                total += int(cursor.fetchone()[0])
        return total

    def _close(self, rows: Sequence[_Alive]) -> None:
        """Close entries; those that this version itself wrote go, since nobody has seen them."""
        delete_entries([row.id for row in rows if row.valid_from == self.version])
        set_valid_to([row.id for row in rows if row.valid_from != self.version], self.version)

    def _reopen(self, hashes: Mapping[str, bytes]) -> list[str]:
        """Open again what this version had closed and the books now show as it was; return the keys still to write."""
        back: dict[str, int] = {}
        with connection.cursor() as cursor:
            for some in dialect.chunks(list(hashes)):
                cursor.execute(
                    "SELECT key, id, hash FROM ledger_entry WHERE book = %s AND valid_to = %s "
                    f"AND valid_to < {OPEN} AND key IN ({dialect.in_list(some)})",
                    [self.book.pk, self.version, *some],
                )
                back.update((key, id_) for key, id_, hash_ in cursor.fetchall() if bytes(hash_) == hashes[key])
        set_valid_to(list(back.values()), OPEN)
        return [key for key in hashes if key not in back]

    def _write(self, entries: Sequence[tuple[EntryRecord, bytes]], placement: Placement) -> None:
        ids = dialect.reserve_ids("ledger_entry", len(entries))
        texts = self._texts.ids(line.memo for record, _ in entries for line in record.lines)
        dialect.insert(
            "ledger_entry", _ENTRY, [self._entry_row(id_, *entry) for id_, entry in zip(ids, entries, strict=True)]
        )
        dialect.insert(
            "ledger_line",
            _LINE,
            [
                row
                for id_, (record, _) in zip(ids, entries, strict=True)
                for row in self._line_rows(id_, record, texts, placement)
            ],
        )

    def _entry_row(self, id_: int, record: EntryRecord, hash_: bytes) -> tuple[object, ...]:
        return (
            id_, self.book.pk, record.key, record.type, record.external_id, record.kind.value, record.date,
            record.number, self._listings.party(record.party), record.memo, record.payroll, record.record,
            record.reverses, hash_, self.version, OPEN,
        )  # fmt: skip

    def _line_rows(
        self, entry: int, record: EntryRecord, texts: Mapping[str, int], placement: Placement
    ) -> Iterable[tuple[object, ...]]:
        month = Month.of(record.date).key
        contents = [self._content(record, line) for line in record.lines]
        placed = placement.expenses_of(record.key, contents)
        for ordinal, (line, content, expense) in enumerate(zip(record.lines, contents, placed, strict=True)):
            yield (
                self.book.pk, entry, ordinal, month, content.account, line.amount, content.party, content.item,
                content.dimension_set, texts[line.memo], line.currency, line.currency_amount, self.version, OPEN,
                expense,
            )  # fmt: skip

    def _content(self, record: EntryRecord, line: LineRecord) -> Content:
        listings = self._listings
        return Content(
            account=listings.account(line.account),
            party=listings.party(line.party) or listings.party(record.party),
            item=listings.item(line.item),
            dimension_set=self._dimension_sets.id(line.dimensions),
            text=line.memo,
            amount=line.amount,
        )

    # --- the provider's statements -----------------------------------------------------------------------------

    def _replace_balances(self, wanted: Mapping[_Place, int], given: set[tuple[str, int]]) -> int:
        """Write what differs of the given statements (statement, month key); the others stay as they are."""
        kept = self._balances(OPEN, given)
        stale = [row for place, row in kept.items() if wanted.get(place) != row.amount]
        new = {place: amount for place, amount in wanted.items() if place not in kept or kept[place].amount != amount}
        gone = self._balances(self.version, given)  # what this version closed opens again where it is as it was
        back = [gone[place].id for place, amount in new.items() if place in gone and gone[place].amount == amount]
        written = {place: amount for place, amount in new.items() if place not in gone or gone[place].amount != amount}
        with connection.cursor() as cursor:
            for some in dialect.chunks([row.id for row in stale if row.valid_from == self.version]):
                cursor.execute(f"DELETE FROM ledger_theirbalance WHERE id IN ({dialect.in_list(some)})", some)
            closing = [row.id for row in stale if row.valid_from != self.version]
            for ids, valid_to in ((closing, self.version), (back, OPEN)):
                for some in dialect.chunks(ids):
                    cursor.execute(
                        f"UPDATE ledger_theirbalance SET valid_to = %s WHERE id IN ({dialect.in_list(some)})",
                        [valid_to, *some],
                    )
        dialect.insert(
            "ledger_theirbalance",
            ("book", "statement", "month", "account", "amount", "valid_from", "valid_to"),
            [(self.book.pk, *place, amount, self.version, OPEN) for place, amount in written.items()],
        )
        return len(stale) + len(new)

    def _balances(self, valid_to: int, given: set[tuple[str, int]]) -> dict[_Place, _Theirs]:
        found: dict[_Place, _Theirs] = {}
        with connection.cursor() as cursor:
            for statement in sorted({statement for statement, _ in given}):
                months = [month for its, month in given if its == statement]
                condition, values = dialect.among("month", months)
                cursor.execute(
                    "SELECT statement, month, account, amount, id, valid_from FROM ledger_theirbalance "
                    f"WHERE book = %s AND valid_to = %s AND statement = %s AND {condition}",
                    [self.book.pk, valid_to, statement, *values],
                )
                found.update(((row[0], row[1], row[2]), _Theirs(*row[3:])) for row in cursor.fetchall())
        return found


def _canonical(record: EntryRecord) -> EntryRecord:
    """Return the entry with its lines sorted by content: the order in which a report lists them means nothing."""
    return msgspec.structs.replace(record, lines=tuple(sorted(record.lines, key=_content)))


def _content(line: LineRecord) -> bytes:
    return _encode(line)


def _hash(record: EntryRecord) -> bytes:
    return hashlib.blake2b(_encode(record), digest_size=16).digest()
