"""Statements of the small books as documents, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import pytest
import time_machine
from django.http import QueryDict

from tests.golden.table import check
from tests.ledger.scribe import entry
from tests.reports.small_books import CHART, ENTRIES, STATEMENTS, Books
from tests.reports.test_pages import row_id
from tieout.core.records import DimensionRecord, DimensionValueRecord
from tieout.departments import queries as departments
from tieout.expenses.models import ALWAYS, Expense, ExpenseDepartment
from tieout.ledger.models import Listed
from tieout.reports.document_text import document_table
from tieout.reports.making import make
from tieout.reports.text_table import render

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


def table(books: Books, report: str, query: str) -> str:
    return render(document_table(make(books.company, report, QueryDict(query), sees_pay=True)))


def test_profit_and_loss_by_account_beside_the_year_before(books: Books) -> None:
    check("profit-by-account", table(books, "profit-and-loss", "from=2026-05&to=2026-07&compare=last-year"))


def test_profit_and_loss_by_department_with_an_expense_that_moved(books: Books) -> None:
    """Rent moves from the second department to the fourth in January; Software is in none."""
    places = departments.departments(books.company)
    rent = Expense.objects.get(company=books.company, account_id=row_id("6100"))
    hosting = Expense.objects.get(company=books.company, account_id=row_id("6010"))
    for expense, month, place in ((rent, ALWAYS, 1), (rent, 202601, 3), (hosting, ALWAYS, 0)):
        ExpenseDepartment.objects.create(expense=expense, from_month=month, department=places[place])
    again = entry("10", date(2026, 3, 1), ("6100", 1_100_00), ("1000", -1_100_00), type="Check")
    books.sync(entries=(*ENTRIES, again), statements=())
    check("profit-by-department", table(books, "profit-and-loss", "from=2025-07&to=2026-06&by=quarter&view=department"))


def test_profit_and_loss_by_dimension(books: Books) -> None:
    lists = (
        *CHART, DimensionRecord(external_id="region", name="Region"),
        *(DimensionValueRecord(dimension="region", external_id=it, name=it.title()) for it in ("east", "west")),
    )  # fmt: skip

    def with_region(number: int, value: str) -> object:
        made = ENTRIES[number]
        lines = tuple(msgspec.structs.replace(it, dimensions=(("region", value),)) for it in made.lines)
        return msgspec.structs.replace(made, lines=lines)

    named = {1: "east", 2: "west", 4: "west"}
    entries = [with_region(at, named[at]) if at in named else it for at, it in enumerate(ENTRIES)]
    books.sync(entries=entries, statements=STATEMENTS, lists=lists)  # type: ignore[arg-type]
    region = Listed.objects.get(kind="dimension", external_id="region").pk
    check("profit-by-dimension", table(books, "profit-and-loss", f"from=2025-07&to=2026-07&view=dimension:{region}"))


def test_balance_sheet_at_quarter_ends_compared(books: Books) -> None:
    check("balance-sheet-compared", table(books, "balance-sheet", "from=2026-01&to=2026-06&by=quarter&compare=before"))
