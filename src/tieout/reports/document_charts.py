"""The charts that print with a report: how its main figures moved, column by column."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.reports.document import Column, ColumnKind, Document, Row
from tieout.ui.charts import Chart, Series

_FEWEST = 3  # columns that make a movement
_MOST = 36
_DRAWN = {
    "profit-and-loss": (("revenue", False), ("cost-of-revenue", False), ("expenses", False), ("net-income", True)),
}
"""The rows (keys) of each report that are drawn, and whether as a line over the bars."""


def charts_of(document: Document) -> Iterator[Chart]:
    """Yield a report's charts, in the sign in which it shows its figures."""
    columns = [
        it
        for it in document.columns
        if not it.derived and not it.total and it.kind not in (ColumnKind.BUDGET, ColumnKind.BOOKS)
    ]
    series = tuple(
        _series(document, document.by_key[key], columns, line=line)
        for key, line in _DRAWN.get(document.report, ())
        if key in document.by_key
    )
    if not series or not _FEWEST <= len(columns) <= _MOST:
        return
    ahead = [at for at, it in enumerate(columns) if it.kind in (ColumnKind.FORECAST, ColumnKind.MIXED)]
    chart = Chart(
        key=document.report,
        title=f"{document.title}, {document.at.book.currency}",
        labels=tuple(it.label for it in columns),
        series=series,
        digits=document.at.book.digits,
        unit=document.at.book.currency,
        forecast=ahead[0] if ahead else None,
    )
    if not chart.empty:
        yield chart


def _series(document: Document, row: Row, columns: list[Column], *, line: bool) -> Series:
    return Series(name=row.label, values=tuple(document.shown(row, it) for it in columns), line=line)
