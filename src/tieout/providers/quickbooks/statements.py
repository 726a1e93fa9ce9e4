"""TrialBalance, BalanceSheet and ProfitAndLoss as `Balances`: what our own sums are compared with.

QuickBooks shows the last two in each account's natural direction; here all is debit positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tieout.core.month import Month
from tieout.core.records import AccountRecord, Balances, Statement
from tieout.providers.quickbooks.reports import Ask, Doubt, Unknown, amount_at, check_echo, positions, sides
from tieout.providers.quickbooks.wire import Cell, Column, Report, Row

_TOTAL = "GrandTotal"
_NET_INCOME = "NetIncome"


def trial_balance(report: Report, ask: Ask, accounts: Mapping[str, AccountRecord]) -> Balances:
    """Return the trial balance at the end of the asked month. Raise Doubt unless it sums to zero and to its total."""
    check_echo(report, ask, start_counts=False)  # only the end date matters to QuickBooks here
    at = positions(report, ("debit", "credit"), ask)
    debit, credit, width = at["debit"], at["credit"], len(report.columns.column)
    amounts: dict[str, int] = {}
    sums = [0, 0]
    total: list[int] | None = None
    for row in report.rows.row:
        cells = row.cells or (row.summary.cells if row.summary else [])
        where = f"{ask}, row {cells[0].value if cells else ''!r}"
        if len(cells) != width:
            raise Doubt(f"a row has {len(cells)} cells where {width} columns are", where)
        pair = [amount_at(cells, place, ask.digits, where) for place in (debit, credit)]
        if row.cells is None:
            if row.group == _TOTAL:
                total = pair
            continue
        if not any(pair):
            continue
        sums = [sums[0] + pair[0], sums[1] + pair[1]]
        _add(amounts, _known(cells[0], accounts, where), pair[0] - pair[1], where)
    if total is None and report.rows.row:
        raise Doubt("the total is missing", str(ask))
    if sums[0] != sums[1] or (total is not None and sums != total):
        says = sides(total, ask.digits) if total else "nothing"
        raise Doubt(f"its rows sum to {sides(sums, ask.digits)}, its total says {says}", str(ask))
    return Balances(statement=Statement.TRIAL_BALANCE, month=Month.of(ask.last), amounts=amounts)


def by_period(
    report: Report,
    ask: Ask,
    accounts: Mapping[str, AccountRecord],
    statement: Statement,
    wanted: Iterable[Month] = (),
) -> list[Balances]:
    """Return a balance sheet or profit and loss by months (or years: then the period's last month), ascending.

    Raise Doubt where one of the ``wanted`` months is missing, a section is not the sum of its rows, or the statement
    does not come out at its net income.
    """
    check_echo(report, ask)
    periods = {place: month for place, column in enumerate(report.columns.column) if (month := _period(column, ask))}
    if len(set(periods.values())) != len(periods):
        raise Doubt("two columns end in the same month", str(ask))
    if missing := sorted(set(wanted) - set(periods.values())):
        raise Doubt(f"the column of {missing[0]} is missing", str(ask))
    walk = _Walk(ask, accounts, tuple(periods), len(report.columns.column))
    walk.rows(report.rows.row)
    found = []
    for place, month in periods.items():
        net = -walk.net_income.get(place, 0)
        found.append(Balances(statement=statement, month=month, amounts=walk.amounts[place], net_income=net))
    for balances in found:
        _check_foot(balances, ask)
    return sorted(found, key=lambda balances: balances.month)


def _check_foot(balances: Balances, ask: Ask) -> None:
    net, rows = balances.net_income or 0, sum(balances.amounts.values())
    # A balance sheet's rows and the running year's earnings make zero; a profit and loss' rows make its foot.
    expected = -net if balances.statement is Statement.BALANCE_SHEET else net
    if rows != expected:
        raise Doubt(f"the rows of {balances.month} sum to {rows}, which its net income of {net} contradicts", str(ask))


def _period(column: Column, ask: Ask) -> Month | None:
    """Return the month that a period column ends in; None for the labels and the total."""
    if not (end := column.said("EndDate")):
        return None
    try:
        return Month.of(date.fromisoformat(end))
    except ValueError as error:
        raise Doubt(f"a column ends on {end!r}, which is no date", str(ask)) from error


def _known(cell: Cell, accounts: Mapping[str, AccountRecord], where: str) -> AccountRecord:
    if cell.id is None or cell.id not in accounts:
        raise Unknown(f"the account {cell.value!r} ({cell.id or 'without an id'}) is not in the chart", where)
    return accounts[cell.id]


def _add(amounts: dict[str, int], account: AccountRecord, amount: int, where: str) -> None:
    if account.external_id in amounts:
        raise Doubt(f"the account {account.external_id} is there twice", where)
    amounts[account.external_id] = amount


@dataclass(slots=True)
class _Walk:
    """Walks a statement's sections and keeps each account's own amounts."""

    ask: Ask
    accounts: Mapping[str, AccountRecord]
    places: tuple[int, ...]
    width: int
    amounts: dict[int, dict[str, int]] = field(init=False)  # by column
    net_income: dict[int, int] = field(init=False, default_factory=dict)  # natural direction: a profit is positive

    def __post_init__(self) -> None:
        self.amounts = {place: {} for place in self.places}

    def rows(self, rows: Iterable[Row]) -> list[int]:
        """Read rows and return their sum in each column, in the direction in which they are shown."""
        sums = [0] * len(self.places)
        for row in rows:
            for i, amount in enumerate(self._row(row)):
                sums[i] += amount
        return sums

    def _row(self, row: Row) -> Sequence[int]:
        if row.cells is not None:
            return self._own(row.cells, row.group)
        if row.rows is None and row.header is None:
            # A computed line, such as gross profit: it repeats what is above it.
            if row.group == _NET_INCOME and row.summary:
                self._keep_net_income(self._figures(row.summary.cells))
            return ()
        sums = self.rows(row.rows.row if row.rows else ())
        if row.header is not None and row.header.cells and row.header.cells[0].id:
            # A parent with postings of its own has them in its header; they count in its sum.
            sums = [a + b for a, b in zip(sums, self._own(row.header.cells, ""), strict=True)]
        if row.summary is not None and len(row.summary.cells) > 1:
            self._check(row.summary.cells, sums)
        elif any(sums):
            raise Doubt("a section lacks its sum line", str(self.ask))
        return sums

    def _own(self, cells: list[Cell], group: str) -> list[int]:
        figures = self._figures(cells)
        if group == _NET_INCOME:
            self._keep_net_income(figures)
        elif any(figures):
            where = f"{self.ask}, row {cells[0].value!r}"
            account = _known(cells[0], self.accounts, where)
            for place, figure in zip(self.places, figures, strict=True):
                if figure:
                    _add(self.amounts[place], account, figure * account.type.normal_sign, where)
        return figures

    def _keep_net_income(self, figures: list[int]) -> None:
        self.net_income.update(zip(self.places, figures, strict=True))

    def _check(self, cells: list[Cell], sums: list[int]) -> None:
        said = self._figures(cells)
        if said != sums:
            raise Doubt(f"the sum line {cells[0].value!r} says {said}, its rows {sums}", str(self.ask))

    def _figures(self, cells: list[Cell]) -> list[int]:
        where = f"{self.ask}, row {cells[0].value if cells else ''!r}"
        if len(cells) == 1:
            return [0] * len(self.places)  # a label alone: a section of a report without data
        if len(cells) != self.width:
            raise Doubt(f"a row has {len(cells)} cells where {self.width} columns are", where)
        return [amount_at(cells, place, self.ask.digits, where) for place in self.places]
