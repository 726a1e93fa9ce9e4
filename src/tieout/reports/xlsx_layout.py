"""Where each figure of a document stands on its sheet, and the formula that makes it of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from tieout.core.money import to_decimal
from tieout.kit.sheet_writing import EXACT_DIGITS, LONGEST_FORMULA, reference
from tieout.reports.document import PERCENTS, Column, ColumnKind, Document, Row, RowKind
from tieout.reports.statement import Printed, statement

LABEL = 1  # the column of the rows' names, behind that of their numbers
_MOST_REFERENCES = 200  # a SUM takes 255


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A document on a sheet. ``top`` is the number of its first row, from 0; figures begin in column ``LABEL + 1``."""

    document: Document
    top: int

    @cached_property
    def printed(self) -> tuple[Printed, ...]:
        """The rows, from the top down."""
        return statement(self.document)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The number of the row in which each row's figures stand, by its key."""
        return {it.row.key: self.top + place for place, it in enumerate(self.printed) if not it.heading}

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column in which each column stands, by its key."""
        return {it.key: LABEL + 1 + place for place, it in enumerate(self.document.columns)}

    @property
    def behind(self) -> int:
        """The first column behind the figures."""
        return LABEL + 1 + len(self.document.columns)

    @property
    def bottom(self) -> int:
        """The number of the first row below the figures."""
        return self.top + len(self.printed)

    def name(self, row: str, column: str) -> str:
        """Return the name of the cell in which a figure stands."""
        return reference(self.rows[row], self.columns[column])

    def value(self, row: Row, column: Column) -> Decimal:
        """Return a figure as the sheet shows it: percentages as parts of one."""
        shown = self.document.shown(row, column)
        return to_decimal(shown, 3) if column.kind in PERCENTS else to_decimal(shown, self.document.at.book.digits)

    def formula(self, row: Row, column: Column) -> str:
        """Return the formula of a figure, without "="; "" for one that is a value of its own."""
        if not self._exact:
            return ""
        made = self._derived(row, column) or self._sum(row, column) or self._repeated(row, column)
        return made if len(made) < LONGEST_FORMULA else ""

    @cached_property
    def _exact(self) -> bool:
        """Whether a spreadsheet keeps all digits of every figure: those that it does not are texts, and add up to 0."""
        document = self.document
        return all(
            abs(document.amount(row, column)) < 10**EXACT_DIGITS
            for row in document.rows if row.has_figures
            for column in document.columns
        )  # fmt: skip

    def _rounded(self, text: str) -> str:
        """Return a formula that leaves no trace of binary fractions."""
        return f"ROUND({text},{self.document.at.book.digits})"

    def _derived(self, row: Row, column: Column) -> str:
        match column.kind:
            case ColumnKind.CHANGE:
                return self._rounded(self._change(row, column))
            case ColumnKind.PERCENT:
                before, after = (self.name(row.key, key) for key in column.of)
                return f"IF({before}=0,0,ROUND(({after}-{before})/ABS({before}),3))"
            case ColumnKind.SHARE:
                base = self.document.by_key.get(column.base or self.document.foot[-1])
                if base is None or base.key not in self.rows:
                    return ""
                (of,) = column.of
                part, whole = self.name(row.key, of), self.name(base.key, of)
                return f"IF({whole}=0,0,ROUND({part}/{whole},3))"
            case _:
                return ""

    def _change(self, row: Row, column: Column) -> str:
        """Return the columns behind the first one of a change, less that one, each in the sign that its cells have."""
        before, *after = (self.document.by_column[key] for key in column.of)
        own = self.document.sign(row, column)
        terms = [(it, own * self.document.sign(row, it)) for it in after]
        terms.append((before, -own * self.document.sign(row, before)))
        text = "".join(f"{'+' if sign > 0 else '-'}{self.name(row.key, it.key)}" for it, sign in terms)
        return text.removeprefix("+")

    def _sum(self, row: Row, column: Column) -> str:
        if row.kind not in (RowKind.SUM, RowKind.TOTAL) or not row.parts:
            return ""
        if any(part not in self.rows for part in row.parts):
            return ""
        places: defaultdict[int, list[int]] = defaultdict(list)
        for key in row.parts:
            part = self.document.by_key[key]
            places[self.document.sign(row, column) * self.document.sign(part, column)].append(self.rows[key])
        at = self.columns[column.key]
        plus, minus = (_added(places[sign], at) for sign in (1, -1))
        less = f"({minus})" if "+" in minus else minus
        return self._rounded(f"{plus}-{less}" if minus else plus)

    def _repeated(self, row: Row, column: Column) -> str:
        own = self.repeats.get(column.key, ())
        if not own:
            return ""
        cells = _runs([self.columns[it] for it in own], self.rows[row.key])
        return self._rounded(f"SUM({','.join(cells)})")

    @cached_property
    def repeats(self) -> dict[str, tuple[str, ...]]:
        """Which columns each total column is the sum of, by keys; a column that is missing is a value of its own."""
        return {
            column.key: own for column in self.document.columns if column.total if (own := tuple(self._within(column)))
        }

    def _within(self, column: Column) -> Iterator[str]:
        """Yield the columns that a total adds, if each row says so."""
        if column.first is None or column.last is None or column.derived:
            return
        apart = (ColumnKind.BUDGET, ColumnKind.BOOKS)
        own = [
            it
            for it in self.document.columns
            if not it.total and not it.derived
            and (it.kind is column.kind or (it.kind not in apart and column.kind not in apart))
            and it.first is not None and it.last is not None and column.first <= it.first and it.last <= column.last
        ]  # fmt: skip
        amount = self.document.amount
        if len(own) > 1 and all(
            amount(row, column) == sum(amount(row, it) for it in own) for row in self.document.lines
        ):
            yield from (it.key for it in own)


def _added(rows: Sequence[int], column: int) -> str:
    """Return the sum of cells of a column, neighbours as one range."""
    if not rows:
        return ""
    names = []
    for _, run in groupby(enumerate(sorted(rows)), key=lambda it: it[1] - it[0]):
        own = [row for _, row in run]
        first, last = reference(own[0], column), reference(own[-1], column)
        names.append(first if first == last else f"{first}:{last}")
    several = [names[at : at + _MOST_REFERENCES] for at in range(0, len(names), _MOST_REFERENCES)]
    if len(names) == 1 and ":" not in names[0]:
        return names[0]
    return "+".join(f"SUM({','.join(it)})" for it in several)


def _runs(columns: Sequence[int], row: int) -> Iterator[str]:
    """Yield the cells of a row, neighbours as one range."""
    for _, run in groupby(enumerate(sorted(columns)), key=lambda it: it[1] - it[0]):
        own = [column for _, column in run]
        first, last = reference(row, own[0]), reference(row, own[-1])
        yield first if first == last else f"{first}:{last}"
