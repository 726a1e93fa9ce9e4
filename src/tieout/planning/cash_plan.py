"""What the plan says of cash after the last actual month: by stream, by department, of people. Money in positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.expenses.sections import HIRING_LABEL, UNASSIGNED, UNASSIGNED_LABEL, Plan, Section
from tieout.planning.forecast import Forecast

Months = Mapping[Month, int]

ADJUSTMENT_LABEL = "Adjustments to revenue"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCash:
    """A part of the plan with the cash that it brings (positive) or takes (negative), by month."""

    key: str
    flow: Flow
    label: str
    months: Months
    code: str = ""


def planned_cash(expenses: Plan, streams: Plan, forecast: Forecast, after: Month, last: Month) -> Iterator[PlannedCash]:
    """Yield the parts of the plan that move cash in months after ``after``, up to ``last``.

    Each stream by its collection term, each department by its expenses' payment terms. What Revenue.Total is beyond the
    streams comes in at once. People's pay is one sum: of a department, it could be a single person's.
    """
    for stream in streams.members:
        if months := _within(forecast.collections.get(stream.id, {}) if stream.id else {}, after, last):
            yield PlannedCash(
                key=f"plan:stream:{stream.id}", flow=Flow.COLLECTIONS, label=stream.name, code=stream.code,
                months=months,
            )  # fmt: skip
    if months := _within(forecast.adjustment, after, last):
        yield PlannedCash(key="plan:adjustment", flow=Flow.COLLECTIONS, label=ADJUSTMENT_LABEL, months=months)
    yield from _departments(expenses, forecast.cash, after, last)
    people: defaultdict[Month, int] = defaultdict(int)
    for amounts in forecast.people_cash.values():
        for month, amount in amounts.items():
            people[month] -= amount
    if months := _within(people, after, last):
        yield PlannedCash(key="plan:people", flow=Flow.PAYMENTS, label=HIRING_LABEL, months=months)


def _departments(the_plan: Plan, cash: Mapping[int, Months], after: Month, last: Month) -> Iterator[PlannedCash]:
    """Yield what expenses pay, by the department that they are in then."""
    sums: defaultdict[Section, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    members = {member.id: member for member in the_plan.members if member.id}
    for expense, amounts in cash.items():
        member = members.get(expense)
        for month, amount in amounts.items():
            sums[member.section(month) if member else UNASSIGNED][month] -= amount
    names = {f"department:{it.pk}": it.name for it in the_plan.departments} | {UNASSIGNED: UNASSIGNED_LABEL}
    for section in [*names, *(it for it in sums if it not in names)]:
        if months := _within(sums.get(section, {}), after, last):
            label = names.get(section, UNASSIGNED_LABEL)
            yield PlannedCash(key=f"plan:{section}", flow=Flow.PAYMENTS, label=label, months=months)


def _within(months: Months, after: Month, last: Month) -> dict[Month, int]:
    return {month: amount for month, amount in months.items() if amount and after < month <= last}
