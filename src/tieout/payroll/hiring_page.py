"""The page of the hiring plan. Minor units; what a post is paid is for readers who may see pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core import pay
from tieout.core.month import Month
from tieout.payroll import hiring
from tieout.payroll.models import Role
from tieout.payroll.queries import headcount


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """Posts to be filled: what their formula says, and how many people it gives by month."""

    id: int
    title: str
    department: str
    contractor: bool
    formula: str
    start: Month
    people: tuple[int | None, ...]
    cost_of_one: int | None  # in the last month shown; None for a reader who may not see it
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HiringPage:
    """The posts, and who is there anyway at each month's end: employees and contractors."""

    months: tuple[Month, ...]
    rows: tuple[PostRow, ...]
    listed: tuple[int, ...]

    @property
    def planned(self) -> tuple[int, ...]:
        """Everybody: the people on the list and those who are to be hired."""
        return tuple(
            there + sum(row.people[at] or 0 for row in self.rows) for at, there in enumerate(self.listed)
        )  # fmt: skip


def hiring_page(company: Company, months: Sequence[Month], *, pay_shown: bool) -> HiringPage:
    """Return the page for the months that are to come."""
    told = hiring.heads(company, months)
    formulas = hiring.formulas()
    there = headcount(company, months[0], months[-1])
    return HiringPage(
        months=tuple(months),
        rows=tuple(
            PostRow(
                id=it.pk,
                title=it.title,
                department=it.department.name if it.department else "",
                contractor=it.role == Role.CONTRACTOR,
                formula=formulas.shown(company, it.formula),
                start=Month.from_key(it.start),
                people=tuple(told.people.get(it.pk, {}).get(month) for month in months),
                cost_of_one=pay.cost(it.terms(), months[-1]).total if pay_shown else None,
                error=told.errors.get(it.pk, ""),
            )
            for it in hiring.drivers(company)
        ),
        listed=tuple(there.of(month, contractors=True) for month in months),
    )
