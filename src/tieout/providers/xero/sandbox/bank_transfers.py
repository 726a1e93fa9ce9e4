"""Transfers between two bank accounts, and the two bank transactions that mirror each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.kind import Kind, claim
from tieout.providers.xero.sandbox.lines import digits_of
from tieout.providers.xero.sandbox.posting import rate_of, to_base
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, required, rounded, to_amount, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class BankTransfers(Kind):
    """Transfers. ``Amount`` is in the currency of the first account; both are worth the same in base currency."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a transfer and post it; a foreign account needs a CurrencyRate."""
        source = org.refs.account(required(payload, "FromBankAccount"))
        target = org.refs.account(required(payload, "ToBankAccount"))
        if source["Type"] != "BANK" or target["Type"] != "BANK" or source is target:
            raise BadDocument("a transfer is between two bank accounts")
        currency = source["CurrencyCode"]
        foreign = currency if currency != org.currency else target["CurrencyCode"]
        amount = rounded(to_amount(required(payload, "Amount")), digits_of(org, currency))
        if amount <= 0:
            raise BadDocument("the amount is not positive")
        rate = rate_of(org, foreign, payload.get("CurrencyRate"))
        base = amount if currency == org.currency else to_base(org, amount, rate)
        id_ = claim(org, "BankTransfers", payload.get("BankTransferID"))
        day = to_day(required(payload, "Date"))
        tracking = {side: org.refs.tracking(payload.get(f"{side}Tracking", ())) for side in ("From", "To")}
        document: Json = {
            "BankTransferID": id_,
            "CreatedDateUTC": org.now(),
            "Date": day,
            "Status": "AUTHORISED",
            "FromBankAccount": org.refs.account_stub(source),
            "ToBankAccount": org.refs.account_stub(target),
            "Amount": amount,
            "CurrencyRate": rate,
            "FromBankTransactionID": org.ids.new(),
            "ToBankTransactionID": org.ids.new(),
            "FromIsReconciled": True,
            "ToIsReconciled": True,
            "Reference": str(payload.get("Reference") or ""),
            "HasAttachments": False,
            "FromTracking": list(tracking["From"]),
            "ToTracking": list(tracking["To"]),
        }
        landed = amount if target["CurrencyCode"] == currency else base
        if target["CurrencyCode"] not in (currency, org.currency):
            landed = rounded(base * rate, digits_of(org, target["CurrencyCode"]))
        lines = [
            _line(org, source, -base, -amount, tracking["From"]),
            _line(org, target, base, landed, tracking["To"]),
        ]
        org.post(day, lines, source="TRANSFER", source_id=id_, reference=document["Reference"])
        org.documents["BankTransfers"][id_] = document
        for side, account, moved in (("From", source, amount), ("To", target, landed)):
            _mirror(org, document, side, account, moved)
        return id_

    def delete(self, org: Organisation, document: Json) -> None:
        """Delete a transfer: its journal is negated, and its two bank transactions go with it."""
        if document["Status"] == "DELETED":
            raise BadDocument("the transfer is deleted")
        org.take_back(document["BankTransferID"])
        document["Status"] = "DELETED"
        for side in ("From", "To"):
            mirror = org.document("BankTransactions", document[f"{side}BankTransactionID"])
            mirror |= {"Status": "DELETED", "UpdatedDateUTC": org.now()}


def _line(org: Organisation, account: Json, net: Decimal, amount: Decimal, tracking: tuple[Json, ...]) -> JournalLine:
    if account["CurrencyCode"] == org.currency:
        return JournalLine(account=account, net=net, tracking=tracking)
    return JournalLine(account=account, net=net, tracking=tracking, currency=account["CurrencyCode"], foreign=amount)


def _mirror(org: Organisation, transfer: Json, side: str, account: Json, amount: Decimal) -> None:
    """Add the bank transaction that shows one side of a transfer; it posts nothing."""
    id_ = transfer[f"{side}BankTransactionID"]
    org.documents["BankTransactions"][id_] = {
        "BankTransactionID": id_,
        "BankAccount": org.refs.account_stub(account),
        "Type": "SPEND-TRANSFER" if side == "From" else "RECEIVE-TRANSFER",
        "Reference": transfer["Reference"],
        "IsReconciled": True,
        "HasAttachments": False,
        "CurrencyRate": transfer["CurrencyRate"] if account["CurrencyCode"] != org.currency else Decimal(1),
        "Date": transfer["Date"],
        "Status": "AUTHORISED",
        "LineAmountTypes": "NoTax",
        "LineItems": [],
        "SubTotal": amount,
        "TotalTax": ZERO,
        "Total": amount,
        "UpdatedDateUTC": org.now(),
        "CurrencyCode": account["CurrencyCode"],
    }
