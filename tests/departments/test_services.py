"""Departments: there from the start, renamed, hidden, added, removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User

from tieout.companies import services as companies
from tieout.companies.models import AuditEvent, Company
from tieout.departments import queries, services, usage
from tieout.departments.categories import Category
from tieout.departments.models import Department

pytestmark = pytest.mark.django_db


def names(company: Company) -> list[str]:
    return [each.name for each in queries.departments(company)]


class Kept:
    """A part that keeps one thing in one department."""

    def __init__(self, at: Department) -> None:
        self.at = at

    def in_use(self, department: Department) -> bool:
        return self.at == department

    def move(self, source: Department, target: Department) -> None:
        if self.at == source:
            self.at = target


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[usage.Usage]]:
    usages: list[usage.Usage] = []
    monkeypatch.setattr(usage, "_usages", usages)
    return iter([usages])


def test_sixteen_departments_stand_from_the_first_read_on(company: Company) -> None:
    groups = {group.category: [each.name for each in group.departments] for group in queries.by_category(company)}
    assert list(groups) == list(Category)
    assert groups[Category.RESEARCH_DEVELOPMENT] == ["Engineering", "Product", "Design"]
    assert sum(map(len, groups.values())) == 16
    assert len(queries.departments(company)) == 16


def test_another_company_has_its_own(company: Company, charlie: User) -> None:
    other = companies.create_company(name="Other", person=charlie)
    services.rename(queries.system(other, "sales"), name="Selling", person=charlie)
    assert "Selling" in names(other)
    assert "Sales" in names(company)


@pytest.mark.parametrize("name", ["SALES", " sales ", "Ｓａｌｅｓ", ""])
def test_a_name_is_there_once_whatever_its_case(company: Company, alice: User, name: str) -> None:
    with pytest.raises(services.Refused):
        services.create(company, category=Category.SALES_MARKETING, name=name, person=alice)
    assert len(names(company)) == 16


def test_a_custom_one_stands_last_in_its_category(company: Company, alice: User) -> None:
    services.create(company, category=Category.SALES_MARKETING, name="Events", person=alice)
    assert names(company)[2:6] == ["Sales", "Marketing", "Customer success", "Events"]


def test_a_name_may_change_its_case(company: Company, alice: User) -> None:
    services.rename(queries.system(company, "sales"), name="SALES", person=alice)
    assert "SALES" in names(company)


def test_a_hidden_one_is_left_out_of_choices_only(company: Company, alice: User) -> None:
    services.set_hidden(queries.system(company, "design"), hidden=True, person=alice)
    assert "Design" in names(company)
    assert "Design" not in [each.name for each in queries.departments(company, hidden=False)]


def test_a_system_department_is_not_removed(company: Company, alice: User) -> None:
    with pytest.raises(services.Refused, match="hide it instead"):
        services.remove(queries.system(company, "design"), target=None, person=alice)


def test_one_in_use_is_removed_only_with_its_expenses_moved(
    company: Company, alice: User, registered: Iterator[list[usage.Usage]]
) -> None:
    events = services.create(company, category=Category.SALES_MARKETING, name="Events", person=alice)
    marketing, kept = queries.system(company, "marketing"), Kept(events)
    next(registered).append(kept)

    with pytest.raises(services.Refused, match="in use"):
        services.remove(events, target=None, person=alice)
    with pytest.raises(services.Refused, match="another department"):
        services.remove(events, target=events, person=alice)
    assert "Events" in names(company)

    services.remove(events, target=marketing, person=alice)
    assert kept.at == marketing
    assert "Events" not in names(company)


def test_another_company_s_department_is_no_target(company: Company, alice: User, charlie: User) -> None:
    other = companies.create_company(name="Other", person=charlie)
    events = services.create(company, category=Category.SALES_MARKETING, name="Events", person=alice)
    with pytest.raises(services.Refused, match="of this company"):
        services.remove(events, target=queries.system(other, "sales"), person=alice)


def test_each_change_leaves_an_audit_row(company: Company, alice: User) -> None:
    events = services.create(company, category=Category.SALES_MARKETING, name="Events", person=alice)
    services.rename(events, name="Fairs", person=alice)
    services.set_hidden(events, hidden=True, person=alice)
    services.remove(events, target=None, person=alice)
    told = AuditEvent.objects.filter(object_kind="department").order_by("pk").values_list("what", flat=True)
    assert list(told) == [
        "added a department",
        "renamed a department",
        "hid a department",
        "removed a department",
    ]
