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
from tieout.expenses.streams import stream_plan
from tieout.ledger.models import Book


def empty(company: Company, book: Book) -> list[Line]:
    """Return a line without amounts for every stream and expense: something to type into."""
    return list(labelling.labelled(company, book).values())


def told(source: Source, company: Company, book: Book) -> list[Line]:
    """Return what a registered source tells, with the labels of today."""
    return labelling.fill(source.tell(company), labelling.labelled(company, book))


def actuals(company: Company, book: Book, first: Month, last: Month) -> list[Line]:
    """Return what each stream and expense holds in the months; a closed month as it was closed."""
    labels = labelling.labelled(company, book)
    known: dict[int, Line] = {}
    loose: list[Line] = []
    for the_plan in (stream_plan(company, book), shown_plan(company, book)):
        holdings = held(the_plan, book, first=first, last=last)
        for line, member in labelling.labelled_members(the_plan):
            if member not in holdings:
                continue
            label = labels.get(line.expense or 0)
            if label is not None and label.income is line.income:
                known[member.id] = replace(label, amounts=holdings[member])
            else:
                # An account that has no row of its own yet, or none any longer, or that was on the other side when a
                # month was closed, still holds money: no total may lack it.
                loose.append(replace(line, amounts=holdings[member]))
    return [*(known.get(expense, line) for expense, line in labels.items()), *loose]
