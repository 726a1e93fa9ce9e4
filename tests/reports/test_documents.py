"""Reports as documents: the page, the files, and that the lines behind a figure sum to it."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from tests.reports.small_books import Books
from tests.reports.test_pages import text
from tieout.reports.budget_vs_actuals import NAME as BUDGET_VS_ACTUALS
from tieout.reports.catalogue import REPORTS
from tieout.reports.making import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def august() -> object:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_profit_is_income_less_expense(owner: Client, books: Books) -> None:
    page = text(owner, books.company, "profit-and-loss/?from=2025-07&to=2026-07&by=year")
    assert "Revenue" in page
    assert "Net income 1,470 (45) 1,425" in page
    assert "Not every month was compared" in page
    assert "Ties to the books" in text(owner, books.company, "profit-and-loss/?from=2026-06&to=2026-07")


def test_every_figure_is_the_sum_of_its_lines(owner: Client, books: Books) -> None:
    """Ask each report for all months and hold each figure of its CSV against the lines that the page opens."""
    for report in REPORTS:
        if report.name == BUDGET_VS_ACTUALS:
            continue  # needs a budget, and half its figures are nobody's lines: see test_budget_vs_actuals.py
        address = f"/c/{books.company.slug}/reports/{report.name}"
        query = "from=2025-07&to=2026-07&by=quarter"
        told = json.loads(owner.get(f"{address}.json?{query}").content)
        assert told["rows"], report.name
        document = make(books.company, report.name, QueryDict(query), sees_pay=True).document
        for column in document.columns:
            for row in document.lines if column.posted else ():
                lines = owner.get(f"{address}/lines.csv?{query}&row={row.key}&month={column.key}")
                body = b"".join(lines.streaming_content).decode()  # type: ignore[attr-defined]
                amounts = [Decimal(it["Amount"]) for it in csv.DictReader(io.StringIO(body))]
                posted = document.shown(row, column) - document.ahead(row, column) * row.sign
                assert sum(amounts) * 100 == posted, (report.name, row.key)
        for column in told.get("columns", ()):
            for row, written in zip(document.lines, told["rows"], strict=True):
                amount = document.amount(row, document.by_column[column["key"]])
                assert Decimal(written["amounts"][column["key"]]) * 100 == amount


def test_a_total_opens_the_lines_of_all_that_it_adds(owner: Client, books: Books) -> None:
    address = f"/c/{books.company.slug}/reports/profit-and-loss/lines/"
    answer = owner.get(f"{address}?from=2025-07&to=2026-07&row=net-income&month=total")
    page = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())
    assert "The foot equals the cell" in " ".join(page.split())


def test_a_figure_that_is_none_is_refused_in_words(owner: Client, books: Books) -> None:
    page = text(owner, books.company, "profit-and-loss/lines/?row=account:0&month=2026-07", 404)
    assert "no such figure" in page


def test_a_report_narrowed_to_nothing_says_so(owner: Client, books: Books) -> None:
    narrowed = "profit-and-loss/?from=2025-07&to=2026-07&department=department:0"
    assert "Nothing was earned or spent in these months" in text(owner, books.company, narrowed)
    for ending in ("json", "csv", "xlsx"):
        address = f"/c/{books.company.slug}/reports/profit-and-loss.{ending}?department=department:0"
        assert owner.get(address).status_code == 200
