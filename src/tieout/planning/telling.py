"""The forecast as budgets copy it: what was posted up to the last admitted month, what is planned from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tieout.budgets import starting
from tieout.budgets.content import PEOPLE, Line
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.books import Missing, current
from tieout.expenses.periods import MOST_MONTHS, admitted_through
from tieout.expenses.sections import HIRING_LABEL, PAYROLL_LABEL, PEOPLE_LABEL, plan
from tieout.planning.forecast import Forecast, forecast
from tieout.ui.figures import count


def tell(company: Company) -> Sequence[Line]:
    """Return a line for each stream and expense, and one for the hiring plan as a whole.

    A department's could be one person's.

    Without an admitted month there is nothing to go on from, so every line is empty.
    """
    found, through = current(company), admitted_through(company)
    if isinstance(found, Missing):
        return []
    book = found.book
    if through is None:
        return starting.empty(company, book)
    planned = forecast(company, book, through=through, last=through + MOST_MONTHS)
    lines = [
        replace(line, amounts={**line.amounts, **_ahead(planned, line)})
        for line in starting.actuals(company, book, Month.of(book.start), through)
    ]
    people: dict[Month, int] = {}
    for months in planned.people.values():
        for month, amount in months.items():
            people[month] = people.get(month, 0) + amount
    if any(people.values()):
        lines.append(
            Line(name=HIRING_LABEL, department=PAYROLL_LABEL, category=PEOPLE_LABEL, kind=PEOPLE, amounts=people)
        )
    return lines


def _ahead(planned: Forecast, line: Line) -> Mapping[Month, int]:
    """Return a line's forecast, debit positive: among streams, income is."""
    if line.income:
        return {month: -amount for month, amount in planned.revenue.get(line.expense or 0, {}).items()}
    return planned.amounts.get(line.expense or 0, {})


def doubt(company: Company) -> str:
    """Return why a copy of the forecast would lack something: formulas that come to nothing. "" where it is whole."""
    found, through = current(company), admitted_through(company)
    if isinstance(found, Missing) or through is None:
        return ""
    planned = forecast(company, found.book, through=through, last=through + MOST_MONTHS)
    labels = {member.id: member.label for member in plan(company, found.book, found.book.published).members}
    failing = [labels[it] for it in planned.errors if it in labels]
    wrong = len(failing) + len(planned.post_errors)
    if not wrong:
        return ""
    named = ", ".join(failing[:3]) or "in the hiring plan"
    return (
        f"{count(wrong, 'formula')} of the forecast cannot be computed ({named}), so a copy would lack what it costs. "
        "Nothing was made: mend the formula first, its form says where it fails."
    )
