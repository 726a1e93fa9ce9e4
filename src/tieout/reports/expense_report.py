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
    """What an expense holds of an account in one department, minor units, debit positive: refunds are negative.

    ``linked`` names an expense that a link carved out of the account; "" is the account's own. An expense that moved
    between departments has a row in each, with the months that it was there; the other months are zero.
    ``department`` is "" for Unassigned.
    """

    account: AccountName
    depth: int
    expense: int | None
    linked: str
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
    sums: defaultdict[int, defaultdict[Label | None, dict[Month, int]]] = defaultdict(
        lambda: defaultdict(lambda: dict.fromkeys(months, 0))
    )
    for account, expense, key, amount in at.movements:
        if key in wanted and at.accounts[account].type is AccountType.EXPENSE:
            sums[account][placed.of(account, expense)][wanted[key]] += amount
    ties = tying(at.book, at.version)
    differing: defaultdict[int, set[Month]] = defaultdict(set)
    for account, month in ties.differing:
        if month.key in wanted and account in at.accounts and at.accounts[account].type is AccountType.EXPENSE:
            differing[account].add(month)
    rows = tuple(
        row
        for account, depth in outline(at.accounts, sums.keys() | differing.keys())
        for label, amounts in _own_first(placed.of(account.id, 0), sums[account.id], months)
        for row in _in_departments(
            account, depth, label, amounts, frozenset(differing[account.id]), own=placed.of(account.id, 0)
        )
    )
    return ExpenseReport(tuple(months), rows, ties.compared)


def _own_first(
    own: Label | None, sums: Mapping[Label | None, Mapping[Month, int]], months: Sequence[Month]
) -> Iterator[tuple[Label | None, Mapping[Month, int]]]:
    """Yield what the account's own expense holds, if anything or if nothing else does, then what links took from it."""
    if own in sums or not sums:
        yield own, sums.get(own) or dict.fromkeys(months, 0)
    others = [(label, amounts) for label, amounts in sums.items() if label is not own and label is not None]
    yield from sorted(others, key=lambda it: (it[0].name.casefold(), it[0].expense))


def _in_departments(
    account: Account, depth: int, label: Label | None, amounts: Mapping[Month, int], differing: frozenset[Month],
    *, own: Label | None,
) -> Iterator[ExpenseRow]:  # fmt: skip
    name = name_of(account)
    if label is None:
        yield ExpenseRow(name, depth, None, "", "", amounts, differing)
        return
    linked = label.name if own is not None and label.expense != own.expense else ""
    departments = {month: label.department(month) for month in amounts}
    for department in dict.fromkeys(departments.values()):
        here = {month: amount if departments[month] == department else 0 for month, amount in amounts.items()}
        there = frozenset(month for month in differing if departments[month] == department)
        if any(here.values()) or there or not any(amounts.values()):
            yield ExpenseRow(name, depth, label.expense, linked, department, here, there)


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
