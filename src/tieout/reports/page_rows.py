"""The rows of a report's page: every figure written once, in Python; the template only places them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.reports.balance_sheet import SIDES, BalanceSheet, SheetRow, SheetSection, rolled_up
from tieout.reports.beside import PART_WORDS, Beside, State
from tieout.reports.drill import NET_INCOME
from tieout.reports.outline import AccountName
from tieout.reports.page_head import month_end
from tieout.reports.queries import LedgerAt
from tieout.reports.trial_balance import TrialBalance, TrialRow
from tieout.ui.figures import difference, exact

_TYPES = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expenses",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCell:
    """A figure. ``rule`` is "tied" or "differ" under a total; ``narrow`` is False where a phone has no room."""

    text: str
    url: str = ""
    rule: str = ""
    quiet: bool = False
    unverified: bool = False
    narrow: bool = True
    state: State | None = None  # a cell with a sign instead of a figure
    part: str = ""  # what of the figure is not itemised, in words
    total: bool = False

    @property
    def css(self) -> str:
        """The classes of the figure itself, "" for a plain one."""
        marked = self.unverified and self.text
        part = ["part"] if self.part and self.text and self.state is None else []
        return " ".join(([f"rule-{self.rule}"] if self.rule else []) + (["unv"] if marked else part))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """A row: kind "group", "subgroup", "row", "family" (a parent with its children), "sum" or "total"."""

    kind: str
    name: str
    number: str = ""
    depth: int = 0
    note: str = ""
    cells: tuple[PageCell, ...] = ()

    @property
    def css(self) -> str:
        """The class of the row, "" for a plain one."""
        return {"sum": "sum", "total": "sum", "family": "family"}.get(self.kind, "")

    @property
    def tree(self) -> str:
        """The class that indents the name; deeper than six looks as six."""
        return f"depth-{min(self.depth, 6)}"


@dataclass(frozen=True, slots=True)
class Drills:
    """Writes the addresses of figures' lines."""

    at: LedgerAt

    def url(self, account: AccountName, last: Month, *, net_income: bool = False) -> str:
        """Return where the lines of an account's balance are, "" for a row that has none of its own."""
        if not (account.row or net_income):
            return ""
        query = {"account": NET_INCOME if net_income else str(account.row)}
        if net_income or not account.type.on_balance_sheet:
            query["from"] = str(max(self.at.fiscal_year_start(last), min(self.at.earliest, last)))
        query |= {"to": str(last), "sync": str(self.at.publication.number)}
        return f"{reverse('reports:lines', kwargs={'company': self.at.company.slug})}?{urlencode(query)}"


def trial_rows(at: LedgerAt, report: TrialBalance, *, differences_only: bool) -> Iterator[PageRow]:
    """Yield the trial balance's rows under the type of their account, without its total."""
    shown = report.differing if differences_only else report.rows
    for kind, word in _TYPES.items():
        rows = [row for row in shown if row.account.type is kind]
        if rows:
            yield PageRow(kind="group", name=word)
        for row in rows:
            yield _trial_row(at, report, row, depth=0 if differences_only else row.depth)


def trial_total(at: LedgerAt, report: TrialBalance) -> PageRow:
    """Return the foot: debits and credits, which are equal, and what is left over against the books."""
    digits = at.book.digits
    rule = _rule(report.state)
    return PageRow(
        kind="total",
        name="Total",
        cells=(
            PageCell(text=difference(report.debit, digits), rule=rule),
            PageCell(text=difference(report.credit, digits), rule=rule),
            PageCell(text=_or_none(report.foot.theirs, digits), quiet=True, narrow=False),
            PageCell(text=_or_none(report.foot.difference, digits), quiet=True),
            PageCell(
                text="", state=report.state, total=True, narrow=False, part=_part(report.state, report.part, digits)
            ),
        ),
    )


def _trial_row(at: LedgerAt, report: TrialBalance, row: TrialRow, *, depth: int) -> PageRow:
    digits = at.book.digits
    url = Drills(at).url(row.account, report.month)
    state = row.figure.state
    part = _part(state, row.figure.part, digits)
    debit, credit = (
        PageCell(
            text=exact(amount, digits) if amount else "",
            url=url if amount else "",
            unverified=state is State.DIFFERS,
            part=part,
        )
        for amount in (row.debit, row.credit)
    )
    return PageRow(
        kind="row",
        name=row.account.name,
        number=row.account.number,
        depth=depth,
        note="" if row.account.active else "inactive",
        cells=(
            debit,
            credit,
            PageCell(text=exact(row.figure.theirs, digits), quiet=True, narrow=False),
            _difference(row.figure, digits),
            PageCell(text="", state=state, narrow=False, part=part),
        ),
    )


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Writes the rows of a balance sheet at one month end, beside an earlier one if ``compare`` names it."""

    at: LedgerAt
    sheet: BalanceSheet
    month: Month
    compare: Month | None
    tie_out: bool

    def rows(self) -> Iterator[PageRow]:
        """Yield the sections with their totals, and the two totals that must be equal."""
        for side, word in SIDES.items():
            within = [it for it in self.sheet.sections if it.section.side is side]
            for section in within:
                yield from self._section(section, alone=len(within) == 1)
            yield self._total(f"Total {word}", side, rule=side is AccountType.ASSET)
        yield self._total("Total liabilities and equity", AccountType.LIABILITY, AccountType.EQUITY, rule=True)

    def _section(self, section: SheetSection, *, alone: bool) -> Iterator[PageRow]:
        word, side = section.section.word, section.section.side
        yield PageRow(kind="group", name=word)
        for group in section.groups:
            if group.word:
                yield PageRow(kind="subgroup", name=group.word)
            for row, family in rolled_up(group.rows):
                yield self._family(row, family, side) if family else self._row(row)
        if not alone:
            name = f"Total {word[0].lower()}{word[1:]}"
            yield PageRow(kind="sum", name=name, cells=self._cells(section.rows, side))

    def _row(self, row: SheetRow) -> PageRow:
        account = row.account
        return PageRow(
            kind="row",
            name=account.name,
            number=account.number,
            depth=row.depth,
            note="" if account.active else "inactive",
            cells=self._cells(
                (row,),
                account.type,
                url=Drills(self.at).url(account, self.month, net_income=row.is_net_income),
                before=Drills(self.at).url(account, self.compare, net_income=row.is_net_income) if self.compare else "",
                state=row.figures[self.month].state,
            ),
        )

    def _family(self, row: SheetRow, family: tuple[SheetRow, ...], side: AccountType) -> PageRow:
        return PageRow(
            kind="family", name=f"Total {row.account.name}", depth=row.depth, cells=self._cells(family, side)
        )

    def _total(self, name: str, *sides: AccountType, rule: bool) -> PageRow:
        rows = [row for it in self.sheet.sections if it.section.side in sides for row in it.rows]
        state = self.sheet.state(self.month) if rule else None
        cells = self._cells(tuple(rows), sides[0], rule=_rule(state) if state else "", state=state, total=rule)
        return PageRow(kind="total" if rule else "sum", name=name, cells=cells)

    def _cells(
        self, rows: tuple[SheetRow, ...], side: AccountType, *, url: str = "", before: str = "", rule: str = "",
        state: State | None = None, total: bool = False,
    ) -> tuple[PageCell, ...]:  # fmt: skip
        """Return the figures of some rows together: ours, the books', the difference, the earlier one, the change."""
        digits = self.at.book.digits
        figure = self.sheet.sum(self.month, rows).natural(side)
        write = difference if total else exact
        differs = any(row.figures[self.month].state is State.DIFFERS for row in rows)
        part = _part(state, self.sheet.part(self.month) if total else figure.part, digits) if state else ""
        cells = [PageCell(text=write(figure.ours, digits), url=url, rule=rule, unverified=differs, part=part)]
        sign = PageCell(text="", state=state, total=total, narrow=False, part=part)
        if self.tie_out:
            cells += [
                PageCell(text=exact(figure.theirs, digits), quiet=True, narrow=False),
                _difference(figure, digits),
                sign,
            ]
        if self.compare:
            earlier = self.sheet.sum(self.compare, rows).natural(side)
            wide_only = not self.tie_out
            cells += [
                PageCell(text=exact(earlier.ours, digits), url=before, quiet=True, narrow=wide_only),
                PageCell(text=exact(figure.ours - earlier.ours, digits), quiet=True, narrow=wide_only),
            ]
        return tuple(cells if self.tie_out else [*cells, sign])


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's title and its classes."""

    text: str
    css: str = "num"


def sheet_columns(month: Month, compare: Month | None, *, tie_out: bool) -> tuple[Column, ...]:
    """Return the titles above a balance sheet's cells."""
    sign = Column(text="", css="fit hide-s")
    ours = [Column(text="Tieout"), Column(text="Books", css="num hide-s"), Column(text="Difference"), sign]
    columns = [Column(text="Account", css=""), *(ours if tie_out else [Column(text=month_end(month).day)])]
    if compare:
        css = "num hide-s" if tie_out else "num"
        columns += [Column(text=month_end(compare).day, css=css), Column(text="Change", css=css)]
    return tuple(columns if tie_out else [*columns, sign])


def _difference(figure: Beside, digits: int) -> PageCell:
    return PageCell(
        text=exact(figure.difference, digits), quiet=not figure.difference, unverified=bool(figure.difference)
    )


def _rule(state: State) -> str:
    return "tied" if state.ties else "differ" if state is State.DIFFERS else ""


def _part(state: State, amount: int, digits: int) -> str:
    """Return "950.00 not itemised", or "" where all of a figure is."""
    return f"{exact(amount, digits)} {PART_WORDS[state]}" if state in PART_WORDS else ""


def _or_none(amount: int | None, digits: int) -> str:
    return "" if amount is None else difference(amount, digits)
