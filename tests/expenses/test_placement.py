"""Accounts become expenses once, lines go where their account's expense is, pay is masked until somebody decides."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User

from tests.expenses.small_ledger import BANK, CHART, ENTRIES, account_id, bill, expense, new_book, sync
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.accounts import AccountType
from tieout.core.records import AccountRecord
from tieout.expenses.models import Expense
from tieout.expenses.placement import payroll_accounts, prepare
from tieout.ledger.models import Book, Line
from tieout.ledger.placing import Content

pytestmark = pytest.mark.django_db


def test_every_expense_account_becomes_an_expense_once_and_an_income_account_a_stream(book: Book) -> None:
    before = set(Expense.objects.values_list("pk", flat=True))
    assert len(before) == 6
    assert Expense.objects.get(income=True) == expense(book, "4000")
    prepare(book)
    assert set(Expense.objects.values_list("pk", flat=True)) == before


def test_lines_are_in_their_account_s_expense_and_others_in_none(book: Book) -> None:
    placed = set(Line.objects.filter(book=book.pk).values_list("account", "expense"))
    assert (account_id(book, "5010"), expense(book, "5010").pk) in placed
    assert (account_id(book, "1000"), 0) in placed


def test_preparing_twice_makes_the_queries_of_reading_only(book: Book, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(4):  # type: ignore[operator]
        prepare(book)


def test_a_new_account_becomes_an_expense_at_the_next_sync(book: Book) -> None:
    new = AccountRecord(external_id="7000", number="7000", name="New", type=AccountType.EXPENSE, subtype="Expense")
    sync(book, [*ENTRIES, bill("9", date(2026, 5, 1), ("7000", 1_00))], [*CHART, new])
    assert Expense.objects.count() == 7
    assert expense(book, "7000").payroll is None


def test_accounts_of_other_companies_are_left_alone(book: Book, charlie: User) -> None:
    theirs = new_book(create_company(name="Elsewhere", person=charlie))
    sync(theirs)
    assert Expense.objects.filter(company=theirs.company).count() == 6
    assert Expense.objects.filter(company=book.company).count() == 6


def test_suggested_payroll_counts_until_somebody_decides(company: Company, book: Book) -> None:
    wages = account_id(book, "6000")
    assert payroll_accounts(company, book) == {wages}
    Expense.objects.filter(account_id=wages).update(payroll=False)
    Expense.objects.filter(account_id=account_id(book, "6200")).update(payroll=True)
    assert payroll_accounts(company, book) == {account_id(book, "6200")}


def test_an_account_that_became_something_else_places_no_more_lines(book: Book) -> None:
    turned = [
        msgspec.structs.replace(it, type=AccountType.ASSET)
        if isinstance(it, AccountRecord) and it.external_id == "6900" else it
        for it in CHART
    ]  # fmt: skip
    sync(book, lists=turned)
    lines = [Content(account_id(book, number), 0, 0, 0, "", 1_00) for number in ("6900", BANK.external_id)]
    assert prepare(book).expenses_of("Bill:1", lines) == [0, 0]
