"""Accounts, tax rates, currencies, users and budgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.chart import CLASS
from tieout.providers.xero.sandbox.kind import Kind, claim, without_nothing
from tieout.providers.xero.sandbox.values import BadDocument, Json, required, to_amount

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_CURRENCIES = {
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "EUR": "Euro",
    "GBP": "British Pound",
    "JPY": "Japanese Yen",
    "KWD": "Kuwaiti Dinar",
    "NZD": "New Zealand Dollar",
    "USD": "United States Dollar",
}


class Accounts(Kind):
    """The chart. What has postings can be archived, never deleted; system accounts stay."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add an account."""
        kind = str(required(payload, "Type"))
        if kind not in CLASS:
            raise BadDocument(f"{kind!r} is no type of account")
        is_bank = kind == "BANK"
        id_ = claim(org, "Accounts", payload.get("AccountID"))
        account = without_nothing(
            {
                "AccountID": id_,
                "Code": str(payload.get("Code") or ""),
                "Name": str(required(payload, "Name")),
                "Status": "ACTIVE",
                "Type": kind,
                "TaxType": payload.get("TaxType", "NONE"),
                "Description": payload.get("Description"),
                "Class": CLASS[kind],
                "EnablePaymentsToAccount": bool(payload.get("EnablePaymentsToAccount", False)),
                "ShowInExpenseClaims": False,
                "BankAccountNumber": payload.get("BankAccountNumber", f"12-{len(org.documents['Accounts']):04d}-00")
                if is_bank
                else None,
                "BankAccountType": payload.get("BankAccountType", "BANK") if is_bank else None,
                "CurrencyCode": payload.get("CurrencyCode", org.currency) if is_bank else None,
                "SystemAccount": payload.get("SystemAccount"),
                "ReportingCode": payload.get("ReportingCode"),
                "HasAttachments": False,
                "UpdatedDateUTC": org.now(),
                "AddToWatchlist": False,
            }
        )
        if not is_bank and "Code" not in account:
            raise BadDocument("Code is missing")
        _check_unique(org, account)
        if is_bank and account["CurrencyCode"] not in org.documents["Currencies"]:
            org.create("Currencies", {"Code": account["CurrencyCode"]})
        org.documents["Accounts"][id_] = account
        org.refs.learn_account(account)
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Rename, renumber, archive or bring back an account; its type stays within its class once it has postings."""
        before = document.get("Code", "")
        allowed = ("Code", "Name", "Status", "Type", "TaxType", "Description", "EnablePaymentsToAccount")
        new = {**document, **{key: payload[key] for key in allowed if key in payload}}
        if document.get("SystemAccount") and new["Status"] != "ACTIVE":
            raise BadDocument(f"{document['Name']} is kept by the platform: it cannot be archived")
        if CLASS.get(new["Type"]) != document["Class"]:
            raise BadDocument(f"a {document['Type']} account cannot become {new['Type']}")
        _check_unique(org, new)
        document |= new | {"UpdatedDateUTC": org.now()}
        org.refs.learn_account(document, before=before)

    def delete(self, org: Organisation, document: Json) -> None:
        """Remove an account that nothing was ever posted to: no list shows it any more."""
        if document.get("SystemAccount") or document["AccountID"] in set(org.posted.sums):
            raise BadDocument(f"{document['Name']} is in use: it can only be archived")
        document |= {"Status": "DELETED", "UpdatedDateUTC": org.now()}
        org.refs.forget_account(document)
        del org.documents["Accounts"][document["AccountID"]]


def _check_unique(org: Organisation, account: Json) -> None:
    for other in org.documents["Accounts"].values():
        if other["AccountID"] == account["AccountID"]:
            continue
        if account.get("Code") and other.get("Code") == account["Code"]:
            raise BadDocument(f"the code {account['Code']!r} is taken")
        if other["Name"] == account["Name"]:
            raise BadDocument(f"the name {account['Name']!r} is taken")


class TaxRates(Kind):
    """Tax rates, by TaxType."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a rate, in per cent."""
        kind = str(required(payload, "TaxType"))
        if kind in org.documents["TaxRates"]:
            raise BadDocument(f"the tax type {kind!r} is taken")
        per_cent = to_amount(payload.get("EffectiveRate", 0))
        income = kind.startswith("OUTPUT")
        org.documents["TaxRates"][kind] = {
            "Name": str(required(payload, "Name")),
            "TaxType": kind,
            "ReportTaxType": payload.get("ReportTaxType", "OUTPUT" if income else "INPUT" if per_cent else "NONE"),
            "CanApplyToAssets": True,
            "CanApplyToEquity": True,
            "CanApplyToExpenses": not income,
            "CanApplyToLiabilities": True,
            "CanApplyToRevenue": income or not per_cent,
            "DisplayTaxRate": per_cent,
            "EffectiveRate": per_cent,
            "Status": "ACTIVE",
            "TaxComponents": [{"Name": "Tax", "Rate": per_cent, "IsCompound": False, "IsNonRecoverable": False}],
        }
        return kind

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Rename or archive a rate."""
        document |= {key: payload[key] for key in ("Name", "Status") if key in payload}


class Currencies(Kind):
    """The currencies that the organisation has taken up, by code."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Take up a currency; once more does nothing."""
        code = str(required(payload, "Code"))
        org.documents["Currencies"][code] = {"Code": code, "Description": _CURRENCIES.get(code, code)}
        return code


class Users(Kind):
    """The people who use the organisation."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a user."""
        id_ = claim(org, "Users", payload.get("UserID"))
        org.documents["Users"][id_] = {
            "UserID": id_,
            "EmailAddress": str(payload.get("EmailAddress", "")),
            "FirstName": str(required(payload, "FirstName")),
            "LastName": str(required(payload, "LastName")),
            "UpdatedDateUTC": org.now(),
            "IsSubscriber": bool(payload.get("IsSubscriber", False)),
            "OrganisationRole": payload.get("OrganisationRole", "STANDARD"),
        }
        return id_


class Budgets(Kind):
    """Budgets: amounts by account and month, positive in the account's own direction, as people type them."""

    def create(self, org: Organisation, payload: Mapping[str, Any]) -> str:
        """Add a budget: Lines by account with BudgetBalances of Period ("2026-01") and Amount."""
        id_ = claim(org, "Budgets", payload.get("BudgetID"))
        tracking = list(org.refs.tracking(payload.get("Tracking", ())))
        org.documents["Budgets"][id_] = {
            "BudgetID": id_,
            "Type": "TRACKING" if tracking else "OVERALL",
            "Description": str(payload.get("Description", "Overall Budget")),
            "UpdatedDateUTC": org.now(),
            "BudgetLines": [self._line(org, line) for line in payload.get("BudgetLines", ())],
            "Tracking": tracking,
        }
        return id_

    def update(self, org: Organisation, document: Json, payload: Mapping[str, Any]) -> None:
        """Replace a budget's lines."""
        document["BudgetLines"] = [self._line(org, line) for line in payload.get("BudgetLines", ())]
        document["UpdatedDateUTC"] = org.now()

    @staticmethod
    def _line(org: Organisation, line: Mapping[str, Any]) -> Json:
        account = org.refs.account(line)
        balances = [
            {"Period": str(one["Period"]), "Amount": to_amount(one["Amount"]), "Notes": str(one.get("Notes", ""))}
            for one in line.get("BudgetBalances", ())
        ]
        return {
            "AccountID": account["AccountID"],
            "AccountCode": account.get("Code", ""),
            "BudgetBalances": balances,
        }
