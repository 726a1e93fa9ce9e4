"""Reads of departments. The system ones are there from the first read on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.departments import services
from tieout.departments.categories import Category
from tieout.departments.models import Department


@dataclass(frozen=True, slots=True)
class Group:
    """A category with its departments."""

    category: Category
    departments: tuple[Department, ...]


def departments(company: Company, *, hidden: bool = True) -> Sequence[Department]:
    """Return the company's departments in the order of the page; without the hidden ones if ``hidden`` is False."""
    services.ensure(company)
    order = {category.value: place for place, category in enumerate(Category)}
    found = [each for each in Department.objects.filter(company=company) if hidden or not each.hidden]
    return sorted(found, key=lambda each: (order[each.category], each.position, each.folded))


def by_category(company: Company, *, hidden: bool = True) -> Sequence[Group]:
    """Return all five categories in order, each with its departments."""
    found = departments(company, hidden=hidden)
    return [Group(category, tuple(each for each in found if each.group is category)) for category in Category]


def department(company: Company, department_id: int) -> Department | None:
    """Return one department of this company, or None."""
    return Department.objects.filter(company=company, pk=department_id).first()


def system(company: Company, key: str) -> Department:
    """Return the system department of a key ("engineering"), whatever it is called now. Raise KeyError."""
    services.ensure(company)
    found = Department.objects.filter(company=company, key=key).first()
    if found is None or not key:
        raise KeyError(key)
    return found
