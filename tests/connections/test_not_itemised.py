"""What the platform reports and does not itemise: one balanced entry a month, after the tie-out and marked as that."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import groupby

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.connections.conftest import Runner, Time
from tests.connections.journals import JournalBooks, JournalProvider, Journals
from tieout.companies.models import Company
from tieout.connections import consent, providers, queries, services
from tieout.connections.log_words import tie_out_in_words
from tieout.connections.models import Connection, Notice, Reach, RunState, SyncRun
from tieout.connections.progress import facts_of
from tieout.connections.seal import seal_of
from tieout.core.month import Month
from tieout.core.records import EntryKind, Statement
from tieout.core.statements import month_ends
from tieout.jobs.registry import Interrupted
from tieout.ledger import tie_out
from tieout.ledger.accounts import chart, natures
from tieout.ledger.models import OPEN, Book, Difference, Entry, Line, Publication
from tieout.ledger.movements import movements
from tieout.ledger.queries import line_count
from tieout.ui.shell import SealState

TODAY = Month(2025, 6)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Journals:
    """Bills and sales that are documents, and a pay run a month that is none; read by documents."""
    made = Journals(numbered=False, itemises=False)
    monkeypatch.setitem(providers.stand_ins, "quickbooks", JournalProvider(made))
    for month in Month(2024, 1).until(TODAY):
        made.post(f"Bill:{month}", f"{month}-10", 100_00)
        made.post(f"Sale:{month}", f"{month}-11", -900_00, account="sales")
        made.post_unlisted(f"{month}-28", 50_00)
    return made


@pytest.fixture
def connected(platform: Journals, company: Company, alice: User, clock: Time) -> Connection:
    address = consent.begin(company, alice, "quickbooks", consent.Wishes(), session="s", now=clock())
    state = address.partition("state=")[2]
    return consent.complete("quickbooks", {"state": state, "code": "c"}, alice, session="s", now=clock())


Entries = dict[str, dict[str, int]]


def explaining() -> Entries:
    """Return the entries that explain differences: month to account to amount."""
    names = {id_: account.external_id for id_, account in chart(Book.objects.get(), OPEN - 1).items()}
    found: Entries = {}
    for entry in Entry.objects.filter(kind__in=("residual", "revaluation"), valid_to=OPEN):
        lines = Line.objects.filter(entry=entry.pk, valid_to=OPEN).values_list("account", "amount")
        found[entry.external_id] = {names[account]: amount for account, amount in lines}
    return found


def shown() -> dict[Month, dict[str, int]]:
    """Return the trial balances that readers see, as the published lines have them."""
    book = Book.objects.get()
    names = {id_: account.external_id for id_, account in chart(book, book.published).items()}
    moved = [(account, month, amount) for account, _, month, amount in movements(book, book.published)]
    ends = month_ends(moved, natures(book, book.published), list(Month(2024, 1).until(TODAY + 1)), first_month=1)
    return {it.month: {names[id_]: amount for id_, amount in it.trial_balance.items()} for it in ends}


def reported(platform: Journals) -> dict[Month, dict[str, int]]:
    asked = JournalBooks(platform).balances(Statement.TRIAL_BALANCE, list(Month(2024, 1).until(TODAY + 1)))
    return {it.month: it.amounts for it in asked}


def test_what_is_not_itemised_is_one_balanced_entry_a_month(sync: Runner, platform: Journals) -> None:
    run = sync()
    assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)
    assert explaining() == {str(month): {"rent": 50_00, "bank": -50_00} for month in Month(2024, 1).until(TODAY)}
    entry = Entry.objects.get(external_id="2024-12", kind=EntryKind.RESIDUAL.value)
    assert (entry.key, entry.date) == ("Not itemised:2024-12", date(2024, 12, 31))
    assert shown() == reported(platform)
    assert Publication.objects.get().verified
    assert line_count(Book.objects.get()) == 2 * len(platform.posted)


def test_the_tie_out_is_stored_as_it_was_before_them(sync: Runner) -> None:
    sync()
    book = Book.objects.get()
    names = {account.external_id: id_ for id_, account in chart(book, book.published).items()}
    assert tie_out.mismatches(book, book.published) == []
    found = tie_out.explained(book, book.published)
    assert not found[EntryKind.REVALUATION]
    residual = {(it.month, it.account): it.difference for it in found[EntryKind.RESIDUAL]}
    assert residual[Month(2024, 3), names["rent"]] == -150_00
    assert residual[Month(2025, 3), names["rent"]] == -150_00  # the fiscal year's own
    assert residual[Month(2025, 3), names["earnings"]] == -600_00
    assert residual[Month(2025, 3), names["bank"]] == 750_00
    assert tie_out.compared_statements(book, book.published) == {
        (Statement.TRIAL_BALANCE, month) for month in Month(2024, 1).until(TODAY + 1)
    }


def test_coverage_is_kept_by_month(sync: Runner, connected: Connection) -> None:
    sync()
    book = Book.objects.get()
    coverage = tie_out.stored_coverage(book, book.published)
    # A month moves rent by 150, sales by 900 and the bank by 750: 1,800 in all, 100 of it is not itemised.
    assert {(it.not_itemised, it.moved) for month, it in coverage.items() if month < TODAY} == {(100_00, 1800_00)}
    assert coverage[TODAY].moved == 0
    now = queries.published(book)
    assert now is not None
    assert (now.coverage.per_mille, now.accounts, now.revalued) == (944, 0, False)


def test_a_sync_that_finds_nothing_new_writes_nothing(sync: Runner) -> None:
    sync()
    run = sync()
    assert (run.state, run.rows_written, run.reach) == (RunState.UNCHANGED, 0, Reach.EVERYTHING)


def test_only_the_month_that_changed_is_another_entry(sync: Runner, platform: Journals) -> None:
    sync()
    platform.post_unlisted("2024-07-15", 7_00)
    run = sync()
    assert (run.state, run.lines_added, run.lines_changed, run.lines_removed) == (RunState.PUBLISHED, 0, 2, 0)
    assert explaining()["2024-07"] == {"rent": 57_00, "bank": -57_00}
    assert shown() == reported(platform)
    assert Entry.objects.exclude(valid_to=OPEN).count() == 1


def test_what_becomes_a_document_is_no_longer_explained(sync: Runner, platform: Journals) -> None:
    sync()
    platform.unlisted = [it for it in platform.unlisted if it.date.month != 7]
    platform.post("Bill:late", "2024-07-28", 50_00)
    run = sync()
    assert (run.state, run.lines_added, run.lines_removed) == (RunState.PUBLISHED, 2, 2)
    assert "2024-07" not in explaining()
    assert shown() == reported(platform)


def test_a_run_that_is_stopped_after_the_tie_out_goes_on(
    sync: Runner, platform: Journals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object) -> None:
        raise Interrupted

    sync()
    platform.post_unlisted("2024-07-15", 7_00)
    with monkeypatch.context() as patched:
        patched.setattr("tieout.connections.run._count", stop)
        with pytest.raises(Interrupted):
            sync()
    run = sync()
    assert (run.state, run.lines_changed) == (RunState.PUBLISHED, 2)
    assert shown() == reported(platform)


# --- runs that read what changed -------------------------------------------------------------------------------


@pytest.fixture
def feed(platform: Journals) -> Journals:
    platform.told = ()
    return platform


def asked(platform: Journals) -> dict[str, list[str]]:
    calls = [call.split() for call in platform.calls]
    found: defaultdict[str, list[str]] = defaultdict(list)
    for what, group in groupby(calls, key=lambda it: it[0]):
        found[what] += [when for _, when in group]
    return found


def test_nothing_told_asks_for_the_last_balances_alone_and_keeps_the_others(sync: Runner, feed: Journals) -> None:
    sync()
    feed.calls.clear()
    run = sync()
    assert (run.reach, run.state, run.rows_written) == (Reach.CHANGES, RunState.UNCHANGED, 0)
    assert asked(feed) == {"documents": ["2025-05-01"], "trial_balance": ["2025-05", "2025-06"]}


def test_a_document_that_changed_moves_no_residual(sync: Runner, feed: Journals) -> None:
    sync()
    feed.edit("Bill:2024-12", "2024-12-10", 130_00)
    feed.told = (date(2024, 12, 10),)
    feed.calls.clear()
    run = sync()
    assert (run.reach, run.state, run.lines_changed) == (Reach.CHANGES, RunState.PUBLISHED, 2)
    assert asked(feed)["trial_balance"] == [str(month) for month in Month(2024, 12).until(TODAY + 1)]
    assert all(lines == {"rent": 50_00, "bank": -50_00} for lines in explaining().values())
    assert shown() == reported(feed)


def test_what_moves_with_it_is_explained_in_its_month_and_in_no_later_one(sync: Runner, feed: Journals) -> None:
    sync()
    feed.edit("Bill:2024-12", "2024-12-10", 130_00)
    feed.post_unlisted("2024-12-31", 4_00)
    feed.told = (date(2024, 12, 10),)
    run = sync()
    assert (run.reach, run.state) == (Reach.CHANGES, RunState.PUBLISHED)
    assert {month for month, lines in explaining().items() if lines["rent"] != 50_00} == {"2024-12"}
    assert shown() == reported(feed)


def test_a_balance_that_moved_behind_our_back_is_asked_of_all_later_month_ends(sync: Runner, feed: Journals) -> None:
    sync()
    feed.post_unlisted("2024-12-31", 4_00)
    feed.told = (date(2024, 12, 10),)  # somebody opened a bill and saved it as it was
    feed.calls.clear()
    run = sync()
    assert (run.reach, run.state, run.lines_changed) == (Reach.CHANGES, RunState.PUBLISHED, 2)
    assert set(asked(feed)["trial_balance"]) == {str(month) for month in Month(2024, 12).until(TODAY + 1)}
    assert asked(feed)["documents"] == ["2024-12-01", "2025-05-01"]  # none is read for what later balances carry on
    assert explaining()["2025-01"] == {"rent": 50_00, "bank": -50_00}
    assert shown() == reported(feed)


def test_where_more_is_missing_than_before_its_months_are_read_before_that_is_believed(
    sync: Runner, feed: Journals
) -> None:
    sync()
    feed.edit("Bill:2024-12", "2024-12-10", 130_00)
    feed.post("Bill:untold", "2025-02-10", 30_00)  # the feed does not tell of it
    feed.told = (date(2024, 12, 10),)
    feed.calls.clear()
    run = sync()
    assert (run.reach, run.state) == (Reach.CHANGES, RunState.PUBLISHED)
    assert asked(feed)["documents"] == ["2024-12-01", "2025-05-01", "2025-02-01"]
    assert {month for month, lines in explaining().items() if lines["rent"] != 50_00} == set()
    assert shown() == reported(feed)


# --- coverage that falls ---------------------------------------------------------------------------------------


def lose(platform: Journals, share: int) -> None:
    """Make one of so many documents unreadable: the balances still have it."""
    lost = [it for number, it in enumerate(platform.posted) if number % share == 0]
    platform.unlisted += lost
    platform.posted = [it for it in platform.posted if it not in lost]


def test_a_sync_of_which_much_less_is_itemised_is_held(
    sync: Runner, platform: Journals, connected: Connection, alice: User
) -> None:
    sync()
    before = shown()
    lose(platform, 9)
    run = sync()
    assert (run.state, run.differing) == (RunState.HELD, 0)
    assert run.reason.startswith("Single postings explain 82% of what moved")
    assert "94.4% at the last sync" in run.reason
    assert "UNVERIFIED" not in run.remedy
    assert shown() == before
    services.publish_held(SyncRun.objects.get(pk=run.pk), person=alice)
    assert shown() == before  # the balances were whole all the time
    assert Publication.objects.latest("number").verified
    assert sync().state == RunState.UNCHANGED


def test_such_a_hold_is_told_as_what_it_is(
    sync: Runner, platform: Journals, connected: Connection, client: Client, alice: User
) -> None:
    sync()
    lose(platform, 9)
    run = sync()
    now = queries.published(Book.objects.get())
    found = seal_of(connected, run, now, now=run.requested_at)
    assert found.note == "A later sync is held: less is itemised · sandbox"
    client.force_login(alice)
    page = client.get(f"/c/{connected.company.slug}/integrations/").content.decode()
    assert "A sync is held: less of the books is itemised" in page
    assert "Publish all the same" in page
    assert "a sync is held, less" not in page  # the notice is for other pages: the panel says it all
    assert "UNVERIFIED" not in page
    assert Notice.objects.latest("pk").title == "Toy: a sync is held, less of the books is itemised"


def test_how_much_is_itemised_stands_beside_the_tie_out(
    sync: Runner, platform: Journals, connected: Connection, client: Client, alice: User
) -> None:
    run = sync()
    connected.refresh_from_db()
    found = seal_of(connected, run, queries.published(Book.objects.get()), now=run.requested_at)
    assert (found.state, found.title) == (SealState.TIED, "Ties to the books")
    assert found.note.startswith("94.4% itemised · sync 1 · ")
    assert queries.state_of(connected)["itemised_percent"] == "94.4"
    assert facts_of(run)["itemised_percent"] == "94.4"
    assert tie_out_in_words(run).endswith("balances tie, 94.4% itemised")
    client.force_login(alice)
    page = client.get(f"/c/{connected.company.slug}/integrations/").content.decode()
    assert '<span class="quiet">94.4% itemised</span>' in page  # on the card
    assert "balances tie, 94.4% itemised" in page  # in the log


def test_a_little_less_is_published(sync: Runner, platform: Journals) -> None:
    sync()
    lose(platform, 30)
    assert sync().state == RunState.PUBLISHED


def test_what_changed_is_read_whole_before_a_fall_is_believed(sync: Runner, feed: Journals) -> None:
    sync()
    lose(feed, 3)
    feed.told = tuple(it.date for it in feed.unlisted)
    run = sync()
    assert (run.state, run.reach) == (RunState.HELD, Reach.EVERYTHING)
    assert run.because == "Much less of the books was itemised than at the last sync."


# --- revaluation -----------------------------------------------------------------------------------------------


@pytest.fixture
def revalued(platform: Journals) -> Journals:
    """Everything is itemised but what dollars gain by the rate."""
    platform.unlisted.clear()
    platform.numbered = platform.itemises = True
    for month, gain in (("2024-11", 30_00), ("2024-12", -10_00), ("2025-03", 5_00)):
        platform.post_unlisted(f"{month}-28", gain, account="dollars", against="gain")
    return platform


def test_gains_by_the_rate_are_entries_of_their_own_kind(
    sync: Runner, revalued: Journals, connected: Connection
) -> None:
    run = sync()
    assert (run.state, run.reason) == (RunState.PUBLISHED, "")
    assert explaining() == {
        "2024-11": {"dollars": 30_00, "gain": -30_00},
        "2024-12": {"dollars": -10_00, "gain": 10_00},
        "2025-03": {"dollars": 5_00, "gain": -5_00},
    }
    kinds = set(Entry.objects.exclude(kind="posted").values_list("type", "kind"))
    assert kinds == {("Currency revaluation", "revaluation")}
    assert shown() == reported(revalued)
    assert set(Difference.objects.values_list("explained", flat=True)) == {"revaluation"}
    now = queries.published(Book.objects.get())
    assert now is not None
    assert now.publication.verified
    assert (now.coverage.per_mille, now.revalued, now.accounts, now.part) == (1000, True, 0, "some revalued")
    assert tie_out_in_words(run).endswith("balances tie, some revalued")
    assert sync().state == RunState.UNCHANGED


def test_what_is_no_rates_holds_a_sync_and_the_gains_stay_explained(
    sync: Runner, revalued: Journals, connected: Connection, alice: User
) -> None:
    sync()
    revalued.post_unlisted("2025-02-03", 9_00)
    revalued.post_unlisted("2025-02-04", 2_00, account="dollars", against="gain")
    revalued.post("Bill:new", "2025-02-05", 1_00)
    run = sync()
    assert run.state == RunState.HELD
    assert "rent" in run.reason or "bank" in run.reason
    services.publish_held(SyncRun.objects.get(pk=run.pk), person=alice)
    assert not Publication.objects.latest("number").verified
    assert explaining()["2025-02"] == {"dollars": 2_00, "gain": -2_00}
    book = Book.objects.get()
    names = {id_: account.external_id for id_, account in chart(book, book.published).items()}
    left = {names[it.account] for it in tie_out.mismatches(book, book.published)}
    assert left == {"rent", "bank"}
    assert sync().state == RunState.UNCHANGED
