"""The documents of Xero that post to its ledger, as its API answers them. Fields that are not named here are ignored.

Amounts are JSON numbers and in some places strings: both are taken, exactly. A missing object may come as an empty
list (so says Xero's page on payments), hence `one`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

import msgspec

from tieout.providers.xero.wire import Wire

T = TypeVar("T")

_ZERO = Decimal(0)


def one(value: T | list[msgspec.Raw] | None) -> T | None:
    """Return an object, or None where it is missing in either way."""
    return None if isinstance(value, list) else value


class Pagination(Wire):
    """Where an answer stands among the pages of a list, and how many rows the list has."""

    page: int
    size: int = msgspec.field(name="pageSize")
    pages: int = msgspec.field(name="pageCount")
    rows: int = msgspec.field(name="itemCount")


class Stamp(Wire):
    """An entry of a list, as far as it tells that the list has changed."""

    account: str = msgspec.field(name="AccountID", default="")
    contact: str = msgspec.field(name="ContactID", default="")
    item: str = msgspec.field(name="ItemID", default="")
    updated: str = msgspec.field(name="UpdatedDateUTC", default="")

    @property
    def id(self) -> str:
        """The entry's id, whatever it is."""
        return self.account or self.contact or self.item


class Currency(Wire):
    """A currency that the organisation uses."""

    code: str = msgspec.field(name="Code")

    @property
    def id(self) -> str:
        """Its code is its identity."""
        return self.code


class Tracking(Wire):
    category: str = msgspec.field(name="TrackingCategoryID", default="")
    option: str = msgspec.field(name="TrackingOptionID", default="")


class Ref(Wire):
    """An account as a document names it; older ones have no code, lines of old documents no id."""

    id: str = msgspec.field(name="AccountID", default="")
    code: str = msgspec.field(name="Code", default="")


class Who(Wire):
    id: str = msgspec.field(name="ContactID", default="")
    name: str = msgspec.field(name="Name", default="")


class ItemRef(Wire):
    id: str = msgspec.field(name="ItemID", default="")


class LineItem(Wire):
    """A line of any document but a manual journal. One that is only a text has neither account nor amount."""

    description: str | None = msgspec.field(name="Description", default=None)
    account_id: str | None = msgspec.field(name="AccountID", default=None)
    account_code: str | None = msgspec.field(name="AccountCode", default=None)
    amount: Decimal | None = msgspec.field(name="LineAmount", default=None)
    tax: Decimal | None = msgspec.field(name="TaxAmount", default=None)
    item: ItemRef | list[msgspec.Raw] | None = msgspec.field(name="Item", default=None)
    tracking: list[Tracking] | None = msgspec.field(name="Tracking", default=None)


class Document(Wire):
    """What all of them have."""

    status: str = msgspec.field(name="Status", default="")
    date: str = msgspec.field(name="Date", default="")
    updated: str = msgspec.field(name="UpdatedDateUTC", default="")
    reference: str | None = msgspec.field(name="Reference", default=None)
    currency: str = msgspec.field(name="CurrencyCode", default="")
    rate: Decimal | None = msgspec.field(name="CurrencyRate", default=None)  # units of the currency for one of the base


class Lined(Document):
    """What has line items."""

    type: str = msgspec.field(name="Type", default="")
    contact: Who | list[msgspec.Raw] | None = msgspec.field(name="Contact", default=None)
    amounts: str = msgspec.field(name="LineAmountTypes", default="")
    lines: list[LineItem] = msgspec.field(name="LineItems", default_factory=list)
    taxes: Decimal | None = msgspec.field(name="TotalTax", default=None)
    total: Decimal = msgspec.field(name="Total", default=_ZERO)


class Invoice(Lined, kw_only=True):
    id: str = msgspec.field(name="InvoiceID")
    number: str | None = msgspec.field(name="InvoiceNumber", default=None)


class Applied(Wire):
    """An invoice that a credit is set against."""

    id: str = msgspec.field(name="InvoiceID", default="")
    number: str | None = msgspec.field(name="InvoiceNumber", default=None)
    rate: Decimal | None = msgspec.field(name="CurrencyRate", default=None)


class Allocation(Wire):
    id: str = msgspec.field(name="AllocationID", default="")
    amount: Decimal = msgspec.field(name="Amount", default=_ZERO)
    date: str = msgspec.field(name="Date", default="")
    deleted: bool = msgspec.field(name="IsDeleted", default=False)
    invoice: Applied | list[msgspec.Raw] | None = msgspec.field(name="Invoice", default=None)


class Credit(Lined):
    """What can be set against invoices."""

    allocations: list[Allocation] | None = msgspec.field(name="Allocations", default=None)


class CreditNote(Credit, kw_only=True):
    id: str = msgspec.field(name="CreditNoteID")
    number: str | None = msgspec.field(name="CreditNoteNumber", default=None)


class Prepayment(Credit, kw_only=True):
    id: str = msgspec.field(name="PrepaymentID")


class Overpayment(Credit, kw_only=True):
    id: str = msgspec.field(name="OverpaymentID")


class BankTransaction(Lined, kw_only=True):
    id: str = msgspec.field(name="BankTransactionID")
    bank: Ref | list[msgspec.Raw] | None = msgspec.field(name="BankAccount", default=None)
    prepayment: str | None = msgspec.field(name="PrepaymentID", default=None)
    overpayment: str | None = msgspec.field(name="OverpaymentID", default=None)


class BankTransfer(Document, kw_only=True):
    id: str = msgspec.field(name="BankTransferID")
    created: str = msgspec.field(name="CreatedDateUTC", default="")
    source: Ref = msgspec.field(name="FromBankAccount")
    target: Ref = msgspec.field(name="ToBankAccount")
    amount: Decimal = msgspec.field(name="Amount", default=_ZERO)
    spent: str | None = msgspec.field(name="FromBankTransactionID", default=None)
    received: str | None = msgspec.field(name="ToBankTransactionID", default=None)


class Paid(Wire):
    """The document that a payment is for. A credit note may stand under ``Invoice``, its id as the invoice's."""

    contact: Who | list[msgspec.Raw] | None = msgspec.field(name="Contact", default=None)
    currency: str = msgspec.field(name="CurrencyCode", default="")
    rate: Decimal | None = msgspec.field(name="CurrencyRate", default=None)
    invoice: str = msgspec.field(name="InvoiceID", default="")
    credit_note: str = msgspec.field(name="CreditNoteID", default="")
    prepayment: str = msgspec.field(name="PrepaymentID", default="")
    overpayment: str = msgspec.field(name="OverpaymentID", default="")
    invoice_number: str | None = msgspec.field(name="InvoiceNumber", default=None)
    credit_note_number: str | None = msgspec.field(name="CreditNoteNumber", default=None)

    @property
    def id(self) -> str:
        """The document's id, whatever it is."""
        return self.credit_note or self.prepayment or self.overpayment or self.invoice

    @property
    def number(self) -> str:
        """The document's number, or ""."""
        return self.credit_note_number or self.invoice_number or ""


class Payment(Document, kw_only=True):
    id: str = msgspec.field(name="PaymentID")
    type: str = msgspec.field(name="PaymentType", default="")
    amount: Decimal = msgspec.field(name="Amount", default=_ZERO)  # in the document's currency
    bank_amount: Decimal | None = msgspec.field(name="BankAmount", default=None)  # in the account's
    account: Ref | list[msgspec.Raw] | None = msgspec.field(name="Account", default=None)
    invoice: Paid | list[msgspec.Raw] | None = msgspec.field(name="Invoice", default=None)
    credit_note: Paid | list[msgspec.Raw] | None = msgspec.field(name="CreditNote", default=None)
    prepayment: Paid | list[msgspec.Raw] | None = msgspec.field(name="Prepayment", default=None)
    overpayment: Paid | list[msgspec.Raw] | None = msgspec.field(name="Overpayment", default=None)

    @property
    def paid(self) -> Paid:
        """The document that it is for; one that says nothing where Xero leaves it out."""
        for found in (self.credit_note, self.prepayment, self.overpayment, self.invoice):
            if (document := one(found)) is not None and document.id:
                return document
        return Paid()


class JournalLine(Wire, kw_only=True):
    """A line of a manual journal: debit positive."""

    description: str | None = msgspec.field(name="Description", default=None)
    account_id: str | None = msgspec.field(name="AccountID", default=None)
    account_code: str | None = msgspec.field(name="AccountCode", default=None)
    amount: Decimal | None = msgspec.field(name="LineAmount", default=None)
    tax: Decimal | None = msgspec.field(name="TaxAmount", default=None)
    tracking: list[Tracking] | None = msgspec.field(name="Tracking", default=None)


class ManualJournal(Document, kw_only=True):
    id: str = msgspec.field(name="ManualJournalID")
    amounts: str = msgspec.field(name="LineAmountTypes", default="NoTax")
    narration: str | None = msgspec.field(name="Narration", default=None)
    lines: list[JournalLine] = msgspec.field(name="JournalLines", default_factory=list)


class Receipt(Lined):
    id: str = msgspec.field(name="ReceiptID", default="")


class ExpenseClaim(Document, kw_only=True):
    """A claim of the old kind, with the receipts that it is made of. It has no date but the one of reporting."""

    id: str = msgspec.field(name="ExpenseClaimID")
    reported: str = msgspec.field(name="ReportingDate", default="")
    total: Decimal = msgspec.field(name="Total", default=_ZERO)
    receipts: list[Receipt] | None = msgspec.field(name="Receipts", default=None)
