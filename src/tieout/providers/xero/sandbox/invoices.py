"""Invoices and bills, and the credit notes for them: draft, approved, edited, paid, voided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tieout.providers.xero.sandbox.chart import CREDITORS, DEBTORS
from tieout.providers.xero.sandbox.contacts import met
from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.kind import Kind, claim
from tieout.providers.xero.sandbox.lines import Writing, digits_of, line_items, mode_of, totals
from tieout.providers.xero.sandbox.posting import Side, document_lines, rate_of
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, required, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class Way(NamedTuple):
    """What a type of invoice does: its control account, the side of it, and whether something is sold."""

    control: str
    sign: int
    sales: bool


WAYS = {
    "ACCREC": Way(DEBTORS, 1, sales=True),
    "ACCPAY": Way(CREDITORS, -1, sales=False),
    "ACCRECCREDIT": Way(DEBTORS, -1, sales=True),
    "ACCPAYCREDIT": Way(CREDITORS, 1, sales=False),
}
_DRAFTS = ("DRAFT", "SUBMITTED")
_LIVE = ("AUTHORISED", "PAID")
# A change of these alone is not posted.
_QUIET = ("DueDate", "SentToContact", "ExpectedPaymentDate", "PlannedPaymentDate", "Status")
# What a paid document keeps.
_SETTLED = ("Contact", "CurrencyCode", "CurrencyRate")


class Invoices(Kind):
    """The rules of Invoices, and of CreditNotes, which differ in names and sign only."""

    def __init__(self, endpoint: str, id_key: str, number_key: str) -> None:
        self.endpoint = endpoint
        self.id_key = id_key
        self.number_key = number_key
        self.is_credit = endpoint == "CreditNotes"

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a document; a Status of AUTHORISED posts it."""
        kind = str(required(payload, "Type"))
        if kind not in WAYS or kind.endswith("CREDIT") != self.is_credit:
            raise BadDocument(f"{self.endpoint} has no type {kind!r}")
        status = str(payload.get("Status", "DRAFT"))
        if status not in (*_DRAFTS, "AUTHORISED"):
            raise BadDocument(f"a new document cannot be {status}")
        id_ = claim(org, self.endpoint, payload.get(self.id_key))
        document = self._written(org, {**payload, "Status": status}, self._blank(id_, kind))
        if status == "AUTHORISED":
            self._post(org, document)
        org.documents[self.endpoint][id_] = document
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Change a document: an approved one is negated and posted again, unless only its due date or so moved."""
        before, status = document["Status"], str(payload.get("Status", document["Status"]))
        if before not in (*_DRAFTS, *_LIVE):
            raise BadDocument(f"the document is {before}")
        if status in ("VOIDED", "DELETED"):
            (self.void if status == "VOIDED" else self.delete)(org, document)
            return
        if before in _LIVE and status in _DRAFTS:
            raise BadDocument("an approved document does not become a draft again")
        new = self._written(org, {**document, **payload, "Status": status if before in _DRAFTS else before}, document)
        if before in _LIVE and _is_settled(document, self.is_credit):
            _check_settled(document, new)
        quiet = before in _LIVE and not set(payload) - set(_QUIET)
        if status in _LIVE and not quiet:
            self._post(org, new, earlier=document)
        document |= new

    def void(self, org: Organisation, document: Json) -> None:
        """Negate what was posted; nothing may have been paid on it or set against it."""
        if document["Status"] not in _LIVE or _is_settled(document, self.is_credit):
            raise BadDocument("only an approved document on which nothing was paid can be voided")
        org.take_back(document[self.id_key])
        org.stock.undo(org, document[self.id_key])
        for key in (document[self.id_key], f"{document[self.id_key]}="):
            org.open_base.pop(key, None)
        rest = {"RemainingCredit": ZERO} if self.is_credit else {"AmountDue": ZERO}
        document |= rest | {"Status": "VOIDED", "UpdatedDateUTC": org.now()}

    def delete(self, org: Organisation, document: Json) -> None:
        """Delete a draft."""
        if document["Status"] not in _DRAFTS:
            raise BadDocument(f"the document is {document['Status']}: it can only be voided")
        document |= {"Status": "DELETED", "UpdatedDateUTC": org.now()}

    def _blank(self, id_: str, kind: str) -> Json:
        shared: Json = {"Type": kind, self.id_key: id_, self.number_key: "", "Reference": ""}
        if self.is_credit:
            shared |= {"Payments": [], "RemainingCredit": ZERO, "AppliedAmount": ZERO, "Allocations": []}
        else:
            shared |= {"Payments": [], "CreditNotes": [], "Prepayments": [], "Overpayments": []}
            shared |= {"AmountDue": ZERO, "AmountPaid": ZERO, "AmountCredited": ZERO, "IsDiscounted": False}
        return shared | {"SentToContact": False, "CurrencyRate": ZERO, "HasAttachments": False, "HasErrors": False}

    def _written(self, org: Organisation, payload: Mapping[str, Any], before: Json) -> Json:
        """Return a whole document for a payload; ``before`` is what it was, with what others have done to it."""
        way = WAYS[before["Type"]]
        currency = str(payload.get("CurrencyCode") or org.currency)
        mode = mode_of(payload)
        how = Writing(mode, digits_of(org, currency), sales=way.sales)
        day = to_day(required(payload, "Date"))
        document: Json = {
            **before,
            self.number_key: str(payload.get(self.number_key) or ""),
            "Reference": str(payload.get("Reference") or ""),
            "SentToContact": bool(payload.get("SentToContact", False)),
            "CurrencyRate": rate_of(org, currency, payload.get("CurrencyRate")),
            "Contact": org.refs.contact(required(payload, "Contact")),
            "Date": day,
            "DueDate": to_day(payload.get("DueDate") or day),
            "Status": payload["Status"],
            "LineAmountTypes": mode,
            "LineItems": line_items(org, payload.get("LineItems"), how),
        }
        document |= totals(document["LineItems"], mode)
        if document["Total"] < 0:
            raise BadDocument("the total is negative")
        document |= {"UpdatedDateUTC": org.now(), "CurrencyCode": currency}
        settle(document, is_credit=self.is_credit)
        return document

    def _post(self, org: Organisation, document: Json, earlier: Json | None = None) -> None:
        """Post a document, in place of what stands for it: nothing is taken back before the new lines are sure."""
        way = WAYS[document["Type"]]
        id_ = document[self.id_key]
        control = org.refs.system(way.control)
        org.check_open(document["Date"])
        lines = document_lines(org, document, Side(control, way.sign))
        stock = self._restock(org, document, earlier)
        org.take_back(id_)
        within = [] if org.stock_apart else stock
        reference = document[self.number_key] or document["Reference"]
        org.post(document["Date"], [*lines, *within], source=document["Type"], source_id=id_, reference=reference)
        if org.stock_apart:
            org.post(document["Date"], stock, owner=id_)
        # Payments keep what they took off the control account; what is left follows the new posting.
        posted = sum((line.net for line in lines if line.account is control), ZERO)
        before = org.open_base.get(f"{id_}=", ZERO)
        org.open_base[id_] = org.open_base.get(id_, ZERO) - before + posted
        org.open_base[f"{id_}="] = posted
        settle(document, is_credit=self.is_credit)
        met(org, document["Contact"], supplier=not way.sales)

    def _restock(self, org: Organisation, document: Json, earlier: Json | None) -> list[JournalLine]:
        id_, way = document[self.id_key], WAYS[document["Type"]]
        org.stock.undo(org, id_)
        try:
            return org.stock.move(org, document, id_, sales=way.sales, back=self.is_credit)
        except BadDocument:
            if earlier is not None and earlier["Status"] in _LIVE:
                org.stock.move(org, earlier, id_, sales=way.sales, back=self.is_credit)
            raise


def settle(document: Json, *, is_credit: bool) -> None:
    """Set what is still due, or left, and with it whether the document is paid."""
    if is_credit:
        rest = document["RemainingCredit"] = document["Total"] - document["AppliedAmount"]
    else:
        rest = document["AmountDue"] = document["Total"] - document["AmountPaid"] - document["AmountCredited"]
    if document["Status"] in _LIVE:
        document["Status"] = "AUTHORISED" if rest else "PAID"
        days = [one["Date"] for key in ("Payments", "Allocations", "CreditNotes") for one in document.get(key, ())]
        document.pop("FullyPaidOnDate", None)
        if not rest:
            document["FullyPaidOnDate"] = max((*days, document["Date"]))


def _is_settled(document: Json, is_credit: bool) -> bool:
    return bool(document["AppliedAmount"] if is_credit else document["AmountPaid"] or document["AmountCredited"])


def _check_settled(document: Json, new: Json) -> None:
    if new["Total"] != document["Total"] or any(new[key] != document[key] for key in _SETTLED):
        raise BadDocument("something was paid on the document: its contact, currency and total stay")
