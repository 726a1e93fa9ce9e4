"""The parts of a profit and loss statement, and the profits between them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from tieout.core.accounts import AccountRole, AccountType
from tieout.ledger.accounts import Account
from tieout.reports.document import Row, RowKind

NET_INCOME = "net-income"
EXPENSES_TOTAL = "total-expenses"


class Part(Enum):
    """The parts of a profit and loss statement, in its order: key, heading, sign shown."""

    REVENUE = "revenue", "Revenue", -1
    COST = "cost-of-revenue", "Cost of revenue", 1
    EXPENSES = "expenses", "Operating expenses", 1
    OTHER_INCOME = "other-income", "Other income", -1
    OTHER_EXPENSE = "other-expense", "Other expenses", 1

    def __init__(self, key: str, word: str, sign: int) -> None:
        self.key = key
        self.word = word
        self.sign = sign


def part_of(account: Account) -> Part | None:
    """Return where an account stands, None for one of the balance sheet."""
    match account.type, account.role:
        case AccountType.INCOME, AccountRole.OTHER_INCOME:
            return Part.OTHER_INCOME
        case AccountType.INCOME, _:
            return Part.REVENUE
        case AccountType.EXPENSE, AccountRole.COST_OF_SALES:
            return Part.COST
        case AccountType.EXPENSE, AccountRole.OTHER_EXPENSE:
            return Part.OTHER_EXPENSE
        case AccountType.EXPENSE, _:
            return Part.EXPENSES
        case _:
            return None


def part_sum(part: Part, parts: Sequence[str]) -> Row:
    """Return the row that a part is headed by."""
    return Row(key=part.key, label=part.word, kind=RowKind.SUM, sign=part.sign, favourable=-1, parts=tuple(parts))


def gross_profit(parts: Sequence[str]) -> Row:
    """Return revenue less cost of revenue."""
    return _profit("gross-profit", "Gross profit", parts)


def operating_income(parts: Sequence[str]) -> Row:
    """Return gross profit less operating expenses."""
    return _profit("operating-income", "Operating income", parts)


def net_income(parts: Sequence[str]) -> Row:
    """Return what is left of everything."""
    return _profit(NET_INCOME, "Net income", parts)


def expenses_total(parts: Sequence[str]) -> Row:
    """Return the foot of a statement that departments narrow: no revenue is in any of them."""
    return Row(key=EXPENSES_TOTAL, label="Expenses shown", kind=RowKind.TOTAL, favourable=-1, parts=tuple(parts))


def _profit(key: str, label: str, parts: Sequence[str]) -> Row:
    return Row(key=key, label=label, kind=RowKind.TOTAL, sign=-1, favourable=-1, parts=tuple(parts))
