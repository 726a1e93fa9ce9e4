"""The timeline as a grid: which rows are sent, how columns are headed, what the foot says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from tieout.core.month import Month
from tieout.expenses.periods import Span
from tieout.expenses.restated import Restated
from tieout.expenses.sections import TOTAL, TOTAL_LABEL
from tieout.expenses.streams import INCOME, LABELS
from tieout.ledger.models import Book
from tieout.planning.timeline import Kind, Timeline
from tieout.planning.timeline_rows import TimelineRow
from tieout.ui.figures import short_month
from tieout.ui.grid import Asked, Band, Column, Foot, Grid, Row, Sign

_EXPENSE_LEVEL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a grid's rows lead. ``form`` gives an expense's form to those who may change it, "" where it has none."""

    entries: str
    closed: str = ""  # of the closed months
    rows: str = ""
    figures: str = ""
    edit: str = ""  # "": the reader types nothing
    undo: str = ""
    form: Callable[[int], str] = lambda _: ""


def timeline_grid(
    timeline: Timeline,
    book: Book,
    *,
    asked: Asked,
    addresses: Addresses,
    filtered: bool = False,
    admitted: Month | None = None,
) -> Grid:
    """Return the grid. Expenses of shut departments are left out: the page fetches them when they are opened.

    What is posted in months after the ``admitted`` one is told to be partial, also where a total holds it.
    """
    return Grid(
        label="Revenue by month" if timeline.income else "Expenses by month",
        corner=f"{book.currency}, whole units",
        bands=tuple(bands(timeline, admitted)),
        columns=columns(timeline, book.digits, addresses.closed, admitted, typing=bool(addresses.edit)),
        rows=list(_rows(timeline, asked, addresses, book.digits)),
        feet=_feet(timeline, book.digits, filtered=filtered),
        digits=book.digits,
        asked=asked,
        entries_url=addresses.entries,
        children_url=addresses.rows,
        edit_url=addresses.edit,
        undo_url=addresses.undo,
        figures_url=addresses.figures,
    )


def children_html(timeline: Timeline, book: Book, key: str, *, addresses: Addresses) -> SafeString:
    """Return the rows right below one."""
    parents = {row.parent for row in timeline.rows}
    below = [
        _row(timeline, row, addresses, book.digits, expandable=row.key in parents)
        for row in timeline.rows
        if row.parent == key
    ]
    return Grid(label="", columns=columns(timeline, book.digits), rows=below, digits=book.digits).body_html


def figures(timeline: Timeline, asked: Asked, *, filtered: bool) -> dict[str, Sequence[int | None]]:
    """Return the amounts, in minor units, of the rows that `timeline_grid` sends, by their keys."""
    rows = {row.key: row.amounts for row in _sent(timeline, asked)}
    return {**rows, **{foot.key: foot.amounts for foot in _feet(timeline, 0, filtered=filtered) if foot.key}}


def _rows(timeline: Timeline, asked: Asked, addresses: Addresses, digits: int) -> Iterator[Row]:
    parents = {row.parent for row in timeline.rows}
    for row in _sent(timeline, asked):
        yield _row(timeline, row, addresses, digits, expandable=row.key in parents)


def _sent(timeline: Timeline, asked: Asked) -> Iterator[TimelineRow]:
    """Yield the rows that go to the page: of expenses, those below open rows only."""
    sent: set[str] = set()
    for row in timeline.rows:
        if row.level < _EXPENSE_LEVEL or (row.parent in sent and asked.is_open(row.parent)):
            sent.add(row.key)
            yield row


def _row(timeline: Timeline, row: TimelineRow, addresses: Addresses, digits: int, *, expandable: bool) -> Row:
    """Return a row. Its name leads to the expense's form, where the reader may change it, or else to its entries."""
    form = addresses.form(row.form) if row.form else ""
    notes = restated_notes(row.restated, digits)
    parts = {at: timeline.parts.words(part, digits) for at, part in row.parts.items() if part}
    signs = dict.fromkeys(sorted(row.typed), Sign.TYPED) | dict.fromkeys(parts, Sign.PART)
    signs |= dict.fromkeys(notes, Sign.RESTATED)
    signs |= dict.fromkeys(sorted(row.differing), Sign.UNVERIFIED)
    return Row(
        href=form or _entries(timeline, row, addresses.entries),
        form=bool(form),
        key=row.key,
        label=row.label,
        level=row.level,
        amounts=row.amounts,
        expandable=expandable,
        code=row.code,
        hint=row.hint,
        fault=row.fault,
        icon="link" if row.linked else "",
        rest=row.rest,
        edit=bool(addresses.edit and row.expense),
        entries=row.posted,
        signs=signs,
        notes={at: ". ".join(filter(None, (notes.get(at), parts.get(at)))) for at in {**notes, **parts}},
    )


def restated_notes(restated: Mapping[int, Restated], digits: int) -> dict[int, str]:
    """Return what is to be said beside figures of closed months, by position; nothing where it evens out."""
    return {at: differs.words(digits) for at, differs in restated.items() if differs.sum}


def _entries(timeline: Timeline, row: TimelineRow, address: str) -> str:
    """Return where the entries of the months shown are: the way in where cells cannot be clicked. Forecasts have none.

    A total holds months that are not shown, unless there is nothing else.
    """
    shown = [span for span in timeline.spans if not span.total] or timeline.spans
    first, last = min(span.first for span in shown), max(span.last for span in shown)
    last = min(last, timeline.after or last)
    return f"{address}?{urlencode({'row': row.key, 'from': first, 'to': last})}" if row.posted and first <= last else ""


def columns(
    timeline: Timeline, digits: int, closed_url: str = "", admitted: Month | None = None, *, typing: bool = False
) -> list[Column]:
    """Return the columns of a timeline's spans: a rule of the grid that all planning pages share."""
    kinds = [timeline.kind(span) for span in timeline.spans]
    first = kinds.index(Kind.FORECAST) if Kind.FORECAST in kinds else -1
    return [
        Column(
            label=span.label,
            month=_posted_key(timeline, span),
            types=str(span.first) if typing and kind is Kind.FORECAST and span.first == span.last else "",
            hint=_told(timeline, span, admitted) if kind in (Kind.MIXED, Kind.PARTIAL) else "",
            forecast=kind is Kind.FORECAST,
            first_forecast=at == first,
            total=span.total or kind is Kind.MIXED,
            partial=kind is Kind.PARTIAL and not span.total,
            unverified=tied is False,
            closed=_closed(timeline, at, digits),
            closed_url=closed_url,
            restated=bool((beside := timeline.restated.get(at)) and beside.sum),
        )
        for at, (span, kind, tied) in enumerate(zip(timeline.spans, kinds, timeline.tied, strict=True))
    ]


def _closed(timeline: Timeline, at: int, digits: int) -> str:
    """Return what is to be said of a column's closed months; nothing while some are open, unless the books differ."""
    beside = timeline.restated.get(at)
    if beside and beside.sum:
        return f"Closed. {beside.words(digits)}"
    return "Closed" if timeline.closed.issuperset(timeline.spans[at].months()) else ""


def _posted_key(timeline: Timeline, span: Span) -> str:
    """Return the months of a column that have entries, as an address carries them."""
    last = min(span.last, timeline.after or span.last)
    return replace(span, last=last).key if span.first <= last else ""


def _told(timeline: Timeline, span: Span, admitted: Month | None) -> str:
    """Return what a column consists of that holds more than actual months."""
    after = min(timeline.after or span.last, span.last)
    through = min(admitted or after, after)
    parts = (
        ("actual", span.first, through),
        ("posted so far", max(span.first, through + 1), after),
        ("forecast", max(span.first, after + 1), span.last),
    )
    told = [_stretch(what, first, last) for what, first, last in parts if first <= last]
    words = ", ".join(told)
    return words[:1].upper() + words[1:]


def _stretch(what: str, first: Month, last: Month) -> str:
    return f"{what} {short_month(first)}" + (f" to {short_month(last)}" if last > first else "")


def _feet(timeline: Timeline, digits: int, *, filtered: bool) -> list[Foot]:
    badge = f"{timeline.failing} not computed" if timeline.failing else ""
    label, key = (LABELS[INCOME], INCOME) if timeline.income else (TOTAL_LABEL, TOTAL)
    total = Foot(
        label=label, amounts=timeline.total, key=key, tied=timeline.tied, badge=badge,
        notes=restated_notes(timeline.restated, digits),
    )  # fmt: skip
    return [Foot(label="Sum of what is shown", amounts=timeline.shown), total] if filtered else [total]


def bands(timeline: Timeline, admitted: Month | None) -> Iterator[Band]:
    """Yield the captions above the columns: what is actual, partial and forecast."""
    ahead = False
    posted = bool(admitted and timeline.after and timeline.after > admitted)

    def kind_of(span: Span) -> Kind:
        return timeline.kind(span)

    for kind, run in groupby(timeline.spans, key=kind_of):
        length = len(list(run))
        match kind:
            case Kind.ACTUAL:
                yield Band(label="Actual", note="posted in the books", span=length)
            case Kind.PARTIAL:
                yield Band(label="Running, partial", span=length, partial=True)
            case Kind.FORECAST:
                yield Band(label="Forecast", span=length, forecast=True, first_forecast=not ahead)
                ahead = True
            case Kind.MIXED:
                yield Band(
                    label="Actual, partial + forecast" if posted else "Actual + forecast", span=length, total=True
                )
