"""The Actuals page as a grid: which rows can be typed, what stands beside figures, how columns are headed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.core.month import Month
from tieout.expenses.periods import Span
from tieout.ledger.models import Book
from tieout.planning.actual_records import Record
from tieout.planning.actual_restated import Beside, notes_of
from tieout.planning.actual_rows import ActualRow, FootRow, ShownCell
from tieout.planning.actual_words import Words, signed, span_words
from tieout.planning.actuals import MovedCell, Place
from tieout.ui.grid import Asked, Column, Foot, Grid, Row, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the grid's cells lead. ``edit`` is "" for readers, who type nothing."""

    entries: str
    figures: str
    edit: str = ""
    undo: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the grid is drawn from."""

    label: str
    rows: Sequence[ActualRow]
    feet: Sequence[FootRow]
    records: Mapping[Place, Record]
    moved: Sequence[MovedCell]
    with_books: Collection[Month]
    spans: tuple[Span, ...]
    book: Book
    shut: Collection[Month]
    cash: bool = False
    words: Words
    asked: Asked = field(default_factory=Asked)
    beside: Beside = field(default_factory=dict)  # what the books say of closed months by now


def actuals_grid(page: Page, addresses: Addresses) -> Grid:
    """Return the grid."""
    return Grid(
        label=f"{page.label}: actuals by month",
        corner=f"{page.book.currency}, whole units",
        columns=[_column(page, span, addresses) for span in page.spans],
        rows=list(_rows(page, addresses)),
        feet=[
            Foot(
                key=it.key,
                label=it.label,
                amounts=_amounts(it.cells, income=it.turned),
                entries=it.entries,
                notes=_books(page, it.key),
            )
            for it in page.feet
        ],
        digits=page.book.digits,
        asked=page.asked,
        entries_url=addresses.entries,
        edit_url=addresses.edit,
        undo_url=addresses.undo,
        figures_url=addresses.figures,
        selects=bool(addresses.edit),
    )


def figures(page: Page) -> dict[str, Sequence[int | None]]:
    """Return the exact amounts of all rows, in the sign that is shown, by their keys."""
    shown = {row.key: _amounts(row.cells, income=row.income) for row in page.rows}
    return {**shown, **{it.key: _amounts(it.cells, income=it.turned) for it in page.feet}}


def _column(page: Page, span: Span, addresses: Addresses) -> Column:
    months = list(span.months())
    single = span.first == span.last and not span.total
    shut = all(month in page.shut for month in months)
    books = [month for month in months if month in page.with_books]
    differs = any(month in told and told[month].sum for told in page.beside.values() for month in months)
    return Column(
        label=span.label,
        month=Span(label="", first=books[0], last=books[-1]).key if books else "",
        types=str(span.first) if single and addresses.edit and not shut else "",
        hint="" if books else "Before the books begin: what is typed stands alone",
        total=span.total,
        closed=f"Closed: its figures stay{', the books differ by now' if differs else ''}" if shut else "",
        restated=differs,
        closed_url=addresses.closed,
    )


def _rows(page: Page, addresses: Addresses) -> Iterator[Row]:
    moved: defaultdict[tuple[str, Month], list[MovedCell]] = defaultdict(list)
    for it in page.moved:
        moved[it.section, it.record.month].append(it)
    for row in page.rows:
        notes = {} if row.adjustment else _books(page, row.line.key if row.line else row.key)
        signs = dict.fromkeys(notes, Sign.RESTATED)
        for at, (span, cell) in enumerate(zip(page.spans, row.cells, strict=True)):
            sign, note = _beside(page, row, span, cell, moved)
            if sign:
                signs[at] = sign
            if note:
                notes[at] = ". ".join(filter(None, (note, notes.get(at, ""))))
        typed = row.line is not None or (row.section is not None and not row.adjustment and row.section.typed_whole)
        yield Row(
            key=row.key,
            label=row.label,
            level=row.level,
            amounts=_amounts(row.cells, income=row.income),
            expandable=row.expandable,
            code=row.line.code if row.line else "",
            hint=row.line.hint if row.line else "",
            icon="link" if row.line and row.line.linked else "",
            rest=row.adjustment,
            edit=bool(addresses.edit and typed),
            entries=_has_entries(row),
            signs=signs,
            notes=notes,
        )


def _books(page: Page, key: str) -> dict[int, str]:
    return notes_of(page.beside.get(key, {}), page.spans, page.book.digits)


def _has_entries(row: ActualRow) -> bool:
    if row.adjustment or not row.entries:
        return False
    if row.line:
        return row.line.posted
    return row.section.posted if row.section else True


def _beside(
    page: Page, row: ActualRow, span: Span, cell: ShownCell, moved: Mapping[tuple[str, Month], Sequence[MovedCell]]
) -> tuple[Sign | None, str]:
    """Return a cell's sign and what it means in words."""
    section = row.section.key if row.section else ""
    if row.adjustment:
        if not cell.amount or cell.month is None:
            return None, page.words.unexplained(cell.amount, cell.unexplained) if cell.amount and row.cash else ""
        return None, page.words.adjustment(cell.month, moved.get((section, span.first), ()), income=row.income)
    if cell.figure is None:
        words = span_words(cell.typed, cell.moved_on, cell.estimated)
        return (Sign.MOVED_ON if cell.moved_on else None), words
    record = page.records.get((row.line.key if row.line else section, span.first))
    note = page.words.line(cell.figure, record, income=row.income)
    if record is not None:
        return (Sign.TYPED_MOVED_ON if cell.moved_on else Sign.TYPED), note
    return (Sign.ESTIMATED if cell.estimated else None), note


def _amounts(cells: Sequence[ShownCell], *, income: bool) -> list[int | None]:
    return [None if cell.amount is None else signed(cell.amount, income=income) for cell in cells]
