"""What people say that a person cost in a month, for those who show it among other actuals. Nothing else keeps it.

Amounts are minor units with benefits and taxes. Who may see or write them is for the caller to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.payroll.models import Employee, TypedPay

__all__ = ["TypedPay", "employed", "names", "typed_between", "typed_of", "write"]


def names(company: Company) -> list[tuple[int, str]]:
    """Return id and name of everybody on the list, by name. One query."""
    return list(Employee.objects.filter(company=company).order_by("name", "pk").values_list("pk", "name"))


def employed(company: Company, people: Collection[int]) -> set[int]:
    """Return which of these (ids) are on the list."""
    if not people:
        return set()
    return set(Employee.objects.filter(company=company, pk__in=people).values_list("pk", flat=True))


def typed_of(employee: Employee) -> list[TypedPay]:
    """Return what is typed of one person."""
    return list(TypedPay.objects.filter(employee=employee).order_by("pk"))


def typed_between(company: Company, first: Month, last: Month, *, lock: bool = False) -> list[TypedPay]:
    """Return what is typed of all people in months, both included. ``lock`` holds it for the transaction's end."""
    rows = TypedPay.objects.filter(company=company, month__range=(first.key, last.key)).order_by("pk")
    return list(rows.select_for_update() if lock else rows)


def write(company: Company, changes: Iterable[tuple[int, Month, tuple[int, int | None, datetime] | None]]) -> None:
    """Write cells of (employee, month): amount, who (id) and when, or None to take one back."""
    for employee, month, value in changes:
        rows = TypedPay.objects.filter(company=company, employee=employee, month=month.key)
        if value is None:
            rows.delete()
            continue
        amount, person, at = value
        if not rows.update(amount=amount, person=person, at=at):
            TypedPay.objects.create(
                company=company, employee_id=employee, month=month.key, amount=amount, person_id=person, at=at
            )
