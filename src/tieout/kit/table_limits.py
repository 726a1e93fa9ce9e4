"""The bounds of a table that somebody uploads: above any plan, and far below what would hurt this process."""

from __future__ import annotations

from collections.abc import Iterable

BYTES = 10 * 1024 * 1024
ROWS = 50_000
COLUMNS = 200
LAST_ROW = 1_048_576  # of any spreadsheet; nobody counts further, not even blank rows
CELLS = 500_000  # that hold something
LONGEST = 4_000  # characters of a cell


class UnreadableTable(ValueError):
    """The file is no table that can be read here; ``str()`` says why and what to do."""


def refuse_bytes(name: str, data: bytes) -> None:
    """Raise UnreadableTable for a file without bytes, or with too many."""
    if not data.strip():
        raise UnreadableTable(f"{name} is empty. Choose the file that holds the table.")
    if len(data) > BYTES:
        raise UnreadableTable(
            f"{name} has {len(data) // 1_000_000} MB; at most {BYTES // 1024 // 1024} MB can be read. "
            "Take out what is not part of the table, or divide it."
        )


def checked(name: str, rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return the rows without blank ends, reading no further than the bounds allow.

    Raise UnreadableTable for a table that is larger than that, or that holds nothing.
    """
    kept: list[tuple[str, ...]] = []
    cells = last = 0
    for number, row in enumerate(rows, 1):
        if number > LAST_ROW:
            refuse_sizes(name, number, 0)
        trimmed = _trimmed(row)
        if trimmed:
            last = len(kept) + 1
            cells += sum(1 for cell in trimmed if cell)
            refuse_sizes(name, last, len(trimmed), cells)
            if any(len(cell) > LONGEST for cell in trimmed):
                raise UnreadableTable(f"{name} has a cell of over {LONGEST:,} characters in row {last}. Shorten it.")
        if len(kept) <= ROWS:  # blank ones beyond are only counted by what follows them
            kept.append(trimmed)
        elif trimmed:
            refuse_sizes(name, ROWS + 1, len(trimmed), cells)
    if not last:
        raise UnreadableTable(f"{name} holds no values. Choose the file that holds the table.")
    return tuple(kept[:last])


def refuse_sizes(name: str, rows: int, columns: int, cells: int = 0) -> None:
    """Raise UnreadableTable if one of the counts is over its bound."""
    for count, most, what in ((rows, ROWS, "rows"), (columns, COLUMNS, "columns"), (cells, CELLS, "filled cells")):
        if count > most:
            raise UnreadableTable(
                f"{name} has more than {most:,} {what}, which is all that can be read at once. "
                "Take out what is not part of the table, or divide it."
            )


def _trimmed(row: tuple[str, ...]) -> tuple[str, ...]:
    """Return the row's texts without space around them, and without blank cells at its end."""
    texts = [cell.strip() for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)
