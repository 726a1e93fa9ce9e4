"""Departments and payroll marks: what changes is written once, told once, and never another company's."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.small_ledger import expense, new_book, sync
from tieout.companies.models import AuditEvent
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments import services as department_services
from tieout.departments.categories import Category
from tieout.expenses.models import Expense, ExpenseDepartment
from tieout.expenses.organise_page import organise_page
from tieout.expenses.organising import Choice, UnknownChoice, department_at, organise
from tieout.ledger.models import Book

pytestmark = pytest.mark.django_db
APRIL, MAY = Month(2026, 4), Month(2026, 5)


def told() -> list[tuple[dict[str, object], dict[str, object]]]:
    events = AuditEvent.objects.filter(what="organised an expense").order_by("pk")
    return [(event.before, event.after) for event in events]


def periods(one: Expense) -> dict[int, int | None]:
    return dict(ExpenseDepartment.objects.filter(expense=one).values_list("from_month", "department_id"))


def test_a_change_is_written_and_told_once(book: Book, alice: User) -> None:
    sales = departments.system(book.company, "sales").pk
    choice = Choice(expense=expense(book, "6200").pk, department=sales, payroll=False)
    assert organise(company=book.company, person=alice, choices=[choice]) == 1
    assert organise(company=book.company, person=alice, choices=[choice]) == 0
    assert told() == [
        (
            {"account": "6200 Advertising", "department": "Unassigned", "payroll": None},
            {"account": "6200 Advertising", "department": "Sales", "payroll": False},
        )
    ]


def test_deciding_as_everybody_expected_is_kept_and_not_told(book: Book, alice: User) -> None:
    one = expense(book, "6200")
    assert organise(company=book.company, person=alice, choices=[Choice(expense=one.pk, payroll=False)]) == 0
    one.refresh_from_db()
    assert one.payroll is False
    assert told() == []


def test_deciding_against_a_suggestion_is_told(book: Book, alice: User) -> None:
    one = expense(book, "6000").pk
    choices = [Choice(expense=one, payroll=False)]
    assert organise(company=book.company, person=alice, choices=choices, suggested_payroll={one}) == 1


def test_another_company_s_expense_is_refused_and_nothing_is_written(book: Book, alice: User, charlie: User) -> None:
    theirs = new_book(create_company(name="Elsewhere", person=charlie))
    sync(theirs)
    sales = departments.system(book.company, "sales").pk
    choices = [Choice(expense=expense(it, "6200").pk, department=sales) for it in (book, theirs)]
    with pytest.raises(UnknownChoice):
        organise(company=book.company, person=alice, choices=choices)
    assert not ExpenseDepartment.objects.exists()


def test_another_company_s_department_is_refused(book: Book, alice: User, charlie: User) -> None:
    theirs = departments.system(create_company(name="Elsewhere", person=charlie), "sales").pk
    with pytest.raises(UnknownChoice):
        organise(
            company=book.company, person=alice, choices=[Choice(expense=expense(book, "6200").pk, department=theirs)]
        )


def test_from_a_month_on_and_back_again(book: Book, alice: User) -> None:
    one = expense(book, "6200")
    sales, design = (departments.system(book.company, key).pk for key in ("sales", "design"))

    def move(to: int | None, since: Month | None) -> int:
        return organise(
            company=book.company, person=alice, choices=[Choice(expense=one.pk, department=to)], since=since
        )

    assert move(sales, None) == 1
    assert move(design, APRIL) == 1
    assert periods(one) == {0: sales, 202604: design}
    assert move(design, APRIL) == 0
    assert move(sales, APRIL) == 1
    assert periods(one) == {0: sales}
    assert move(None, MAY) == 1
    assert periods(one) == {0: sales, 202605: None}
    assert move(design, None) == 1
    assert periods(one) == {0: design}
    assert move(None, None) == 1
    assert periods(one) == {}


months = st.sampled_from([0, 202603, 202604, 202605])


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(months, st.sampled_from(["sales", "design", None])), max_size=5))
def test_the_last_word_holds_from_its_month_on(book: Book, alice: User, moves: list[tuple[int, str | None]]) -> None:
    one = expense(book, "6200")
    ExpenseDepartment.objects.filter(expense=one).delete()
    expected: dict[int, int | None] = dict.fromkeys((202602, 202603, 202604, 202605), None)
    for since, key in moves:
        to = departments.system(book.company, key).pk if key else None
        month = Month.from_key(since) if since else None
        organise(company=book.company, person=alice, choices=[Choice(expense=one.pk, department=to)], since=month)
        expected.update({month: to for month in expected if month >= since})
        assert {month: department_at(periods(one), month) for month in expected} == expected


def test_removing_a_department_moves_its_expenses(book: Book, alice: User) -> None:
    company = book.company
    made = department_services.create(company, category=Category.SALES_MARKETING, name="Community", person=alice)
    organise(company=company, person=alice, choices=[Choice(expense=expense(book, "6200").pk, department=made.pk)])
    with pytest.raises(department_services.Refused):
        department_services.remove(made, target=None, person=alice)
    sales = departments.system(company, "sales")
    department_services.remove(made, target=sales, person=alice)
    assert periods(expense(book, "6200")) == {0: sales.pk}


def test_the_page_loses_nothing(book: Book, alice: User) -> None:
    sales = departments.system(book.company, "sales").pk
    choices = [
        Choice(expense=expense(book, "6200").pk, department=sales),
        Choice(expense=expense(book, "6000").pk, payroll=True),
    ]
    organise(company=book.company, person=alice, choices=choices)
    page = organise_page(book.company, book, last=APRIL)
    assert (page.assigned, page.payroll, page.unassigned, page.ledger) == (80_00, 9_000_00, 1_220_50, 10_300_50)
    assert page.adds_up
    assert {row.code for row in page.rows if row.unassigned} == {"5010", "6210", "6900"}


def test_suggestions_of_the_page_learn_from_what_was_given(book: Book, alice: User) -> None:
    design = departments.system(book.company, "design").pk
    organise(company=book.company, person=alice, choices=[Choice(expense=expense(book, "6200").pk, department=design)])
    rows = {row.code: row for row in organise_page(book.company, book, last=APRIL).rows}
    assert rows["5010"].suggested == departments.system(book.company, "product_costs")
    assert (rows["6210"].suggested, rows["6210"].reason) == (departments.system(book.company, "marketing"), "name")
    assert rows["6900"].suggested is None
    assert (rows["6000"].payroll, rows["6000"].decided) == (True, False)
