"""Reports on paper: what is written is set as it is written, what differs is marked, equal reports are equal bytes."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client
from openpyxl import load_workbook

from tests.reports.small_books import CHART, Books, with_one_more_bill
from tieout.core.records import AccountRecord, ListRecord
from tieout.reports.catalogue import REPORTS
from tieout.reports.document_pdf import document_pdf, pack_pdf
from tieout.reports.making import Made, make
from tieout.reports.paper_parts import part_of, setting

pytestmark = pytest.mark.django_db
MARKUP = "#let x = 1 $ * @here \\ _a_ `b` <c> // [d] #panic()"


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


def made(books: Books, query: str = "from=2025-07&to=2026-07&by=quarter") -> Made:
    return make(books.company, "profit-and-loss", QueryDict(query), sees_pay=True)


def words(pdf: bytes, how: str = "-layout") -> str:
    """Return the text of a PDF, as it stands on the page, or cell by cell ("-raw")."""
    if not (program := shutil.which("pdftotext")):
        pytest.skip("pdftotext (poppler-utils) is not installed: the text of a PDF cannot be read")
    done = subprocess.run([program, how, "-", "-"], input=pdf, capture_output=True, check=True)  # noqa: S603
    return done.stdout.decode()


def named(text: str) -> tuple[ListRecord, ...]:
    """Return the chart with one account called so."""
    return tuple(
        msgspec.structs.replace(it, name=text) if isinstance(it, AccountRecord) and it.external_id == "6000" else it
        for it in CHART
    )


def test_what_looks_like_markup_is_set_as_text(books: Books) -> None:
    books.sync(lists=named(MARKUP))
    pdf = document_pdf(made(books))
    assert pdf.startswith(b"%PDF")
    assert " ".join(MARKUP.split()) in " ".join(words(pdf, "-raw").split())


def test_the_figures_on_paper_are_the_reports(books: Books) -> None:
    text = [it.split() for it in words(document_pdf(made(books))).splitlines()]
    assert ["4000", "Sales", "3,000.00", "–", "–", "–", "–", "3,000.00"] in text
    assert ["Net", "income", "1,550.00", "–", "–", "(80.00)", "(45.00)", "1,425.00"] in text


def test_what_differs_is_marked_by_a_sign_and_a_word(books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    found = made(books, "from=2026-07&to=2026-07")
    part = part_of(found.document, found.document.columns, setting(found.document, exact_figures=False), "")
    software = next(it for it in part["rows"] if it["label"] == "Software")  # type: ignore[attr-defined]
    assert (software["note"], software["cells"][0]["state"]) == ("UNVERIFIED", "differs")
    text = words(document_pdf(found))
    assert "≠ 45.00" in text
    assert "UNVERIFIED: 1 row" in text


def test_many_columns_turn_the_paper_and_then_stand_in_parts(books: Books) -> None:
    few = setting(made(books, "from=2026-06&to=2026-07").document, exact_figures=False)
    assert (few.sheet.wide, len(few.parts), few.exact) == (False, 1, True)
    year = setting(made(books, "from=2025-08&to=2026-07").document, exact_figures=False)
    assert (year.sheet.wide, len(year.parts), year.exact) == (True, 1, False)
    found = made(books, "from=2025-07&to=2026-07&by=month&compare=last-year")
    parts = setting(found.document, exact_figures=True).parts
    assert tuple(column for part in parts for column in part) == found.document.columns


def test_a_pack_has_a_cover_contents_and_numbered_pages(books: Books) -> None:
    several = [made(books), made(books, "from=2026-06&to=2026-07")]
    pages = words(pack_pdf(several, title="July 2026 for the board")).split("\f")
    cover = " ".join(pages[0].split())
    assert "Northwind Software July 2026 for the board" in cover
    assert "accrual basis, USD as known at sync 1, 1 Aug 2026 06:12 UTC" in cover
    assert "CONTENTS Profit and loss by account 2 Profit and loss by account 3" in cover
    assert [page.split()[-3:] for page in pages[:3]] == [["1", "of", "3"], ["2", "of", "3"], ["3", "of", "3"]]


def test_a_pack_is_put_together_on_its_page(client: Client, alice: User, books: Books) -> None:
    client.force_login(alice)
    address = f"/c/{books.company.slug}/reports/pack"
    page = client.get(f"{address}/").content.decode()
    assert all(f'name="place-{it.name}"' in page for it in REPORTS)
    chosen = re.findall(r'name="report" value="([a-z-]+)" checked', page)
    assert chosen == [it.name for it in REPORTS if it.name != "budget-vs-actuals"]  # there is no budget yet
    query = (
        "report=profit-and-loss&report=budget-vs-actuals&place-budget-vs-actuals=1&place-profit-and-loss=2&title=July"
    )
    pdf = client.get(f"{address}.pdf?{query}")
    assert 'filename="northwind-software-pack-2026-07-to-2026-07.pdf"' in pdf.headers["Content-Disposition"]
    assert "July" in words(pdf.content).split("\f")[0]
    book = load_workbook(io.BytesIO(client.get(f"{address}.xlsx?{query}").content))
    assert book.sheetnames == ["Contents", "Budget vs actuals", "Profit and loss"]
    assert client.get(f"{address}.pdf").status_code == 404
    assert (
        "Profit and loss: 1990-01" in client.get(f"{address}.pdf?report=profit-and-loss&from=1990-01").content.decode()
    )


def test_equal_reports_are_equal_bytes(books: Books) -> None:
    first = document_pdf(made(books))
    with time_machine.travel(datetime(2026, 8, 20, 7, tzinfo=UTC), tick=False):
        assert document_pdf(made(books)) == first


def test_the_page_offers_it(client: Client, alice: User, books: Books) -> None:
    client.force_login(alice)
    answer = client.get(f"/c/{books.company.slug}/reports/profit-and-loss.pdf?from=2025-07&to=2026-07")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
