"""The forecast as a budget copies it, and as it stands beside one."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.planning.plans import AUGUST, MAY, THROUGH, employ, new_book, plan, type_cell
from tieout.budgets import queries
from tieout.budgets.models import Budget
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses import periods
from tieout.ledger.models import Book
from tieout.planning.models import Driver
from tieout.planning.telling import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(company: Company, monkeypatch: pytest.MonkeyPatch) -> Book:
    """A company that sells; April 2026 is its last admitted month."""
    monkeypatch.setattr(periods, "_tellers", [lambda _: THROUGH])
    return new_book(company)


def test_it_is_what_was_posted_and_then_what_is_planned(company: Company, book: Book) -> None:
    plan(book, "5010", Driver.AMOUNT, amount=700_00, start=202601, end=202607)
    type_cell(book, "6200", MAY, 90_00)
    lines = {line.number: line.amounts for line in tell(company)}
    assert [lines["5010"].get(Month(2026, number), 0) for number in range(2, 9)] == [
        0, 600_00, 600_00, 700_00, 700_00, 700_00, 0,
    ]  # fmt: skip
    assert {month: it for month, it in lines["6200"].items() if it} == {Month(2026, 3): 80_00, MAY: 90_00}
    assert MAY not in lines["6900"], "May is running: what is posted so far is no forecast"


def test_what_a_stream_will_earn_is_negative_in_a_budget(company: Company, book: Book) -> None:
    plan(book, "4000", Driver.AMOUNT, amount=900_00, start=202605, end=202607)
    line = next(line for line in tell(company) if line.number == "4000")
    assert (line.category, line.amounts[MAY]) == ("Revenue", -900_00)


def test_people_are_one_row_whatever_their_departments(company: Company, book: Book) -> None:
    employ(company, date(2026, 1, 1))
    employ(company, date(2026, 6, 1), name="Bob")
    (people,) = (line for line in tell(company) if line.kind == "people")
    assert (people.label, people.expense, people.category) == ("Hiring plan", None, "Employees & contractors")
    assert [people.amounts[MAY + later] for later in (0, 1, 2)] == [5_000_00, 10_000_00, 10_000_00]
    assert min(people.amounts) == THROUGH + 1


def test_a_budget_is_copied_from_it_and_compared_with_it(
    client: Client, company: Company, book: Book, alice: User
) -> None:
    hosting = plan(book, "5010", Driver.AMOUNT, amount=700_00, start=202601)
    client.force_login(alice)
    base = f"/c/{company.slug}/budgets/"
    data = {"name": "Plan", "start": "source:forecast", "first": "Mar 2026", "last": "Aug 2026", "percent": ""}
    assert client.post(f"{base}new/", data).status_code == 302
    made = Budget.objects.get()
    assert made.source == "Copy of the forecast"
    assert queries.amounts(made)[hosting] == {
        month: 600_00 if month <= THROUGH else 700_00 for month in Month(2026, 3).until(AUGUST + 1)
    }
    page = client.get(f"{base}compare/?a={made.pk}&b=forecast").content.decode()
    assert "4,000.00" in page
    assert "unfavourable </span>" not in page


def test_without_an_admitted_month_there_is_nothing_to_go_on_from(
    company: Company, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periods, "_tellers", [lambda _: None])
    plan(book, "5010", Driver.AMOUNT, amount=700_00, start=202601)
    assert sum(line.total for line in tell(company)) == 0


def test_a_forecast_that_cannot_be_computed_is_not_copied_without_a_word(
    client: Client, company: Company, book: Book, alice: User
) -> None:
    plan(book, "5010", Driver.FORMULA, formula="1 / 0", start=202601)
    client.force_login(alice)
    data = {"name": "Plan", "start": "source:forecast", "first": "Mar 2026", "last": "Aug 2026", "percent": ""}
    answer = client.post(f"/c/{company.slug}/budgets/new/", data)
    assert answer.status_code == 422
    assert "1 formula of the forecast cannot be computed (5010 Hosting)" in answer.content.decode()
    assert not Budget.objects.exists()
