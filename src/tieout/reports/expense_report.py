"""Expenses by account and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.expenses.labels import Label, labels
from tieout.expenses.tying import tying
from tieout.ledger.accounts import Account
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
    differing: frozenset[Month]  # the months whose movement differs from the provider's


@dataclass(frozen=True, slots=True)
class ExpenseReport:
    """All expense accounts with a line in one of the months, or a figure that differs from the books'."""

    months: tuple[Month, ...]
    rows: tuple[ExpenseRow, ...]
    compared: frozenset[Month]

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
    ties = tying(at.book, at.version)
    differing: defaultdict[int, set[Month]] = defaultdict(set)
    for account, month in ties.differing:
        if month.key in wanted and account in at.accounts and at.accounts[account].type is AccountType.EXPENSE:
            differing[account].add(month)
    rows = tuple(
        row
        for account, depth in outline(at.accounts, sums.keys() | differing.keys())
        for row in _in_departments(
            account, depth, placed.get(account.id), sums[account.id], frozenset(differing[account.id])
        )
    )
    return ExpenseReport(tuple(months), rows, ties.compared)


def _in_departments(
    account: Account, depth: int, label: Label | None, amounts: Mapping[Month, int], differing: frozenset[Month]
) -> Iterator[ExpenseRow]:
    name = name_of(account)
    if label is None:
        yield ExpenseRow(name, depth, None, "", amounts, differing)
        return
    departments = {month: label.department(month) for month in amounts}
    for department in dict.fromkeys(departments.values()):
        here = {month: amount if departments[month] == department else 0 for month, amount in amounts.items()}
        there = frozenset(month for month in differing if departments[month] == department)
        if any(here.values()) or there or not any(amounts.values()):
            yield ExpenseRow(name, depth, label.expense, department, here, there)


def state(report: ExpenseReport) -> State:
    """Return the state of all the months together."""
    return overall(_state(report.months, report.compared, {it for row in report.rows for it in row.differing}))


def row_state(report: ExpenseReport, row: ExpenseRow) -> State:
    """Return the state of a row over all the months."""
    return overall(_state(report.months, report.compared, row.differing))


def _state(months: Sequence[Month], compared: AbstractSet[Month], differing: AbstractSet[Month]) -> Iterator[State]:
    for month in months:
        if month in differing:
            yield State.DIFFERS
        else:
            yield State.TIES if month in compared else State.NOT_COMPARED
