"""The columns that a question makes: its months, what is posted in them together, and what stands beside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tieout.core.month import Month
from tieout.reports.document import Column, ColumnKind
from tieout.reports.queries import LedgerAt
from tieout.reports.question import COMPARE_WORDS, Question
from tieout.ui.figures import short_month

TOTAL = "total"
BEFORE = "before"
CHANGE = "change"
PERCENT = "percent"


def columns_of(at: LedgerAt, asked: Question) -> tuple[Column, ...]:
    """Return a report's columns: one a span, their total where there are several, and what it is compared with."""
    own = tuple(_columns(asked))
    compared = tuple(_comparison(at, asked, own[-1])) if asked.before else ()
    return (*own, *compared)


def _columns(asked: Question) -> Iterator[Column]:
    for span in asked.spans:
        kind = ColumnKind.PARTIAL if span.partial else ColumnKind.ACTUAL
        yield Column(key=span.key, label=span.label, first=span.first, last=span.last, kind=kind)
    if len(asked.spans) > 1:
        partial = any(span.partial for span in asked.spans)
        yield Column(
            key=TOTAL, label="Total", first=asked.first, last=asked.last, total=True,
            kind=ColumnKind.PARTIAL if partial else ColumnKind.ACTUAL,
        )  # fmt: skip


def _comparison(at: LedgerAt, asked: Question, whole: Column) -> Iterator[Column]:
    """Yield the range before, and how the whole has changed since."""
    assert asked.before
    first, last = asked.before
    note = "" if first >= at.first else f"The books were read from {short_month(at.first)} on"
    yield Column(
        key=BEFORE, label=_stretch(first, last), first=first, last=last, total=True, note=note,
    )  # fmt: skip
    since = f"Against {COMPARE_WORDS[asked.compare]}"
    yield Column(key=CHANGE, label="Change", kind=ColumnKind.CHANGE, of=(BEFORE, whole.key), note=since)
    yield Column(key=PERCENT, label="%", kind=ColumnKind.PERCENT, of=(BEFORE, whole.key), note=since)


def _stretch(first: Month, last: Month) -> str:
    return short_month(first) if first == last else f"{short_month(first)} – {short_month(last)}"


def compared_columns(columns: Sequence[Column], months: Collection[Month]) -> frozenset[str]:
    """Return the columns (keys) all of whose months were compared with the provider's figures."""
    known = set(months)
    return frozenset(
        column.key
        for column in columns
        if column.first and column.last and known.issuperset(column.first.until(column.last + 1))
    )
