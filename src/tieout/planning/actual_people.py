"""Payroll by person: what pay runs say or somebody typed, and the adjustment to the total. For readers who see pay.

Who typed what a person cost is kept by payroll (`TypedPay`); the arithmetic is `payroll.reconciling`'s.
"""

from __future__ import annotations

from dataclasses import replace

from tieout.companies.models import Company
from tieout.core.actuals import Figure, SectionMonth, TypedOver
from tieout.core.month import Month
from tieout.expenses.sections import PAYROLL
from tieout.ledger.models import Book
from tieout.payroll.reconciling import Facts, Source, reconcile
from tieout.payroll.totals import facts_of
from tieout.payroll.typed_pay import names, typed_between
from tieout.planning.actual_records import EMPLOYEE, Record, record_of_pay
from tieout.planning.actuals import Actuals, Line, Place, SectionActuals

BY_PERSON = "people"
BY_PERSON_LABEL = "By person"


def with_people(found: Actuals, company: Company, book: Book) -> Actuals:
    """Return actuals with a section more: each person's months, and what the total payroll has beyond them.

    Where accounts are marked as payroll, the total is that of their section, typed subtotal and all.
    """
    facts = facts_of(company, book, found.months)
    records = map(record_of_pay, typed_between(company, found.months[0], found.months[-1]))
    typed = {(it.row, it.month): it for it in records}
    lines = _lines(company, facts, found.months, typed)
    marked = found.section(PAYROLL) if facts.source is Source.BOOKS else None
    totals = {it.month: it.total for it in reconcile(facts, found.months)}
    months = {}
    for month in found.months:
        own = Figure(imported=totals[month] if facts.source is not Source.BOOKS else None)
        if marked:
            own = Figure(imported=marked.months[month].total)
        months[month] = SectionMonth(own=own, lines=[line.figures[month] for line in lines])
    section = SectionActuals(
        key=BY_PERSON, label=BY_PERSON_LABEL, group="", group_label="", lines=lines, months=months, posted=False,
        typed_whole=False,
    )  # fmt: skip
    return replace(found, sections=(*found.sections, section), records={**found.records, **typed})


def _lines(company: Company, facts: Facts, months: tuple[Month, ...], typed: dict[Place, Record]) -> tuple[Line, ...]:
    run: dict[tuple[int, Month], int] = {}
    for paid in facts.lines:
        if paid.person is not None:
            run[paid.person, paid.paid] = run.get((paid.person, paid.paid), 0) + paid.cost
    working = {it.person: it.by_terms.keys() for it in facts.people}
    lines = []
    for person, name in names(company):
        key = f"{EMPLOYEE}{person}"
        ran = frozenset(month for month in months if (person, month) in run)
        figures = {
            month: Figure(imported=run[person, month]) if month in ran else _typed(typed.get((key, month)))
            for month in months
        }
        expected = any(month in working.get(person, ()) for month in months)
        if expected or any(figure.shown or figure.typed for figure in figures.values()):
            lines.append(Line(key=key, label=name, figures=figures, posted=False, locked=ran, always=True))
    return tuple(lines)


def _typed(record: Record | None) -> Figure:
    return Figure(typed=TypedOver(record.amount, None) if record else None)
