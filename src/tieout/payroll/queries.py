"""What other parts ask of people and their pay. Money is minor units, a cost is positive; months are `Month`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.companies.models import Company
from tieout.core import pay
from tieout.core.month import Month
from tieout.payroll.models import Employee, Role
from tieout.payroll.models import HiringDriver as Driver
from tieout.payroll.staff import with_terms
from tieout.payroll.totals import TotalPayroll, total_payroll

__all__ = [
    "Headcount",
    "HiringDriver",
    "TotalPayroll",
    "headcount",
    "hiring_drivers",
    "people_costs",
    "total_payroll",
]

Person = tuple[int | None, bool, date, date | None]  # department, contractor, start, end
Department = int | None


@dataclass(frozen=True, slots=True)
class Headcount:
    """Who is there at the end of a month, without those that the plan hires."""

    people: tuple[Person, ...]

    def of(self, month: Month, department: Department = None, *, contractors: bool = False) -> int:
        """Return how many employees there are at a month's end, with the contractors if they are asked for.

        ``department`` None is the whole company.
        """
        return sum(pay.counts_at_end(month, start, end) for start, end in self._of(department, contractors))

    def contractors(self, month: Month, department: Department = None) -> int:
        """Return how many contractors there are at a month's end."""
        return self.of(month, department, contractors=True) - self.of(month, department)

    def new(self, month: Month, department: Department = None, *, contractors: bool = False) -> int:
        """Return how many started in a month."""
        return sum(Month.of(start) == month for start, _ in self._of(department, contractors))

    def _of(self, department: Department, contractors: bool) -> Iterator[tuple[date, date | None]]:
        for where, contractor, start, end in self.people:
            if (department is None or where == department) and (contractors or not contractor):
                yield start, end


@dataclass(frozen=True, slots=True)
class HiringDriver:
    """Posts to be filled. ``formula`` is in stored form and says how many people; before ``start`` there are none."""

    id: int
    title: str
    department: Department
    role: Role
    formula: str
    start: Month
    terms: pay.Terms

    def cost_of_one(self, month: Month) -> int:
        """Return what one person of it costs in a month; 0 before its start."""
        return pay.cost(self.terms, month).total if month >= self.start else 0


def headcount(company: Company, first: Month, last: Month) -> Headcount:
    """Return who is there between two months, both included. One query."""
    found = Employee.objects.filter(company=company, start__lt=last.end).exclude(end__lt=first.start)
    return Headcount(
        tuple(
            (department, role == Role.CONTRACTOR, start, end)
            for department, role, start, end in found.values_list("department_id", "role", "start", "end")
        )
    )


def people_costs(company: Company, first: Month, last: Month) -> Mapping[Department, Mapping[Month, int]]:
    """Return what the people on the list cost by department and month: pay, benefits & taxes, bonus, commission.

    Months without anybody are left out; posts of hiring drivers are not in it. Two queries.
    """
    costs: defaultdict[Department, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    months = list(first.until(last + 1))
    for employee, terms in with_terms(company):
        for month in months:
            if pay.paid_in(month, employee.start, employee.end):
                costs[employee.department_id][month] += pay.cost(terms, month).total
    return costs


def hiring_drivers(company: Company) -> Sequence[HiringDriver]:
    """Return the posts to be filled, oldest first. One query."""
    return [
        HiringDriver(
            id=row.pk,
            title=row.title,
            department=row.department_id,
            role=Role(row.role),
            formula=row.formula,
            start=Month.from_key(row.start),
            terms=row.terms(),
        )
        for row in Driver.objects.filter(company=company).order_by("pk")
    ]
