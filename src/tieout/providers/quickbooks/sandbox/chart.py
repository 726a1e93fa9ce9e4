"""What the account types of QuickBooks mean, and the accounts that the platform makes for itself."""

from __future__ import annotations

# In the order in which reports list them. The API spells types with spaces, report filters without.
CLASSIFICATION = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Cost of Goods Sold": "Expense",
    "Expense": "Expense",
    "Other Income": "Revenue",
    "Other Expense": "Expense",
}
ORDER = {kind: place for place, kind in enumerate(CLASSIFICATION)}
NON_POSTING = "Non-Posting"

# Account sub-type -> (type, name) of the accounts that QuickBooks makes when it first needs them.
MADE_BY_THE_PLATFORM = {
    "AccountsReceivable": ("Accounts Receivable", "Accounts Receivable (A/R)"),
    "AccountsPayable": ("Accounts Payable", "Accounts Payable (A/P)"),
    "UndepositedFunds": ("Other Current Asset", "Undeposited Funds"),
    "SalesTaxPayable": ("Other Current Liability", "Sales Tax Payable"),
    "RetainedEarnings": ("Equity", "Retained Earnings"),
    "OpeningBalanceEquity": ("Equity", "Opening Balance Equity"),
    "ExchangeGainOrLoss": ("Other Expense", "Exchange Gain or Loss"),
    "SuppliesMaterialsCogs": ("Cost of Goods Sold", "Cost of Goods Sold"),
    "SalesOfProductIncome": ("Income", "Sales"),
    "DiscountsRefundsGiven": ("Income", "Discounts given"),
}


def is_profit_and_loss(account_type: str) -> bool:
    """Tell whether an account type belongs to the income statement."""
    return CLASSIFICATION.get(account_type) in ("Revenue", "Expense")


def natural_sign(account_type: str) -> int:
    """Return +1 where a debit increases an account of the type, -1 where a credit does."""
    return 1 if CLASSIFICATION.get(account_type) in ("Asset", "Expense") else -1
