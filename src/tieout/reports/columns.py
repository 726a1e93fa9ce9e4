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


def columns_of(at: LedgerAt, asked: Question, *, share_of: str = "") -> tuple[Column, ...]:
    """Return a report's columns: one a span, their total where there are several, and what it is compared with.

    ``share_of`` names the row that shares are a part of, where they were asked for.
    """
    own = tuple(_columns(asked))
    shares = (share(own[-1], share_of),) if asked.share and share_of else ()
    return (*own, *shares, *comparison(at, asked, own[-1], share_of=share_of))


def _columns(asked: Question) -> Iterator[Column]:
    for span in asked.spans:
        kind = _kind(asked, span.first, span.last, partial=span.partial)
        yield Column(key=span.key, label=span.label, first=span.first, last=span.last, kind=kind)
    if len(asked.spans) > 1:
        partial = any(span.partial for span in asked.spans)
        kind = _kind(asked, asked.first, asked.last, partial=partial)
        yield Column(key=TOTAL, label="Total", first=asked.first, last=asked.last, total=True, kind=kind)


def _kind(asked: Question, first: Month, last: Month, *, partial: bool) -> ColumnKind:
    if asked.after and last > asked.after:
        return ColumnKind.FORECAST if first > asked.after else ColumnKind.MIXED
    return ColumnKind.PARTIAL if partial else ColumnKind.ACTUAL


def share(of: Column, base: str) -> Column:
    """Return the column of what part of a row's figure each figure is."""
    key = f"share:{of.key}"
    return Column(key=key, label="% of revenue", kind=ColumnKind.SHARE, of=(of.key,), base=base)


def comparison(at: LedgerAt, asked: Question, whole: Column, *, share_of: str = "") -> Iterator[Column]:
    """Yield the range before, and how the whole has changed since; nothing where nothing is compared."""
    if asked.before is None:
        return
    first, last = asked.before
    note = "" if first >= at.first else f"The books were read from {short_month(at.first)} on"
    before = Column(
        key=BEFORE, label=stretch(first, last), first=first, last=last, total=True, note=note,
        kind=_kind(asked, first, last, partial=False),
    )  # fmt: skip
    yield before
    if asked.share and share_of:
        yield share(before, share_of)
    yield from changes(asked, before, whole)


def whole_column(asked: Question, columns: Sequence[Column]) -> Column:
    """Return the column that holds the whole range: the total, or the only one."""
    own = {TOTAL, *(span.key for span in asked.spans)}
    return [it for it in columns if it.key in own][-1]


def changes(asked: Question, before: Column, after: Column) -> Iterator[Column]:
    """Yield how a column has changed since another: in money, and in percent."""
    since = f"Against {before.label if asked.against else COMPARE_WORDS[asked.compare]}"
    yield Column(key=CHANGE, label="Change", kind=ColumnKind.CHANGE, of=(before.key, after.key), note=since)
    yield Column(key=PERCENT, label="%", kind=ColumnKind.PERCENT, of=(before.key, after.key), note=since)


def stretch(first: Month, last: Month) -> str:
    """Return "Oct 25 – Sep 26", or one month's name."""
    return short_month(first) if first == last else f"{short_month(first)} – {short_month(last)}"


def compared_columns(columns: Sequence[Column], months: Collection[Month]) -> frozenset[str]:
    """Return the columns (keys) all of whose months were compared with the provider's figures."""
    known = set(months)
    return frozenset(
        it.key
        for it in columns
        if it.first and it.last and it.kind is not ColumnKind.MIXED and known.issuperset(it.first.until(it.last + 1))
    )
