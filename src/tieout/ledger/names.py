"""What parties, items, accounts and dimension values are called, for rules and for lists to pick from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from tieout.ledger.models import Book, ListKind


@dataclass(frozen=True, slots=True)
class ListedName:
    """A row of a list. ``scope`` is a party's kind, or the external id of a value's dimension."""

    id: int
    name: str
    number: str
    scope: str
    external_id: str

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.number} {self.name}".strip()


def listed_names(book: Book, kind: ListKind, version: int) -> dict[int, ListedName]:
    """Return a list's rows as known at a version, by row id. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listed.id, at.name, at.number, listed.scope, listed.external_id "
            "FROM ledger_listedversion at JOIN ledger_listed listed ON listed.id = at.listed_id "
            "WHERE at.book_id = %s AND listed.kind = %s AND at.valid_from <= %s AND at.valid_to > %s",
            [book.pk, kind.value, version, version],
        )
        return {row[0]: ListedName(*row) for row in cursor.fetchall()}


def dimension_sets(book: Book) -> dict[int, dict[int, int]]:
    """Return each set's values: set id to dimension row id to value row id. One query; sets are few."""
    result: defaultdict[int, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pair.dimension_set_id, pair.dimension, pair.value FROM ledger_dimensionsetvalue pair "
            "JOIN ledger_dimensionset one ON one.id = pair.dimension_set_id WHERE one.book = %s",
            [book.pk],
        )
        for set_id, dimension, value in cursor.fetchall():
            result[set_id][dimension] = value
    return dict(result)
