"""Documents in Xero's own words, and what they post as a table that an accountant can read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from textwrap import dedent
from typing import Any

from tieout.core.money import to_text
from tieout.core.records import EntryRecord
from tieout.providers.xero.posting_ground import Chart

Json = dict[str, Any]

NAMES = {
    "bank": "Cheque Account",
    "savings": "Savings",
    "euro": "Euro Account",
    "dollar": "Dollar Account",
    "ar": "Accounts Receivable",
    "ap": "Accounts Payable",
    "gst": "GST",
    "sales": "Sales",
    "other": "Other Revenue",
    "rent": "Rent",
    "office": "Office Expenses",
    "deposits": "Customer Deposits",
    "claims": "Unpaid Expense Claims",
    "gain": "Realised Currency Gains",
}
CODES = {"090": "bank", "091": "savings", "200": "sales", "469": "rent", "453": "office", "835": "deposits"}
CHART = Chart(
    base="NZD",
    digits=2,
    ids=frozenset(NAMES),
    codes=CODES,
    systems={
        "DEBTORS": "ar",
        "CREDITORS": "ap",
        "GST": "gst",
        "UNPAIDEXPCLM": "claims",
        "REALISEDCURRENCYGAIN": "gain",
    },
    currencies={"euro": "EUR", "dollar": "USD"},
)


def stamp(day: str) -> str:
    """Return a date as Xero writes it."""
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return f"/Date({int(at.timestamp() * 1000)}+0000)/"


def number(amount: object) -> float:
    """Return an amount as a JSON number."""
    return float(Decimal(str(amount)))


def line(account: str, amount: object, tax: object = 0, **more: object) -> Json:
    """Return a line item."""
    return {"AccountID": account, "LineAmount": number(amount), "TaxAmount": number(tax), **more}


def document(kind: str, day: str, *lines: Json, **more: object) -> Json:
    """Return an authorised document of one contact, whose total is what its lines come to.

    ``amounts`` is how its tax is told; any other key is Xero's own.
    """
    amounts = more.pop("amounts", "Exclusive")
    total = sum((Decimal(str(it["LineAmount"])) for it in lines), Decimal(0))
    if amounts == "Exclusive":
        total += sum((Decimal(str(it["TaxAmount"] or 0)) for it in lines), Decimal(0))
    return {
        "Type": kind,
        "Status": "AUTHORISED",
        "Contact": {"ContactID": "agency", "Name": "City Agency"},
        "Date": stamp(day),
        "LineAmountTypes": amounts,
        "LineItems": list(lines),
        "Total": float(total),
        "CurrencyCode": "NZD",
        "CurrencyRate": 1.0,
        **more,
    }


def table(entry: EntryRecord | None) -> str:
    """Return an entry as a table: what it is, then a line for each account; foreign amounts stand in brackets."""
    assert entry is not None
    rows = [" ".join(filter(None, [entry.type, entry.number, str(entry.date)]))]
    for one in entry.lines:
        own = f" ({one.currency} {to_text(one.currency_amount, 2)})" if one.currency else ""
        rows.append(f"  {NAMES[one.account]:<26}{to_text(one.amount, 2):>10}{own}")
    return "\n".join(rows)


def text(expected: str) -> str:
    """Return a table as it stands in a test."""
    return dedent(expected).strip("\n").rstrip()
