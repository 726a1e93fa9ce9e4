"""How the API shows an entity of the books: ISO twins of dates, and unit prices in two digits or in four."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from tieout.providers.xero.sandbox.wire import Json

_TWINS = {
    "Invoices": ("Date", "DueDate"),
    "CreditNotes": ("Date", "DueDate"),
    "BankTransactions": ("Date",),
    "BankTransfers": ("Date",),
    "Prepayments": ("Date",),
    "Overpayments": ("Date",),
    "BatchPayments": ("Date",),
    "PurchaseOrders": ("Date", "DeliveryDate"),
    "Quotes": ("Date", "ExpiryDate"),
}
_STAMPED = ("Invoices", "CreditNotes", "Prepayments", "Overpayments", "Payments")  # UpdatedDateUTCString since 16.1
_NULLABLE = ("Contact", "Account", "Invoice", "CreditNote", "Prepayment", "Overpayment", "BatchPayment")
_TWO = Decimal("0.01")


def shown(
    name: str, document: Json, *, four_digits: bool, archived: bool = False, empty_for_null: bool = False
) -> Json:
    """Return an entity of a list by its endpoint's name, ready for the wire. The books' own document stays as it is.

    ``archived``: with the archived options of a tracking category too.
    """
    if name == "TrackingCategories":
        hidden = ("DELETED",) if archived else ("DELETED", "ARCHIVED")
        document = {**document, "Options": [it for it in document.get("Options", ()) if it["Status"] not in hidden]}
    answer: Json = {}
    for key, value in document.items():
        if key in _TWINS.get(name, ()) and isinstance(value, date):
            answer.setdefault(f"{key}String", iso(value))
        if key == "UpdatedDateUTC" and name in _STAMPED and isinstance(value, datetime):
            answer.setdefault("UpdatedDateUTCString", iso(value))
        answer[key] = value if four_digits else _rounded(key, value)
    if empty_for_null and name == "Payments":
        for key in _NULLABLE:
            answer.setdefault(key, [])
    return answer


def iso(value: date) -> str:
    """Return a day or moment as the ISO twins have it: UTC without saying so, to the second."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
    return f"{value.isoformat()}T00:00:00"


def _rounded(key: str, value: object) -> object:
    if key == "LineItems" and isinstance(value, list):
        return [_with_price(line, "UnitAmount") for line in value]
    if key in ("PurchaseDetails", "SalesDetails") and isinstance(value, dict):
        return _with_price(value, "UnitPrice")
    return value


def _with_price(line: Json, key: str) -> Json:
    price = line.get(key)
    if not isinstance(price, Decimal):
        return line
    return {**line, key: price.quantize(_TWO, ROUND_HALF_UP)}
