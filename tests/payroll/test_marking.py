"""Marking an account as payroll moves it with all its months, and changes no sum but that of its section."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.small_ledger import CHART, account_id, bill, expense, new_book, sync
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.records import EntryRecord
from tieout.departments import queries as departments
from tieout.expenses.amounts import held, placed
from tieout.expenses.organising import Choice, organise
from tieout.expenses.sections import PAYROLL, plan
from tieout.ledger.models import Book
from tieout.ledger.movements import movements
from tieout.payroll.models import Employee
from tieout.payroll.queries import total_payroll
from tieout.payroll.reconciling import Source

pytestmark = pytest.mark.django_db
NUMBERS = ("5010", "6000", "6200", "6210", "6900")
MONTHS = [Month(2026, 3), Month(2026, 4), Month(2026, 5)]
_number = itertools.count()


def mark(book: Book, person: User, number: str, *, payroll: bool = True) -> None:
    choice = Choice(expense=expense(book, number).pk, payroll=payroll)
    organise(company=book.company, person=person, choices=[choice])


def sections(book: Book) -> dict[str, dict[str, dict[Month, int]]]:
    """Return what each section holds: by section and account number, by month."""
    the_plan = plan(book.company, book, book.published)
    found = placed(the_plan, held(the_plan, book))
    return {
        section: {member.label.split(" ")[0]: dict(months) for member, months in members.items()}
        for section, members in found.items()
    }


def income(book: Book) -> dict[Month, int]:
    """Return profit by month, straight from the ledger's sums: nothing that a plan says is in it."""
    balance_sheet = {account_id(book, "1000")}
    sums: dict[Month, int] = {}
    for account, _, key, amount in movements(book, book.published):
        if account not in balance_sheet:
            sums[Month.from_key(key)] = sums.get(Month.from_key(key), 0) - amount
    return sums


def test_the_mark_moves_an_account_and_all_its_months(book: Book, alice: User) -> None:
    before = sections(book)
    mark(book, alice, "5010")
    months = before["unassigned"].pop("5010")
    assert months == {MONTHS[0]: 600_00, MONTHS[1]: 600_00}
    assert sections(book) == before | {PAYROLL: {"5010": months}}


def test_unmarking_restores_the_department(book: Book, alice: User, company: Company) -> None:
    sales = departments.system(company, "sales").pk
    chosen = Choice(expense=expense(book, "6200").pk, department=sales)
    organise(company=company, person=alice, choices=[chosen])
    before = sections(book)
    mark(book, alice, "6200")
    assert "6200" in sections(book)[PAYROLL]
    mark(book, alice, "6200", payroll=False)
    assert sections(book) == before


def test_total_payroll_follows_the_mark(book: Book, company: Company, alice: User) -> None:
    Employee.objects.create(company=company, name="Ada", start=date(2026, 4, 1), amount=120_000_00)
    unmarked = total_payroll(company, book, MONTHS)
    assert (unmarked.source, unmarked.amounts) == (
        Source.PEOPLE, {MONTHS[0]: 0, MONTHS[1]: 10_000_00, MONTHS[2]: 10_000_00},
    )  # fmt: skip
    mark(book, alice, "6000")
    marked = total_payroll(company, book, MONTHS)
    assert (marked.source, marked.amounts) == (Source.BOOKS, {MONTHS[0]: 0, MONTHS[1]: 9_000_00, MONTHS[2]: 0})
    mark(book, alice, "6000", payroll=False)
    assert total_payroll(company, book, MONTHS) == unmarked


ENTRY = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(MONTHS), st.integers(-(10**7), 10**7).filter(bool))
STEP = st.tuples(st.sampled_from(NUMBERS), st.booleans())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTRY, min_size=1, max_size=8), st.lists(STEP, max_size=6))
def test_no_marking_changes_income_or_the_total(
    alice: User, entries: list[tuple[str, Month, int]], steps: list[tuple[str, bool]]
) -> None:
    number = next(_number)
    book = new_book(create_company(name=f"Marked {number}", person=alice), external_id=f"marked-{number}")
    sync(book, [_entry(at, *one) for at, one in enumerate(entries)], CHART, ())
    profit, total = income(book), _total(book)
    marks: dict[str, bool] = {}
    for account, payroll in steps:
        mark(book, alice, account, payroll=payroll)
        marks[account] = payroll
        found = sections(book)
        assert _total(book) == total
        assert income(book) == profit
        marked = {one for one, is_marked in marks.items() if is_marked}
        assert set(found.get(PAYROLL, {})) == {one for one, *_ in entries if one in marked}
        if marked:
            expected = {month: sum(a for n, m, a in entries if n in marked and m == month) for month in MONTHS}
            assert total_payroll(book.company, book, MONTHS).amounts == expected


def _entry(at: int, account: str, month: Month, amount: int) -> EntryRecord:
    return bill(f"e{at}", month.start, (account, amount))


def _total(book: Book) -> dict[Month, int]:
    sums: dict[Month, int] = {}
    for members in sections(book).values():
        for months in members.values():
            for month, amount in months.items():
                sums[month] = sums.get(month, 0) + amount
    return {month: amount for month, amount in sums.items() if amount}
