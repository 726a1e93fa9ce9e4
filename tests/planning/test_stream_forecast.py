"""What streams will earn and when it comes in, and how formulas see revenue: as a whole, by stream, month by month."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.expenses import small_ledger
from tests.expenses.links import rule
from tests.planning.plans import FORECAST, MAY, new_book, plan, stored, told, type_cell, variable
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.models import Expense
from tieout.expenses.sections import OTHER_INCOME, REVENUE
from tieout.expenses.services import Draft, NewExpense, remove_expense, save_link
from tieout.expenses.streams import stream_plan
from tieout.ledger.models import Book
from tieout.planning.models import Driver, Growth, Options, Paid, PaymentTerm, PlanCell
from tieout.planning.options_words import Names, driver_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(company: Company) -> Book:
    """A company that sells: see `tests/planning/plans.py`."""
    return new_book(company)


def months(*amounts: int) -> dict[Month, int]:
    """Return amounts from May on."""
    return dict(zip(FORECAST, amounts, strict=False))


def stream_of(book: Book, person: User, customer: str) -> Expense:
    """Make a stream of all that a customer brings."""
    draft = Draft(rule=rule("vendor", "is", customer))
    wanted = NewExpense(customer, income=True)
    return save_link(company=book.company, person=person, book=book, expense=wanted, draft=draft).link.expense


def test_a_stream_earns_by_its_driver_and_collects_by_its_term(book: Book) -> None:
    later = PaymentTerm.objects.create(company=book.company, name="Net 60", shares=[0, 5_000, 5_000])
    sales = plan(
        book, "4000", Driver.AMOUNT, amount=12_000_00, growth=Growth.PERCENT, growth_rate=10_0000, growth_every="month",
        start=202605, paid=Paid.CUSTOM, term=later,
    )  # fmt: skip
    interest = plan(book, "4900", Driver.AMOUNT, amount=50_00)
    result = told(book)
    assert result.revenue == {sales: months(12_000_00, 13_200_00, 14_520_00, 15_972_00), interest: months(*[50_00] * 4)}
    assert result.collections[sales] == months(0, 6_000_00, 12_600_00, 13_860_00)
    assert not {sales, interest} & (result.amounts.keys() | result.cash.keys())


def test_a_percentage_may_be_of_a_linked_stream_and_is_of_nothing_once_that_is_removed(book: Book, alice: User) -> None:
    """A linked stream of all that Bolt brings; a removed one must not turn into all revenue unseen."""
    bolt = stream_of(book, alice, "Bolt")
    plan(book, "5010", Driver.PERCENT_OF_REVENUE, rate=10_0000, stream=bolt)
    PlanCell.objects.create(company=book.company, expense=bolt, month=MAY.key, amount=2_000_00)
    hosting = small_ledger.expense(book, "5010").pk
    assert told(book).amounts[hosting][MAY] == 200_00
    remove_expense(company=book.company, person=alice, expense=bolt)
    after = told(book)
    assert after.errors[hosting] == "It names a variable that is no more."
    assert hosting not in after.amounts or not after.amounts[hosting]
    options = Options.objects.get(expense=hosting)
    assert driver_words(options, Names.of(book.company, book)) == "10 % of a removed stream"


def test_an_added_stream_of_other_income_alone_is_no_revenue(book: Book, alice: User) -> None:
    """Bolt pays set-up fees and interest: both together are revenue, the interest alone is other income."""
    of_both = stream_of(book, alice, "Bolt")
    sections = {it.id: it.section(MAY) for it in stream_plan(book.company, book).members}
    assert sections[of_both.pk] == REVENUE
    remove_expense(company=book.company, person=alice, expense=of_both)
    draft = Draft(rule=rule("account", "contains", "interest"))
    interest = save_link(
        company=book.company, person=alice, book=book, expense=NewExpense("Interest", income=True), draft=draft
    ).link.expense
    sections = {it.id: it.section(MAY) for it in stream_plan(book.company, book).members}
    assert sections[interest.pk] == OTHER_INCOME
    plan_cell = PlanCell.objects.create(company=book.company, expense=interest, month=MAY.key, amount=1_00)
    assert told(book).revenue_total[MAY] == 11_000_00  # as without it
    assert told(book).revenue[interest.pk][MAY] == plan_cell.amount


def test_revenue_as_a_whole_is_the_sum_of_the_streams_those_without_a_forecast_as_they_were(book: Book) -> None:
    """Set-up fees came to 3,000.00 in April only: 1,000.00 a month. Interest is no revenue."""
    sales = plan(book, "4000", Driver.AMOUNT, amount=12_000_00)
    plan(book, "4900", Driver.AMOUNT, amount=50_00)
    share = plan(book, "5010", Driver.PERCENT_OF_REVENUE, rate=10_0000)
    of_fees = plan(book, "6200", Driver.FORMULA, formula="Revenue.'Set-up fees' + Revenue.Interest")
    result = told(book)
    assert result.revenue_total == months(*[13_000_00] * 4)
    assert result.adjustment == months(*[1_000_00] * 4)
    assert result.amounts[share] == months(*[1_300_00] * 4)
    assert result.amounts[of_fees] == months(*[1_050_00] * 4)
    assert result.revenue[sales] == months(*[12_000_00] * 4)


def test_where_no_revenue_is_planned_none_is_forecast_though_formulas_take_an_average(book: Book) -> None:
    share = plan(book, "5010", Driver.PERCENT_OF_REVENUE, rate=10_0000)
    plan(book, "4900", Driver.AMOUNT, amount=50_00)  # interest is no revenue
    result = told(book)
    assert result.adjustment == {}
    assert result.revenue_total[MAY] > 0
    assert result.amounts[share][MAY] > 0


def test_what_is_typed_of_all_revenue_stands_before_the_streams_in_its_months(book: Book) -> None:
    plan(book, "4000", Driver.AMOUNT, amount=12_000_00)
    plan(book, "4100", Driver.TYPED)
    type_cell(book, "4100", MAY, 500_00)
    variable(book, "Revenue.Total", system="revenue", m202606="20000")
    result = told(book)
    assert result.revenue_total == months(12_500_00, 20_000_00, 12_000_00, 12_000_00)
    assert result.adjustment == {MAY + 1: 8_000_00}


def test_a_stream_may_look_at_revenue_of_the_month_before_but_not_at_its_own_total(book: Book) -> None:
    """April's revenue was 14,000.00; fees are a tenth of it, sales follow a formula of their own."""
    plan(book, "4100", Driver.FORMULA, formula="Revenue.Total[-1] * 10%")
    sales = plan(book, "4000", Driver.FORMULA, formula="Revenue.Revenue[-1] + 1000")
    result = told(book)
    assert not result.errors
    assert result.revenue[sales] == months(12_000_00, 13_000_00, 14_000_00, 15_000_00)
    assert result.revenue_total[MAY] == 13_400_00
    assert result.revenue_total[MAY + 1] == 13_000_00 + 1_340_00
    Options.objects.filter(expense=sales).update(formula=stored(book, "Revenue.Total + 1"))
    result = told(book)
    assert "circle" in result.errors[sales]
    assert sales in result.errors
    assert not result.revenue_total
    assert result.revenue_error


def test_a_linked_stream_has_a_name_in_formulas_and_takes_its_part_of_its_account(book: Book, alice: User) -> None:
    before = told(book).revenue_total
    key = stored(book, "Revenue.Revenue")
    acme = stream_of(book, alice, "Acme")
    assert stored(book, "Revenue.Revenue") == key  # a formula that was kept still means the account's stream
    part = plan(book, "5010", Driver.FORMULA, formula="Revenue.Acme")
    rest = plan(book, "6200", Driver.FORMULA, formula="Revenue.Revenue")
    result = told(book)
    assert result.revenue_total == before
    # 9,000, 10,000 and 11,000 were Acme's, all that the account had.
    assert (result.amounts[part][MAY], result.amounts[rest][MAY]) == (10_000_00, 0)
    Options.objects.create(company=book.company, expense=acme, driver=Driver.LAST_YEAR, rate=0)
    assert told(book).revenue[acme.pk][MAY] == 0  # there was nothing a year before


def test_same_as_last_year_and_averages_are_of_what_was_earned(book: Book) -> None:
    sales = plan(book, "4000", Driver.AVERAGE, averaged=2)
    assert told(book).revenue[sales] == months(*[10_500_00] * 4)
    Options.objects.filter(expense=sales).update(driver=Driver.LAST_YEAR, rate=50_0000)
    assert told(book, last=Month(2027, 4)).revenue[sales][Month(2027, 4)] == 16_500_00
