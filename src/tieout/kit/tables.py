"""Tables that people bring and take away: CSV and XLSX read into rows of text within bounds, and written safely.

A file comes from anywhere, so its size, its unpacked size and its cells are bounded before and while it is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
import xlsxwriter.format
import xlsxwriter.worksheet

from tieout.core.money import to_decimal, to_text
from tieout.core.spreadsheet import harmless
from tieout.kit.table_limits import (
    BYTES,
    COLUMNS,
    LAST_ROW,
    ROWS,
    UnreadableTable,
    checked,
    refuse_bytes,
    refuse_sizes,
)
from tieout.kit.workbooks import OLE, ZIP, read_workbook

__all__ = ["BYTES", "Money", "Sheet", "Table", "UnreadableTable", "read_table", "write_csv", "write_xlsx"]

_DELIMITERS = ",;\t"
_LOOKED_AT = 50  # records that decide the delimiter
_BLANKS = 20  # times as many delimiters as there may be columns: blank cells at the end of a line are not counted
_EXACT_DIGITS = 15  # significant digits that every spreadsheet keeps


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file as text. A row's number in the file is its position + 1; blank rows at the end are gone.

    Numbers are plain decimals without artefacts of binary fractions; one with three decimals has a fourth, so that
    nobody takes 1.2340 for 1,234. Percent cells end in %, dates are ISO. Rows may be shorter than the widest one.
    """

    rows: tuple[tuple[str, ...], ...]
    sheet: str = ""  # the sheet that was read; "" for CSV
    other_sheets: tuple[str, ...] = ()  # those that were not


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units, on its way into a sheet."""

    minor: int
    digits: int


Cell = str | int | Decimal | Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet to write. ``widths`` are characters; ``frozen`` is how many (rows, columns) stay in view."""

    name: str
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()
    frozen: tuple[int, int] = (1, 0)
    bold_rows: frozenset[int] = frozenset({0})


def read_table(name: str, data: bytes) -> Table:
    """Return the rows of a CSV or XLSX file. What it is, its bytes tell; ``name`` is for the sentence of a refusal.

    Raise UnreadableTable, with a sentence that says what to do, for anything that is no table within the bounds.
    """
    refuse_bytes(name, data)
    if data.startswith((ZIP, OLE)):
        rows, sheet, others = read_workbook(name, data)
        return Table(checked(name, rows), sheet, others)
    return Table(checked(name, _csv_rows(name, data)))


def write_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV for a spreadsheet (UTF-8 with its mark). No text begins as a formula would."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook. Texts are written as texts whatever they begin with, amounts as numbers to the minor unit."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        formats: dict[tuple[int, bool], xlsxwriter.format.Format] = {}
        for sheet in sheets:
            page = book.add_worksheet(sheet_name(sheet.name))
            page.freeze_panes(*sheet.frozen)
            for column, width in enumerate(sheet.widths):
                page.set_column(column, column, width)
            for number, row in enumerate(sheet.rows):
                strong = number in sheet.bold_rows
                for column, cell in enumerate(row):
                    if isinstance(cell, Money):
                        key = (cell.digits, strong)
                        if key not in formats:
                            formats[key] = book.add_format({"num_format": _number_format(cell.digits), "bold": strong})
                        _write_number(page, (number, column), to_decimal(cell.minor, cell.digits), formats[key])
                    elif isinstance(cell, (int, Decimal)):
                        _write_number(page, (number, column), Decimal(cell), bold if strong else None)
                    elif cell:
                        _written(page.write_string(number, column, cell, bold if strong else None))
    return file.getvalue()


def sheet_name(name: str) -> str:
    """Return a name that a workbook allows for a sheet: at most 31 characters, no brackets or slashes."""
    clean = "".join(" " if letter in "[]:*?/\\" or not letter.isprintable() else letter for letter in name)
    # Spreadsheets count letters as UTF-16 does: two bytes each, four for those beyond the first plane.
    short = " ".join(clean.split()).encode("utf-16-le", "ignore")[: 31 * 2].decode("utf-16-le", "ignore")
    clean = short.strip(" '")
    return "Sheet" if not clean or clean.casefold() == "history" else clean


def _number_format(digits: int) -> str:
    return "#,##0" + (f".{'0' * digits}" if digits else "")


def _write_number(
    page: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    amount: Decimal,
    style: xlsxwriter.format.Format | None,
) -> None:
    """Write a number; as text if it has more digits than a spreadsheet keeps, because it would change it silently."""
    if len(amount.as_tuple().digits) > _EXACT_DIGITS:
        _written(page.write_string(*place, f"{amount:f}", style))
    else:
        _written(page.write_number(*place, amount, style))  # as its own digits: no float on the way


def _written(code: int) -> None:
    """Raise for a cell that the writer left out: it answers with a number below zero and goes on."""
    if code:
        raise ValueError(f"a cell could not be written: code {code}")


def _csv_cell(cell: Cell) -> str:
    match cell:
        case Money():
            # With three decimals, a fourth: 1.234 alone is read as 1,234 in half of the world.
            return to_text(cell.minor, cell.digits) + ("0" if cell.digits == len("234") else "")
        case str():
            return harmless(cell)
        case None:
            return ""
        case _:
            return f"{Decimal(cell):f}"


def _csv_rows(name: str, data: bytes) -> Iterator[tuple[str, ...]]:
    text = _decoded(name, data)
    said = text[:6].casefold()
    if said.startswith("sep=") and said[4:5] in set(_DELIMITERS):
        yield ()  # keeps the row numbers those of the file
        delimiter, text = text[4], text.partition("\n")[2]
    else:
        delimiter = _delimiter(text)
    refuse_sizes(name, ROWS + 1 if text.count("\n") > LAST_ROW else 0, 0)
    if max(line.count(delimiter) for line in text.split("\n")) > COLUMNS * _BLANKS:
        refuse_sizes(name, 0, COLUMNS + 1)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield tuple(row)
    except csv.Error as error:
        raise UnreadableTable(
            f"{name} could not be read as CSV: {error}. Look for a quotation mark that is opened and not closed."
        ) from error


def _decoded(name: str, data: bytes) -> str:
    mark = next((it for it in ("utf-16-le", "utf-16-be") if data.startswith("\ufeff".encode(it))), "")
    for encoding in (mark,) if mark else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableTable(f"{name} is neither a workbook nor text. Save it as XLSX or CSV and try again.")


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first records most evenly, and among equals into most columns."""
    head = "".join(text[:200_000].splitlines(keepends=True)[: _LOOKED_AT * 2])

    def evenness(delimiter: str) -> tuple[bool, int, int]:
        lengths = [
            len(row)
            for _, row in zip(range(_LOOKED_AT), _loose(head, delimiter), strict=False)
            if any(cell.strip() for cell in row)
        ]
        usual = max(lengths, key=lengths.count, default=1)
        return usual > 1, lengths.count(usual), usual

    best = max(_DELIMITERS, key=evenness)
    return best if evenness(best)[0] else _DELIMITERS[0]


def _loose(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        return
