"""Adjustments to payroll, and what they consist of: pure arithmetic on months and minor units.

Adjustment = total from its source of truth − Σ what single people cost. Every part is known to the cent but two: what
people without actuals would have cost by their terms (an estimate, never more than what is left to explain) and what
is not explained. So the parts sum to the adjustment exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tieout.core.month import Month

Months = Mapping[Month, int]


class Source(StrEnum):
    """Where the total comes from: the first of these that there is."""

    BOOKS = "books"
    PROVIDER = "provider"
    PEOPLE = "people"

    @property
    def label(self) -> str:
        """What a page calls it."""
        return _SOURCES[self]


_SOURCES = {
    Source.BOOKS: "Accounts marked as payroll",
    Source.PROVIDER: "Pay runs",
    Source.PEOPLE: "Sum of the people on the list",
}


class Part(StrEnum):
    """What an adjustment may consist of, in the order of the page."""

    UNLISTED = "unlisted"
    TAXES = "taxes"
    TIMING = "timing"
    TYPED = "typed"
    WITHOUT_ACTUALS = "without_actuals"
    UNEXPLAINED = "unexplained"

    @property
    def label(self) -> str:
        """What a page calls it."""
        return _PARTS[self][0]

    @property
    def note(self) -> str:
        """What it means, as a sentence."""
        return _PARTS[self][1]


_PARTS = {
    Part.UNLISTED: ("Paid, but not on the list", "Pay runs name people who are not on the page of people."),
    Part.TAXES: ("Employer taxes and benefits of no single person", "Pay runs hold them without a person."),
    Part.TIMING: (
        "Timing",
        "Pay runs count in the month of the check, the books in the month that was worked. It evens out over time.",
    ),
    Part.TYPED: ("Typed, but in no pay run", "People's typed pay is not in the total, which comes from pay runs."),
    Part.WITHOUT_ACTUALS: (
        "People without actuals",
        "Nothing was run or typed for them: estimated from their pay, at most what is left to explain.",
    ),
    Part.UNEXPLAINED: ("Not explained", "What none of these accounts for."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLine:
    """A line of a pay run. ``person`` is an id of the list, None where nobody on it was found."""

    paid: Month  # of the check
    earned: Month  # of the period's last day
    cost: int  # gross pay, employer taxes and benefits
    person: int | None = None
    nobody: bool = False  # it is of no single person at all


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPay:
    """What was typed for a person, and what they cost by their terms in the months in which they work."""

    person: int
    typed: Months = field(default_factory=dict)
    by_terms: Months = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a reconciliation starts from. ``books`` is None where no account is marked as payroll."""

    books: Months | None
    lines: Sequence[PaidLine]
    people: Sequence[PersonPay]

    @property
    def source(self) -> Source:
        """The total's source of truth."""
        if self.books is not None:
            return Source.BOOKS
        return Source.PROVIDER if self.lines else Source.PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One month: total = individuals + adjustment, and the parts sum to the adjustment.

    ``shares`` estimates what of the adjustment each person without actuals stands for; it is no actual.
    """

    month: Month
    source: Source
    total: int
    actuals: Mapping[int, int]  # by person
    parts: Mapping[Part, int]
    shares: Mapping[int, int]

    @property
    def individuals(self) -> int:
        """Σ of single people's actuals."""
        return sum(self.actuals.values())

    @property
    def adjustment(self) -> int:
        """What the total has beyond them."""
        return self.total - self.individuals


def reconcile(facts: Facts, months: Iterable[Month]) -> list[Reconciled]:
    """Return each month's reconciliation."""
    writer = _Writer(facts)
    timing = writer.timing()
    return [writer.month(month, timing.get(month, 0)) for month in months]


def individual_actuals(facts: Facts) -> dict[int, dict[Month, int]]:
    """Return what each person cost by month: by pay run, else typed, else nothing. Never invented."""
    actuals: dict[int, dict[Month, int]] = {it.person: dict(it.typed) for it in facts.people}
    run: defaultdict[tuple[int, Month], int] = defaultdict(int)
    for line in facts.lines:
        if line.person is not None:
            run[line.person, line.paid] += line.cost
    for (person, month), cost in run.items():
        actuals.setdefault(person, {})[month] = cost
    return actuals


def total_months(facts: Facts, actuals: Mapping[int, Months]) -> dict[Month, int]:
    """Return the total payroll of the months that have one, from its source of truth."""
    totals: defaultdict[Month, int] = defaultdict(int)
    match facts.source:
        case Source.BOOKS:
            totals.update(facts.books or {})
        case Source.PROVIDER:
            for line in facts.lines:
                totals[line.paid] += line.cost
        case Source.PEOPLE:
            for it in facts.people:
                for month, cost in {**it.by_terms, **actuals.get(it.person, {})}.items():
                    totals[month] += cost
    return dict(totals)


def pro_rata(amount: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Return an amount cut by weights: 12,000 by 5,000 and 10,000 is 4,000 and 8,000. No cent is lost."""
    whole, given, weighed = sum(weights.values()), 0, 0
    shares: dict[int, int] = {}
    for who, weight in weights.items():
        weighed += weight
        upto = amount * weighed // whole if whole else 0
        shares[who], given = upto - given, upto
    return shares


class _Writer:
    """Writes the reconciliation of one month at a time."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._actuals = individual_actuals(facts)
        self._totals = total_months(facts, self._actuals)
        self._paid: defaultdict[Month, list[PaidLine]] = defaultdict(list)
        for line in facts.lines:
            self._paid[line.paid].append(line)

    def month(self, month: Month, timing: int) -> Reconciled:
        paid = self._paid.get(month, [])
        own = {person: months[month] for person, months in self._actuals.items() if month in months}
        run = {line.person for line in paid}
        without = {
            it.person: cost for it in self._facts.people if (cost := it.by_terms.get(month, 0)) and it.person not in own
        }
        typed = sum(cost for person, cost in own.items() if person not in run)
        parts = {
            Part.UNLISTED: sum(line.cost for line in paid if line.person is None and not line.nobody),
            Part.TAXES: sum(line.cost for line in paid if line.nobody),
            Part.TIMING: timing,
            Part.TYPED: -typed if self._facts.source is Source.PROVIDER else 0,
        }
        total = self._totals.get(month, 0)
        left = total - sum(own.values()) - sum(parts.values())
        parts[Part.WITHOUT_ACTUALS] = max(0, min(left, sum(without.values())))
        parts[Part.UNEXPLAINED] = left - parts[Part.WITHOUT_ACTUALS]
        shares = pro_rata(left, without) if left > 0 else {}
        return Reconciled(
            month=month, source=self._facts.source, total=total, actuals=own, parts=parts, shares=shares
        )  # fmt: skip

    def timing(self) -> Months:
        """Return by how much the books run ahead of the pay runs: what was worked in a month less what was paid in it.

        Only where the books do follow the month worked: where taking it for that leaves less unexplained in all months
        of pay runs together. In the other two cases total and individuals come from the same months: there is none.
        """
        if self._facts.source is not Source.BOOKS:
            return {}
        shift: defaultdict[Month, int] = defaultdict(int)
        for line in self._facts.lines:
            shift[line.earned] += line.cost
            shift[line.paid] -= line.cost
        as_paid = sum(abs(self.month(month, 0).parts[Part.UNEXPLAINED]) for month in shift)
        as_earned = sum(abs(self.month(month, amount).parts[Part.UNEXPLAINED]) for month, amount in shift.items())
        return shift if as_earned < as_paid else {}
