"""Makes an open version the one that readers see, in one transaction: sums, placement, number and tie-out together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from tieout.ledger import dialect
from tieout.ledger.changes_nets import netted, without_pairs
from tieout.ledger.models import OPEN, Book, Publication, Remapping
from tieout.ledger.movements import BORN, ENDED, changes, party_changes
from tieout.ledger.placing import SUMS, Placement, move_sums, place_again
from tieout.ledger.versions import Guard, check_open, release


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
    """Return how many lines an open version adds, changes and removes, record by record (`ledger.changes_nets`).

    A line is changed where its record was written anew, or undone and posted again: an edit, or a move to another date.
    """
    bounds = (book.published, version)
    groups = netted(book, *bounds)
    lines = _lines_by_entry([it.id for group in groups for it in group])
    of_groups = {
        born: sum(lines[it.id] for group in groups for it in group if it.born is born) for born in (True, False)
    }
    added = _count(book, BORN, [*bounds, version]) - of_groups[True]
    removed = _count(book, ENDED, [*bounds, book.published]) - of_groups[False]
    changed = 0
    for group in map(without_pairs, groups):
        now = sum(lines[it.id] for it in group if it.stands)
        before = sum(lines[it.id] for it in group if not it.stands)
        if now and before:
            changed += now
        else:
            added, removed = added + now, removed + before
    return LineChanges(added, changed, removed)


def _count(book: Book, condition: str, bounds: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM ledger_entry entry JOIN ledger_line line ON line.entry = entry.id "
            f"WHERE entry.book = %s AND {condition}",
            [book.pk, *bounds],
        )
        return int(cursor.fetchone()[0])


def _lines_by_entry(entries: Sequence[int]) -> Mapping[int, int]:
    found: defaultdict[int, int] = defaultdict(int)
    which, ids = dialect.among("entry", entries)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT entry, COUNT(*) FROM ledger_line WHERE {which} GROUP BY entry", ids)
        found.update(cursor.fetchall())
    return found


def publish(
    book: Book, version: int, placement: Placement, *, verified: bool, at: datetime, guard: Guard,
    also: Callable[[Publication], None],
) -> Publication:  # fmt: skip
    """Publish an open version and return the publication.

    The book takes its ``start``, fiscal year and ``source`` from the object that is handed in, with the number.
    ``also`` runs in the same transaction: what must be true together with the new number (the run's end, admitted
    months, a notice) is written there.
    """
    check_open(book, version)
    first = not book.published
    deltas: dict[str, dict[tuple[int, ...], int]] = {}
    if first:
        _build_sums(book, version, guard)  # nobody reads the sums of a book that was never published
    else:  # what changed seldom moves while the version is ours: only the merging needs the transaction
        deltas = _deltas(book, version)
    with transaction.atomic():
        guard()
        check_open(book, version)
        newest = placement.newest()
        if _placed_before(book, newest):  # somebody changed a rule while the books were read
            place_again(book, newest, "line.book = %s AND line.valid_from = %s", [book.pk, version], visible_at=None)
            if first:
                _build_sums(book, version, guard)
            else:
                deltas = _deltas(book, version)
        for table, delta in deltas.items():
            move_sums(book, table, delta)
        _follow_the_lists(book, version, newest)
        number = (book.company.publications.aggregate(last=Max("number"))["last"] or 0) + 1
        publication = Publication.objects.create(
            company_id=book.company_id,
            number=number,
            book=book,
            version=version,
            placement_version=newest.version,
            moves=Remapping.objects.aggregate(last=Max("id"))["last"] or 0,
            start=book.start,
            fiscal_year_first_month=book.fiscal_year_first_month,
            at=at,
            verified=verified,
        )
        Book.objects.filter(pk=book.pk).update(
            published=version, start=book.start, fiscal_year_first_month=book.fiscal_year_first_month,
            source=book.source,
        )  # fmt: skip
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


def goes_on(book: Book, cursor: str, *, read_whole_at: datetime | None) -> None:
    """Keep where the change feed goes on, and when every month was read (None: not this time). In a transaction."""
    book.cursor = cursor
    book.read_whole_at = read_whole_at or book.read_whole_at
    Book.objects.filter(pk=book.pk).update(cursor=book.cursor, read_whole_at=book.read_whole_at)


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
    """Write all sums of the lines visible at a version anew, a table a transaction."""
    for table, key in SUMS.items():
        names = ", ".join(key)
        with transaction.atomic(), connection.cursor() as cursor:
            guard()
            cursor.execute(f"DELETE FROM {table} WHERE book = %s", [book.pk])
            cursor.execute(
                f"INSERT INTO {table} (book, {names}, amount) SELECT book, {names}, SUM(amount) FROM ledger_line "
                "WHERE book = %s AND valid_from <= %s AND valid_to > %s "
                f"GROUP BY book, {names} HAVING SUM(amount) <> 0",
                [book.pk, version, version],
            )


def _placed_before(book: Book, placement: Placement) -> bool:
    """Return whether lines of the open version may have been placed by other rules."""
    book.refresh_from_db(fields=["open_placement"])
    return book.open_placement is not None and book.open_placement != placement.version


def _deltas(book: Book, version: int) -> dict[str, dict[tuple[int, ...], int]]:
    return {
        "ledger_monthsum": changes(book, book.published, version),
        "ledger_partysum": party_changes(book, book.published, version),
    }


def _follow_the_lists(book: Book, version: int, placement: Placement) -> None:
    """Place anew the lines of what a version lists as something else than before.

    An asset that becomes an expense has lines to be placed; a vendor with a new name may be another rule's.
    """
    columns = {"account": "line.account", "party": "line.party", "item": "line.item"}
    for kind, ids in _listed_anew(book, version, names=placement.names_matter()).items():
        for some in dialect.chunks(ids):
            if kind == "value":
                which = (
                    "line.dimension_set IN (SELECT dimension_set_id FROM ledger_dimensionsetvalue "
                    f"WHERE value IN ({dialect.in_list(some)}))"
                )
            else:
                which = f"{columns[kind]} IN ({dialect.in_list(some)})"
            place_again(book, placement, f"line.book = %s AND {which}", [book.pk, *some], visible_at=version)


def _listed_anew(book: Book, version: int, *, names: bool) -> dict[str, list[int]]:
    """Return the rows, by kind, whose type a version changes or, where ``names`` matter, whose name or number."""
    differs = "now.type <> earlier.type"
    if names:
        differs = f"({differs} OR now.name <> earlier.name OR now.number <> earlier.number)"
    result: defaultdict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listed.kind, now.listed_id FROM ledger_listedversion now JOIN ledger_listedversion earlier "
            "ON earlier.book_id = now.book_id AND earlier.listed_id = now.listed_id AND earlier.valid_to = %s "
            "JOIN ledger_listed listed ON listed.id = now.listed_id "
            f"WHERE now.book_id = %s AND now.valid_from = %s AND listed.kind <> 'dimension' AND {differs}",
            [version, book.pk, version],
        )
        for kind, listed in cursor.fetchall():
            result[kind].append(listed)
    return result
