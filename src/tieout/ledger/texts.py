"""Small values that many lines share, kept once a book: texts and dimension sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import islice

from django.db import connection

from tieout.core.rules import fold
from tieout.ledger import dialect
from tieout.ledger.listings import Listings
from tieout.ledger.models import Book, DimensionSet, DimensionSetValue

_CACHED = 50_000  # texts held in memory: bounds the worker, whatever the book's size


class Texts:
    """Text to row id. "" is 0. Remembers the texts used last."""

    def __init__(self, book: Book) -> None:
        self._book = book.pk
        self._cache: dict[str, int] = {"": 0}

    def ids(self, values: Iterable[str]) -> dict[str, int]:
        """Return the row id of each text, adding those that the book lacks; within the caller's transaction."""
        wanted = set(values)
        found = {value: self._cache[value] for value in wanted if value in self._cache}
        rest = {value: _digest(value) for value in wanted if value not in found}
        found |= self._stored(rest)
        new = [value for value in rest if value not in found]
        ids = dialect.reserve_ids("ledger_text", len(new))
        dialect.insert(
            "ledger_text",
            ("id", "book", "digest", "value", "folded"),
            [(id_, self._book, rest[value], value, fold(value)) for id_, value in zip(ids, new, strict=True)],
        )
        found.update(zip(new, ids, strict=True))
        self._cache |= found
        self._forget()
        return found

    def _stored(self, digests: dict[str, int]) -> dict[str, int]:
        result: dict[str, int] = {}
        with connection.cursor() as cursor:
            for some in dialect.chunks(list(set(digests.values()))):
                cursor.execute(
                    f"SELECT value, id FROM ledger_text WHERE book = %s AND digest IN ({dialect.in_list(some)})",
                    [self._book, *some],
                )
                result.update((value, id_) for value, id_ in cursor.fetchall() if value in digests)
        return result

    def _forget(self) -> None:
        surplus = len(self._cache) - _CACHED
        for value in list(islice(self._cache, 1, max(surplus, 0) + 1)):
            del self._cache[value]


class DimensionSets:
    """Combinations of (dimension, value) external ids to row ids; the empty one is 0."""

    def __init__(self, book: Book, listings: Listings) -> None:
        self._book = book
        self._listings = listings
        self._by_key = dict(DimensionSet.objects.filter(book=book.pk).values_list("key", "id"))
        self._cache: dict[tuple[tuple[str, str], ...], int] = {(): 0}

    def id(self, dimensions: tuple[tuple[str, str], ...]) -> int:
        """Return the set's row id, adding it if the book lacks it; within the caller's transaction."""
        known = self._cache.get(dimensions)
        if known is None:
            known = self._cache[dimensions] = self._find_or_add(dimensions)
        return known

    def _find_or_add(self, dimensions: tuple[tuple[str, str], ...]) -> int:
        values = {self._listings.value(*pair): self._listings.dimension(pair[0]) for pair in dimensions}
        key = ",".join(str(value) for value in sorted(values))
        if key not in self._by_key:
            row = DimensionSet.objects.create(book=self._book.pk, key=key)
            DimensionSetValue.objects.bulk_create(
                DimensionSetValue(dimension_set=row, dimension=dimension, value=value)
                for value, dimension in values.items()
            )
            self._by_key[key] = row.pk
        return self._by_key[key]


def _digest(value: str) -> int:
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), signed=True)
