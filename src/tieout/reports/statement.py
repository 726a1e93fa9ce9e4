"""A document in the order of a printed statement: a heading, what it adds, and its total below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tieout.reports.document import Document, Row, RowKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A printed row. A heading has no figures; a total stands below what it adds."""

    row: Row
    label: str
    level: int
    heading: bool = False
    total: bool = False


def statement(document: Document) -> tuple[Printed, ...]:
    """Return the rows as they are printed: a sum that stands above its parts becomes a heading and a total."""
    return tuple(_printed(document))


def _printed(document: Document) -> Iterator[Printed]:
    opened: list[Row] = []
    rows = document.rows
    for place, row in enumerate(rows):
        while opened and opened[-1].level >= row.level:
            yield _total(opened.pop())
        below = place + 1 < len(rows) and rows[place + 1].level > row.level
        if row.kind is RowKind.SUM and below:
            opened.append(row)
            yield Printed(row=row, label=row.label, level=row.level, heading=True)
        else:
            heading = row.kind is RowKind.HEADING
            total = row.kind is RowKind.TOTAL
            yield Printed(row=row, label=row.label, level=row.level, heading=heading, total=total)
    while opened:
        yield _total(opened.pop())


def _total(row: Row) -> Printed:
    # A row of the statement's own frame begins small behind "Total"; a name that somebody gave stays as it is.
    given = ":" in row.key or row.account is not None or row.department is not None
    label = row.label if given else f"{row.label[:1].lower()}{row.label[1:]}"
    return Printed(row=row, label=f"Total {label}", level=row.level, total=True)
