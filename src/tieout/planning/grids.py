"""The timeline and the summary as grids: which rows are sent, how columns are headed, what the foot says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from tieout.expenses.periods import Span
from tieout.expenses.sections import TOTAL, TOTAL_LABEL
from tieout.ledger.models import Book
from tieout.planning.summary import Summary
from tieout.planning.timeline import Timeline, TimelineRow
from tieout.ui.figures import long_month
from tieout.ui.grid import Asked, Band, Column, Foot, Grid, Row, Sign

_EXPENSE_LEVEL = 3
_CHANGE = Column(label="Change")
T = TypeVar("T")


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


def summary_grid(summary: Summary, book: Book, *, asked: Asked, entries_url: str, filtered: bool) -> Grid:
    """Return the summary's grid: months, years to date and twelve months beside each other, with what changed."""
    timeline = summary.timeline
    parents = {row.parent for row in timeline.rows}
    trends = {row.key: tuple(amount or 0 for amount in row.amounts) for row in summary.months.rows}
    return Grid(
        label="Expenses, summary",
        corner=f"{book.currency}, whole units",
        bands=tuple(_compared(summary)),
        columns=_with_changes(
            summary,
            [replace(column, total=False) for column in _columns(timeline)],
            _CHANGE,
            Column(label="By month", trend=True),
        ),
        rows=[
            _summary_row(summary, _row(timeline, row, entries_url, expandable=row.key in parents), trends[row.key])
            for row in timeline.rows
        ],
        feet=[
            replace(
                foot,
                amounts=_with_sums(summary, foot.amounts),
                tied=_with_changes(summary, foot.tied, None, None) if foot.tied else (),
                trend=summary.months.total if foot.tied else summary.months.shown,
            )
            for foot in _feet(timeline, filtered=filtered)
        ],
        digits=book.digits,
        asked=asked,
        entries_url=entries_url,
        from_start=True,
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
    """Return a row whose name leads to the entries of the months shown: the way in where cells cannot be clicked.

    A total holds months that are not shown, unless there is nothing else.
    """
    shown = [span for span in timeline.spans if not span.total] or timeline.spans
    first, last = min(span.first for span in shown), max(span.last for span in shown)
    return Row(
        href=f"{entries_url}?{urlencode({'row': row.key, 'from': first, 'to': last})}",
        key=row.key,
        label=row.label,
        level=row.level,
        amounts=row.amounts,
        expandable=expandable,
        code=row.code,
        hint=row.hint,
        signs=dict.fromkeys(sorted(row.differing), Sign.UNVERIFIED),
    )


def _columns(timeline: Timeline) -> list[Column]:
    return [
        Column(
            label=span.label,
            month=span.key,
            total=span.total,
            partial=span.partial and not span.total,
            unverified=tied is False,
        )
        for span, tied in zip(timeline.spans, timeline.tied, strict=True)
    ]


def _feet(timeline: Timeline, *, filtered: bool) -> list[Foot]:
    total = Foot(label=TOTAL_LABEL, amounts=timeline.total, key=TOTAL, tied=timeline.tied)
    return [Foot(label="Sum of what is shown", amounts=timeline.shown), total] if filtered else [total]


def _bands(spans: Sequence[Span]) -> Iterable[Band]:
    for partial, run in groupby(spans, key=lambda span: span.partial):
        note = "" if partial else "posted in the books"
        yield Band(label="Running, partial" if partial else "Actual", note=note, span=len(list(run)), partial=partial)


def _compared(summary: Summary) -> Iterator[Band]:
    yield Band(label="Month", span=3)
    name = long_month(summary.through).split()[0]
    yield Band(label=f"Fiscal year to {name}", span=3 if summary.with_year_before else 1)
    yield Band(label="Twelve months", span=2)


def _with_changes(summary: Summary, of: Sequence[T], change: T, trend: T) -> tuple[T, ...]:
    """Return what the summary's columns hold, with something in the place of each change and of the trend."""
    years = (*of[2:4], change) if summary.with_year_before else of[2:3]
    return (*of[:2], change, *years, of[-1], trend)


def _with_sums(summary: Summary, amounts: Sequence[int | None]) -> tuple[int | None, ...]:
    """Return a row's amounts with the changes between them; the trend has no amount."""
    written = list(_with_changes(summary, amounts, 0, None))
    for at in (2, 5) if summary.with_year_before else (2,):
        written[at] = (written[at - 1] or 0) - (written[at - 2] or 0)
    return tuple(written)


def _summary_row(summary: Summary, row: Row, trend: tuple[int, ...]) -> Row:
    signs = [row.signs.get(at) for at in range(len(row.amounts))]
    placed = list(_with_changes(summary, signs, None, None))
    for at in (2, 5) if summary.with_year_before else (2,):
        placed[at] = placed[at - 1] or placed[at - 2]
    return replace(
        row,
        amounts=_with_sums(summary, row.amounts),
        signs={at: sign for at, sign in enumerate(placed) if sign},
        trend=trend,
    )
