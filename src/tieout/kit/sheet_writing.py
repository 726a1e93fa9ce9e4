"""Workbooks written cell by cell, in bounded memory: texts stay texts, numbers are exact, formulas carry their result.

Only typed writers are used: nothing that begins as a formula becomes one, unless it was put together as a formula here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
import xlsxwriter.format
import xlsxwriter.worksheet
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from tieout.kit.tables import sheet_name

EXACT_DIGITS = 15  # significant digits that every spreadsheet keeps
LONGEST_FORMULA = 8_000  # characters; spreadsheets take 8,192
LONGEST_TEXT = 32_000  # characters of a cell; spreadsheets take 32,767
DEEPEST = 7  # levels of an outline

_BORDERS = {"": 0, "single": 1, "broken": 3, "double": 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a cell is drawn. ``number`` is a number format of the spreadsheet, "" for text."""

    number: str = ""
    bold: bool = False
    italic: bool = False
    tone: Literal["", "grey", "bad", "ahead"] = ""
    above: Literal["", "single"] = ""
    below: Literal["", "single", "double", "broken"] = ""
    indent: int = 0
    right: bool = False
    wrap: bool = False
    large: bool = False
    fill: bool = False


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Text:
    """A text, whatever it begins with."""

    text: str
    look: Look = PLAIN
    note: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number to its last digit."""

    value: Decimal
    look: Look
    note: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, without "=", and what it comes to: for whoever opens the file without computing it."""

    text: str
    value: Decimal
    look: Look
    note: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, as a date of the spreadsheet."""

    day: date
    look: Look = Look(number="yyyy-mm-dd")


Cell = Text | Number | Formula | Day


def amount_format(digits: int, mark: str = "") -> str:
    """Return the number format of a currency: negatives in parentheses, zero a dash, ``mark`` before each figure."""
    figure = "#,##0" + (f".{'0' * digits}" if digits else "")
    before = f'"{mark} "' if mark else ""
    return f'{before}{figure}_);{before}({figure});{before}"–"_)'


def percent_format() -> str:
    """Return the number format of a percentage with one decimal."""
    return '0.0%_);(0.0%);"–"_)'


def reference(row: int, column: int, *, fixed: bool = False) -> str:
    """Return a cell's name: ``reference(0, 2) == "C1"``."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def place_of(name: str) -> tuple[int, int]:
    """Return row and column of a cell's name, from 0."""
    row, column = xl_cell_to_rowcol(name)
    return int(row), int(column)


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'"


class Page:
    """A sheet that is written from the top down: a row that is begun ends the one before."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.name = name
        self.next = 0  # the number of the row that comes next, from 0
        self._book = book
        self._sheet: xlsxwriter.worksheet.Worksheet = book.file.add_worksheet(name)

    def widths(self, widths: Mapping[int, int]) -> None:
        """Give columns their widths, in characters."""
        for column, width in widths.items():
            self._sheet.set_column(column, column, width)

    def freeze(self, rows: int, columns: int) -> None:
        """Keep the first rows and columns in view, and repeat the rows on each printed page."""
        self._sheet.freeze_panes(rows, columns)
        self._sheet.repeat_rows(max(rows - 2, 0), max(rows - 1, 0))

    def for_paper(self, *, wide: bool, foot: str) -> None:
        """Fit the sheet to the paper's width; ``foot`` stands below each page, before its number."""
        if wide:
            self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer(f"&L{foot.replace('&', '&&')}&R&P / &N")
        self._sheet.hide_gridlines(2)

    def filter(self, row: int, last_row: int, last_column: int) -> None:
        """Offer the spreadsheet's own filters at a head row."""
        self._sheet.autofilter(row, 0, max(last_row, row), last_column)

    def row(self, cells: Mapping[int, Cell], *, level: int = 0, height: int | None = None) -> int:
        """Write a row and return its number. ``level`` is how deep it is in the outline."""
        number = self.next
        self.next += 1
        if level or height:
            self._sheet.set_row(number, height, None, {"level": min(level, DEEPEST)})
        for column, cell in sorted(cells.items()):
            self._put(number, column, cell)
        return number

    def beside(self, row: int, cells: Mapping[int, Cell]) -> None:
        """Write more cells of the row that was written last."""
        for column, cell in sorted(cells.items()):
            self._put(row, column, cell)

    def link(self, row: int, column: int, to: str, text: str) -> None:
        """Write a text that leads to another sheet of the workbook."""
        form = self._book.format(Look(tone="ahead"))
        _written(self._sheet.write_url(row, column, f"internal:{quoted(to)}!A1", form, text))
        self.next = max(self.next, row + 1)

    def _put(self, row: int, column: int, cell: Cell) -> None:
        form, sheet = self._book.format(cell.look), self._sheet
        match cell:
            case Text(text=text) if text:
                _written(sheet.write_string(row, column, text[:LONGEST_TEXT], form))
            case Text():
                _written(sheet.write_blank(row, column, None, form))
            case Number(value=value) if len(value.as_tuple().digits) > EXACT_DIGITS:
                _written(sheet.write_string(row, column, f"{value:f}", form))  # it would be changed silently
            case Number(value=value):
                _written(sheet.write_number(row, column, value, form))
            case Formula(text=text, value=value):
                _written(sheet.write_formula(row, column, f"={text}", form, value))
            case Day(day=day):
                _written(sheet.write_datetime(row, column, day, form))
        if not isinstance(cell, Day) and cell.note:
            _written(sheet.write_comment(row, column, cell.note, {"x_scale": 2}))


@dataclass(slots=True)
class Workbook:
    """A workbook in the making."""

    file: Any  # of a library without types
    _formats: dict[Look, xlsxwriter.format.Format] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def page(self, name: str) -> Page:
        """Begin a sheet. A name that is taken gets a number."""
        allowed = sheet_name(name)
        number = 2
        while allowed.casefold() in self._names:
            allowed = f"{sheet_name(name)[:27]} {number}"
            number += 1
        self._names.add(allowed.casefold())
        return Page(self, allowed)

    def format(self, look: Look) -> xlsxwriter.format.Format:
        """Return the library's format of a look, made once."""
        if look not in self._formats:
            self._formats[look] = self.file.add_format(_properties(look))
        return self._formats[look]


@contextmanager
def workbook(file: io.BytesIO, *, title: str, company: str, made: date) -> Iterator[Workbook]:
    """Give a workbook that is written to ``file`` at the end. Equal contents give equal bytes: no clock is asked."""
    # On the disk while it is made: a row at a time is in memory.
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False}) as book:
        created = datetime(made.year, made.month, made.day, tzinfo=UTC)
        book.set_properties({"title": title, "company": company, "created": created})
        yield Workbook(book)


_TONES = {"grey": "#5B6270", "bad": "#B42318", "ahead": "#1F4E9E"}


def _properties(look: Look) -> dict[str, object]:
    """Return a look as the library is told of it: only what differs from its own."""
    every: dict[str, object] = {
        "font_name": "Calibri",
        "valign": "top" if look.wrap else "vcenter",
        "num_format": look.number,
        "bold": look.bold,
        "italic": look.italic,
        "font_color": _TONES.get(look.tone),
        "top": _BORDERS[look.above],
        "bottom": _BORDERS[look.below],
        "indent": look.indent,
        "align": "right" if look.right else None,
        "text_wrap": look.wrap,
        "font_size": 14 if look.large else None,
        "bg_color": "#F1F3F6" if look.fill else None,
    }
    return {name: value for name, value in every.items() if value}


def _written(code: int | None) -> None:
    """Raise for a cell that the writer left out: it answers with a number below zero and goes on."""
    if code:
        raise ValueError(f"a cell could not be written: code {code}")
