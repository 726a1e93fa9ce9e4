"""Changes to departments. Each is one transaction with its audit row."""

from __future__ import annotations

import unicodedata

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.departments import usage
from tieout.departments.categories import SYSTEM, Category
from tieout.departments.models import Department


class Refused(Exception):
    """The change is not possible; ``str()`` is fit for the page."""


def ensure(company: Company) -> None:
    """Make the system departments that the company lacks. Cheap when there are none to make."""
    present = set(Department.objects.filter(company=company).exclude(key="").values_list("key", flat=True))
    missing = [
        Department(
            company=company,
            category=each.category,
            name=each.name,
            folded=_folded(each.name),
            key=each.key,
            position=place,
        )
        for place, each in enumerate(SYSTEM, start=1)
        if each.key not in present
    ]
    if missing:
        # Two first readers at once are no conflict: who comes second finds them there.
        Department.objects.bulk_create(missing, ignore_conflicts=True)


@transaction.atomic
def create(company: Company, *, category: Category, name: str, person: User) -> Department:
    """Return a new department at the end of its category. Refuse a name that is taken, whatever its case."""
    ensure(company)
    name = _checked_name(company, name)
    last = Department.objects.filter(company=company).order_by("-position").first()
    made = Department.objects.create(
        company=company,
        category=category,
        name=name,
        folded=_folded(name),
        position=last.position + 1 if last else 1,
    )
    audit.record(company, person, "added a department", made, after={"name": name, "category": category.label})
    return made


@transaction.atomic
def rename(department: Department, *, name: str, person: User) -> None:
    """Give a department another name. Refuse one that is taken, whatever its case."""
    name = _checked_name(department.company, name, but=department)
    if name == department.name:
        return
    before, department.name, department.folded = department.name, name, _folded(name)
    department.save(update_fields=["name", "folded"])
    company = department.company
    audit.record(company, person, "renamed a department", department, before={"name": before}, after={"name": name})


@transaction.atomic
def set_hidden(department: Department, *, hidden: bool, person: User) -> None:
    """Hide a department from choices, or show it again. What stands in it keeps showing: no money is hidden."""
    if hidden == department.hidden:
        return
    department.hidden = hidden
    department.save(update_fields=["hidden"])
    what = "hid a department" if hidden else "showed a department again"
    name: dict[str, audit.Value] = {"name": department.name}
    audit.record(
        department.company,
        person,
        what,
        department,
        before=name | {"hidden": not hidden},
        after=name | {"hidden": hidden},
    )


@transaction.atomic
def remove(department: Department, *, target: Department | None, person: User) -> None:
    """Remove a custom department; what stands in it moves to ``target``.

    Refuse a system department, one in use without a target, and a target of another company or the same one.
    """
    if department.is_system:
        raise Refused(f"{department.name} is there from the start: hide it instead.")
    if target is not None and (target.company_id != department.company_id or target.pk == department.pk):
        raise Refused("Choose another department of this company.")
    if usage.in_use(department):
        if target is None:
            raise Refused(f"{department.name} is in use. Choose the department that takes over its expenses.")
        usage.move(department, target)
    before: dict[str, audit.Value] = {"name": department.name, "category": department.group.label}
    after: dict[str, audit.Value] = {"moved to": target.name} if target else {}
    audit.record(department.company, person, "removed a department", department, before=before, after=after)
    department.delete()


def _checked_name(company: Company, name: str, *, but: Department | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the department a name.")
    taken = Department.objects.filter(company=company, folded=_folded(name))
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    if found := taken.first():
        where = f" It is hidden, under {found.group.label}." if found.hidden else ""
        raise Refused(f"There is a department {found.name} already.{where}")
    return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
