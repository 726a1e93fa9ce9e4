"""Sums by account, month and one axis (party, item, dimension value) as known at a version."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum

from django.db import connection

from tieout.ledger.models import Book
from tieout.ledger.movements import party_movements


class Axis(StrEnum):
    """What a sum is split by beside account and month."""

    PARTY = "party"
    ITEM = "item"
    DIMENSION = "dimension"


AxisSum = tuple[int, int, int, int]  # row id of the axis (0: none), account, month key, amount

_JOINS = {
    Axis.ITEM: ("line.item", ""),
    Axis.DIMENSION: (
        "pair.value",
        "JOIN ledger_dimensionsetvalue pair ON pair.dimension_set_id = line.dimension_set",
    ),
}


def axis_sums(book: Book, version: int, axis: Axis) -> list[AxisSum]:
    """Return the sums of a version's lines, debit positive, sorted; zero is left out.

    By party they come from the kept sums. By item and dimension the version's lines are added up. A line with values of
    two dimensions is in both sums, one without any in none.
    """
    result: defaultdict[tuple[int, int, int], int] = defaultdict(int)
    if axis is Axis.PARTY:
        for party, account, _, month, amount in party_movements(book, version):
            result[party, account, month] += amount
    else:
        column, join = _JOINS[axis]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {column}, line.account, line.month, SUM(line.amount) FROM ledger_line line {join} "
                f"WHERE line.book = %s AND line.valid_from <= %s AND line.valid_to > %s GROUP BY 1, 2, 3",
                [book.pk, version, version],
            )
            for *cell, amount in cursor.fetchall():
                result[tuple(cell)] += int(amount)
    return sorted((*cell, amount) for cell, amount in result.items() if amount)
