"""What the expenses of a company are called today: a budget keeps a copy of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tieout.budgets.content import OTHER_INCOME, PEOPLE, REVENUE, Line
from tieout.budgets.matching import HIRING, Target
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments.categories import Category
from tieout.expenses.sections import HIRING_LABEL, PAYROLL_LABEL, PEOPLE_LABEL, UNASSIGNED_LABEL, Member, Plan
from tieout.expenses.sections import OTHER_INCOME as OTHER_INCOME_SECTION
from tieout.expenses.streams import side_plan
from tieout.ledger.models import Book


def labelled(company: Company, book: Book) -> dict[int, Line]:
    """Return a line without amounts for each stream (id), then for each expense.

    Expenses are in the order of the plan's pages.
    """
    return {line.expense: line for it in _sides(company, book) for line in lines_of(it) if line.expense}


def targets(company: Company, book: Book) -> list[Target]:
    """Return what the rows of a file may mean: streams, then expenses; the hiring plan is the last."""
    sides = _sides(company, book)
    names = {
        member.id: member.account.name
        for side in sides
        for member in side.members
        if member.own_name and member.account
    }
    people = Line(
        expense=HIRING, name=HIRING_LABEL, department=PAYROLL_LABEL, category=PEOPLE_LABEL, kind=PEOPLE
    )  # fmt: skip
    known = [
        Target(line=line, also=(names[line.expense],) if line.expense in names else ())
        for side in sides
        for line in lines_of(side)
        if line.expense
    ]
    return [*known, Target(line=people)]


def fill(lines: Iterable[Line], labels: dict[int, Line]) -> list[Line]:
    """Return lines in the order of the labels, with labels where they have none; those of no known expense last."""
    filled = [_filled(line, labels) for line in lines]
    order = {expense: place for place, expense in enumerate(labels)}
    return sorted(filled, key=lambda line: order.get(line.expense or 0, len(order)))


def _filled(line: Line, labels: dict[int, Line]) -> Line:
    known = labels.get(line.expense or 0)
    if known is None or line.name:
        return line
    return replace(known, amounts=line.amounts)


def _sides(company: Company, book: Book) -> tuple[Plan, Plan]:
    return side_plan(company, book, income=True), side_plan(company, book, income=False)


def lines_of(the_plan: Plan) -> Iterator[Line]:
    """Yield a line without amounts for each member of a plan, in the order of its pages."""
    return (line for line, _ in labelled_members(the_plan))


def labelled_members(the_plan: Plan) -> Iterator[tuple[Line, Member]]:
    """Yield the same with whose line it is."""
    departments = {each.pk: (each.name, each.group) for each in the_plan.departments}
    places = {each.pk: place for place, each in enumerate(the_plan.departments)}
    lines = [(_place(member, places), _line(member, departments), member) for member in the_plan.members]
    return ((line, member) for _, line, member in sorted(lines, key=lambda it: it[0]))


def _place(member: Member, places: dict[int, int]) -> tuple[int, int]:
    """Return where a member stands: in its department, then under payroll, then unassigned; revenue before the rest."""
    if member.income:
        return int(_other(member)), 0
    if member.payroll:
        return 1, 0
    department = member.department_now
    return (2, 0) if department is None else (0, places.get(department, len(places)))


def _line(member: Member, departments: dict[int, tuple[str, Category]]) -> Line:
    department, category = "", UNASSIGNED_LABEL
    if member.income:
        category = OTHER_INCOME if _other(member) else REVENUE
    elif member.payroll:
        department, category = PAYROLL_LABEL, PEOPLE_LABEL
    elif member.department_now is not None:
        department, group = departments[member.department_now]
        category = group.label
    return Line(
        expense=member.id,
        number=member.code,
        name=member.name,
        department=department,
        category=category,
        kind="account" if member.account else "linked" if member.linked else "added",
    )


def _other(member: Member) -> bool:
    return member.section(Month(2000, 1)) == OTHER_INCOME_SECTION  # a stream's section is that of every month
