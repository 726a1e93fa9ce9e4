"""Changes to people and their pay. Each is one transaction with its audit row, which names no figure of pay."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.payroll.matching import rematch
from tieout.payroll.models import Employee, Raise, TypedPay
from tieout.payroll.person_fields import LABELS, PAY, Value
from tieout.ui.figures import long_month


class Refused(Exception):
    """The change is not possible; ``str()`` is fit for the page and names no pay."""


@transaction.atomic
def make_person(company: Company, values: Mapping[str, Value], *, person: User, match: bool = True) -> Employee:
    """Return a new person on the list. ``values`` are by the model's attribute, as `person_fields` reads them.

    Lines of pay runs that name the person become theirs, unless ``match`` leaves that to the caller.
    """
    made = Employee(company=company)
    _set(made, values)
    _refuse_taken(made)
    made.save()
    audit.record(company, person, "added a person to payroll", made, after=_told(made))
    if match:
        rematch(company)
    return made


@transaction.atomic
def change_person(employee: Employee, values: Mapping[str, Value], *, person: User, match: bool = True) -> bool:
    """Change a person and return whether anything did. Pay is told in the audit log as changed, without figures."""
    before = _told(employee)
    changed = {key for key, value in values.items() if getattr(employee, key) != value}
    if not changed:
        return False
    _set(employee, values)
    _refuse_taken(employee)
    employee.save()
    after = _told(employee)
    for key in sorted(changed & PAY):
        before[LABELS[key]], after[LABELS[key]] = "hidden", "changed"
    audit.record(employee.company, person, "changed a person on payroll", employee, before=before, after=after)
    if match:
        rematch(employee.company)
    return True


@transaction.atomic
def remove_person(employee: Employee, *, person: User) -> None:
    """Take a person off the list with raises and typed pay. Pay runs keep what they hold of them."""
    audit.record(employee.company, person, "removed a person from payroll", employee, before=_told(employee))
    employee.delete()


@transaction.atomic
def add_raise(employee: Employee, *, month: Month, amount: int | None, rate: int, person: User) -> None:
    """Give other pay from a month on; a raise of the same month is replaced."""
    if month < Month.of(employee.start):
        raise Refused(f"{employee.name} starts after {long_month(month)}. Choose a later month.")
    Raise.objects.update_or_create(
        employee=employee, from_month=month.key, defaults={"amount": amount, "rate": 0 if amount is not None else rate}
    )
    audit.record(employee.company, person, "set a raise", employee, after={"name": employee.name, "from": str(month)})


@transaction.atomic
def remove_raise(employee: Employee, raise_id: int, *, person: User) -> bool:
    """Take a raise back and return whether there was one."""
    found = Raise.objects.filter(employee=employee, pk=raise_id).first()
    if found is None:
        return False
    month = str(Month.from_key(found.from_month))
    found.delete()
    audit.record(employee.company, person, "removed a raise", employee, before={"name": employee.name, "from": month})
    return True


@transaction.atomic
def type_pay(employee: Employee, *, month: Month, amount: int | None, person: User) -> None:
    """Say what a person cost in a month, with benefits and taxes; None takes it back."""
    rows = TypedPay.objects.filter(employee=employee, month=month.key)
    told: dict[str, audit.Value] = {"name": employee.name, "month": str(month)}
    if amount is None:
        if rows.delete()[0]:
            audit.record(employee.company, person, "removed typed pay", employee, before=told)
        return
    TypedPay.objects.update_or_create(
        employee=employee, month=month.key,
        defaults={"company": employee.company, "amount": amount, "person": person, "at": timezone.now()},
    )  # fmt: skip
    audit.record(employee.company, person, "typed a month's pay", employee, after=told)


def _set(employee: Employee, values: Mapping[str, Value]) -> None:
    for key, value in values.items():
        setattr(employee, key, value)


def _refuse_taken(employee: Employee) -> None:
    taken = Employee.objects.filter(company=employee.company, ref=employee.ref).exclude(pk=employee.pk).first()
    if employee.ref and taken:
        raise Refused(f"{taken.name} has the ID {employee.ref} already. Give another one.")


def _told(employee: Employee) -> dict[str, audit.Value]:
    """Return what the audit log may say of a person: nothing about pay."""
    department = employee.department
    return {
        "name": employee.name,
        "ID": employee.ref,
        "department": department.name if department else None,
        "title": employee.title,
        "role": employee.get_role_display(),
        "start": str(employee.start),
        "end": str(employee.end) if employee.end else None,
    }
