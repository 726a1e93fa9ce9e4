"""What each expense will cost, month by month after the last admitted one. Minor units, debit positive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tieout.companies.models import Company
from tieout.core.drivers import Base, schedule
from tieout.core.month import Month
from tieout.expenses.sections import plan
from tieout.ledger.models import Book
from tieout.planning.models import Driver, Options, PlanCell
from tieout.planning.schedules import plan_of, shares

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What stands in for what is saved of one expense: its form's preview. ``options.expense_id`` 0: a new one."""

    options: Options
    typed: Mapping[Month, int]


def forecast(company: Company, book: Book, *, through: Month, last: Month, instead: Instead | None = None) -> Forecast:
    """Return the forecast of the months after ``through``, up to ``last``. A handful of queries, whatever is planned.

    An expense that is marked as payroll forecasts nothing of its own: the hiring plan does.
    """
    expenses = {it.id for it in plan(company, book, book.published).members if it.id and not it.payroll}
    rows = {row.expense_id: row for row in Options.objects.filter(company=company)}
    cells = PlanCell.objects.filter(company=company, month__gt=through.key, month__lte=last.key)
    typed = {
        (it, Month.from_key(key)): amount for it, key, amount in cells.values_list("expense_id", "month", "amount")
    }
    if instead:
        own = instead.options.expense_id or 0
        expenses.add(own)
        rows[own] = instead.options
        typed = {place: amount for place, amount in typed.items() if place[0] != own}
        typed |= {(own, month): amount for month, amount in instead.typed.items() if through < month <= last}
    terms = shares(company)
    amounts: dict[int, Months] = {}
    cash: dict[int, Months] = {}
    for expense in expenses:
        options = rows.get(expense) or Options(company=company, expense_id=expense)
        months = {month: amount for (it, month), amount in typed.items() if it == expense}
        if options.driver != Driver.AMOUNT and not months:
            continue
        base = options.amount if options.driver == Driver.AMOUNT else 0
        told = schedule(plan_of(options, terms, through=through), _constant(base), through + 1, last, months)
        planned = options.driver != Driver.NONE
        amounts[expense] = {it: amount for it, amount in told.accrual.items() if planned or it in months}
        cash[expense] = {it: amount for it, amount in told.cash.items() if planned or amount or it in months}
    return Forecast(
        amounts=amounts,
        cash=cash,
        typed=frozenset(place for place in typed if place[0] in expenses),
        planned=frozenset(amounts),
    )


def _constant(amount: int) -> Base:
    return lambda _: amount
