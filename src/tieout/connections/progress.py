"""A run in the words of its page, and as facts for scripts. Pure: the row and the time go in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tieout.connections import extent, parts
from tieout.connections.models import Phase, Reach, RunState, SyncRun
from tieout.core.money import to_text
from tieout.ui import figures

Fact = str | int | bool | None

_ORDER = (Phase.STARTING, Phase.LISTS, Phase.LINES, Phase.TIE_OUT, Phase.PUBLISH, Phase.DONE)
_ENOUGH_TO_GUESS = 2  # months read before a time left is worth saying


class StepState(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    TODO = "todo"
    STOPPED = "stopped"  # the run ended in it
    SKIPPED = "skipped"  # not needed: nothing had changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the five steps."""

    number: int
    name: str
    note: str
    figure: str
    state: StepState

    @property
    def in_words(self) -> str:
        """The state for those who do not see the sign."""
        return {"now": "under way", "todo": "to do", "stopped": "ended here", "skipped": "not needed"}.get(
            self.state, "done"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the page of a run shows."""

    run: SyncRun
    title: str  # what happens now
    percent: int
    by_month: bool  # a numbered feed is not read by months
    months_done: int
    months_total: int
    running_for: str
    left: str  # "" where nobody can say
    largest: str  # difference, all decimals
    read: str  # how much of history, in words; "" before it is known
    why: str
    steps: tuple[Step, ...]


def progress_of(run: SyncRun, *, now: datetime) -> Progress:
    """Return the progress of a run as it looks at ``now`` (aware)."""
    done, total = extent.months_read(run), extent.months_to_read(run)
    began = run.started_at or run.requested_at
    running = (run.finished_at or now) - began
    return Progress(
        run=run,
        title=_title(run),
        percent=_percent(run, done, total),
        by_month=not parts.is_numbered(run.parts),
        months_done=done,
        months_total=total,
        running_for=duration(running),
        left=_left(run, running, done, total),
        largest=figures.difference(run.largest, _digits(run)),
        read=_reads(run, total),
        why=extent.why(run) if run.plan else "",
        steps=_steps(run, done, total),
    )


def facts_of(run: SyncRun) -> dict[str, Fact]:
    """Return a run as plain values; ``largest`` is a decimal string in the book's currency."""
    publication = run.publication
    return {
        "id": run.pk,
        "kind": run.kind,
        "state": run.state,
        "phase": run.phase,
        "reach": run.reach,
        "because": run.because,
        "months": extent.months_of_history(run),
        "months_read": extent.months_read(run),
        "told": run.told,
        "drifted": run.drifted,
        "windows_done": run.windows_done,
        "windows_total": run.windows_total,
        "lines_read": run.lines_read,
        "lines_added": run.lines_added,
        "lines_changed": run.lines_changed,
        "lines_removed": run.lines_removed,
        "restated": run.restated,
        "new_accounts": run.new_accounts,
        "new_parties": run.new_parties,
        "calls": run.calls,
        "rows_written": run.rows_written,
        "compared": run.compared,
        "differing": run.differing,
        "largest": to_text(run.largest, _digits(run)),
        "itemised_percent": None if run.itemised is None else to_text(run.itemised, 1),
        "revalued": run.revalued,
        "reason": run.reason,
        "remedy": run.remedy,
        "waiting_until": run.waiting_until.isoformat() if run.waiting_until else None,
        "requested": run.requested_at.isoformat(),
        "started": run.started_at.isoformat() if run.started_at else None,
        "finished": run.finished_at.isoformat() if run.finished_at else None,
        "sync": publication.number if publication else None,
    }


def _digits(run: SyncRun) -> int:
    book = run.connection.book
    return book.digits if book else 2


def duration(length: timedelta) -> str:
    """Return ``"4 s"``, ``"2 min 19 s"``, ``"1 h 5 min"``."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def _reads(run: SyncRun, total: int) -> str:
    if parts.is_numbered(run.parts):
        return extent.in_words(run)
    if run.alive and run.plan and run.reach == Reach.CHANGES:
        return f"{total:,} of {figures.count(extent.months_of_history(run), 'month')}: what changed"
    return "every month" if run.alive and run.plan else extent.in_words(run)


_TITLES = {
    RunState.QUEUED: "Waiting to start",
    RunState.PUBLISHED: "Published. Every balance ties",
    RunState.UNCHANGED: "Nothing changed, 0 rows written",
    RunState.HELD: "Held: it no longer ties",
    RunState.FAILED: "The sync did not finish",
}


def _title(run: SyncRun) -> str:
    state = RunState(run.state)
    if state is RunState.RUNNING:
        return "Waiting for the provider" if run.waiting_until else _doing(run)
    if state is RunState.PUBLISHED and not run.compared:
        return "Published, not compared"
    if state is RunState.PUBLISHED and run.differing:
        return "Published, marked UNVERIFIED"
    if state is RunState.HELD and run.fell_from is not None:
        return "Held: less of the books is itemised"
    return _TITLES[state]


def _doing(run: SyncRun) -> str:
    what = run.reading
    match Phase(run.phase):
        case Phase.LISTS:
            return "Reading the chart of accounts and lists"
        case Phase.LINES:
            return f"Reading the ledger, {what}" if what else "Reading the ledger"
        case Phase.TIE_OUT:
            return f"Comparing {what}" if what.startswith(("the", "statements")) else f"Reading {what}"
        case Phase.PUBLISH:
            return "Publishing"
        case Phase.STARTING | Phase.DONE:
            return "Opening the books"


def _percent(run: SyncRun, done: int, total: int) -> int:
    """Return 0 to 100: the reading is most of the work, the rest has fixed shares."""
    if run.state in (RunState.PUBLISHED, RunState.UNCHANGED):
        return 100
    match Phase(run.phase):
        case Phase.STARTING:
            return 0
        case Phase.LISTS:
            return 2
        case Phase.LINES:
            return 4 + (86 * done // total if total else 0)
        case Phase.TIE_OUT:
            return 92
        case Phase.PUBLISH | Phase.DONE:
            return 98


def _left(run: SyncRun, running: timedelta, done: int, total: int) -> str:
    if run.state != RunState.RUNNING or run.phase != Phase.LINES or run.waiting_until or done < _ENOUGH_TO_GUESS:
        return ""
    return f"about {duration(running / done * (total - done))} left"


_Planned = tuple[Phase, str, str, str]  # phase, name, note, figure


def _steps(run: SyncRun, done: int, total: int) -> tuple[Step, ...]:
    changes = run.reach == Reach.CHANGES
    plan = (*(_first_of_changes(run) if changes else _lists(run)), *_rest(run, done, total))
    return tuple(
        Step(
            number=number,
            name=name,
            note=note,
            figure=figure,
            state=_step_state(run, phase, second_of_two=number == 2 and not changes, first=plan[0][0]),
        )
        for number, (phase, name, note, figure) in enumerate(plan, start=1)
    )


def _lists(run: SyncRun) -> tuple[_Planned, ...]:
    accounts, _, lists = run.lists_note.partition("; ")
    return (
        (Phase.LISTS, "Chart of accounts", accounts or "numbers, names, types and parents", ""),
        (Phase.LISTS, "Vendors, customers, items", lists or "inactive ones too", ""),
    )


def _first_of_changes(run: SyncRun) -> tuple[_Planned, ...]:
    told = "" if parts.is_numbered(run.parts) else figures.count(run.told, "record")
    return (
        (Phase.STARTING, "What changed", "asked of the provider", told),
        (Phase.LISTS, "Chart of accounts and lists", run.lists_note or "as they were, unless one was named", ""),
    )


def _rest(run: SyncRun, done: int, total: int) -> tuple[_Planned, ...]:
    compared = figures.count(run.compared, "balance") + " compared" if run.compared else ""
    lines = figures.count(run.lines_read, "line") if run.lines_read else "each page proved before it is kept"
    drifted = f"{figures.count(run.drifted, 'month')} more, found by comparing" if run.drifted else ""
    every = "every account and month-end against the provider’s statements"
    return (
        (
            Phase.LINES,
            _how_lines_come(run),
            lines,
            f"{done} of {figures.count(total, 'month')}" if total else "",
        ),
        (Phase.TIE_OUT, "Tie-out", drifted or every, compared),
        (Phase.PUBLISH, "Publish", "ledger, tie-out and changes in one step", _sync_name(run)),
    )


def _how_lines_come(run: SyncRun) -> str:
    if parts.is_numbered(run.parts):
        return "Ledger lines, in the order in which they were posted"
    return "Ledger lines of what changed" if run.reach == Reach.CHANGES else "Ledger lines, month by month"


def _sync_name(run: SyncRun) -> str:
    made = run.publication
    return f"sync {made.number}" if made and run.state == RunState.PUBLISHED else ""


_HERE = {
    RunState.QUEUED: StepState.TODO,
    RunState.RUNNING: StepState.NOW,
    RunState.PUBLISHED: StepState.DONE,
    RunState.UNCHANGED: StepState.DONE,
    RunState.HELD: StepState.STOPPED,
    RunState.FAILED: StepState.STOPPED,
}


def _step_state(run: SyncRun, phase: Phase, *, second_of_two: bool, first: Phase) -> StepState:
    if run.state == RunState.UNCHANGED and phase is Phase.PUBLISH:
        return StepState.SKIPPED
    # Opening the books is no step of its own where every month is read: it belongs to the first.
    here, place = max(_ORDER.index(Phase(run.phase)), _ORDER.index(first)), _ORDER.index(phase)
    if here == place and not second_of_two:
        return _HERE[RunState(run.state)]
    return StepState.DONE if here > place else StepState.TODO
