"""Profit and loss: what was earned and spent, by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.expenses.tying import tying
from tieout.ledger.accounts import Account
from tieout.ledger.queries import Cell
from tieout.reports.beside import State
from tieout.reports.columns import columns_of, compared_columns
from tieout.reports.document import Column, Document, Row, RowKind
from tieout.reports.outline import name_of, outline
from tieout.reports.queries import LedgerAt, account_sums
from tieout.reports.question import Question

NET_INCOME = "net-income"


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


def profit_and_loss(at: LedgerAt, asked: Question) -> Document:
    """Return the statement, as known at a sync. Profit is income less expense."""
    columns = columns_of(at, asked)
    held = _held(at, columns)
    rows: list[Row] = []
    parts: dict[Part, str] = {}
    ties = tying(at.book, at.version)
    for part in Part:
        accounts = {id_ for id_ in held if part_of(at.accounts[id_]) is part}
        if accounts:
            lines = list(_lines(at, accounts, held, columns, part, ties.differing))
            rows += [_sum(part, lines), *lines]
            parts[part] = part.key
        rows += _profits(part, parts)
    return Document(
        report="profit-and-loss",
        title="Profit and loss",
        at=at,
        columns=columns,
        rows=tuple(rows),
        view="by account",
        foot=(NET_INCOME,),
        compared=compared_columns(columns, ties.compared),
        empty="Nothing was earned or spent in these months.",
    )


def _held(at: LedgerAt, columns: Sequence[Column]) -> Mapping[int, Mapping[str, int]]:
    """Return what moved on each income and expense account, by column."""
    wanted: defaultdict[int, list[str]] = defaultdict(list)
    for column in columns:
        if column.first and column.last and not column.derived:
            for month in column.first.until(column.last + 1):
                wanted[month.key].append(column.key)
    held: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account, key, amount in account_sums(at.movements):
        if not at.accounts[account].type.on_balance_sheet:
            for column_key in wanted.get(key, ()):
                held[account][column_key] += amount
    return held


def _lines(
    at: LedgerAt,
    accounts: set[int],
    held: Mapping[int, Mapping[str, int]],
    columns: Sequence[Column],
    part: Part,
    differing: frozenset[tuple[int, Month]],
) -> Iterator[Row]:
    for account, depth in outline(at.accounts, accounts):
        yield Row(
            key=f"account:{account.id}",
            label=account.name,
            level=2 + depth,
            sign=part.sign,
            favourable=-1,
            amounts=held[account.id],
            account=name_of(account),
            cells={
                column.key: (Cell(column.first, column.last, accounts=(account.id,)),)
                for column in columns
                if column.first and column.last and not column.derived
            },
            states={
                column.key: State.DIFFERS
                for column in columns
                if column.first
                and column.last
                and any((account.id, month) in differing for month in column.first.until(column.last + 1))
            },
        )


def _sum(part: Part, lines: Sequence[Row]) -> Row:
    return Row(
        key=part.key, label=part.word, kind=RowKind.SUM, sign=part.sign, favourable=-1,
        parts=tuple(row.key for row in lines),
    )  # fmt: skip


def _profits(after: Part, parts: Mapping[Part, str]) -> Iterator[Row]:
    """Yield the profit that stands behind a part: of all parts up to it."""
    names = {
        Part.COST: ("gross-profit", "Gross profit"),
        Part.EXPENSES: ("operating-income", "Operating income"),
        Part.OTHER_EXPENSE: (NET_INCOME, "Net income"),
    }
    skipped = (after is Part.COST and Part.COST not in parts) or (after is Part.EXPENSES and Part.EXPENSES not in parts)
    if after in names and not skipped:
        key, label = names[after]
        yield Row(
            key=key, label=label, kind=RowKind.TOTAL, sign=-1, favourable=-1, parts=tuple(parts.values())
        )  # fmt: skip
