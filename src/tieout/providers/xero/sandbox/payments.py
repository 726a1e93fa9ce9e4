"""Payments of invoices, credit notes, prepayments, overpayments and claims, and what is set against an invoice.

A payment takes off the control account what the document was worth at its own rate, and moves the bank by what it is
worth at the payment's; the difference is a realised currency gain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tieout.providers.xero.sandbox.chart import CREDITORS, DEBTORS, REALISED, UNPAID_CLAIMS
from tieout.providers.xero.sandbox.invoices import settle
from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.kind import Kind, claim
from tieout.providers.xero.sandbox.lines import digits_of
from tieout.providers.xero.sandbox.posting import control_line, rate_of, to_base
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, required, rounded, to_amount, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class Payable(NamedTuple):
    """A kind of document that can be paid: what a payment calls it, and the keys of its id and number."""

    name: str
    id: str
    number: str = ""


PAYABLE = {
    "Invoices": Payable("Invoice", "InvoiceID", "InvoiceNumber"),
    "CreditNotes": Payable("CreditNote", "CreditNoteID", "CreditNoteNumber"),
    "Prepayments": Payable("Prepayment", "PrepaymentID"),
    "Overpayments": Payable("Overpayment", "OverpaymentID"),
    "ExpenseClaims": Payable("ExpenseClaim", "ExpenseClaimID"),
}


class Way(NamedTuple):
    """What paying a type of document does: PaymentType, SourceType, +1 where money comes in, the control account."""

    type: str
    source: str
    sign: int
    control: str


_WAYS = {
    "ACCREC": Way("ACCRECPAYMENT", "ACCRECPAYMENT", 1, DEBTORS),
    "ACCPAY": Way("ACCPAYPAYMENT", "ACCPAYPAYMENT", -1, CREDITORS),
    "ACCRECCREDIT": Way("ARCREDITPAYMENT", "ARCREDITPAYMENT", -1, DEBTORS),
    "ACCPAYCREDIT": Way("APCREDITPAYMENT", "APCREDITPAYMENT", 1, CREDITORS),
    "RECEIVE-PREPAYMENT": Way("ARPREPAYMENTPAYMENT", "ARCREDITPAYMENT", -1, DEBTORS),
    "SPEND-PREPAYMENT": Way("APPREPAYMENTPAYMENT", "APCREDITPAYMENT", 1, CREDITORS),
    "RECEIVE-OVERPAYMENT": Way("AROVERPAYMENTPAYMENT", "ARCREDITPAYMENT", -1, DEBTORS),
    "SPEND-OVERPAYMENT": Way("APOVERPAYMENTPAYMENT", "APCREDITPAYMENT", 1, CREDITORS),
    "CLAIM": Way("ACCPAYPAYMENT", "EXPPAYMENT", -1, UNPAID_CLAIMS),
}


class Payments(Kind):
    """Payments: made and deleted, never changed."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Pay the document that the payload names, and post it. ``BankAmount`` may be given beside ``Amount``."""
        endpoint, document = _paid(org, payload)
        way = _WAYS[document.get("Type", "CLAIM")]
        currency = document.get("CurrencyCode", org.currency)
        amount = rounded(to_amount(required(payload, "Amount")), digits_of(org, currency))
        if document["Status"] != "AUTHORISED" or not 0 < amount <= rest_of(document):
            raise BadDocument(f"{rest_of(document)} can be paid, the document is {document['Status']}")
        account, day = org.refs.account(payload.get("Account")), to_day(required(payload, "Date"))
        if account["Type"] != "BANK" and not account["EnablePaymentsToAccount"]:
            raise BadDocument(f"no payment can be made from {account['Name']}")
        rate = rate_of(org, currency, payload.get("CurrencyRate", document.get("CurrencyRate")))
        moved, base = _at_the_bank(org, account, amount, currency, rate, payload)
        id_ = claim(org, "Payments", payload.get("PaymentID"))
        off = _off(org, endpoint, document, amount)
        control = org.refs.system(way.control)
        lines = [
            control_line(org, account, way.sign * base, currency, way.sign * moved),
            control_line(org, control, -off, currency, -way.sign * amount),
        ]
        if gain := off - way.sign * base:
            lines.append(JournalLine(account=org.refs.system(REALISED), net=gain))
        org.post(day, lines, source=way.source, source_id=id_, reference=str(payload.get("Reference") or ""))
        org.open_base[_key(endpoint, document)] -= off
        org.open_base[id_] = off
        payment: Json = {
            "PaymentID": id_,
            "Date": day,
            "BankAmount": moved,
            "Amount": amount,
            "Reference": str(payload.get("Reference") or ""),
            "CurrencyRate": rate,
            "PaymentType": way.type,
            "Status": "AUTHORISED",
            "UpdatedDateUTC": org.now(),
            "HasAccount": True,
            "IsReconciled": bool(payload.get("IsReconciled", False)),
            "Account": org.refs.account_stub(account),
            PAYABLE[endpoint].name: stub(endpoint, document),
            "HasValidationErrors": False,
        }
        org.documents["Payments"][id_] = payment
        document["Payments"].append(
            {key: payment[key] for key in ("PaymentID", "Date", "Amount", "Reference", "CurrencyRate", "HasAccount")}
            | {"HasValidationErrors": False}
        )
        _count(org, endpoint, document, "AmountPaid", amount)
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Delete a payment, which is the only change there is, or reconcile it."""
        if payload.get("Status") == "DELETED":
            self.delete(org, document)
        elif set(payload) == {"IsReconciled"} and document["Status"] == "AUTHORISED":
            document |= {"IsReconciled": bool(payload["IsReconciled"]), "UpdatedDateUTC": org.now()}
        else:
            raise BadDocument("a payment can be deleted, not changed")

    def delete(self, org: Organisation, document: Json) -> None:
        """Delete a payment: what was posted is negated, and the document is due again."""
        if document["Status"] != "AUTHORISED":
            raise BadDocument("the payment is deleted")
        endpoint, paid = _paid(org, document)
        org.take_back(document["PaymentID"])
        org.open_base[_key(endpoint, paid)] += org.open_base.pop(document["PaymentID"])
        paid["Payments"] = [one for one in paid["Payments"] if one["PaymentID"] != document["PaymentID"]]
        document |= {"Status": "DELETED", "UpdatedDateUTC": org.now()}
        _count(org, endpoint, paid, "AmountPaid", -document["Amount"])


def stub(endpoint: str, document: Json) -> Json:
    """Return what a payment or an allocation shows of a document."""
    of = PAYABLE[endpoint]
    shown: Json = {"Type": document["Type"]} if "Type" in document else {}
    shown[of.id] = document[of.id]
    if of.number:
        shown[of.number] = document[of.number]
    if "Contact" in document:
        shown |= {"Contact": document["Contact"], "LineItems": [], "CurrencyCode": document["CurrencyCode"]}
    return shown


def rest_of(document: Json) -> Decimal:
    """Return what is still due on a document, or left of it."""
    rest: Decimal = document["AmountDue"] if "AmountDue" in document else document["RemainingCredit"]
    return rest


def _paid(org: Organisation, payload: Mapping[str, Any]) -> tuple[str, Json]:
    for endpoint, of in PAYABLE.items():
        if given := payload.get(of.name):
            if of.number and not given.get(of.id):
                return endpoint, _numbered(org, endpoint, str(given.get(of.number, "")))
            return endpoint, org.document(endpoint, str(given.get(of.id, "")))
    raise BadDocument("the payment names nothing to pay")


def _numbered(org: Organisation, endpoint: str, number: str) -> Json:
    for document in org.documents[endpoint].values():
        if number and document[PAYABLE[endpoint].number] == number:
            return document
    raise BadDocument(f"{endpoint} has no number {number!r}")


def _key(endpoint: str, document: Json) -> str:
    return str(document[PAYABLE[endpoint].id])


def _at_the_bank(
    org: Organisation, account: Json, amount: Decimal, currency: str, rate: Decimal, payload: Mapping[str, Any]
) -> tuple[Decimal, Decimal]:
    """Return what a payment moves at the account, in its own currency and in base currency."""
    kept_in = account.get("CurrencyCode", org.currency)
    base = to_base(org, amount, rate)
    if kept_in == org.currency:
        base = rounded(to_amount(payload.get("BankAmount", base)), org.digits)
        return base, base
    if kept_in == currency:
        return amount, base
    return rounded(to_amount(required(payload, "BankAmount")), digits_of(org, kept_in)), base


def _off(org: Organisation, endpoint: str, document: Json, amount: Decimal) -> Decimal:
    """Return what goes off the control account, signed as it stands there: all that is left with the last amount."""
    left = org.open_base[_key(endpoint, document)]
    if amount == rest_of(document):
        return left
    part = to_base(org, amount, document.get("CurrencyRate", Decimal(1)))
    return part if left > 0 else -part


def _count(org: Organisation, endpoint: str, document: Json, key: str, amount: Decimal) -> None:
    if endpoint == "Invoices":
        document[key] += amount
        settle(document, is_credit=False)
    elif endpoint == "ExpenseClaims":
        document["AmountPaid"] += amount
        document["AmountDue"] -= amount
        document["Status"] = "AUTHORISED" if document["AmountDue"] else "PAID"
    else:
        document["AppliedAmount"] += amount
        if endpoint == "CreditNotes":
            settle(document, is_credit=True)
        else:
            document["RemainingCredit"] = document["Total"] - document["AppliedAmount"]
            document["Status"] = "AUTHORISED" if document["RemainingCredit"] else "PAID"
    document["UpdatedDateUTC"] = org.now()


def allocate(org: Organisation, endpoint: str, id_: str, *, invoice: str, amount: Decimal, day: date) -> str:
    """Set part of a credit against an invoice of the same contact and currency; return the AllocationID.

    Nothing is posted, but where the two were worth different amounts in base currency: then the difference is a
    realised gain ([INF]: no journal of such an allocation was seen).
    """
    credit, due = org.document(endpoint, id_), org.document("Invoices", invoice)
    amount = rounded(amount, digits_of(org, credit["CurrencyCode"]))
    ways = _WAYS[credit["Type"]], _WAYS[due["Type"]]
    if ways[0].control != ways[1].control or credit["CurrencyCode"] != due["CurrencyCode"]:
        raise BadDocument("the credit is for the other side, or in another currency")
    if not 0 < amount <= min(rest_of(credit), rest_of(due)) or {credit["Status"], due["Status"]} != {"AUTHORISED"}:
        raise BadDocument(f"{min(rest_of(credit), rest_of(due))} can be allocated")
    org.check_open(day)
    off = _off(org, endpoint, credit, amount), _off(org, "Invoices", due, amount)
    org.open_base[id_] -= off[0]
    org.open_base[invoice] -= off[1]
    allocation = org.ids.new()
    if gain := sum(off):
        control = org.refs.system(ways[0].control)
        lines = [
            control_line(org, control, -Decimal(gain), credit["CurrencyCode"], ZERO),
            JournalLine(account=org.refs.system(REALISED), net=Decimal(gain)),
        ]
        # An edit of the credit takes back what the credit posted, not this.
        org.post(day, lines, source=_ALLOCATED_AS[credit["Type"]], source_id=id_, owner=allocation)
    shown = {"AllocationID": allocation, "Amount": amount, "Date": day, "Invoice": stub("Invoices", due)}
    credit["Allocations"].append(shown)
    due[endpoint].append(
        {PAYABLE[endpoint].id: id_, "AppliedAmount": amount, "Date": day, "Total": credit["Total"], "LineItems": []}
        | ({"CreditNoteNumber": credit["CreditNoteNumber"]} if endpoint == "CreditNotes" else {})
    )
    _count(org, endpoint, credit, "AppliedAmount", amount)
    _count(org, "Invoices", due, "AmountCredited", amount)
    return allocation


_ALLOCATED_AS = {
    "ACCRECCREDIT": "ACCRECCREDIT",
    "ACCPAYCREDIT": "ACCPAYCREDIT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENT",
}
