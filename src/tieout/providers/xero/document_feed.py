"""What changed in an organisation since a moment, by the time that Xero puts on each document and list entry.

Not every change moves that time: a due date, or that a document was sent. None of those moves the ledger. Transfers
have only the time at which they were made; one that is deleted is told by the two bank transactions that mirror it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from tieout.core.records import Hints
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero.documents_pages import (
    ACCOUNTS,
    BANK_TRANSACTIONS,
    BANK_TRANSFERS,
    CONTACTS,
    CREDIT_NOTES,
    EXPENSE_CLAIMS,
    INVOICES,
    ITEMS,
    MANUAL_JOURNALS,
    OVERPAYMENTS,
    PAYMENTS,
    PREPAYMENTS,
    Endpoint,
    Pages,
    TooMany,
)
from tieout.providers.xero.documents_wire import BankTransaction, Credit, Document, ExpenseClaim, Stamp
from tieout.providers.xero.faults import Doubt
from tieout.providers.xero.tenant import TenantReader
from tieout.providers.xero.wire import NotADate, day, moment

MOST = 10_000  # documents: beyond them reading every month costs less than it seems
OVERLAP = timedelta(minutes=5)  # a change may carry an earlier time than the one at which it can be seen
_SKEW = timedelta(minutes=1)  # by so much the clocks of Xero's servers may differ
_DOCUMENTS: tuple[Endpoint[Any], ...] = (
    INVOICES,
    CREDIT_NOTES,
    BANK_TRANSACTIONS,
    PAYMENTS,
    PREPAYMENTS,
    OVERPAYMENTS,
    MANUAL_JOURNALS,
    BANK_TRANSFERS,
)


class _Incomplete(Exception):
    """The feed cannot tell everything; the text says why."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the next question goes on: a moment by Xero's clock, and what the lists were like then.

    ``recent`` is a mark of the entries that had changed shortly before: they are told again, and are no news.
    """

    at: datetime
    tracking: str
    recent: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()};{self.tracking};{self.recent}"


@dataclass(slots=True)
class _Told:
    """What the answers name."""

    records: dict[str, None] = field(default_factory=dict)
    dates: dict[date, None] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        self.records[document.id] = None  # type: ignore[attr-defined]
        text = document.reported if isinstance(document, ExpenseClaim) else document.date
        if text:
            self.dates[day(text)] = None
        if isinstance(document, BankTransaction):
            self.records.update(dict.fromkeys(filter(None, (document.prepayment, document.overpayment))))
        if isinstance(document, Credit):
            for it in document.allocations or ():
                self.records[it.id] = None
                self.dates[day(it.date)] = None


class DocumentFeed:
    """Asks one organisation what changed."""

    def __init__(self, tenant: TenantReader, pages: Pages, *, claims: bool = False, most: int = MOST) -> None:
        self._tenant = tenant
        self._pages = pages
        self._claims = claims
        self._most = most

    def hints(self, since: str | None) -> Hints:
        """Return what changed since a cursor of an earlier call, which is Xero's own time and what the lists were."""
        opened = self._tenant.opened
        if since is None:
            return Hints(complete=False, cursor=str(self._place(self._entries(opened), opened)))
        before = _place_of(since)
        if before is None or opened < before.at - _SKEW:
            why = "Xero's clock stands before the time of the last sync" if before else "where it ended is not readable"
            return Hints(complete=False, cursor=str(self._place(self._entries(opened), opened)), because=why)
        entries = self._entries(before.at)
        place = self._place(entries, opened)
        try:
            told = self._told(before.at)
        except TooMany:
            because = f"more than {self._most:,} documents have changed since {before.at:%-d %B %Y}"
            return Hints(complete=False, cursor=str(place), because=because)
        return Hints(
            complete=True,
            cursor=str(place),
            records=tuple(told.records),
            dates=tuple(told.dates),
            lists=_changed(entries, before, place),
        )

    def _told(self, since: datetime) -> _Told:
        told, left = _Told(), self._most
        asked = since - OVERLAP
        for endpoint in (*_DOCUMENTS, *([EXPENSE_CLAIMS] if self._claims else [])):
            params = {"includeDeleted": "true"} if endpoint is BANK_TRANSFERS else {}
            found: Sequence[Document] = self._pages.whole(endpoint, params, since=asked, most=left)
            left -= len(found)
            try:
                for document in found:
                    told.add(document)
            except NotADate as error:
                raise UnreadableBooks(str(error), where=f"Changes of {endpoint.name}") from error
        return told

    # --- lists ---

    def _entries(self, since: datetime) -> list[Stamp]:
        """Return the entries of lists that changed since a moment, or shortly before it."""
        asked, archived = since - OVERLAP, {"includeArchived": "true"}
        return [
            *self._pages.whole(ACCOUNTS, {}, since=asked),
            *self._pages.whole(CONTACTS, archived, since=asked),
            *self._pages.whole(ITEMS, {}, since=asked),
        ]

    def _place(self, entries: Iterable[Stamp], at: datetime) -> _Place:
        return _Place(at, self._tracking(), _mark(entries, at - OVERLAP, at))

    def _tracking(self) -> str:
        """Return a mark of the tracking categories, which carry no time at all."""
        params = {"includeArchived": "true"}
        return self._tenant.client.read("Tracking categories", "TrackingCategories", params, _mark_of_tracking)


def _changed(entries: Iterable[Stamp], before: _Place, now: _Place) -> bool:
    """Whether lists have changed: an entry is newer than the last question, or those right before it are others."""
    entries = list(entries)
    newer = any(_moment(it) > before.at for it in entries)
    return newer or now.tracking != before.tracking or _mark(entries, before.at - OVERLAP, before.at) != before.recent


def _mark(entries: Iterable[Stamp], start: datetime, end: datetime) -> str:
    return _digest(f"{it.id} {it.updated}" for it in entries if start <= _moment(it) <= end)


def _mark_of_tracking(raw: bytes) -> str:
    found = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    if "TrackingCategories" not in found:
        raise Doubt("it holds no TrackingCategories")
    categories = msgspec.json.decode(found["TrackingCategories"], type=list[dict[str, object]])
    return _digest(msgspec.json.encode(it, order="deterministic").decode() for it in categories)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:16]


def _moment(entry: Stamp) -> datetime:
    try:
        return moment(entry.updated)
    except NotADate as error:
        raise UnreadableBooks(str(error), where=f"Changes of lists, {entry.id}") from error


def _place_of(cursor: str) -> _Place | None:
    at, _, rest = cursor.partition(";")
    tracking, _, recent = rest.partition(";")
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return _Place(found, tracking, recent) if found.tzinfo and recent else None
