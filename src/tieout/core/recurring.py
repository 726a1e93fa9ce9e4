"""Bills that come again and again: their rhythm, what broke it, steps in price, and bills that may stand twice.

Amounts are minor units, positive for what was spent. Each rule here would rather miss something than tell of what is
none: a list of false alarms is not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tieout.core.month import Month

ALIKE = 200  # amounts are alike that differ by no more than a 200th, 0.5 %: rounding, not use
_SIMILAR = 4  # two yearly bills are one rhythm if they differ by no more than a quarter
_LEAST_RISE = 3  # percent
_NEAR = 5  # days between two bills that may be one
_MOST_NEAR = 2  # such pairs of one party and amount: more are its habit
_CREDITED = 60  # days in which a credit of the same amount takes one of them back


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An entry's sum of one party; negative for a credit. ``record`` is what its provider knows it by."""

    party: int
    amount: int
    day: date
    number: str = ""
    type: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """A rhythm: a bill every so many months; how many in a row make one; how many amounts alike make a level."""

    months: int
    least: int
    before: int
    after: int


RHYTHMS = (
    Every(months=1, least=6, before=3, after=2),
    Every(months=3, least=4, before=2, after=2),
    Every(months=12, least=2, before=1, after=1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A rhythm and the months, ascending, in which it was kept up to the last bill."""

    every: Every
    months: tuple[Month, ...]

    @property
    def last(self) -> Month:
        return self.months[-1]

    @property
    def expected(self) -> Month:
        """The month of the next bill."""
        return self.last + self.every.months

    def missed(self, through: Month) -> int:
        """Return how many bills are missing once a month is over."""
        return max(0, self.last.months_to(through) // self.every.months)


def recurring(amounts: Mapping[Month, int], through: Month) -> Recurring | None:
    """Return the rhythm of what a party billed by month, None where there is none.

    Months count in which something was spent, up to ``through``. The last ones, back to the first gap of another
    length, are the rhythm: six months running, four quarters three months apart, or two bills a year apart that
    differ by no more than a quarter. A bill between two quarters breaks it.
    """
    billed = sorted(month for month, amount in amounts.items() if amount > 0 and month <= through)
    for every in RHYTHMS:
        months = _run(billed, every.months)
        if len(months) < every.least:
            continue
        last, before = amounts[months[-1]], amounts[months[-2]]
        if every.months < 12 or abs(last - before) * _SIMILAR <= before:
            return Recurring(every=every, months=months)
    return None


def _run(billed: Sequence[Month], step: int) -> tuple[Month, ...]:
    run = list(billed[-1:])
    for earlier, later in reversed(list(pairwise(billed))):
        if earlier.months_to(later) != step:
            break
        run.append(earlier)
    return tuple(reversed(run))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A step in price that stayed: from one amount a bill to another, since a month."""

    since: Month
    old: int
    new: int

    @property
    def tenths(self) -> int:
        """By how many tenths of a percent, half up."""
        return (2000 * (self.new - self.old) + self.old) // (2 * self.old)


def rises(found: Recurring, amounts: Mapping[Month, int]) -> tuple[Rise, ...]:
    """Return the steps up of a recurring bill, oldest first.

    A level is so many amounts in a row that are alike: three before a step and two after it where bills are monthly,
    two and two quarterly, one and one yearly. Between two levels one bill may stand that is like neither. A step is at
    least 3 %. What is billed by use has no levels, and so no steps.
    """
    levels = list(_levels([(month, amounts[month]) for month in found.months]))
    every = found.every
    return tuple(
        Rise(since=later.since, old=earlier.amount, new=later.amount)
        for earlier, later in _neighbours(levels, every.before, every.after)
        if (later.amount - earlier.amount) * 100 >= _LEAST_RISE * earlier.amount
    )


@dataclass(frozen=True, slots=True)
class _Level:
    since: Month
    amount: int
    length: int


def _levels(bills: Sequence[tuple[Month, int]]) -> Iterator[_Level]:
    since, amount, length = bills[0][0], bills[0][1], 0
    for month, billed in bills:
        if abs(billed - amount) * ALIKE > amount:
            yield _Level(since, amount, length)
            since, amount, length = month, billed, 0
        length += 1
    yield _Level(since, amount, length)


def _neighbours(levels: Sequence[_Level], before: int, after: int) -> Iterator[tuple[_Level, _Level]]:
    for place, later in enumerate(levels[1:], 1):
        if later.length < after:
            continue
        earlier = levels[place - 1]
        if earlier.length < before and earlier.length == 1 and place > 1:
            earlier = levels[place - 2]
        if earlier.length >= before:
            yield earlier, later


def duplicates(bills: Iterable[Bill]) -> tuple[tuple[Bill, Bill], ...]:
    """Return pairs of bills that may be one bill: of the same party and amount, by day.

    Their numbers are the same, or they are at most 5 days apart. What a party does as a rule is none: a number that
    three bills of that amount carry names no bill; three bills within days of each other, or a third time two, are how
    that party bills. Nor is what a credit of the same amount took back within 60 days.
    """
    groups: defaultdict[tuple[int, int], list[Bill]] = defaultdict(list)
    for bill in sorted(bills, key=lambda it: (it.day, it.number, it.record)):
        groups[bill.party, abs(bill.amount)].append(bill)
    pairs = (pair for group in groups.values() for pair in _pairs(group))
    return tuple(sorted(pairs, key=lambda it: (it[1].day, it[0].party, it[0].amount)))


def _pairs(group: Sequence[Bill]) -> Iterator[tuple[Bill, Bill]]:
    """Yield the pairs of one party's bills of one amount."""
    billed = [it for it in group if it.amount > 0]
    credited = [it.day for it in group if it.amount < 0]
    by_number: defaultdict[str, list[Bill]] = defaultdict(list)
    for bill in billed:
        if number := bill.number.strip().casefold():
            by_number[number].append(bill)
    pairs = [(it[0], it[1]) for it in by_number.values() if len(it) == 2]
    near = [(it[0], it[1]) for it in _clusters(billed) if len(it) == 2]
    if len(near) <= _MOST_NEAR:
        pairs += [it for it in near if it not in pairs]
    for one, two in pairs:
        if not any(0 <= (day - one.day).days <= _CREDITED for day in credited):
            yield one, two


def _clusters(bills: Sequence[Bill]) -> Iterator[list[Bill]]:
    """Yield runs of bills of which each is within days of the one before."""
    run = list(bills[:1])
    for earlier, later in pairwise(bills):
        if (later.day - earlier.day).days > _NEAR:
            yield run
            run = []
        run.append(later)
    yield run
