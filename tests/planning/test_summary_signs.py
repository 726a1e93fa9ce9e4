"""What the summary says that its figures alone would not: faults, payroll without a forecast, and where budgets are."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses.small_ledger import CHART, expense, sync
from tests.planning.test_summary import APRIL, budgeted, give, home, mark, may, told
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord
from tieout.ledger.models import Book
from tieout.payroll.models import Employee, HiringDriver
from tieout.planning.timeline import HIRING

__all__ = ["may"]  # it is May in each test
pytestmark = pytest.mark.django_db


def test_a_post_that_cannot_be_computed_says_so(client: Client, alice: User, book: Book) -> None:
    HiringDriver.objects.create(
        company=book.company, title="Lead", formula="1 / ({h} - {h})", start=202607, amount=12_000_00, basis="annual"
    )
    found = told(book)
    assert found.faults == "1 post"
    assert "in a circle" in next(it.fault for it in found.rows if it.key == HIRING)
    client.force_login(alice)
    for page in ("", "timeline/"):
        assert "1 post not computed" in client.get(home(book, page)).content.decode()


def test_payroll_without_people_or_posts_is_told(client: Client, alice: User, book: Book) -> None:
    assert told(book).unplanned_payroll is None  # no account is marked as payroll
    mark(book, alice, "6000")
    assert told(book).unplanned_payroll == (APRIL, 9_000_00)
    client.force_login(alice)
    later = "timeline/?plan=1&from=2026-06&to=2026-07"  # April is not among what is shown
    for page in ("", "timeline/?plan=1", later):
        answer = client.get(home(book, page)).content.decode()
        assert "Payroll (9,000 in Apr 26) has no forecast" in answer
        assert f'href="/c/{book.company.slug}/people/"' in answer
    Employee.objects.create(company=book.company, name="Ada", amount=1, start=date(2020, 1, 1))
    assert told(book).unplanned_payroll is None
    assert "has no forecast" not in client.get(home(book)).content.decode()


def test_a_budgeted_expense_without_anything_else_has_a_row(book: Book, alice: User) -> None:
    fees = AccountRecord(external_id="7000", number="7000", name="Fees", type=AccountType.EXPENSE, subtype="Expense")
    sync(book, lists=[*CHART, fees])
    pk = expense(book, "7000").pk
    budgeted(book, alice, {pk: {Month(2026, 5): 3_00}, 987654: {Month(2026, 5): 5_00}})
    found = told(book)
    assert {row.code: row.budget for row in found.rows if row.level == 3 and row.budget} == {"7000": 3_00}
    assert found.budget_rest == 5_00  # of an expense that is no more
    assert found.total.budget == 8_00


def test_a_budget_without_amounts_moves_with_its_expense(book: Book, alice: User) -> None:
    give(book, alice, "5010", "product_costs")
    give(book, alice, "5010", "customer_support", since=Month(2026, 6))
    budgeted(book, alice, {expense(book, "5010").pk: {Month(2026, 5): 3_00, Month(2026, 6): 4_00}})
    found = told(book)
    leaves = [row for row in found.rows if row.level == 2]
    assert {row.label: row.budget for row in leaves} == {"Product costs": 3_00, "Customer support": 4_00}
    assert len({row.key for row in found.rows}) == len(found.rows)
    assert found.total.budget == sum(row.budget or 0 for row in found.rows if row.level == 3) == 7_00


def test_a_budget_of_another_year_says_which_months_it_covers(client: Client, alice: User, book: Book) -> None:
    made = budgeted(book, alice, {})
    made.first, made.last = 202404, 202503
    made.save()
    assert told(book).budget == ""
    assert told(book).budget_elsewhere == "The budget Plan A covers Apr 24 to Mar 25"
    client.force_login(alice)
    said = "The budget Plan A covers Apr 24 to Mar 25, no month of FY 2027"
    assert said in client.get(home(book)).content.decode()
