"""What a run reads: every month, or what changed. Decided once a version, by what the provider can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tieout.connections import plan
from tieout.connections.models import Reach, RunKind, SyncRun
from tieout.connections.plan import Plan
from tieout.connections.source import Source
from tieout.core.month import Month
from tieout.core.records import After, Hints, Part
from tieout.ledger import touched

SCHEDULED = (RunKind.DAILY, RunKind.MONTHLY)
OTHER_SOURCE = "The connection gives out other postings than before: everything is read anew."


@dataclass(frozen=True, slots=True)
class Decision:
    """What a version reads, and why."""

    plan: Plan
    reach: Reach
    because: str  # in words, as a sentence
    cursor: str  # where the change feed goes on after this run
    parts: tuple[Part, ...]
    told: int  # records that the feed named
    lists: bool  # whether the lists are read
    opening: bool  # whether the opening entry is read
    afresh: bool  # whether what the book holds is closed first: what is read again opens it again


def decide(source: Source, run: SyncRun, *, weekly: bool) -> Decision:
    """Decide for a new version, by what the provider says of changes. ``weekly``: the check of every month is due."""
    if source.books.capabilities.numbered:
        return _numbered(source, run, weekly=weekly)
    why = _reason(source, run, weekly=weekly)
    if why:
        return _everything(source, run, source.books.hints(None), why)
    hints = source.books.hints(source.book.cursor)
    if not hints.complete:
        because = hints.because or "the provider cannot tell what changed"
        return _everything(source, run, hints, f"{because[:1].upper()}{because[1:]}.")
    older = any(day < source.book.start for day in hints.dates)
    if older and _may_move_back(source, run) and _start(source, run, source.books.earliest()) < source.book.start:
        return _everything(source, run, hints, "An entry was dated before the start of history.")
    return _changes(source, run, hints, opening=older or touched.has_opening(source.book))


def _reason(source: Source, run: SyncRun, *, weekly: bool) -> str:
    """Return why every month is read whatever the feed would tell, or ""."""
    book, books = source.book, source.books
    older = run.connection.history == "everything" and touched.has_opening(book)
    reasons = (
        (not book.published, "The first sync reads every month."),
        (_other_source(source), OTHER_SOURCE),
        (run.everything, run.because or "Every month was asked for."),
        (source.first_month != book.fiscal_year_first_month, "The fiscal year begins in another month now."),
        (older, "All of history was asked for, and there are older postings."),
        (not books.capabilities.feed, "The provider does not tell what changed."),
        (not book.cursor, "What changed since the last sync is not known: it was made before Tieout asked."),
        (weekly and run.kind in SCHEDULED, "Once a week every month is read, whatever the provider tells."),
    )
    return next((words for holds, words in reasons if holds), "")


def _everything(source: Source, run: SyncRun, hints: Hints, why: str) -> Decision:
    earliest, asked = None, not source.book.published or _may_move_back(source, run)
    if asked:
        earliest = source.books.earliest()
    start = _start(source, run, earliest)
    return Decision(
        plan=Plan(start, source.first_month, source.today),
        reach=Reach.EVERYTHING,
        because=why,
        cursor=hints.cursor,
        parts=tuple(
            plan.windows(start, today=source.today, future_months=_future(source), span=_span(source)),
        ),
        told=0,
        lists=True,
        opening=not asked or (earliest is not None and earliest.start < start) or touched.has_opening(source.book),
        afresh=_other_source(source),
    )


def _numbered(source: Source, run: SyncRun, *, weekly: bool) -> Decision:
    """Read on where the last run ended, or from the beginning: all of history is in a numbered feed.

    What it holds already never changes, so the weekly check of every month asks for balances alone.
    """
    book = source.book
    reasons = (
        (not book.published, "The first sync reads every posting."),
        (_other_source(source), OTHER_SOURCE),
        (run.everything, run.because or "Every posting was asked for."),
        (not book.cursor, "Where the last sync ended is not known."),
    )
    afresh = next((words for holds, words in reasons if holds), "")
    every_month = afresh or (weekly and run.kind in SCHEDULED and "Once a week every month is compared.") or ""
    start = book.start if book.published else plan.default_start(source.today, source.first_month).start
    cursor = "" if afresh else book.cursor
    return Decision(
        plan=Plan(start, source.first_month, source.today),
        reach=Reach.EVERYTHING if every_month else Reach.CHANGES,
        because=every_month,
        cursor=cursor,
        parts=(After(cursor=cursor),),
        told=0,
        lists=True,
        opening=False,
        afresh=bool(afresh) and bool(book.published),
    )


def _other_source(source: Source) -> bool:
    return bool(source.book.published) and source.book.source != source.books.capabilities.source


def _changes(source: Source, run: SyncRun, hints: Hints, *, opening: bool) -> Decision:
    """Read the months in which something stands, or stood with us, and those in which most work is done."""
    book, start = source.book, _start(source, run, None)
    months = {
        *map(Month.of, hints.dates),
        *touched.months_of_records(book, hints.records),
        *touched.months_of_silenced_payroll(book),
        *plan.always_read(source.today),
    }
    return Decision(
        plan=Plan(start, source.first_month, source.today),
        reach=Reach.CHANGES,
        because="",
        cursor=hints.cursor,
        parts=tuple(
            plan.changed_windows(months, start, today=source.today, future_months=_future(source), span=_span(source)),
        ),
        told=len(hints.records),
        lists=hints.lists,
        opening=opening,
        afresh=False,
    )


def _may_move_back(source: Source, run: SyncRun) -> bool:
    return plan.may_move_back(
        run.connection.history, today=source.today, first_month=source.first_month, known=source.book.start
    )


def _start(source: Source, run: SyncRun, earliest: Month | None) -> date:
    book = source.book
    return plan.start_of_history(
        run.connection.history,
        today=source.today,
        first_month=source.first_month,
        earliest=earliest,
        known=book.start if book.published else None,
    )


def _future(source: Source) -> int:
    return source.books.capabilities.future_months


def _span(source: Source) -> int:
    return source.books.capabilities.window_months
