"""What people typed over the books, as the dashboard takes it: by section, and laid over the timeline's rows.

Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.amounts import Months
from tieout.expenses.periods import Span
from tieout.expenses.sections import Section
from tieout.ledger.models import Book
from tieout.planning.actual_records import is_typed
from tieout.planning.actual_rows import ADJUSTMENT
from tieout.planning.actuals import Actuals, SectionActuals, effective
from tieout.planning.timeline import Timeline
from tieout.planning.timeline_rows import TimelineRow

_EXPENSE = "expense:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedOver:
    """``sections`` are those that hold anything typed; ``beyond`` is by how much each is more than the books say."""

    sections: Sequence[SectionActuals] = ()
    beyond: Mapping[Section, Months] = field(default_factory=dict)
    lines: Mapping[tuple[Section, int], Months] = field(default_factory=dict)  # the same, by expense id

    def of(self, span: Span, *, income: bool | None = None, section: Section = "") -> int:
        """Return what was typed beyond the books in some months: of a side, of a section, or of all."""
        return sum(
            self._within(self.beyond.get(it.key, {}), span)
            for it in self.sections
            if (income is None or it.income is income) and section in ("", it.key)
        )

    def any(self, span: Span, *, income: bool | None = None, section: Section = "") -> bool:
        """Return whether a total of these months is another than the books'."""
        return any(
            self._within(self.beyond.get(it.key, {}), span)
            for it in self.sections
            if (income is None or it.income is income) and section in ("", it.key)
        )

    def over(self, months: Months, section: Section = "") -> dict[Month, int]:
        """Return months of income, or of one section of it, with what was typed; what is earned is positive."""
        result = dict(months)
        for it in self.sections:
            if it.income and section in ("", it.key):
                for month, amount in self.beyond[it.key].items():
                    result[month] = result.get(month, 0) - amount
        return result

    @staticmethod
    def _within(months: Months, span: Span) -> int:
        return sum(amount for month, amount in months.items() if span.first <= month <= span.last)


def typed_over(company: Company, book: Book, first: Month, last: Month) -> TypedOver:
    """Return what was typed over months that count as actuals, both included. One query where nothing was."""
    if not is_typed(company, first, last):
        return TypedOver()
    found = effective(company, book, first, last, estimated=False)
    beyond = {it.key: dict(_beyond(found, it)) for it in found.sections}
    lines: dict[tuple[Section, int], Months] = {}
    for section in found.sections:
        for line in section.lines:
            months = {
                month: figure.shown - (figure.imported or 0)
                for month, figure in line.figures.items()
                if figure.typed is not None
            }
            if months and line.key.startswith(_EXPENSE):
                lines[section.key, int(line.key.removeprefix(_EXPENSE))] = months
    holding = {section for section, months in beyond.items() if months} | {section for section, _ in lines}
    return TypedOver(
        sections=[it for it in found.sections if it.key in holding], beyond=beyond, lines=lines
    )  # fmt: skip


def _beyond(found: Actuals, section: SectionActuals) -> Iterator[tuple[Month, int]]:
    for month, it in section.months.items():
        if month in found.with_books and (amount := it.total - (it.own.imported or 0)):
            yield month, amount


def laid_over(shown: Timeline, over: TypedOver) -> Timeline:
    """Return a timeline of expenses with what was typed: rows, a row for each section's adjustment, and the total."""
    sections = [it for it in over.sections if not it.income]
    if not sections:
        return shown
    writer = _Writer(shown)
    for section in sections:
        writer.take(section, over)
    return writer.timeline()


class _Writer:
    """Adds to the rows of a timeline, column by column."""

    def __init__(self, shown: Timeline) -> None:
        self._shown = shown
        self._rows = {row.key: row for row in shown.rows}
        self._plus: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(shown.spans))
        self._total = [0] * len(shown.spans)
        self._more: list[TimelineRow] = []

    def take(self, section: SectionActuals, over: TypedOver) -> None:
        """Add what is typed of a section and of its lines; what is left is its adjustment."""
        rest = self._columns(over.beyond[section.key])
        for key in filter(None, (section.key, section.group)):
            self._add(key, rest)
        self._total = [one + more for one, more in zip(self._total, rest, strict=True)]
        for row in self._leaves(section.key):
            if months := over.lines.get((section.key, row.form)):
                columns = self._columns(months)
                self._add(row.key, columns)
                if row.level == 4:
                    self._add(row.parent, columns)
                rest = [one - less for one, less in zip(rest, columns, strict=True)]
        self._above(section)
        if any(rest):
            self._more.append(
                TimelineRow(
                    key=f"{ADJUSTMENT}{section.key}", label=f"Adjustments to {section.label}", level=3,
                    parent=section.key, amounts=tuple(rest), posted=False,
                )
            )  # fmt: skip

    def timeline(self) -> Timeline:
        """Return the timeline with all that was taken."""
        rows = [
            replace(row, amounts=self._with(row)) if row.key in self._plus else row
            for row in (*self._shown.rows, *self._more)
        ]
        total = tuple(one + more for one, more in zip(self._shown.total, self._total, strict=True))
        return replace(self._shown, rows=tuple(rows), total=total)

    def _with(self, row: TimelineRow) -> tuple[int | None, ...]:
        plus = self._plus[row.key]
        return tuple((one or 0) + more if more else one for one, more in zip(row.amounts, plus, strict=True))

    def _add(self, key: str, columns: Sequence[int]) -> None:
        self._plus[key] = [one + more for one, more in zip(self._plus[key], columns, strict=True)]

    def _columns(self, months: Months) -> list[int]:
        return [sum(months.get(month, 0) for month in span.months()) for span in self._shown.spans]

    def _leaves(self, section: Section) -> Iterator[TimelineRow]:
        above = {row.parent for row in self._shown.rows if row.level == 4}
        for row in self._shown.rows:
            if row.level >= 3 and row.key not in above:
                own = self._rows[row.parent].parent if row.level == 4 else row.parent
                if own == section:
                    yield row

    def _above(self, section: SectionActuals) -> None:
        """Make the rows that a section without expenses has none of."""
        nothing = (0,) * len(self._shown.spans)
        wanted = [(section.group, section.group_label, 1, ""), (section.key, section.label, 2, section.group)]
        if not section.group:
            wanted = [(section.key, section.label, 1, "")]
        for key, label, level, parent in wanted:
            if key not in self._rows:
                row = TimelineRow(key=key, label=label, level=level, parent=parent, amounts=nothing)
                self._rows[key] = row
                self._more.append(row)
