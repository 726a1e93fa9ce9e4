"""What an account is: its type decides the sign, the statement and what happens at the year's end."""

from __future__ import annotations

from enum import StrEnum


class AccountType(StrEnum):
    """The five types. A provider's own sub-type is kept beside it, verbatim."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"

    @property
    def normal_sign(self) -> int:
        """+1 where a debit increases the account, -1 where a credit does."""
        return 1 if self in (AccountType.ASSET, AccountType.EXPENSE) else -1

    @property
    def on_balance_sheet(self) -> bool:
        """True where a balance is carried from year to year."""
        return self not in (AccountType.INCOME, AccountType.EXPENSE)


class AccountRole(StrEnum):
    """What the product has to know of an account beyond its type."""

    NONE = ""
    BANK = "bank"
    RECEIVABLE = "receivable"
    PAYABLE = "payable"
    CARD = "card"
    RETAINED_EARNINGS = "retained_earnings"
    UNREALISED_GAIN = "unrealised_gain"  # of balances in other currencies, by the rate of the day
    COST_OF_SALES = "cost_of_sales"
    OTHER_INCOME = "other_income"
    OTHER_EXPENSE = "other_expense"
    PAYROLL = "payroll"
