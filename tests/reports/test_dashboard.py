"""The dashboard: its figures are those of the pages that it leads to, and what needs doing is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.expenses import small_ledger
from tests.expenses.small_ledger import bill, expense
from tests.planning import plans
from tieout.budgets.models import Budget, BudgetCell, BudgetRow
from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord, EntryRecord, ListRecord
from tieout.departments import queries as departments
from tieout.expenses.organising import Choice, organise
from tieout.ledger.closing import decide
from tieout.ledger.models import Book, CloseAct, Publication
from tieout.payroll.models import Employee
from tieout.planning.models import Driver
from tieout.reports.dashboard import Dashboard, dashboard
from tieout.reports.dashboard_period import Period, period
from tieout.reports.dashboard_views import addresses
from tieout.ui.charts import rows

pytestmark = pytest.mark.django_db
APRIL = Month(2026, 4)
MOST_QUERIES = 50  # the shell and the session among them


@pytest.fixture(autouse=True)
def may() -> Iterator[None]:
    with time_machine.travel("2026-05-20T12:00:00Z", tick=False):
        yield


BANK = AccountRecord(
    external_id="1000", number="1000", name="Checking", type=AccountType.ASSET, subtype="Bank", role=AccountRole.BANK
)
LISTS: tuple[ListRecord, ...] = (*(it for it in plans.SELLING if it is not small_ledger.BANK), BANK)


def sync(book: Book, *more: EntryRecord, lists: tuple[ListRecord, ...] = LISTS) -> None:
    small_ledger.sync(book, entries=(*small_ledger.ENTRIES, *plans.SALES, *more), lists=lists)
    book.refresh_from_db()


@pytest.fixture
def book(company: Company) -> Book:
    made = small_ledger.new_book(company)
    sync(made)
    return made


def asked(book: Book, query: str = "", *, through: Month = APRIL, first_month: int = 1) -> Period:
    return period(QueryDict(query), start=Month.of(book.start), through=through, first_month=first_month)


def told(book: Book, query: str = "") -> Dashboard:
    return dashboard(book.company, book, asked(book, query), addresses(book.company.slug))


def give(book: Book, person: User, number: str, department: str) -> None:
    choice = Choice(expense=expense(book, number).pk, department=departments.system(book.company, department).pk)
    organise(company=book.company, person=person, choices=[choice])


def mark(book: Book, person: User, number: str) -> None:
    organise(company=book.company, person=person, choices=[Choice(expense=expense(book, number).pk, payroll=True)])


def budgeted(book: Book, amounts: dict[str, int], month: Month = APRIL) -> Budget:
    """Make a budget of one month; "" is the hiring plan."""
    made = Budget.objects.create(
        company=book.company, name="Budget 2026", currency="USD", digits=2, first=month.key, last=month.key,
        created_by=User.objects.get(username="alice"),
    )  # fmt: skip
    for at, (number, amount) in enumerate(amounts.items()):
        kind = {"expense": expense(book, number).pk} if number else {"kind": "people", "name": "Hiring plan"}
        if number == "4000":
            kind = {"category": "Revenue", "number": number, "name": "Revenue"}
        row = BudgetRow.objects.create(budget=made, position=at, **kind)
        BudgetCell.objects.create(row=row, month=month.key, amount=amount)
    return made


def page(client: Client, person: User, company: Company, query: str = "") -> str:
    client.force_login(person)
    answer = client.get(f"/c/{company.slug}/dashboard/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def amounts(it: Dashboard) -> dict[str, int]:
    return {stat.label: stat.amount for stat in it.stats}


def test_the_last_actual_month_stands_beside_the_one_before(book: Book) -> None:
    it = told(book)
    assert it.period.label == "April 2026"
    assert amounts(it) == {"Revenue": 14_000_00, "Other income": 70_00, "Expenses": 9_600_00, "Net income": 4_470_00}
    assert [stat.change.a for stat in it.stats if stat.change] == [10_000_00, 0, 700_50, 9_299_50]
    assert sum(row.amount for row in it.categories) == 9_600_00


def test_cash_is_what_the_bank_holds(book: Book) -> None:
    it = told(book)
    spent = 600_00 + 100_50 + 650_00 - 50_00 + 9_000_00
    assert it.cash.balance == 9_000_00 + 10_000_00 + 14_070_00 - spent
    assert it.cash.change == 4_470_00
    assert it.cash.unexplained == 0
    assert it.cash.burn.net == -4_470_00
    assert it.cash.burn.loss == -4_470_00
    assert it.cash.runway.words == "no burn: cash grew"


@pytest.mark.parametrize(
    ("query", "label", "before"),
    [
        ("", "April 2026", "March 2026"),
        ("month=2026-03", "March 2026", "February 2026"),
        ("month=2031-01", "April 2026", "March 2026"),
        ("month=x&period=x", "April 2026", "March 2026"),
        ("period=quarter", "Q2 2026 to Apr", "Q1 2026 to Jan"),
        ("period=quarter&month=2026-03", "Q1 2026", "Q4 2025"),
    ],
)
def test_a_period_and_the_one_before(book: Book, query: str, label: str, before: str) -> None:
    found = asked(book, query)
    assert found.label == label
    assert found.before is not None
    assert found.before.label == before
    assert found.before.first.months_to(found.before.last) == found.first.months_to(found.last)


def test_months_before_the_books_are_compared_with_nothing(book: Book) -> None:
    start = Month.of(book.start)
    assert asked(book, f"month={start}").before is None
    assert asked(book, "month=2000-01").last == start


def test_a_fiscal_year_that_begins_in_april(book: Book) -> None:
    found = asked(book, "period=year", first_month=4)
    assert (found.first, found.label, found.before and found.before.label) == (
        APRIL,
        "FY 2027 to Apr",
        "FY 2026 to Apr",
    )
    assert asked(book, "period=quarter", first_month=4).label == "Q1 2027 to Apr"


def test_the_largest_variances_come_first_payroll_as_one(book: Book, alice: User) -> None:
    mark(book, alice, "6000")
    give(book, alice, "5010", "product_costs")
    budgeted(book, {"5010": 900_00, "6200": 10_00, "6000": 4_000_00, "": 4_500_00, "4000": -14_100_00})
    it = told(book)
    assert [(row.label, row.cells.b, row.cells.a, row.bad) for row in it.variances] == [
        ("Employees & contractors", 9_000_00, 8_500_00, True),
        ("Hosting", 600_00, 900_00, False),
        ("Revenue", 14_000_00, 14_100_00, True),
        ("Advertising", 0, 10_00, False),
    ]
    assert {row.label: row.budget for row in it.categories} == {
        "Cost of revenue": 900_00, "Employees & contractors": 8_500_00, "Unassigned": 10_00,
    }  # fmt: skip


def test_a_budget_of_other_months_is_not_compared(book: Book) -> None:
    budgeted(book, {"5010": 900_00}, Month(2027, 1))
    it = told(book)
    assert (list(it.variances), it.budget and it.budget.covers) == ([], False)


def test_a_budget_in_other_money_is_not_compared(book: Book, client: Client, alice: User) -> None:
    budgeted(book, {"5010": 900_00})
    Budget.objects.update(currency="EUR")
    assert list(told(book).variances) == []
    assert "Budget 2026 is in EUR, and the books are in USD" in page(client, alice, book.company)


def test_the_forecast_goes_on_from_the_last_actual_month(book: Book) -> None:
    plans.plan(book, "5010", Driver.AMOUNT, amount=700_00, start=Month(2026, 5).key)
    it = told(book)
    table = rows(it.profit)
    assert next(row.label for row in table if row.forecast) == "May 26"
    assert [row.texts for row in table][-7:-5] == [("14,070", "9,600", "4,470"), ("", "700", "")]
    assert rows(it.cash.chart)[-1].forecast
    assert not any(row.forecast for row in rows(told(book, "month=2026-03").profit))


def test_each_point_of_a_chart_leads_to_its_month(book: Book) -> None:
    assert rows(told(book).profit)[-1].url == f"/c/{book.company.slug}/reports/profit-and-loss/?from=2026-04&to=2026-04"


def test_a_closed_month_shows_its_copy_and_says_so(book: Book, client: Client, alice: User) -> None:
    newest = Publication.objects.get(book=book)
    decide(book, [APRIL], CloseAct.CLOSED, sync=newest.number, by=alice, at=small_ledger.NOW)
    sync(book, bill("99", date(2026, 4, 20), ("5010", 30_00)))
    it = told(book)
    assert amounts(it)["Expenses"] == 9_600_00
    standings = {stat.label: stat.standing.text for stat in it.stats if stat.standing}
    assert standings["Expenses"] == "closed; books differ by 30.00"
    text = page(client, alice, book.company)
    assert "The books changed April 2026, which is closed" in text
    assert it.cash.change == 4_440_00  # cash is the books'


def test_what_waits_is_listed_the_most_urgent_first(book: Book, client: Client, alice: User) -> None:
    Employee.objects.create(company=book.company, name="Ada Lovelace", start=date(2026, 1, 1))
    text = page(client, alice, book.company)
    found = re.findall(r'<li><span class="[\w-]+"><svg.*?</svg></span><div><a href="[^"]+">(.*?)</a>', text)
    assert found == ["5 accounts are unassigned", "1 person without pay", "Make a budget"]


def test_a_viewer_sees_no_single_persons_pay_and_makes_no_budget(book: Book, client: Client, bob: User) -> None:
    Employee.objects.create(company=book.company, name="Ada Lovelace", start=date(2026, 1, 1), amount=123_456_00)
    text = page(client, bob, book.company)
    assert "Ada" not in text
    assert "123,456" not in text
    assert "Make a budget" not in text


def test_before_there_are_books_it_says_what_to_do(company: Company, client: Client, alice: User) -> None:
    assert "Connect" in page(client, alice, company)
    assert client.get(f"/c/{company.slug}/")["Location"].endswith("/integrations/connect/")


def test_it_is_where_people_land(book: Book, client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(f"/c/{book.company.slug}/")["Location"] == f"/c/{book.company.slug}/dashboard/"


def test_huge_and_negative_figures_are_drawn(company: Company, client: Client, alice: User) -> None:
    made = small_ledger.new_book(company)
    entries = (
        plans.sale("h1", date(2026, 4, 2), plans.ACME, -7 * 10**15),
        bill("h2", date(2026, 4, 3), ("5010", 2 * 10**15)),
    )
    small_ledger.sync(made, entries=entries, lists=LISTS)
    text = page(client, alice, company)
    assert "(70,000,000,000,000)" in text
    assert "(90,000,000,000,000)" in text
    assert "tn)" in text


def test_the_same_number_of_queries_whatever_the_size(book: Book, client: Client, alice: User) -> None:
    def count() -> int:
        client.force_login(alice)
        client.get(f"/c/{book.company.slug}/dashboard/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/c/{book.company.slug}/dashboard/?period=year").status_code == 200
        return len(queries)

    plans.plan(book, "5010", Driver.AMOUNT, amount=700_00, start=Month(2026, 5).key)
    budgeted(book, {"5010": 900_00, "6200": 10_00})
    few = count()
    more = tuple(
        AccountRecord(
            external_id=f"70{at:02}", number=f"70{at:02}", name=f"A{at}", type=AccountType.EXPENSE, subtype="Expense"
        )
        for at in range(40)
    )
    sync(
        book,
        *(
            bill(f"x{at}-{month}", date(2026, month, 3), (f"70{at:02}", 100 + at))
            for at in range(40)
            for month in (1, 2, 3, 4)
        ),
        lists=(*LISTS, *more),
    )
    assert count() == few
    assert few <= MOST_QUERIES
