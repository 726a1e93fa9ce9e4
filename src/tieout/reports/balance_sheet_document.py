"""The balance sheet as a document: month ends as columns, side by side with the books' own figures where asked.

Both sides are sums of their rows, with no plug: the foot shows them one above the other. What retained earnings hold of
earlier years' profit is in their cells, so that their lines sum to them too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.statements import DERIVED
from tieout.ledger.queries import Cell
from tieout.reports.balance_sheet import BalanceSheet, SheetRow, SheetSection, balance_sheet
from tieout.reports.banners import banner
from tieout.reports.beside import State
from tieout.reports.columns import BEFORE, changes
from tieout.reports.document import Column, ColumnKind, Document, Row, RowKind
from tieout.reports.families import nest, tops
from tieout.reports.queries import LedgerAt, NoReport
from tieout.reports.question import Defaults, Question
from tieout.ui.figures import day, short_month

MONTH_END = Defaults(preset="month", single=True)
"""Unasked, the last month end."""
TIE_OUT = "tie-out"
VIEWS = (("amounts", "Amounts"), (TIE_OUT, "Tie-out"))
_SIDES = (
    ("assets", "Assets", (AccountType.ASSET,)),
    ("liabilities-and-equity", "Liabilities and equity", (AccountType.LIABILITY, AccountType.EQUITY)),
)
_KINDS = {AccountType.LIABILITY: "Liabilities", AccountType.EQUITY: "Equity"}


def month_ends(at: LedgerAt, asked: Question) -> tuple[Month, ...]:
    """Return the month ends that a question shows: the last month of each column, as far as the books were read."""
    return tuple(dict.fromkeys(max(at.first, min(it.last, at.last)) for it in asked.spans))


def balance_sheet_document(at: LedgerAt, asked: Question) -> Document:
    """Return the balance sheet at the end of each month, quarter or year, as known at a sync."""
    months = month_ends(at, asked)
    before = _before(at, asked, months)
    sheet = balance_sheet(at, sorted({*months, *([before] if before else [])}))
    columns = tuple(_columns(at, asked, months, before, sheet))
    rows = tuple(_Writer(at, sheet, columns).rows())
    last = months[-1]
    differing = [(row.account.name, row.figures[last]) for row in sheet.differing(last)]
    return Document(
        report="balance-sheet",
        title="Balance sheet",
        at=at,
        columns=columns,
        rows=rows,
        view="beside the books" if asked.view == TIE_OUT else "",
        foot=tuple(row.key for row in rows if row.kind is RowKind.TOTAL),
        compared=frozenset(it.key for it in columns if it.posted and it.last in sheet.compared),
        banner=banner(at, last, sheet.state(last), differing, len(sheet.rows), sheet.part(last)),
        two_sided=True,
        notes=asked.notes,
        empty="No account has a balance at these month ends.",
    )


def _before(at: LedgerAt, asked: Question, months: Sequence[Month]) -> Month | None:
    if asked.before is None:
        return None
    end = asked.before[1]
    if end < at.first:
        raise NoReport(
            f"the books were read from {short_month(at.first)} on: there is no {short_month(end)} to compare"
        )
    if end > at.last:
        raise NoReport(f"{end} has not been read: sync {at.publication.number} knows {at.first} to {at.last}")
    return end if end not in months or len(months) > 1 else None


def _columns(
    at: LedgerAt, asked: Question, months: Sequence[Month], before: Month | None, sheet: BalanceSheet
) -> Iterator[Column]:
    """Yield a column a month end; with the tie-out, the books' figure and the difference behind each."""
    own: list[Column] = []
    for month in months:
        kind = ColumnKind.PARTIAL if month > asked.through else ColumnKind.ACTUAL
        own.append(
            Column(key=str(month), label=month_end_label(month), kind=kind, first=min(at.earliest, month), last=month)
        )
        yield own[-1]
        if asked.view == TIE_OUT and month in sheet.compared:
            yield Column(key=f"books:{month}", label="Books", kind=ColumnKind.BOOKS, first=own[-1].first, last=month)
            yield Column(
                key=f"difference:{month}", label="Difference", kind=ColumnKind.CHANGE,
                of=(f"books:{month}", str(month)), note="Ours less the books’",
            )  # fmt: skip
    if before:
        earlier = Column(
            key=BEFORE, label=month_end_label(before), first=min(at.earliest, before), last=before, total=True
        )
        yield earlier
        yield from changes(asked, earlier, own[-1])


def month_end_label(month: Month) -> str:
    """Return a month's last day, as columns are called."""
    return day(month.end - timedelta(days=1))


@dataclass(frozen=True)
class _Writer:
    """Writes a sheet's figures as rows."""

    at: LedgerAt
    sheet: BalanceSheet
    columns: Sequence[Column]

    def rows(self) -> Iterator[Row]:
        """Yield both sides with their sections, and the two totals that must be equal."""
        totals = []
        for key, word, kinds in _SIDES:
            inside = [row for kind in kinds for row in self._kind(kind, named=len(kinds) > 1)]
            if inside:
                sign = kinds[0].normal_sign
                yield _sum(key, word, 1, tops(inside, 2), sign)
                yield from inside
                totals.append(
                    Row(key=f"total-{key}", label=f"Total {word.lower()}", kind=RowKind.TOTAL, sign=sign, parts=(key,))
                )
        yield from totals

    def _kind(self, kind: AccountType, *, named: bool) -> list[Row]:
        """Return the sections of a side of the sheet; under its name where the side has several, and is no section."""
        within = [it for it in self.sheet.sections if it.section.side is kind]
        if not named or (len(within) == 1 and within[0].section.word == _KINDS[kind]):
            return [row for it in within for row in self._section(it, 2)]
        inside = [row for it in within for row in self._section(it, 3)]
        if not inside:
            return []
        return [_sum(kind.value, _KINDS[kind], 2, tops(inside, 3), kind.normal_sign), *inside]

    def _section(self, section: SheetSection, level: int) -> list[Row]:
        word, sign = section.section.word, section.section.side.normal_sign
        key = f"section:{section.section.name.lower()}"
        inside: list[Row] = []
        for group in section.groups:
            below = level + (2 if group.word else 1)
            lines = nest([(self._line(row, sign), row.depth) for row in group.rows], level=below, own=self._has_own)
            if group.word:
                name = f"{key}:{group.word.lower().replace(' ', '-')}"
                inside.append(_sum(name, group.word, level + 1, tops(lines, below), sign))
            inside += lines
        return [_sum(key, word, level, tops(inside, level + 1), sign), *inside]

    def _line(self, row: SheetRow, sign: int) -> Row:
        account = row.account
        months = {it.key: it.last for it in self.columns if it.posted and it.last}
        amounts = {key: row.figures[month].ours for key, month in months.items()}
        amounts |= {
            it.key: row.figures[it.last].theirs or 0 for it in self.columns if it.kind is ColumnKind.BOOKS and it.last
        }
        states = {key: row.figures[month].state for key, month in months.items()}
        return Row(
            key="net-income" if row.is_net_income else f"account:{account.row}",
            label=account.name,
            sign=sign,
            amounts=amounts,
            cells={it.key: tuple(self._cells(row, it)) for it in self.columns if it.posted},
            states={key: state for key, state in states.items() if state not in (State.TIES, State.NOT_COMPARED)},
            residuals={key: row.figures[month].part for key, month in months.items() if row.figures[month].part},
            account=account,
            badge="" if account.active else "inactive",
        )

    def _cells(self, row: SheetRow, column: Column) -> Iterator[Cell]:
        """Yield what a balance is the sum of: its account's lines; of earnings, those of income and expenses too."""
        assert column.first
        assert column.last
        year = self.at.fiscal_year_start(column.last)
        if row.is_net_income:
            yield from self._profit(max(year, column.first), column.last)
            return
        if row.account.row != DERIVED:
            yield Cell(column.first, column.last, accounts=(row.account.row,))
        if self._takes_profit(row.account.row):
            yield from self._profit(column.first, year - 1)

    def _takes_profit(self, account: int) -> bool:
        return account == DERIVED or self.at.accounts[account].role is AccountRole.RETAINED_EARNINGS

    def _profit(self, first: Month, last: Month) -> Iterator[Cell]:
        accounts = tuple(sorted(id_ for id_, it in self.at.accounts.items() if not it.type.on_balance_sheet))
        if first <= last and accounts:
            yield Cell(first, last, accounts=accounts)

    @staticmethod
    def _has_own(row: Row) -> bool:
        return any(row.amounts.values()) or bool(row.states)


def _sum(key: str, label: str, level: int, parts: Sequence[str], sign: int) -> Row:
    return Row(key=key, label=label, kind=RowKind.SUM, level=level, sign=sign, parts=tuple(parts))
