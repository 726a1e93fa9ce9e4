"""The cash-flow statement, indirect: from net income to the change in cash, by what moved on each account.

All lines of a book sum to zero. So what moved on cash accounts is what moved on all others with the sign turned, to the
cent and without a plug. Profit that a year's end rolls into retained earnings is no posting and is in no row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.core.activities import Activity, activity_of
from tieout.core.month import Month
from tieout.core.records import EntryKind
from tieout.ledger.cash import opening_day
from tieout.ledger.queries import Cell
from tieout.planning.cash_accounts import NO_CHOICE, by_choice, choices
from tieout.reports.cash_flow_ties import CashFlowTies, cash_flow_ties
from tieout.reports.columns import columns_of
from tieout.reports.document import Column, Document, Row, RowKind
from tieout.reports.outline import name_of, outline
from tieout.reports.queries import LedgerAt, account_sums
from tieout.reports.question import Question

NAME = "cash-flow"
NET_INCOME, BEGINS, NET_CHANGE, ENDS = "net-income", "begins", "net-change", "ends"
GAINS, RATES = "unrealised-gains", "exchange-rates"
_OPERATING = "operating"
_SHOWN = -1  # money in is a credit on every account but cash

Moved = Mapping[int, Mapping[Month, int]]


def cash_flow(at: LedgerAt, asked: Question) -> Document:
    """Return the statement, as known at a sync; cash is what the company counts as cash today."""
    return _Statement(at, columns_of(at, asked)).document()


@dataclass(frozen=True, slots=True)
class _Range:
    """The months of a column that were read; none where ``last`` is before ``first``."""

    first: Month
    last: Month

    @property
    def known(self) -> bool:
        return self.first <= self.last

    def of(self, months: Mapping[Month, int]) -> int:
        return sum(amount for month, amount in months.items() if self.first <= month <= self.last)


@dataclass
class _Statement:
    at: LedgerAt
    columns: tuple[Column, ...]
    moved: Moved = field(init=False)  # by account, without what the rate did
    rates: Moved = field(init=False)  # what the rate did to balances, by account
    ranges: Mapping[str, _Range] = field(init=False)
    cash: tuple[int, ...] = field(init=False)
    activities: Mapping[int, Activity] = field(init=False)
    ties: CashFlowTies = field(init=False)

    def __post_init__(self) -> None:
        at = self.at
        said = choices(at.company)
        self.cash = by_choice(at.accounts, said).cash
        self.activities = {
            id_: activity_of(it, said.get(id_, NO_CHOICE).flow)
            for id_, it in at.accounts.items()
            if it.type.on_balance_sheet and id_ not in set(self.cash)
        }
        revalued = at.explaining.moved if at.explaining.kind is EntryKind.REVALUATION else []
        self.rates = _by_account(revalued)
        self.moved = _by_account([*account_sums(at.movements), *((it, key, -amount) for it, key, amount in revalued)])
        self.ranges = {
            column.key: _Range(max(column.first, at.first), column.last)
            for column in self.columns
            if column.first and column.last and not column.derived
        }
        self.ties = cash_flow_ties(at, self.columns)

    def document(self) -> Document:
        rows = tuple(self._rows())
        return Document(
            report=NAME,
            title="Cash-flow statement",
            at=self.at,
            columns=self.columns,
            rows=rows,
            view="indirect",
            foot=(NET_CHANGE, BEGINS, ENDS),
            compared=self.ties.compared,
            notes=tuple(self._notes()),
            empty="Nothing moved in these months.",
        )

    def _notes(self) -> Iterator[str]:
        if not self.cash:
            yield "No account counts as cash: see Settings, Cash accounts"
        differing = {*self.ties.of_balance(self.cash, at_end=False), *self.ties.of_balance(self.cash, at_end=True)}
        if labels := [it.label for it in self.columns if it.key in differing]:
            yield f"Cash itself differs from the books before or at the end of {', '.join(labels)}"

    def _rows(self) -> Iterator[Row]:
        income, groups = self._net_income(), [self._adjustments(), self._group(Activity.WORKING_CAPITAL, 2)]
        inside = [row for rows in groups for row in rows]
        parts = (NET_INCOME, *(rows[0].key for rows in groups if rows))
        yield Row(
            key=_OPERATING, label="Operating activities", kind=RowKind.SUM, sign=_SHOWN, favourable=-1, parts=parts
        )
        yield income
        yield from inside
        sums = [_OPERATING]
        for activity in (Activity.INVESTING, Activity.FINANCING):
            rows = self._group(activity, 1)
            yield from rows
            sums += [row.key for row in rows[:1]]
        if rates := self._rates():
            yield rates
            sums.append(rates.key)
        yield Row(
            key=NET_CHANGE,
            label="Net change in cash",
            kind=RowKind.TOTAL,
            sign=_SHOWN,
            favourable=-1,
            parts=tuple(sums),
        )
        yield self._balance(BEGINS, "Cash at the beginning")
        yield self._balance(ENDS, "Cash at the end")

    def _net_income(self) -> Row:
        accounts = self._profit_accounts
        amounts = self._sums(accounts, self.moved, self.rates)
        return Row(
            key=NET_INCOME, label="Net income", level=2, sign=_SHOWN, favourable=-1, amounts=amounts,
            cells=self._cells(tuple(accounts)), states=self.ties.of_profit, residuals=self._residuals(accounts),
        )  # fmt: skip

    @property
    def _profit_accounts(self) -> tuple[int, ...]:
        return tuple(id_ for id_, it in self.at.accounts.items() if not it.type.on_balance_sheet)

    def _adjustments(self) -> list[Row]:
        rows = list(self._lines(Activity.ADJUSTMENTS, 3))
        sheet = tuple(id_ for id_, it in self.at.accounts.items() if it.type.on_balance_sheet)
        gains = self._sums(sheet, self.rates)
        if any(gains.values()):
            rows.append(
                Row(
                    key=GAINS, label="Unrealised currency gains", level=3, sign=_SHOWN, amounts=gains,
                    cells=self._cells(sheet, explaining=True),
                    note="In net income, and no cash: what balances in other currencies gained or lost by the rate",
                )
            )  # fmt: skip
        return _below(Activity.ADJUSTMENTS.value, "Adjustments for what is no cash", 2, rows)

    def _rates(self) -> Row | None:
        """Return what the rate did to cash itself, told by the other lines of the same entries."""
        others = tuple(id_ for id_ in self.at.accounts if id_ not in set(self.cash))
        amounts = self._sums(others, self.rates)
        if not any(amounts.values()):
            return None
        return Row(
            key=RATES, label="Effect of exchange rates on cash", sign=_SHOWN, amounts=amounts,
            cells=self._cells(others, explaining=True),
        )  # fmt: skip

    def _group(self, activity: Activity, level: int) -> list[Row]:
        return _below(activity.value, _LABELS[activity], level, list(self._lines(activity, level + 1)))

    def _lines(self, activity: Activity, level: int) -> Iterator[Row]:
        of_activity = {id_ for id_, it in self.activities.items() if it is activity}
        amounts = {id_: self._sums([id_], self.moved) for id_ in of_activity}
        shown = {id_ for id_ in of_activity if any(amounts[id_].values()) or self.ties.of_change(id_)}
        for account, depth in outline(self.at.accounts, shown):
            yield Row(
                key=f"account:{account.id}", label=account.name, level=level + depth, sign=_SHOWN,
                amounts=amounts[account.id], account=name_of(account),
                cells=self._cells((account.id,), explaining=False if self.rates.get(account.id) else None),
                states=self.ties.of_change(account.id), residuals=self._residuals([account.id]),
            )  # fmt: skip

    def _balance(self, key: str, label: str) -> Row:
        """Return what the cash accounts held together before or after each column."""
        day = Month.of(opening_day(self.at.book, self.at.version))
        amounts: dict[str, int] = {}
        cells: dict[str, tuple[Cell, ...]] = {}
        for column, months in self.ranges.items():
            end = months.last if key == ENDS else months.first - 1
            if months.known and self.cash:
                whole = _Range(min(day, self.at.earliest), end)
                amounts[column] = sum(whole.of(it.get(id_, {})) for it in (self.moved, self.rates) for id_ in self.cash)
                cells[column] = (Cell(whole.first, end, accounts=self.cash),)
        states = self.ties.of_balance(self.cash, at_end=key == ENDS)
        return Row(key=key, label=label, amounts=amounts, cells=cells, states=states, favourable=1)

    def _sums(self, accounts: Sequence[int], *several: Moved) -> dict[str, int]:
        """Return what moved on some accounts, by column."""
        return {
            key: sum(months.of(moved.get(id_, {})) for moved in several for id_ in accounts)
            for key, months in self.ranges.items()
        }

    def _cells(self, accounts: tuple[int, ...], *, explaining: bool | None = None) -> dict[str, tuple[Cell, ...]]:
        if not accounts:
            return {}
        return {
            key: (Cell(months.first, months.last, accounts=accounts, explaining=explaining),)
            for key, months in self.ranges.items()
            if months.known
        }

    def _residuals(self, accounts: Sequence[int]) -> dict[str, int]:
        """Return how much of what moved is not itemised, by column."""
        if self.at.explaining.kind is not EntryKind.RESIDUAL:
            return {}
        wanted = set(accounts)
        own = _by_account([it for it in self.at.explaining.moved if it[0] in wanted])
        return {key: amount for key, amount in self._sums(list(own), own).items() if amount}


_LABELS = {
    Activity.WORKING_CAPITAL: "Changes in working capital",
    Activity.INVESTING: "Investing activities",
    Activity.FINANCING: "Financing activities",
}


def _below(key: str, label: str, level: int, rows: list[Row]) -> list[Row]:
    """Return rows below their sum, nothing for none."""
    if not rows:
        return []
    parts = tuple(row.key for row in rows)
    return [Row(key=key, label=label, kind=RowKind.SUM, level=level, sign=_SHOWN, parts=parts), *rows]


def _by_account(moved: Sequence[tuple[int, int, int]]) -> Moved:
    result: defaultdict[int, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    for account, key, amount in moved:
        result[account][Month.from_key(key)] += amount
    return result
