"""A report as a document: columns, rows, and what each figure is the sum of.

Page, terminal, file, print and the list of lines behind a figure all draw the same document. Amounts are minor units,
debit positive; a row's ``sign`` says how it is shown (spec §12), and only what is drawn is turned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from tieout.core.month import Month
from tieout.expenses.cells import Beyond
from tieout.ledger.queries import Cell
from tieout.reports.banners import Banner
from tieout.reports.beside import State, overall
from tieout.reports.outline import AccountName
from tieout.reports.queries import LedgerAt


class ColumnKind(StrEnum):
    """What a column holds."""

    ACTUAL = "actual"
    PARTIAL = "partial"  # posted so far: a month of it is not admitted yet
    FORECAST = "forecast"
    MIXED = "mixed"  # actual months and forecast months
    BUDGET = "budget"
    BOOKS = "books"  # what the provider's own report says
    CHANGE = "change"  # what the second of two columns is more than the first
    PERCENT = "percent"  # the same in percent of the first
    SHARE = "share"  # a row's part of the last total, in percent


DERIVED_KINDS = frozenset({ColumnKind.CHANGE, ColumnKind.PERCENT, ColumnKind.SHARE})
POSTED_KINDS = frozenset({ColumnKind.ACTUAL, ColumnKind.PARTIAL, ColumnKind.MIXED})
PERCENTS = frozenset({ColumnKind.PERCENT, ColumnKind.SHARE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. ``key`` names it in addresses and files: "2026-01", "2026-01..2026-03", "before", "value:12".

    ``of`` names the columns that a derived one is made of; ``base``, the row that a share is a part of, "" for the last
    of the foot. ``total`` repeats what other columns hold.
    """

    key: str
    label: str
    kind: ColumnKind = ColumnKind.ACTUAL
    first: Month | None = None
    last: Month | None = None
    total: bool = False
    of: tuple[str, ...] = ()
    base: str = ""
    note: str = ""
    side: int = 0  # 1: debits are shown positive whatever the row, -1: credits are; 0: as the row has it

    @property
    def posted(self) -> bool:
        """Whether something of its figures is in the ledger."""
        return self.kind in POSTED_KINDS

    @property
    def derived(self) -> bool:
        """Whether its figures are worked out of other columns."""
        return self.kind in DERIVED_KINDS


class RowKind(StrEnum):
    """What a row is."""

    HEADING = "heading"  # a name without figures
    LINE = "line"  # figures of its own: the rows of a file
    SUM = "sum"  # of its ``parts``, which stand below it
    TOTAL = "total"  # of its ``parts``, which stand above it


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row. ``level`` counts from 1: a row stands below the nearest row before it with a smaller one.

    ``amounts`` of a line are by column key; a key that is missing is zero. Sums say by ``parts`` (keys) what they add.
    ``cells`` are what the ledger is asked for the lines of a figure; ``states``, where one does not just tie, and
    ``residuals``, what of it is not itemised, ``ahead``, what of it is forecast, and ``beyond``, what of it people
    typed over the books, are by column key too.
    """

    key: str
    label: str
    kind: RowKind = RowKind.LINE
    level: int = 1
    sign: int = 1
    amounts: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    cells: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)
    residuals: Mapping[str, int] = field(default_factory=dict)
    ahead: Mapping[str, int] = field(default_factory=dict)
    beyond: Mapping[str, tuple[Beyond, ...]] = field(default_factory=dict)
    account: AccountName | None = None
    expense: int | None = None
    department: str | None = None  # "": Unassigned
    party: str | None = None  # "": none
    badge: str = ""
    note: str = ""
    href: str = ""  # a page of its own
    trend: tuple[int, ...] = ()  # of equal periods, oldest first, as shown: it is drawn, no file holds it
    favourable: int = 0  # the sign of a change that is good news, debit positive: -1 for a cost, 0 for neither

    @property
    def has_figures(self) -> bool:
        """Whether it has any."""
        return self.kind is not RowKind.HEADING


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A note that a person wrote on a figure: the row and the column by their keys, "" where the figure is not shown.

    ``number`` is what print refers to it by. ``place`` says which figure it is, in words.
    """

    number: int
    place: str
    text: str
    person: str
    at: datetime
    row: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to look at: what kind of thing ("Price rises"), whose row, a sentence, and the records that show it.

    ``records`` are words with an address at the provider, "" where it has none.
    """

    kind: str
    label: str
    text: str
    href: str = ""
    records: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """Where to go on from a report. ``connects``: it is for those who connect and map."""

    word: str
    href: str
    connects: bool = False


@dataclass(frozen=True, kw_only=True)
class Document:
    """A report. ``foot`` names the rows (keys) that close it, which carry the double rule where they tie."""

    report: str
    title: str
    at: LedgerAt
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    view: str = ""  # "by account"
    foot: tuple[str, ...] = ()
    compared: frozenset[str] = frozenset()  # columns (keys) whose figures were all compared with the provider's
    banner: Banner | None = None  # what stands above it when something is not as it should be
    two_sided: bool = False  # its rows sum to zero, so that what is not itemised stands in them twice
    aside: str = ""  # why its figures are compared with nothing, as a sentence; "" where they could be
    notes: tuple[str, ...] = ()  # sentences that a reader must know, below the figures
    empty: str = ""  # what to say if there is no row
    remarks: tuple[Remark, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()  # what is known of its subject: a word and a text
    links: tuple[Onward, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Row]:
        """The rows by their keys."""
        return {row.key: row for row in self.rows}

    @cached_property
    def by_column(self) -> Mapping[str, Column]:
        """The columns by their keys."""
        return {column.key: column for column in self.columns}

    @property
    def lines(self) -> tuple[Row, ...]:
        """The rows with figures of their own."""
        return tuple(row for row in self.rows if row.kind is RowKind.LINE)

    def amount(self, row: Row, column: Column) -> int:
        """Return a figure, debit positive. Of a percentage: tenths of a percent, positive where the figure grew."""
        match column.kind:
            case ColumnKind.CHANGE:
                first, *others = (self._own(row, key) for key in column.of)
                return sum(others) - first
            case ColumnKind.PERCENT:
                before, after = (self._own(row, key) for key in column.of)
                return tenths(after - before, abs(before)) * row.sign
            case ColumnKind.SHARE:
                (of,) = column.of
                base = self.by_key.get(column.base or self.foot[-1])
                return tenths(self._own(row, of) * row.sign, self._own(base, of) * base.sign) if base else 0
            case _:
                return self._own(row, column.key)

    def shown(self, row: Row, column: Column) -> int:
        """Return a figure in the sign in which it is shown; percentages as they are."""
        amount = self.amount(row, column)
        return amount if column.kind in PERCENTS else amount * self.sign(row, column)

    @staticmethod
    def sign(row: Row, column: Column) -> int:
        """Return the sign in which a figure is shown."""
        return column.side or row.sign

    def leaves(self, row: Row) -> Iterator[Row]:
        """Yield the lines that a row is the sum of, each as often as it is in it."""
        if not row.parts:
            yield row
        for part in row.parts:
            yield from self.leaves(self.by_key[part])

    def cells(self, row: Row, column: Column) -> tuple[Cell, ...]:
        """Return what the ledger is asked for the lines of a figure; () where nothing of it is posted."""
        if not column.posted:
            return ()
        return merged(cell for leaf in self.leaves(row) for cell in leaf.cells.get(column.key, ()))

    def state(self, row: Row, column: Column) -> State:
        """Return how a figure stands against the provider's."""
        if column.derived or column.key not in self.compared:
            return State.NOT_COMPARED
        return overall([State.TIES, *(leaf.states.get(column.key, State.TIES) for leaf in self.leaves(row))])

    def column_state(self, column: Column) -> State:
        """Return how a column stands as a whole."""
        if column.key not in self.compared:
            return State.NOT_COMPARED
        return overall([State.TIES, *(row.states.get(column.key, State.TIES) for row in self.lines)])

    @property
    def whole_state(self) -> State:
        """Return how all posted columns stand together; a forecast or a budget is compared with nothing."""
        posted = (ColumnKind.ACTUAL, ColumnKind.PARTIAL)
        return overall(self.column_state(column) for column in self.columns if column.kind in posted)

    def residual(self, row: Row, column: Column) -> int:
        """Return how much of a figure is not itemised, up and down."""
        return sum(abs(leaf.residuals.get(column.key, 0)) for leaf in self.leaves(row))

    def ahead(self, row: Row, column: Column) -> int:
        """Return how much of a figure is forecast, debit positive."""
        return sum(leaf.ahead.get(column.key, 0) for leaf in self.leaves(row))

    def beyond(self, row: Row, column: Column) -> tuple[Beyond, ...]:
        """Return what of a figure people typed over the books."""
        return tuple(it for leaf in self.leaves(row) for it in leaf.beyond.get(column.key, ()))

    def _own(self, row: Row, key: str) -> int:
        return self._amounts[row.key].get(key, 0)

    @cached_property
    def _amounts(self) -> Mapping[str, Mapping[str, int]]:
        """Each row's amounts, sums worked out once."""
        done: dict[str, Mapping[str, int]] = {}

        def of(key: str) -> Mapping[str, int]:
            if key not in done:
                row = self.by_key[key]
                done[key] = row.amounts if row.kind is RowKind.LINE else _added(of(part) for part in row.parts)
            return done[key]

        return {row.key: of(row.key) for row in self.rows}


def _added(several: Iterator[Mapping[str, int]]) -> Mapping[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for amounts in several:
        for key, amount in amounts.items():
            sums[key] += amount
    return sums


def tenths(part: int, whole: int) -> int:
    """Return how much a part is of a whole in tenths of a percent, half away from zero; 0 of nothing."""
    if not whole:
        return 0
    sign = 1 if (part < 0) is (whole < 0) else -1
    return sign * ((2000 * abs(part) + abs(whole)) // (2 * abs(whole)))


def merged(cells: Iterator[Cell]) -> tuple[Cell, ...]:
    """Return cells that take the same lines, fewer of them: those that only name different accounts become one.

    So do those that then only name different parties, items or combinations of dimension values.
    """
    found = tuple(dict.fromkeys(cells))
    for name in ("accounts", "parties", "items", "dimension_sets"):
        found = _merged_by(found, name)
    return found


def _merged_by(cells: Iterable[Cell], name: str) -> tuple[Cell, ...]:
    ids: dict[Cell, set[int]] = {}
    result: dict[Cell, None] = {}
    for cell in cells:
        own: tuple[int, ...] = getattr(cell, name)
        if own:
            ids.setdefault(_with_ids(cell, name, ()), set()).update(own)
        else:
            result[cell] = None
    for cell, some in ids.items():
        result[_with_ids(cell, name, tuple(sorted(some)))] = None
    return tuple(result)


def _with_ids(cell: Cell, name: str, ids: tuple[int, ...]) -> Cell:
    changed: dict[str, Any] = {name: ids}
    return replace(cell, **changed)
