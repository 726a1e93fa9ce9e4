"""The books line by line, for those who compare: what is posted, in plain words, without any wire format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.wire import Json

_DOCUMENTS = {
    "ACCREC": "Invoices", "ACCPAY": "Invoices", "ACCRECCREDIT": "CreditNotes", "ACCPAYCREDIT": "CreditNotes",
    "CASHREC": "BankTransactions", "CASHPAID": "BankTransactions", "TRANSFER": "BankTransfers",
    "MANJOURNAL": "ManualJournals", "ARPREPAYMENT": "Prepayments", "APPREPAYMENT": "Prepayments",
    "AROVERPAYMENT": "Overpayments", "APOVERPAYMENT": "Overpayments", "EXPCLAIM": "ExpenseClaims",
}  # fmt: skip
_PAID = ("Invoice", "CreditNote", "Prepayment", "Overpayment")
LISTS = {
    "Accounts": "Type",
    "Contacts": "",
    "Items": "",
    "TrackingCategories": "",
    "TaxRates": "",
}


def source(organisation: Organisation, kind: str, ident: str) -> tuple[str, Json]:
    """Return the endpoint and document that a SourceType and SourceID name; "" and nothing where there is none."""
    endpoint = _DOCUMENTS.get(kind, "Payments" if kind.endswith("PAYMENT") else "")
    return endpoint, organisation.documents.get(endpoint, {}).get(ident, {})


def called(document: Json) -> str:
    """Return what people know a document by: its number, or its reference; a payment without one by what it pays."""
    for number in ("InvoiceNumber", "CreditNoteNumber"):
        if number in document:
            return str(document[number] or document.get("Reference") or "")
    if "BankTransferID" in document:
        return ""
    paid: Json = next((document[key] for key in _PAID if isinstance(document.get(key), dict)), {})
    return str(document.get("Reference") or paid.get("InvoiceNumber") or paid.get("CreditNoteNumber") or "")


def contact(document: Json) -> str:
    """Return the ContactID of a document, or of what a payment pays."""
    holder = document
    for key in _PAID:
        if isinstance(document.get(key), dict):
            holder = document[key]
    found = holder.get("Contact")
    return str(found.get("ContactID", "")) if isinstance(found, dict) else ""


def lines(organisation: Organisation, start: date = date.min, end: date = date.max) -> Iterator[Json]:
    """Yield each line posted from ``start`` to before ``end``, by JournalNumber.

    ``amount`` is a decimal string in base currency, debit positive. What was negated is there too, and so is what
    negates it: both are ``undone``. ``party`` and ``called`` are the contact and number of the document as it is now.
    """
    for journal in organisation.journals:
        if not start <= journal.day < end:
            continue
        endpoint, document = source(organisation, journal.source, journal.source_id)
        for line in journal.document()["JournalLines"]:
            yield {
                "id": journal.id,
                "type": journal.source,
                "entity": endpoint,
                "source": journal.source_id,
                "date": journal.day.isoformat(),
                "number": journal.number,
                "called": called(document),
                "undone": organisation.posted.undone(journal),
                "reference": journal.reference,
                "account": line["AccountID"],
                "amount": str(line["NetAmount"]),
                "party": contact(document) or None,
                "tracking": {it["TrackingCategoryID"]: it["TrackingOptionID"] for it in line["TrackingCategories"]},
                "memo": line.get("Description", ""),
            }


def lists(organisation: Organisation) -> Json:
    """Return each list's entries, archived ones too: id, name, kind, whether it is active, the options in use."""
    return {
        name: [
            {
                "id": ident,
                "name": entry.get("Name") or entry.get("Code") or "",
                "kind": str(entry.get(kind, "")) if kind else "",
                "number": str(entry.get("Code", "")),
                "active": str(entry.get("Status") or entry.get("ContactStatus") or "ACTIVE") == "ACTIVE",
                "merged": bool(entry.get("MergedToContactID")),
                "options": [it["TrackingOptionID"] for it in entry.get("Options", ()) if it["IsActive"]],
            }
            for ident, entry in organisation.documents.get(name, {}).items()
        ]
        for name, kind in LISTS.items()
    }
