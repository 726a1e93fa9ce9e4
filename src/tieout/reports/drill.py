"""From a figure to its lines: what each balance is the sum of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.statements import DERIVED
from tieout.ledger.queries import PAGE, Cell, CellLines, cell_lines
from tieout.reports.outline import AccountName, derived, name_of
from tieout.reports.queries import LedgerAt, NoReport

NET_INCOME = "net-income"
"""What an address names instead of an account: the running year's income and expense together."""


_LONGEST_ID = 20  # digits: no row id is longer, and Python refuses to read numbers of thousands


@dataclass(frozen=True, slots=True)
class Carried:
    """The part of retained earnings that is no posting: profit of fiscal years ended before. Debit positive."""

    amount: int
    first: Month
    last: Month


@dataclass(frozen=True, slots=True)
class Drill:
    """The lines of a figure, and its foot. Amounts are minor units, debit positive."""

    account: AccountName
    first: Month
    last: Month
    lines: CellLines
    carried: Carried | None

    @property
    def foot(self) -> int:
        """The figure that the lines explain."""
        return self.lines.total + (self.carried.amount if self.carried else 0)


def drill(
    at: LedgerAt,
    account: str,
    first: Month | None,
    last: Month,
    *,
    payroll_accounts: Collection[int] | None,
    search: str = "",
    offset: int = 0,
    reversals: bool = False,
) -> Drill:
    """Return the lines of an account's figure, from the start of history where ``first`` is None.

    ``account`` is a row id, or NET_INCOME. Retained earnings asked from the start of history also hold the profit of
    earlier years. ``payroll_accounts`` and ``reversals`` as for `ledger.queries.cell_lines`. Raise NoReport for an
    unknown account.
    """
    name, accounts = _accounts(at, account)
    if first is not None and first > last:
        raise NoReport(f"{first} is later than {last}")
    whole = first is None
    first = first or min(at.earliest, last)
    lines = cell_lines(
        at.book,
        Cell(first, last, accounts),
        version=at.version,
        payroll_accounts=payroll_accounts,
        search=search,
        offset=offset,
        limit=PAGE,
        reversals=reversals,
    )
    takes_profit = whole and not search and _takes_profit(at, account)
    return Drill(name, first, last, lines, _carried(at, last) if takes_profit else None)


def _accounts(at: LedgerAt, account: str) -> tuple[AccountName, tuple[int, ...]]:
    if account == NET_INCOME:
        of_the_year = tuple(id_ for id_, it in at.accounts.items() if not it.type.on_balance_sheet)
        return derived("Net income"), of_the_year or (DERIVED,)  # no account at all must not mean every account
    found = at.accounts.get(int(account)) if account.isdecimal() and len(account) < _LONGEST_ID else None
    if found is None:
        raise NoReport(f"sync {at.publication.number} knows no account {account!r}")
    return name_of(found), (found.id,)


def _takes_profit(at: LedgerAt, account: str) -> bool:
    return account.isdecimal() and at.accounts[int(account)].role is AccountRole.RETAINED_EARNINGS


def _carried(at: LedgerAt, last: Month) -> Carried | None:
    """Return the profit that had been rolled into retained earnings by the end of a month."""
    year = at.fiscal_year_start(last)
    if year <= at.earliest:
        return None
    amount = sum(
        amount
        for account, _, month, amount in at.movements
        if month < year.key and at.accounts[account].type in (AccountType.INCOME, AccountType.EXPENSE)
    )
    return Carried(amount, at.earliest, year - 1)
