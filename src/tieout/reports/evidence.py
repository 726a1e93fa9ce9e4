"""The lines that a document's figures are the sums of, row by row: read once, for files that hold them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter

from tieout.core.month import Month
from tieout.ledger import evidence as ledger
from tieout.ledger.evidence import Place, Posted, Wanted
from tieout.ledger.queries import Cell, EntryLine
from tieout.reports.document import Document, Row

MOST = 100_000  # lines that a file holds

Found = tuple[tuple[str, tuple[str, ...]], ...]
"""The rows (keys) that hold a line, each with the columns in which it does."""


@dataclass(frozen=True, slots=True)
class RowLine:
    """A line of a row. ``column`` names the one that holds it; "" if all do whose months hold the line's."""

    month: int  # key
    line: EntryLine
    column: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """The months, both included, that the lines of a figure are of."""

    first: Month
    last: Month

    def holds(self, month: int) -> bool:
        """Whether it holds a month (key)."""
        return self.first.key <= month <= self.last.key


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The lines of each row (by key), oldest first, and over which months each figure (row, column) reaches.

    ``left_out`` are months (keys) whose lines would have been too many, the oldest ones.
    """

    lines: Mapping[str, tuple[RowLine, ...]] = field(default_factory=dict)
    reaches: Mapping[tuple[str, str], Reach] = field(default_factory=dict)
    left_out: tuple[int, ...] = ()
    count: int = 0  # lines that were looked through, also those left out

    def whole(self, row: str, column: str) -> bool:
        """Whether all lines of a figure are here."""
        reach = self.reaches.get((row, column))
        return reach is not None and not any(reach.holds(month) for month in self.left_out)

    def sum(self, row: str, column: str) -> int:
        """Return the sum of the lines of a figure that are here, debit positive."""
        reach = self.reaches[row, column]
        return sum(
            it.line.amount
            for it in self.lines.get(row, ())
            if (it.column == column if it.column else reach.holds(it.month))
        )


def evidence_of(document: Document, masked: Collection[int] | None, *, most: int = MOST) -> Evidence:
    """Return the lines of all figures. ``masked`` are accounts that the reader may not see by line; None sees all.

    Whole months are left out, from the oldest on, until no more than ``most`` are left.
    """
    index = _Index(document)
    if index.wanted is None:
        return Evidence()
    book, version = document.at.book, document.at.version
    counts = ledger.count_by_month(book, index.wanted, version=version)
    left_out = _too_many(counts, most)
    reaches = index.reaches
    if len(left_out) == len(counts):
        return Evidence(reaches=reaches, left_out=left_out, count=sum(counts.values()))
    first = Month.from_key(min(set(counts) - set(left_out)))
    wanted = replace(index.wanted, first=max(first, index.wanted.first))
    found: defaultdict[str, list[RowLine]] = defaultdict(list)
    hidden: dict[tuple[str, int, str, str], EntryLine] = {}
    for posted in ledger.evidence(book, wanted, known=document.at.known, payroll_accounts=masked):
        for row, columns in index.of(posted.place):
            for column in columns:
                if posted.line.hidden:
                    _join(hidden, row, column, posted)
                else:
                    found[row].append(RowLine(posted.place.month, posted.line, column))
    for (row, month, _, column), line in hidden.items():
        found[row].append(RowLine(month, line, column))
    return Evidence(
        lines={row: tuple(sorted(lines, key=lambda it: it.month)) for row, lines in found.items()},
        reaches=reaches, left_out=left_out, count=sum(counts.values()),
    )  # fmt: skip


def _too_many(counts: Mapping[int, int], most: int) -> tuple[int, ...]:
    """Return the months that do not fit, oldest first."""
    held = 0
    for month in sorted(counts, reverse=True):
        held += counts[month]
        if held > most:
            return tuple(sorted(it for it in counts if it <= month))
    return ()


def _join(hidden: dict[tuple[str, int, str, str], EntryLine], row: str, column: str, posted: Posted) -> None:
    """Add a hidden line to the one that stands for its row, account and month."""
    line, month = posted.line, posted.place.month
    key = (row, month, line.account, column)
    before = hidden.get(key)
    amount, count = line.amount, line.count
    if before:
        amount, count = amount + before.amount, count + before.count
    hidden[key] = ledger.hidden_line(month, line.account, amount, count)


class _Index:
    """Which figures hold a line: cells by the field that tells most, and answers kept by place."""

    def __init__(self, document: Document) -> None:
        self.reaches: dict[tuple[str, str], Reach] = {}
        self._by: dict[str, defaultdict[int, list[tuple[str, str, Cell]]]] = {
            name: defaultdict(list) for name in _FIELDS
        }
        self._everywhere: list[tuple[str, str, Cell]] = []
        self._known: dict[object, Found] = {}
        self._by_row: defaultdict[str, list[tuple[str, Reach]]] = defaultdict(list)
        self._sets: dict[tuple[int, ...], frozenset[int]] = {}
        cells: list[Cell] = []
        for row in document.lines:
            cells += self._add(document, row)
        self.wanted = _wanted(cells)
        if self.wanted and document.at.as_then:  # a line's expense of the time is known only once it is read
            self.wanted = replace(self.wanted, expenses=())
        asked = [attribute for name, attribute in _FIELDS.items() if any(getattr(it, name) for it in cells)]
        if any(it.counters for it in cells):
            asked += ["account", "entry"]
        self._key = attrgetter("month", *asked)  # what no cell asks of a line makes no difference
        self._movers = {
            accounts: ledger.entries_that_move(document.at.book, accounts, version=document.at.version)
            for accounts in {cell.counters for cell in cells if cell.counters}
        }
        by_kind = any(cell.explaining is not None for cell in cells)
        self._explaining = ledger.entries_that_explain(document.at.book) if by_kind else frozenset()

    def of(self, place: Place) -> Found:
        """Return the rows that hold a line of this place; "" stands for all columns that hold its month."""
        key = (self._key(place), place.entry in self._explaining, place.payroll)
        if key not in self._known:
            self._known[key] = tuple(self._look(place))
        return self._known[key]

    def _add(self, document: Document, row: Row) -> Iterator[Cell]:
        for column in document.columns:
            cells = () if not column.posted else row.cells.get(column.key, ())
            if not cells:
                continue
            reach = Reach(min(it.first for it in cells), max(it.last for it in cells))
            self.reaches[row.key, column.key] = reach
            self._by_row[row.key].append((column.key, reach))
            for cell in cells:
                figure = (row.key, column.key, cell)
                name = next((it for it in _FIELDS if getattr(cell, it)), "")
                if not name:
                    self._everywhere.append(figure)
                for id_ in getattr(cell, name) if name else ():
                    self._by[name][id_].append(figure)
                yield cell

    def _look(self, place: Place) -> Iterator[tuple[str, tuple[str, ...]]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        given = [self._by[name].get(getattr(place, attribute), ()) for name, attribute in _FIELDS.items()]
        for row, column, cell in (figure for several in (*given, self._everywhere) for figure in several):
            if self._holds(cell, place):
                found[row].add(column)
        for row, columns in found.items():
            expected = [key for key, reach in self._by_row[row] if reach.holds(place.month)]
            yield row, ("",) if set(expected) == columns else tuple(sorted(columns))

    def _holds(self, cell: Cell, place: Place) -> bool:
        if not cell.first.key <= place.month <= cell.last.key:
            return False
        for name, attribute in _FIELDS.items():
            ids = getattr(cell, name)
            if ids and getattr(place, attribute) not in self._set(ids):
                return False
        if cell.explaining is not None and (place.entry in self._explaining) is not cell.explaining:
            return False
        if cell.payroll is not None and bool(place.payroll) is not cell.payroll:
            return False
        if cell.counters:
            return place.account not in cell.counters and place.entry in self._movers[cell.counters]
        return True

    def _set(self, ids: tuple[int, ...]) -> frozenset[int]:
        if ids not in self._sets:
            self._sets[ids] = frozenset(ids)
        return self._sets[ids]


_FIELDS = {
    "parties": "party", "items": "item", "expenses": "expense", "dimension_sets": "dimension_set",
    "accounts": "account",
}  # fmt: skip
"""The fields of a cell, and what they are called at a line; those that few lines share first."""


def _wanted(cells: Collection[Cell]) -> Wanted | None:
    """Return what to read so that no line of the cells is missing; None where nothing is."""
    if not cells:
        return None

    def union(name: str) -> tuple[int, ...]:
        several = {getattr(cell, name) for cell in cells}
        return () if () in several else tuple(sorted(set().union(*several)))

    return Wanted(
        first=min(it.first for it in cells), last=max(it.last for it in cells),
        accounts=union("accounts"), expenses=union("expenses"),
    )  # fmt: skip
