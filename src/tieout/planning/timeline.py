"""The timeline: category, department and expense down, months across. Amounts are minor units, debit positive.

Σ rows = the ledger's expense total in every month: whatever an expense account holds is in exactly one section.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments.categories import Category
from tieout.expenses.amounts import Holdings, Months, Placed, holdings, placed
from tieout.expenses.periods import Span
from tieout.expenses.sections import (
    PAYROLL,
    PAYROLL_LABEL,
    PEOPLE,
    PEOPLE_LABEL,
    UNASSIGNED,
    UNASSIGNED_LABEL,
    Filter,
    Member,
    Plan,
    Section,
    plan,
)
from tieout.expenses.tying import Tying, tying
from tieout.ledger.models import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """A row: one amount a span, None where the row has no part in it. ``level`` is 1, 2 or 3; 3 is an expense."""

    key: str
    label: str
    level: int
    amounts: tuple[int | None, ...]
    parent: str = ""  # the key of the row that it is shown under
    code: str = ""
    hint: str = ""
    differing: frozenset[int] = frozenset()  # positions of spans in which an account of it differs from the books


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Rows in the order of the page, and the total of all expenses, which no filter touches."""

    spans: tuple[Span, ...]
    rows: tuple[TimelineRow, ...]
    total: tuple[int, ...]
    tied: tuple[bool | None, ...]  # of the total: True ties, False differs, None was not compared

    @property
    def shown(self) -> tuple[int, ...]:
        """What the rows sum to: the total, unless a filter left some out."""
        tops = [row for row in self.rows if row.level == 1]
        return tuple(sum(row.amounts[at] or 0 for row in tops) for at in range(len(self.spans)))


def timeline(
    company: Company, book: Book, spans: Sequence[Span], *, only: Filter | None = None, version: int | None = None
) -> Timeline:
    """Return the expenses of a book by section over the spans, as known at a version (default: the published one)."""
    version = book.published if version is None else version
    the_plan = plan(company, book, version)
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    found = holdings(the_plan, book, version, first=first, last=last)
    return _Writer(the_plan, found, tuple(spans), tying(book)).timeline(only or Filter())


class _Writer:
    """Writes placed amounts as rows."""

    def __init__(self, the_plan: Plan, found: Holdings, spans: tuple[Span, ...], ties: Tying) -> None:
        self._plan = the_plan
        self._placed = placed(the_plan, found.months)
        self._accounts = found.accounts
        self._spans = spans
        self._ties = ties
        self._moved = _in_several(self._placed)
        self._places: defaultdict[Month, list[int]] = defaultdict(list)  # of the spans that hold a month
        for at, span in enumerate(spans):
            for month in span.months():
                self._places[month].append(at)
        self._differing: defaultdict[int, set[int]] = defaultdict(set)
        for account, month in ties.differing:
            self._differing[account].update(self._places.get(month, ()))

    def timeline(self, only: Filter) -> Timeline:
        months: defaultdict[Month, int] = defaultdict(int)
        for members in self._placed.values():
            for amounts in members.values():
                for month, amount in amounts.items():
                    months[month] += amount
        return Timeline(
            spans=self._spans,
            rows=tuple(self._rows(only)),
            total=self._sums(months),
            tied=tuple(self._ties.state(self._plan.accounts, span) for span in self._spans),
        )

    def _rows(self, only: Filter) -> Iterator[TimelineRow]:
        for category in Category:
            inside = [each for each in self._plan.departments if each.group is category]
            sections = [(f"department:{each.pk}", each.name) for each in inside]
            yield from self._category(f"category:{category.value}", category.label, sections, only)
        yield from self._category(PEOPLE, PEOPLE_LABEL, [(PAYROLL, PAYROLL_LABEL)], only)
        if leaves := self._leaves(UNASSIGNED, only):
            yield _sum_of(UNASSIGNED, UNASSIGNED_LABEL, 1, leaves)
            yield from leaves

    def _category(
        self, key: str, label: str, sections: Iterable[tuple[Section, str]], only: Filter
    ) -> Iterator[TimelineRow]:
        inside: list[TimelineRow] = []
        for section, name in sections:
            if leaves := self._leaves(section, only):
                inside += [_sum_of(section, name, 2, leaves, parent=key), *leaves]
        if inside:
            yield _sum_of(key, label, 1, [row for row in inside if row.level == 2])
            yield from inside

    def _leaves(self, section: Section, only: Filter) -> list[TimelineRow]:
        """Return a section's expenses that have anything to show."""
        members = self._placed.get(section, {})
        leaves = [self._leaf(it, section, months) for it, months in members.items() if only.takes(section, it)]
        return [leaf for leaf in leaves if any(leaf.amounts)]

    def _leaf(self, member: Member, section: Section, months: Months) -> TimelineRow:
        moved = member in self._moved
        sums = self._sums(months)
        return TimelineRow(
            key=f"{member.key}@{section}" if moved else member.key,
            label=member.name,
            level=3,
            parent=section,
            amounts=tuple(
                amount if not moved or any(member.section(month) == section for month in span.months()) else None
                for amount, span in zip(sums, self._spans, strict=True)
            ),
            code=member.code,
            hint=member.parent,
            differing=frozenset(at for it in self._accounts.get(member, ()) for at in self._differing.get(it, ())),
        )

    def _sums(self, months: Months) -> tuple[int, ...]:
        sums = [0] * len(self._spans)
        for month, amount in months.items():
            for at in self._places.get(month, ()):
                sums[at] += amount
        return tuple(sums)


def _in_several(holdings: Placed) -> set[Member]:
    """Return the expenses whose months lie in more than one section."""
    seen: set[Member] = set()
    several: set[Member] = set()
    for members in holdings.values():
        several |= seen & members.keys()
        seen |= members.keys()
    return several


def _sum_of(key: str, label: str, level: int, rows: Sequence[TimelineRow], parent: str = "") -> TimelineRow:
    columns: Iterable[tuple[int | None, ...]] = zip(*(row.amounts for row in rows), strict=True)
    differing: frozenset[int] = frozenset()
    return TimelineRow(
        key=key,
        label=label,
        level=level,
        parent=parent,
        amounts=tuple(sum(amount or 0 for amount in column) for column in columns),
        differing=differing.union(*(row.differing for row in rows)),
    )
