"""The lines behind many figures at once: read in one pass, however many figures ask for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from tieout.core.month import Month
from tieout.ledger import dialect
from tieout.ledger.accounts import chart
from tieout.ledger.cash import EXPLAINING_ENTRIES, OWN_ENTRIES, opening_day
from tieout.ledger.known_at import ExpenseThen, KnownAt, expense_then
from tieout.ledger.models import Book
from tieout.ledger.queries import JOINS, EntryLine, Value, dimension_names, entry_line, open_lines

_FETCHED = 2_000  # rows in memory at a time
_FIELDS = (
    "entry.date, entry.type, entry.external_id, entry.number, party.name, item.name, text.value, entry.memo, "
    "line.account, line.dimension_set, line.amount, entry.record, entry.kind"
)
_KEY = (
    "line.month, line.account, {expense}, line.party, line.item, line.dimension_set, line.entry, "
    "CASE WHEN entry.payroll THEN 1 ELSE 0 END"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines: of months from first to last, both included, and of any of the accounts and expenses; () is all."""

    first: Month
    last: Month
    accounts: tuple[int, ...] = ()
    expenses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """What decides which figures a line is in: row ids, 0 for none."""

    month: int  # key
    account: int
    expense: int
    party: int
    item: int
    dimension_set: int
    entry: int
    payroll: bool  # whether it is in a payroll entry


@dataclass(frozen=True, slots=True)
class Posted:
    """A line and where it stands. A line that stands for hidden ones has no entry."""

    place: Place
    line: EntryLine


def count_by_month(book: Book, wanted: Wanted, *, version: int) -> dict[int, int]:
    """Return how many lines each month (key) has."""
    where, values = _where(book, wanted, version)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT line.month, COUNT(*) FROM ledger_line line WHERE {where} GROUP BY line.month", values)
        return {int(month): int(count) for month, count in cursor.fetchall()}


def evidence(
    book: Book, wanted: Wanted, *, known: KnownAt, payroll_accounts: Collection[int] | None
) -> Iterator[Posted]:
    """Yield lines as known at a version, in the expenses of today or of the time, oldest first.

    For a reader who may not see pay (`ledger.queries.cell_lines`), the hidden ones come first: sums that tell no more
    than account, month and how many there are. Several of one account and month differ in their place only.
    """
    version = known.version
    where, values = _where(book, wanted, version)
    then = expense_then(book.pk, known)
    labels = {id_: account.label for id_, account in chart(book, version).items()}
    shown, shown_values = open_lines(payroll_accounts)
    if payroll_accounts is not None:
        yield from _hidden(then, f"{where} AND NOT ({shown})", [*values, *shown_values], labels)
    names = dimension_names(book, version)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FIELDS}, {_KEY.format(expense=then.column)} {JOINS} {then.joins} WHERE {where} AND {shown} "
            "ORDER BY entry.date, entry.id, line.ordinal",
            [*[version] * 4, *then.values, *values, *shown_values],
        )
        while rows := cursor.fetchmany(_FETCHED):
            for row in rows:
                yield Posted(Place(*row[13:]), entry_line(row, labels[row[8]], names.get(row[9], "")))


def entries_that_explain(book: Book) -> frozenset[int]:
    """Return the entries (row ids) of all versions that explain what is not itemised."""
    with connection.cursor() as cursor:
        cursor.execute(EXPLAINING_ENTRIES, [book.pk])
        return frozenset(int(entry) for (entry,) in cursor.fetchall())


def entries_that_move(book: Book, accounts: Sequence[int], *, version: int) -> frozenset[int]:
    """Return the posted entries (row ids) that have a line on one of the accounts."""
    some, values = dialect.among("line.account", accounts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT line.entry FROM ledger_line line "
            f"WHERE line.book = %s AND line.valid_from <= %s AND line.valid_to > %s AND {some} "
            f"AND line.entry NOT IN ({OWN_ENTRIES})",
            [book.pk, version, version, *values, book.pk, book.pk, opening_day(book, version).isoformat()],
        )
        return frozenset(int(entry) for (entry,) in cursor.fetchall())


def _hidden(then: ExpenseThen, condition: str, values: list[Value], labels: dict[int, str]) -> Iterator[Posted]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_KEY.format(expense=then.column)}, COUNT(*), SUM(line.amount) "
            f"FROM ledger_line line JOIN ledger_entry entry ON entry.id = line.entry {then.joins} "
            f"WHERE {condition} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8",
            [*then.values, *values],
        )
        for *place, count, amount in cursor.fetchall():
            yield Posted(Place(*place), hidden_line(place[0], labels[place[1]], int(amount), int(count)))


def hidden_line(month: int, account: str, amount: int, count: int) -> EntryLine:
    """Return the row that stands for payroll lines which the reader may not see one by one."""
    return EntryLine(
        date=Month.from_key(month).start, type="", external_id="", number="", party="", item="",
        text=f"{count:,} payroll {'entry' if count == 1 else 'entries'}",
        account=account, dimensions="", amount=amount, count=count,
    )  # fmt: skip


def _where(book: Book, wanted: Wanted, version: int) -> tuple[str, list[Value]]:
    parts = ["line.book = %s AND line.valid_from <= %s AND line.valid_to > %s", "line.month BETWEEN %s AND %s"]
    values: list[Value] = [book.pk, version, version, wanted.first.key, wanted.last.key]
    for column, ids in (("account", wanted.accounts), ("expense", wanted.expenses)):
        if ids:
            some, given = dialect.among(f"line.{column}", ids)
            parts.append(some)
            values.extend(given)
    return " AND ".join(parts), values
