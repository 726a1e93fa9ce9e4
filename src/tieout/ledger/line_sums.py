"""Sums of lines where the kept ones cannot answer: of some dimension values only, or split by them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from tieout.core.month import Month
from tieout.ledger import dialect
from tieout.ledger.known_at import KnownAt, expense_then
from tieout.ledger.models import Book

LineSum = tuple[int, int, int, int, int]  # account, expense, month key, dimension set, amount


def line_sums(
    book: Book, at: KnownAt, *, first: Month, last: Month, sets: Sequence[int] | None = None
) -> list[LineSum]:
    """Return the sums of the months from first to last, both included, debit positive. One query, which reads lines.

    ``sets`` names the dimension sets to take (0: lines that have none); None takes all of them.
    """
    then = expense_then(book.pk, at)
    where, values = dialect.among("line.dimension_set", sets or ()) if sets is not None else ("1 = 1", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line.account, {then.column}, line.month, line.dimension_set, SUM(line.amount) "
            f"FROM ledger_line line {then.joins} WHERE line.book = %s AND line.valid_from <= %s "
            f"AND line.valid_to > %s AND line.month >= %s AND line.month <= %s AND {where} GROUP BY 1, 2, 3, 4",
            [*then.values, book.pk, at.version, at.version, first.key, last.key, *values],
        )
        return [(*cell, int(amount)) for *cell, amount in cursor.fetchall()]
