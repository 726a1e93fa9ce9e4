"""Makes an open version the one that readers see, in one transaction: sums, placement, number and tie-out together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from tieout.ledger import dialect
from tieout.ledger.models import OPEN, Book, Publication
from tieout.ledger.movements import changes, party_changes
from tieout.ledger.staging import Placement
from tieout.ledger.versions import Guard, check_open, release

_SUMS = {
    "ledger_monthsum": ("account", "expense", "month"),
    "ledger_partysum": ("party", "account", "expense", "month"),
}


@dataclass(frozen=True, slots=True)
class LineChanges:
    """What a version does to the lines that readers see."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def has_changes(book: Book, version: int) -> bool:
    """Whether an open version would change anything that a reader sees."""
    return any(_touched(table, column, book.pk, version) for table, column in _TOUCHABLE)


def new_in_lists(book: Book, version: int) -> Mapping[str, int]:
    """Return how many rows of each kind of list a version is the first to name: {"account": 2, "party": 1}."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listed.kind, COUNT(DISTINCT listed.id) "
            "FROM ledger_listedversion now JOIN ledger_listed listed ON listed.id = now.listed_id "
            "WHERE now.book_id = %s AND now.valid_from = %s AND NOT EXISTS (SELECT 1 FROM ledger_listedversion earlier "
            "WHERE earlier.book_id = now.book_id AND earlier.listed_id = now.listed_id AND earlier.valid_from < %s) "
            "GROUP BY listed.kind",
            [book.pk, version, version],
        )
        return dict(cursor.fetchall())


def line_changes(book: Book, version: int) -> LineChanges:
    """Return how many lines an open version adds, changes and removes.

    A line is changed where its entry was closed and written anew: an edit, or a move to another date.
    """
    if not _touched("ledger_entry", "valid_to", book.pk, version):
        return LineChanges(added=_count("born.valid_from = %s", [book.pk, version]))
    again = f"""EXISTS (SELECT 1 FROM ledger_entry other WHERE other.book = born.book AND other.key = born.key
        AND other.valid_to = %s AND other.valid_to < {OPEN} AND other.id <> born.id)"""
    anew = """EXISTS (SELECT 1 FROM ledger_entry other WHERE other.book = born.book AND other.key = born.key
        AND other.valid_from = %s AND other.id <> born.id)"""
    closed = f"born.valid_to = %s AND born.valid_to < {OPEN}"
    return LineChanges(
        added=_count(f"born.valid_from = %s AND NOT {again}", [book.pk, version, version]),
        changed=_count(f"born.valid_from = %s AND {again}", [book.pk, version, version]),
        removed=_count(f"{closed} AND NOT {anew}", [book.pk, version, version]),
    )


def _count(condition: str, values: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM ledger_entry born JOIN ledger_line line ON line.entry = born.id "
            f"WHERE born.book = %s AND {condition}",
            values,
        )
        return int(cursor.fetchone()[0])


def publish(
    book: Book, version: int, placement: Placement, *, verified: bool, at: datetime, guard: Guard,
    also: Callable[[Publication], None],
) -> Publication:  # fmt: skip
    """Publish an open version and return the publication.

    The book takes its ``start`` and fiscal year from the object that is handed in, together with the number.
    ``also`` runs in the same transaction: what must be true together with the new number (the run's end, admitted
    months, a notice) is written there.
    """
    check_open(book, version)
    first = not book.published
    if first:
        _build_sums(book, version, guard)  # nobody reads the sums of a book that was never published
        deltas = {}
    else:  # what changed cannot move while the version is ours: only the merging needs the transaction
        deltas = {
            "ledger_monthsum": changes(book, book.published, version),
            "ledger_partysum": party_changes(book, book.published, version),
        }
    with transaction.atomic():
        guard()
        check_open(book, version)
        for table, delta in deltas.items():
            _move_sums(book, table, delta)
        for account in _retyped(book, version):
            _place_again(book, version, account, placement)
        number = (book.company.publications.aggregate(last=Max("number"))["last"] or 0) + 1
        publication = Publication.objects.create(
            company_id=book.company_id,
            number=number,
            book=book,
            version=version,
            placement_version=placement.version,
            start=book.start,
            fiscal_year_first_month=book.fiscal_year_first_month,
            at=at,
            verified=verified,
        )
        Book.objects.filter(pk=book.pk).update(
            published=version, start=book.start, fiscal_year_first_month=book.fiscal_year_first_month
        )
        book.published = version
        release(book, version)
        also(publication)
    return publication


def discard(book: Book, version: int, guard: Guard, also: Callable[[], None]) -> None:
    """End a version that changed nothing: its number is spent, no reader sees a difference."""
    with transaction.atomic():
        guard()
        with connection.cursor() as cursor:
            for table in ("ledger_tieoutmonth", "ledger_difference"):
                cursor.execute(f"DELETE FROM {table} WHERE book = %s AND version = %s", [book.pk, version])
        release(book, version)
        also()


def rebuild_sums(book: Book) -> None:
    """Recompute the kept sums of the published version from its lines."""
    _build_sums(book, book.published, lambda: None)


_TOUCHABLE = [
    (table, column)
    for table in ("ledger_entry", "ledger_listedversion", "ledger_theirbalance")
    for column in ("valid_from", "valid_to")
]


def _touched(table: str, column: str, book: int, version: int) -> bool:
    owner = "book_id" if table == "ledger_listedversion" else "book"
    closed = f" AND valid_to < {OPEN}" if column == "valid_to" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS(SELECT 1 FROM {table} WHERE {owner} = %s AND {column} = %s{closed})",
            [book, version],
        )
        return bool(cursor.fetchone()[0])


def _build_sums(book: Book, version: int, guard: Guard) -> None:
    """Write all sums of a version anew, a table a transaction."""
    for table, key in _SUMS.items():
        with transaction.atomic(), connection.cursor() as cursor:
            guard()
            cursor.execute(f"DELETE FROM {table} WHERE book = %s", [book.pk])
            _sum_lines(table, key, book, version)


def _sum_lines(
    table: str, key: tuple[str, ...], book: Book, version: int, which: str = "", values: Sequence[int] = ()
) -> None:
    """Write the sums of the lines visible at a version."""
    names = ", ".join(key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (book, {names}, amount) SELECT book, {names}, SUM(amount) FROM ledger_line "
            f"WHERE book = %s AND valid_from <= %s AND valid_to > %s {which} "
            f"GROUP BY book, {names} HAVING SUM(amount) <> 0",
            [book.pk, version, version, *values],
        )


def _retyped(book: Book, version: int) -> list[int]:
    """Return the accounts whose type a version changes: an asset that becomes an expense has lines to be placed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT now.listed_id FROM ledger_listedversion now JOIN ledger_listedversion earlier "
            "ON earlier.book_id = now.book_id AND earlier.listed_id = now.listed_id AND earlier.valid_to = %s "
            "WHERE now.book_id = %s AND now.valid_from = %s AND now.type <> earlier.type",
            [version, book.pk, version],
        )
        return [row[0] for row in cursor.fetchall()]


def _place_again(book: Book, version: int, account: int, placement: Placement) -> None:
    """Place all of an account's lines anew, and recompute its sums; within the publication's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT party, item, dimension_set, text, expense FROM ledger_line "
            "WHERE book = %s AND account = %s",
            [book.pk, account],
        )
        moves = [
            (expense, book.pk, account, *content, old)
            for *content, old in cursor.fetchall()
            if (expense := placement.expense_of(account, *content)) != old
        ]
        cursor.executemany(
            "UPDATE ledger_line SET expense = %s WHERE book = %s AND account = %s "
            "AND party = %s AND item = %s AND dimension_set = %s AND text = %s AND expense = %s",
            moves,
        )
        for table, key in _SUMS.items():
            cursor.execute(f"DELETE FROM {table} WHERE book = %s AND account = %s", [book.pk, account])
            _sum_lines(table, key, book, version, "AND account = %s", [account])


def _move_sums(book: Book, table: str, delta: Mapping[tuple[int, ...], int]) -> None:
    """Move a table of kept sums by what changed."""
    key = _SUMS[table]
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
