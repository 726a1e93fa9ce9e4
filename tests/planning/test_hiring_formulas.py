"""Posts to be filled by formula: checked with the place, shown with today's names, counted as the forecast does."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments.services import rename
from tieout.ledger.models import Book
from tieout.payroll import hiring
from tieout.payroll.hiring_page import hiring_page
from tieout.payroll.models import Employee, HiringDriver

pytestmark = pytest.mark.django_db
JUNE = Month(2026, 6)
MONTHS = [JUNE, JUNE + 1]


def post(company: Company, text: str) -> HiringDriver:
    formula = hiring.formulas().stored(company, text)
    return HiringDriver.objects.create(company=company, title="Lead", formula=formula, start=202607, amount=12_000_00)


def test_a_formula_gives_people_from_its_month_on(book: Book, company: Company) -> None:
    sales = departments.system(company, "sales")
    for name in ("Ada", "Ben", "Cleo"):
        Employee.objects.create(company=company, name=name, start=date(2020, 1, 1), department=sales)
    post(company, "headcount.sales / 2 + 0.5")
    (row,) = hiring_page(company, MONTHS, pay_shown=True).rows
    assert (row.people, row.formula, row.error) == ((0, 2), "Headcount.Sales / 2 + 0.5", "")


def test_a_rename_breaks_nothing(book: Book, company: Company, alice: User) -> None:
    sales = departments.system(company, "sales")
    post(company, "Headcount.Sales")
    rename(sales, name="Field sales", person=alice)
    assert hiring_page(company, MONTHS, pay_shown=True).rows[0].formula == "Headcount.'Field sales'"


@pytest.mark.parametrize("text", ["Headcount.Sails * 2", "2 +", "(1", "drop table"])
def test_what_is_no_formula_is_refused_at_its_place(
    book: Book, company: Company, alice: User, client: Client, text: str
) -> None:
    client.force_login(alice)
    given = {"title": "Seller", "role": "Employee", "formula": text, "from": "2026-07", "amount": "1", "basis": "Year"}
    answer = client.post(reverse("payroll:add-post", kwargs={"company": company.slug}), given)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not HiringDriver.objects.exists()


def test_a_formula_that_fails_says_so(book: Book, company: Company) -> None:
    post(company, "1 / (Headcount.Total - Headcount.Total)")
    (row,) = hiring_page(company, MONTHS, pay_shown=True).rows
    assert row.error


def test_without_books_a_number_is_a_formula(company: Company) -> None:
    post(company, "2")
    assert hiring_page(company, MONTHS, pay_shown=True).rows[0].people == (0, 2)
    with pytest.raises(hiring.NotAFormula):
        hiring.formulas().stored(company, "Headcount.Total / 2")


@pytest.mark.parametrize("text", ["-2", "1 - 3", "min(0, -1)"])
def test_fewer_people_than_none_are_refused(book: Book, company: Company, text: str) -> None:
    with pytest.raises(hiring.NotAFormula, match="not below zero"):
        hiring.formulas().stored(company, text)
    assert hiring.formulas().stored(company, f"max({text}, 0)")
