"""The provider's own figures as known at a version, and for which month ends there are any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import connection

from tieout.core.month import Month
from tieout.core.records import Statement
from tieout.ledger import dialect
from tieout.ledger.models import Book
from tieout.ledger.tie_out import compared_statements


def their_balances(
    book: Book, version: int, statement: Statement, months: Collection[Month]
) -> Mapping[Month, Mapping[int, int]]:
    """Return the figures of one of the provider's statements: month to account row id to amount.

    Only month ends that were compared are in the result: one without any figure says that all is zero, one that is
    absent says that nobody asked. Account 0 is the statement's own net income. Minor units, debit positive.
    """
    wanted = sorted(set(months) & compared_months(book, version, statement))
    result: dict[Month, dict[int, int]] = {month: {} for month in wanted}
    with connection.cursor() as cursor:
        for some in dialect.chunks([month.key for month in wanted]):
            cursor.execute(
                "SELECT month, account, amount FROM ledger_theirbalance WHERE book = %s AND statement = %s "
                f"AND valid_from <= %s AND valid_to > %s AND month IN ({dialect.in_list(some)})",
                [book.pk, statement.value, version, version, *some],
            )
            for key, account, amount in cursor.fetchall():
                result[Month.from_key(key)][account] = amount
    return result


def compared_months(book: Book, version: int, statement: Statement) -> frozenset[Month]:
    """Return the month ends at which a statement was compared at a version."""
    return all_compared_months(book, version).get(statement, frozenset())


def all_compared_months(book: Book, version: int) -> Mapping[Statement, frozenset[Month]]:
    """Return the month ends of every statement that was compared at a version."""
    found: defaultdict[Statement, set[Month]] = defaultdict(set)
    for statement, month in compared_statements(book, version):
        found[statement].add(month)
    return {statement: frozenset(months) for statement, months in found.items()}
