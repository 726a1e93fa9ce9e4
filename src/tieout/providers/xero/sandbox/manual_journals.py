"""Manual journals: what accountants post themselves, to any account that the platform does not keep itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.chart import CONTROL, GST
from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.kind import Kind, claim, without_nothing
from tieout.providers.xero.sandbox.lines import mode_of
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, required, rounded, to_amount, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class ManualJournals(Kind):
    """Manual journals, debit positive, in base currency."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a journal; a Status of POSTED posts it."""
        status = str(payload.get("Status", "DRAFT"))
        if status not in ("DRAFT", "POSTED"):
            raise BadDocument(f"a new manual journal cannot be {status}")
        id_ = claim(org, "ManualJournals", payload.get("ManualJournalID"))
        document = self._written(org, {**payload, "Status": status}, id_)
        if status == "POSTED":
            self._post(org, document)
        org.documents["ManualJournals"][id_] = document
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Change a journal: a posted one is negated and posted again."""
        before, status = document["Status"], str(payload.get("Status", document["Status"]))
        if before not in ("DRAFT", "POSTED"):
            raise BadDocument(f"the journal is {before}")
        if status in ("VOIDED", "DELETED"):
            (self.void if status == "VOIDED" else self.delete)(org, document)
            return
        if before == "POSTED" and status == "DRAFT":
            raise BadDocument("a posted journal does not become a draft again")
        new = self._written(org, {**document, **payload}, document["ManualJournalID"])
        if status == "POSTED":
            org.check_open(new["Date"])
            org.take_back(document["ManualJournalID"])
            self._post(org, new)
        document |= new

    def void(self, org: Organisation, document: Json) -> None:
        """Negate a posted journal."""
        if document["Status"] != "POSTED":
            raise BadDocument(f"the journal is {document['Status']}")
        org.take_back(document["ManualJournalID"])
        document |= {"Status": "VOIDED", "UpdatedDateUTC": org.now()}

    def delete(self, org: Organisation, document: Json) -> None:
        """Delete a draft."""
        if document["Status"] != "DRAFT":
            raise BadDocument(f"the journal is {document['Status']}: it can only be voided")
        document |= {"Status": "DELETED", "UpdatedDateUTC": org.now()}

    def _written(self, org: Organisation, payload: Mapping[str, Any], id_: str) -> Json:
        mode = mode_of(payload, "NoTax")
        lines = [_line(org, line, mode) for line in required(payload, "JournalLines")]
        total = sum((line["LineAmount"] + (line["TaxAmount"] if mode == "Exclusive" else 0) for line in lines), ZERO)
        if total:
            raise BadDocument(f"the journal does not balance: it sums to {total}")
        return {
            "ManualJournalID": id_,
            "Date": to_day(required(payload, "Date")),
            "Status": payload["Status"],
            "LineAmountTypes": mode,
            "Narration": str(required(payload, "Narration")),
            "ShowOnCashBasisReports": bool(payload.get("ShowOnCashBasisReports", True)),
            "HasAttachments": False,
            "UpdatedDateUTC": org.now(),
            "JournalLines": lines,
        }

    @staticmethod
    def _post(org: Organisation, document: Json) -> None:
        inclusive = document["LineAmountTypes"] == "Inclusive"
        lines = [
            JournalLine(
                account=org.documents["Accounts"][line["AccountID"]],
                net=line["LineAmount"] - (line["TaxAmount"] if inclusive else 0),
                tax=line["TaxAmount"],
                tax_rate=org.documents["TaxRates"].get(line["TaxType"]),
                description=line.get("Description", ""),
                tracking=tuple(line["Tracking"]),
            )
            for line in document["JournalLines"]
        ]
        if tax := sum((line.tax for line in lines), ZERO):
            lines.append(JournalLine(account=org.refs.system(GST), net=tax))
        org.post(document["Date"], lines, source="MANJOURNAL", source_id=document["ManualJournalID"])


def _line(org: Organisation, given: Mapping[str, Any], mode: str) -> Json:
    account = org.refs.account(given)
    if account["Type"] == "BANK" or org.refs.is_system(account, *CONTROL):
        raise BadDocument(f"no manual journal can be posted to {account['Name']}")
    amount = rounded(to_amount(required(given, "LineAmount")), org.digits)
    tax_type = str(given.get("TaxType") or "NONE")
    if tax_type not in org.documents["TaxRates"]:
        raise BadDocument(f"there is no tax type {tax_type!r}")
    tax = ZERO
    if mode != "NoTax":
        per_cent = org.documents["TaxRates"][tax_type]["EffectiveRate"]
        whole = 100 + per_cent if mode == "Inclusive" else 100
        tax = rounded(to_amount(given.get("TaxAmount", amount * per_cent / whole)), org.digits)
    return without_nothing(
        {
            "LineAmount": amount,
            "AccountCode": account.get("Code"),
            "AccountID": account["AccountID"],
            "Description": str(given.get("Description") or ""),
            "TaxType": tax_type,
            "TaxAmount": tax,
            "Tracking": list(org.refs.tracking(given.get("Tracking", ()))),
            "IsBlank": False,
        }
    )
