"""The page of people: by department, with heads and, for who may see it, pay. Minor units, a cost is positive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tieout.companies.models import Company
from tieout.core import pay
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.payroll.models import Employee, PayBasis, Role
from tieout.payroll.person_fields import folded
from tieout.payroll.staff import with_terms

_PER = {PayBasis.ANNUAL: "a year", PayBasis.MONTHLY: "a month", PayBasis.HOURLY: "an hour"}
UNPLACED = "No department"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person. ``pay`` and ``cost`` are None for a reader who may not see them: they never reach the page."""

    id: int
    name: str
    ref: str
    title: str
    contractor: bool
    start: date
    end: date | None
    here: bool  # at the end of the month
    pay: int | None
    per: str
    cost: int | None  # of the month; 0 where they do not work in it
    status: str = ""  # "starts", "leaves" or "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A department with its people. ``heads`` counts who is there at the month's end, contractors apart."""

    name: str
    rows: tuple[PersonRow, ...]

    @property
    def heads(self) -> int:
        """How many employees there are."""
        return sum(row.here and not row.contractor for row in self.rows)

    @property
    def contractors(self) -> int:
        """How many contractors there are."""
        return sum(row.here and row.contractor for row in self.rows)

    @property
    def cost(self) -> int | None:
        """What they cost in the month, or None for a reader who may not see it."""
        costs = [row.cost for row in self.rows]
        return None if None in costs else sum(cost or 0 for cost in costs)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """Everybody that was asked for, and how many there are in all."""

    month: Month
    groups: tuple[Group, ...]
    listed: int  # whatever was asked for
    left: int  # those who left and are not shown unless asked for

    @property
    def heads(self) -> int:
        """How many employees are shown and there at the month's end."""
        return sum(group.heads for group in self.groups)

    @property
    def contractors(self) -> int:
        """How many contractors are shown and there at the month's end."""
        return sum(group.contractors for group in self.groups)

    @property
    def shown(self) -> int:
        """How many rows there are."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def cost(self) -> int | None:
        """What all that are shown cost in the month."""
        costs = [group.cost for group in self.groups]
        return None if None in costs else sum(cost or 0 for cost in costs)


def people_page(
    company: Company, *, today: date, pay_shown: bool, search: str = "", left_too: bool = False
) -> PeoplePage:
    """Return the people by department, in the order of the departments; who left only if asked for."""
    month = Month.of(today)
    everybody = with_terms(company)
    wanted = [
        (one, terms)
        for one, terms in everybody
        if folded(search) in folded(f"{one.name} {one.title} {one.ref}") and (left_too or not _has_left(one, today))
    ]
    by_department: dict[int | None, list[PersonRow]] = {}
    for one, terms in wanted:
        by_department.setdefault(one.department_id, []).append(_row(one, terms, month, today, pay_shown=pay_shown))
    order: list[tuple[int | None, str]] = [(it.pk, it.name) for it in departments.departments(company)]
    groups = [(name, by_department[key]) for key, name in [*order, (None, UNPLACED)] if key in by_department]
    return PeoplePage(
        month=month,
        groups=tuple(Group(name=name, rows=tuple(rows)) for name, rows in groups),
        listed=len(everybody),
        left=sum(_has_left(one, today) for one, _ in everybody),
    )


def listed(company: Company) -> Sequence[Employee]:
    """Return everybody, by name, for the export."""
    return [one for one, _ in with_terms(company)]


def person(company: Company, employee_id: int) -> tuple[Employee, pay.Terms] | None:
    """Return one person of this company with the terms of their pay, or None."""
    return next((each for each in with_terms(company) if each[0].pk == employee_id), None)


def _has_left(one: Employee, today: date) -> bool:
    return one.end is not None and one.end < today


def _row(one: Employee, terms: pay.Terms, month: Month, today: date, *, pay_shown: bool) -> PersonRow:
    works = pay.paid_in(month, one.start, one.end)
    status = "left" if _has_left(one, today) else "starts" if one.start > today else "leaves" if one.end else ""
    return PersonRow(
        id=one.pk,
        name=one.name,
        ref=one.ref,
        title=one.title,
        contractor=one.role == Role.CONTRACTOR,
        start=one.start,
        end=one.end,
        here=pay.counts_at_end(month, one.start, one.end),
        pay=pay.in_force(terms, month) if pay_shown else None,
        per=_PER[PayBasis(one.basis)],
        cost=(pay.cost(terms, month).total if works else 0) if pay_shown else None,
        status=status,
    )
