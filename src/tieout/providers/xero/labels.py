"""What people call Xero's postings, which record each belongs to, and where that is at Xero.

Both sources use these words, so that an entry of either is the same record. A source type that is not known here keeps
its own word: nothing is refused for one.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.records import PartyKind

SYSTEM_JOURNAL = "System Journal"  # conversion balances, bank reconciliation, fixed assets, pay runs: without a source
PAY_RUN = "Pay Run"


@dataclass(frozen=True, slots=True)
class Label:
    """How postings of one kind are shown. ``record`` and ``endpoint`` are "" where no document can be read."""

    type: str
    record: str = ""
    endpoint: str = ""
    party: PartyKind | None = None  # whose the contact is


_VENDOR, _CUSTOMER = PartyKind.VENDOR, PartyKind.CUSTOMER
# By a journal's SourceType.
SOURCES = {
    "ACCREC": Label("Invoice", "Invoice", "Invoices", _CUSTOMER),
    "ACCPAY": Label("Bill", "Invoice", "Invoices", _VENDOR),
    "ACCRECCREDIT": Label("Credit Note", "CreditNote", "CreditNotes", _CUSTOMER),
    "ACCPAYCREDIT": Label("Supplier Credit Note", "CreditNote", "CreditNotes", _VENDOR),
    "ACCRECPAYMENT": Label("Payment", "Payment", "Payments", _CUSTOMER),
    "ACCPAYPAYMENT": Label("Bill Payment", "Payment", "Payments", _VENDOR),
    "ARCREDITPAYMENT": Label("Credit Note Refund", "Payment", "Payments", _CUSTOMER),
    "APCREDITPAYMENT": Label("Supplier Refund", "Payment", "Payments", _VENDOR),
    "CASHREC": Label("Receive Money", "BankTransaction", "BankTransactions", _CUSTOMER),
    "CASHPAID": Label("Spend Money", "BankTransaction", "BankTransactions", _VENDOR),
    "TRANSFER": Label("Bank Transfer", "BankTransfer", "BankTransfers"),
    "ARPREPAYMENT": Label("Prepayment", "Prepayment", "Prepayments", _CUSTOMER),
    "APPREPAYMENT": Label("Prepayment", "Prepayment", "Prepayments", _VENDOR),
    "AROVERPAYMENT": Label("Overpayment", "Overpayment", "Overpayments", _CUSTOMER),
    "APOVERPAYMENT": Label("Overpayment", "Overpayment", "Overpayments", _VENDOR),
    "EXPCLAIM": Label("Expense Claim", "ExpenseClaim", "ExpenseClaims"),
    "EXPPAYMENT": Label("Expense Claim Payment", "Payment", "Payments"),
    "MANJOURNAL": Label("Manual Journal", "ManualJournal", "ManualJournals"),
}
_PAYROLL_WORDS = ("PAYSLIP", "WAGEPAYABLE", "INTEGRATEDPAYROLL")

# Where each kind of record is shown. The addresses are those of Xero's own links, not documented: the organisation
# that was looked at last is the one that opens.
_PAGES = {
    "Invoice": "AccountsReceivable/View.aspx?InvoiceID=",
    "Bill": "AccountsPayable/View.aspx?InvoiceID=",
    "Credit Note": "AccountsReceivable/ViewCreditNote.aspx?creditNoteID=",
    "Supplier Credit Note": "AccountsPayable/ViewCreditNote.aspx?creditNoteID=",
    "Receive Money": "Bank/ViewTransaction.aspx?bankTransactionID=",
    "Spend Money": "Bank/ViewTransaction.aspx?bankTransactionID=",
    "Manual Journal": "Journal/View.aspx?invoiceID=",
}


def is_payroll(source: str) -> bool:
    """Whether a source type is of pay runs."""
    return source.startswith(_PAYROLL_WORDS)


def label_of(source: str) -> Label:
    """Return how postings of a source type are shown; "" is that of a journal without one."""
    if known := SOURCES.get(source):
        return known
    if is_payroll(source):
        return Label(PAY_RUN, "PayRun")
    return Label(source, source) if source else Label(SYSTEM_JOURNAL)


def page(type_: str, external_id: str) -> str:
    """Return the address of a record at Xero, or "" for a kind without a page of its own."""
    found = _PAGES.get(type_, "")
    return f"https://go.xero.com/{found}{external_id}" if found else ""
