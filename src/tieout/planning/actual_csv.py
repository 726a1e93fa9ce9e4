"""Actuals as CSV: a line for each row and month with all its layers in columns, so that nothing typed is hidden."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from tieout.core.actuals import Figure, Origin
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.core.spreadsheet import harmless
from tieout.planning.actual_grid import Page
from tieout.planning.actual_people import BY_PERSON
from tieout.planning.actual_rows import ActualRow
from tieout.planning.actual_words import NOBODY, signed

HEAD = (
    "Section", "Number", "Row", "Kind", "Month", "Currency", "Imported", "Typed", "Estimated", "Shown", "Shown is",
    "Typed over", "Typed by", "Typed at", "Books moved on",
)  # fmt: skip


class _Echo:
    """A file that hands back what is written to it: a row of CSV at a time."""

    def write(self, text: str) -> str:
        return text


def as_csv(page: Page) -> Iterator[str]:
    """Yield the lines of a view's months: Σ lines + adjustment = subtotal, in the sign that is shown."""
    writer = csv.writer(_Echo())
    yield writer.writerow(HEAD)
    for row in page.rows:
        if row.section is None and not page.cash:
            continue
        for span, cell in zip(page.spans, row.cells, strict=True):
            if span.total or span.first != span.last or cell.amount is None:
                continue
            yield writer.writerow(_line(page, row, span.first, cell.amount, cell.figure))


def _line(page: Page, row: ActualRow, month: Month, amount: int, figure: Figure | None) -> list[str]:
    def text(value: int | None) -> str:
        return "" if value is None else to_text(signed(value, income=row.income), page.book.digits)

    section = row.section.label if row.section else "Cash"
    kind = "adjustment" if row.adjustment else "line" if row.line else "subtotal"
    key = row.line.key if row.line else row.section.key if row.section else ""
    record = page.records.get((key, month)) if figure and not row.adjustment and key != BY_PERSON else None
    origin = figure.origin if figure else Origin.NOTHING
    return [
        harmless(section),
        harmless(row.line.code if row.line else ""),
        harmless(row.label),
        kind,
        str(month),
        page.book.currency,
        text(figure.imported if figure else None),
        text(figure.typed.amount if figure and figure.typed else None),
        text(figure.estimate if figure and origin is Origin.ESTIMATED else None),
        text(amount),
        "difference" if row.adjustment else origin.value,
        text(record.over if record else None),
        harmless(page.words.names.get(record.person or 0, NOBODY)) if record else "",
        record.at.isoformat(timespec="seconds") if record else "",
        "yes" if figure and figure.moved_on else "",
    ]
