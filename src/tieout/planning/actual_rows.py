"""The Actuals grid's rows: sections with their lines and adjustments, and what adds them up, over columns of months.

Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tieout.core.actuals import Figure, Origin, SectionMonth
from tieout.core.month import Month
from tieout.expenses.periods import Span
from tieout.expenses.sections import PAYROLL, TOTAL, TOTAL_LABEL
from tieout.expenses.streams import INCOME, LABELS
from tieout.planning.actual_people import BY_PERSON
from tieout.planning.actuals import Actuals, Line, SectionActuals

ADJUSTMENT = "adjustment:"
NET = "net"
INCOME_FOOT = f"{INCOME}:foot"


class Look(StrEnum):
    """What of the company the page shows."""

    COMBINED = "combined"
    REVENUE = "revenue"
    EXPENSES = "expenses"
    PAYROLL = "payroll"

    @property
    def label(self) -> str:
        """What the page calls it."""
        return _NAMES[self]

    def takes(self, section: SectionActuals) -> bool:
        """Return whether a section is on the page."""
        match self:
            case Look.COMBINED:
                return section.key != BY_PERSON
            case Look.REVENUE:
                return section.income
            case Look.EXPENSES:
                return not section.income and section.key not in (PAYROLL, BY_PERSON)
            case Look.PAYROLL:
                return section.key in (PAYROLL, BY_PERSON)


_NAMES = {
    Look.COMBINED: "Combined",
    Look.REVENUE: "Revenue",
    Look.EXPENSES: "Non-payroll expenses",
    Look.PAYROLL: "Payroll",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A row's span. ``figure`` is that of a single month; ``typed`` counts the typed months that a span holds."""

    amount: int | None
    figure: Figure | None = None
    month: SectionMonth | None = None  # of an adjustment: what it is the difference of
    unexplained: int = 0  # of an unexplained change of cash: how much of it typed balances make
    typed: int = 0
    moved_on: int = 0
    estimated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualRow:
    """A row of the grid. ``line`` and ``section`` say what it stands for; a sum of others has neither."""

    key: str
    label: str
    level: int
    parent: str
    cells: tuple[ShownCell, ...]
    line: Line | None = None
    section: SectionActuals | None = None
    income: bool = False
    adjustment: bool = False
    cash: bool = False  # the adjustment is an unexplained change of cash
    entries: bool = True
    expandable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FootRow:
    """A row at the foot; ``turned`` is shown with the other sign."""

    key: str
    label: str
    cells: tuple[ShownCell, ...]
    turned: bool = False
    entries: bool = False


def rows(found: Actuals, spans: Sequence[Span], look: Look, *, everything: bool = False) -> list[ActualRow]:
    """Return the rows of a view, each above those below it. What is zero throughout is left out, unless asked for."""
    result: list[ActualRow] = []
    for group, label, sections in _groups(it for it in found.sections if look.takes(it)):
        inside = [row for it in sections for row in _section(it, spans, everything=everything)]
        if group and inside:
            cells = sum_of(found, spans, [it.key for it in sections])
            result.append(
                ActualRow(
                    key=group, label=label, level=1, parent="", cells=cells, expandable=True, income=sections[0].income
                )
            )
        result += inside
    return result


def feet(found: Actuals, spans: Sequence[Span], look: Look) -> list[FootRow]:
    """Return what stands at the foot of a view: it adds what is shown, and is never typed."""
    sections = [it for it in found.sections if it.key != BY_PERSON]
    income = [it.key for it in sections if it.income]
    costs = [it.key for it in sections if not it.income]

    def foot(key: str, label: str, keys: Sequence[str], *, turned: bool = False, entries: bool = False) -> FootRow:
        return FootRow(key=key, label=label, cells=sum_of(found, spans, keys), turned=turned, entries=entries)

    match look:
        case Look.REVENUE:
            return [foot(INCOME_FOOT, LABELS[INCOME], income, turned=True)]
        case Look.EXPENSES:
            return [foot(TOTAL, "Total non-payroll expenses", [it for it in costs if it != PAYROLL])]
        case Look.PAYROLL:
            return [foot(TOTAL, "Total payroll", [_payroll(found)])]
        case Look.COMBINED:
            net = foot(NET, "Net income", [*income, *costs], turned=True)
            return [foot(TOTAL, TOTAL_LABEL, costs, entries=True), net]


def sum_of(found: Actuals, spans: Sequence[Span], keys: Sequence[str]) -> tuple[ShownCell, ...]:
    """Return the sum of what sections show. What is above sections is never typed: it adds them."""
    months = [it.months for it in found.sections if it.key in keys]
    result = []
    for span in spans:
        here = [of[month] for of in months for month in span.months() if month in of]
        typed = sum(it.own.typed is not None for it in here)
        result.append(ShownCell(amount=sum(it.total for it in here), typed=typed))
    return tuple(result)


def _payroll(found: Actuals) -> str:
    marked = found.section(PAYROLL)
    return PAYROLL if (marked and marked.lines) or not found.section(BY_PERSON) else BY_PERSON


def _groups(sections: Iterable[SectionActuals]) -> Iterator[tuple[str, str, list[SectionActuals]]]:
    groups: dict[str, list[SectionActuals]] = {}
    for it in sections:
        groups.setdefault(it.group or it.key, []).append(it)
    for inside in groups.values():
        yield inside[0].group, inside[0].group_label, inside


def _section(section: SectionActuals, spans: Sequence[Span], *, everything: bool) -> list[ActualRow]:
    """Return a section's row with its lines, and its adjustment where there is any."""
    level = 2 if section.group else 1
    lines = [it for it in section.lines if everything or _says_anything(it, spans)]
    own = _cells(spans, lambda month: _own(section, month))
    adjusted = any(it.adjustment for it in section.months.values()) and (section.typed_whole or bool(lines))
    wanted = lines or adjusted or everything or any(cell.amount or cell.typed for cell in own)
    if not wanted or (section.key == BY_PERSON and not lines):
        return []
    below = [_line(section, it, spans, level + 1) for it in lines]
    if adjusted:
        below.append(
            ActualRow(
                key=f"{ADJUSTMENT}{section.key}", label=f"Adjustments to {_adjusted(section)}", level=level + 1,
                parent=section.key, section=section, income=section.income, adjustment=True,
                cells=_cells(spans, lambda month: _adjustment(section, month)),
            )
        )  # fmt: skip
    head = ActualRow(
        key=section.key, label=section.label, level=level, parent=section.group, section=section, cells=own,
        income=section.income, expandable=bool(below),
    )  # fmt: skip
    return [head, *below]


def _adjusted(section: SectionActuals) -> str:
    return "payroll" if section.key == BY_PERSON else section.label


def _line(section: SectionActuals, line: Line, spans: Sequence[Span], level: int) -> ActualRow:
    """Return a line's row; of one that stands in several sections, each has its months."""
    return ActualRow(
        key=f"{line.key}@{section.key}" if len(line.figures) < len(section.months) else line.key,
        label=line.label,
        level=level,
        parent=section.key,
        line=line,
        section=section,
        income=section.income,
        cells=_cells(spans, lambda month: _of_line(line, month)),
    )


def _says_anything(line: Line, spans: Sequence[Span]) -> bool:
    return line.always or any(
        figure.shown or figure.typed for span in spans for month in span.months() if (figure := line.figures.get(month))
    )


def _cells(spans: Sequence[Span], of: Callable[[Month], ShownCell | None]) -> tuple[ShownCell, ...]:
    return tuple(_span(span, of) for span in spans)


def _span(span: Span, of: Callable[[Month], ShownCell | None]) -> ShownCell:
    cells = [cell for month in span.months() if (cell := of(month)) is not None]
    if len(cells) == 1 and span.first == span.last:
        return cells[0]
    known = [cell.amount for cell in cells if cell.amount is not None]
    return ShownCell(
        amount=sum(known) if known else None,
        typed=sum(cell.typed for cell in cells),
        moved_on=sum(cell.moved_on for cell in cells),
        estimated=sum(cell.estimated for cell in cells),
    )


def _of_line(line: Line, month: Month) -> ShownCell | None:
    figure = line.figures.get(month)
    return shown_cell(figure.shown, figure) if figure else None


def _own(section: SectionActuals, month: Month) -> ShownCell | None:
    found = section.months.get(month)
    return shown_cell(found.total, found.own) if found else None


def _adjustment(section: SectionActuals, month: Month) -> ShownCell | None:
    found = section.months.get(month)
    return ShownCell(amount=found.adjustment or None, month=found) if found else None


def shown_cell(amount: int, figure: Figure) -> ShownCell:
    """Return the cell of a single month."""
    return ShownCell(
        amount=amount,
        figure=figure,
        typed=int(figure.origin is Origin.TYPED),
        moved_on=int(figure.moved_on),
        estimated=int(figure.origin is Origin.ESTIMATED),
    )
