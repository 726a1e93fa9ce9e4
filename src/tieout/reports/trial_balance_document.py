"""The trial balance as a document: debit and credit at month ends, the books' figure and the difference beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.statements import DERIVED
from tieout.ledger.queries import Cell
from tieout.reports.balance_sheet_document import month_end_label, month_ends
from tieout.reports.banners import banner
from tieout.reports.beside import Beside, State
from tieout.reports.document import Column, ColumnKind, Document, Row, RowKind
from tieout.reports.outline import AccountName
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question
from tieout.reports.trial_balance import TrialBalance, trial_balances

DIFFERENCES = "differences"
VIEWS = (("accounts", "All accounts"), (DIFFERENCES, "Only differences"))
_WORDS = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expenses",
}
_TOTAL = "total"


def trial_balance_document(at: LedgerAt, asked: Question) -> Document:
    """Return every account's balance at the end of each month, quarter or year, as known at a sync."""
    ends = list(trial_balances(at, month_ends(at, asked)))
    rows = list(_rows(at, ends, only=asked.view == DIFFERENCES))
    last = ends[-1]
    differing = [(row.account.name, row.figure) for row in last.differing]
    return Document(
        report="trial-balance",
        title="Trial balance",
        at=at,
        columns=tuple(_columns(at, asked, ends)),
        rows=tuple(rows),
        view="only differences" if asked.view == DIFFERENCES else "",
        foot=(_TOTAL,) if rows else (),
        compared=frozenset(
            f"{side}:{it.month}" for it in ends if it.compared for side in ("debit", "credit")
        ),
        banner=banner(at, last.month, last.state, differing, len(last.rows), last.part),
        two_sided=True,
        notes=asked.notes,
        empty="Nothing differs at these month ends." if asked.view == DIFFERENCES else "No account has a balance.",
    )  # fmt: skip


def _columns(at: LedgerAt, asked: Question, ends: Sequence[TrialBalance]) -> Iterator[Column]:
    for end in ends:
        month, first = end.month, min(at.earliest, end.month)
        kind = ColumnKind.PARTIAL if month > asked.through else ColumnKind.ACTUAL
        label = f", {month_end_label(month)}" if len(ends) > 1 else ""
        debit, credit, books = f"debit:{month}", f"credit:{month}", f"books:{month}"
        yield Column(key=debit, label=f"Debit{label}", kind=kind, first=first, last=month, side=1)
        yield Column(key=credit, label=f"Credit{label}", kind=kind, first=first, last=month, side=-1)
        if end.compared:
            yield Column(
                key=books, label="Books", kind=ColumnKind.BOOKS, first=first, last=month, side=1, note="Debit positive"
            )
            yield Column(
                key=f"difference:{month}", label="Difference", kind=ColumnKind.CHANGE, of=(books, debit, credit),
                side=1, note="Ours less the books’",
            )  # fmt: skip


def _rows(at: LedgerAt, ends: Sequence[TrialBalance], *, only: bool) -> Iterator[Row]:
    """Yield the accounts below what they are, in the chart's order, and the total of both sides."""
    figures: dict[AccountName, dict[Month, Beside]] = {}
    for end in ends:
        for row in end.rows:
            figures.setdefault(row.account, {})[end.month] = row.figure
    order = {id_: place for place, id_ in enumerate(at.accounts)}
    kinds = list(AccountType)
    names = sorted(figures, key=lambda it: (kinds.index(it.type), order.get(it.row, len(order))))
    keys = []
    for kind, several in groupby(names, key=lambda it: it.type):
        lines = [_line(at, name, figures[name]) for name in several]
        lines = [it for it in lines if not only or State.DIFFERS in it.states.values()]
        if lines:
            yield Row(key=f"type:{kind.value}", label=_WORDS[kind], kind=RowKind.HEADING)
            yield from lines
            keys += [it.key for it in lines]
    if keys:
        yield Row(key=_TOTAL, label="Total of these" if only else "Total", kind=RowKind.TOTAL, parts=tuple(keys))


def _line(at: LedgerAt, account: AccountName, figures: Mapping[Month, Beside]) -> Row:
    amounts: dict[str, int] = {}
    cells: dict[str, tuple[Cell, ...]] = {}
    states: dict[str, State] = {}
    residuals: dict[str, int] = {}
    for month, it in figures.items():
        key = f"{'credit' if it.ours < 0 else 'debit'}:{month}"
        amounts |= {key: it.ours, f"books:{month}": it.theirs or 0}
        cells[key] = tuple(_cells(at, account, month))
        residuals |= {key: it.part} if it.part else {}
        states |= {key: it.state} if it.state not in (State.TIES, State.NOT_COMPARED) else {}
    return Row(
        key=f"account:{account.row}", label=account.name,
        sign=1 if sum(it.ours for it in figures.values()) >= 0 else -1,
        amounts=amounts, cells=cells, states=states, residuals=residuals, account=account,
        badge="" if account.active else "inactive",
    )  # fmt: skip


def _cells(at: LedgerAt, account: AccountName, last: Month) -> Iterator[Cell]:
    """Yield what a balance is the sum of; retained earnings hold the profit of all fiscal years ended before."""
    first, year = min(at.earliest, last), at.fiscal_year_start(last)
    if not account.type.on_balance_sheet:
        yield Cell(max(first, year), last, accounts=(account.row,))
        return
    if account.row != DERIVED:
        yield Cell(first, last, accounts=(account.row,))
    if account.row == DERIVED or at.accounts[account.row].role is AccountRole.RETAINED_EARNINGS:
        profit = tuple(sorted(id_ for id_, it in at.accounts.items() if not it.type.on_balance_sheet))
        if first < year and profit:
            yield Cell(first, year - 1, accounts=profit)
