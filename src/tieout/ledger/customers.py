"""How many customers bought in a month, from the kept sums by party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tieout.core.month import Month
from tieout.ledger import dialect
from tieout.ledger.models import Book


@dataclass(frozen=True, slots=True)
class Customers:
    """By month: how many have lines in the income accounts, and how many have their first ones then."""

    total: dict[Month, int]
    new: dict[Month, int]


def customers(book: Book, accounts: Sequence[int]) -> Customers:
    """Return the customers with lines in these accounts, as published. Two queries, whatever the number of lines.

    One whose lines cancel out in a month is not counted in it. A line without a party is nobody's.
    """
    if not accounts:
        return Customers({}, {})
    held = f"book = %s AND party <> 0 AND amount <> 0 AND account IN ({dialect.in_list(accounts)})"
    values = [book.pk, *accounts]  # a chart has few income accounts
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT month, COUNT(DISTINCT party) FROM ledger_partysum WHERE {held} GROUP BY month", values)
        total = {Month.from_key(month): int(count) for month, count in cursor.fetchall()}
        cursor.execute(
            "SELECT began, COUNT(*) FROM "
            f"(SELECT MIN(month) AS began FROM ledger_partysum WHERE {held} GROUP BY party) newcomers GROUP BY began",
            values,
        )
        new = {Month.from_key(month): int(count) for month, count in cursor.fetchall()}
    return Customers(total, new)
