"""How a planned amount becomes months of expense and months of cash. Pure; amounts are minor units, a cost is positive.

A plan runs in periods from its first month. What a period costs is fixed at its first month (base, growth, heads),
rounded once, recognised evenly over its months, and paid as a whole by the payment term from its first month on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from tieout.core.month import Month
from tieout.core.spreading import WHOLE, round_half_away, split_by_shares, split_evenly

FULL_RATE = 1_000_000  # 100 %; a rate is ten-thousandths of a percent
IMMEDIATELY = (WHOLE,)
MOST_MONTHS = 36  # of a payment term

Exact = int | Decimal | Fraction
Base = Callable[[Month], Exact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A step every so many months after the start: ``rate`` compounds, or ``amount`` (minor units) is added."""

    every: int
    rate: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When an amount falls due, how it grows and how it is paid.

    ``period`` is how many months one amount covers; ``once`` ends the plan after its first period. ``end`` is the last
    month that costs anything. ``shares`` are hundredths of a percent a month from the period's first month on, None
    where no cash ever leaves.
    """

    start: Month
    end: Month | None = None
    period: int = 1
    once: bool = False
    growth: Growth | None = None
    shares: tuple[int, ...] | None = IMMEDIATELY


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Expense and cash of each month asked for, in minor units."""

    accrual: dict[Month, int]
    cash: dict[Month, int]


def schedule(
    plan: Plan,
    base: Base,
    first: Month,
    last: Month,
    typed: Mapping[Month, int],
    *,
    times: Callable[[Month], int] | None = None,
) -> Scheduled:
    """Return what the months from ``first`` to ``last`` (included) cost, and the cash that leaves in them.

    ``base`` tells a period's amount before growth in minor units; ``times``, what the grown amount is multiplied
    with, such as heads. Both are asked for first months of periods, which may lie before ``first``: a period that
    began earlier still costs, and one within the payment term still pays. A month in ``typed`` costs what is typed,
    and the difference to its share of the period is paid by the term from that month on.
    """
    months = _months(first, last)
    book = _Booking(plan, _at(first), len(months))
    for period in _periods(plan, _at(first), _at(last)):
        book.period(period, amount_of(plan, base, _month(period), times))
    for month, amount in typed.items():
        book.typed(_at(month), amount)
    return Scheduled(dict(zip(months, book.accrual, strict=True)), dict(zip(months, book.cash, strict=True)))


def amount_of(plan: Plan, base: Base, month: Month, times: Callable[[Month], int] | None = None) -> int:
    """Return what the period that begins in ``month`` costs: the base, grown, times the heads, rounded once."""
    told = base(month)
    numerator, denominator = (told, 1) if isinstance(told, int) else told.as_integer_ratio()
    growth = plan.growth
    if growth and (elapsed := plan.start.months_to(month) // growth.every) > 0:
        if growth.amount:
            numerator += growth.amount * elapsed * denominator
        else:
            above, below = _factor(growth.rate, elapsed)
            numerator *= above
            denominator *= below
    if times:
        numerator *= times(month)
    return numerator if denominator == 1 else round_half_away(numerator, denominator)


class _Booking:
    """Gathers amounts in the months asked for; what falls outside is dropped."""

    def __init__(self, plan: Plan, first: int, length: int) -> None:
        self._plan = plan
        self._first = first
        self._length = length
        self._end = length if plan.end is None else min(_at(plan.end) - first + 1, length)
        self.accrual = [0] * length
        self.cash = [0] * length

    def period(self, start: int, amount: int) -> None:
        at = start - self._first
        if self._plan.period > 1:
            for month, share in enumerate(split_evenly(amount, self._plan.period), start=at):
                if 0 <= month < self._end:
                    self.accrual[month] = share
        elif 0 <= at < self._end:
            self.accrual[at] = amount
        self._pay(at, amount)

    def typed(self, month: int, amount: int) -> None:
        at = month - self._first
        if 0 <= at < self._length:
            self._pay(at, amount - self.accrual[at])
            self.accrual[at] = amount

    def _pay(self, at: int, amount: int) -> None:
        shares = self._plan.shares
        if shares is None or not amount:
            return
        if shares == IMMEDIATELY:
            if at >= 0:
                self.cash[at] += amount
            return
        for month, share in enumerate(split_by_shares(amount, shares), start=at):
            if 0 <= month < self._length:
                self.cash[month] += share


def _periods(plan: Plan, first: int, last: int) -> range:
    """Return the first months of the periods that cost or pay anything from ``first`` to ``last``."""
    start = _at(plan.start)
    stop = last if plan.end is None else min(last, _at(plan.end))
    if plan.once:
        return range(start, min(start, stop) + 1)
    reach = max(plan.period, len(plan.shares or ())) - 1
    skipped = max(first - reach - start, 0)
    return range(start + -(-skipped // plan.period) * plan.period, stop + 1, plan.period)


def _at(month: Month) -> int:
    return month.year * 12 + month.number - 1


@lru_cache(maxsize=4096)
def _month(at: int) -> Month:
    return Month(at // 12, at % 12 + 1)


@lru_cache(maxsize=64)
def _months(first: Month, last: Month) -> tuple[Month, ...]:
    return tuple(first.until(last + 1))


@lru_cache(maxsize=4096)
def _factor(rate: int, steps: int) -> tuple[int, int]:
    """Return (1 + rate) to the power of steps as an exact quotient."""
    each = Fraction(FULL_RATE + rate, FULL_RATE)
    return each.numerator**steps, each.denominator**steps
