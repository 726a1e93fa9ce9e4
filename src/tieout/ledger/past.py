"""Entries of some records as an open version knows them, as the records that a provider once gave."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from tieout.core.records import EntryKind, EntryRecord, LineRecord, PartyKey, PartyKind
from tieout.ledger import dialect
from tieout.ledger.models import OPEN, Book, Listed, ListKind

_ENTRIES = """
    SELECT entry.id, entry.type, entry.external_id, entry.kind, entry.date, entry.number, entry.memo, entry.payroll,
           entry.record, entry.reverses, whose.scope, whose.external_id,
           account.external_id, line.amount, party.scope, party.external_id, item.external_id, line.dimension_set,
           COALESCE(text.value, ''), line.currency, line.currency_amount
    FROM ledger_entry entry JOIN ledger_line line ON line.entry = entry.id
    JOIN ledger_listed account ON account.id = line.account
    LEFT JOIN ledger_listed whose ON whose.id = entry.party
    LEFT JOIN ledger_listed party ON party.id = line.party
    LEFT JOIN ledger_listed item ON item.id = line.item
    LEFT JOIN ledger_text text ON text.id = line.text
    WHERE entry.book = %s AND entry.valid_to = {open} AND NOT (entry.record = '') AND {records}
    ORDER BY entry.id, line.ordinal
"""
_Dimensions = tuple[tuple[str, str], ...]


def entries_of_records(book: Book, records: Collection[str], parties: Collection[PartyKey] = ()) -> list[EntryRecord]:
    """Return the entries of these records, and those about ``parties``, in the order in which they were staged.

    What something has closed is not among them, nor what has no record.

    A line without a party of its own has its entry's, as it is stored. The provider's line ids are not kept.
    """
    condition, texts = dialect.among_texts("entry.record", sorted(records))
    values: list[Any] = [*texts]
    if parties and (whose := _listed(book, parties)):
        about, ids = dialect.among("party", whose)
        found = f"SELECT entry FROM ledger_line WHERE book = %s AND valid_to = {OPEN} AND {about}"
        condition, values = f"({condition} OR entry.id IN ({found}))", [*values, book.pk, *ids]
    elif not records:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES.format(open=OPEN, records=condition), [book.pk, *values])
        rows = cursor.fetchall()
    sets = _dimensions(sorted({row[17] for row in rows if row[17]}))
    return [_entry(list(group), sets) for _, group in groupby(rows, key=itemgetter(0))]


def _listed(book: Book, parties: Collection[PartyKey]) -> list[int]:
    """Return the rows of these parties, as far as they are listed."""
    named = Listed.objects.filter(
        organisation=book.organisation_id, kind=ListKind.PARTY, external_id__in={it.external_id for it in parties}
    )
    wanted = {(str(it.kind), it.external_id) for it in parties}
    rows = named.values_list("pk", "scope", "external_id")
    return [row for row, scope, external_id in rows if (scope, external_id) in wanted]


def _entry(rows: list[tuple[Any, ...]], sets: dict[int, _Dimensions]) -> EntryRecord:
    _, type_, external_id, kind, day, number, memo, payroll, record, reverses, scope, party, *_ = rows[0]
    return EntryRecord(
        type=type_, external_id=external_id, kind=EntryKind(kind), number=number, memo=memo, payroll=bool(payroll),
        record=record, reverses=reverses, party=_party(scope, party),
        date=day if isinstance(day, date) else date.fromisoformat(day),
        lines=tuple(_lines(rows, sets)),
    )  # fmt: skip


def _lines(rows: list[tuple[Any, ...]], sets: dict[int, _Dimensions]) -> Iterator[LineRecord]:
    for row in rows:
        account, amount, scope, party, item, dimension_set, text, currency, currency_amount = row[12:]
        yield LineRecord(
            account=account, amount=amount, party=_party(scope, party), item=item,
            dimensions=sets.get(dimension_set, ()), memo=text, currency=currency, currency_amount=currency_amount,
        )  # fmt: skip


def _party(scope: str | None, external_id: str | None) -> PartyKey | None:
    return None if scope is None or external_id is None else PartyKey(PartyKind(scope), external_id)


def _dimensions(ids: list[int]) -> dict[int, _Dimensions]:
    """Return the values of dimension sets as a line names them: external ids, sorted."""
    found: dict[int, list[tuple[str, str]]] = {}
    condition, values = dialect.among("value.dimension_set_id", ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value.dimension_set_id, axis.external_id, named.external_id FROM ledger_dimensionsetvalue value "
            "JOIN ledger_listed axis ON axis.id = value.dimension JOIN ledger_listed named ON named.id = value.value "
            f"WHERE {condition}",
            values,
        )
        for id_, axis, named in cursor.fetchall():
            found.setdefault(id_, []).append((axis, named))
    return {id_: tuple(sorted(pairs)) for id_, pairs in found.items()}
