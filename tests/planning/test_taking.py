"""A budget becomes the forecast: what is typed, and what is left out."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.expenses.small_ledger import expense
from tieout.budgets import sources
from tieout.budgets.sources import NotTaken
from tieout.core.month import Month
from tieout.expenses import periods
from tieout.expenses.organising import Choice, organise
from tieout.ledger.models import Book
from tieout.planning.forecast import forecast
from tieout.planning.models import Edit, PlanCell
from tieout.planning.taking import take

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = (Month(2026, number) for number in (3, 4, 5))


@pytest.fixture(autouse=True)
def _admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periods, "_tellers", [lambda _: APRIL])


def test_the_months_to_come_are_typed_in_one_step(book: Book, alice: User) -> None:
    hosting, wages = expense(book, "5010").pk, expense(book, "6000").pk
    organise(company=book.company, person=alice, choices=[Choice(expense=wages, payroll=True)])
    budget = {hosting: {MARCH: 1, APRIL: 2, MAY: 300, MAY + 1: 400}, wages: {MAY: 5}, 999_999: {MAY: 6}}
    assert take(book.company, alice, budget, "Budget 2026") == (
        "Typed 2 months of the forecast from Budget 2026, from May 26 on. "
        "2 expenses left out: payroll, or no longer there."
    )
    assert dict(PlanCell.objects.values_list("month", "amount")) == {202605: 300, 202606: 400}
    assert Edit.objects.get().what == "Used Budget 2026 as the forecast"
    assert (
        take(book.company, alice, {hosting: {MAY: 300}}, "Budget 2026")
        == "The forecast is already that of Budget 2026."
    )


def test_what_is_earned_is_typed_positive(book: Book, alice: User) -> None:
    revenue = expense(book, "4000").pk
    take(book.company, alice, {revenue: {MAY: -900_00}}, "Budget 2026")
    assert PlanCell.objects.get().amount == 900_00
    assert forecast(book.company, book, through=APRIL, last=MAY).revenue[revenue] == {MAY: 900_00}


def test_a_budget_of_the_past_is_refused(book: Book, alice: User) -> None:
    with pytest.raises(NotTaken, match="nothing of Old has a month after Apr 26"):
        take(book.company, alice, {expense(book, "5010").pk: {MARCH: 1}}, "Old")
    assert not PlanCell.objects.exists()


def test_without_an_admitted_month_there_is_nothing_to_go_on_from(
    book: Book, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periods, "_tellers", [])
    with pytest.raises(NotTaken, match="no actual months yet"):
        take(book.company, alice, {expense(book, "5010").pk: {MAY: 1}}, "New")


def test_budgets_offer_it(book: Book) -> None:
    assert sources.taker() is take
