"""The forecast: what the options, the typed months, the hiring plan and the formulas of a company come to."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.expenses.small_ledger import expense
from tests.planning.plans import (
    AUGUST,
    FORECAST,
    JULY,
    JUNE,
    LAST,
    MAY,
    THROUGH,
    employ,
    new_book,
    plan,
    post,
    stored,
    told,
    type_cell,
    variable,
)
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.expenses.models import Expense, ExpenseDepartment
from tieout.ledger.models import Book, ListedVersion
from tieout.payroll.models import Role
from tieout.planning.forecast import Instead, forecast
from tieout.planning.inputs import inputs
from tieout.planning.models import Driver, Frequency, Growth, Options, Paid, PaymentTerm
from tieout.planning.workings import workings

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(company: Company) -> Book:
    """A company that sells: see `tests/planning/plans.py`."""
    return new_book(company)


def months(*amounts: int) -> dict[Month, int]:
    """Return amounts from May on."""
    return dict(zip(FORECAST, amounts, strict=True))


def test_an_amount_a_month_is_forecast_after_the_last_admitted_month_between_start_and_end(book: Book) -> None:
    hosting = plan(book, "5010", Driver.AMOUNT, amount=700_00, start=202601, end=202607)
    result = told(book)
    assert result.amounts == {hosting: months(700_00, 700_00, 700_00, 0)}
    assert result.planned == {hosting}


def test_a_typed_month_stands_before_the_driver(book: Book) -> None:
    hosting = plan(book, "5010", Driver.AMOUNT, amount=700_00)
    type_cell(book, "5010", JUNE, 1_000_00)
    result = told(book)
    assert result.amounts[hosting] == months(700_00, 1_000_00, 700_00, 700_00)
    assert result.typed == {(hosting, JUNE)}


def test_typed_months_alone_are_a_forecast_of_those_months(book: Book) -> None:
    shows = type_cell(book, "6210", JULY, 12_000_00)
    advertising = plan(book, "6200", Driver.TYPED)
    type_cell(book, "6200", AUGUST, 5_00)
    assert told(book).amounts == {shows: {JULY: 12_000_00}, advertising: {AUGUST: 5_00}}


def test_what_nobody_planned_and_what_is_marked_as_payroll_has_no_forecast(book: Book) -> None:
    wages = plan(book, "6000", Driver.AMOUNT, amount=9_000_00)
    type_cell(book, "6000", JUNE, 1)
    plan(book, "6900", Driver.NONE)
    Expense.objects.filter(pk=wages).update(payroll=True)
    result = told(book)
    assert (result.amounts, result.typed, result.planned) == ({}, frozenset(), frozenset())


def test_1200_a_year_is_100_a_month_and_all_of_its_cash_at_the_start(book: Book) -> None:
    plan(book, "5010", Driver.AMOUNT, amount=1_200_00, frequency=Frequency.ANNUAL, start=202606)
    result = told(book)
    (hosting,) = result.planned
    assert result.amounts[hosting] == months(0, 100_00, 100_00, 100_00)
    assert result.cash[hosting] == months(0, 1_200_00, 0, 0)


def test_cash_leaves_by_the_payment_term_and_non_cash_never(book: Book) -> None:
    term = PaymentTerm.objects.create(company=book.company, name="Half later", shares=[5_000, 5_000])
    later = plan(book, "5010", Driver.AMOUNT, amount=100_00, paid=Paid.CUSTOM, term=term)
    never = plan(book, "6200", Driver.AMOUNT, amount=100_00, paid=Paid.NON_CASH)
    result = told(book)
    assert result.cash[later] == months(50_00, 100_00, 100_00, 100_00)
    assert result.cash[never] == months(0, 0, 0, 0)


def test_an_amount_per_employee_counts_the_company_or_a_department_with_contractors_if_wanted(book: Book) -> None:
    sales = departments.system(book.company, "sales")
    employ(book.company, date(2025, 1, 1))
    employ(book.company, date(2026, 6, 15), department=sales)
    employ(book.company, date(2026, 7, 1), department=sales, role=Role.CONTRACTOR)
    everybody = plan(book, "5010", Driver.PER_EMPLOYEE, amount=10_00)
    inside = plan(book, "6200", Driver.PER_EMPLOYEE, amount=10_00, department=sales)
    outside = plan(book, "6210", Driver.PER_EMPLOYEE, amount=10_00, department=sales, contractors=True)
    result = told(book)
    assert result.amounts[everybody] == months(10_00, 20_00, 20_00, 20_00)
    assert result.amounts[inside] == months(0, 10_00, 10_00, 10_00)
    assert result.amounts[outside] == months(0, 10_00, 20_00, 20_00)


def test_revenue_is_the_average_of_three_months_until_somebody_plans_it(book: Book) -> None:
    share = plan(book, "5010", Driver.PERCENT_OF_REVENUE, rate=5_0000)
    fees = expense(book, "4100")
    of_fees = plan(book, "6200", Driver.PERCENT_OF_REVENUE, rate=10_0000, stream=fees)
    # (9,000 + 10,000 + 14,000) / 3 = 11,000; interest is not revenue.
    assert told(book).amounts[share] == months(*[550_00] * 4)
    assert told(book).amounts[of_fees] == months(*[100_00] * 4)
    variable(book, "Revenue", "Revenue.Total[-1] * 1.1", system="revenue", m202607="20000")
    assert told(book).amounts[share] == months(770_00, 847_00, 1_000_00, 1_100_00)


def test_same_as_last_year_and_the_average_of_recent_months(book: Book) -> None:
    last_year = plan(book, "5010", Driver.LAST_YEAR, rate=10_0000)
    average = plan(book, "6200", Driver.AVERAGE, averaged=2)
    type_cell(book, "5010", Month(2027, 4), 1_000_00)
    result = told(book, last=Month(2028, 4))
    # March 2026: 600.00, April 2026: 600.00. March 2027 + 10 %, and so on; April 2027 was typed.
    assert result.amounts[last_year][Month(2027, 3)] == 660_00
    assert result.amounts[last_year][Month(2028, 3)] == 726_00
    assert result.amounts[last_year][Month(2028, 4)] == 1_100_00
    assert result.amounts[last_year][MAY] == 0
    assert result.amounts[average][MAY] == 40_00


def test_a_formula_may_name_accounts_departments_and_own_variables(book: Book) -> None:
    sales = departments.system(book.company, "sales")
    ExpenseDepartment.objects.create(expense=expense(book, "6200"), department=sales)
    ExpenseDepartment.objects.create(expense=expense(book, "6210"), department=sales, from_month=202607)
    variable(book, "Rate", m202605="0.5", m202606="0.25", m202607="1", m202608="1")
    plan(book, "6200", Driver.AMOUNT, amount=200_00)
    plan(book, "6210", Driver.AMOUNT, amount=30_00)
    asking = plan(book, "6900", Driver.FORMULA, formula="Account.5010[-1] + Department.Sales * Rate")
    result = told(book)
    # April of 5010 was 600.00, after it nothing is planned; Trade shows come into Sales in July.
    assert result.amounts[asking] == months(700_00, 50_00, 230_00, 230_00)
    assert not result.errors


def test_a_formula_is_the_base_of_a_period_and_grows(book: Book) -> None:
    made = plan(
        book, "5010", Driver.FORMULA, formula="300", frequency=Frequency.QUARTERLY, start=202605,
        growth=Growth.PERCENT, growth_rate=10_0000, growth_every="quarter",
    )  # fmt: skip
    assert told(book).amounts[made] == months(100_00, 100_00, 100_00, 110_00)


def test_an_expense_may_look_at_its_own_month_before(book: Book) -> None:
    made = plan(book, "5010", Driver.FORMULA, formula="Account.5010[-1] * 1.02")
    assert told(book).amounts[made] == months(612_00, 624_24, 636_72, 649_45)


def test_a_quarter_that_looks_at_its_own_past_is_fixed_at_its_first_month(book: Book) -> None:
    made = plan(
        book, "5010", Driver.FORMULA, formula="Account.5010[-1] * 6", frequency=Frequency.QUARTERLY, start=202605
    )
    result = told(book)
    assert result.amounts[made] == months(1_200_00, 1_200_00, 1_200_00, 2_400_00)
    assert result.cash[made] == months(3_600_00, 0, 0, 7_200_00)


def test_payroll_is_in_no_department(book: Book) -> None:
    sales = departments.system(book.company, "sales")
    for number in ("6000", "5010"):
        ExpenseDepartment.objects.create(expense=expense(book, number), department=sales)
    Expense.objects.filter(pk=expense(book, "6000").pk).update(payroll=True)
    made = plan(book, "6900", Driver.FORMULA, formula="Department.Sales[-1]")
    assert told(book).amounts[made][MAY] == 600_00


def test_a_circle_of_expenses_is_told_by_each_and_stops_nothing_else(book: Book) -> None:
    hosting = plan(book, "5010", Driver.FORMULA, formula="Account.6200 + 1")
    advertising = plan(book, "6200", Driver.FORMULA, formula="Account.5010")
    shows = plan(book, "6210", Driver.AMOUNT, amount=5_00)
    looking = plan(book, "6900", Driver.FORMULA, formula="Account.5010 * 2")
    result = told(book)
    circle = "Account.5010 (May 2026) → Account.6200 (May 2026) → Account.5010 (May 2026)"
    assert result.errors[hosting] == f"This goes round in a circle: {circle}."
    assert result.errors[advertising] == f"This goes round in a circle: {circle}."
    assert result.errors[looking] == f"Account.5010 cannot be computed: it goes round in a circle: {circle}."
    assert result.amounts[shows] == months(*[5_00] * 4)
    assert result.amounts[hosting] == {}


def test_a_month_that_fails_has_no_amount_and_the_others_do(book: Book) -> None:
    variable(book, "Heads", m202605="2", m202606="0", m202607="4", m202608="1")
    made = plan(book, "5010", Driver.FORMULA, formula="100 / Heads")
    result = told(book)
    assert result.errors == {made: "Division by zero in Jun 2026."}
    assert result.amounts[made] == {MAY: 50_00, JULY: 25_00, AUGUST: 100_00}


def test_half_a_cent_is_rounded_away_from_zero(book: Book) -> None:
    up, down = plan(book, "5010", Driver.FORMULA, formula="0.125"), plan(book, "6200", Driver.FORMULA, formula="-0.125")
    result = told(book)
    assert (result.amounts[up][MAY], result.amounts[down][MAY]) == (13, -13)


def test_the_hiring_plan_counts_into_headcount_and_costs(book: Book) -> None:
    support = departments.system(book.company, "customer_support")
    employ(book.company, date(2025, 1, 1))
    made = post(book, "Revenue.Total / 5000", JUNE, department=support)
    laptops = plan(book, "5010", Driver.FORMULA, formula="Headcount.New * 1000")
    seats = plan(book, "6200", Driver.PER_EMPLOYEE, amount=10_00)
    inside = plan(book, "6210", Driver.FORMULA, formula="Headcount.'Customer support'")
    total = plan(book, "6900", Driver.FORMULA, formula="Expenses.Total[-1]")
    result = told(book)
    # 11,000 of revenue a month: 2.2 posts, rounded down, from June on; 10,000 a month each.
    assert result.heads[made.pk] == months(0, 2, 2, 2)
    assert result.amounts[laptops] == months(0, 2_000_00, 0, 0)
    assert result.amounts[seats] == months(10_00, 30_00, 30_00, 30_00)
    assert result.amounts[inside] == months(0, 2_00, 2_00, 2_00)
    assert result.people[support.pk] == months(0, *[20_000_00] * 3)
    assert result.people[None] == months(*[5_000_00] * 4)
    # April's actuals 600 + 9,000; May: 5,000 of people, 10 of seats, and this expense's own 9,600.
    assert result.amounts[total][MAY] == 9_600_00
    assert result.amounts[total][JUNE] == 5_000_00 + 10_00 + 9_600_00


def test_posts_are_never_less_than_none_and_a_failing_formula_is_told(book: Book) -> None:
    none, fails = post(book, "0 - 3", MAY), post(book, "1 / 0", MAY)
    result = told(book)
    assert result.heads[none.pk] == months(0, 0, 0, 0)
    assert result.post_errors == {fails.pk: "Division by zero in May 2026."}


def test_customers_are_counted_in_the_books_and_stay_as_many(book: Book) -> None:
    made = plan(book, "5010", Driver.FORMULA, formula="Customers.Total[-2] * 10 + Customers.New[-1]")
    # March: Acme; April: Acme and Bolt, who is new.
    assert told(book).amounts[made] == months(11_00, 20_00, 20_00, 20_00)


def test_looking_ahead_gives_the_same_however_far_the_forecast_goes(book: Book) -> None:
    made = plan(book, "5010", Driver.FORMULA, formula="Account.6200[2]")
    plan(book, "6200", Driver.AMOUNT, amount=10_00, start=202610)
    assert told(book).amounts[made] == months(0, 0, 0, 10_00)
    type_cell(book, "6200", JULY, 7_00)
    near = told(book, last=MAY)
    assert near.amounts[made] == {MAY: 7_00}
    assert near.typed == frozenset()


def test_a_rename_changes_nothing(book: Book) -> None:
    own = variable(book, "Growth", m202605="2")
    made = plan(book, "5010", Driver.FORMULA, formula="Account.6200[-2] * Growth")
    before = told(book).amounts
    own.name = "Increase"
    own.save()
    ListedVersion.objects.filter(number="6200").update(number="6299", name="Ads")
    assert told(book).amounts == before == {made: months(160_00, 0, 0, 0)}


def test_a_preview_stands_in_for_what_is_saved(book: Book) -> None:
    hosting = plan(book, "5010", Driver.AMOUNT, amount=700_00)
    options = Options(company=book.company, expense_id=hosting, driver=Driver.AMOUNT, amount=5_00)
    new = Options(company=book.company, driver=Driver.FORMULA, formula=stored(book, "Account.5010 * 2"))
    kept = forecast(
        book.company, book, through=THROUGH, last=LAST, instead=Instead(options=options, typed={JUNE: 1_00})
    )
    assert kept.amounts[hosting] == months(5_00, 1_00, 5_00, 5_00)
    added = forecast(book.company, book, through=THROUGH, last=LAST, instead=Instead(options=new, typed={}))
    assert added.amounts[0] == months(*[1_400_00] * 4)


def test_the_number_of_queries_does_not_depend_on_the_number_of_expenses(book: Book) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            told(book)
        return len(caught)

    accounts = ("5010", "6200", "6210", "6900", "6000")
    plan(book, accounts[0], Driver.FORMULA, formula="Customers.Total")
    variable(book, "Rate", m202605="1")
    few = queries()
    for number in accounts[1:]:
        plan(book, number, Driver.FORMULA, formula="Revenue.Total * 1%")
        type_cell(book, number, JUNE, 1_00)
    for own in range(200):
        variable(book, f"Own {own}", m202605="1")
        employ(book.company, date(2026, 1, 1))
    assert queries() == few <= 24


def test_all_that_a_page_may_show_has_a_value(book: Book) -> None:
    made = workings(inputs(book.company, book, through=THROUGH, last=LAST, instead=None))
    for named in made.names:
        assert None not in made.values(named.key, MAY, LAST), named.name
