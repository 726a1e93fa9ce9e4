"""What stands at the head of a report's file: whose, of when, as known when, and how it ties."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.reports.beside import State
from tieout.reports.controls import controls
from tieout.reports.document import Column, ColumnKind, Document, Remark, Row
from tieout.reports.making import Made
from tieout.reports.question import COMPARE_WORDS, Compare
from tieout.reports.telling import Told, document_state
from tieout.ui.figures import day, long_month

KIND_WORDS = {
    ColumnKind.ACTUAL: "Actual",
    ColumnKind.PARTIAL: "Running, partial",
    ColumnKind.FORECAST: "Forecast",
    ColumnKind.MIXED: "Actual + forecast",
    ColumnKind.BUDGET: "Budget",
    ColumnKind.BOOKS: "Books",
    ColumnKind.CHANGE: "",
    ColumnKind.PERCENT: "",
    ColumnKind.SHARE: "",
}
STATE_WORDS = {
    State.TIES: "ties",
    State.DIFFERS: "UNVERIFIED",
    State.NOT_COMPARED: "not compared",
    State.NOT_ITEMISED: "ties, in part not itemised",
    State.REVALUED: "ties, in part revalued",
}
_PLANNED = frozenset({ColumnKind.FORECAST, ColumnKind.BUDGET, ColumnKind.MIXED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head, part by part."""

    company: str
    title: str  # "Profit and loss by account"
    months: str  # "October 2025 – September 2026, by month, beside the year before"
    narrowed: str  # "only Engineering, Sales", "" for all
    books: str  # "accrual basis, USD"
    known: str  # "as known at sync 3, 1 Aug 2026 06:12 UTC"
    state: Told


def heading(made: Made) -> Heading:
    """Return the head of a report as it was asked for. Times are in the company's zone."""
    at, asked, document = made.at, made.asked, made.document
    months = span_words(made)
    beside = f", beside {COMPARE_WORDS[asked.compare]}" if asked.compare is not Compare.NOTHING else ""
    bar = controls(made.report, at, asked)
    by = f"by {asked.by.value}" if bar.by else ""  # a dimension's values are columns of the whole range
    narrowed = [it.word for it in (*bar.sections, *bar.values) if it.chosen]
    narrowed += [f"what holds “{asked.search}”"] if asked.search else []
    return Heading(
        company=at.company.name,
        title=_title(document),
        months=f"{months}{', ' + by if by else ''}{beside}",
        narrowed=f"only {', '.join(narrowed)}" if narrowed else "",
        books=f"{at.book.basis} basis, {at.book.currency}",
        known=known_words(made),
        state=document_state(document),
    )


def _title(document: Document) -> str:
    """Return "Profit and loss by account", or "Cash-flow statement, indirect"."""
    if not document.view:
        return document.title
    return f"{document.title}{' ' if document.view.startswith(('by ', 'against ')) else ', '}{document.view}"


def span_words(made: Made) -> str:
    """Return the months of a report: "October 2025 – September 2026"."""
    first, last = made.asked.first, made.asked.last
    return long_month(first) if first == last else f"{long_month(first)} – {long_month(last)}"


def known_words(made: Made) -> str:
    """Return as of which sync a report is known, and of when that is."""
    at = made.at
    local = at.publication.at.astimezone(at.company.zone)
    then = ", by the mapping of that time" if at.as_then else ""
    return f"as known at sync {at.publication.number}, {day(local.date())} {local:%H:%M %Z}{then}"


def remark_on(document: Document, row: Row, column: Column) -> Remark | None:
    """Return the note that a person wrote on a figure."""
    return next((it for it in document.remarks if (it.row, it.column) == (row.key, column.key)), None)


def remark_words(document: Document) -> list[str]:
    """Return all notes that people wrote, each with its number, figure, writer and day."""
    zone = document.at.company.zone
    return [
        f"{it.number}  {it.place}: {it.text} ({it.person}, {day(it.at.astimezone(zone).date())})"
        for it in document.remarks
    ]


def column_state_words(document: Document, column: Column) -> str:
    """Return how a column stands against the provider's figures; "" where nothing could be compared."""
    if column.derived:
        return ""
    if column.kind is ColumnKind.BOOKS:
        return ""
    if column.kind in _PLANNED:
        return "plan"
    return STATE_WORDS[document.column_state(column)]


def row_state_words(document: Document, row: Row) -> str:
    """Return how a row stands: which of its figures are UNVERIFIED, and what else does not just tie."""
    posted = [it for it in document.columns if it.posted and it.kind not in _PLANNED]
    differing = [it.label for it in posted if document.state(row, it) is State.DIFFERS]
    if differing:
        return f"UNVERIFIED: {', '.join(differing)}"
    found = {document.state(row, it) for it in posted}
    words = [STATE_WORDS[it] for it in (State.NOT_ITEMISED, State.REVALUED, State.NOT_COMPARED) if it in found]
    return f"{words[0]}, in part" if words == ["not compared"] and State.TIES in found else "; ".join(words)
