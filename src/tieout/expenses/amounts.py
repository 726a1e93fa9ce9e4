"""What each section of the plan holds, month by month: the ledger's sums, placed. Minor units, debit positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tieout.core.month import Month
from tieout.expenses.sections import Member, Plan, Section
from tieout.ledger.models import Book
from tieout.ledger.movements import movements

Months = Mapping[Month, int]
Placed = Mapping[Section, Mapping[Member, Months]]


def held(plan: Plan, book: Book, version: int) -> dict[Member, Months]:
    """Return what each expense holds by month, as known at a version of the book. One query."""
    result: defaultdict[Member, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    members: dict[tuple[int, int], Member | None] = {}
    months: dict[int, Month] = {}
    for account, expense, key, amount in movements(book, version):
        pair = account, expense
        if pair not in members:
            members[pair] = plan.member(account, expense)
        member = members[pair]
        if member is None:
            continue
        if key not in months:
            months[key] = Month.from_key(key)
        result[member][months[key]] += amount
    return dict(result)


def placed(plan: Plan, holdings: Mapping[Member, Months]) -> Placed:
    """Return what each section holds: an expense's months go where the expense is in that month."""
    result: defaultdict[Section, defaultdict[Member, dict[Month, int]]] = defaultdict(lambda: defaultdict(dict))
    for member in plan.members:
        for month, amount in holdings.get(member, {}).items():
            result[member.section(month)][member][month] = amount
    return result
