"""Aligned text: reports for a terminal, and for a reviewer who adds a column up by eye."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What stands above or below the figures of a row."""

    NONE = " "
    SINGLE = "-"
    DOUBLE = "="  # below a total that ties out
    BROKEN = "~"  # below one that does not


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row: its name, its cells, the rules around them, and a word after them."""

    name: str
    cells: tuple[str, ...] = ()
    note: str = ""
    above: Rule = Rule.NONE
    below: Rule = Rule.NONE


@dataclass(frozen=True, slots=True)
class TextTable:
    """A head of sentences, column titles, rows, and a foot of sentences."""

    head: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[TextRow, ...]
    foot: tuple[str, ...] = ()


def render(table: TextTable) -> str:
    """Return the table as lines: names to the left, cells to the right, nothing behind the last cell."""
    names = [row.name for row in table.rows]
    first = max([0, *map(len, names)])
    widths = [
        max(len(title), *(len(row.cells[place]) for row in table.rows if place < len(row.cells)), 0)
        for place, title in enumerate(table.columns)
    ]
    body = [_line("", table.columns, first, widths)]
    for row in table.rows:
        body += [*_rule(row.above, row, first, widths), f"{_line(row.name, row.cells, first, widths)}  {row.note}"]
        body += _rule(row.below, row, first, widths)
    lines = [*table.head, "", *body, *(["", *table.foot] if table.foot else [])]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _line(name: str, cells: Sequence[str], first: int, widths: Sequence[int]) -> str:
    return "  ".join([name.ljust(first), *_right(cells, widths)])


def _rule(rule: Rule, row: TextRow, first: int, widths: Sequence[int]) -> Iterator[str]:
    if rule is not Rule.NONE:
        cells = [rule.value * width if cell else "" for cell, width in zip(row.cells, widths, strict=False)]
        yield _line("", cells, first, widths)


def _right(cells: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    return [cell.rjust(width) for cell, width in zip(cells, widths, strict=False)]
