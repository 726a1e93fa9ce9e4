"""The Cash tab's rows: beginning, what came and went by counterpart account, what is unexplained, ending by account."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.expenses.periods import Span
from tieout.planning.actual_cash import CashActuals
from tieout.planning.actual_records import CASH
from tieout.planning.actual_rows import ActualRow, ShownCell, shown_cell
from tieout.planning.actuals import Line, SectionActuals

BEGINS, UNEXPLAINED, NET, ENDS = "begins", "unexplained", "net", "ends"
_LABELS = {
    BEGINS: "Beginning cash",
    UNEXPLAINED: "Unexplained cash change",
    NET: "Net change in cash",
    ENDS: "Ending cash",
}


def cash_rows(found: CashActuals, spans: Sequence[Span]) -> list[ActualRow]:
    """Return the rows, each above those below it. A quarter begins with its first month and ends with its last."""
    section = SectionActuals(
        key=CASH, label="Cash", group="", group_label="", lines=found.banks, months={}, typed_whole=False
    )  # fmt: skip
    made = [_sum(found, spans, BEGINS, lambda months: found.cash[months[0]].begins)]
    for flow in Flow:
        made += _flow(found, spans, flow)
    if any(it.unexplained for it in found.cash.values()):
        made.append(_unexplained(found, spans, section))
    made.append(_sum(found, spans, NET, lambda months: found.cash[months[-1]].ends - found.cash[months[0]].begins))
    ends = _sum(found, spans, ENDS, lambda months: found.cash[months[-1]].ends, expandable=bool(found.banks))
    return [*made, ends, *(_bank(found, spans, line, section) for line in found.banks)]


def _sum(
    found: CashActuals, spans: Sequence[Span], key: str, of: Callable[[list[Month]], int], *, expandable: bool = False
) -> ActualRow:
    cells = tuple(ShownCell(amount=of(months) if (months := _months(found, span)) else None) for span in spans)
    return ActualRow(key=key, label=_LABELS[key], level=1, parent="", cells=cells, expandable=expandable)


def _flow(found: CashActuals, spans: Sequence[Span], flow: Flow) -> list[ActualRow]:
    inside = found.flows.of(flow)
    if not inside and flow is Flow.TRANSFERS:
        return []
    whole = [sum(found.flows.total(flow, month) for month in _months(found, span)) for span in spans]
    head = ActualRow(
        key=flow.value, label=flow.label, level=1, parent="", cells=tuple(map(_plain, whole)), expandable=bool(inside),
        entries=bool(inside),
    )  # fmt: skip
    below = [
        ActualRow(
            key=row.key,
            label=f"{row.code} {row.label}".strip(),
            level=2,
            parent=flow.value,
            cells=tuple(_plain(sum(row.months.get(month, 0) for month in _months(found, span))) for span in spans),
        )
        for row in inside
    ]
    return [head, *below]


def _unexplained(found: CashActuals, spans: Sequence[Span], section: SectionActuals) -> ActualRow:
    cells = []
    for span in spans:
        months = _months(found, span)
        amount = sum(found.cash[month].unexplained for month in months)
        typed = sum(found.cash[month].unexplained - found.flows.unexplained.get(month, 0) for month in months)
        cells.append(ShownCell(amount=amount or None, unexplained=typed))
    return ActualRow(
        key=UNEXPLAINED, label=_LABELS[UNEXPLAINED], level=1, parent="", section=section, adjustment=True, cash=True,
        cells=tuple(cells),
    )  # fmt: skip


def _bank(found: CashActuals, spans: Sequence[Span], line: Line, section: SectionActuals) -> ActualRow:
    cells = []
    for span in spans:
        months = _months(found, span)
        if not months:
            cells.append(ShownCell(amount=None))
        elif span.first == span.last and not span.total:
            cells.append(shown_cell(line.figures[months[0]].shown, line.figures[months[0]]))
        else:
            last = shown_cell(line.figures[months[-1]].shown, line.figures[months[-1]])
            cells.append(ShownCell(amount=last.amount, typed=last.typed, moved_on=last.moved_on))
    return ActualRow(
        key=line.key, label=line.label, level=2, parent=ENDS, line=line, section=section, cells=tuple(cells)
    )


def _months(found: CashActuals, span: Span) -> list[Month]:
    return [month for month in span.months() if month in found.cash]


def _plain(amount: int) -> ShownCell:
    return ShownCell(amount=amount)
