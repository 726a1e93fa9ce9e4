"""The lists as a version knows them, as the records that a provider once gave."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import connection

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import (
    AccountRecord,
    DimensionRecord,
    DimensionValueRecord,
    ItemRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
)
from tieout.ledger.models import Book, ListKind

_LISTS = """
    SELECT listed.kind, listed.scope, listed.external_id, parent.external_id,
           at.name, at.number, at.type, at.subtype, at.role, at.currency, at.active
    FROM ledger_listedversion at JOIN ledger_listed listed ON listed.id = at.listed_id
    LEFT JOIN ledger_listed parent ON parent.id = at.parent
    WHERE at.book_id = %s AND at.valid_from <= %s AND at.valid_to > %s ORDER BY listed.id
"""
_Row = tuple[str, str, str, str | None, str, str, str, str, str, str, bool]


def lists_at(book: Book, version: int) -> Iterator[ListRecord]:
    """Yield all list rows known at a version: dimensions first, and no child before its parent."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTS, [book.pk, version, version])
        rows: list[_Row] = cursor.fetchall()
    rows.sort(key=lambda row: row[0] != ListKind.DIMENSION.value)
    yield from map(_record, _parents_first(rows))


def _parents_first(rows: list[_Row]) -> Iterator[_Row]:
    waiting = {row[:3]: row for row in rows}

    def place(row: _Row) -> Iterator[_Row]:
        if waiting.pop(row[:3], None) is None:
            return
        if row[3] is not None and (above := waiting.get((row[0], row[1], row[3]))):
            yield from place(above)
        yield row

    for row in rows:
        yield from place(row)


def _record(row: _Row) -> ListRecord:
    kind, scope, external_id, parent, name, number, type_, subtype, role, currency, active = row
    makers: dict[str, Callable[[], ListRecord]] = {
        ListKind.ACCOUNT.value: lambda: AccountRecord(
            external_id=external_id, name=name, type=AccountType(type_), subtype=subtype, number=number,
            parent=parent, active=bool(active), role=AccountRole(role),
            currency=currency,
        ),
        ListKind.PARTY.value: lambda: PartyRecord(
            key=PartyKey(PartyKind(scope), external_id), name=name, active=bool(active)
        ),
        ListKind.ITEM.value: lambda: ItemRecord(external_id=external_id, name=name, active=bool(active)),
        ListKind.DIMENSION.value: lambda: DimensionRecord(external_id=external_id, name=name),
        ListKind.VALUE.value: lambda: DimensionValueRecord(
            dimension=scope, external_id=external_id, name=name, parent=parent, active=bool(active)
        ),
    }  # fmt: skip
    return makers[kind]()
