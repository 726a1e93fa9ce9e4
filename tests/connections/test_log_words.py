"""A run in the words of the log and of its page. No table is touched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.connections.conftest import NOW
from tieout.connections import extent
from tieout.connections.deciding import OTHER_SOURCE
from tieout.connections.log_words import log_row, meaning, tie_out_in_words
from tieout.connections.models import Connection, Phase, Reach, RunState, SyncRun
from tieout.connections.progress import facts_of, progress_of
from tieout.ledger.models import Book


def run_of(**changes: object) -> SyncRun:
    """Return a run over 37 months that read what changed in four of them, and what is dated ahead."""
    parts = [[f"2025-{month:02d}-01", f"2025-{month + 1:02d}-01"] for month in (1, 3, 5, 6)]
    values: dict[str, object] = {
        "kind": "daily", "state": RunState.PUBLISHED, "phase": Phase.DONE, "reach": Reach.CHANGES,
        "requested_at": NOW, "started_at": NOW, "finished_at": NOW + timedelta(seconds=84),
        "planned_start": date(2022, 6, 1), "planned_first_month": 1, "planned_day": date(2025, 6, 15),
        "parts": [*parts, ["2025-07-01", "2026-07-01"]], "windows_total": 5, "windows_done": 5, "told": 12,
        "compared": 3271,
    }  # fmt: skip
    connection = Connection(book=Book(digits=2, currency="USD"))
    return SyncRun(**{"connection": connection, **values, **changes})


def test_what_changed_is_told_in_months_and_what_told_of_it() -> None:
    row = log_row(run_of(), kept=3)
    assert (row.read, row.why, row.took) == (
        "4 of 37 months: what changed",
        "12 records named by the provider",
        "1 min 24 s",
    )
    assert (row.tie_out, row.meaning, row.restated) == ("3,271 balances tie", "", "")


def test_months_that_only_the_comparison_found_are_told() -> None:
    assert log_row(run_of(told=1, drifted=2), kept=0).why == (
        "1 record named by the provider, 2 months found by comparing balances"
    )


def test_a_numbered_feed_is_told_without_months_and_without_records() -> None:
    since = run_of(parts=[["after", "7"]])
    row = log_row(since, kept=3)
    assert (row.read, row.why) == ("what was posted since", "")
    seen = progress_of(since, now=NOW)
    assert (seen.by_month, seen.steps[0].figure) == (False, "")
    going = run_of(state=RunState.RUNNING, phase=Phase.LINES, reach=Reach.EVERYTHING, parts=since.parts)
    assert progress_of(going, now=NOW).read == "every posting"
    assert progress_of(run_of(), now=NOW).by_month


def test_lines_that_were_written_anew_from_another_source_are_not_told_as_changes_alone() -> None:
    assert "What changed" in log_row(run_of(because=OTHER_SOURCE, lines_changed=524), kept=3).anew
    assert log_row(run_of(because=OTHER_SOURCE), kept=3).anew == ""
    assert log_row(run_of(lines_changed=524), kept=3).anew == ""


def test_a_month_that_was_read_twice_is_one_month() -> None:
    run = run_of()
    again = run_of(parts=[*run.parts, run.parts[0], run.parts[1]], windows_total=7, windows_done=7)
    assert extent.in_words(again) == "4 of 37 months: what changed"


def test_every_month_says_why() -> None:
    run = run_of(
        reach=Reach.EVERYTHING, because="Once a week every month is read.", parts=[], windows_total=38, windows_done=38
    )
    row = log_row(run, kept=0)
    assert (row.read, row.why) == ("all 37 months", "Once a week every month is read.")


def test_a_run_that_stopped_says_how_far_it_came() -> None:
    run = run_of(
        state=RunState.FAILED, reach=Reach.EVERYTHING, parts=[], windows_total=38, windows_done=9, phase=Phase.LINES
    )
    assert log_row(run, kept=3).read == "9 of 37 months"
    assert extent.in_words(run_of(state=RunState.FAILED, planned_start=None)) == "nothing"
    assert extent.in_words(run_of(state=RunState.QUEUED, planned_start=None)) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "3,271 balances tie"),
        ({"compared": 1}, "1 balance ties"),
        ({"differing": 2, "largest": 1200}, "2 of 3,271 balances differ, by up to 12.00"),
        ({"differing": 1, "largest": -5}, "1 of 3,271 balances differs, by up to (0.05)"),
        ({"compared": 0}, "not compared"),
        ({"state": RunState.FAILED}, ""),
        ({"state": RunState.RUNNING}, ""),
    ],
)
def test_the_tie_out_in_words(changes: dict[str, object], words: str) -> None:
    assert tie_out_in_words(run_of(**changes)) == words


@pytest.mark.parametrize(
    ("state", "kept", "words"),
    [
        (RunState.FAILED, 12, "The figures stayed those of sync 12."),
        (RunState.HELD, 1, "The figures stayed those of sync 1."),
        (RunState.FAILED, 0, "No earlier sync is here whose figures could stay."),
        (RunState.UNCHANGED, 12, ""),
    ],
)
def test_what_a_failure_means_for_the_figures(state: RunState, kept: int, words: str) -> None:
    assert meaning(run_of(state=state), kept=kept) == words


def test_the_steps_of_a_run_that_reads_what_changed() -> None:
    run = run_of(state=RunState.RUNNING, phase=Phase.LINES, windows_done=2, finished_at=None)
    seen = progress_of(run, now=NOW + timedelta(seconds=10))
    assert [(it.name, str(it.state)) for it in seen.steps] == [
        ("What changed", "done"), ("Chart of accounts and lists", "done"), ("Ledger lines of what changed", "now"),
        ("Tie-out", "todo"), ("Publish", "todo"),
    ]  # fmt: skip
    assert (seen.months_done, seen.months_total, seen.read) == (2, 4, "4 of 37 months: what changed")
    assert seen.steps[0].figure == "12 records"


def test_the_facts_say_how_much_was_read() -> None:
    facts = facts_of(run_of(restated=3, drifted=1))
    told = {name: facts[name] for name in ("reach", "months", "months_read", "told", "drifted", "restated")}
    assert told == {"reach": "changes", "months": 37, "months_read": 4, "told": 12, "drifted": 1, "restated": 3}
