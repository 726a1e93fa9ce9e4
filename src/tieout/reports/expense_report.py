"""Expenses by account and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import Statement
from tieout.expenses.labels import Label, labels
from tieout.ledger.their_balances import their_balances
from tieout.reports.beside import State, overall
from tieout.reports.outline import AccountName, name_of, outline
from tieout.reports.queries import LedgerAt


@dataclass(frozen=True, slots=True)
class ExpenseRow:
    """An expense account's amount a month, minor units, debit positive: refunds are negative."""

    account: AccountName
    depth: int
    label: Label | None  # the expense and the department, as the company has them today
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
        ExpenseRow(name_of(account), depth, placed.get(account.id), sums[account.id])
        for account, depth in outline(at.accounts, sums)
    )
    return ExpenseReport(tuple(months), rows, dict(_states(at, months, sums)))


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
