"""At which rate a foreign document stands in the books, where only another document names it.

A payment names the document that it is for without its rate, and so does a credit that is set against an invoice. The
document may be of any earlier month: what was not read with the month is asked for by its id.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from tieout.providers.xero.documents_pages import CREDIT_NOTES, INVOICES, OVERPAYMENTS, PREPAYMENTS, Endpoint, Pages
from tieout.providers.xero.documents_wire import CreditNote, Invoice, Overpayment, Payment, Prepayment, one
from tieout.providers.xero.faults import Missing
from tieout.providers.xero.places import is_uuid
from tieout.providers.xero.posting import Documents
from tieout.providers.xero.posting_ground import Chart

AT_ONCE = 40  # ids in one address

Rated = Invoice | CreditNote
C = TypeVar("C", CreditNote, Prepayment, Overpayment)


class Rates:
    """The rates of foreign documents, by their ids."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._known: dict[str, Decimal | None] = {}

    def get(self, external_id: str) -> Decimal | None:
        """Return the rate of a document, None where it is not known."""
        return self._known.get(external_id)

    def learn(self, documents: Documents, chart: Chart) -> None:
        """Take the rates of what was read, and ask for those that its payments and credits need besides."""
        self._take(documents.invoices, chart)
        self._take(documents.credit_notes, chart)
        for it in documents.bank_transactions:
            if chart.foreign(it.currency) and it.rate and (held := it.prepayment or it.overpayment):
                self._known[held] = it.rate
        wanted = [it for it in documents.payments if chart.foreign(it.paid.currency) and not it.paid.rate]
        self._ask_invoices(_of(wanted, "ACC"))
        self._ask(CREDIT_NOTES, _of(wanted, "ARCREDIT", "APCREDIT"))
        self._ask(PREPAYMENTS, _of(wanted, "ARPRE", "APPRE"))
        self._ask(OVERPAYMENTS, _of(wanted, "AROVER", "APOVER"))
        set_against = (one(it.invoice) for credit in documents.credits for it in credit.allocations or ())
        self._ask_invoices(it.id for it in set_against if it is not None and not it.rate)

    def _take(self, documents: Iterable[Rated], chart: Chart) -> None:
        self._known.update((it.id, it.rate) for it in documents if chart.foreign(it.currency) and it.rate)

    def _ask(self, endpoint: Endpoint[C], ids: Iterable[str]) -> None:
        for external_id in self._missing(ids):
            try:
                self._known[external_id] = self._pages.one(endpoint, external_id).rate
            except Missing:
                self._known[external_id] = None

    def _ask_invoices(self, ids: Iterable[str]) -> None:
        missing = self._missing(ids)
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            found = self._pages.whole(INVOICES, {"IDs": ",".join(some)})
            self._known.update(dict.fromkeys(some) | {it.id: it.rate for it in found})

    def _missing(self, ids: Iterable[str]) -> list[str]:
        return [it for it in dict.fromkeys(ids) if it not in self._known and is_uuid(it)]


def _of(payments: Iterable[Payment], *starts: str) -> list[str]:
    return [it.paid.id for it in payments if it.type.startswith(starts)]
