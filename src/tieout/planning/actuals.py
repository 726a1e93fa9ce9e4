"""Actuals as planning pages show them: the books, what people typed over them, estimates, and adjustments.

`effective` is what a page asks: each section's months, layer by layer. Amounts are minor units, debit positive: a cost
is positive and income negative. Reports of the ledger never ask this module: they show the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tieout.companies.models import Company
from tieout.core.actuals import Figure, Moved, SectionMonth
from tieout.core.month import Month
from tieout.departments.categories import Category
from tieout.expenses.amounts import Holdings, holdings
from tieout.expenses.periods import admitted_through
from tieout.expenses.sections import (
    OTHER_INCOME,
    PAYROLL,
    PAYROLL_LABEL,
    PEOPLE,
    PEOPLE_LABEL,
    REVENUE,
    UNASSIGNED,
    UNASSIGNED_LABEL,
    Member,
    Plan,
    Section,
    shown_plan,
)
from tieout.expenses.streams import INCOME, LABELS, stream_plan
from tieout.ledger.models import Book
from tieout.planning.actual_estimates import estimates
from tieout.planning.actual_records import BANK, Record, records

Place = tuple[str, Month]
"""A cell: a row's key and a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a section, in the months in which it stands there."""

    key: str  # "expense:34": typed amounts are kept by it
    label: str
    figures: Mapping[Month, Figure]
    code: str = ""
    hint: str = ""
    linked: bool = False
    posted: bool = True  # whether it has entries in the books
    locked: frozenset[Month] = frozenset()  # months that nobody can type
    always: bool = False  # it is shown even where it is zero

    @property
    def name(self) -> str:
        """Number and name."""
        return f"{self.code} {self.label}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionActuals:
    """A section: its subtotal can be typed, and its lines. ``group`` is the row that adds it up with others."""

    key: Section
    label: str
    group: str
    group_label: str
    lines: tuple[Line, ...]
    months: Mapping[Month, SectionMonth]
    income: bool = False
    posted: bool = True
    typed_whole: bool = True  # whether its subtotal can be typed


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedCell:
    """A typed amount whose row is gone; the adjustment of ``section`` takes it."""

    record: Record
    section: Section

    @property
    def whole(self) -> bool:
        """Whether the row was a section itself."""
        return is_section(self.record.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actuals:
    """The months of a range. Σ of a section's lines + its adjustment = its total, in each month."""

    months: tuple[Month, ...]
    sections: tuple[SectionActuals, ...]
    records: Mapping[Place, Record]  # what is typed, by the rows that there are
    moved: tuple[MovedCell, ...]
    with_books: frozenset[Month]  # months of which the books say anything

    def section(self, key: Section) -> SectionActuals | None:
        """Return a section by its key."""
        return next((it for it in self.sections if it.key == key), None)

    def figures(self) -> Iterator[tuple[Place, str, Section, Figure]]:
        """Yield each row's month that can be typed: its place, what it is called, its section, and its layers."""
        for section in self.sections:
            for month, found in section.months.items() if section.typed_whole else ():
                yield (section.key, month), section.label, section.key, found.own
            for line in section.lines:
                for month, figure in line.figures.items():
                    if month not in line.locked:
                        yield (line.key, month), line.name, section.key, figure


def is_section(row: str) -> bool:
    """Return whether a row's key is that of a section."""
    return row.partition(":")[0] in {"department", PAYROLL, UNASSIGNED, REVENUE, OTHER_INCOME}


def has_books(book: Book, month: Month, through: Month | None) -> bool:
    """Return whether the books say anything of a month: from their first one through the last admitted one."""
    return Month.of(book.start) <= month <= (through or month)


def effective(company: Company, book: Book, first: Month, last: Month, *, estimated: bool = True) -> Actuals:
    """Return the actuals of months, both included, as planning pages show them: a closed month from its copy.

    A handful of queries, whatever the number of rows; one forecast more for each fiscal year in which a line has
    neither books nor a typed amount, unless nothing is to be ``estimated``.
    """
    months = tuple(first.until(last + 1))
    through = admitted_through(company)
    booked = frozenset(month for month in months if has_books(book, month, through))
    maker = _Maker(company, book, months, booked, estimated=estimated)
    plans = (stream_plan(company, book), shown_plan(company, book))
    return maker.actuals([it for one in plans for it in maker.side(one, holdings(one, book))])


class _Maker:
    """Makes sections of one range; knows which typed amounts have found their row."""

    def __init__(
        self, company: Company, book: Book, months: tuple[Month, ...], booked: frozenset[Month], *, estimated: bool
    ) -> None:
        self._estimated = estimated
        self._company, self._book = company, book
        self._months, self._booked = months, booked
        self._records = {(it.row, it.month): it for it in _of_sections(company, months)}
        self._found: dict[Place, Record] = {}
        self._alive: set[Section] = set()
        self._kept: list[SectionActuals] = []

    def actuals(self, sections: Sequence[SectionActuals]) -> Actuals:
        """Return the whole: typed amounts that have found no row go to their section's adjustment."""
        alive = {it.key for it in sections}
        used = {record.pk for record in self._found.values()}
        moved = tuple(
            MovedCell(record=it, section=it.section if it.section in alive else UNASSIGNED)
            for it in self._records.values()
            if it.pk not in used
        )
        return Actuals(
            months=self._months,
            sections=tuple(_with_moved(it, [cell for cell in moved if cell.section == it.key]) for it in sections),
            records=self._found,
            moved=moved,
            with_books=self._booked,
        )

    def side(self, the_plan: Plan, found: Holdings) -> Iterator[SectionActuals]:
        """Yield the sections of one plan, those without lines too."""
        lines: defaultdict[Section, list[Line]] = defaultdict(list)
        guessed = self._estimates(the_plan, found)
        for member in the_plan.members:
            for section, figures in self._figures(member, found, guessed).items():
                lines[section].append(
                    Line(
                        key=member.key, label=member.name, code=member.code, hint=member.parent, linked=member.linked,
                        figures=figures, posted=member in found.accounts,
                    )
                )  # fmt: skip
        for key, label, group, group_label in _sections(the_plan):
            made = self._section(key, label, (group, group_label), lines.get(key, []))
            yield replace(made, income=the_plan.income)

    def typed(self, key: str, month: Month, *others: str) -> Record | None:
        """Return what is typed in a cell, noting that it has its row. ``others`` are keys that the row had before."""
        for name in (key, *others):
            if record := self._records.get((name, month)):
                self._found[key, month] = record
                return record
        return None

    def _figures(
        self, member: Member, found: Holdings, guessed: Mapping[int, Mapping[Month, int]]
    ) -> dict[Section, dict[Month, Figure]]:
        """Return a member's months by the section in which it stands in each."""
        result: defaultdict[Section, dict[Month, Figure]] = defaultdict(dict)
        held, owns = found.months.get(member, {}), _owned(member, found)
        others = [f"account:{member.account.id}"] if member.account and member.id else []
        for month in self._months:
            imported = held.get(month, 0) if month in self._booked and (owns or month in held) else None
            record = self.typed(member.key, month, *others)
            result[member.section(month)][month] = Figure(
                imported=imported,
                typed=record.typed if record else None,
                estimate=guessed.get(member.id, {}).get(month),
            )
        return result

    def _estimates(self, the_plan: Plan, found: Holdings) -> Mapping[int, Mapping[Month, int]]:
        if not self._estimated:
            return {}
        without = [it for it in the_plan.members if not _owned(it, found)]
        months = [it for it in self._months if it in self._booked]
        return estimates(self._company, self._book, without, months)

    def _section(self, key: Section, label: str, group: tuple[str, str], lines: list[Line]) -> SectionActuals:
        months = {}
        for month in self._months:
            here = [line.figures[month] for line in lines if month in line.figures]
            imported = sum(it.imported or 0 for it in here) if month in self._booked else None
            record = self.typed(key, month)
            months[month] = SectionMonth(
                own=Figure(imported=imported, typed=record.typed if record else None), lines=here
            )
        return SectionActuals(
            key=key, label=label, group=group[0], group_label=group[1], lines=tuple(lines), months=months
        )


def _of_sections(company: Company, months: Sequence[Month]) -> Iterator[Record]:
    """Yield what is typed of sections and their lines; balances are cash's (`actual_cash`)."""
    return (it for it in records(company, months[0], months[-1]) if not it.row.startswith(BANK))


def _owned(member: Member, found: Holdings) -> bool:
    """Return whether the books say what a member comes to: it has an account, or rules that take lines for it."""
    return member.account is not None or member.linked or member in found.accounts


def _with_moved(section: SectionActuals, cells: Collection[MovedCell]) -> SectionActuals:
    if not cells:
        return section
    months = dict(section.months)
    for cell in cells:
        found = months[cell.record.month]
        months[cell.record.month] = SectionMonth(
            own=found.own, lines=found.lines, moved=[*found.moved, Moved(cell.record.typed, whole=cell.whole)]
        )
    return replace(section, months=months)


def _sections(the_plan: Plan) -> Iterator[tuple[Section, str, str, str]]:
    """Yield a plan's sections in the order of the page: key, name, and the group that adds them up."""
    if the_plan.income:
        for key in (REVENUE, OTHER_INCOME):
            yield key, LABELS[key], INCOME, "Income"
        return
    for category in Category:
        for it in the_plan.departments:
            if it.group is category:
                yield f"department:{it.pk}", it.name, f"category:{category.value}", category.label
    yield PAYROLL, PAYROLL_LABEL, PEOPLE, PEOPLE_LABEL
    yield UNASSIGNED, UNASSIGNED_LABEL, "", ""
