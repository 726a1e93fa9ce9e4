"""From a figure to the lines that it is the sum of: row keys, their names, and what to ask the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments.categories import Category
from tieout.expenses.amounts import Holdings, holdings, nested
from tieout.expenses.models import Expense
from tieout.expenses.restated import Restated, restated
from tieout.expenses.sections import (
    OTHER_INCOME,
    PAYROLL,
    PAYROLL_LABEL,
    PEOPLE,
    PEOPLE_LABEL,
    REVENUE,
    TOTAL,
    TOTAL_LABEL,
    UNASSIGNED,
    UNASSIGNED_LABEL,
    Member,
    Plan,
    Section,
    shown_plan,
)
from tieout.expenses.streams import INCOME, LABELS, stream_plan
from tieout.ledger.closing import ClosedMonth, closed
from tieout.ledger.models import Book
from tieout.ledger.queries import Cell, cell_sum


class UnknownRow(LookupError):
    """The key names no row of this company."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Months of a figure whose lines can be asked for at once: as known at a version, which closed months fix.

    ``remapped`` is what these months were closed with beyond those lines: rules or the chart have changed since, so
    that lines were in this row then which are not now, or the other way round.
    """

    cell: Cell
    version: int
    sync: int = 0  # at which these months were closed, 0 for open ones
    remapped: int = 0


@dataclass(frozen=True, slots=True)
class Beyond:
    """What people typed of a month beyond its lines, and how that is told. Minor units, debit positive."""

    month: Month
    text: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCell:
    """A figure of the timeline: ``amount`` is the sum of the lines, and of what was re-mapped, of all ``segments``.

    There are several where months of the range hold different expenses, or were closed at different syncs. Minor units,
    debit positive.
    """

    key: str
    first: Month
    last: Month
    trail: tuple[str, ...]  # category, department …, outermost first; the last is the row's own name
    segments: tuple[Segment, ...]
    amount: int
    accounts: frozenset[int]
    restated: Restated = field(
        default_factory=Restated
    )  # what the books say beyond what closed months were closed with
    sign: int = 1  # what amounts are multiplied by when they are shown
    beyond: tuple[Beyond, ...] = ()  # what was typed over the lines, which is in the amount too

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


def cell(company: Company, book: Book, row_key: str, first: Month, last: Month) -> RowCell:
    """Return what a row's figure over months (both included) consists of. Raise UnknownRow for a key of no row."""
    income = _is_income(company, row_key)
    the_plan = stream_plan(company, book) if income else shown_plan(company, book)
    found = holdings(the_plan, book, first=first, last=last)
    return _row_cell(the_plan, book, found, _row(the_plan, found, row_key, last), row_key, first, last)


def members_cell(
    the_plan: Plan, book: Book, members: Collection[Member], first: Month, last: Month, *, key: str, name: str
) -> RowCell:
    """Return what the figure of some of a plan's expenses, or streams, consists of, wherever they stand."""
    found = holdings(the_plan, book, first=first, last=last)
    return _row_cell(the_plan, book, found, _Row((name,), members=frozenset(members)), key, first, last)


def _row_cell(
    the_plan: Plan, book: Book, found: Holdings, row: _Row, key: str, first: Month, last: Month
) -> RowCell:  # fmt: skip
    shut = {month: it for month, it in closed(book).items() if first <= month <= last}
    beside = restated(the_plan, book) if shut else {}
    runs = _runs(the_plan, row, first, last, shut)
    segments = tuple(segment for run in runs for segment in _segments(book, found, run))
    return RowCell(
        key=key,
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
        accounts=frozenset(account for segment in segments for account in segment.cell.accounts),
        restated=sum(
            (
                differs
                for member, months in beside.items()
                for month, differs in months.items()
                if month in shut and row.takes(member, month)
            ),
            Restated(),
        ),
        sign=-1 if the_plan.income else 1,
    )


def _is_income(company: Company, row_key: str) -> bool:
    """Return whether a key is one of the streams' rows."""
    leaf, _, section = row_key.partition("@")
    if section or leaf in LABELS:
        return (section or leaf) in LABELS
    kind, _, name = leaf.partition(":")
    known = name.isascii() and name.isdigit() and len(name) < 19
    return (
        kind in ("expense", "group")
        and known
        and Expense.objects.filter(company=company, pk=int(name), income=True).exists()
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Months in a row in which a row takes the same expenses, all open or all closed with the same version."""

    members: tuple[Member, ...]
    version: int  # 0: open
    sync: int
    months: tuple[Month, ...]


def _runs(the_plan: Plan, row: _Row, first: Month, last: Month, shut: Mapping[Month, ClosedMonth]) -> Iterator[_Run]:
    """Yield the runs of a row's months, oldest first."""

    def alike(month: Month) -> tuple[tuple[Member, ...], int, int]:
        members = tuple(member for member in the_plan.members if row.takes(member, month))
        return members, *((shut[month].version, shut[month].sync) if month in shut else (0, 0))

    for (members, version, sync), run in groupby(first.until(last + 1), key=alike):
        yield _Run(members, version, sync, tuple(run))


def _segments(book: Book, found: Holdings, run: _Run) -> Iterator[Segment]:
    """Yield a run's segments: the row's expenses, then what is in no expense; of closed months, with what is left."""
    cells = list(_cells(found, run))
    if not run.version:
        yield from (Segment(cell, book.published) for cell in cells)
        return
    lines = sum(cell_sum(book, cell, version=run.version) for cell in cells)
    shown = sum(found.months.get(member, {}).get(month, 0) for member in run.members for month in run.months)
    for at, cell in enumerate(cells):
        yield Segment(cell, run.version, run.sync, 0 if at else shown - lines)


def _cells(found: Holdings, run: _Run) -> Iterator[Cell]:
    first, last = run.months[0], run.months[-1]
    expenses = tuple(sorted(member.id for member in run.members if member.id))
    drawn = {account for member in run.members for account in found.accounts.get(member, ())}
    own = {member.account.id for member in run.members if member.account}
    # No expense, or no account, at all would mean every one to the ledger.
    if expenses and (drawn | own):
        yield Cell(first, last, accounts=tuple(sorted(drawn | own)), expenses=expenses)
    if loose := own & found.loose.keys():
        strays = {expense for account in loose for expense in found.loose[account]}
        yield Cell(first, last, accounts=tuple(sorted(loose)), expenses=tuple(sorted(strays)))


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
    if key in (TOTAL, INCOME):
        return _Row((LABELS.get(key, TOTAL_LABEL),))
    if key == PEOPLE:
        return _Row((PEOPLE_LABEL,), frozenset([PAYROLL]))
    if kind == "category" and name in set(Category):
        inside = (each for each in the_plan.departments if each.group == name)
        return _Row((Category(name).label,), frozenset(f"department:{each.pk}" for each in inside))
    return _Row(_trail(the_plan, key), frozenset([key]))


def _trail(the_plan: Plan, section: Section) -> tuple[str, ...]:
    if section == UNASSIGNED:
        return (UNASSIGNED_LABEL,)
    if section in (REVENUE, OTHER_INCOME):
        return (LABELS[section],)
    if section == PAYROLL:
        return PEOPLE_LABEL, PAYROLL_LABEL
    department = next((it for it in the_plan.departments if f"department:{it.pk}" == section), None)
    if department is None:
        raise UnknownRow(section)
    return department.group.label, department.name
