"""Runs over a numbered feed of postings, and a connection whose grant opens another source of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from tests.connections.conftest import Runner, Time
from tests.connections.journals import JournalProvider, Journals
from tieout.companies.models import Company
from tieout.connections import consent, providers
from tieout.connections.models import Connection, Reach, RunKind, RunState, SyncRun
from tieout.connections.progress import progress_of
from tieout.ledger.models import OPEN, Book, Entry, Line, Publication


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Journals:
    made = Journals()
    monkeypatch.setitem(providers.stand_ins, "quickbooks", JournalProvider(made))
    for month in range(1, 6):
        made.post(f"Bill:{month}", f"2024-{month:02}-10", 100_00)
        made.post(f"Sale:{month}", f"2025-{month:02}-11", -250_00, account="sales")
    return made


@pytest.fixture
def connected(platform: Journals, company: Company, alice: User, clock: Time) -> Connection:
    address = consent.begin(company, alice, "quickbooks", consent.Wishes(), session="s", now=clock())
    state = address.partition("state=")[2]
    return consent.complete("quickbooks", {"state": state, "code": "c"}, alice, session="s", now=clock())


def lines() -> list[tuple[str, int]]:
    """Return what stands in the ledger: entry key and amount."""
    keys = dict(Entry.objects.filter(valid_to=OPEN).values_list("id", "key"))
    return sorted(
        (keys[entry], amount) for entry, amount in Line.objects.filter(valid_to=OPEN).values_list("entry", "amount")
    )


def posted(platform: Journals) -> list[tuple[str, int]]:
    return sorted((it.key, line.amount) for it in platform.posted for line in it.lines)


def test_all_postings_are_read_and_history_begins_with_the_first(sync: Runner, platform: Journals) -> None:
    run = sync()
    assert (run.state, run.reason, run.reach) == (RunState.PUBLISHED, "", Reach.EVERYTHING)
    assert lines() == posted(platform)
    book = Book.objects.get()
    assert (book.start.isoformat(), book.cursor, book.source) == ("2024-01-01", "10", "journals")
    assert Publication.objects.get().verified
    shown = progress_of(run, now=run.finished_at or run.requested_at)
    assert (shown.read, shown.steps[2].name) == (
        "every posting", "Ledger lines, in the order in which they were posted",
    )  # fmt: skip


def test_only_what_was_posted_since_is_asked_for(sync: Runner, platform: Journals) -> None:
    sync()
    platform.edit("Bill:2", "2024-02-12", 120_00)
    platform.calls.clear()
    run = sync()
    assert [call for call in platform.calls if call.startswith("after")] == ["after 10", "after 12"]
    assert (run.state, run.reach) == (RunState.PUBLISHED, Reach.CHANGES)
    assert (run.lines_added, run.lines_changed, run.lines_removed) == (0, 2, 0)  # one bill reads otherwise now
    assert lines() == posted(platform)
    assert Entry.objects.exclude(reverses="").values_list("key", "reverses", "record").get() == (
        "Bill:j11", "Bill:j3", "Bill:2",
    )  # fmt: skip


def test_nothing_posted_writes_nothing_and_asks_one_month_for_its_balances(sync: Runner, platform: Journals) -> None:
    sync()
    platform.calls.clear()
    run = sync()
    assert (run.state, run.rows_written) == (RunState.UNCHANGED, 0)
    assert platform.calls == ["after 10", "trial_balance 2025-06"]


def test_what_the_ledger_holds_is_known_to_the_reading(sync: Runner, platform: Journals) -> None:
    sync()
    platform.looked_back_at.clear()
    platform.void("Bill:3")
    sync()
    assert platform.looked_back_at == [frozenset({"Bill:j5"})]


def test_what_was_voided_is_told_as_removed(sync: Runner, platform: Journals) -> None:
    sync()
    platform.void("Bill:3")
    platform.post("Bill:6", "2025-06-01", 1_00)
    platform.void("Bill:6")
    run = sync()
    assert (run.lines_added, run.lines_changed, run.lines_removed) == (0, 0, 2)


@pytest.mark.parametrize("answered", range(1, 8))
def test_a_run_goes_on_after_the_last_page_it_stored(sync: Runner, platform: Journals, answered: int) -> None:
    platform.busy_after = answered
    run = sync()
    assert (run.state, run.lines_read) == (RunState.PUBLISHED, 20)
    assert lines() == posted(platform)
    assert len([call for call in platform.calls if call.startswith("after")]) <= 5 + 1


def test_another_source_is_read_from_scratch_and_back(sync: Runner, platform: Journals) -> None:
    platform.edit("Bill:2", "2024-02-12", 120_00)
    platform.void("Bill:4")
    sync()
    platform.numbered = False
    run = sync()
    assert (run.state, run.reason) == (RunState.PUBLISHED, "")
    assert "other postings" in run.because
    assert lines() == sorted((it.key, line.amount) for it in platform.documents() for line in it.lines)
    assert Book.objects.get().source == "documents"
    platform.numbered = True
    assert sync().state == RunState.PUBLISHED
    assert lines() == posted(platform)
    assert (Book.objects.get().source, Book.objects.get().cursor) == ("journals", "13")


def test_a_source_that_is_shut_says_whom_to_ask(sync: Runner, platform: Journals) -> None:
    sync()
    half = len(platform.posted) // 2
    platform.posted, platform.unlisted = platform.posted[:half], platform.posted[half:]
    platform.numbered = platform.itemises = False
    for run in (sync(), sync()):
        assert (run.state, run.fell_from) == (RunState.HELD, 1000)
        assert "ask whoever runs Tieout whether its access was cut down there" in run.remedy
    platform.numbered = platform.itemises = True
    platform.posted, platform.unlisted = [*platform.posted, *platform.unlisted], []
    assert sync().state == RunState.UNCHANGED


def test_everything_is_read_again_where_somebody_asks_and_nothing_is_written_anew(
    sync: Runner, platform: Journals, connected: Connection
) -> None:
    sync()
    SyncRun.objects.create(
        connection=connected, kind=RunKind.MANUAL, requested_at=connected.connected_at, everything=True
    )
    run = sync()
    assert (run.state, run.reach) == (RunState.UNCHANGED, Reach.EVERYTHING)
    assert lines() == posted(platform)
    assert Entry.objects.exclude(valid_to=OPEN).count() == 0


def test_a_posting_that_the_feed_lost_is_seen_by_the_balances(sync: Runner, platform: Journals) -> None:
    sync()
    platform.post("Bill:9", "2025-06-02", 75_00)
    platform.lost = "Bill:9"
    platform.calls.clear()
    run = sync()
    assert run.state == RunState.HELD
    assert "June 2025" in run.reason
    assert "after 0" not in platform.calls


def test_what_the_feed_did_not_show_is_read_as_soon_as_it_does(sync: Runner, platform: Journals) -> None:
    sync()
    platform.post("Bill:9", "2025-06-02", 75_00)
    platform.lost = "Bill:9"
    assert sync().state == RunState.HELD  # what it read counts for nothing, its cursor neither
    platform.lost = ""
    assert sync().state == RunState.PUBLISHED
    assert lines() == posted(platform)


def test_a_feed_that_does_not_tie_is_read_from_its_beginning_once_a_week(
    sync: Runner, platform: Journals, clock: Time
) -> None:
    sync()
    platform.post("Bill:9", "2025-06-02", 75_00)
    platform.lost = "Bill:9"
    for later, from_the_beginning in ((0, False), (8, True), (1, False)):
        clock.now += timedelta(days=later)
        platform.calls.clear()
        assert sync().state == RunState.HELD
        assert ("after 0" in platform.calls) == from_the_beginning
