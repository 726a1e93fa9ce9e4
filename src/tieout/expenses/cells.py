"""From a figure to the lines that it is the sum of: row keys, their names, and what to ask the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments.categories import Category
from tieout.expenses.amounts import Holdings, holdings, nested
from tieout.expenses.sections import (
    PAYROLL,
    PAYROLL_LABEL,
    PEOPLE,
    PEOPLE_LABEL,
    TOTAL,
    TOTAL_LABEL,
    UNASSIGNED,
    UNASSIGNED_LABEL,
    Member,
    Plan,
    Section,
    plan,
)
from tieout.ledger.models import Book
from tieout.ledger.queries import Cell


class UnknownRow(LookupError):
    """The key names no row of this company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCell:
    """A figure of the timeline: its lines are those of all ``segments``, and ``amount`` is their sum as kept.

    There are several segments only where months of the range hold different expenses. Minor units, debit positive.
    """

    key: str
    first: Month
    last: Month
    trail: tuple[str, ...]  # category, department …, outermost first; the last is the row's own name
    segments: tuple[Cell, ...]
    amount: int
    accounts: frozenset[int]

    @property
    def title(self) -> str:
        """The row's own name."""
        return self.trail[-1]


@dataclass(frozen=True, slots=True)
class _Row:
    """Which expenses a row takes, and what it is called."""

    trail: tuple[str, ...]
    sections: frozenset[Section] | None = None  # None: all
    members: frozenset[Member] | None = None  # None: all

    def takes(self, member: Member, month: Month) -> bool:
        if self.members is not None and member not in self.members:
            return False
        return self.sections is None or member.section(month) in self.sections


def cell(
    company: Company, book: Book, row_key: str, first: Month, last: Month, *, version: int | None = None
) -> RowCell:
    """Return what a row's figure over months (both included) consists of. Raise UnknownRow for a key of no row."""
    version = book.published if version is None else version
    the_plan = plan(company, book, version)
    found = holdings(the_plan, book, version, first=first, last=last)
    row = _row(the_plan, found, row_key, last)
    segments = tuple(_segments(the_plan, found, row, first, last))
    return RowCell(
        key=row_key,
        first=first,
        last=last,
        trail=row.trail,
        segments=segments,
        amount=sum(
            amount
            for member, months in found.months.items()
            for month, amount in months.items()
            if row.takes(member, month)
        ),
        accounts=frozenset(account for segment in segments for account in segment.accounts),
    )


def _segments(the_plan: Plan, found: Holdings, row: _Row, first: Month, last: Month) -> Iterator[Cell]:
    """Yield runs of months in which the row takes the same expenses, oldest first."""

    def taken(month: Month) -> tuple[Member, ...]:
        return tuple(member for member in the_plan.members if row.takes(member, month))

    for members, run in groupby(first.until(last + 1), key=taken):
        months = list(run)
        expenses = tuple(sorted(member.id for member in members if member.id))
        drawn = {account for member in members for account in found.accounts.get(member, ())}
        own = {member.account.id for member in members if member.account}
        # No expense, or no account, at all would mean every one to the ledger.
        if expenses and (drawn | own):
            yield Cell(months[0], months[-1], accounts=tuple(sorted(drawn | own)), expenses=expenses)
        if loose := own & found.loose.keys():
            strays = {expense for account in loose for expense in found.loose[account]}
            yield Cell(months[0], months[-1], accounts=tuple(sorted(loose)), expenses=tuple(sorted(strays)))


def _row(the_plan: Plan, found: Holdings, key: str, month: Month) -> _Row:
    """Return what a key stands for; an expense's trail is that of the month."""
    leaf, _, section = key.partition("@")
    kind, _, name = leaf.partition(":")
    if kind in ("expense", "account"):
        member = next((it for it in the_plan.members if it.key == leaf), None)
        if member is None:
            raise UnknownRow(key)
        sections = frozenset([section]) if section else None
        return _Row((*_trail(the_plan, section or member.section(month)), member.label), sections, frozenset([member]))
    if kind == "group":
        above = next((it for it in the_plan.members if it.key == f"expense:{name}"), None)
        if above is None:
            raise UnknownRow(key)
        below = [it for it, under in nested(the_plan, found.accounts).items() if under is above]
        sections = frozenset([section]) if section else None
        trail = (*_trail(the_plan, section or above.section(month)), above.label)
        return _Row(trail, sections, frozenset([above, *below]))
    if key == TOTAL:
        return _Row((TOTAL_LABEL,))
    if key == PEOPLE:
        return _Row((PEOPLE_LABEL,), frozenset([PAYROLL]))
    if kind == "category" and name in set(Category):
        inside = (each for each in the_plan.departments if each.group == name)
        return _Row((Category(name).label,), frozenset(f"department:{each.pk}" for each in inside))
    return _Row(_trail(the_plan, key), frozenset([key]))


def _trail(the_plan: Plan, section: Section) -> tuple[str, ...]:
    if section == UNASSIGNED:
        return (UNASSIGNED_LABEL,)
    if section == PAYROLL:
        return PEOPLE_LABEL, PAYROLL_LABEL
    department = next((it for it in the_plan.departments if f"department:{it.pk}" == section), None)
    if department is None:
        raise UnknownRow(section)
    return department.group.label, department.name
