"""Prepayments and overpayments: money that came or went before there was anything to set it against.

Both stand on the control account until they are allocated or paid back. On the platform a prepayment can be coded
to another account; how an allocation then posts is not known to us, so here it is not possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tieout.providers.xero.sandbox.chart import CREDITORS, DEBTORS
from tieout.providers.xero.sandbox.contacts import met
from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.kind import Kind, claim
from tieout.providers.xero.sandbox.posting import Side, document_lines
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, required

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class Credit(NamedTuple):
    """What a type of bank transaction makes: the endpoint of its document, its id there, and what it posts as."""

    endpoint: str
    id_key: str
    control: str
    sign: int  # of the bank account
    source: str


WAYS = {
    "RECEIVE-PREPAYMENT": Credit("Prepayments", "PrepaymentID", DEBTORS, 1, "ARPREPAYMENT"),
    "SPEND-PREPAYMENT": Credit("Prepayments", "PrepaymentID", CREDITORS, -1, "APPREPAYMENT"),
    "RECEIVE-OVERPAYMENT": Credit("Overpayments", "OverpaymentID", DEBTORS, 1, "AROVERPAYMENT"),
    "SPEND-OVERPAYMENT": Credit("Overpayments", "OverpaymentID", CREDITORS, -1, "APOVERPAYMENT"),
}


def begin(org: Organisation, transaction: Json, payload: Mapping[str, Any]) -> None:
    """Make the document behind a new bank transaction, and post it."""
    way = WAYS[transaction["Type"]]
    contact = org.refs.contact(required(payload, "Contact"))
    if transaction["TotalTax"]:
        raise BadDocument("tax on a payment in advance is not known here")
    id_ = claim(org, way.endpoint, payload.get(way.id_key))
    document: Json = {
        way.id_key: id_,
        "Type": transaction["Type"],
        "Reference": transaction["Reference"],
        "CurrencyRate": transaction["CurrencyRate"],
        "RemainingCredit": transaction["Total"],
        "AppliedAmount": ZERO,
        "Allocations": [],
        "Payments": [],
        "HasAttachments": False,
        "Contact": contact,
        "Date": transaction["Date"],
        "Status": "AUTHORISED",
        **{key: transaction[key] for key in ("LineAmountTypes", "LineItems", "SubTotal", "TotalTax", "Total")},
        "UpdatedDateUTC": org.now(),
        "CurrencyCode": transaction["CurrencyCode"],
    }
    bank = org.refs.account(transaction["BankAccount"])
    control = org.refs.system(way.control)
    lines = document_lines(org, document, Side(bank, way.sign))
    lines = [line if line.account is not control else _kept(org, line, document, -way.sign) for line in lines]
    org.post(document["Date"], lines, source=way.source, source_id=id_, reference=document["Reference"])
    org.open_base[id_] = sum((line.net for line in lines if line.account is control), ZERO)
    transaction[way.id_key] = id_
    org.documents[way.endpoint][id_] = document
    met(org, contact, supplier=way.sign < 0)


def _kept(org: Organisation, line: JournalLine, document: Json, sign: int) -> JournalLine:
    """Return the control account's line, which is kept in the document's currency."""
    if document["CurrencyCode"] == org.currency:
        return line
    return msgspec.structs.replace(line, currency=document["CurrencyCode"], foreign=sign * document["Total"])


def end(org: Organisation, transaction: Json) -> None:
    """Undo the document behind a bank transaction that is deleted."""
    way = WAYS[transaction["Type"]]
    document = org.document(way.endpoint, transaction[way.id_key])
    if document["RemainingCredit"] != document["Total"]:
        raise BadDocument("it was allocated or paid back: that has to be undone first")
    org.take_back(document[way.id_key])
    org.open_base.pop(document[way.id_key], None)
    document |= {"Status": "VOIDED", "RemainingCredit": ZERO, "UpdatedDateUTC": org.now()}


class MadeByTheBank(Kind):
    """The rules of Prepayments and Overpayments: they come and go with their bank transaction."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def void(self, org: Organisation, document: Json) -> None:
        """Delete the bank transaction that it began with."""
        way = WAYS[document["Type"]]
        for transaction in org.documents["BankTransactions"].values():
            if transaction.get(way.id_key) == document[way.id_key]:
                org.delete("BankTransactions", transaction["BankTransactionID"])
                return
