"""The kinds of accounts, and those that the platform makes itself and finds by their SystemAccount."""

from __future__ import annotations

from typing import NamedTuple

CLASS = {
    **dict.fromkeys(("BANK", "CURRENT", "FIXED", "INVENTORY", "NONCURRENT", "PREPAYMENT"), "ASSET"),
    **dict.fromkeys(("CURRLIAB", "LIABILITY", "TERMLIAB", "PAYG"), "LIABILITY"),
    "EQUITY": "EQUITY",
    **dict.fromkeys(("DEPRECIATN", "DIRECTCOSTS", "EXPENSE", "OVERHEADS"), "EXPENSE"),
    **dict.fromkeys(("REVENUE", "SALES", "OTHERINCOME"), "REVENUE"),
}
PROFIT_AND_LOSS = ("REVENUE", "EXPENSE")

DEBTORS = "DEBTORS"
CREDITORS = "CREDITORS"
GST = "GST"
EARNINGS = "RETAINEDEARNINGS"
HISTORICAL = "HISTORICAL"
ROUNDING = "ROUNDING"
REALISED = "REALISEDCURRENCYGAIN"
UNREALISED = "UNREALISEDCURRENCYGAIN"
BANK_GAIN = "BANKCURRENCYGAIN"
UNPAID_CLAIMS = "UNPAIDEXPCLM"
WAGES_PAYABLE = "WAGEPAYABLES"


class Made(NamedTuple):
    """How the platform makes an account."""

    code: str
    name: str
    type: str


SYSTEM = {
    DEBTORS: Made("610", "Accounts Receivable", "CURRENT"),
    CREDITORS: Made("800", "Accounts Payable", "CURRLIAB"),
    UNPAID_CLAIMS: Made("801", "Unpaid Expense Claims", "CURRLIAB"),
    WAGES_PAYABLE: Made("814", "Wages Payable - Payroll", "CURRLIAB"),
    GST: Made("820", "GST", "CURRLIAB"),
    HISTORICAL: Made("840", "Historical Adjustment", "CURRLIAB"),
    ROUNDING: Made("860", "Rounding", "CURRLIAB"),
    "TRACKINGTRANSFERS": Made("877", "Tracking Transfers", "CURRLIAB"),
    EARNINGS: Made("960", "Retained Earnings", "EQUITY"),
    BANK_GAIN: Made("497", "Bank Revaluations", "EXPENSE"),
    UNREALISED: Made("498", "Unrealised Currency Gains", "EXPENSE"),
    REALISED: Made("499", "Realised Currency Gains", "EXPENSE"),
}
# Where people cannot post by a line of a document: the platform keeps these accounts itself.
CONTROL = (DEBTORS, CREDITORS, UNPAID_CLAIMS)
