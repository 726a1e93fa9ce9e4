"""Saves what an expense's form asks for, all of it or nothing."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies.models import Company
from tieout.expenses.models import Expense
from tieout.expenses.organising import KEEP, Choice, UnknownChoice, organise
from tieout.expenses.sections import Member
from tieout.expenses.services import Refused, add_expense, rename_expense
from tieout.planning.cells import CellsRefused, type_cells
from tieout.planning.expense_facts import Facts
from tieout.planning.expense_form import Asked
from tieout.planning.options import OptionsRefused, save_options
from tieout.planning.queries import expense_row
from tieout.ui.figures import count


@transaction.atomic
def save_expense(*, company: Company, person: User, facts: Facts, asked: Asked) -> bool:
    """Save a form; return whether anything changed. Raise OptionsRefused, and write nothing, where it cannot.

    A mark as payroll comes last: from then on nothing more can be typed. Taking it away comes first.
    """
    member = facts.member
    expense = expense_row(company, facts.expense)
    if member is None or expense is None:
        raise OptionsRefused({"": f"This {facts.side.one} is not there any more. Go back and reload the page."})
    renamed = _rename(company, person, expense, asked.name)
    marking = asked.payroll and not member.payroll
    organised = not marking and _organise(company, person, member, asked)
    planned = _plan(company, person, facts, expense, asked)
    organised = organised or (marking and _organise(company, person, member, asked))
    return renamed or organised or planned


@transaction.atomic
def add(*, company: Company, person: User, facts: Facts, asked: Asked) -> Expense:
    """Add an expense of the company's own with all its options. Raise OptionsRefused, and write nothing, otherwise."""
    try:
        made = add_expense(
            company=company, person=person, name=asked.name, department=asked.department, income=facts.side.income
        )
    except Refused as refusal:
        raise OptionsRefused({"name": str(refusal)}) from refusal
    _plan(company, person, facts, made, asked)
    return made


def _rename(company: Company, person: User, expense: Expense, name: str) -> bool:
    try:
        return rename_expense(company=company, person=person, expense=expense, name=name)
    except Refused as refusal:
        raise OptionsRefused({"name": str(refusal)}) from refusal


def _plan(company: Company, person: User, facts: Facts, expense: Expense, asked: Asked) -> bool:
    """Save the options and the typed months."""
    planned = save_options(
        company=company,
        person=person,
        book=facts.book,
        expense_id=expense.pk,
        wanted=asked.wanted,
        through=facts.through,
    )
    changed = {month: amount for month, amount in asked.typed.items() if amount != facts.typed.get(month)}
    if not changed:
        return planned
    name = asked.name or facts.books_name
    cells = {(expense.pk, month): amount for month, amount in changed.items()}
    what = f"Typed {count(len(changed), 'month')} of {name}"
    try:
        type_cells(company=company, person=person, book=facts.book, cells=cells, what=what, through=facts.through)
    except CellsRefused as refusal:
        raise OptionsRefused({"driver": str(refusal)}) from refusal
    return True


def _organise(company: Company, person: User, member: Member, asked: Asked) -> bool:
    moved = asked.department != member.department_now
    marked = asked.payroll != bool(member.payroll)
    if not moved and not marked:
        return False
    choice = Choice(
        expense=member.id,
        department=asked.department if moved else KEEP,
        payroll=asked.payroll if marked else None,
    )
    try:
        return bool(organise(company=company, person=person, choices=[choice], since=asked.since if moved else None))
    except UnknownChoice:
        told = "This department is not there any more. Choose another."
        raise OptionsRefused({"department": told}) from None
