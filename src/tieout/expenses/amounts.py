"""What each section of the plan holds, month by month: the ledger's sums, placed. Minor units, debit positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from tieout.core.month import Month
from tieout.expenses.sections import Member, Plan, Section
from tieout.ledger.closing import shown_movements
from tieout.ledger.models import Book
from tieout.ledger.movements import Movement, movements

Months = Mapping[Month, int]
Placed = Mapping[Section, Mapping[Member, Months]]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What each expense holds by month, and the accounts (row ids) that it ever drew from."""

    months: Mapping[Member, Months]
    accounts: Mapping[Member, frozenset[int]]
    loose: Mapping[int, frozenset[int]]  # account to expenses that are not the plan's: the account's own holds those


def holdings(plan: Plan, book: Book, *, first: Month | None = None, last: Month | None = None) -> Holdings:
    """Return what each expense holds as planning pages show it: a closed month from its copy.

    Months before ``first`` and after ``last`` are left out; the accounts are those of all months.
    """
    shown = shown_movements(book, book.published)
    return _laid(plan, (it[:4] for it in shown if it.type is plan.type), first, last)


def held(plan: Plan, book: Book, *, first: Month | None = None, last: Month | None = None) -> Mapping[Member, Months]:
    """Return what each expense holds by month: see `holdings`."""
    return holdings(plan, book, first=first, last=last).months


def held_in_books(plan: Plan, book: Book) -> Mapping[Member, Months]:
    """Return what each expense holds by month in the books as published, closed months too."""
    return _laid(plan, movements(book, book.published), None, None).months


def _laid(plan: Plan, sums: Iterable[Movement], first: Month | None, last: Month | None) -> Holdings:
    start, end = first.key if first else 0, last.key if last else 999999
    months: defaultdict[Member, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    accounts: defaultdict[Member, set[int]] = defaultdict(set)
    loose: defaultdict[int, set[int]] = defaultdict(set)
    placed_in = {member.id for member in plan.members if member.id}
    holder = plan.holder()
    month_of = cache(Month.from_key)  # a book has few months and many sums
    for account, expense, key, amount in sums:
        if member := holder(account, expense):
            accounts[member].add(account)
            if expense not in placed_in:
                loose[account].add(expense)
            if start <= key <= end:
                months[member][month_of(key)] += amount
    return Holdings(
        dict(months),
        {member: frozenset(drawn) for member, drawn in accounts.items()},
        {account: frozenset(strays) for account, strays in loose.items()},
    )


def nested(plan: Plan, accounts: Mapping[Member, frozenset[int]]) -> dict[Member, Member]:
    """Return which linked expenses stand under an account's: all their lines are its, and they stand where it does."""
    by_account = {member.account.id: member for member in plan.members if member.account}
    result = {}
    for member in plan.members:
        drawn = accounts.get(member, frozenset())
        if member.account is None and member.linked and len(drawn) == 1:
            above = by_account[next(iter(drawn))]
            if bool(above.payroll) == bool(member.payroll) and above.periods == member.periods:
                result[member] = above
    return result


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
