"""Which months of a book a change may lie in: asked by a run that reads only what changed. One query each.

Asked while a version is open, they see what it has staged so far: rows that no version has closed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection

from tieout.core.month import Month
from tieout.core.records import EntryKind, Statement
from tieout.ledger import dialect
from tieout.ledger.explaining import EXPLAINING
from tieout.ledger.models import OPEN, Book


def months_of_records(book: Book, external_ids: Collection[str]) -> set[Month]:
    """Return the months in which entries stand that carry one of these ids, whatever their type."""
    if not external_ids:
        return set()
    condition, values = dialect.among_texts("external_id", sorted(external_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT date FROM ledger_entry WHERE book = %s AND valid_to = {OPEN} AND {condition}",
            [book.pk, *values],
        )
        return {_month(row[0]) for row in cursor.fetchall()}


def months_of_silenced_payroll(book: Book) -> set[Month]:
    """Return the months of payroll entries whose lines are all zero: voided, they show in no balance if they go."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT date FROM ledger_entry entry WHERE book = %s AND payroll AND valid_to = {OPEN} "
            "AND NOT EXISTS (SELECT 1 FROM ledger_line line WHERE line.entry = entry.id AND line.amount <> 0)",
            [book.pk],
        )
        return {_month(row[0]) for row in cursor.fetchall()}


def months_of_inactive(book: Book, version: int) -> set[Month]:
    """Return the months with lines on what an open version lists as inactive and the version before did not.

    That is what a merge looks like from outside: its lines are another account's or vendor's now.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listed.kind, now.listed_id FROM ledger_listedversion now "
            "JOIN ledger_listed listed ON listed.id = now.listed_id "
            "WHERE now.book_id = %s AND now.valid_from = %s AND NOT now.active AND NOT EXISTS ("
            "SELECT 1 FROM ledger_listedversion earlier WHERE earlier.book_id = now.book_id "
            "AND earlier.listed_id = now.listed_id AND earlier.valid_to = %s AND NOT earlier.active)",
            [book.pk, version, version],
        )
        gone = cursor.fetchall()
        found: set[Month] = set()
        for kind, column in (("account", "account"), ("party", "party"), ("item", "item"), ("value", "")):
            ids = [id_ for its, id_ in gone if its == kind]
            if not ids:
                continue
            if kind == "value":
                condition, values = dialect.among("value", ids)
                condition = (
                    f"dimension_set IN (SELECT dimension_set_id FROM ledger_dimensionsetvalue WHERE {condition})"
                )
            else:
                condition, values = dialect.among(column, ids)
            cursor.execute(
                f"SELECT DISTINCT month FROM ledger_line WHERE book = %s AND valid_to = {OPEN} AND {condition}",
                [book.pk, *values],
            )
            found |= {Month.from_key(row[0]) for row in cursor.fetchall()}
        return found


def first_day(book: Book) -> date | None:
    """Return the provider's first posting date, None where there is no entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT MIN(date) FROM ledger_entry WHERE book = %s AND valid_to = {OPEN} AND NOT {EXPLAINING}", [book.pk]
        )
        found = cursor.fetchone()[0]
    return date.fromisoformat(found) if isinstance(found, str) else found


def first_month_changed(book: Book, version: int) -> Month | None:
    """Return the first month in which an open version has written or closed an entry; None where it has not.

    Entries that explain differences follow from the comparison and do not count.
    """
    with connection.cursor() as cursor:
        found = []
        for condition in ("valid_from = %s", f"valid_to = %s AND valid_to < {OPEN}"):
            cursor.execute(
                f"SELECT MIN(date) FROM ledger_entry WHERE book = %s AND {condition} AND NOT {EXPLAINING}",
                [book.pk, version],
            )
            found += [row[0] for row in cursor.fetchall() if row[0] is not None]
    return min(map(_month, found), default=None)


def has_opening(book: Book) -> bool:
    """Whether history begins with an opening entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS(SELECT 1 FROM ledger_entry WHERE book = %s AND kind = %s AND valid_to = {OPEN})",
            [book.pk, EntryKind.OPENING.value],
        )
        return bool(cursor.fetchone()[0])


def changed_statements(book: Book, version: int) -> set[tuple[Statement, Month]]:
    """Return the provider's statements of which an open version has staged other figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT statement, month FROM ledger_theirbalance WHERE book = %s "
            f"AND (valid_from = %s OR (valid_to = %s AND valid_to < {OPEN}))",
            [book.pk, version, version],
        )
        return {(Statement(statement), Month.from_key(month)) for statement, month in cursor.fetchall()}


def _month(day: date | str) -> Month:
    return Month.of(day if isinstance(day, date) else date.fromisoformat(day))
