"""Statements are filters over one ledger: month ends, derived from movements by account and month.

Everything here is in minor units, debit positive. Turning signs for a reader is `natural`, and nothing else does it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month

DERIVED = 0  # the account id of a derived row that the chart does not hold


@dataclass(frozen=True, slots=True)
class Nature:
    """What a statement must know of an account."""

    type: AccountType
    role: AccountRole = AccountRole.NONE


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The three statements at one month's end: account id to amount. Accounts at zero are left out.

    ``trial_balance``: balance-sheet accounts cumulative, income and expense of the running fiscal year, retained
    earnings with the profit of all fiscal years ended before. ``balance_sheet``: the same without income and expense,
    whose sum is ``net_income`` (debit positive: a profit is negative). ``profit_and_loss``: the month's movement.
    """

    month: Month
    trial_balance: Mapping[int, int]
    balance_sheet: Mapping[int, int]
    profit_and_loss: Mapping[int, int]
    net_income: int


def natural(amount: int, kind: AccountType) -> int:
    """Return an amount as a reader expects it: positive in the account's normal direction."""
    return amount * kind.normal_sign


def retained_earnings_account(accounts: Mapping[int, Nature]) -> int:
    """Return the account that takes the profit of ended years, or DERIVED where the chart has none."""
    return next((id_ for id_, it in accounts.items() if it.role is AccountRole.RETAINED_EARNINGS), DERIVED)


def month_ends(
    movements: Iterable[tuple[int, int, int]],
    accounts: Mapping[int, Nature],
    months: Sequence[Month],
    *,
    first_month: int,
) -> Iterator[MonthEnd]:
    """Yield the statements at each of ``months`` (ascending), from all ``movements`` (account, month key, amount).

    ``first_month`` is the fiscal year's (1 to 12). Movements before the first month asked for count as carried.
    """
    by_month: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for account, key, amount in movements:
        by_month[key].append((account, amount))
    if not months:
        return
    earnings = retained_earnings_account(accounts)
    wanted = {month.key for month in months}
    first = Month.from_key(min((*by_month, months[0].key)))
    carried: defaultdict[int, int] = defaultdict(int)  # balance-sheet accounts, cumulative
    year: defaultdict[int, int] = defaultdict(int)  # income and expense of the running fiscal year
    for month in first.until(months[-1] + 1):
        if month.number == first_month:
            carried[earnings] += sum(year.values())
            year.clear()
        moved: defaultdict[int, int] = defaultdict(int)
        for account, amount in by_month.get(month.key, ()):
            if accounts[account].type.on_balance_sheet:
                carried[account] += amount
            else:
                year[account] += amount
                moved[account] += amount
        if month.key in wanted:
            sheet = {account: amount for account, amount in carried.items() if amount}
            yield MonthEnd(
                month=month,
                trial_balance=sheet | {account: amount for account, amount in year.items() if amount},
                balance_sheet=sheet,
                profit_and_loss={account: amount for account, amount in moved.items() if amount},
                net_income=sum(year.values()),
            )


def opening(balances: Mapping[str, int], on_balance_sheet: Mapping[str, bool], earnings: str | None) -> dict[str, int]:
    """Return the opening entry's amounts from the provider's trial balance at the day before history starts.

    Keys are external ids. Balance-sheet accounts keep their balance; all profit not yet rolled (the income and
    expense of the year that just ended) goes to retained earnings. Sums to zero if the trial balance does. Raise
    ValueError if there is profit to roll and no account to take it.
    """
    result: defaultdict[str, int] = defaultdict(int)
    profit = 0
    for account, amount in balances.items():
        if on_balance_sheet[account]:
            result[account] += amount
        else:
            profit += amount
    if profit:
        if earnings is None:
            raise ValueError("there is earlier profit and the chart has no account for retained earnings")
        result[earnings] += profit
    return {account: amount for account, amount in result.items() if amount}
