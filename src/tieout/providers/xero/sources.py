"""The documents behind journals: read in whole pages, kept in a file of their own, found by their record.

A run first reads what has changed since the last one, and the first run reads everything: by pages of a thousand that
is a hundredth of what asking for each would be. What a journal names and these did not bring is asked for by its id.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import msgspec

from tieout.providers.xero.documents_wire import (
    BankTransaction,
    BankTransfer,
    CreditNote,
    Document,
    Invoice,
    ManualJournal,
    Overpayment,
    Payment,
    Prepayment,
)
from tieout.providers.xero.faults import Doubt, Missing
from tieout.providers.xero.known import Known, known, record_of
from tieout.providers.xero.places import is_uuid
from tieout.providers.xero.scopes import opens
from tieout.providers.xero.tenant import TenantReader
from tieout.providers.xero.wire import Paging

OVERLAP = timedelta(minutes=5)  # a change may carry an earlier time than the one at which it can be seen
AT_ONCE = 40  # ids in one address
SINGLY = 60  # calls by ids in a run: what is left out then was made meanwhile, and is told as changed in the next one


@dataclass(frozen=True, slots=True)
class _Source:
    """One endpoint of documents. In the order of ids, rows do not move between pages while people work."""

    endpoint: str
    shape: type[Document]
    paged: bool = True
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.shape.__name__

    def found(self, raw: bytes) -> tuple[Paging | None, list[Document]]:
        """Return what an answer holds. Raise Doubt for one that holds something else."""
        answer = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        if self.endpoint not in answer:
            raise Doubt(f"it holds no {self.endpoint}")
        paging = msgspec.json.decode(answer.get("pagination", b"null"), type=Paging | None)
        return paging, msgspec.json.decode(answer[self.endpoint], type=list[self.shape])  # type: ignore[name-defined]


_SOURCES = {
    source.kind: source
    for source in (
        _Source("Invoices", Invoice, params={"order": "InvoiceID", "includeArchived": "true"}),
        _Source("CreditNotes", CreditNote, params={"order": "CreditNoteID"}),
        _Source("BankTransactions", BankTransaction, params={"order": "BankTransactionID"}),
        _Source("BankTransfers", BankTransfer, paged=False),
        _Source("Payments", Payment, params={"order": "PaymentID"}),
        # With an order, this endpoint is said to leave its pages and to return everything at once.
        _Source("ManualJournals", ManualJournal),
        _Source("Prepayments", Prepayment, params={"order": "PrepaymentID"}),
        _Source("Overpayments", Overpayment, params={"order": "OverpaymentID"}),
    )
}


class Documents:
    """What the documents of one organisation know. There may be more of them than fit into memory."""

    def __init__(self, tenant: TenantReader, scopes: frozenset[str]) -> None:
        """``scopes`` are what was granted: documents that they do not open are not asked for."""
        self._tenant = tenant
        self._sources = {kind: it for kind, it in _SOURCES.items() if opens(scopes, it.endpoint)}
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # a file without a name
        weakref.finalize(self, self._file.close)
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("CREATE TABLE known (record TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID")
        self._calls_left = SINGLY
        self.changed: set[str] = set()  # records that were changed since the moment that `gather` was given

    def gather(self, since: datetime | None) -> None:
        """Read all documents, or those that were changed since a moment."""
        asked = since - OVERLAP if since else None
        self.changed.clear()
        self._calls_left = SINGLY
        for source in self._sources.values():
            for page in self._pages(source, asked):
                self._keep(page)
                if asked is not None:
                    self.changed.update(map(record_of, page))

    def find(self, records: Iterable[str]) -> None:
        """Read those documents that are not known yet, by their ids."""
        wanted: dict[str, list[str]] = {}
        for record in sorted(set(records)):
            kind, _, external_id = record.partition(":")
            if kind in self._sources and is_uuid(external_id) and not self._has(record):
                wanted.setdefault(kind, []).append(external_id)
        for kind, ids in wanted.items():
            source = self._sources[kind]
            step = AT_ONCE if source.shape is Invoice else 1
            for start in range(0, len(ids), step):
                self._find(source, ids[start : start + step])

    def _find(self, source: _Source, ids: Sequence[str]) -> None:
        if not self._calls_left:
            return
        self._calls_left -= 1
        self._keep(self._by_id(source, ids))
        # What Xero does not have is not asked for again.
        self._write([(record, b"") for it in ids if not self._has(record := f"{source.kind}:{it}")])

    def get(self, record: str) -> Known | None:
        """Return what a record's document knows, or None."""
        row = self._file.execute("SELECT content FROM known WHERE record = ?", [record]).fetchone()
        return msgspec.msgpack.decode(row[0], type=Known) if row and row[0] else None

    def _pages(self, source: _Source, since: datetime | None) -> Iterator[Sequence[Document]]:
        client, name = self._tenant.client, source.endpoint
        if source.paged:
            yield from client.pages(name, name, source.params, source.found, since=since)
        else:
            yield client.read(name, name, source.params, lambda raw: source.found(raw)[1], since=since)

    def _by_id(self, source: _Source, ids: Sequence[str]) -> list[Document]:
        client, name = self._tenant.client, source.endpoint
        if source.shape is Invoice:
            params = {"IDs": ",".join(ids), **source.params}
            return [it for page in client.pages(f"{name} by id", name, params, source.found) for it in page]
        (external_id,) = ids
        try:
            return [client.read(f"{name} by id", f"{name}/{external_id}", {}, partial(_one, source, external_id))]
        except Missing:
            return []

    def _keep(self, documents: Iterable[Document]) -> None:
        lists, base = self._tenant.lists(), self._tenant.organisation.currency
        self._write((record_of(it), msgspec.msgpack.encode(known(it, lists, base))) for it in documents)

    def _write(self, rows: Iterable[tuple[str, bytes]]) -> None:
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", rows)
        self._file.execute("COMMIT")

    def _has(self, record: str) -> bool:
        return self._file.execute("SELECT 1 FROM known WHERE record = ?", [record]).fetchone() is not None


def _one(source: _Source, external_id: str, raw: bytes) -> Document:
    _, found = source.found(raw)
    if len(found) != 1 or record_of(found[0]) != f"{source.kind}:{external_id}":
        raise Doubt("it is not the document that was asked for")
    return found[0]
