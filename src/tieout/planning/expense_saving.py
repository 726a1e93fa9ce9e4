"""Saves what an expense's form asks for, all of it or nothing."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies.models import Company
from tieout.expenses.organising import KEEP, Choice, UnknownChoice, organise
from tieout.planning.cells import CellsRefused, type_cells
from tieout.planning.expense_facts import Facts
from tieout.planning.expense_form import Asked
from tieout.planning.options import OptionsRefused, save_options
from tieout.ui.figures import count


@transaction.atomic
def save_expense(*, company: Company, person: User, facts: Facts, asked: Asked) -> bool:
    """Save a form; return whether anything changed. Raise OptionsRefused, and write nothing, where it cannot be.

    A mark as payroll comes last: from then on nothing more can be typed. Taking it away comes first.
    """
    marking = asked.payroll and not (facts.member and facts.member.payroll)
    organised = not marking and _organise(company, person, facts, asked)
    planned = save_options(
        company=company,
        person=person,
        book=facts.book,
        expense_id=facts.expense,
        wanted=asked.wanted,
        through=facts.through,
    )
    typed = _type(company, person, facts, asked)
    organised = organised or (marking and _organise(company, person, facts, asked))
    return organised or planned or typed


def _type(company: Company, person: User, facts: Facts, asked: Asked) -> bool:
    changed = {month: amount for month, amount in asked.typed.items() if amount != facts.typed.get(month)}
    if not changed:
        return False
    name = facts.member.name if facts.member else asked.name
    cells = {(facts.expense, month): amount for month, amount in changed.items()}
    what = f"Typed {count(len(changed), 'month')} of {name}"
    try:
        type_cells(company=company, person=person, book=facts.book, cells=cells, what=what, through=facts.through)
    except CellsRefused as refusal:
        raise OptionsRefused({"driver": str(refusal)}) from refusal
    return True


def _organise(company: Company, person: User, facts: Facts, asked: Asked) -> bool:
    member = facts.member
    if member is None:
        return False
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
