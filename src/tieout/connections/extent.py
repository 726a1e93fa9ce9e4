"""How much of history a run reads. Pure: the row goes in."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.connections import parts
from tieout.connections.models import Reach, RunState, SyncRun
from tieout.core.month import Month
from tieout.ui import figures


def months_of_history(run: SyncRun) -> int:
    """Return how many months the books had when the run was planned; 0 before that."""
    kept = run.plan
    return Month.of(kept.start).months_to(Month.of(kept.day)) + 1 if kept else 0


def months_to_read(run: SyncRun) -> int:
    """Return how many different months the run reads, as far as it knows. What is dated ahead is none."""
    if not run.parts:
        return min(run.windows_total, months_of_history(run) or run.windows_total)
    return _months(run, run.parts)


def months_read(run: SyncRun) -> int:
    """Return how many of them were read whole."""
    if not run.parts:
        return min(run.windows_done, months_to_read(run))
    return _months(run, run.parts[: run.windows_done])


def in_words(run: SyncRun) -> str:
    """Return how much was read: "4 of 37 months: what changed", "all 37 months"; "" before that is known."""
    if run.plan and parts.is_numbered(run.parts):
        return "what was posted since" if run.reach == Reach.CHANGES else "every posting"
    read, total = months_read(run), months_of_history(run)
    if not total:
        return "nothing" if run.state == RunState.FAILED else ""
    if run.reach == Reach.CHANGES:
        return f"{read:,} of {figures.count(total, 'month')}: what changed"
    return f"all {figures.count(total, 'month')}" if read == total else f"{read:,} of {figures.count(total, 'month')}"


def why(run: SyncRun) -> str:
    """Return why so much was read: the reason for every month, or what told of changes.

    A numbered feed tells nothing beforehand: what was posted since is what is read.
    """
    if run.reach != Reach.CHANGES:
        return run.because
    if parts.is_numbered(run.parts):
        return ""
    found = [f"{figures.count(run.told, 'record')} named by the provider"]
    if run.drifted:
        found.append(f"{figures.count(run.drifted, 'month')} found by comparing balances")
    return ", ".join(found)


def _months(run: SyncRun, kept: Sequence[parts.Stored]) -> int:
    plan = run.plan
    return len(parts.months_of(kept, through=plan.day)) if plan else 0
