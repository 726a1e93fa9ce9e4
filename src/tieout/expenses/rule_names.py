"""What rules ask of lists: the folded name of a vendor, item, account or dimension value, loaded when first asked."""

from __future__ import annotations

from functools import cached_property, lru_cache

from tieout.core.accounts import AccountType
from tieout.core.rules import NOBODY, Named, fold
from tieout.ledger.accounts import LATEST, chart
from tieout.ledger.models import Book, ListKind
from tieout.ledger.names import ListedName, dimension_sets, listed_names

folded = lru_cache(maxsize=50_000)(fold)  # lines repeat their texts; bounds the memory of a long sync


class Names:
    """The newest names of a book's lists. A row that came after the last look is looked for once more."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._lists: dict[ListKind, dict[int, Named]] = {}
        self._sets: dict[int, dict[int, int]] = {}

    def named(self, kind: ListKind, id_: int) -> Named:
        """Return a row with its folded name; NOBODY for 0 and for a row that no list holds."""
        if not id_:
            return NOBODY
        if id_ not in self._lists.get(kind, {}):
            self._lists[kind] = {
                key: Named(key, _name(kind, row)) for key, row in listed_names(self._book, kind, LATEST).items()
            }
        return self._lists[kind].get(id_, NOBODY)

    def all(self, kind: ListKind) -> dict[int, Named]:
        """Return all rows of a list."""
        if kind not in self._lists:
            self.named(kind, -1)
        return self._lists[kind]

    @cached_property
    def income(self) -> frozenset[int]:
        """The income accounts: their lines are of streams, those of expense accounts of expenses."""
        accounts = chart(self._book, LATEST).values()
        return frozenset(account.id for account in accounts if account.type is AccountType.INCOME)

    def values(self, dimension_set: int) -> dict[int, int]:
        """Return a set's values: dimension row id to value row id."""
        if not dimension_set:
            return {}
        if dimension_set not in self._sets:
            self._sets = dimension_sets(self._book)
        return self._sets.get(dimension_set, {})

    def sets(self) -> dict[int, dict[int, int]]:
        """Return all sets."""
        self._sets = dimension_sets(self._book)
        return self._sets

    def value(self, dimension_set: int, dimension: int) -> Named:
        """Return the value that a set has in a dimension, NOBODY for none."""
        return self.named(ListKind.VALUE, self.values(dimension_set).get(dimension, 0))


def _name(kind: ListKind, row: ListedName) -> str:
    return folded(row.label if kind is ListKind.ACCOUNT else row.name)
