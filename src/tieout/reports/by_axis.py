"""Rows by party, item or dimension value: months across, lines without one apart, and a foot that is the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.core.month import Month
from tieout.expenses.tying import Tying, tying
from tieout.ledger.queries import Cell
from tieout.ledger.slices import By, Slice
from tieout.reports.beside import State
from tieout.reports.document import Column, Row, RowKind
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question
from tieout.reports.scope import Lines, Scope, Split
from tieout.ui.figures import count

NONE, PAYROLL, OTHERS, TOTAL = "none", "payroll", "others", "total"
_TREND = 12  # months


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How a report by axis calls its rows. ``prefix`` begins their keys: "party:12"."""

    prefix: str
    one: str  # "vendor"
    none: str  # "(no vendor)"
    total: str  # "Total expenses"
    named: Mapping[int, str]
    several: str = ""

    def label(self, key: int) -> str:
        """Return a row's name."""
        return self.named.get(key, "") or f"({self.one} {key}, no longer listed)"


@dataclass(slots=True)
class _Sums:
    """What one row holds: by column, and by month for its trend; and in which columns what it holds does not tie."""

    columns: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    months: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    differs: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What the rows are made from."""

    at: LedgerAt
    asked: Question
    columns: tuple[Column, ...]
    whole: Column  # the one that rows are sorted by
    scope: Scope
    by: By
    words: Words
    lines: Callable[[int], Lines]  # what lines a row takes, by its key
    sign: int = 1
    ties: Tying


def axis_ties(at: LedgerAt) -> Tying:
    """Return which account-months of the books do not tie."""
    return tying(at.book, at.version)


def axis_rows(axis: Axis, split: Split, decorate: Callable[[int, Row], Row]) -> tuple[Row, ...]:
    """Return the rows, largest first, then those that stand for several or for nobody, and the total last.

    ``decorate`` adds to a row what its report knows of its key.
    """
    wanted = months_of(axis.columns)
    sums = _sums(split.shown, wanted, axis.ties, lambda it: it[0])
    masked = _sums(split.masked, wanted, axis.ties, lambda _: 0).get(0)
    nobody = sums.pop(0, None) or _Sums()
    residuals = _residuals(axis, wanted)
    _mark_untold(axis, wanted, nobody)
    shown, others = _shown(axis, sums)
    rows = [decorate(key, _row(axis, f"{axis.words.prefix}:{key}", axis.words.label(key), sums[key], (key,)))
            for key in shown]  # fmt: skip
    if others:
        rows.append(_row(axis, OTHERS, _others_label(axis, len(others)), _added(sums[it] for it in others), others))
    if masked:
        rows.append(_masked_row(axis, masked))
    if any(nobody.columns.values()) or nobody.differs or residuals:
        rows.append(_row(axis, NONE, axis.words.none, nobody, (0,), residuals))
    total = Row(
        key=TOTAL, label=axis.words.total, kind=RowKind.TOTAL, sign=axis.sign, favourable=-1,
        parts=tuple(row.key for row in rows), trend=_whole_trend(axis, split),
    )  # fmt: skip
    return (*rows, total)


def months_of(columns: Sequence[Column]) -> Mapping[int, tuple[str, ...]]:
    """Return in which columns (keys) each month (key) counts."""
    result: defaultdict[int, list[str]] = defaultdict(list)
    for column in columns:
        if column.first and column.last and not column.derived:
            for month in column.first.until(column.last + 1):
                result[month.key].append(column.key)
    return {month: tuple(keys) for month, keys in result.items()}


def _sums(
    found: Iterable[Slice], wanted: Mapping[int, tuple[str, ...]], ties: Tying, row_of: Callable[[Slice], int]
) -> dict[int, _Sums]:
    differing = {(account, month.key) for account, month in ties.differing}
    result: defaultdict[int, _Sums] = defaultdict(_Sums)
    for it in found:
        _, account, _, month, amount = it
        sums = result[row_of(it)]
        sums.months[month] += amount
        for column in wanted.get(month, ()):
            sums.columns[column] += amount
            if (account, month) in differing:
                sums.differs.add(column)
    return {key: sums for key, sums in result.items() if any(sums.columns.values())}


def _mark_untold(axis: Axis, wanted: Mapping[int, tuple[str, ...]], nobody: _Sums) -> None:
    """Mark where an account does not tie on the row of nobody: whose line is missing is not known."""
    for account, month in axis.ties.differing:
        if account in axis.scope.accounts:
            nobody.differs.update(wanted.get(month.key, ()))


def _residuals(axis: Axis, wanted: Mapping[int, tuple[str, ...]]) -> dict[str, int]:
    """Return what is not itemised, by column: nobody is named on it."""
    hidden = axis.scope.masked or frozenset()
    if axis.scope.sets is not None:  # such lines have no dimension
        return {}
    result: defaultdict[str, int] = defaultdict(int)
    for account, expense, month, amount in axis.at.explaining.lines:
        if account not in hidden and axis.scope.holds(account, expense, Month.from_key(month)):
            for column in wanted.get(month, ()):
                result[column] += amount
    return {column: amount for column, amount in result.items() if amount}


def _shown(axis: Axis, sums: Mapping[int, _Sums]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the keys that have rows of their own, and those that are folded into one."""
    asked, words = axis.asked, axis.words
    found = [
        key
        for key, it in sums.items()
        if asked.search.casefold() in words.label(key).casefold()
        and abs(it.columns[axis.whole.key]) >= asked.least
    ]  # fmt: skip
    if asked.most and len(found) > asked.most:
        found.sort(key=lambda key: (-abs(sums[key].columns[axis.whole.key]), words.label(key).casefold(), key))
        found = found[: asked.most]
    found.sort(key=lambda key: (-axis.sign * sums[key].columns[axis.whole.key], words.label(key).casefold(), key))
    return tuple(found), tuple(sorted(sums.keys() - set(found)))


def _others_label(axis: Axis, number: int) -> str:
    word = "other" if axis.asked.search or axis.asked.least else "smaller"
    plural = axis.words.several or f"{axis.words.one}s"
    return count(number, f"{word} {axis.words.one}", f"{word} {plural}")


def _added(several: Iterable[_Sums]) -> _Sums:
    result = _Sums()
    for sums in several:
        for column, amount in sums.columns.items():
            result.columns[column] += amount
        for month, amount in sums.months.items():
            result.months[month] += amount
        result.differs |= sums.differs
    return result


def _row(
    axis: Axis, key: str, label: str, sums: _Sums, keys: tuple[int, ...], residuals: Mapping[str, int] | None = None
) -> Row:
    several = [axis.lines(it) for it in keys]
    lines = Lines(
        parties=tuple(id_ for it in several for id_ in it.parties),
        items=tuple(id_ for it in several for id_ in it.items),
        sets=tuple(id_ for it in several for id_ in it.sets),
    )
    return Row(
        key=key,
        label=label,
        sign=axis.sign,
        favourable=-1,
        amounts=sums.columns,
        cells=Cells(axis.columns, lambda column: axis.scope.cells(*stretch(column), lines)),
        states=dict.fromkeys(sums.differs, State.DIFFERS),
        residuals=residuals or {},
        trend=_trend(axis, sums),
    )


def _masked_row(axis: Axis, sums: _Sums) -> Row:
    return Row(
        key=PAYROLL,
        label="Payroll",
        note="Who was paid what is shown to people with the payroll-detail right",
        sign=axis.sign,
        favourable=-1,
        amounts=sums.columns,
        cells=Cells(axis.columns, lambda column: axis.scope.masked_cells(*stretch(column))),
        states=dict.fromkeys(sums.differs, State.DIFFERS),
        trend=_trend(axis, sums),
    )


def _trend(axis: Axis, sums: _Sums) -> tuple[int, ...]:
    last = axis.asked.last
    return tuple(sums.months[month.key] * axis.sign for month in (last - (_TREND - 1)).until(last + 1))


def _whole_trend(axis: Axis, split: Split) -> tuple[int, ...]:
    sums = _Sums()
    for _, _, _, month, amount in (*split.shown, *split.masked):
        sums.months[month] += amount
    return _trend(axis, sums)


def stretch(column: Column) -> tuple[Month, Month]:
    """Return a column's first and last month."""
    assert column.first
    assert column.last
    return column.first, column.last


class Cells(Mapping[str, tuple[Cell, ...]]):
    """A row's cells by column, made when one is asked for: ten thousand rows have no need of theirs."""

    def __init__(self, columns: Sequence[Column], make: Callable[[Column], Iterator[Cell]]) -> None:
        self._columns = {it.key: it for it in columns if it.first and it.last and not it.derived}
        self._make = make

    def __getitem__(self, key: str) -> tuple[Cell, ...]:
        return tuple(self._make(self._columns[key]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)
