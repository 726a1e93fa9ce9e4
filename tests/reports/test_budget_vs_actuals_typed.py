"""Budget vs actuals with what people typed over the books: it adds up, says whose it is, and never ties."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client
from openpyxl import load_workbook

from tests.budgets import plans
from tests.expenses import small_ledger
from tests.reports.test_budget_vs_actuals import (
    APRIL,
    APRIL_STATEMENT,
    ENTRIES,
    MARCH,
    MARCH_STATEMENT,
    figures,
    made,
    row,
    words,
)
from tieout.budgets.models import Budget
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.ledger.models import Book
from tieout.planning.actual_steps import type_actuals
from tieout.planning.actuals import effective
from tieout.reports.beside import State
from tieout.reports.budget_vs_actuals import NAME
from tieout.reports.document import ColumnKind, RowKind
from tieout.reports.document_xlsx import document_xlsx
from tieout.reports.making import make
from tieout.reports.queries import NoReport
from tieout.reports.telling import document_state

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 9, 9, tzinfo=UTC)
QUERY = "from=2026-03&to=2026-04"


@pytest.fixture(autouse=True)
def may() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 5, 10, 7, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def book(company: Company) -> Book:
    made_ = small_ledger.new_book(company)
    small_ledger.sync(made_, ENTRIES, statements=(MARCH_STATEMENT, APRIL_STATEMENT))
    return made_


@pytest.fixture
def budget(company: Company, book: Book, alice: User) -> Budget:
    return plans.budget(company, book, alice, "Budget 2026", revenue=[-1_500_00] * 12, hosting=[700_00] * 12)


def put(book: Book, person: User, cells: dict[tuple[str, Month], int | None]) -> None:
    found = effective(book.company, book, MARCH, APRIL, estimated=False)
    type_actuals(company=book.company, person=person, book=book, found=found, cells=cells, what="Typed", now=NOW)


@pytest.fixture
def typed(book: Book, budget: Budget, alice: User) -> None:
    """Hosting typed 17.66 above the books' 600.00 in April; revenue as a whole 1,000.00 instead of 800.00."""
    hosting = f"expense:{small_ledger.expense(book, '5010').pk}"
    put(book, alice, {(hosting, APRIL): 617_66, ("revenue", APRIL): -1_000_00})


def test_a_typed_line_moves_to_its_adjustment_and_a_typed_total_changes_the_result(
    company: Company, typed: None
) -> None:
    books, document = made(company, f"{QUERY}&view=books"), made(company, QUERY)
    assert figures(document, "Hosting")[:3] == (700_00, 617_66, -82_34)
    assert figures(document, "Adjustments to Unassigned")[:2] == (0, -17_66)
    assert figures(document, "Adjustments to revenue")[:2] == (0, 200_00)
    assert figures(document, "Revenue")[1] == 1_000_00
    assert figures(document, "Net income")[1] == figures(books, "Net income")[1] + 200_00
    assert figures(books, "Hosting")[1] == 600_00
    assert "Adjustments to revenue" not in {it.label for it in books.rows}


def test_every_sum_is_still_that_of_its_rows(company: Company, typed: None) -> None:
    for query in (QUERY, f"{QUERY}&over=50", f"{QUERY}&department=unassigned", "preset=all&by=quarter"):
        document = made(company, query)
        foot = document.by_key["net-income"]
        for column in document.columns:
            if not column.derived:
                lines = [it for it in document.rows if it.kind is RowKind.LINE]
                assert document.amount(foot, column) == sum(document.amount(it, column) for it in lines), query
    assert figures(made(company, f"{QUERY}&department=unassigned"), "Adjustments to Unassigned")[1] == -17_66


def test_a_typed_figure_does_not_tie_and_says_so(company: Company, typed: None) -> None:
    document = made(company, QUERY)
    april, march = document.by_column["2026-04"], document.by_column["2026-03"]
    assert document.state(row(document, "Hosting"), april) is State.NOT_COMPARED
    assert document.state(document.by_key["net-income"], april) is State.NOT_COMPARED
    assert document.state(row(document, "Hosting"), march) is State.TIES
    assert document_state(document).text == "Not the books’ figures: 2 months typed over them"
    assert document_state(made(company, f"{QUERY}&view=books")).text == "Ties to the books"


def test_the_foot_equals_the_cell_with_a_row_for_what_was_typed(
    client: Client, company: Company, alice: User, typed: None
) -> None:
    client.force_login(alice)
    base, document = f"/c/{company.slug}/reports/{NAME}", made(company, QUERY)
    for it in document.rows:
        for column in (it for it in document.columns if it.kind is ColumnKind.ACTUAL):
            answer = client.get(f"{base}/lines.csv?{QUERY}&row={it.key}&month={column.key}")
            body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
            amounts = [round(float(line["Amount"]) * 100) for line in csv.DictReader(io.StringIO(body))]
            assert sum(amounts) == document.shown(it, column), (it.label, column.key)
    key = row(document, "Hosting").key
    sheet = words(client.get(f"{base}/lines/?{QUERY}&row={key}&month=2026-04"))
    assert "Typed over by alice@example.com on 9 May" in sheet
    assert "The foot equals the cell" in sheet
    assert "ties to the books" not in sheet
    page = client.get(f"{base}/?{QUERY}").content.decode()
    assert "Show the books alone" in page
    assert "Typed over by alice@example.com on 9 May" in page


def test_files_say_how_much_is_typed(client: Client, company: Company, alice: User, typed: None) -> None:
    client.force_login(alice)
    base = f"/c/{company.slug}/reports/{NAME}"
    told = json.loads(client.get(f"{base}.json?{QUERY}").content)
    hosting = next(it for it in told["rows"] if it["row"] == "Hosting")
    assert hosting["amounts"]["2026-04"] == "617.66"
    assert hosting["typed"]["2026-04"] == "17.66"
    assert hosting["tie_out"] == told["tie_out"] == "not compared"
    assert "Typed over by alice@example.com" in client.get(f"{base}.csv?{QUERY}").content.decode()
    books = json.loads(client.get(f"{base}.json?{QUERY}&view=books").content)
    assert not any("typed" in it for it in books["rows"])


def test_as_known_at_an_earlier_sync_nothing_is_typed(company: Company, book: Book, typed: None) -> None:
    small_ledger.sync(book, ENTRIES, statements=())
    assert figures(made(company, f"{QUERY}&sync=1"), "Hosting")[1] == 600_00
    assert figures(made(company, QUERY), "Hosting")[1] == 617_66


def test_an_unknown_view_is_refused(company: Company, typed: None) -> None:
    with pytest.raises(NoReport, match="is no view"):
        made(company, f"{QUERY}&view=guessed")


def test_the_workbook_checks_what_is_typed_as_it_checks_lines(company: Company, typed: None) -> None:
    found = make(company, NAME, QueryDict(QUERY), sees_pay=True)
    checked = load_workbook(io.BytesIO(document_xlsx(found)), data_only=True)["Check"]
    figures_ = [it for cells in checked.iter_rows(values_only=True) for it in cells if isinstance(it, int | float)]
    assert figures_
    assert not any(figures_)
