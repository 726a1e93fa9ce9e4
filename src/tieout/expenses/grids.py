"""The timeline and the summary as grids: which rows are sent, how columns are headed, what the foot says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from tieout.expenses.periods import Span
from tieout.expenses.sections import TOTAL, TOTAL_LABEL
from tieout.expenses.timeline import Timeline, TimelineRow
from tieout.ledger.models import Book
from tieout.ui.grid import Asked, Band, Column, Foot, Grid, Row, Sign

_EXPENSE_LEVEL = 3


def timeline_grid(
    timeline: Timeline, book: Book, *, asked: Asked, entries_url: str, rows_url: str, filtered: bool = False
) -> Grid:
    """Return the grid. Expenses of shut departments are left out: the page fetches them when they are opened."""
    return Grid(
        label="Expenses by month",
        corner=f"{book.currency}, whole units",
        bands=tuple(_bands(timeline.spans)),
        columns=_columns(timeline),
        rows=list(_rows(timeline, asked, entries_url)),
        feet=_feet(timeline, filtered=filtered),
        digits=book.digits,
        asked=asked,
        entries_url=entries_url,
        children_url=rows_url,
    )


def summary_grid(timeline: Timeline, book: Book, *, asked: Asked, entries_url: str, filtered: bool) -> Grid:
    """Return the summary's grid: all rows are sent, there are but three figures in each."""
    parents = {row.parent for row in timeline.rows}
    return Grid(
        label="Expenses, summary",
        corner=f"{book.currency}, whole units",
        columns=_columns(timeline),
        rows=[_row(timeline, row, entries_url, expandable=row.key in parents) for row in timeline.rows],
        feet=_feet(timeline, filtered=filtered),
        digits=book.digits,
        asked=asked,
        entries_url=entries_url,
    )


def children_html(timeline: Timeline, book: Book, key: str, *, entries_url: str) -> SafeString:
    """Return the rows right below one."""
    below = [_row(timeline, row, entries_url, expandable=False) for row in timeline.rows if row.parent == key]
    return Grid(label="", columns=_columns(timeline), rows=below, digits=book.digits).body_html


def _rows(timeline: Timeline, asked: Asked, entries_url: str) -> Iterator[Row]:
    parents = {row.parent for row in timeline.rows}
    for row in timeline.rows:
        if row.level < _EXPENSE_LEVEL or asked.is_open(row.parent):
            yield _row(timeline, row, entries_url, expandable=row.key in parents)


def _row(timeline: Timeline, row: TimelineRow, entries_url: str, *, expandable: bool) -> Row:
    """Return a row whose name leads to the entries of all its months: the way in where cells cannot be clicked."""
    first, last = min(span.first for span in timeline.spans), max(span.last for span in timeline.spans)
    return Row(
        href=f"{entries_url}?{urlencode({'row': row.key, 'from': first, 'to': last})}",
        key=row.key,
        label=row.label,
        level=row.level,
        amounts=row.amounts,
        expandable=expandable,
        code=row.code,
        signs=dict.fromkeys(sorted(row.differing), Sign.UNVERIFIED),
    )


def _columns(timeline: Timeline) -> list[Column]:
    return [
        Column(label=span.label, month=span.key, total=span.total, unverified=tied is False)
        for span, tied in zip(timeline.spans, timeline.tied, strict=True)
    ]


def _feet(timeline: Timeline, *, filtered: bool) -> list[Foot]:
    total = Foot(label=TOTAL_LABEL, amounts=timeline.total, key=TOTAL, tied=timeline.tied)
    return [Foot(label="Sum of what is shown", amounts=timeline.shown), total] if filtered else [total]


def _bands(spans: Sequence[Span]) -> Iterable[Band]:
    for partial, run in groupby(spans, key=lambda span: span.partial):
        yield Band(label="Running, partial" if partial else "Actual, posted in the books", span=len(list(run)))
