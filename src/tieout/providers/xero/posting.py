"""All documents of a range of dates as entries: the rules of each kind, and what they have to know of one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tieout.core.records import EntryRecord
from tieout.providers.xero.documents_wire import (
    BankTransaction,
    BankTransfer,
    Credit,
    CreditNote,
    ExpenseClaim,
    Invoice,
    ManualJournal,
    Payment,
)
from tieout.providers.xero.posting_documents import post_bank_transaction, post_credit_note, post_invoice
from tieout.providers.xero.posting_ground import Chart
from tieout.providers.xero.posting_journals import post_expense_claim, post_manual_journal
from tieout.providers.xero.posting_payments import post_allocations, post_payment, post_transfer

Rates = Callable[[str], Decimal | None]


@dataclass(slots=True)
class Documents:
    """What was read of a range of dates, and foreign credits of all time: they may be set against invoices in it."""

    invoices: list[Invoice] = field(default_factory=list)
    credit_notes: list[CreditNote] = field(default_factory=list)
    bank_transactions: list[BankTransaction] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    transfers: list[BankTransfer] = field(default_factory=list)
    manual_journals: list[ManualJournal] = field(default_factory=list)
    claims: list[ExpenseClaim] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)


def post(documents: Documents, chart: Chart, rate_of: Rates, start: date, end: date) -> Iterator[EntryRecord]:
    """Yield what the documents post. ``rate_of`` gives the rate of a foreign document by its id.

    Raise Doubt for a document that no rule can post, Unknown for one that names what the lists do not have.
    """
    sides = {it.id: it for it in documents.bank_transactions if it.type.endswith("-TRANSFER")}
    posted: Iterator[EntryRecord | None]
    for posted in (
        (post_invoice(it, chart) for it in documents.invoices),
        (post_credit_note(it, chart) for it in documents.credit_notes),
        (post_bank_transaction(it, chart) for it in documents.bank_transactions),
        (post_payment(it, chart, rate_of) for it in documents.payments),
        (post_transfer(it, sides.get, chart) for it in documents.transfers),
        (post_manual_journal(it, chart) for it in documents.manual_journals),
        (post_expense_claim(it, chart) for it in documents.claims),
        (it for credit in documents.credits for it in post_allocations(credit, chart, rate_of)),
    ):
        yield from (entry for entry in posted if entry is not None and start <= entry.date < end)
