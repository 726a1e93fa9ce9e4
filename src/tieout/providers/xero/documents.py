"""The documents source: what Xero's documents post, for grants that may not read its journals.

That is the usual case since March 2026. Not everything is posted by a document: opening balances, pay runs,
depreciation, the cost of tracked inventory and adjustments of the bank reconciliation are not. What the month's
balances show besides is the ledger's to add, as one entry that is not itemised.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tieout.core.month import Month
from tieout.core.records import Checkpoint, EntryRecord, Hints, Window
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero.client import READINGS
from tieout.providers.xero.document_feed import DocumentFeed
from tieout.providers.xero.documents_pages import (
    BANK_TRANSACTIONS,
    BANK_TRANSFERS,
    CREDIT_NOTES,
    CURRENCIES,
    EXPENSE_CLAIMS,
    INVOICES,
    MANUAL_JOURNALS,
    OVERPAYMENTS,
    PAYMENTS,
    PREPAYMENTS,
    D,
    Dated,
    Endpoint,
    Pages,
    TooMany,
    before,
    between,
    within,
)
from tieout.providers.xero.documents_rates import Rates
from tieout.providers.xero.documents_references import References, chart_of
from tieout.providers.xero.documents_wire import Credit
from tieout.providers.xero.faults import Doubt, Unknown
from tieout.providers.xero.lists import Lists
from tieout.providers.xero.posting import Documents, post
from tieout.providers.xero.posting_documents import STANDING
from tieout.providers.xero.posting_ground import Chart
from tieout.providers.xero.tenant import TenantReader
from tieout.providers.xero.wire import NotADate, day

_DAY = timedelta(days=1)
MOST = 20_000  # documents that are held in memory at once: a window with more is read in halves


class DocumentsReader:
    """Reads the documents of one organisation by windows of their dates. Keeps one stretch in memory."""

    def __init__(self, tenant: TenantReader, *, claims: bool = False, most: int = MOST) -> None:
        """``claims``: whether the grant opens expense claims of the old kind, which few organisations have."""
        self._tenant = tenant
        self._claims = claims
        self._most = most
        self._pages = Pages(tenant.client)
        self._rates = Rates(self._pages)
        self._references = References()
        self._credits: Sequence[Credit] | None = None

    # --- what changed -----------------------------------------------------------------------------------------

    def hints(self, since: str | None) -> Hints:
        """Return what changed, by the time that Xero puts on each document and list entry."""
        return DocumentFeed(self._tenant, self._pages, claims=self._claims).hints(since)

    # --- the first month --------------------------------------------------------------------------------------

    def earliest(self) -> Month | None:
        """Return the first month with a document that posts; None where there is none. About nine calls."""
        first: date | None = None
        for status in sorted(STANDING):
            first = self._sooner(first, INVOICES, status)
            first = self._sooner(first, CREDIT_NOTES, status)
        first = self._sooner(first, BANK_TRANSACTIONS, "AUTHORISED")
        first = self._sooner(first, PAYMENTS, "AUTHORISED")
        # These have no order by date: what is older than all others is hardly more than a page.
        journals = self._pages.whole(MANUAL_JOURNALS, before(first, "POSTED"))
        first = _earliest(first, journals)
        transfers = self._pages.whole(BANK_TRANSFERS, before(first))
        return _month(_earliest(first, [it for it in transfers if it.status in ("", "AUTHORISED")]))

    def _sooner(self, first: date | None, endpoint: Endpoint[D], status: str) -> date | None:
        found = self._pages.first(endpoint, {**before(first, status), "order": "Date"})
        return first if found is None else _earliest(first, [found])

    # --- reading ----------------------------------------------------------------------------------------------

    def read(self, window: Window) -> Iterator[EntryRecord | Checkpoint]:
        """Yield the window's entries, with a checkpoint after each month of them."""
        start = date.fromisoformat(window.resume) if window.resume else window.start
        if not window.start <= start <= window.end:
            raise ValueError(f"{window.resume} lies outside of the window {window.start} to {window.end}")
        if start == window.end:
            yield Checkpoint(resume=start.isoformat(), complete=True, covered=Window(start=start, end=start))
            return
        waiting = [(start, window.end)]
        while waiting:
            first, end = waiting.pop()
            try:
                entries = self._stretch(first, end)
            except TooMany:
                half = _middle(first, end)
                waiting += [(half, end), (first, half)]
                continue
            yield from _by_month(entries, first, end, window.end)

    def _stretch(self, start: date, end: date) -> list[EntryRecord]:
        """Return what some days hold. What no rule can post is read three times in all, then refused by its name."""
        most = self._most if end - start > _DAY else None
        last = Doubt("")
        for _ in range(READINGS):
            documents = self._read(start, end, most)
            try:
                return self._posted(documents, start, end)
            except NotADate as error:
                last = Doubt(str(error))
            except Doubt as doubt:
                last = doubt
        raise UnreadableBooks(last.doubt, where=last.where or f"Documents from {start}") from last

    def _posted(self, documents: Documents, start: date, end: date) -> list[EntryRecord]:
        lists = self._tenant.lists()
        try:
            return list(self._references.listed(self._entries(documents, lists, start, end), lists))
        except Unknown:
            # Somebody may have made the account or contact since the lists were read.
            lists = self._tenant.lists(anew=True)
            entries = self._entries(documents, lists, start, end)
            self._references.give_up(entries, lists)
            return list(self._references.listed(entries, lists))

    def _entries(self, documents: Documents, lists: Lists, start: date, end: date) -> list[EntryRecord]:
        chart = self._chart(lists)
        self._rates.learn(documents, chart)
        return list(post(documents, chart, self._rates.get, start, end))

    def _chart(self, lists: Lists) -> Chart:
        return chart_of(lists, self._tenant.organisation)

    def _read(self, start: date, end: date, most: int | None) -> Documents:
        left, check, asked = most, within(start, end), between(start, end)

        def whole(endpoint: Endpoint[D]) -> list[D]:
            nonlocal left
            found = self._pages.whole(endpoint, asked, check=check, most=left)
            left = left - len(found) if left is not None else None
            return found

        return Documents(
            invoices=whole(INVOICES),
            credit_notes=whole(CREDIT_NOTES),
            bank_transactions=whole(BANK_TRANSACTIONS),
            payments=whole(PAYMENTS),
            transfers=whole(BANK_TRANSFERS),
            manual_journals=whole(MANUAL_JOURNALS),
            claims=self._pages.whole(EXPENSE_CLAIMS, {}) if self._claims else [],
            credits=list(self._foreign_credits()),
        )

    def _foreign_credits(self) -> Sequence[Credit]:
        """Return credits in other currencies, of all time: one may be set against an invoice years later.

        Asked for once, and only where the organisation has several currencies.
        """
        if self._credits is None:
            found: list[Credit] = []
            chart = self._chart(self._tenant.lists())
            if len(self._pages.whole(CURRENCIES, {})) > 1:
                found += self._pages.whole(CREDIT_NOTES, {})
                found += self._pages.whole(PREPAYMENTS, {})
                found += self._pages.whole(OVERPAYMENTS, {})
            self._credits = [it for it in found if it.allocations and chart.foreign(it.currency)]
        return self._credits


def _earliest(first: date | None, documents: Sequence[Dated]) -> date | None:
    try:
        return min((day(it.date) for it in documents), default=first) if documents else first
    except NotADate as error:
        raise UnreadableBooks(str(error), where="The earliest documents") from error


def _month(first: date | None) -> Month | None:
    return Month.of(first) if first else None


def _middle(start: date, end: date) -> date:
    """Return the month's start nearest the middle of several months, or the day in the middle of one."""
    first = Month.of(start)
    if first.end >= end:
        return start + (end - start) // 2
    return (first + max(1, first.months_to(Month.of(end)) // 2)).start


def _by_month(
    entries: Sequence[EntryRecord], start: date, end: date, window_end: date
) -> Iterator[EntryRecord | Checkpoint]:
    months: defaultdict[Month, list[EntryRecord]] = defaultdict(list)
    for entry in entries:
        months[Month.of(entry.date)].append(entry)
    first = start
    while first < end:
        month = Month.of(first)
        yield from sorted(months.pop(month, ()), key=lambda it: (it.date, it.type, it.external_id))
        last = min(month.end, end)
        yield Checkpoint(
            resume=last.isoformat(), complete=last == window_end, covered=Window(start=first, end=last)
        )  # fmt: skip
        first = last
