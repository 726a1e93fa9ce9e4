"""The dashboard with what people typed over the books: the figures of the Actuals page, and no claim that they tie."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.expenses import small_ledger
from tests.expenses.small_ledger import expense
from tests.reports.test_dashboard import amounts, budgeted, give, mark, page, sync, told
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.ledger.models import Book
from tieout.planning.actual_steps import type_actuals
from tieout.planning.actuals import effective
from tieout.reports.dashboard import Dashboard

pytestmark = pytest.mark.django_db
MARCH, APRIL = Month(2026, 3), Month(2026, 4)


@pytest.fixture(autouse=True)
def may() -> Iterator[None]:
    with time_machine.travel("2026-05-20T12:00:00Z", tick=False):
        yield


@pytest.fixture
def book(company: Company) -> Book:
    made = small_ledger.new_book(company)
    sync(made)
    return made


def put(book: Book, person: User, cells: dict[tuple[str, Month], int | None]) -> None:
    found = effective(book.company, book, MARCH, APRIL, estimated=False)
    type_actuals(
        company=book.company, person=person, book=book, found=found, cells=cells, what="Typed", now=timezone.now()
    )


def standings(it: Dashboard) -> dict[str, str]:
    return {stat.label: stat.standing.text for stat in it.stats if stat.standing}


def test_a_typed_section_is_in_the_figures_and_says_so(book: Book, alice: User, client: Client) -> None:
    mark(book, alice, "6000")
    before = told(book)
    put(book, alice, {("payroll", APRIL): 9_500_00, ("revenue", APRIL): -15_000_00})
    after = told(book)
    plus = 15_000_00 - amounts(before)["Revenue"]
    assert amounts(after)["Revenue"] == 15_000_00
    assert amounts(after)["Expenses"] == amounts(before)["Expenses"] + 500_00
    assert amounts(after)["Net income"] == amounts(before)["Net income"] + plus - 500_00
    assert after.payroll.amount == before.payroll.amount + 500_00 == 9_500_00
    assert after.payroll.standing
    assert after.payroll.standing.text == standings(after)["Expenses"] == "500.00 typed over the books"
    assert sum(it.amount for it in after.categories) == after.expenses == amounts(after)["Expenses"]
    assert before.typed is None
    assert "Net income of April 2026 holds" in page(client, alice, book.company)


def test_a_typed_line_moves_within_its_section(book: Book, alice: User) -> None:
    give(book, alice, "5010", "product_costs")
    budgeted(book, {"5010": 900_00})
    before = told(book)
    put(book, alice, {(f"expense:{expense(book, '5010').pk}", APRIL): 700_00})
    after = told(book)
    assert amounts(after) == amounts(before)
    assert standings(after) == standings(before)
    found = {it.label: it.cells.difference for it in after.variances}
    assert found["Hosting"] == -200_00
    assert found["Adjustments to Product costs"] == -100_00


def test_a_section_without_expenses_can_be_typed(book: Book, alice: User) -> None:
    finance = departments.system(book.company, "finance")
    before = told(book)
    put(book, alice, {(f"department:{finance.pk}", APRIL): 50_00})
    after = told(book)
    assert amounts(after)["Expenses"] == amounts(before)["Expenses"] + 50_00
    assert sum(it.amount for it in after.categories) == amounts(after)["Expenses"]


def test_what_was_typed_of_the_month_before_is_in_the_change(book: Book, alice: User) -> None:
    put(book, alice, {("revenue", MARCH): -1_00})
    change = next(it.change for it in told(book).stats if it.label == "Revenue")
    assert change
    assert change.a == 1_00
