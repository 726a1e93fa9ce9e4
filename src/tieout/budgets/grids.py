"""A version as a grid: category, department and expense down, months across with each fiscal year's total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from tieout.budgets.content import Line
from tieout.budgets.models import Budget
from tieout.budgets.outline import Node, outline
from tieout.budgets.typing import ROW
from tieout.core.month import Month
from tieout.expenses.periods import By, Span, spans
from tieout.ui.grid import Asked, Column, Foot, Grid, Row

_MANY = 60  # rows above which departments arrive shut

Item = tuple[int, Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the grid asks. Without ``cells`` nothing can be typed, and rows lead nowhere."""

    figures: str
    cells: str = ""
    undo: str = ""
    row: Callable[[int], str] = lambda _: ""


def budget_grid(
    budget: Budget, lines: Mapping[int, Line], *, asked: Asked, first_month: int, addresses: Addresses
) -> Grid:
    """Return the grid: months with each fiscal year's total behind them."""
    months = budget.months
    columns = spans(months[0], months[-1], by=By.MONTH, first_month=first_month, through=months[-1])
    nodes = list(outline(lines.items(), lambda item: item[1]))
    return Grid(
        label=f"{budget.name} by month",
        corner=f"{budget.currency}, whole units",
        columns=[Column(label=it.label, total=it.total, types="" if it.total else it.key) for it in columns],
        rows=[_row(node, columns, addresses) for node in nodes],
        feet=list(_feet(list(lines.values()), columns)),
        digits=budget.digits,
        asked=_opened(asked, nodes),
        figures_url=addresses.figures,
        edit_url=addresses.cells,
        undo_url=addresses.undo,
        from_start=True,
    )


def figures(grid: Grid) -> dict[str, Sequence[int | None]]:
    """Return the exact amounts of all rows, by their keys."""
    return {row.key: row.amounts for row in grid.rows} | {foot.key: foot.amounts for foot in grid.feet}


def _feet(lines: Sequence[Line], columns: Iterable[Span]) -> Iterator[Foot]:
    """Yield the totals: expenses alone, or with what is earned and what is left of it."""
    spans_ = list(columns)
    income = [line for line in lines if line.income]
    if income:
        yield Foot(label="Total income", amounts=_sums(income, spans_), key="income")
    yield Foot(label="Total expenses", amounts=_sums([it for it in lines if not it.income], spans_), key="total")
    if income:
        yield Foot(label="Net income", amounts=[-it for it in _sums(lines, spans_, turned=False)], key="net")


def _row(node: Node[Item], columns: Iterable[Span], addresses: Addresses) -> Row:
    leaf = node.leaf
    editable = bool(leaf and addresses.cells)
    return Row(
        key=f"{ROW}{leaf[0]}" if leaf else node.key,
        label=node.label,
        level=node.level,
        amounts=_sums((line for _, line in node.items), columns),
        expandable=leaf is None,
        code=leaf[1].number if leaf else "",
        href=addresses.row(leaf[0]) if leaf and editable else "",
        form=editable,
        edit=editable,
        entries=False,
    )


def _sums(lines: Iterable[Line], columns: Iterable[Span], *, turned: bool = True) -> list[int]:
    """Return what lines come to, in the sign in which each is shown, or debit positive."""
    sums: dict[Month, int] = {}
    for line in lines:
        for month, amount in line.amounts.items():
            sums[month] = sums.get(month, 0) + (amount * line.sign if turned else amount)
    return [sum(sums.get(month, 0) for month in span.months()) for span in columns]


def asked_of(query: QueryDict) -> Asked:
    """Return which rows an address opens and shuts, on top of what is open at first."""
    kept = tuple((name, value) for name in ("open", "shut") for value in query.getlist(name))
    return Asked(opened=frozenset(query.getlist("open")), carried=kept)


def _opened(asked: Asked, nodes: Iterable[Node[Item]]) -> Asked:
    """Return which rows are open at first: all, or the categories where there are many; then as the address says.

    A key that comes both ways was just turned round without script, so the address forgets it.
    """
    listed = list(nodes)
    few = sum(node.level == 3 for node in listed) <= _MANY
    at_first = {node.key for node in listed if node.level == 1 or (few and node.level < 3)}
    opens, shuts = asked.opened, {value for name, value in asked.carried if name == "shut"}
    shut = (shuts - opens) & at_first
    opened = opens - shuts - at_first
    carried = (*(("open", key) for key in sorted(opened)), *(("shut", key) for key in sorted(shut)))
    return Asked(opened=frozenset(opened | (at_first - shut)), carried=carried)
