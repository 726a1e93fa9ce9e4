"""The rows of a report's page: every figure written once, in Python; the template only places them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.reports.beside import PART_WORDS, Beside, State
from tieout.reports.drill import NET_INCOME
from tieout.reports.outline import AccountName
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
