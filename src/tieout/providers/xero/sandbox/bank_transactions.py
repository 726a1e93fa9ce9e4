"""Money spent and received at a bank account, and the pre- and overpayments that begin there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox import in_advance
from tieout.providers.xero.sandbox.contacts import met
from tieout.providers.xero.sandbox.kind import Kind, claim
from tieout.providers.xero.sandbox.lines import Writing, digits_of, line_items, mode_of, totals
from tieout.providers.xero.sandbox.posting import Side, document_lines, rate_of
from tieout.providers.xero.sandbox.values import BadDocument, Json, required, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

SOURCES = {"SPEND": "CASHPAID", "RECEIVE": "CASHREC"}
# A change of these alone is not posted.
_QUIET = {"IsReconciled"}


class BankTransactions(Kind):
    """SPEND and RECEIVE, with one bank account each. Pre- and overpayments are kept by their own documents."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a transaction and post it. A contact may be missing, as on what was converted from elsewhere."""
        kind = str(required(payload, "Type"))
        id_ = claim(org, "BankTransactions", payload.get("BankTransactionID"))
        if kind in in_advance.WAYS:
            document = self._written(org, payload, {"BankTransactionID": id_, "Type": kind})
            in_advance.begin(org, document, payload)
        elif kind in SOURCES:
            document = self._written(org, payload, {"BankTransactionID": id_, "Type": kind})
            self._post(org, document)
        else:
            raise BadDocument(f"a bank transaction {kind!r} is not made by itself")
        org.documents["BankTransactions"][id_] = document
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Change a transaction: it is negated and posted again, unless it was only reconciled."""
        if document["Status"] != "AUTHORISED":
            raise BadDocument(f"the transaction is {document['Status']}")
        if payload.get("Status", "AUTHORISED") != "AUTHORISED":
            self.delete(org, document)
            return
        if document["Type"] not in SOURCES and set(payload) - _QUIET:
            raise BadDocument(f"a {document['Type']} is changed where it came from")
        if not set(payload) - _QUIET:
            document |= {"IsReconciled": bool(payload["IsReconciled"]), "UpdatedDateUTC": org.now()}
            return
        new = self._written(org, {**document, **payload}, document)
        org.check_open(new["Date"])
        org.take_back(document["BankTransactionID"])
        self._post(org, new)
        document |= new

    def delete(self, org: Organisation, document: Json) -> None:
        """Delete a transaction: what was posted is negated."""
        if document["Status"] != "AUTHORISED" or document["Type"].endswith("-TRANSFER"):
            raise BadDocument("such a transaction cannot be deleted")
        if document["Type"] in in_advance.WAYS:
            in_advance.end(org, document)
        else:
            org.take_back(document["BankTransactionID"])
        document |= {"Status": "DELETED", "UpdatedDateUTC": org.now()}

    @staticmethod
    def _written(org: Organisation, payload: Mapping[str, Any], before: Json) -> Json:
        bank = org.refs.account(required(payload, "BankAccount"))
        if bank["Type"] != "BANK":
            raise BadDocument(f"{bank['Name']} is no bank account")
        currency = bank["CurrencyCode"]
        if payload.get("CurrencyCode", currency) != currency:
            raise BadDocument(f"{bank['Name']} is kept in {currency}")
        mode = mode_of(payload)
        credit = in_advance.WAYS.get(before["Type"])
        given = payload.get("LineItems")
        if credit is not None:
            given = [{**line, "AccountID": org.refs.system(credit.control)["AccountID"]} for line in given or ()]
        how = Writing(
            mode, digits_of(org, currency), sales=before["Type"].startswith("RECEIVE"), control=credit is not None
        )
        document: Json = {
            "BankTransactionID": before["BankTransactionID"],
            "BankAccount": org.refs.account_stub(bank),
            "Type": before["Type"],
            "Reference": str(payload.get("Reference") or ""),
            "IsReconciled": bool(payload.get("IsReconciled", True)),
            "HasAttachments": False,
            "CurrencyRate": rate_of(org, currency, payload.get("CurrencyRate")),
            "Date": to_day(required(payload, "Date")),
            "Status": "AUTHORISED",
            "LineAmountTypes": mode,
            "LineItems": line_items(org, given, how),
        }
        if payload.get("Contact"):
            document["Contact"] = org.refs.contact(payload["Contact"])
        document |= totals(document["LineItems"], mode)
        if document["Total"] < 0:
            raise BadDocument("the total is negative")
        return document | {"UpdatedDateUTC": org.now(), "CurrencyCode": currency}

    @staticmethod
    def _post(org: Organisation, document: Json) -> None:
        bank = org.refs.account(document["BankAccount"])
        sign = 1 if document["Type"] == "RECEIVE" else -1
        org.post(
            document["Date"],
            document_lines(org, document, Side(bank, sign)),
            source=SOURCES[document["Type"]],
            source_id=document["BankTransactionID"],
            reference=document["Reference"],
        )
        if "Contact" in document:
            met(org, document["Contact"], supplier=sign < 0)
