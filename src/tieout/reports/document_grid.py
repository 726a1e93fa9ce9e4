"""A document as the grid of its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.http import QueryDict

from tieout.reports.beside import PART_WORDS, State
from tieout.reports.document import PERCENTS, ColumnKind, Document, Row, RowKind
from tieout.reports.document import Column as DocumentColumn
from tieout.reports.document_trends import with_trends
from tieout.ui import grid
from tieout.ui.figures import exact
from tieout.ui.grid import Asked, Band, Column, Foot, Grid, Sign

_BANDS = {
    ColumnKind.ACTUAL: ("Actual", "posted in the books"),
    ColumnKind.PARTIAL: ("Running, partial", ""),
    ColumnKind.FORECAST: ("Forecast", ""),
    ColumnKind.MIXED: ("Actual + forecast", ""),
    ColumnKind.BUDGET: ("Budget", ""),
    ColumnKind.BOOKS: ("Books", "the provider’s own report"),
}


def document_grid(document: Document, *, asked: Asked, lines_url: str, exact_figures: bool = False) -> Grid:
    """Return the grid. Figures with lines behind them open those; the document's foot is the grid's."""
    foot = set(document.foot)
    body = [row for row in document.rows if row.key not in foot]
    made = Grid(
        label=document.title,
        corner=f"{document.at.book.currency}{'' if exact_figures else ', whole units'}",
        bands=tuple(_bands(document)),
        columns=[_column(document, it) for it in document.columns],
        rows=list(_rows(document, body)),
        feet=[_foot(document, document.by_key[key]) for key in document.foot],
        digits=document.at.book.digits,
        asked=asked,
        entries_url=lines_url,
        exact=exact_figures,
        from_start=_from_start(document),
        flat=all(row.level == 1 for row in body),
    )
    return with_trends(document, made)


def _from_start(document: Document) -> bool:
    """Return whether the first columns are what matters: a total, or two things side by side. Else the latest are."""
    columns = document.columns
    beside = any(it.derived or it.kind in (ColumnKind.BUDGET, ColumnKind.BOOKS) for it in columns)
    return beside or any(it.total for it in columns[:1])


def _column(document: Document, column: DocumentColumn) -> Column:
    kinds = [it.kind for it in document.columns]
    first = kinds.index(ColumnKind.FORECAST) if ColumnKind.FORECAST in kinds else -1
    return Column(
        label=column.label,
        month=column.key if column.posted else "",
        hint=column.note,
        forecast=column.kind is ColumnKind.FORECAST,
        first_forecast=first >= 0 and document.columns[first] is column,
        total=column.total or column.derived,
        partial=column.kind is ColumnKind.PARTIAL and not column.total,
        unverified=document.column_state(column) is State.DIFFERS,
        percent=column.kind in PERCENTS,
    )


def _bands(document: Document) -> Iterator[Band]:
    """Yield the captions; none where all columns are actual."""
    own = [it for it in document.columns if not it.total and not it.derived]
    if all(it.kind is ColumnKind.ACTUAL for it in own):
        return

    def kind_of(column: DocumentColumn) -> ColumnKind | None:
        return None if column.total or column.derived else column.kind

    ahead = False
    for kind, run in groupby(document.columns, key=kind_of):
        length = len(list(run))
        if kind is None:
            yield Band(label="", span=length, total=True)
            continue
        label, note = _BANDS[kind]
        forecast = kind is ColumnKind.FORECAST
        yield Band(
            label=label, note=note, span=length, forecast=forecast, first_forecast=forecast and not ahead,
            total=kind is ColumnKind.MIXED, partial=kind is ColumnKind.PARTIAL,
        )  # fmt: skip
        ahead = ahead or forecast


def _rows(document: Document, rows: Sequence[Row]) -> Iterator[grid.Row]:
    for place, row in enumerate(rows):
        below = place + 1 < len(rows) and rows[place + 1].level > row.level
        signs, notes = _signs(document, row)
        yield grid.Row(
            key=row.key,
            label=row.label,
            href=row.href,
            form=bool(row.href),
            code=row.account.number if row.account else "",
            level=row.level,
            amounts=[document.shown(row, it) if row.has_figures else None for it in document.columns],
            expandable=below,
            badge=row.badge,
            hint=row.note,
            total=row.kind is RowKind.TOTAL,
            entries=row.has_figures,
            signs=signs,
            notes=notes,
        )


def _signs(document: Document, row: Row) -> tuple[dict[int, Sign], dict[int, str]]:
    signs: dict[int, Sign] = {}
    notes: dict[int, str] = {}
    if not row.has_figures:
        return signs, notes
    for place, column in enumerate(document.columns):
        if document.state(row, column) is State.DIFFERS:
            signs[place], notes[place] = Sign.UNVERIFIED, "Unverified: the books say something else"
        elif part := document.residual(row, column):
            signs[place] = Sign.PART
            word = PART_WORDS.get(document.state(row, column), "not itemised")
            notes[place] = f"{exact(part, document.at.book.digits)} {word}"
        elif column.kind is ColumnKind.CHANGE and _bad_news(document, row, column):
            signs[place], notes[place] = Sign.OVER, "Unfavourable"
    return signs, notes


def _bad_news(document: Document, row: Row, column: DocumentColumn) -> bool:
    return document.amount(row, column) * row.favourable < 0


def _foot(document: Document, row: Row) -> Foot:
    return Foot(
        key=row.key,
        label=row.label,
        amounts=[document.shown(row, it) for it in document.columns],
        tied=[_tied(document, row, it) for it in document.columns],
    )


def _tied(document: Document, row: Row, column: DocumentColumn) -> bool | None:
    state = document.state(row, column)
    return True if state.ties else False if state is State.DIFFERS else None


def opened(query: QueryDict, document: Document) -> Asked:
    """Return which rows are open: all unless they were shut."""
    keys = {row.key for row in document.rows if row.parts}
    opens, shuts = set(query.getlist("open")), set(query.getlist("shut"))
    shut = (shuts - opens) & keys
    others = tuple(
        (name, value) for name, values in query.lists() if name not in ("open", "shut") for value in values
    )  # fmt: skip
    return Asked(opened=frozenset(keys - shut), carried=(*others, *(("shut", key) for key in sorted(shut))))
