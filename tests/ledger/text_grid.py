"""A grid's rows as an aligned table that a reviewer can add up: what golden files hold."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.ui.figures import exact
from tieout.ui.grid import Row


def text_grid(heads: Sequence[str], rows: Sequence[Row], digits: int) -> str:
    """Return the rows, indented by level, under their columns' heads."""
    names = [f"{' ' * (row.level - 1)}{f'{row.code} {row.label}'.strip()}" for row in rows]
    cells = [["" if it is None else exact(it, digits) for it in row.amounts] for row in rows]
    wide = max(map(len, names))
    widths = [max(len(head), *(len(row[at]) for row in cells)) for at, head in enumerate(heads)]
    lines = ["".join([" " * wide, *(f"  {head:>{width}}" for head, width in zip(heads, widths, strict=True))])]
    lines += [
        "".join([f"{name:<{wide}}", *(f"  {it:>{width}}" for it, width in zip(row, widths, strict=True))]).rstrip()
        for name, row in zip(names, cells, strict=True)
    ]
    return "\n".join(lines) + "\n"
