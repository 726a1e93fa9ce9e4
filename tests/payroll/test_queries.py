"""What other parts get: heads, costs and posts."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User

from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments import services as department_services
from tieout.departments.categories import Category
from tieout.payroll.models import Employee, HiringDriver, Raise, Role
from tieout.payroll.queries import headcount, hiring_drivers, people_costs

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)


def test_heads_at_month_end(company: Company) -> None:
    sales = departments.system(company, "sales").pk
    for name, start, end, role, where in (
        ("Ada", date(2020, 1, 1), None, Role.EMPLOYEE, sales),
        ("Ben", date(2026, 2, 10), None, Role.EMPLOYEE, None),
        ("Cleo", date(2026, 1, 5), date(2026, 3, 31), Role.CONTRACTOR, sales),
    ):
        Employee.objects.create(company=company, name=name, start=start, end=end, role=role, department_id=where)
    heads = headcount(company, JANUARY, MARCH)
    assert [heads.of(month) for month in (JANUARY, FEBRUARY, MARCH)] == [1, 2, 2]
    assert [heads.of(month, contractors=True) for month in (JANUARY, FEBRUARY, MARCH)] == [2, 3, 2]
    assert [heads.of(month, sales, contractors=True) for month in (JANUARY, FEBRUARY, MARCH)] == [2, 2, 1]
    assert [heads.contractors(month) for month in (JANUARY, FEBRUARY, MARCH)] == [1, 1, 0]
    assert [heads.new(month) for month in (JANUARY, FEBRUARY, MARCH)] == [0, 1, 0]


def test_costs_by_department(company: Company) -> None:
    sales = departments.system(company, "sales").pk
    ada = Employee.objects.create(
        company=company, name="Ada", start=date(2026, 2, 20), department_id=sales, amount=120_000_00, benefits=100_000
    )
    Raise.objects.create(employee=ada, from_month=202603, rate=500_000)
    Employee.objects.create(company=company, name="Ben", start=date(2025, 1, 1), end=date(2026, 2, 1), basis="monthly",
                            amount=5_000_00)  # fmt: skip
    assert people_costs(company, JANUARY, MARCH) == {
        sales: {FEBRUARY: 11_000_00, MARCH: 16_500_00},
        None: {JANUARY: 5_000_00, FEBRUARY: 5_000_00},
    }


def test_a_post_costs_from_its_start(company: Company) -> None:
    HiringDriver.objects.create(company=company, title="Seller", formula="2", start=202602, amount=60_000_00,
                                commission_amount=100_00)  # fmt: skip
    (post,) = hiring_drivers(company)
    assert [post.cost_of_one(month) for month in (JANUARY, FEBRUARY)] == [0, 5_100_00]
    assert (post.title, post.formula, post.department, post.role) == ("Seller", "2", None, Role.EMPLOYEE)


def test_nothing_of_another_company(company: Company, charlie: User) -> None:
    other = create_company(name="Elsewhere", person=charlie)
    Employee.objects.create(company=other, name="Zed", start=date(2020, 1, 1), amount=1_00)
    HiringDriver.objects.create(company=other, title="Post", formula="1", start=202601)
    assert headcount(company, JANUARY, MARCH).of(MARCH) == 0
    assert not people_costs(company, JANUARY, MARCH)
    assert not hiring_drivers(company)


def test_people_move_along_when_a_department_is_removed(company: Company, alice: User) -> None:
    labs = department_services.create(company, category=Category.RESEARCH_DEVELOPMENT, name="Labs", person=alice)
    ada = Employee.objects.create(company=company, name="Ada", start=date(2020, 1, 1), department=labs)
    with pytest.raises(department_services.Refused, match="in use"):
        department_services.remove(labs, target=None, person=alice)
    target = departments.system(company, "engineering")
    department_services.remove(labs, target=target, person=alice)
    ada.refresh_from_db()
    assert ada.department_id == target.pk
