"""The charts of a report, over its page and in print: how its main figures moved, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieout.reports.document import Column, ColumnKind, Document, Row, RowKind
from tieout.ui.charts import Chart, Series, Shape

_FEWEST = 3  # columns that make a movement
_MOST = 36
_BESIDE = (ColumnKind.BUDGET, ColumnKind.BOOKS)
_LARGEST = 5  # rows that stand on top of each other, and what is left of the whole
_DRAWN = {
    "profit-and-loss": (("revenue", False), ("cost-of-revenue", False), ("expenses", False), ("net-income", True)),
}
"""The rows (keys) of each report that are drawn, and whether as a line over the bars."""
_STACKED = frozenset({"vendor-spend"})
"""The reports of which the largest rows are drawn, with the rest, so that each bar is the whole."""


def charts_of(document: Document) -> Iterator[Chart]:
    """Yield a report's charts, in the sign in which it shows its figures."""
    columns = [it for it in document.columns if not it.derived and not it.total and it.kind not in _BESIDE]
    if not _FEWEST <= len(columns) <= _MOST:
        return
    stacked = document.report in _STACKED
    series = _largest(document, columns) if stacked else _named(document, columns)
    if not series:
        return
    ahead = [at for at, it in enumerate(columns) if it.kind in (ColumnKind.FORECAST, ColumnKind.MIXED)]
    chart = Chart(
        key=document.report,
        title=f"{document.title}, {document.at.book.currency}",
        labels=tuple(it.label for it in columns),
        series=series,
        shape=Shape.STACKED if stacked else Shape.BARS,
        digits=document.at.book.digits,
        forecast=ahead[0] if ahead else None,
    )
    if not chart.empty:
        yield chart


def _named(document: Document, columns: Sequence[Column]) -> tuple[Series, ...]:
    return tuple(
        Series(name=row.label, values=_values(document, row, columns), line=line)
        for key, line in _DRAWN.get(document.report, ())
        if (row := document.by_key.get(key))
    )


def _largest(document: Document, columns: Sequence[Column]) -> tuple[Series, ...]:
    """Return the largest lines, and what is left of the report's last foot without them."""
    if not document.foot:
        return ()
    lines = {row.key: _values(document, row, columns) for row in document.rows if row.kind is RowKind.LINE}
    order = sorted(lines, key=lambda key: -abs(sum(lines[key])))[:_LARGEST]
    shown = [Series(name=document.by_key[key].label, values=lines[key]) for key in order]
    whole = _values(document, document.by_key[document.foot[-1]], columns)
    rest = tuple(all_ - sum(lines[key][at] for key in order) for at, all_ in enumerate(whole))
    return (*shown, Series(name="All others", values=rest)) if any(rest) else tuple(shown)


def _values(document: Document, row: Row, columns: Sequence[Column]) -> tuple[int, ...]:
    return tuple(document.shown(row, it) for it in columns)
