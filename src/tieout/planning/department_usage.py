"""What the departments ask of the plan before one of them is removed: without, figures would change silently."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tieout.core.formulas.texts import keys_of, to_shown
from tieout.departments.models import Department
from tieout.payroll.models import HiringDriver
from tieout.planning.models import Options, TypedActual, Variable
from tieout.planning.names import DEPARTMENT, HEADS
from tieout.planning.queries import posts_naming


class DepartmentUsage:
    """Amounts per employee count a department's people; formulas name its expenses and its people."""

    def in_use(self, department: Department) -> bool:
        """Return whether an expense counts the department's people, or a formula names it."""
        counted = Options.objects.filter(company=department.company_id, department=department)
        return counted.exists() or any(True for _ in _naming(department))

    def move(self, source: Department, target: Department) -> None:
        """Have everything that counts or names the one department count or name the other."""
        Options.objects.filter(company=source.company_id, department=source).update(department=target)
        here, there = (f"department:{it.pk}" for it in (source, target))
        TypedActual.objects.filter(company=source.company_id, section=here).update(section=there)
        renamed = _to(source, target)
        for row in _naming(source):
            row.formula = to_shown(row.formula, renamed)
            row.save(update_fields=["formula"])


def _naming(department: Department) -> Iterator[Options | Variable | HiringDriver]:
    """Yield what has a formula that names the department, even one that another driver keeps unused."""
    keys = _keys(department)
    for kind in (Options, Variable):
        for row in kind.objects.filter(company=department.company_id).exclude(formula="").order_by("pk"):
            if not keys_of(row.formula).isdisjoint(keys):
                yield row
    yield from posts_naming(department.company, keys)


def _keys(department: Department) -> dict[str, str]:
    """Return the letters of the department's keys in formulas, by key."""
    return {f"{letters}{department.pk}": letters for letters in (DEPARTMENT, HEADS)}


def _to(source: Department, target: Department) -> Callable[[str], str]:
    """Return what writes a key as it is kept, the source's as the target's."""
    letters = _keys(source)

    def kept(key: str) -> str:
        return f"{{{letters[key]}{target.pk}}}" if key in letters else f"{{{key}}}"

    return kept
