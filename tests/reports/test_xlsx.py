"""Reports as workbooks: real numbers, formulas that say what the report says, and lines that sum to each figure."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.reports.sheet_arithmetic import Recalculated
from tests.reports.small_books import Books, with_one_more_bill
from tieout.expenses.models import Expense
from tieout.expenses.organising import Choice, organise
from tieout.reports.catalogue import REPORTS
from tieout.reports.document_xlsx import document_xlsx
from tieout.reports.making import Made, make
from tieout.reports.xlsx_report import HEAD_ROWS

pytestmark = pytest.mark.django_db

ALL_OF_IT = "from=2025-07&to=2026-07&by=quarter&compare=last-year"


@pytest.fixture(autouse=True)
def august() -> object:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


def made(books: Books, query: str = ALL_OF_IT, name: str = "profit-and-loss", *, sees_pay: bool = True) -> Made:
    return make(books.company, name, QueryDict(query), sees_pay=sees_pay)


def sheet(data: bytes, name: str, *, results: bool = True) -> Worksheet:
    found = load_workbook(io.BytesIO(data), data_only=results)[name]
    assert isinstance(found, Worksheet)
    return found


def by_label(page: Worksheet) -> dict[str, list[object]]:
    """Return the rows of a report's sheet by their names."""
    rows = page.iter_rows(min_row=HEAD_ROWS + 1, values_only=True)
    return {str(row[1]): list(row[2:]) for row in rows if row[1] is not None}


def test_the_sheet_reads_as_a_statement(books: Books) -> None:
    page = sheet(document_xlsx(made(books)), "Profit and loss")
    assert [page.cell(row, 1).value for row in range(1, 5)] == [
        "Northwind Software: Profit and loss by account",
        "July 2025 – September 2026, by quarter, beside the year before",
        "accrual basis, USD, as known at sync 1, 1 Aug 2026 06:12 UTC",
        "Not every month was compared with the books",
    ]
    rows = by_label(page)
    assert list(rows)[:9] == [
        "Revenue", "Sales", "Total revenue", "Operating expenses", "Software", "Software itself", "Hosting",
        "Total Software", "Rent",
    ]  # fmt: skip
    assert rows["Sales"][0] == 3000
    assert rows["Net income"][:6] == [1550, 0, 0, -80, -45, 1425]
    assert rows["Revenue"] == [None] * len(rows["Revenue"])
    assert (page.freeze_panes, page.column_dimensions["C"].width > 10) == ("C7", True)
    assert page.cell(HEAD_ROWS + 2, 3).number_format == '#,##0.00_);(#,##0.00);"–"_)'


@pytest.mark.parametrize("query", [ALL_OF_IT, "preset=plan&share=1&compare=before", "by=year&preset=all"])
def test_what_is_worked_out_is_a_formula_and_its_result_is_the_reports(books: Books, query: str) -> None:
    for report in REPORTS:
        if "plan" in query and not report.defaults.ahead:
            continue
        found = made(books, query, report.name)
        book = Recalculated(document_xlsx(found))
        places = list(book.places())
        for where, name in places:
            kept = book.kept[where][name].value
            assert book.value(where, name) == Decimal(repr(kept)), (report.name, where, name)
        formulas = sum(1 for where, _ in places if where == found.document.title)
        worked_out = [row for row in found.document.rows if row.parts]
        derived = [it for it in found.document.columns if it.derived]
        assert formulas >= len(worked_out) * len(found.document.columns) + len(derived)


def test_each_figure_is_checked_against_its_lines(books: Books) -> None:
    book = Recalculated(document_xlsx(made(books)))
    checks = [(where, name) for where, name in book.places() if where == "Check"]
    assert len(checks) == 4 * 6
    assert {book.value(where, name) for where, name in checks} == {Decimal("0.00")}
    lines = book.formulas["Lines"]
    first = [cell.value for cell in lines[4]]
    assert first[:4] == ["Sales", 202507, datetime(2025, 7, 3), "Invoice"]  # noqa: DTZ001 - sheets know no zones
    assert (first[8], first[10]) == ("4000 Sales", 3000)


def test_a_line_that_is_missing_shows_in_the_check(books: Books) -> None:
    book = Recalculated(document_xlsx(made(books)))
    lines = book.formulas["Lines"]
    lines["K5"] = 599
    wrong = [name for where, name in book.places() if where == "Check" and book.value(where, name)]
    assert wrong
    assert book.value("Profit and loss", "C20") == Decimal("1.00")


def test_what_differs_from_the_books_is_marked_without_colour(books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    page = sheet(document_xlsx(made(books, "from=2026-07&to=2026-07")), "Profit and loss")
    cell = next(row[2] for row in page.iter_rows() if row[1].value == "Software")
    assert cell.number_format.startswith('"≠ "')
    assert cell.comment
    assert "UNVERIFIED" in cell.comment.text
    rows = by_label(page)
    assert rows["Software"][1] == "UNVERIFIED: Jul 26"
    assert rows["Tie-out"][0] == "UNVERIFIED"
    assert "UNVERIFIED" in str(page["A4"].value)


def test_lines_beyond_the_bound_are_told(books: Books) -> None:
    data = document_xlsx(made(books), most=3)
    lines = sheet(data, "Lines")
    assert str(lines["A2"].value).startswith("NOT ALL LINES: the months up to Aug 25 are left out")
    listed = [row[1] for row in lines.iter_rows(min_row=4, values_only=True)]
    assert set(listed) == {202509, 202606, 202607}
    check = {str(row[1]): row[2:] for row in sheet(data, "Check").iter_rows(min_row=4, values_only=True)}
    assert check["Software itself"] == ("not all listed", 0, 0, 0, 0, "not all listed")


def test_pay_is_told_as_sums_to_who_may_not_see_it(books: Books, alice: User) -> None:
    software = Expense.objects.get(company=books.company, account__external_id="6000")
    organise(company=books.company, person=alice, choices=[Choice(expense=software.pk, payroll=True)])
    for sees_pay in (True, False):
        data = document_xlsx(made(books, sees_pay=sees_pay))
        lines = [
            row for row in sheet(data, "Lines").iter_rows(min_row=4, values_only=True) if row[0] == "Software itself"
        ]
        texts = [row[7] for row in lines]
        assert texts == (["Creative Cloud", "Refund", None] if sees_pay else ["1 payroll entry"] * 3)
        assert {row[2] is None for row in lines} == {not sees_pay}
        book = Recalculated(data)
        assert {book.value(*place) for place in book.places() if place[0] == "Check"} == {Decimal("0.00")}


def test_equal_reports_are_equal_bytes(books: Books) -> None:
    first = document_xlsx(made(books))
    with time_machine.travel(datetime(2026, 8, 20, 7, tzinfo=UTC), tick=False):
        assert document_xlsx(made(books)) == first


def test_the_page_offers_the_workbook(client: Client, alice: User, books: Books) -> None:
    client.force_login(alice)
    address = f"/c/{books.company.slug}/reports/profit-and-loss"
    assert f"{address}.xlsx?{ALL_OF_IT}".replace("&", "&amp;") in client.get(f"{address}/?{ALL_OF_IT}").content.decode()
    answer = client.get(f"{address}.xlsx?{ALL_OF_IT}")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="northwind-software-profit-and-loss-2025-07-to-2026-09.xlsx"'
    )
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert client.get(f"{address}.xlsx?from=1990-01&to=1990-02").status_code == 404
