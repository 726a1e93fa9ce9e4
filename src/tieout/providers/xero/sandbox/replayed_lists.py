"""The documents and lists of a real organisation, with what every reader may count on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.chart import CLASS, SYSTEM
from tieout.providers.xero.sandbox.ids import named
from tieout.providers.xero.sandbox.values import ZERO, Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_IDS = {
    "Accounts": "AccountID",
    "Contacts": "ContactID",
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "BankTransactions": "BankTransactionID",
    "BankTransfers": "BankTransferID",
    "Payments": "PaymentID",
    "Prepayments": "PrepaymentID",
    "Overpayments": "OverpaymentID",
    "ManualJournals": "ManualJournalID",
    "Items": "ItemID",
    "TaxRates": "TaxType",
    "TrackingCategories": "TrackingCategoryID",
    "Currencies": "Code",
    "Users": "UserID",
    "ExpenseClaims": "ExpenseClaimID",
    "Budgets": "BudgetID",
}
# Lists that are worth having without what the export says: the organisation has these from its first day.
_KEPT = ("Currencies", "Users", "TaxRates")
_CASES = {"ExpenseClaims": "Receipts", "ManualJournals": "JournalLines", "Budgets": "BudgetLines"}
WITH_LINES = ("Invoices", "CreditNotes", "BankTransactions", "Prepayments", "Overpayments")
_USUAL_NAMES = {made.name.casefold(): purpose for purpose, made in SYSTEM.items()} | {
    "sales tax": "GST",
    "vat": "GST",
    "realized currency gains": "REALISEDCURRENCYGAIN",
    "unrealized currency gains": "UNREALISEDCURRENCYGAIN",
    "wages payable": "WAGEPAYABLES",
}


class ReplayedLists:
    """Takes an export's documents in; ``stamp`` is when those were changed that do not say."""

    def __init__(self, org: Organisation, stamp: datetime) -> None:
        self.org = org
        self.stamp = stamp
        self._by_name: dict[str, Json] = {}

    def take(self, given: Mapping[str, Any]) -> None:
        """Take in all documents but the journals."""
        for endpoint, id_key in _IDS.items():
            documents = given.get(endpoint, ())
            if documents and endpoint in _KEPT:
                self.org.documents[endpoint].clear()
            for place, document in enumerate(documents):
                id_ = str(document.get(id_key) or named(self.org.tenant, endpoint, str(place)))
                self.org.documents[endpoint][id_] = self._complete(endpoint, {id_key: id_} | document | {id_key: id_})
        base = self.org.currency
        self.org.documents["Currencies"].setdefault(base, {"Code": base, "Description": base})
        for account in list(self.org.documents["Accounts"].values()):
            self._learn(account)
        for category in self.org.documents["TrackingCategories"].values():
            category.setdefault("Status", "ACTIVE")
            for option in category.setdefault("Options", []):
                self.org.refs.option_stub(category, option)
        for item in self.org.documents["Items"].values():
            self.org.refs.learn_item(item)
        self._contacts()

    def _complete(self, endpoint: str, document: Json) -> Json:
        if endpoint in WITH_LINES:
            _count(endpoint, document)
        elif endpoint in _CASES:
            document.setdefault(_CASES[endpoint], [])
        if endpoint not in (*_KEPT, "BankTransfers", "TrackingCategories"):
            document.setdefault("UpdatedDateUTC", self.stamp)
        return document

    def _stubs(self) -> Iterator[tuple[Json, Json]]:
        """Yield each document that names a contact, and what it says of it."""
        for endpoint in WITH_LINES:
            for document in self.org.documents[endpoint].values():
                stub = document.get("Contact")
                if isinstance(stub, dict) and stub.get("ContactID"):
                    yield document, stub

    def _contacts(self) -> None:
        """Make the contacts that only documents name, and let every document share one stub of each."""
        contacts, refs = self.org.documents["Contacts"], self.org.refs
        for _, stub in self._stubs():
            id_ = str(stub["ContactID"])
            if id_ not in contacts:
                contacts[id_] = self._contact(id_, str(stub.get("Name") or f"Contact {id_[:8]}"))
        for id_, contact in contacts.items():
            contact.setdefault("Name", f"Contact {id_[:8]}")
            refs.keep_contact(contact["Name"])
            for key, value in self._contact(id_, contact["Name"]).items():
                contact.setdefault(key, value)
        for document, stub in self._stubs():
            shared = refs.contact_stub(contacts[str(stub["ContactID"])])
            for key, value in stub.items():
                shared.setdefault(key, value)
            document["Contact"] = shared

    def _contact(self, id_: str, name: str) -> Json:
        return {
            "ContactID": id_,
            "ContactStatus": "ACTIVE",
            "Name": name,
            "Addresses": [],
            "Phones": [],
            "UpdatedDateUTC": self.stamp,
            "ContactGroups": [],
            "ContactPersons": [],
            "IsSupplier": False,
            "IsCustomer": False,
        }

    def _learn(self, account: Json) -> None:
        account.setdefault("Status", "ACTIVE")
        account.setdefault("Name", account.get("Code", account["AccountID"]))
        account.setdefault("Type", "CURRENT")
        # Old organisations have types that are no longer made, such as WAGESEXPENSE.
        older = "LIABILITY" if "LIAB" in account["Type"] else "EXPENSE"
        account.setdefault("Class", CLASS.get(account["Type"], older))
        account.setdefault("EnablePaymentsToAccount", False)
        if account["Type"] == "BANK":
            account.setdefault("CurrencyCode", self.org.currency)
            account.setdefault("BankAccountType", "BANK")
        purpose = _USUAL_NAMES.get(account["Name"].casefold(), "")
        if not account.get("SystemAccount"):
            account.pop("SystemAccount", None)
            if purpose and not self.org.refs.has_system(purpose):
                account["SystemAccount"] = purpose
        self._by_name.setdefault(account["Name"], account)
        self.org.refs.learn_account(account)

    def account(self, line: Json) -> Json:
        """Return a line's account, made from the line where the export has none."""
        accounts = self.org.documents["Accounts"]
        code, name = str(line.get("AccountCode") or ""), str(line.get("AccountName") or "")
        if id_ := str(line.get("AccountID") or ""):
            found = accounts.get(id_)
        else:
            found = self.org.refs.coded(code) if code else self._by_name.get(name)
        if found is None:
            id_ = id_ or named(self.org.tenant, "account", code or name)
            found = accounts[id_] = {
                "AccountID": id_,
                **({"Code": code} if code else {}),
                "Name": name or code or id_,
                "Type": str(line.get("AccountType") or "CURRENT"),
                "HasAttachments": False,
                "UpdatedDateUTC": self.stamp,
                "AddToWatchlist": False,
            }
            self._learn(found)
        return found


def _count(endpoint: str, document: Json) -> None:
    """Complete what a document's payments and credits are counted by, without which nobody could pay it."""
    document.setdefault("LineItems", [])
    if endpoint == "BankTransactions":
        return
    total = document.setdefault("Total", ZERO)
    document.setdefault("Payments", [])
    if endpoint == "Invoices":
        for kind in ("CreditNotes", "Prepayments", "Overpayments"):
            document.setdefault(kind, [])
        credited = document.setdefault("AmountCredited", ZERO)
        due = document.setdefault("AmountDue", ZERO)
        document.setdefault("AmountPaid", total - credited - due)
    else:
        document.setdefault("Allocations", [])
        document.setdefault("AppliedAmount", total - document.setdefault("RemainingCredit", ZERO))
