"""Expenses by account and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import EntryKind
from tieout.expenses.labels import Label, Labels, labels
from tieout.expenses.tying import tying
from tieout.ledger.movements import Movement
from tieout.reports.beside import PARTS, State, overall
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
    parts: Mapping[Month, int] = field(default_factory=dict)  # what of the amounts the provider does not itemise

    @property
    def part(self) -> int:
        """How much of all its months is not itemised, up and down."""
        return sum(map(abs, self.parts.values()))


@dataclass(frozen=True, slots=True)
class ExpenseReport:
    """All expense accounts with a line in one of the months, or a figure that differs from the books'."""

    months: tuple[Month, ...]
    rows: tuple[ExpenseRow, ...]
    compared: frozenset[Month]
    by: EntryKind = EntryKind.RESIDUAL  # what ``parts`` are in

    @property
    def part(self) -> int:
        """How much of all its rows is not itemised, up and down."""
        return sum(row.part for row in self.rows)

    def total(self, month: Month) -> int:
        return sum(row.amounts[month] for row in self.rows)


def expense_report(at: LedgerAt, months: Sequence[Month]) -> ExpenseReport:
    """Return the expenses of the months (ascending), as known at a sync, in today's departments."""
    placed = labels(at.company)
    wanted = {month.key: month for month in months}
    sums, parts = _by_label(at, at.movements, months, placed), _by_label(at, at.explaining.lines, months, placed)
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
            name_of(account), depth, label, _Held(amounts, parts[account.id][label], frozenset(differing[account.id])),
            own=placed.of(account.id, 0),
        )
    )  # fmt: skip
    return ExpenseReport(tuple(months), rows, ties.compared, at.explaining.kind)


_Amounts = dict[Month, int]


@dataclass(frozen=True, slots=True)
class _Held:
    """What an expense holds of an account."""

    amounts: Mapping[Month, int]
    parts: Mapping[Month, int]
    differing: frozenset[Month]


def _by_label(
    at: LedgerAt, moved: Iterable[Movement], months: Sequence[Month], placed: Labels
) -> defaultdict[int, defaultdict[Label | None, _Amounts]]:
    """Return what moved on expense accounts by account, expense and month."""
    wanted = {month.key: month for month in months}
    sums: defaultdict[int, defaultdict[Label | None, _Amounts]] = defaultdict(
        lambda: defaultdict(lambda: dict.fromkeys(months, 0))
    )
    for account, expense, key, amount in moved:
        if key in wanted and at.accounts[account].type is AccountType.EXPENSE:
            sums[account][placed.of(account, expense)][wanted[key]] += amount
    return sums


def _own_first(
    own: Label | None, sums: Mapping[Label | None, Mapping[Month, int]], months: Sequence[Month]
) -> Iterator[tuple[Label | None, Mapping[Month, int]]]:
    """Yield what the account's own expense holds, if anything or if nothing else does, then what links took from it."""
    if own in sums or not sums:
        yield own, sums.get(own) or dict.fromkeys(months, 0)
    others = [(label, amounts) for label, amounts in sums.items() if label is not own and label is not None]
    yield from sorted(others, key=lambda it: (it[0].name.casefold(), it[0].expense))


def _in_departments(
    name: AccountName, depth: int, label: Label | None, held: _Held, *, own: Label | None
) -> Iterator[ExpenseRow]:
    amounts = held.amounts
    if label is None:
        yield ExpenseRow(name, depth, None, "", "", amounts, held.differing, _nonzero(held.parts))
        return
    linked = label.name if own is not None and label.expense != own.expense else ""
    departments = {month: label.department(month) for month in amounts}
    for department in dict.fromkeys(departments.values()):
        here = {month: amount if departments[month] == department else 0 for month, amount in amounts.items()}
        there = frozenset(month for month in held.differing if departments[month] == department)
        part = _nonzero({month: amount for month, amount in held.parts.items() if departments[month] == department})
        if any(here.values()) or there or not any(amounts.values()):
            yield ExpenseRow(name, depth, label.expense, linked, department, here, there, part)


def _nonzero(amounts: Mapping[Month, int]) -> Mapping[Month, int]:
    return {month: amount for month, amount in amounts.items() if amount}


def state(report: ExpenseReport) -> State:
    """Return the state of all the months together."""
    differing = {it for row in report.rows for it in row.differing}
    return overall(_state(report, differing, {it for row in report.rows for it in row.parts}))


def row_state(report: ExpenseReport, row: ExpenseRow) -> State:
    """Return the state of a row over all the months."""
    return overall(_state(report, row.differing, row.parts.keys()))


def _state(report: ExpenseReport, differing: AbstractSet[Month], parts: AbstractSet[Month]) -> Iterator[State]:
    for month in report.months:
        if month in differing:
            yield State.DIFFERS
        elif month not in report.compared:
            yield State.NOT_COMPARED
        else:
            yield PARTS[report.by] if month in parts else State.TIES
