"""From a figure of a document to the lines that it is the sum of."""

from __future__ import annotations

from dataclasses import replace

from tieout.expenses.cells import RowCell, Segment
from tieout.reports.document import Column, Document, Row
from tieout.reports.queries import NoReport


def figure(document: Document, row_key: str, column_key: str) -> tuple[Row, Column]:
    """Return the row and the column of a figure; raise NoReport where the document has none of that name."""
    row, column = document.by_key.get(row_key), document.by_column.get(column_key)
    if row is None or column is None or not row.has_figures or not column.posted:
        raise NoReport("the report has no such figure: open it anew")
    return row, column


def figure_cell(document: Document, row: Row, column: Column) -> RowCell:
    """Return what the figure's list of lines consists of, as known when the document is."""
    then = document.at.known if document.at.as_then else None
    cells = tuple(replace(cell, then=then) for cell in document.cells(row, column))
    first, last = column.first, column.last
    if first is None or last is None:
        raise NoReport("the report has no such figure: open it anew")
    return RowCell(
        key=row.key,
        first=first,
        last=last,
        trail=(document.title, row.account.label if row.account else row.label),
        segments=tuple(Segment(cell, document.at.version) for cell in cells),
        amount=document.amount(row, column) - document.ahead(row, column),
        accounts=frozenset(account for cell in cells for account in cell.accounts),
        sign=document.sign(row, column),
    )
