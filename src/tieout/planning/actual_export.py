"""Actuals as a file: a line for each row and month with all its layers in columns, so that nothing typed is hidden."""

from __future__ import annotations

from tieout.core.actuals import Figure, Origin
from tieout.core.month import Month
from tieout.kit.tables import Cell, Money, Sheet, write_csv, write_xlsx
from tieout.planning.actual_grid import Page
from tieout.planning.actual_people import BY_PERSON
from tieout.planning.actual_records import Record
from tieout.planning.actual_rows import ActualRow
from tieout.planning.actual_words import NOBODY, signed

HEAD = (
    "Section", "Number", "Row", "Kind", "Month", "Currency", "Imported", "Typed", "Estimated", "Shown", "Shown is",
    "Typed over", "Typed by", "Typed at", "Books moved on",
)  # fmt: skip
_WIDTHS = (24, 10, 34, 11, 9, 9, 14, 14, 14, 14, 11, 14, 26, 22, 10)


def to_csv(page: Page) -> bytes:
    """Return a page's months as CSV: Σ lines + adjustment = subtotal, in the sign that is shown."""
    return write_csv(_rows(page))


def to_xlsx(page: Page) -> bytes:
    """Return a page's months as a workbook of real numbers; headings and rows' names stay in view."""
    return write_xlsx([Sheet(name=f"Actuals, {page.label}", rows=_rows(page), widths=_WIDTHS, frozen=(1, 3))])


def _rows(page: Page) -> list[list[Cell]]:
    rows: list[list[Cell]] = [list(HEAD)]
    for row in page.rows:
        if row.section is None and not page.cash:  # it adds others up
            continue
        rows += [
            _line(page, row, span.first, cell.amount, cell.figure)
            for span, cell in zip(page.spans, row.cells, strict=True)
            if not span.total and span.first == span.last and cell.amount is not None
        ]
    return rows


def _line(page: Page, row: ActualRow, month: Month, amount: int, figure: Figure | None) -> list[Cell]:
    def money(value: int | None) -> Cell:
        return None if value is None else Money(signed(value, income=row.income), page.book.digits)

    record = _record(page, row, month) if figure else None
    return [
        row.section.label if row.section else page.label,
        row.line.code if row.line else "",
        row.label,
        "adjustment" if row.adjustment else "line" if row.line else "subtotal",
        str(month),
        page.book.currency,
        money(figure.imported if figure else None),
        money(figure.typed.amount if figure and figure.typed else None),
        money(figure.estimate if figure and figure.origin is Origin.ESTIMATED else None),
        money(amount),
        "difference" if row.adjustment else figure.origin.value if figure else "sum",
        money(record.over if record else None),
        page.words.names.get(record.person or 0, NOBODY) if record else "",
        record.at.isoformat(timespec="seconds") if record else "",
        "yes" if figure and figure.moved_on else "",
    ]


def _record(page: Page, row: ActualRow, month: Month) -> Record | None:
    key = row.line.key if row.line else row.section.key if row.section else ""
    return None if row.adjustment or key == BY_PERSON else page.records.get((key, month))
