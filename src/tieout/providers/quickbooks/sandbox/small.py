"""A tiny company with one of everything that QuickBooks can post, in two months: books that can be checked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.wire import Json

TODAY = date(2026, 3, 2)
_ACCOUNTS: tuple[tuple[str, str, str, str], ...] = (
    ("Checking", "Bank", "Checking", ""),
    ("Savings", "Bank", "Savings", ""),
    ("Mastercard", "Credit Card", "CreditCard", ""),
    ("Accounts Receivable", "Accounts Receivable", "AccountsReceivable", ""),
    ("Accounts Payable", "Accounts Payable", "AccountsPayable", ""),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds", ""),
    ("Inventory Asset", "Other Current Asset", "Inventory", ""),
    ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable", ""),
    ("Payroll Liabilities", "Other Current Liability", "PayrollTaxPayable", ""),
    ("Opening Balance Equity", "Equity", "OpeningBalanceEquity", ""),
    ("Retained Earnings", "Equity", "RetainedEarnings", ""),
    ("Services", "Income", "ServiceFeeIncome", ""),
    ("Installation", "Income", "ServiceFeeIncome", "Services"),
    ("Product Sales", "Income", "SalesOfProductIncome", ""),
    ("Discounts", "Income", "DiscountsRefundsGiven", ""),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs", ""),
    ("Automobile", "Expense", "Auto", ""),
    ("Fuel", "Expense", "Auto", "Automobile"),
    ("Utilities", "Expense", "Utilities", ""),
    ("Wages", "Expense", "PayrollExpenses", ""),
    ("Shrinkage", "Cost of Goods Sold", "SuppliesMaterialsCogs", ""),
    ("Interest Earned", "Other Income", "InterestEarned", ""),
    ("Depreciation", "Other Expense", "Depreciation", ""),
)


@dataclass(slots=True)
class Small:
    """The company's engine, and the ids of its list entries and documents by name."""

    engine: Engine
    ids: dict[str, str] = field(default_factory=dict)

    def ref(self, name: str) -> Json:
        """Return a reference to a list entry."""
        return {"value": self.ids[name]}

    def post(self, name: str, kind: str, on: date, **fields: object) -> str:
        """Post a document and remember it by a name."""
        self.ids[name] = self.engine.post(kind, {"TxnDate": on, **fields})
        return self.ids[name]

    def labelled(self, label: str, on: date, amounts: Mapping[str, object], **fields: object) -> str:
        """Post a kind without an entity; ``amounts`` are by account name, debit positive."""
        lines = [{"account": self.ids[name], "amount": amount} for name, amount in amounts.items()]
        return self.post(label, label, on, Postings=lines, **fields)


def small(*, realm: str = "9341450000000001", today: date = TODAY, **settings: object) -> Small:
    """Return the company; ``settings`` are further ones of `Engine`."""
    company = Small(Engine(name="Northwind Yoga LLC", realm=realm, today=today, **settings))  # type: ignore[arg-type]
    _lists(company)
    _purchases(company)
    _sales(company)
    _rest(company)
    return company


def _lists(company: Small) -> None:
    add, ids = company.engine.add, company.ids
    for name, kind, subtype, parent in _ACCOUNTS:
        above = {"ParentRef": {"value": ids[parent]}} if parent else {}
        ids[name] = add("Account", {"Name": name, "AccountType": kind, "AccountSubType": subtype, **above})
    ids["Bay Power"] = add("Vendor", {"DisplayName": "Bay Power"})
    ids["Old Garage"] = add("Vendor", {"DisplayName": "Old Garage"})
    ids["Acme"] = add("Customer", {"DisplayName": "Acme"})
    ids["Site 2"] = add("Customer", {"DisplayName": "Site 2", "ParentRef": company.ref("Acme")})
    ids["Rae Kim"] = add("Employee", {"DisplayName": "Rae Kim"})
    ids["West"] = add("Class", {"Name": "West"})
    ids["Oakland"] = add("Department", {"Name": "Oakland"})
    ids["Hour"] = add("Item", {"Name": "Hour", "Type": "Service", "IncomeAccountRef": company.ref("Installation")})
    stock = {
        "IncomeAccountRef": company.ref("Product Sales"),
        "ExpenseAccountRef": company.ref("Cost of Goods Sold"),
        "AssetAccountRef": company.ref("Inventory Asset"),
    }
    ids["Pump"] = add("Item", {"Name": "Pump", "Type": "Inventory", "PurchaseCost": 10, "UnitPrice": 15, **stock})


def _expense(company: Small, account: str, amount: str, **detail: object) -> Json:
    inner = {"AccountRef": company.ref(account), **detail}
    kind = "AccountBasedExpenseLineDetail"
    return {"Amount": Decimal(amount), "Description": account.lower(), "DetailType": kind, kind: inner}


def _sale(company: Small, item: str, amount: str, quantity: int) -> Json:
    inner = {"ItemRef": company.ref(item), "Qty": quantity, "ClassRef": company.ref("West")}
    return {
        "Amount": Decimal(amount),
        "Description": item,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": inner,
    }


def _purchases(company: Small) -> None:
    ref, post = company.ref, company.post
    company.labelled("Opening", date(2025, 11, 3), {"Checking": 10000, "Opening Balance Equity": -10000})
    company.labelled("Last year", date(2025, 12, 9), {"Utilities": Decimal("40.10"), "Checking": Decimal("-40.10")})
    stock = {"ItemRef": ref("Pump"), "Qty": 10, "UnitPrice": 10}
    pumps = {"Amount": 100, "DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": stock}
    power = _expense(company, "Utilities", "86.44", ClassRef=ref("West"), CustomerRef=ref("Acme"))
    post("bill", "Bill", date(2026, 1, 10), VendorRef=ref("Bay Power"), DocNumber="B-7", Line=[power, pumps])
    paid = [{"Amount": Decimal("86.44"), "LinkedTxn": [{"TxnId": company.ids["bill"], "TxnType": "Bill"}]}]
    check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": ref("Checking")}, "TotalAmt": Decimal("86.44")}
    post("bill payment", "BillPayment", date(2026, 1, 20), VendorRef=ref("Bay Power"), Line=paid, **check)
    card = {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": ref("Mastercard")}, "TotalAmt": 50}
    post("card bill payment", "BillPayment", date(2026, 1, 21), VendorRef=ref("Bay Power"), **card)
    refund = [_expense(company, "Utilities", "9.00")]
    post("vendor credit", "VendorCredit", date(2026, 1, 22), VendorRef=ref("Bay Power"), Line=refund)
    garage = {"EntityRef": {**ref("Old Garage"), "type": "Vendor"}}
    for name, kind, account, credit, line in (
        ("check", "Check", "Checking", False, _expense(company, "Fuel", "34.00")),
        ("expense", "Cash", "Checking", False, _expense(company, "Automobile", "12.20")),
        ("card", "CreditCard", "Mastercard", False, _expense(company, "Fuel", "0.50")),
        ("card credit", "CreditCard", "Mastercard", True, _expense(company, "Fuel", "0.20")),
    ):
        fields = {"PaymentType": kind, "AccountRef": ref(account), "Credit": credit, "Line": [line], **garage}
        post(name, "Purchase", date(2026, 1, 14), DepartmentRef=ref("Oakland"), **fields)


def _sales(company: Small) -> None:
    ref, post = company.ref, company.post
    tax = {"TotalTax": Decimal("2.16"), "TaxLine": [{"Amount": Decimal("2.16"), "DetailType": "TaxLineDetail"}]}
    off = {"DiscountAccountRef": ref("Discounts")}
    discount = {"Amount": 3, "DetailType": "DiscountLineDetail", "DiscountLineDetail": off}
    lines = [_sale(company, "Pump", "30.00", 2), _sale(company, "Hour", "75.00", 1), discount]
    acme = {"CustomerRef": ref("Site 2"), "DepartmentRef": ref("Oakland")}
    post("invoice", "Invoice", date(2026, 1, 5), Line=lines, TxnTaxDetail=tax, DocNumber="1037", **acme)
    linked = [{"Amount": Decimal("104.16"), "LinkedTxn": [{"TxnId": company.ids["invoice"], "TxnType": "Invoice"}]}]
    post("payment", "Payment", date(2026, 1, 25), TotalAmt=Decimal("104.16"), Line=linked, **acme)
    hour = [_sale(company, "Hour", "20.00", 1)]
    post("credit memo", "CreditMemo", date(2026, 1, 26), Line=hour, **acme)
    post("sales receipt", "SalesReceipt", date(2026, 2, 3), Line=hour, DepositToAccountRef=ref("Checking"), **acme)
    post("refund", "RefundReceipt", date(2026, 2, 4), Line=hour, DepositToAccountRef=ref("Checking"), **acme)
    banked = {"Amount": Decimal("104.16"), "LinkedTxn": [{"TxnId": company.ids["payment"], "TxnType": "Payment"}]}
    interest = {"AccountRef": ref("Interest Earned"), "Entity": {**ref("Bay Power"), "type": "VENDOR"}}
    earned = {"Amount": 100, "DetailType": "DepositLineDetail", "DepositLineDetail": interest}
    cash = {"AccountRef": ref("Savings"), "Amount": 5, "Memo": "petty"}
    bank = {"DepositToAccountRef": ref("Checking"), "CashBack": cash}
    post("deposit", "Deposit", date(2026, 1, 28), Line=[banked, earned], **bank)


def _rest(company: Small) -> None:
    ref, post = company.ref, company.post
    accounts = {"FromAccountRef": ref("Checking"), "ToAccountRef": ref("Savings")}
    post("transfer", "Transfer", date(2026, 1, 29), Amount=250, **accounts)
    card = {"CreditCardAccountRef": ref("Mastercard"), "BankAccountRef": ref("Checking")}
    post("card payment", "CreditCardPayment", date(2026, 1, 30), Amount=40, **card)

    def side(account: str, which: str) -> Json:
        inner = {
            "PostingType": which,
            "AccountRef": ref(account),
            "ClassRef": ref("West"),
            "DepartmentRef": ref("Oakland"),
        }
        return {"Amount": 11, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": inner}

    entry = [side("Depreciation", "Debit"), side("Savings", "Credit")]
    post("journal", "JournalEntry", date(2026, 1, 31), Line=entry, Adjustment=True, PrivateNote="Jan depreciation")
    lost = {"ItemRef": ref("Pump"), "QtyDiff": -1}
    count = [{"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": lost}]
    post("count", "InventoryAdjustment", date(2026, 1, 31), AdjustAccountRef=ref("Shrinkage"), Line=count)
    pay = {"Checking": -1500, "Wages": 2000, "Payroll Liabilities": -500}
    rae = {"type": "Employee", "value": company.ids["Rae Kim"]}
    company.labelled("Payroll Check", date(2026, 1, 31), pay, Name=rae)
    company.labelled("Sales Tax Payment", date(2026, 2, 20), {"Sales Tax Payable": 2, "Checking": -2})
    post("voided", "Transfer", date(2026, 2, 6), Amount=77, **accounts)
    company.engine.void(company.ids["voided"])
    company.engine.deactivate("Account", company.ids["Utilities"])
    company.engine.deactivate("Vendor", company.ids["Old Garage"])
