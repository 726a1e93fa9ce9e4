"""An expense as a variable of the model: actuals, then what its driver says. Values are major units."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from tieout.core.drivers import Base, Exact, Plan, Scheduled, schedule
from tieout.core.formulas.cells import Asking, evaluate
from tieout.core.formulas.columns import Column, Read, compiled
from tieout.core.formulas.faults import Failed
from tieout.core.formulas.functions import ZERO
from tieout.core.formulas.model import Model
from tieout.core.formulas.tree import Tree, names
from tieout.core.month import Month

Heads = Callable[[Month], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The months of a model. ``since`` is the position of the first month that is forecast."""

    first: Month
    count: int
    since: int
    digits: int

    @property
    def months(self) -> tuple[Month, ...]:
        """All months."""
        return _months(self.first, self.count)

    def at(self, month: Month) -> int:
        """Return a month's position."""
        return self.first.months_to(month)

    def month(self, at: int) -> Month:
        """Return the month at a position."""
        return self.first + at

    def column(self, months: Mapping[Month, int], count: int | None = None) -> Column:
        """Return amounts (minor units) as a column; months without one are zero."""
        values = [ZERO] * (self.count if count is None else count)
        for month, amount in months.items():
            if 0 <= (at := self.at(month)) < len(values):
                values[at] = self.major(amount)
        return values

    def major(self, minor: int) -> Decimal:
        """Return minor units as major ones."""
        return Decimal(minor).scaleb(-self.digits)

    def minor(self, major: Decimal) -> Decimal:
        """Return major units as minor ones, not rounded."""
        return major.scaleb(self.digits)


class Planned:
    """An expense with a driver. ``base`` is told by month, or a formula in major units; ``times`` a key of heads."""

    def __init__(
        self, span: Range, plan: Plan, base: Base | Tree, *, known: Column, typed: Mapping[Month, int], times: str = ""
    ) -> None:
        self._told: Scheduled | None = None  # where the whole column could be computed at once
        self._span = span
        self._plan = plan
        self._base = base
        self._times = times
        self._known = known
        self._typed = typed
        self._tree: Tree | None = None if callable(base) else base
        looked_at = {name.key for name in names(self._tree)} if self._tree else set()
        self._depends = frozenset(looked_at | {times} if times else looked_at)

    @property
    def depends(self) -> Collection[str]:
        """The keys that its formula names, and whose heads it counts."""
        return self._depends

    def column(self, read: Read, count: int) -> Column:
        """Return actuals and, from then on, what is planned."""
        self._told = None
        low = max(self._span.since - self._reach, 0)
        heads = read(self._times, 0) if self._times else []
        told = self._schedule(
            self._base
            if callable(self._base)
            else self._base_in(compiled(self._base)(_from(read, low), count - low), low),
            lambda month: int(_value(heads, self._span.at(month))),
        )
        self._told = told
        places = -self._span.digits
        return [*self._known, *(Decimal(amount).scaleb(places) for amount in told.accrual.values())]

    def cell(self, at: int) -> Asking:
        """Compute one month: the base and the heads are asked for at its period's first month."""
        if at < self._span.since:
            return self._known[at]
        month = self._span.month(at)
        if month in self._typed:
            return self._span.major(self._typed[month])
        began = self._began(month)
        if began is None:
            return ZERO
        base = yield from self._base_at(began)
        heads = (yield self._times, self._span.at(began)) if self._times else ZERO
        plan = Plan(
            start=self._plan.start, end=self._plan.end, period=self._plan.period, once=self._plan.once,
            growth=self._plan.growth, shares=None,
        )  # fmt: skip
        times = (lambda _month: int(heads)) if self._times else None
        told = schedule(plan, lambda _: base, month, month, {}, times=times)
        return self._span.major(told.accrual[month])

    def _base_at(self, month: Month) -> Asking:
        """Compute the base of the period that begins in a month, in minor units."""
        if self._tree is None:
            return _decimal(self._base(month))  # type: ignore[operator]
        at = self._span.at(month)
        if at < 0:
            return ZERO
        return self._span.minor((yield from evaluate(self._tree, at)))

    def _times_at(self, month: Month) -> Asking:
        """Compute the heads that the period that begins in a month is multiplied with."""
        return (yield self._times, self._span.at(month))

    def told_by(self, model: Model) -> Scheduled:
        """Return what it costs and pays by a model that is computed; a period that has no value costs nothing."""
        if self._told is not None:
            return self._told

        def asked(work: Asking) -> Decimal:
            try:
                return model.ask(work)
            except Failed:
                return ZERO

        return self._schedule(
            lambda month: asked(self._base_at(month)), lambda month: int(asked(self._times_at(month)))
        )

    @property
    def _reach(self) -> int:
        """How many months before the first forecast one a period may begin that still costs or pays."""
        return max(self._plan.period, len(self._plan.shares or ()))

    def _schedule(self, base: Base, times: Heads) -> Scheduled:
        span = self._span
        first, last = span.month(span.since), span.month(span.count - 1)
        return schedule(self._plan, base, first, last, self._typed, times=times if self._times else None)

    def _base_in(self, column: Column, low: int) -> Base:
        digits = self._span.digits
        told = {month: value.scaleb(digits) for month, value in zip(self._span.months[low:], column, strict=True)}
        return lambda month: told.get(month, ZERO)

    def _began(self, month: Month) -> Month | None:
        """Return the first month of the period that a month is in, None outside of all."""
        plan = self._plan
        elapsed = plan.start.months_to(month)
        if elapsed < 0 or (plan.end and month > plan.end) or (plan.once and elapsed >= plan.period):
            return None
        return month - elapsed % plan.period


@lru_cache(maxsize=64)
def _months(first: Month, count: int) -> tuple[Month, ...]:
    return tuple(first.until(first + count))


def _from(read: Read, low: int) -> Read:
    return lambda key, away: read(key, away)[low:]


def _value(column: Column, at: int) -> Decimal:
    return column[at] if 0 <= at < len(column) else ZERO


def _decimal(value: Exact) -> Decimal:
    numerator, denominator = value.as_integer_ratio()
    return Decimal(numerator) / denominator
