"""What each expense will cost and each stream earn, month by month after the last admitted one.

Minor units; a cost is positive among expenses, income among streams.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.core.spreading import round_half_away
from tieout.ledger.models import Book
from tieout.planning.inputs import Instead, inputs
from tieout.planning.models import Driver
from tieout.planning.names import REVENUE
from tieout.planning.people_nodes import POST
from tieout.planning.stream_nodes import REVENUE_SYSTEM, is_revenue
from tieout.planning.workings import Workings, workings

__all__ = ["Forecast", "Instead", "forecast"]

Months = Mapping[Month, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The months after the last admitted one; a month without an entry has no forecast, which is not zero."""

    amounts: Mapping[int, Months] = field(default_factory=dict)  # expense id -> accrual
    cash: Mapping[int, Months] = field(default_factory=dict)  # expense id -> cash that leaves
    typed: frozenset[tuple[int, Month]] = frozenset()  # what somebody typed, whatever the driver says
    people: Mapping[int | None, Months] = field(default_factory=dict)  # hiring plan by department; None: no department
    people_cash: Mapping[int | None, Months] = field(default_factory=dict)
    heads: Mapping[int, Months] = field(default_factory=dict)  # hiring driver's id -> people that it gives
    errors: Mapping[int, str] = field(default_factory=dict)  # expense id -> a sentence with the month and the chain
    post_errors: Mapping[int, str] = field(default_factory=dict)  # the same by hiring driver's id
    planned: frozenset[int] = frozenset()  # expenses and streams that have a forecast at all
    revenue: Mapping[int, Months] = field(default_factory=dict)  # stream id -> income, other income among it
    collections: Mapping[int, Months] = field(default_factory=dict)  # stream id -> cash that comes in
    revenue_total: Months = field(default_factory=dict)  # Revenue.Total as formulas see it, without other income
    adjustment: Months = field(default_factory=dict)  # what that is beyond the streams that are revenue, if planned
    revenue_error: str = ""  # why Revenue.Total could not be computed in some month


def forecast(company: Company, book: Book, *, through: Month, last: Month, instead: Instead | None = None) -> Forecast:
    """Return the forecast of the months after ``through``, up to ``last``. A handful of queries, whatever is planned.

    An expense that is marked as payroll forecasts nothing of its own: the hiring plan does. Where a formula fails in
    a month, that month has no amount, and ``errors`` says why; everything else is forecast all the same.
    """
    return forecast_of(workings(inputs(company, book, through=through, last=last, instead=instead)))


def forecast_of(made: Workings) -> Forecast:
    """Return the forecast that a company's workings come to."""
    streams = {it.id: it for it in made.found.streams.members if it.id}
    amounts: dict[int, Months] = {}
    cash: dict[int, Months] = {}
    revenue: dict[int, Months] = {}
    collections: dict[int, Months] = {}
    errors: dict[int, str] = {}
    for row in made.planned:
        accrued, moved = (revenue, collections) if row in streams else (amounts, cash)
        accrued[row], moved[row] = _expense(made, row)
        if error := _error(made, made.key_of(row)):
            errors[row] = error
    total = _revenue_total(made)
    people, heads = _people(made)
    posts = {post.id: _error(made, f"{POST}{post.id}") for post in made.found.posts}
    return Forecast(
        amounts=amounts,
        cash=cash,
        typed=frozenset(
            (it, month) for it in made.planned for month in made.found.typed.get(it, {}) if month <= made.found.last
        ),
        people=people,
        people_cash=people,
        heads=heads,
        errors=errors,
        post_errors={post: error for post, error in posts.items() if error},
        planned=frozenset(made.planned),
        revenue=revenue,
        collections=collections,
        revenue_total=total,
        adjustment=_adjustment(made, total, [it for row, it in revenue.items() if is_revenue(streams[row])]),
        revenue_error=_error(made, REVENUE),
    )


def _expense(made: Workings, expense: int) -> tuple[Months, Months]:
    """Return what an expense costs and pays, or a stream earns and collects.

    Without a driver, only in the months that are typed, or paid then.
    """
    told = made.planned[expense].told_by(made.model)
    faults = made.model.row(made.key_of(expense)).faults
    options = made.found.options.get(expense)
    typed = made.found.typed.get(expense, {})
    driven = options is not None and options.driver not in (Driver.NONE, Driver.TYPED)
    if driven and not faults and made.found.end == made.found.last:
        return told.accrual, told.cash
    amounts = {
        month: amount
        for month, amount in told.accrual.items()
        if month <= made.found.last and (driven or month in typed) and made.span.at(month) not in faults
    }
    cash = {
        month: amount
        for month, amount in told.cash.items()
        if month <= made.found.last and (driven or amount or month in typed)
    }
    return amounts, cash


def _people(made: Workings) -> tuple[dict[int | None, Months], dict[int, Months]]:
    """Return what people cost by department, posts to be filled among them, and how many fill each post."""
    months = list((made.found.through + 1).until(made.found.last + 1))
    people: defaultdict[int | None, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    for department, costs in made.found.people.items():
        for month in months:
            people[department][month] += costs.get(month, 0)
    heads: dict[int, Months] = {}
    for post in made.found.posts:
        row = made.model.row(f"{POST}{post.id}")
        heads[post.id] = {month: int(row.values[made.span.at(month)]) for month in months}
        for month, count in heads[post.id].items():
            people[post.department][month] += count * post.cost_of_one(month)
    return {department: dict(costs) for department, costs in people.items()}, heads


def _revenue_total(made: Workings) -> dict[Month, int]:
    """Return Revenue.Total in minor units; a month in which it cannot be computed has none."""
    months = list((made.found.through + 1).until(made.found.last + 1))
    if not months:
        return {}
    values = made.values(REVENUE, months[0], months[-1])
    return {
        month: round_half_away(*made.span.minor(value).as_integer_ratio())
        for month, value in zip(months, values, strict=True)
        if value is not None
    }


def _adjustment(made: Workings, total: Months, streams: Sequence[Months]) -> dict[Month, int]:
    """Return what revenue as a whole is beyond the sum of the streams, in months in which that is anything.

    Nothing where nobody has planned any revenue: what formulas take it for then is an average that nobody decided.
    """
    if not streams and not any(it.system == REVENUE_SYSTEM for it in made.found.variables):
        return {}
    beyond = {month: amount - sum(it.get(month, 0) for it in streams) for month, amount in total.items()}
    return {month: amount for month, amount in beyond.items() if amount}


def _error(made: Workings, key: str) -> str:
    found = made.fault(key, made.found.through + 1, made.found.last)
    return made.told(key, *found) if found else ""
