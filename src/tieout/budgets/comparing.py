"""Two versions side by side, or one against actuals or the forecast: what differs, and which way. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.budgets.content import Line
from tieout.budgets.layout import folded
from tieout.budgets.outline import Node, outline
from tieout.core.month import Month

Months = Mapping[Month, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is compared. ``through``: the last month that it knows, where it ends before the others."""

    key: str  # as in the address: "12", "actuals", "forecast"
    label: str
    lines: tuple[Line, ...]
    through: Month | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Months that are one group of columns."""

    label: str
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """An expense on both sides. Its labels are those of the first side that has it."""

    line: Line
    a: Months
    b: Months


@dataclass(frozen=True, slots=True)
class Cells:
    """A row in one period: minor units, debit positive. More on side B is unfavourable: more cost, or less income.

    ``sign`` is what they are multiplied by where they are shown.
    """

    a: int
    b: int
    sign: int = 1

    @property
    def shown_a(self) -> int:
        """A as people see it."""
        return self.a * self.sign

    @property
    def shown_b(self) -> int:
        """B as people see it."""
        return self.b * self.sign

    @property
    def shown_difference(self) -> int:
        """What B is more than A, as people see both."""
        return self.difference * self.sign

    @property
    def difference(self) -> int:
        """What B is more than A."""
        return self.b - self.a

    @property
    def over(self) -> bool:
        """Whether B is unfavourable: it costs more than A, or earns less."""
        return self.difference > 0

    @property
    def percent(self) -> str:
        """The difference in percent of A, to a tenth: "+12.5 %"; "new" where A has nothing, "" where none is."""
        if not self.difference:
            return ""
        if not self.a:
            return "new"
        tenths = (2000 * abs(self.difference) + abs(self.a)) // (2 * abs(self.a))
        if tenths >= 10_000 * 10:
            return "over 10,000 %"
        if not tenths:
            return "under 0.1 %"
        return f"{'+' if self.shown_difference > 0 else '−'}{tenths // 10:,}.{tenths % 10} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the comparison: cells of each period."""

    node: Node[Pair]
    cells: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Foot:
    """A total: its name, and its cells of each period."""

    label: str
    cells: tuple[Cells, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Rows by category, department and expense, and the totals: of the whole, debit positive, and as they are shown."""

    periods: tuple[Period, ...]
    rows: tuple[Row, ...]
    total: tuple[Cells, ...]
    feet: tuple[Foot, ...]


def compare(a: Sequence[Line], b: Sequence[Line], periods: Sequence[Period]) -> Comparison:
    """Return two sets of lines side by side. An expense is the same by its id, else by number, name and department.

    So it stands in one row however it was renamed or moved between the two; rows without any amount are left out.
    """
    wanted = {month for period in periods for month in period.months}
    pairs = [pair for pair in _pairs(a, b) if _any(pair.a, wanted) or _any(pair.b, wanted)]
    nodes = outline(pairs, lambda pair: pair.line)
    return Comparison(
        periods=tuple(periods),
        rows=tuple(Row(node=node, cells=_cells(node.items, periods, node.items[0].line.sign)) for node in nodes),
        total=_cells(pairs, periods),
        feet=tuple(_feet(pairs, periods)),
    )


def _feet(pairs: Sequence[Pair], periods: Sequence[Period]) -> Iterator[Foot]:
    """Yield the totals: of expenses alone, or with what is earned and what is left of it."""
    income = [pair for pair in pairs if pair.line.income]
    if income:
        yield Foot("Total income", _cells(income, periods, -1))
    yield Foot("Total expenses", _cells([pair for pair in pairs if not pair.line.income], periods))
    if income:
        yield Foot("Net income", _cells(pairs, periods, -1))


def _any(months: Months, wanted: set[Month]) -> bool:
    return any(amount for month, amount in months.items() if month in wanted)


def _cells(pairs: Sequence[Pair], periods: Sequence[Period], sign: int = 1) -> tuple[Cells, ...]:
    def summed(side: Callable[[Pair], Months], period: Period) -> int:
        return sum(side(pair).get(month, 0) for pair in pairs for month in period.months)

    return tuple(Cells(summed(lambda it: it.a, period), summed(lambda it: it.b, period), sign) for period in periods)


def _pairs(a: Iterable[Line], b: Iterable[Line]) -> list[Pair]:
    lines: dict[tuple[object, ...], Line] = {}
    sides: tuple[dict[tuple[object, ...], dict[Month, int]], ...] = ({}, {})
    for months, given in zip(sides, (a, b), strict=True):
        for line in given:
            key = _key(line)
            lines.setdefault(key, line)
            sums = months.setdefault(key, {})
            for month, amount in line.amounts.items():
                sums[month] = sums.get(month, 0) + amount
    return [Pair(line, sides[0].get(key, {}), sides[1].get(key, {})) for key, line in lines.items()]


def _key(line: Line) -> tuple[object, ...]:
    if line.expense:
        return (line.expense,)
    return folded(line.number), folded(line.name), folded(line.department)
