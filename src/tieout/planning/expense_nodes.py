"""Expenses in the model: each account's and added expense, the departments, and all of them.

What is planned of a stream becomes a node in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from tieout.core import drivers
from tieout.core.drivers import FULL_RATE
from tieout.core.formulas.functions import ZERO
from tieout.core.formulas.nodes import Given, Node, Part, Total
from tieout.core.formulas.texts import tree_of
from tieout.core.formulas.tree import Chain, Name, Number, Tree
from tieout.core.month import Month
from tieout.core.spreading import round_half_away
from tieout.expenses.sections import Member
from tieout.planning.inputs import NEW, Inputs, Months
from tieout.planning.models import Driver, Options
from tieout.planning.names import ADDED_STREAM, DEPARTMENT, EXPENSE, EXPENSES, HEADS, REVENUE, key_of
from tieout.planning.people_nodes import EVERYBODY, PEOPLE
from tieout.planning.planned import Planned, Range
from tieout.planning.schedules import plan_of


class ExpenseNodes:
    """Makes the nodes, and keeps those of expenses and streams that have a forecast."""

    def __init__(self, found: Inputs, span: Range) -> None:
        self._found = found
        self._span = span
        self.planned: dict[int, Planned] = {}  # by the id of an expense or stream

    def nodes(self) -> Iterator[tuple[str, Node]]:
        """Yield the nodes by key."""
        yield from self._expenses()
        yield from self._totals()

    def _known(self, months: Months) -> list[Decimal]:
        return self._span.column(months, self._span.since)

    def _expenses(self) -> Iterator[tuple[str, Node]]:
        for member in self._found.plan.members:
            actual = self._found.held.get(member, {})
            yield key_of(member), self._expense(None if member.payroll else member.id or None, actual)
        if NEW in self._found.options:
            yield f"{EXPENSE}{NEW}", self._expense(NEW, {})

    def _expense(self, expense: int | None, actual: Months) -> Node:
        """Return an expense's node; None stands for one that has no forecast of its own."""
        planned = None if expense is None else self.planned_node(expense, actual)
        return planned or Given([*self._known(actual), *[ZERO] * (self._span.count - self._span.since)])

    def planned_node(self, row: int, actual: Months) -> Planned | None:
        """Return the node of an expense or stream (id) that has a forecast of its own, and keep it; None without one.

        ``actual`` is positive in the row's own direction: a cost, or income.
        """
        options, typed = self._found.options.get(row), self._found.typed.get(row, {})
        if not typed and (options is None or options.driver == Driver.NONE):
            return None
        made = self.planned[row] = self._plan(options or Options(expense_id=row), actual, typed)
        return made

    def _plan(self, options: Options, actual: Months, typed: Months) -> Planned:
        plan = plan_of(options, self._found.terms, through=self._found.through)
        base, times = self._base(options, plan, actual, typed)
        return Planned(self._span, plan, base, known=self._known(actual), typed=typed, times=times)

    def _base(
        self, options: Options, plan: drivers.Plan, actual: Months, typed: Months
    ) -> tuple[drivers.Base | Tree, str]:
        """Return what an expense's amount comes from, and whose heads it is multiplied with."""
        base: drivers.Base | Tree = _constant(0)
        times = ""
        match Driver(options.driver):
            case Driver.NONE | Driver.TYPED:
                pass
            case Driver.AMOUNT:
                base = _constant(options.amount)
            case Driver.PER_EMPLOYEE:
                base = _constant(options.amount)
                times = f"{EVERYBODY if options.contractors else HEADS}{options.department_id or ''}"
            case Driver.PERCENT_OF_REVENUE:
                source = self._stream(options.stream_id) if options.stream_id else REVENUE
                base = Chain(Name(source), (("*", Number(Decimal(options.rate) / FULL_RATE)),))
            case Driver.FORMULA:
                base = tree_of(options.formula)
            case Driver.LAST_YEAR:
                base = _last_year(options.rate, plan, actual, typed, self._found.through)
            case Driver.AVERAGE:
                base = _constant(self._average(actual, options.averaged))
        return base, times

    def _stream(self, row: int) -> str:
        """Return the key of a stream (id), which is nobody's where the stream is no more."""
        found = next((it for it in self._found.streams.members if it.id == row), None)
        return key_of(found) if found else f"{ADDED_STREAM}{row}"

    def _average(self, actual: Months, months: int) -> Fraction:
        """Return the average of the last admitted months; a book that is younger has fewer."""
        age = Month.of(self._found.book.start).months_to(self._found.through) + 1
        of = max(min(months, age), 1)
        return Fraction(sum(actual.get(self._found.through - at, 0) for at in range(of)), of)

    def _totals(self) -> Iterator[tuple[str, Node]]:
        """Yield all expenses, and those of each department; payroll is in the first only, as on the timeline."""
        found, span = self._found, self._span
        everything: defaultdict[Month, int] = defaultdict(int)
        departments = {it.pk: defaultdict[Month, int](int) for it in found.plan.departments}
        for member, months in found.held.items():
            for month, amount in months.items():
                everything[month] += amount
                where = None if member.payroll else member.department(month)
                if where in departments:
                    departments[where][month] += amount
        own = [it for it in found.plan.members if it.id in self.planned and not it.payroll]
        parts = tuple(Part(key_of(it), span.since) for it in own)
        yield EXPENSES, Total(span.column(everything), (*parts, Part(PEOPLE, span.since)))
        inside: dict[int, list[Part]] = {pk: [] for pk in departments}
        for member in own:
            for first, end, department in _stays(member, span):
                if department in inside:
                    inside[department].append(Part(key_of(member), first, end))
        for pk, months in departments.items():
            yield f"{DEPARTMENT}{pk}", Total(span.column(months), tuple(inside[pk]))


def _constant(amount: drivers.Exact) -> drivers.Base:
    return lambda _: amount


def _last_year(rate: int, plan: drivers.Plan, actual: Months, typed: Months, through: Month) -> drivers.Base:
    """Return the amount of the month a year before, changed by a rate: an actual one, a typed one, or a forecast."""

    def amount(month: Month) -> int:
        before = month - 12
        if before <= through:
            base = actual.get(before, 0)
        elif before in typed:
            base = typed[before]
        else:
            base = amount(before) if plan.start <= before and (plan.end is None or before <= plan.end) else 0
        return round_half_away(base * (FULL_RATE + rate), FULL_RATE)

    return amount


def _stays(member: Member, span: Range) -> Iterator[tuple[int, int | None, int | None]]:
    """Yield where an expense is from the first forecast month on: positions from, up to but without, department."""
    starts = sorted({span.at(Month.from_key(key)) for key in member.periods if key})
    bounds = [span.since, *(at for at in starts if span.since < at < span.count)]
    for first, end in zip(bounds, [*bounds[1:], None], strict=True):
        yield first, end, member.department(span.month(first))
