"""Expenses by account and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import Statement
from tieout.expenses.labels import Label, labels
from tieout.ledger.accounts import Account
from tieout.ledger.their_balances import their_balances
from tieout.reports.beside import State, overall
from tieout.reports.outline import AccountName, name_of, outline
from tieout.reports.queries import LedgerAt


@dataclass(frozen=True, slots=True)
class ExpenseRow:
    """What an expense account holds in one department, minor units, debit positive: refunds are negative.

    An account that moved between departments has a row in each, with the months that it was there; the other months
    are zero. ``department`` is "" for Unassigned.
    """

    account: AccountName
    depth: int
    expense: int | None
    department: str
    amounts: Mapping[Month, int]


@dataclass(frozen=True, slots=True)
class ExpenseReport:
    """All expense accounts with a line in one of the months. The state compares the months with the books' own."""

    months: tuple[Month, ...]
    rows: tuple[ExpenseRow, ...]
    states: Mapping[Month, State]

    def total(self, month: Month) -> int:
        return sum(row.amounts[month] for row in self.rows)


def expense_report(at: LedgerAt, months: Sequence[Month]) -> ExpenseReport:
    """Return the expenses of the months (ascending), as known at a sync, in today's departments."""
    placed = labels(at.company)
    wanted = {month.key: month for month in months}
    sums: defaultdict[int, dict[Month, int]] = defaultdict(lambda: dict.fromkeys(months, 0))
    for account, _, key, amount in at.movements:
        if key in wanted and at.accounts[account].type is AccountType.EXPENSE:
            sums[account][wanted[key]] += amount
    rows = tuple(
        row
        for account, depth in outline(at.accounts, sums)
        for row in _in_departments(account, depth, placed.get(account.id), sums[account.id])
    )
    return ExpenseReport(tuple(months), rows, dict(_states(at, months, sums)))


def _in_departments(
    account: Account, depth: int, label: Label | None, amounts: Mapping[Month, int]
) -> Iterator[ExpenseRow]:
    name = name_of(account)
    if label is None:
        yield ExpenseRow(name, depth, None, "", amounts)
        return
    departments = {month: label.department(month) for month in amounts}
    for department in dict.fromkeys(departments.values()):
        here = {month: amount if departments[month] == department else 0 for month, amount in amounts.items()}
        if any(here.values()) or here == amounts:
            yield ExpenseRow(name, depth, label.expense, department, here)


def _states(
    at: LedgerAt, months: Sequence[Month], sums: Mapping[int, Mapping[Month, int]]
) -> Iterator[tuple[Month, State]]:
    theirs = their_balances(at.book, at.version, Statement.PROFIT_AND_LOSS, months)
    expenses = {id_ for id_, account in at.accounts.items() if account.type is AccountType.EXPENSE}
    for month in months:
        if month not in theirs:
            yield month, State.NOT_COMPARED
            continue
        ties = all(
            (sums[account][month] if account in sums else 0) == theirs[month].get(account, 0) for account in expenses
        )
        yield month, State.TIES if ties else State.DIFFERS


def state(report: ExpenseReport) -> State:
    """Return the state of all the months together."""
    return overall(report.states.values())
