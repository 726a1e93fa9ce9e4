"""A document as a text table, for a terminal and for a reviewer who adds a column up by eye."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.reports.beside import State
from tieout.reports.document import PERCENTS, Column, Document
from tieout.reports.heading import KIND_WORDS, column_state_words, heading, row_state_words
from tieout.reports.making import Made
from tieout.reports.statement import Printed, statement
from tieout.reports.text_table import Rule, TextRow, TextTable
from tieout.ui.figures import difference, exact, percent


def document_table(made: Made) -> TextTable:
    """Return a report as printed: figures in the sign in which they are shown, all decimals, how each row ties."""
    document, told = made.document, heading(made)
    first = min((it.level for it in document.rows), default=1)
    rows = [_row(document, it, first) for it in statement(document)]
    ties = tuple(column_state_words(document, it) for it in document.columns)
    return TextTable(
        (f"{told.company}: {told.title}", ", ".join(filter(None, (told.months, told.narrowed))),
         f"{told.books}, {told.known}"),
        tuple(_head(it) for it in document.columns),
        (*rows, TextRow("Tie-out", ties)) if rows else (),
        tuple(_foot(document, f"{told.state.text}.")),
    )  # fmt: skip


def _head(column: Column) -> str:
    plan = column.kind.value not in ("actual", "partial", "change", "percent", "share", "books")
    return f"{column.label} ({KIND_WORDS[column.kind].lower()})" if plan else column.label


def _foot(document: Document, state: str) -> Iterator[str]:
    if not document.rows and document.empty:
        yield document.empty
    yield state
    yield from document.notes


def _row(document: Document, printed: Printed, first: int) -> TextRow:
    row = printed.row
    plain = row.account.label if row.account and not printed.total else printed.label
    name = f"{'  ' * (printed.level - first)}{plain}"
    if printed.heading:
        return TextRow(name)
    cells = tuple(_figure(document, printed, it) for it in document.columns)
    last = row.key in document.foot[-1:]
    above = Rule.SINGLE if printed.total else Rule.NONE
    note = ", ".join(filter(None, (row_state_words(document, row), row.badge)))
    return TextRow(name, cells, note, above=above, below=_below(document) if last else Rule.NONE)


def _figure(document: Document, printed: Printed, column: Column) -> str:
    shown, digits = document.shown(printed.row, column), document.at.book.digits
    if column.kind in PERCENTS:
        return percent(shown)
    return difference(shown, digits) if printed.total else exact(shown, digits)


def _below(document: Document) -> Rule:
    state = document.whole_state
    if state.ties:
        return Rule.DOUBLE
    return Rule.BROKEN if state is State.DIFFERS else Rule.SINGLE
