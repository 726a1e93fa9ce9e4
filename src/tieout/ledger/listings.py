"""The list rows of an organisation: external ids to stable row ids, and what each was called when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import (
    AccountRecord,
    DimensionRecord,
    DimensionValueRecord,
    ItemRecord,
    ListRecord,
    PartyKey,
    PartyRecord,
)
from tieout.ledger import dialect
from tieout.ledger.models import OPEN, Book, Listed, ListKind
from tieout.ledger.versions import Guard
from tieout.providerkit.errors import UnreadableBooks

Identity = tuple[str, str, str]  # kind, scope, external id
Attributes = tuple[str, str, str, str, str, str, int | None, bool]
_ATTRIBUTES = ("name", "number", "type", "subtype", "role", "currency", "parent", "active")


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What staging the lists wrote."""

    rows_written: int = 0


class NotListed(UnreadableBooks):
    """A line or a balance names something that the provider's lists did not hold when they were read."""


class Listings:
    """An organisation's list rows by identity. Loaded once a run; new ones are added as the lists are staged."""

    def __init__(self, book: Book) -> None:
        self._book = book
        rows = Listed.objects.filter(organisation_id=book.organisation_id)
        self._ids: dict[Identity, int] = {
            (kind, scope, external_id): id_
            for id_, kind, scope, external_id in rows.values_list("id", "kind", "scope", "external_id")
        }

    def account(self, external_id: str) -> int:
        """Return the row id of an account; raise UnreadableBooks if the chart lacks it."""
        return self._id(ListKind.ACCOUNT, "", external_id)

    def party(self, key: PartyKey | None) -> int:
        """Return the row id of a party, 0 for none; raise UnreadableBooks if the lists lack it."""
        return 0 if key is None else self._id(ListKind.PARTY, key.kind.value, key.external_id)

    def item(self, external_id: str | None) -> int:
        """Return the row id of an item, 0 for none; raise UnreadableBooks if the lists lack it."""
        return 0 if external_id is None else self._id(ListKind.ITEM, "", external_id)

    def dimension(self, external_id: str) -> int:
        """Return the row id of a dimension; raise UnreadableBooks if the lists lack it."""
        return self._id(ListKind.DIMENSION, "", external_id)

    def value(self, dimension: str, external_id: str) -> int:
        """Return the row id of a dimension's value; raise UnreadableBooks if the lists lack it."""
        return self._id(ListKind.VALUE, dimension, external_id)

    def _id(self, kind: ListKind, scope: str, external_id: str) -> int:
        try:
            return self._ids[kind.value, scope, external_id]
        except KeyError as error:
            what = f"{scope} {kind.value}".strip()
            raise NotListed(
                f"a line names {what} {external_id!r}, which the provider's list does not hold", where="ledger lines"
            ) from error

    def stage(self, records: Sequence[ListRecord], version: int, guard: Guard) -> ListChanges:
        """Write what is new or changed in the lists under an open version; an absent row stays as it was."""
        by_identity = {_identity(record): record for record in records}  # a list that names a row twice means one row
        _refuse_two_retained_earnings(by_identity.values())
        with transaction.atomic():
            guard()
            new = self._add_rows(by_identity)
            current = self._current()
            gone = self._closed_by(version)
            reopened: list[int] = []
            closed: list[int] = []
            added: list[tuple[object, ...]] = []
            for identity, record in by_identity.items():
                listed = self._ids[identity]
                attributes = self._attributes(record)
                known = current.get(listed)
                if known is not None and known[2] == attributes:
                    continue
                if known is not None:
                    closed.append(known[0])
                if (listed, attributes) in gone:
                    reopened.append(gone[listed, attributes])
                else:
                    added.append((self._book.pk, listed, version, OPEN, *attributes))
            self._close(closed, version)
            self._set_valid_to(reopened, OPEN)
            dialect.insert(
                "ledger_listedversion", ("book_id", "listed_id", "valid_from", "valid_to", *_ATTRIBUTES), added
            )
        return ListChanges(len(new) + len(closed) + len(added))

    def _add_rows(self, identities: Iterable[Identity]) -> list[Identity]:
        new = [identity for identity in dict.fromkeys(identities) if identity not in self._ids]
        ids = dialect.reserve_ids("ledger_listed", len(new))
        organisation = self._book.organisation_id
        dialect.insert(
            "ledger_listed",
            ("id", "organisation_id", "kind", "scope", "external_id"),
            [(id_, organisation, *identity) for id_, identity in zip(ids, new, strict=True)],
        )
        self._ids.update(zip(new, ids, strict=True))
        return new

    def _current(self) -> dict[int, tuple[int, int, Attributes]]:
        """Return listed id to (version row id, valid_from, attributes) of what no version has closed."""
        return {row[0]: (row[1], row[2], _attributes_of(row)) for row in self._rows(OPEN)}

    def _closed_by(self, version: int) -> dict[tuple[int, Attributes], int]:
        """Return the rows that this version has closed: a list that is as it was before opens them again."""
        return {(row[0], _attributes_of(row)): row[1] for row in self._rows(version)}

    def _rows(self, valid_to: int) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT listed_id, id, valid_from, {', '.join(_ATTRIBUTES)} FROM ledger_listedversion "
                "WHERE book_id = %s AND valid_to = %s",
                [self._book.pk, valid_to],
            )
            return list(cursor.fetchall())

    def _close(self, ids: list[int], version: int) -> None:
        """Close version rows; those that this same version wrote go, since nobody has seen them."""
        with connection.cursor() as cursor:
            for some in dialect.chunks(ids):
                cursor.execute(
                    f"DELETE FROM ledger_listedversion WHERE valid_from = %s AND id IN ({dialect.in_list(some)})",
                    [version, *some],
                )
        self._set_valid_to(ids, version)

    def _set_valid_to(self, ids: list[int], version: int) -> None:
        with connection.cursor() as cursor:
            for some in dialect.chunks(ids):
                cursor.execute(
                    f"UPDATE ledger_listedversion SET valid_to = %s WHERE id IN ({dialect.in_list(some)})",
                    [version, *some],
                )

    def _attributes(self, record: ListRecord) -> Attributes:
        match record:
            case AccountRecord():
                parent = None if record.parent is None else self.account(record.parent)
                kind = AccountType(record.type).value
                return (
                    record.name, record.number, kind, record.subtype, record.role.value, record.currency, parent,
                    record.active,
                )  # fmt: skip
            case DimensionValueRecord():
                parent = None if record.parent is None else self.value(record.dimension, record.parent)
                return record.name, "", "", "", "", "", parent, record.active
            case DimensionRecord():
                return record.name, "", "", "", "", "", None, True
            case PartyRecord() | ItemRecord():
                return record.name, "", "", "", "", "", None, record.active


def _attributes_of(row: tuple[Any, ...]) -> Attributes:
    return (*row[3:10], bool(row[10]))


def _refuse_two_retained_earnings(records: Iterable[ListRecord]) -> None:
    """Refuse a chart in which the profit of ended years would have two places to go."""
    earnings = [it for it in records if isinstance(it, AccountRecord) and it.role is AccountRole.RETAINED_EARNINGS]
    if len(earnings) > 1:
        names = " and ".join(repr(it.name) for it in earnings)
        raise UnreadableBooks(f"{names} both take the profit of ended years", where="chart of accounts")


def _identity(record: ListRecord) -> Identity:
    match record:
        case AccountRecord():
            return ListKind.ACCOUNT.value, "", record.external_id
        case PartyRecord():
            return ListKind.PARTY.value, record.key.kind.value, record.key.external_id
        case ItemRecord():
            return ListKind.ITEM.value, "", record.external_id
        case DimensionRecord():
            return ListKind.DIMENSION.value, "", record.external_id
        case DimensionValueRecord():
            return ListKind.VALUE.value, record.dimension, record.external_id
