"""Removing a department that the plan counts or names: asked for another one, and no figure changes silently."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User

from tests.planning.plans import JULY, MAY, employ, new_book, plan, post, told, variable
from tieout.companies.models import Company
from tieout.departments import services
from tieout.departments.categories import Category
from tieout.departments.models import Department
from tieout.ledger.models import Book
from tieout.payroll.models import HiringDriver
from tieout.planning.models import Driver, Options, Variable

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(company: Company) -> Book:
    """A company that sells: see `tests/planning/plans.py`."""
    return new_book(company)


@pytest.fixture
def lab(book: Book, alice: User) -> Department:
    return services.create(book.company, category=Category.RESEARCH_DEVELOPMENT, name="Lab", person=alice)


@pytest.fixture
def field(book: Book, alice: User) -> Department:
    return services.create(book.company, category=Category.RESEARCH_DEVELOPMENT, name="Field", person=alice)


def test_an_amount_per_employee_moves_on(book: Book, lab: Department, field: Department, alice: User) -> None:
    for department in (field, field, None):
        employ(book.company, date(2025, 1, 1), department=department)
    cost = plan(book, "5010", Driver.PER_EMPLOYEE, amount=100_00, department=lab)
    with pytest.raises(services.Refused, match="Lab is in use"):
        services.remove(lab, target=None, person=alice)
    services.remove(lab, target=field, person=alice)
    assert told(book).amounts[cost][MAY] == 200_00  # not the whole company's 300


@pytest.mark.parametrize("name", ["Headcount.Lab", "Department.Lab"])
def test_formulas_move_on(book: Book, lab: Department, field: Department, alice: User, name: str) -> None:
    other = f"{{d{lab.pk}0}} + {{r}}"  # begins like the department's key
    plan(book, "5010", Driver.FORMULA, formula=f"{name} * 2 + {name}[-1] + Revenue.Total")
    row, apart = variable(book, "Half", f"{name} / 2"), Variable.objects.create(company=book.company, formula=other)
    wanted = post(book, f"1 + {name}", JULY)
    letter = name[0].lower()
    for kept in (Options, Variable, HiringDriver):
        kind = kept.objects.filter(company=book.company)
        assert any(f"{{{letter}{lab.pk}}}" in it.formula for it in kind)
    with pytest.raises(services.Refused, match="Lab is in use"):
        services.remove(lab, target=None, person=alice)
    services.remove(lab, target=field, person=alice)
    key = f"{{{letter}{field.pk}}}"
    assert Options.objects.get().formula == f"{key} * 2 + {key}[-1] + {{r}}"
    assert Variable.objects.get(pk=row.pk).formula == f"{key} / 2"
    assert Variable.objects.get(pk=apart.pk).formula == other
    assert HiringDriver.objects.get(pk=wanted.pk).formula == f"1 + {key}"


@pytest.mark.parametrize("where", ["options", "variable", "post"])
def test_each_place_alone_is_in_use(book: Book, lab: Department, alice: User, where: str) -> None:
    match where:
        case "options":
            plan(book, "5010", Driver.FORMULA, formula="Headcount.Lab")
        case "variable":
            variable(book, "Half", "Headcount.Lab")
        case _:
            post(book, "Headcount.Lab", JULY)
    with pytest.raises(services.Refused, match="Lab is in use"):
        services.remove(lab, target=None, person=alice)


def test_what_nothing_names_is_removed(book: Book, lab: Department, alice: User) -> None:
    services.remove(lab, target=None, person=alice)
    assert not Department.objects.filter(pk=lab.pk).exists()
