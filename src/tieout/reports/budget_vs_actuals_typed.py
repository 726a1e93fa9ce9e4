"""What people typed over the books, laid over the rows of budget vs actuals. Minor units, debit positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from tieout.budgets.content import OTHER_INCOME, REVENUE, Line
from tieout.core.month import Month
from tieout.expenses import sections
from tieout.expenses.cells import Beyond
from tieout.planning.actual_records import is_typed, names_of
from tieout.planning.actual_rows import ADJUSTMENT
from tieout.planning.actual_words import Words, typists
from tieout.planning.actuals import Actuals, SectionActuals, effective
from tieout.planning.actuals import Line as TypedLine
from tieout.reports.budget_vs_actuals_columns import Period
from tieout.reports.budget_vs_actuals_sides import Both
from tieout.reports.queries import LedgerAt, NoReport
from tieout.reports.question import Question

TYPED, BOOKS = "typed", "books"
_VIEWS = ((TYPED, "With typed actuals"), (BOOKS, "Books"))
_INCOME = {sections.REVENUE: REVENUE, sections.OTHER_INCOME: OTHER_INCOME}


def typed_views(at: LedgerAt) -> tuple[tuple[str, str], ...]:
    """Return the report's views: there is a choice where somebody typed anything."""
    return _VIEWS if is_typed(at.company) else ()


@dataclass(frozen=True, slots=True)
class Layer:
    """The rows as planning shows them, and how many months of them are typed."""

    rows: tuple[Both, ...]
    typed: int = 0


def with_typed(at: LedgerAt, asked: Question, rows: tuple[Both, ...], periods: Sequence[Period]) -> Layer:
    """Return rows with what is typed in any of the periods, and a row for each section's adjustment.

    A line's typed amount moves between it and the adjustment; a section's changes the total (`planning.actuals`).
    """
    if asked.view not in ("", TYPED, BOOKS):
        raise NoReport(f"{asked.view!r} is no view: {TYPED} or {BOOKS}")
    first, last = min(it.first for it in periods), max(it.last for it in periods)
    if asked.view == BOOKS or not is_typed(at.company, first, last):
        return Layer(rows)
    found = effective(at.company, at.book, first, last, estimated=False)
    words = Words(
        digits=at.book.digits,
        names=names_of(typists(found)),
        now=timezone.now(),
        pay_shown=asked.masked is None,
    )
    over = _Over(found, words)
    return Layer((*map(over.row, rows), *over.adjustments()), len(found.records) + len(found.moved))


@dataclass(frozen=True, slots=True)
class _Over:
    found: Actuals
    words: Words
    lines: dict[tuple[bool, str], list[TypedLine]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for section in self.found.sections:
            for line in section.lines:
                self.lines[section.income, line.key].append(line)

    def row(self, both: Both) -> Both:
        """Return a row with its typed months in place of the books'."""
        lines = self.lines.get((both.line.income, both.member.key), ()) if both.member else ()
        typed = {month: amount for line in lines for month, amount in self._typed(line)}
        if not typed:
            return both
        beyond = {
            month: Beyond(month, self._said(both.member.key, month), amount - both.actual.get(month, 0))
            for month, amount in typed.items()
            if both.member
        }
        return replace(both, actual={**both.actual, **typed}, beyond=beyond)

    def adjustments(self) -> Iterator[Both]:
        """Yield what the sections' totals have beyond their lines, where they have anything."""
        for section in self.found.sections:
            months = {month: it.adjustment for month, it in section.months.items() if it.adjustment}
            if months:
                yield Both(
                    key=f"{ADJUSTMENT}{section.key}",
                    line=_line(section),
                    section=section.key,
                    actual=months,
                    beyond={month: self._adjusted(section, month, it) for month, it in months.items()},
                )

    def _typed(self, line: TypedLine) -> Iterator[tuple[Month, int]]:
        for month, figure in line.figures.items():
            if figure.typed is not None:
                yield month, figure.typed.amount

    def _said(self, key: str, month: Month) -> str:
        return f"Typed over by {self.words.who(self.found.records[key, month])}"

    def _adjusted(self, section: SectionActuals, month: Month, amount: int) -> Beyond:
        record = self.found.records.get((section.key, month))
        moved = [it for it in self.found.moved if it.section == section.key and it.record.month == month]
        said = self.words.adjustment(section.months[month], moved, income=section.income)
        return Beyond(month, f"{self._said(section.key, month)}. {said}" if record else said, amount)


def _line(section: SectionActuals) -> Line:
    """Return where an adjustment stands: in its section, as today's labels have it."""
    if section.income:
        return Line(name=f"Adjustments to {section.label.lower()}", category=_INCOME[section.key])
    department = "" if section.key == sections.UNASSIGNED else section.label
    return Line(
        name=f"Adjustments to {section.label}",
        department=department,
        category=section.group_label or section.label,
    )


def beyond_of(members: Iterable[Both], first: Month | None, last: Month | None) -> tuple[Beyond, ...]:
    """Return what of some rows' months, both included, people typed beyond the books."""
    return tuple(
        it for both in members for month, it in sorted(both.beyond.items()) if first and last and first <= month <= last
    )
