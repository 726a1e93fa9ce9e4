"""XLSX files read within bounds. What it unpacks to is checked before anything is unpacked."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import cast
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from tieout.kit.table_limits import COLUMNS, LAST_ROW, UnreadableTable, refuse_sizes

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UNPACKED = 32 * 1024 * 1024  # bytes of all parts
_OTHER_PART = 8 * 1024 * 1024  # bytes of a part that is no sheet: these are held in memory as a whole
_PARTS = 1_000
_RATIO, _SMALL = 200, 1024 * 1024  # a part over a megabyte that shrank more than 200-fold is no person's table
_HEAD = 64 * 1024
_EXACT = 17  # numbers of more digits have no decimals to round
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# A formula whose result nobody has stored reads as a blank cell: "</f></c>" without a value between.
_NO_RESULT = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]+[0-9]+)\"[^>]*><(?:\w+:)?f\b(?:[^>]*/>|[^<]*</(?:\w+:)?f>)\s*</"
)
# GR is the 200th column.
_FAR_RIGHT = re.compile(rb"<(?:\w+:)?c r=\"(?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])[0-9]+\"(?:[^>]*[^/])?>")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BROKEN = (
    InvalidFileException, ParseError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, IndexError, TypeError,
    AttributeError, OSError, EOFError, NotImplementedError, RuntimeError, RecursionError,
)  # fmt: skip


def read_workbook(name: str, data: bytes) -> tuple[Iterator[tuple[str, ...]], str, tuple[str, ...]]:
    """Return the rows of the first visible sheet that holds something, its name, and the names of the others.

    Raise UnreadableTable, also while the rows are read.
    """
    if data.startswith(OLE):
        raise _old_or_protected(name, data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(name, archive)
            _refuse_kinds(name, archive)
            _refuse_declarations(name, archive)
        return _sheet(name, data)
    except UnreadableTable:
        raise
    except _BROKEN as error:
        raise UnreadableTable(
            f"{name} is damaged and cannot be read. "
            "Open it in your spreadsheet program, save it again and try once more."
        ) from error


def _old_or_protected(name: str, data: bytes) -> UnreadableTable:
    """Return the refusal of the old container, which Excel also wraps around a workbook with a password."""
    if _ENCRYPTED in data:
        return UnreadableTable(f"{name} is protected by a password. Save it without one and try again.")
    return UnreadableTable(f"{name} is in the old XLS format. Save it as XLSX or CSV and try again.")


def _refuse_bombs(name: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    bomb = (
        len(parts) > _PARTS
        or sum(part.file_size for part in parts) > _UNPACKED
        or any(part.file_size > _OTHER_PART and "worksheets/" not in part.filename for part in parts)
        or any(part.file_size > max(_SMALL, part.compress_size * _RATIO) for part in parts)
    )
    if bomb:
        raise UnreadableTable(
            f"{name} unpacks to far more than a table of its size holds, so it was not opened. "
            "Copy the table alone into a new workbook and try again."
        )


def _refuse_kinds(name: str, archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise UnreadableTable(f"{name} is protected by a password. Save it without one and try again.")
    if "xl/workbook.bin" in names:
        raise UnreadableTable(f"{name} is a binary workbook (XLSB). Save it as XLSX or CSV and try again.")
    if "[Content_Types].xml" not in names:
        raise UnreadableTable(f"{name} is not an XLSX workbook. Save it as XLSX or CSV and try again.")


def _refuse_declarations(name: str, archive: zipfile.ZipFile) -> None:
    """Refuse XML that declares entities: no spreadsheet writes them, and they can be made to grow without end."""
    for part in archive.infolist():
        with archive.open(part) as opened:
            head = opened.read(_HEAD)
        if part.filename.endswith((".xml", ".rels")) and (_DECLARED.search(head) or b"\0" in head):
            raise UnreadableTable(f"{name} holds declarations that no spreadsheet writes, so it was not opened.")


def _sheet(name: str, data: bytes) -> tuple[Iterator[tuple[str, ...]], str, tuple[str, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about decoration that is not read
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible:
            assert isinstance(sheet, ReadOnlyWorksheet)
            rows = list(_rows(name, data, sheet))
            if rows:
                return iter(rows), sheet.title, tuple(it.title for it in visible if it is not sheet)
    raise UnreadableTable(f"{name} has no visible sheet with values in it. Choose the file that holds the table.")


def _rows(name: str, data: bytes, sheet: ReadOnlyWorksheet) -> Iterator[tuple[str, ...]]:
    """Yield the rows up to the last that holds something, blank ones between as empty tuples."""
    _refuse_what_would_be_lost(name, data, sheet)
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    cells = cast("Worksheet", sheet).iter_rows(max_row=LAST_ROW, max_col=COLUMNS + 1)
    blank = 0
    before: object = None
    for number, row in enumerate(cells, 1):
        if row is before:  # rows that are not in the file are all the same object
            blank += 1
            continue
        before = row
        texts = tuple("" if cell.value is None else _text(cell.value, cell) for cell in row)
        if not any(texts):
            blank += 1
            continue
        refuse_sizes(name, number, 0)
        for _ in range(blank):
            yield ()
        blank = 0
        yield texts


def _refuse_what_would_be_lost(name: str, data: bytes, sheet: ReadOnlyWorksheet) -> None:
    """Refuse formulas that were never computed, which read as blank, and cells beyond the last column that is read."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # Which part a sheet is stands in the workbook's own table of parts, and openpyxl has resolved it.
        part = archive.read(sheet._worksheet_path)  # type: ignore[attr-defined]  # noqa: SLF001
    if _FAR_RIGHT.search(part):
        refuse_sizes(name, 0, COLUMNS + 1)
    if found := _NO_RESULT.search(part):
        raise UnreadableTable(
            f"{name}: cell {found[1].decode()} holds a formula whose result is not in the file. "
            "Open it in your spreadsheet program, save it and try again."
        )


def _text(value: object, cell: object) -> str:
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            percent = "%" in str(cell.number_format) if isinstance(cell, ReadOnlyCell) else False
            return f"{_plain(value, 100)}%" if percent else _plain(value, 1)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            # "_x000D_" is how a workbook writes a control character; some are no text that a database takes.
            return unescape(str(value)).replace("\0", "").encode("utf-8", "ignore").decode()


def _plain(value: float, times: int) -> str:
    """Return a cell's number as a plain decimal: 0.1 + 0.2, stored as 0.30000000000000004, is 0.3.

    A spreadsheet keeps 15 digits, and sums wear off the last of them: what is finer than ten decimals is no meaning.
    """
    exact = Decimal(f"{value:.15g}") * times
    text = f"{round(exact, 10):f}" if exact.adjusted() < _EXACT else f"{exact:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text in ("", "-0") else text
    return f"{text}0" if len(text.partition(".")[2]) == len("234") else text
