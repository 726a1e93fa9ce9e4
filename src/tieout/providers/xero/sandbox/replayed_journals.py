"""The journals of a real organisation: shown as they were given, and added up like those made here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox.export_json import BadExport
from tieout.providers.xero.sandbox.ids import named
from tieout.providers.xero.sandbox.journals import Journal, JournalLine
from tieout.providers.xero.sandbox.replayed_lists import WITH_LINES, ReplayedLists
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, rounded

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_POSTED = ("AUTHORISED", "PAID")
# What a document posts besides its lines; the bank account is the document's own.
_NOT_ON_LINES = ("DEBTORS", "CREDITORS", "GST")


class ReplayedJournals:
    """Appends journals, ascending by number."""

    def __init__(self, org: Organisation, lists: ReplayedLists) -> None:
        self.org = org
        self.lists = lists
        self.live: dict[str, list[Journal]] = {}

    def take(self, given: Json) -> None:
        """Append a journal, shown as it was given but for what is missing in it."""
        number = int(given["JournalNumber"])
        id_ = str(given.get("JournalID") or named(self.org.tenant, "journal", str(number)))
        lines, shown_lines = [], []
        for place, line in enumerate(given["JournalLines"]):
            account = self.lists.account(line)
            lines.append(self._line(line, account))
            shown_lines.append(self._shown(line, account, id_, place))
        shown: Json = {
            "JournalID": id_,
            "JournalDate": given["JournalDate"],
            "JournalNumber": number,
            "CreatedDateUTC": given.get("CreatedDateUTC") or datetime.combine(given["JournalDate"], time(12), UTC),
            **{key: given[key] for key in ("Reference", "SourceID", "SourceType") if given.get(key) is not None},
            "JournalLines": shown_lines,
        }
        journal = Journal(
            number=number,
            id=id_,
            day=given["JournalDate"],
            created=shown["CreatedDateUTC"],
            lines=tuple(lines),
            source=str(given.get("SourceType") or ""),
            source_id=str(given.get("SourceID") or ""),
            reference=str(given.get("Reference") or ""),
            given=shown,
        )
        try:
            self.org.posted.post(journal)
        except BadDocument as error:
            raise BadExport(f"journal {number}", str(error)) from error
        if journal.source_id:
            self._hold(journal)

    def _hold(self, journal: Journal) -> None:
        """Remember what stands for a document; a journal that negates another one takes it back."""
        standing = self.live.setdefault(journal.source_id, [])
        for other in standing:
            if other.day == journal.day and [line.net for line in other.lines] == [-line.net for line in journal.lines]:
                standing.remove(other)
                return
        standing.append(journal)

    def _line(self, line: Json, account: Json) -> JournalLine:
        rate = self.org.documents["TaxRates"].get(str(line.get("TaxType") or ""))
        return JournalLine(
            account=account,
            net=Decimal(line["NetAmount"]),
            tax=Decimal(line.get("TaxAmount") or ZERO),
            tax_rate=rate,
            description=str(line.get("Description") or ""),
            tracking=tuple(self._option(one) for one in line.get("TrackingCategories") or ()),
        )

    def _option(self, given: Json) -> Json:
        """Return the stub of a line's tracking option, made with its category where the export has neither."""
        org = self.org
        name = str(given.get("Name") or "Tracking")
        category_id = str(given.get("TrackingCategoryID") or named(org.tenant, "category", name))
        option_name = str(given.get("Option") or "")
        option_id = str(given.get("TrackingOptionID") or named(org.tenant, f"option/{category_id}", option_name))
        category = org.documents["TrackingCategories"].setdefault(
            category_id, {"Name": name, "Status": "ACTIVE", "TrackingCategoryID": category_id, "Options": []}
        )
        option = next((one for one in category["Options"] if one.get("TrackingOptionID") == option_id), None)
        if option is None:
            option = {"TrackingOptionID": option_id, "Name": option_name, "Status": "ACTIVE"}
            option |= {"HasValidationErrors": False, "IsDeleted": False, "IsArchived": False, "IsActive": True}
            category["Options"].append(option)
        return org.refs.option_stub(category, option)

    def _shown(self, line: Json, account: Json, journal: str, place: int) -> Json:
        """Return a line as it was given, completed with what every line of the platform has."""
        complete = self._line(line, account).document(named(self.org.tenant, f"line/{journal}", str(place)))
        given = {key: value for key, value in line.items() if value is not None}
        if not given.get("TrackingCategories"):
            given.pop("TrackingCategories", None)
        else:
            given["TrackingCategories"] = [
                {**self._option(one), **{key: value for key, value in one.items() if value is not None}}
                for one in given["TrackingCategories"]
            ]
        return complete | given

    def itemise(self) -> None:
        """Give the lines of its journals to each document that the export has no lines of.

        One that has neither is left out: the platform would show lines that nobody knows. Transfers have none at all.
        """
        for endpoint in WITH_LINES:
            documents = self.org.documents[endpoint]
            for id_, document in list(documents.items()):
                posted = document.get("Status") in _POSTED and not str(document.get("Type", "")).endswith("TRANSFER")
                if document["LineItems"] or not posted:
                    continue
                document["LineItems"] = self._items(id_, document, self.live.get(id_, ()))
                if not document["LineItems"]:
                    del documents[id_]

    def _items(self, id_: str, document: Json, journals: Iterable[Journal]) -> list[Json]:
        kind = str(document.get("Type", ""))
        sign = -1 if kind in ("ACCREC", "ACCPAYCREDIT") or kind.startswith("RECEIVE") else 1
        rate = sign * Decimal(document.get("CurrencyRate") or 1)
        inclusive = document.setdefault("LineAmountTypes", "Exclusive") == "Inclusive"
        bank = (document.get("BankAccount") or {}).get("AccountID")
        found: list[Json] = []
        for line in (line for journal in journals for line in journal.lines):
            account = line.account
            if account["AccountID"] == bank or account.get("SystemAccount") in _NOT_ON_LINES:
                continue
            tax = rounded(line.tax * rate, self.org.digits)
            amount = rounded(line.net * rate, self.org.digits) + (tax if inclusive else ZERO)
            found.append({
                "LineItemID": named(self.org.tenant, "item", f"{id_}/{len(found)}"),
                "Description": line.description,
                "UnitAmount": amount,
                "TaxAmount": tax,
                "LineAmount": amount,
                **({"AccountCode": account["Code"]} if account.get("Code") else {}),
                "AccountID": account["AccountID"],
                "Tracking": [*line.tracking],
                "Quantity": Decimal(1),
            })  # fmt: skip
        return found

    def open_documents(self) -> None:
        """Let people go on with the books: documents can be voided, edited and paid like those made here."""
        for owner, journals in self.live.items():
            for journal in journals:
                self.org.posted.hold(owner, journal)
        for endpoint in ("Invoices", "CreditNotes", "Prepayments", "Overpayments"):
            for id_, document in self.org.documents[endpoint].items():
                rest = Decimal(document.get("AmountDue", document.get("RemainingCredit", 0)) or 0)
                rate = Decimal(document.get("CurrencyRate") or 1)
                kind = str(document.get("Type", ""))
                debits = kind in ("ACCREC", "ACCPAYCREDIT") or kind.startswith("SPEND")
                self.org.open_base[id_] = (rest / rate if debits else -rest / rate).quantize(
                    Decimal(1).scaleb(-self.org.digits)
                )
