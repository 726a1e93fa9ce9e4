"""A flower shop with one of everything that Xero can post, in two months: books that can be checked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import system
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.kinds import open_system_accounts
from tieout.providers.xero.sandbox.values import Json

TODAY = date(2026, 3, 2)
TENANT = "70784a63-d24b-46a9-a4db-0e70a274b056"
_ACCOUNTS: tuple[tuple[str, str, str, Json], ...] = (
    ("090", "Cheque", "BANK", {}),
    ("091", "Savings", "BANK", {}),
    ("092", "Dollar account", "BANK", {"CurrencyCode": "USD"}),
    ("093", "Card", "BANK", {"BankAccountType": "CREDITCARD"}),
    ("200", "Sales", "REVENUE", {"TaxType": "OUTPUT2"}),
    ("270", "Interest", "OTHERINCOME", {}),
    ("310", "Cost of flowers", "DIRECTCOSTS", {"TaxType": "INPUT2"}),
    ("404", "Bank fees", "EXPENSE", {}),
    ("416", "Depreciation", "DEPRECIATN", {}),
    ("469", "Rent", "EXPENSE", {"TaxType": "INPUT2"}),
    ("477", "Wages", "EXPENSE", {}),
    ("489", "Telephone", "OVERHEADS", {"TaxType": "INPUT2"}),
    ("620", "Prepaid", "CURRENT", {"EnablePaymentsToAccount": True}),
    ("630", "Vases in stock", "INVENTORY", {}),
    ("710", "Van", "FIXED", {}),
    ("711", "Depreciation of the van", "FIXED", {}),
    ("803", "Accruals", "CURRLIAB", {}),
    ("825", "Tax withheld", "CURRLIAB", {}),
    ("970", "Owner's capital", "EQUITY", {}),
)


@dataclass(slots=True)
class Small:
    """The organisation, and the ids of what it holds by name (accounts by code)."""

    org: Organisation
    ids: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, kind: str, on: date, **fields: object) -> str:
        """Add an approved document and remember it by a name."""
        status = "POSTED" if kind == "ManualJournals" else "AUTHORISED"
        self.ids[name] = self.org.create(kind, {"Date": on, "Status": status, **fields})
        return self.ids[name]

    def to(self, name: str) -> Json:
        """Return a reference to a contact."""
        return {"ContactID": self.ids[name]}


def line(code: str, amount: object, **more: object) -> Json:
    """Return a line of a document, described by its code and amount; tax is as its account has it."""
    return {"AccountCode": code, "LineAmount": amount, "Description": f"{code} {amount}", **more}


def small(*, tenant: str = TENANT, today: date = TODAY, clock: Clock | None = None) -> Small:
    """Return the shop, with a financial year that ends on 31 March, in New Zealand dollars."""
    org = Organisation(
        tenant=tenant,
        name="Maple Florist",
        currency="NZD",
        clock=clock or Clock.at(today),
        year_end=(3, 31),
        timezone="Pacific/Auckland",
    )
    shop = Small(org)
    _lists(shop)
    _purchases(shop)
    _sales(shop)
    _money(shop)
    _system(shop)
    return shop


def _lists(shop: Small) -> None:
    org, ids = shop.org, shop.ids
    org.create("TaxRates", {"Name": "15% GST on Income", "TaxType": "OUTPUT2", "EffectiveRate": 15})
    org.create("TaxRates", {"Name": "15% GST on Expenses", "TaxType": "INPUT2", "EffectiveRate": 15})
    for code, name, kind, more in _ACCOUNTS:
        ids[code] = org.create("Accounts", {"Code": code, "Name": name, "Type": kind, **more})
    open_system_accounts(org)
    for name in ("City Agency", "Bay Events", "Hill Growers", "Harbour Power", "Sky Trading"):
        ids[name] = org.create("Contacts", {"Name": name})
    for category, options in (("Region", ("North", "South")), ("Team", ("Shop", "Events"))):
        given = {"Name": category, "Options": [{"Name": option} for option in options]}
        ids[category] = org.create("TrackingCategories", given)
    rose = {"Code": "ROSE", "Name": "Rose", "SalesDetails": {"UnitPrice": 10, "AccountCode": "200"}}
    vase: Mapping[str, object] = {
        "Code": "VASE",
        "Name": "Vase",
        "PurchaseDetails": {"UnitPrice": 8, "COGSAccountCode": "310"},
        "SalesDetails": {"UnitPrice": 20, "AccountCode": "200"},
        "InventoryAssetAccountCode": "630",
    }
    ids["ROSE"], ids["VASE"] = org.create("Items", rose), org.create("Items", vase)


def _purchases(shop: Small) -> None:
    north = [{"Name": "Region", "Option": "North"}]
    rent = line("469", 1000, TaxType="INPUT2", Tracking=north)
    growers, power = shop.to("Hill Growers"), shop.to("Harbour Power")
    shop.add(
        "rent", "Invoices", date(2026, 1, 5), Type="ACCPAY", Contact=growers, InvoiceNumber="B-7", LineItems=[rent]
    )
    vases = {"ItemCode": "VASE", "Quantity": 10, "UnitAmount": 8, "TaxType": "NONE", "Description": "Vases"}
    shop.add("vases", "Invoices", date(2026, 1, 7), Type="ACCPAY", Contact=growers, LineItems=[vases])
    shop.ids["rent paid"] = shop.org.pay("Invoices", shop.ids["rent"], amount=1150, day="2026-01-20", account="090")
    back = line("489", 23, TaxType="INPUT2")
    note = {"Type": "ACCPAYCREDIT", "Contact": power, "LineAmountTypes": "Inclusive", "LineItems": [back]}
    shop.add("refunded", "CreditNotes", date(2026, 1, 22), **note)
    shop.ids["refund"] = shop.org.pay("CreditNotes", shop.ids["refunded"], amount=23, day="2026-01-25", account="090")
    phone = line("489", "57.50", TaxType="INPUT2")
    spent = {"Type": "SPEND", "Contact": power, "BankAccount": {"Code": "093"}, "LineAmountTypes": "Inclusive"}
    shop.add("phone", "BankTransactions", date(2026, 2, 3), LineItems=[phone], Reference="Feb phone", **spent)


def _sales(shop: Small) -> None:
    org = shop.org
    events = [{"Name": "Region", "Option": "South"}, {"Name": "Team", "Option": "Events"}]
    roses = {"ItemCode": "ROSE", "Quantity": 12, "UnitAmount": 10, "Description": "Roses", "Tracking": events}
    vases = {"ItemCode": "VASE", "Quantity": 4, "UnitAmount": 20, "Description": "Vases"}
    agency, bay = shop.to("City Agency"), shop.to("Bay Events")
    sale = {"Type": "ACCREC", "Contact": agency, "InvoiceNumber": "INV-0042", "Reference": "January"}
    shop.add("sale", "Invoices", date(2026, 1, 9), LineItems=[roses, vases], **sale)
    shop.ids["sale paid"] = org.pay("Invoices", shop.ids["sale"], amount=100, day="2026-02-02", account="090")
    off = {**roses, "Quantity": 1}
    shop.add("credit", "CreditNotes", date(2026, 1, 30), Type="ACCRECCREDIT", Contact=agency, LineItems=[off])
    org.allocate("CreditNotes", shop.ids["credit"], invoice=shop.ids["sale"], amount="11.50", day="2026-01-30")
    abroad = {"Type": "ACCREC", "Contact": shop.to("Sky Trading"), "CurrencyCode": "USD", "LineAmountTypes": "NoTax"}
    thirds = [line("200", "33.33"), line("200", "33.33"), line("200", "33.34")]
    shop.add("abroad", "Invoices", date(2026, 1, 12), CurrencyRate="0.60", LineItems=thirds, **abroad)
    paid = {"amount": 60, "day": "2026-02-10", "account": "092", "rate": "0.625"}
    shop.ids["abroad paid"] = org.pay("Invoices", shop.ids["abroad"], **paid)  # type: ignore[arg-type]
    early = {"Type": "RECEIVE-PREPAYMENT", "Contact": bay, "BankAccount": {"Code": "090"}, "LineAmountTypes": "NoTax"}
    shop.add("early", "BankTransactions", date(2026, 2, 12), LineItems=[{"LineAmount": 50}], **early)
    twice = {**early, "Type": "RECEIVE-OVERPAYMENT"}
    shop.add("twice", "BankTransactions", date(2026, 2, 13), LineItems=[{"LineAmount": 30}], **twice)
    over = next(iter(org.documents["Overpayments"]))
    shop.ids["paid back"] = org.pay("Overpayments", over, amount=30, day="2026-02-16", account="090")


def _money(shop: Small) -> None:
    interest = {"Type": "RECEIVE", "BankAccount": {"Code": "091"}, "LineAmountTypes": "NoTax"}
    shop.add("interest", "BankTransactions", date(2026, 1, 31), LineItems=[line("270", "4.10")], **interest)
    between = {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}}
    shop.add("transfer", "BankTransfers", date(2026, 1, 28), Amount=250, Reference="To savings", **between)
    accrual = [line("469", 500), line("803", -500)]
    shop.add("accrual", "ManualJournals", date(2026, 1, 31), Narration="Accrue rent", JournalLines=accrual)
    receipt = {"Contact": shop.to("Harbour Power"), "Date": date(2026, 2, 1), "LineItems": [line("404", 40)]}
    shop.add("claim", "ExpenseClaims", date(2026, 2, 4), ReportingDate=date(2026, 2, 4), Receipts=[receipt])
    shop.ids["claim paid"] = shop.org.pay(
        "ExpenseClaims", shop.ids["claim"], amount=40, day="2026-02-20", account="090"
    )
    shop.add("voided", "Invoices", date(2026, 2, 6), Type="ACCPAY", Contact=shop.to("Hill Growers"),
             LineItems=[line("310", 77)])  # fmt: skip
    shop.org.void("Invoices", shop.ids["voided"])
    shop.org.redate("ManualJournals", shop.ids["accrual"], date(2026, 2, 1))


def _system(shop: Small) -> None:
    org = shop.org
    system.conversion_balances(org, date(2025, 12, 31), {"090": 5000, "710": 12000, "970": -16000})
    system.pay_run(org, date(2026, 1, 31), gross=2000, wages="477", bank="090", withheld="825")
    system.depreciation(org, date(2026, 1, 31), amount=200, expense="416", accumulated="711")
    system.bank_pennies(org, date(2026, 2, 28), bank="090", amount="-0.01")
    org.set_rate("USD", date(2026, 1, 31), "0.61")
    org.set_rate("USD", date(2026, 2, 28), "0.64")
