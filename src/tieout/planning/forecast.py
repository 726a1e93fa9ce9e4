"""What each expense will cost, month by month after the last admitted one. Minor units, debit positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.sections import plan
from tieout.ledger.models import Book
from tieout.planning.models import Driver, Frequency, Options, PlanCell

Months = Mapping[Month, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The months after the last admitted one; a month without an entry has no forecast, which is not zero."""

    amounts: Mapping[int, Months] = field(default_factory=dict)  # expense id -> accrual
    cash: Mapping[int, Months] = field(default_factory=dict)  # expense id -> cash that leaves
    typed: frozenset[tuple[int, Month]] = frozenset()  # what somebody typed, whatever the driver says
    people: Mapping[int | None, Months] = field(default_factory=dict)  # hiring plan by department; None: no department
    people_cash: Mapping[int | None, Months] = field(default_factory=dict)
    errors: Mapping[int, str] = field(default_factory=dict)  # expense id -> a sentence with the place
    planned: frozenset[int] = frozenset()  # expenses that have a forecast at all


def forecast(company: Company, book: Book, *, through: Month, last: Month) -> Forecast:
    """Return the forecast of the months after ``through``, up to ``last``. A handful of queries, whatever is planned.

    An expense that is marked as payroll forecasts nothing of its own: the hiring plan does.
    """
    expenses = {it.id for it in plan(company, book, book.published).members if it.id and not it.payroll}
    amounts: defaultdict[int, dict[Month, int]] = defaultdict(dict)
    for options in Options.objects.filter(company=company, driver=Driver.AMOUNT, frequency=Frequency.MONTHLY):
        if options.expense_id in expenses:
            first = max(through + 1, Month.from_key(options.start)) if options.start else through + 1
            end = Month.from_key(options.end) if options.end else last
            amounts[options.expense_id] = {
                month: options.amount if first <= month <= end else 0 for month in (through + 1).until(last + 1)
            }
    typed: set[tuple[int, Month]] = set()
    cells = PlanCell.objects.filter(company=company, month__gt=through.key, month__lte=last.key)
    for expense, key, amount in cells.values_list("expense_id", "month", "amount"):
        if expense in expenses:
            amounts[expense][Month.from_key(key)] = amount
            typed.add((expense, Month.from_key(key)))
    return Forecast(
        amounts=dict(amounts),
        cash={expense: dict(months) for expense, months in amounts.items()},
        typed=frozenset(typed),
        planned=frozenset(amounts),
    )
