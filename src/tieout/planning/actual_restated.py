"""What the books say of closed months by now, beside the actuals that stay as they were closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.periods import Span
from tieout.expenses.restated import Restated, restated
from tieout.expenses.sections import PAYROLL, TOTAL, shown_plan
from tieout.expenses.streams import stream_plan
from tieout.ledger.closing import closed
from tieout.ledger.models import Book
from tieout.planning.actual_rows import INCOME_FOOT, NET, Look
from tieout.planning.actuals import Actuals

Beside = Mapping[str, Mapping[Month, Restated]]
"""By row (a line's key, a section's, a group's, a foot's) and month; as shown: income and profit are positive."""


def beside(company: Company, book: Book, found: Actuals, look: Look) -> Beside:
    """Return by how much the books are more than what the rows of a view show; {} where no month is closed."""
    if not closed(book):
        return {}
    groups = {it.key: it.group for it in found.sections}
    result: defaultdict[str, defaultdict[Month, Restated]] = defaultdict(lambda: defaultdict(Restated))
    for the_plan in (stream_plan(company, book), shown_plan(company, book)):
        for member, months in restated(the_plan, book).items():
            for month, differs in months.items():
                section = member.section(month)
                shown = _turned(differs) if the_plan.income else differs
                feet = _feet(look, section, income=the_plan.income)
                for key in (member.key, section, groups.get(section, ""), *feet):
                    result[key][month] += shown
                result[NET][month] += _turned(differs)
    return result


def notes_of(told: Mapping[Month, Restated], spans: Sequence[Span], digits: int) -> dict[int, str]:
    """Return what is said beside a row's figures, by the position of their columns."""
    sums = [sum((told[month] for month in span.months() if month in told), Restated()) for span in spans]
    return {at: it.words(digits) for at, it in enumerate(sums) if it.sum}


def _turned(it: Restated) -> Restated:
    return Restated(-it.changed, -it.remapped)


def _feet(look: Look, section: str, *, income: bool) -> tuple[str, ...]:
    """Return the keys of the feet, net income apart, that a section counts in."""
    if income:
        return (INCOME_FOOT,)
    counts = {Look.EXPENSES: section != PAYROLL, Look.PAYROLL: section == PAYROLL}
    return (TOTAL,) if counts.get(look, True) else ()
