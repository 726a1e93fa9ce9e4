"""A run in the words of the sync log: what was read and why, what it found, what a failure means. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.connections import extent
from tieout.connections.deciding import OTHER_SOURCE
from tieout.connections.models import RunState, SyncRun
from tieout.connections.progress import duration
from tieout.ui import figures

_ANEW = "Written anew from other postings; “What changed” shows what differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One line of the log. Texts are "" where there is nothing to say."""

    run: SyncRun
    by: str  # who asked for it; "" for the schedule
    took: str
    read: str  # "4 of 37 months: what changed"
    why: str
    tie_out: str  # "3,271 balances tie"
    listed: str  # "2 new accounts, 11 new parties"
    anew: str  # what the numbers of lines mean where everything was written anew
    restated: str  # "3 lines in closed months"
    meaning: str  # what a run that did not publish meant for the figures


def log_row(run: SyncRun, *, kept: int) -> LogRow:
    """Return a run as a line of the log. ``kept`` is the sync whose figures readers had before it; 0: none."""
    ended = run.finished_at
    return LogRow(
        run=run,
        by=run.requested_by.email if run.requested_by else "",
        took=duration(ended - (run.started_at or run.requested_at)) if ended else "",
        read=extent.in_words(run),
        why=extent.why(run) if run.plan else "",
        tie_out=tie_out_in_words(run),
        listed=", ".join(filter(None, (_new(run.new_accounts, "account"), _new(run.new_parties, "party", "parties")))),
        anew=_ANEW if run.because == OTHER_SOURCE and run.lines_changed else "",
        restated=f"{figures.count(run.restated, 'line')} in closed months" if run.restated else "",
        meaning=meaning(run, kept=kept),
    )


def _new(number: int, noun: str, plural: str = "") -> str:
    return figures.count(number, f"new {noun}", f"new {plural}" if plural else "") if number else ""


def tie_out_in_words(run: SyncRun) -> str:
    """Return what the comparison came to: "3,271 balances tie, 94.4% itemised", or how many differ, by how much."""
    if run.state == RunState.FAILED or run.alive:
        return ""
    if not run.compared:
        return "not compared"
    part = part_in_words(run.itemised, revalued=run.revalued)
    if not run.differing:
        ties = f"{figures.count(run.compared, 'balance')} {'ties' if run.compared == 1 else 'tie'}"
        return f"{ties}, {part}" if part else ties
    book = run.connection.book
    largest = figures.difference(run.largest, book.digits if book else 2)
    differ = "differs" if run.differing == 1 else "differ"
    return f"{run.differing:,} of {figures.count(run.compared, 'balance')} {differ}, by up to {largest}"


def part_in_words(itemised: int | None, *, revalued: bool) -> str:
    """Return how much the provider itemises (thousandths; None: all of it): "94.4% itemised", "some revalued", ""."""
    if itemised is not None:
        return f"{figures.share(itemised)} itemised"
    return "some revalued" if revalued else ""


def part_explained(run: SyncRun) -> str:
    """Return the same as a sentence, with what stands in place of the postings; "" where there is nothing to say."""
    if run.itemised is not None:
        return (
            f"Single postings explain {figures.share(run.itemised)} of what moved; the rest stands as “Not itemised”, "
            "one entry a month."
        )
    if run.revalued:
        return "What balances gained or lost by the rate stands as “Currency revaluation”, one entry a month."
    return ""


def meaning(run: SyncRun, *, kept: int) -> str:
    """Return what it means for the figures that a run did not publish; "" for one that did."""
    if run.state not in (RunState.FAILED, RunState.HELD):
        return ""
    return f"The figures stayed those of sync {kept}." if kept else "No earlier sync is here whose figures could stay."


def sentence(text: str) -> str:
    """Return a reason as a sentence that others can follow: some end with their full stop, some without."""
    return f"{text}." if text and text[-1] not in ".!?" else text
