"""A budget becomes the forecast: its months are typed into their expenses, in one step that can be undone."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User

from tieout.budgets.sources import NotTaken
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.books import Missing, current
from tieout.expenses.periods import admitted_through
from tieout.expenses.streams import side_plan
from tieout.planning.cells import CellsRefused, type_cells
from tieout.ui.figures import count, short_month


def take(company: Company, person: User, months: Mapping[int, Mapping[Month, int]], name: str) -> str:
    """Type a budget's months after the last admitted one; return what was done, as a sentence.

    Months that are in the books are left out, and so are expenses that are gone or that the hiring plan forecasts.
    Raise NotTaken, and write nothing, where nothing is left to write.
    """
    found, through = current(company), admitted_through(company)
    if isinstance(found, Missing) or through is None:
        raise NotTaken("Nothing was written: there are no actual months yet. Connect your books and sync first.")
    # What each takes, and the sign in which it is typed: what a stream earns is positive there.
    takes = {
        it.id: -1 if it.income else 1
        for income in (True, False)
        for it in side_plan(company, found.book, income=income).members
        if it.id and not it.payroll
    }
    cells = {
        (expense, month): amount * takes[expense]
        for expense, amounts in months.items()
        for month, amount in amounts.items()
        if expense in takes and month > through
    }
    if not cells:
        last = short_month(through)
        raise NotTaken(f"Nothing was written: nothing of {name} has a month after {last} that can be forecast.")
    try:
        step = type_cells(
            company=company, person=person, book=found.book, cells=cells, what=f"Used {name} as the forecast",
            through=through,
        )  # fmt: skip
    except CellsRefused as refusal:
        raise NotTaken(str(refusal)) from refusal
    if step.pk is None:
        return f"The forecast is already that of {name}."
    left = count(len(months.keys() - takes.keys()), "expense")
    said = f"Typed {count(len(step.changes), 'month')} of the forecast from {name}, from {short_month(through + 1)} on."
    return f"{said} {left} left out: payroll, or no longer there." if months.keys() - takes.keys() else said
