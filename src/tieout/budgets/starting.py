"""What a new version starts from: nothing, registered figures such as the forecast, last year's actuals."""

from __future__ import annotations

from dataclasses import replace

from tieout.budgets import labelling
from tieout.budgets.content import Line
from tieout.budgets.sources import Source
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.amounts import held
from tieout.expenses.sections import shown_plan
from tieout.ledger.models import Book


def empty(company: Company, book: Book) -> list[Line]:
    """Return a line without amounts for every expense: something to type into."""
    return list(labelling.labelled(company, book).values())


def told(source: Source, company: Company, book: Book) -> list[Line]:
    """Return what a registered source tells, with the labels of today."""
    return labelling.fill(source.tell(company), labelling.labelled(company, book))


def actuals(company: Company, book: Book, first: Month, last: Month) -> list[Line]:
    """Return what each expense holds in the months; a closed month as it was closed."""
    the_plan = shown_plan(company, book)
    holdings = held(the_plan, book, first=first, last=last)
    months = {member.id: amounts for member, amounts in holdings.items() if member.id}
    labels = labelling.labelled(company, book)
    lines = [replace(line, amounts=months.get(expense, {})) for expense, line in labels.items()]
    # An account that has no expense of its own yet, or none any longer, still holds money: no total may lack it.
    loose = [
        Line(name=member.name, number=member.code, category="Unassigned", kind="account", amounts=amounts)
        for member, amounts in holdings.items()
        if member.id not in labels
    ]
    return [*lines, *loose]
