"""What each section of the plan holds, month by month: the ledger's sums, placed. Minor units, debit positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from tieout.core.month import Month
from tieout.expenses.sections import Member, Plan, Section
from tieout.ledger.models import Book
from tieout.ledger.movements import movements

Months = Mapping[Month, int]
Placed = Mapping[Section, Mapping[Member, Months]]


def held(
    plan: Plan, book: Book, version: int, *, first: Month | None = None, last: Month | None = None
) -> dict[Member, Months]:
    """Return what each expense holds by month, as known at a version of the book. One query.

    Months before ``first`` and after ``last`` are left out.
    """
    start, end = first.key if first else 0, last.key if last else 999999
    result: defaultdict[Member, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    members = plan.by_account()
    month_of = cache(Month.from_key)  # a book has few months and many sums
    for account, _, key, amount in movements(book, version):
        if start <= key <= end and (member := members.get(account)):
            result[member][month_of(key)] += amount
    return dict(result)


def placed(plan: Plan, holdings: Mapping[Member, Months]) -> Placed:
    """Return what each section holds: an expense's months go where the expense is in that month."""
    result: defaultdict[Section, defaultdict[Member, dict[Month, int]]] = defaultdict(lambda: defaultdict(dict))
    for member in plan.members:
        months = holdings.get(member)
        if months and not member.moves:
            result[member.section(next(iter(months)))][member] = dict(months)
        elif months:
            for month, amount in months.items():
                result[member.section(month)][member][month] = amount
    return result
