"""The sheet of a report: the statement with real numbers, and formulas for all that is worked out of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from tieout.kit.sheet_writing import (
    Cell,
    Formula,
    Look,
    Number,
    Page,
    Text,
    amount_format,
    percent_format,
)
from tieout.reports.beside import State
from tieout.reports.document import PERCENTS, Column, ColumnKind, Row
from tieout.reports.heading import (
    KIND_WORDS,
    Heading,
    column_state_words,
    heading,
    remark_on,
    remark_words,
    row_state_words,
)
from tieout.reports.making import Made
from tieout.reports.statement import Printed
from tieout.reports.xlsx_layout import LABEL, Layout

HEAD_ROWS = 6  # company and title, months, books, state, the columns' kinds, the columns' names
MARK = "≠"  # before a figure that differs from the provider's
_AHEAD = frozenset({ColumnKind.FORECAST, ColumnKind.MIXED})
_GREY = Look(tone="grey")


def write_report(page: Page, made: Made, checks: Mapping[str, Formula]) -> Layout:
    """Write a report and return where its figures stand. ``checks`` stand below the columns (keys); none: no check."""
    layout = Layout(document=made.document, top=HEAD_ROWS)
    told = heading(made)
    _widths(page, layout)
    page.freeze(HEAD_ROWS, LABEL + 1)
    page.for_paper(wide=len(made.document.columns) > 5, foot=f"{told.company}: {told.title}, {told.known}")
    _head(page, layout, told)
    for printed in layout.printed:
        page.row(_row(layout, printed), level=_outline(layout, printed))
    _tie_out(page, layout)
    _checks(page, layout, checks)
    _notes(page, made)
    return layout


def _widths(page: Page, layout: Layout) -> None:
    document = layout.document
    longest = max([24, *(len(it.label) + 2 * it.level for it in layout.printed)])
    widths = {0: max([4, *(len(it.row.account.number) + 2 for it in layout.printed if it.row.account)])}
    widths[LABEL] = min(longest, 60)
    for column in document.columns:
        largest = max([0, *(abs(document.amount(row, column)) for row in document.rows if row.has_figures)])
        figure = 8 if column.kind in PERCENTS else len(f"{largest:,}") + 5
        widths[layout.columns[column.key]] = max(figure, len(column.label) + 2, 12 if not column.derived else 9)
    page.widths(widths | {layout.behind: 26, layout.behind + 1: 40})


def _head(page: Page, layout: Layout, told: Heading) -> None:
    first = LABEL + 1
    page.row({0: Text(f"{told.company}: {told.title}", Look(bold=True, large=True))}, height=22)
    page.row({0: Text(", ".join(filter(None, (told.months, told.narrowed))), _GREY)})
    page.row({0: Text(f"{told.books}, {told.known}", _GREY)})
    state = Look(bold=True, tone="bad" if told.state.kind == "differ" else "")
    page.row({0: Text(told.state.text, state)})
    page.row({first + place: _kind(it) for place, it in enumerate(layout.document.columns)})
    name = Look(bold=True, below="single", fill=True)
    heads: dict[int, Cell] = {0: Text("", name), LABEL: Text(layout.document.at.book.currency, name)}
    for place, column in enumerate(layout.document.columns):
        look = replace(name, right=True, italic=column.kind in _AHEAD)
        heads[first + place] = Text(column.label, look, column.note)
    heads |= {layout.behind: Text("Tie-out", name), layout.behind + 1: Text("Note", name)}
    page.row(heads)


def _kind(column: Column) -> Text:
    tone: Literal["ahead", "grey"] = "ahead" if column.kind in _AHEAD else "grey"
    return Text(KIND_WORDS[column.kind], Look(italic=True, tone=tone, right=True))


def _outline(layout: Layout, printed: Printed) -> int:
    """Return how deep a row is in the outline: what a total adds is one deeper than it."""
    top = min(it.level for it in layout.printed)
    return printed.level - top


def _row(layout: Layout, printed: Printed) -> dict[int, Cell]:
    row = printed.row
    last = not printed.heading and row.key in layout.document.foot[-1:]
    bold = printed.heading or printed.total
    look = Look(bold=bold, indent=max(printed.level - 1, 0) * 2)
    cells: dict[int, Cell] = {LABEL: Text(printed.label, look)}
    if row.account and row.account.number and not printed.total:
        cells[0] = Text(row.account.number, _GREY)
    if printed.heading:
        return cells
    for column in layout.document.columns:
        cells[layout.columns[column.key]] = _figure(layout, printed, column, last=last)
    cells[layout.behind] = _state(layout, row)
    if note := "; ".join(filter(None, (row.badge, row.note))):
        cells[layout.behind + 1] = Text(note, _GREY)
    return cells


def _state(layout: Layout, row: Row) -> Text:
    words = row_state_words(layout.document, row)
    return Text(words, Look(tone="bad" if words.startswith("UNVERIFIED") else "grey"))


def _figure(layout: Layout, printed: Printed, column: Column, *, last: bool) -> Cell:
    document, row = layout.document, printed.row
    digits = document.at.book.digits
    state = document.state(row, column)
    differs = state is State.DIFFERS
    percent = column.kind in PERCENTS
    below = ("double" if state.ties else "broken" if differs else "single") if last and not column.derived else ""
    look = Look(
        number=percent_format() if percent else amount_format(digits, MARK if differs else ""),
        bold=printed.total,
        italic=column.kind in _AHEAD,
        tone="bad" if differs else "ahead" if column.kind in _AHEAD else "",
        above="single" if printed.total else "",
        below=below,  # type: ignore[arg-type]
    )
    remark = remark_on(document, row, column)
    notes = ("UNVERIFIED: the books say something else" if differs else "", remark.text if remark else "")
    note = "\n".join(filter(None, notes))
    value, formula = layout.value(row, column), layout.formula(row, column)
    return Formula(formula, value, look, note) if formula else Number(value, look, note)


def _tie_out(page: Page, layout: Layout) -> None:
    """Write how each column stands, below the totals."""
    look = Look(tone="grey", right=True, wrap=True)
    cells: dict[int, Cell] = {LABEL: Text("Tie-out", Look(tone="grey"))}
    longest = 0
    for column in layout.document.columns:
        words = column_state_words(layout.document, column)
        longest = max(longest, len(words))
        bad = words == "UNVERIFIED"
        cells[layout.columns[column.key]] = Text(words, replace(look, tone="bad" if bad else "grey", bold=bad))
    page.row(cells, height=32 if longest > 12 else None)


def _checks(page: Page, layout: Layout, checks: Mapping[str, Formula]) -> None:
    """Write by how much the lines miss a figure of a column at most."""
    if checks:
        found: dict[int, Cell] = {layout.columns[key]: formula for key, formula in checks.items()}
        page.row({LABEL: Text("Figures less their lines (sheet Check)", _GREY), **found})


def _notes(page: Page, made: Made) -> None:
    document = made.document
    page.row({})
    if not document.rows:
        page.row({LABEL: Text(document.empty)})
    for note in (*document.notes, *remark_words(document)):
        page.row({LABEL: Text(note, _GREY)})
    if any(document.state(row, it) is State.DIFFERS for row in document.lines for it in document.columns):
        page.row({LABEL: Text(f"{MARK} UNVERIFIED: the figure differs from the provider's.", Look(tone="bad"))})
    if any(it.kind in _AHEAD for it in document.columns):
        page.row({LABEL: Text("Columns in italics are a forecast, not posted.", Look(italic=True, tone="ahead"))})
