"""The page that explains Adjustments to payroll, month by month. Minor units, a cost is positive.

A reader who may not see pay gets the company's total and nothing else: any part of it may be one person's pay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.ledger.models import Book
from tieout.payroll.models import Employee
from tieout.payroll.reconciling import Facts, Part, Reconciled, Source, reconcile
from tieout.payroll.totals import facts_of

ENOUGH = 2  # people of whom a sum tells nobody's pay
MOST_MONTHS = 24
Amounts = tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: an amount a month, None where it is hidden or does not apply. ``employee`` links to a person."""

    label: str
    amounts: Amounts
    note: str = ""
    employee: int | None = None
    estimate: bool = False

    @property
    def total(self) -> int | None:
        """The sum of the months, None if all are."""
        known = [amount for amount in self.amounts if amount is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationPage:
    """Total, single people, the adjustment, and what it consists of."""

    months: tuple[Month, ...]
    source: Source
    total: Row
    others: tuple[Row, ...] = ()  # what the sources say that are not the total's
    individuals: Row | None = None
    adjustment: Row | None = None
    parts: tuple[Row, ...] = ()
    people: tuple[Row, ...] = ()  # actuals
    shares: tuple[Row, ...] = ()  # estimates, of people without actuals

    @property
    def empty(self) -> bool:
        """Whether there is nothing to reconcile in these months."""
        return not any(self.total.amounts) and not any(any(row.amounts) for row in self.people)


def reconciliation_page(
    company: Company, book: Book | None, months: Sequence[Month], *, pay_shown: bool
) -> ReconciliationPage:
    """Return the page. Without ``pay_shown`` only the total is on it, and not where it is that of one person."""
    facts = facts_of(company, book, months)
    found = reconcile(facts, months)
    months = tuple(months)
    if not pay_shown:
        amounts = tuple(one.total if _tells_nobodys(facts, one) else None for one in found)
        return ReconciliationPage(months=months, source=facts.source, total=Row(label="Total payroll", amounts=amounts))
    names = dict(Employee.objects.filter(company=company).order_by("name").values_list("pk", "name"))
    parts = [
        Row(
            label=part.label,
            amounts=tuple(one.parts[part] for one in found),
            note=part.note,
            estimate=part is Part.WITHOUT_ACTUALS,
        )
        for part in Part
    ]
    return ReconciliationPage(
        months=months,
        source=facts.source,
        total=Row(label="Total payroll", amounts=tuple(one.total for one in found)),
        others=_others(facts, months),
        individuals=Row(label="Single people", amounts=tuple(one.individuals for one in found)),
        adjustment=Row(label="Adjustments to payroll", amounts=tuple(one.adjustment for one in found)),
        parts=tuple(row for row in parts if any(row.amounts)),
        people=_people(names, found, lambda one, who: one.actuals.get(who)),
        shares=_people(names, found, lambda one, who: one.shares.get(who), estimate=True),
    )


def _others(facts: Facts, months: Sequence[Month]) -> tuple[Row, ...]:
    """Return what the sources further down say, where they say anything: for comparison, and part of no sum."""
    paid: defaultdict[Month, int] = defaultdict(int)
    for line in facts.lines:
        paid[line.paid] += line.cost
    by_terms: defaultdict[Month, int] = defaultdict(int)
    for one in facts.people:
        for month, cost in one.by_terms.items():
            by_terms[month] += cost
    told = {Source.PROVIDER: ("Pay runs say", paid), Source.PEOPLE: ("The people's terms come to", by_terms)}
    below = list(Source)[list(Source).index(facts.source) + 1 :]
    rows = (Row(label=told[it][0], amounts=tuple(told[it][1].get(month, 0) for month in months)) for it in below)
    return tuple(row for row in rows if any(row.amounts))


def _people(
    names: dict[int, str], found: Sequence[Reconciled], of: Callable[[Reconciled, int], int | None], *,
    estimate: bool = False,
) -> tuple[Row, ...]:  # fmt: skip
    rows = (
        Row(label=name, amounts=tuple(of(one, who) for one in found), employee=who, estimate=estimate)
        for who, name in names.items()
    )
    return tuple(row for row in rows if any(amount is not None for amount in row.amounts))


def _tells_nobodys(facts: Facts, one: Reconciled) -> bool:
    """Return whether a month's total is the books', which everybody sees, or the sum of several people's pay."""
    if facts.source is Source.BOOKS:
        return True
    if facts.source is Source.PROVIDER:
        return len({it.person for it in facts.lines if it.paid == one.month and not it.nobody}) >= ENOUGH
    return sum(bool(it.by_terms.get(one.month) or it.typed.get(one.month)) for it in facts.people) >= ENOUGH
