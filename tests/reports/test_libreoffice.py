"""LibreOffice works out every formula of a workbook anew, and comes to what is kept beside it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.http import QueryDict
from openpyxl import load_workbook

from tests.reports.small_books import Books
from tieout.reports.catalogue import REPORTS
from tieout.reports.document_xlsx import document_xlsx
from tieout.reports.making import make

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not SOFFICE, reason="soffice (LibreOffice Calc) is not installed"),
]


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


def without_results(data: bytes) -> bytes:
    """Return a workbook whose formulas have no results, so that who opens it must compute them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part.startswith("xl/worksheets/"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(part, content)
    return made.getvalue()


def opened_and_saved(data: bytes, folder: Path) -> bytes:
    source = folder / "report.xlsx"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        str(SOFFICE),
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603
    return (folder / "out" / "report.xlsx").read_bytes()


def results(data: bytes) -> dict[tuple[str, str], object]:
    book = load_workbook(io.BytesIO(data), data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None
    }  # fmt: skip


def formulas(data: bytes) -> set[tuple[str, str]]:
    book = load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    }  # fmt: skip


def test_it_comes_to_the_same(books: Books, tmp_path: Path) -> None:
    for report in REPORTS:
        folder = tmp_path / report.name
        folder.mkdir()
        made = make(
            books.company, report.name, QueryDict("from=2025-07&to=2026-07&by=quarter&compare=last-year"), sees_pay=True
        )
        data = document_xlsx(made)
        kept, anew = results(data), results(opened_and_saved(without_results(data), folder))
        for place in formulas(data):
            assert isinstance(anew[place], (int, float)), (report.name, place, anew[place])
            assert round(float(anew[place]) - float(str(kept[place])), 6) == 0, (report.name, place)  # type: ignore[arg-type]
