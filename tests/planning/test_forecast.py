"""The forecast: what the options, the typed months, the hiring plan and the formulas of a company come to."""

from __future__ import annotations

import pytest

from tests.expenses.small_ledger import expense
from tieout.core.month import Month
from tieout.expenses.models import Expense
from tieout.ledger.models import Book
from tieout.planning.forecast import Forecast, forecast
from tieout.planning.models import Driver, Options, PlanCell

pytestmark = pytest.mark.django_db
THROUGH, LAST = Month(2026, 4), Month(2026, 8)
MAY, JUNE, JULY, AUGUST = (Month(2026, number) for number in range(5, 9))


def told(book: Book, through: Month = THROUGH, last: Month = LAST) -> Forecast:
    return forecast(book.company, book, through=through, last=last)


def plan_amount(book: Book, number: str, amount: int, start: int | None = None, end: int | None = None) -> Expense:
    """Have an account's expense cost an amount a month."""
    made = expense(book, number)
    Options.objects.create(
        company=book.company, expense=made, driver=Driver.AMOUNT, amount=amount, start=start, end=end
    )
    return made


def type_cell(book: Book, number: str, month: Month, amount: int) -> Expense:
    made = expense(book, number)
    PlanCell.objects.create(company=book.company, expense=made, month=month.key, amount=amount)
    return made


def test_an_amount_a_month_is_forecast_after_the_last_admitted_month_between_start_and_end(book: Book) -> None:
    hosting = plan_amount(book, "5010", 700_00, start=202601, end=202607)
    result = told(book)
    assert result.amounts == {hosting.pk: {MAY: 700_00, JUNE: 700_00, JULY: 700_00, AUGUST: 0}}
    assert result.planned == {hosting.pk}


def test_a_typed_month_stands_before_the_driver(book: Book) -> None:
    hosting = plan_amount(book, "5010", 700_00)
    type_cell(book, "5010", JUNE, 1_000_00)
    result = told(book)
    assert result.amounts[hosting.pk] == {MAY: 700_00, JUNE: 1_000_00, JULY: 700_00, AUGUST: 700_00}
    assert result.typed == {(hosting.pk, JUNE)}


def test_a_typed_month_alone_is_a_forecast_of_that_month(book: Book) -> None:
    shows = type_cell(book, "6210", JULY, 12_000_00)
    result = told(book)
    assert result.amounts == {shows.pk: {JULY: 12_000_00}}


def test_what_nobody_planned_and_what_is_marked_as_payroll_has_no_forecast(book: Book) -> None:
    wages = plan_amount(book, "6000", 9_000_00)
    type_cell(book, "6000", JUNE, 1)
    Expense.objects.filter(pk=wages.pk).update(payroll=True)
    result = told(book)
    assert (result.amounts, result.typed, result.planned) == ({}, frozenset(), frozenset())
