"""Expense claims, which the platform has given up and old organisations still have: a user's receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.chart import GST, UNPAID_CLAIMS
from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.kind import Kind, claim
from tieout.providers.xero.sandbox.lines import Writing, line_items, mode_of, net_of, posted, totals
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, required, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class ExpenseClaims(Kind):
    """Claims in base currency: approved as they are made, then paid or voided."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a claim of ``Receipts`` (Contact, Date, LineItems) and post it on its ReportingDate."""
        id_ = claim(org, "ExpenseClaims", payload.get("ExpenseClaimID"))
        user = payload.get("User") or {}
        users = org.documents["Users"]
        receipts = [_receipt(org, one) for one in required(payload, "Receipts")]
        total = sum((one["Total"] for one in receipts), ZERO)
        document: Json = {
            "ExpenseClaimID": id_,
            "Status": "AUTHORISED",
            "UpdatedDateUTC": org.now(),
            "User": users[user["UserID"]] if user.get("UserID") in users else next(iter(users.values())),
            "Receipts": receipts,
            "Payments": [],
            "Total": total,
            "AmountDue": total,
            "AmountPaid": ZERO,
            "ReportingDate": to_day(required(payload, "ReportingDate")),
        }
        unpaid = JournalLine(account=org.refs.system(UNPAID_CLAIMS), net=-total)
        lines = [unpaid, *(line for one in receipts for line in _lines(org, one))]
        org.post(document["ReportingDate"], lines, source="EXPCLAIM", source_id=id_)
        org.open_base[id_] = -total
        org.documents["ExpenseClaims"][id_] = document
        return id_

    def void(self, org: Organisation, document: Json) -> None:
        """Negate a claim on which nothing was paid."""
        if document["Status"] != "AUTHORISED" or document["AmountPaid"]:
            raise BadDocument(f"the claim is {document['Status']}, {document['AmountPaid']} was paid")
        org.take_back(document["ExpenseClaimID"])
        document |= {"Status": "VOIDED", "AmountDue": ZERO, "UpdatedDateUTC": org.now()}


def _receipt(org: Organisation, given: Mapping[str, Any]) -> Json:
    mode = mode_of(given, "NoTax")
    lines = line_items(org, given.get("LineItems"), Writing(mode, org.digits, sales=False))
    receipt: Json = {
        "ReceiptID": org.ids.new(),
        "Date": to_day(required(given, "Date")),
        "Contact": org.refs.contact(required(given, "Contact")),
        "Status": "AUTHORISED",
        "Reference": str(given.get("Reference") or ""),
        "LineAmountTypes": mode,
        "LineItems": lines,
    }
    return receipt | totals(lines, mode) | {"UpdatedDateUTC": org.now()}


def _lines(org: Organisation, receipt: Json) -> list[JournalLine]:
    lines = [
        JournalLine(
            account=org.documents["Accounts"][line["AccountID"]],
            net=net_of(line, receipt["LineAmountTypes"]),
            tax=line["TaxAmount"],
            tax_rate=org.documents["TaxRates"].get(line["TaxType"]),
            description=line.get("Description", ""),
            tracking=tuple(line["Tracking"]),
        )
        for line in posted(receipt["LineItems"])
    ]
    if receipt["TotalTax"]:
        lines.append(JournalLine(account=org.refs.system(GST), net=receipt["TotalTax"]))
    return lines
