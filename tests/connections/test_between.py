"""What may happen between two steps of a run: the clock, the owner and the books go on, and no figure is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from tests.connections.conftest import Runner, Time
from tests.connections.test_run import bill_id, control, published
from tieout.companies.models import Company
from tieout.connections import plan, reading, requests, services
from tieout.connections import run as runs
from tieout.connections.admission import admitted_through
from tieout.connections.holding import TakenOver
from tieout.connections.models import Connection, ConnectionState, RunKind, RunState, SyncRun
from tieout.connections.queries import held_run
from tieout.connections.requests import SYNC
from tieout.connections.run import execute
from tieout.core.month import Month
from tieout.core.records import Balances, Organisation, Statement, Window
from tieout.jobs import worker
from tieout.jobs.queries import active
from tieout.jobs.registry import RetryAt
from tieout.jobs.services import enqueue
from tieout.ledger import versions
from tieout.ledger.models import Book, Publication
from tieout.providerkit.errors import TryAgainLater
from tieout.providers.quickbooks.books import QuickBooksBooks
from tieout.providers.quickbooks.sandbox import Sandbox
from tieout.reports.queries import ledger_at
from tieout.reports.trial_balance import trial_balance

SHIFT: dict[str, object] = {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}}


@pytest.fixture
def rest_after(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that makes the platform ask for a rest, once, after so many windows."""

    def arrange(count: int, rest: timedelta, meanwhile: Callable[[], object] = lambda: None) -> None:
        real = reading.Reader.read
        left = [True]

        def windows(self: reading.Reader) -> None:
            if left:
                left.clear()
                self.hold.run.parts = self.hold.run.parts[:count]
                real(self)
                meanwhile()
                raise TryAgainLater("busy", after=rest)
            real(self)

        monkeypatch.setattr(reading.Reader, "read", windows)

    return arrange


def hold(sync: Runner, sandbox: Sandbox) -> SyncRun:
    """Bring the connection to a held run."""
    sync()
    control(sandbox, "faults", SHIFT)
    held = sync()
    assert held.state == RunState.HELD
    return held


# --- the plan of a version -----------------------------------------------------------------------------------------


def test_a_new_fiscal_year_between_two_holders_begins_anew(
    sync: Runner, clock: Time, rest_after: Callable[..., None]
) -> None:
    Connection.objects.update(history="default")
    clock.now = datetime(2027, 3, 31, 12, tzinfo=UTC)  # the fiscal year begins in April
    rest_after(10, timedelta(days=2))
    run = sync()
    assert (run.state, run.differing) == (RunState.PUBLISHED, 0)


def test_more_history_asked_while_a_run_rests_begins_anew(
    sync: Runner, clock: Time, rest_after: Callable[..., None]
) -> None:
    Connection.objects.update(history="default")
    clock.now = datetime(2026, 6, 15, 12, tzinfo=UTC)
    rest_after(14, timedelta(minutes=2), lambda: Connection.objects.update(history="everything"))
    run = sync()
    assert (run.state, run.differing) == (RunState.PUBLISHED, 0)


def test_a_run_that_rests_over_the_months_end_admits_what_it_read_whole(
    sync: Runner, connected: Connection, clock: Time, rest_after: Callable[..., None]
) -> None:
    clock.now = datetime(2025, 6, 29, 12, tzinfo=UTC)
    rest_after(100, timedelta(days=3))
    assert sync().state == RunState.PUBLISHED
    assert admitted_through(connected.company) == Month(2025, 5)


def test_history_begins_on_a_fiscal_years_first_day_whatever_was_before() -> None:
    start = plan.start_of_history(
        "default", today=date(2026, 3, 1), first_month=1, earliest=Month(2020, 1), known=date(2023, 7, 1)
    )
    assert start == date(2023, 1, 1)


def test_the_fiscal_year_moves_with_the_publication_and_not_before(
    sync: Runner, sandbox: Sandbox, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> dict[str, tuple[int, int | None]]:
        rows = trial_balance(ledger_at(company), Month(2025, 5)).rows
        return {row.account.name: (row.figure.ours, row.figure.theirs) for row in rows}

    sync()
    before = shown()
    real = QuickBooksBooks.organisation

    def organisation(self: QuickBooksBooks) -> Organisation:
        return msgspec.structs.replace(real(self), fiscal_year_first_month=1)

    monkeypatch.setattr(QuickBooksBooks, "organisation", organisation)
    control(sandbox, "faults", {"unbalanced": True})
    assert sync().state == RunState.FAILED
    assert shown() == before


def test_the_start_of_history_moves_with_the_publication_and_not_before(
    sync: Runner, sandbox: Sandbox, company: Company, clock: Time
) -> None:
    Connection.objects.update(history="default")
    clock.now += timedelta(days=365)
    sync()
    first = ledger_at(company).first
    Connection.objects.update(history="everything")
    control(sandbox, "faults", {"unbalanced": True})
    assert sync().state == RunState.FAILED
    assert ledger_at(company).first == first
    sandbox.faults.clear()
    assert sync().state == RunState.PUBLISHED
    assert ledger_at(company).first < first


# --- held runs -----------------------------------------------------------------------------------------------------


def test_a_run_that_fails_at_its_first_call_leaves_the_held_one_to_be_decided(
    sync: Runner, sandbox: Sandbox, alice: User
) -> None:
    held = hold(sync, sandbox)
    control(sandbox, "faults", {"status:403": True})
    assert sync().state == RunState.FAILED
    services.publish_held(SyncRun.objects.get(pk=held.pk), person=alice)
    assert Publication.objects.count() == 2


def test_a_held_run_is_not_published_while_a_refresh_is_queued(
    sync: Runner, sandbox: Sandbox, alice: User, clock: Time
) -> None:
    held = hold(sync, sandbox)
    requests.request_sync(Connection.objects.get(), kind=RunKind.MANUAL, person=alice, now=clock())
    with pytest.raises(services.Refused):
        services.publish_held(SyncRun.objects.get(pk=held.pk), person=alice)
    assert Publication.objects.count() == 1


def test_a_held_run_published_later_is_as_of_its_own_time_and_admits_what_it_read(
    sync: Runner, sandbox: Sandbox, connected: Connection, alice: User
) -> None:
    held = hold(sync, sandbox)  # on 15 June
    services.publish_held(SyncRun.objects.get(pk=held.pk), person=alice)
    connected.refresh_from_db()
    assert connected.verified_at == held.finished_at == Publication.objects.get(number=2).at
    assert admitted_through(connected.company) == Month(2025, 5)


def test_publishing_a_held_run_does_not_give_back_a_grant_that_is_gone(
    sync: Runner, sandbox: Sandbox, connected: Connection, alice: User
) -> None:
    held = hold(sync, sandbox)
    Connection.objects.update(state=ConnectionState.RECONNECT)
    services.publish_held(SyncRun.objects.get(pk=held.pk), person=alice)
    connected.refresh_from_db()
    assert connected.state == ConnectionState.RECONNECT


def test_a_held_run_that_is_being_swept_is_offered_no_more(
    sync: Runner, sandbox: Sandbox, connected: Connection, clock: Time, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync()
    control(sandbox, "delete", {"id": bill_id(connected, "107")})
    control(sandbox, "faults", SHIFT)
    assert sync().state == RunState.HELD
    steps: Iterator[int] = iter(range(100))
    real = versions._sweep_entries

    def disconnected_meanwhile(book: int, version: int, guard: versions.Guard) -> int:
        if next(steps) == 1:
            services.disconnect(Connection.objects.get(), person=alice, now=clock())
        return real(book, version, guard)

    monkeypatch.setattr(versions, "_sweep_entries", disconnected_meanwhile)
    with pytest.raises(TakenOver):
        sync()
    assert held_run(Connection.objects.select_related("book").get()) is None


def test_an_old_difference_does_not_hold_the_next_month(
    sync: Runner, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = QuickBooksBooks.balances

    def balances(self: QuickBooksBooks, statement: Statement, months: Sequence[Month]) -> Iterator[Balances]:
        for it in real(self, statement, months):  # two accounts are 1.00 off from May 2025 on, for good
            if it.statement is Statement.TRIAL_BALANCE and it.month >= Month(2025, 5):
                first, second = sorted(it.amounts)[:2]
                moved = {first: it.amounts[first] + 100, second: it.amounts[second] - 100}
                yield msgspec.structs.replace(it, amounts={**it.amounts, **moved})
            else:
                yield it

    monkeypatch.setattr(QuickBooksBooks, "balances", balances)
    first = sync()
    assert (first.state, first.differing > 0) == (RunState.PUBLISHED, True)
    clock.now += timedelta(days=30)
    assert sync().state != RunState.HELD


# --- trouble that passes -------------------------------------------------------------------------------------------


def test_trouble_between_steps_that_succeed_is_never_too_much(
    connected: Connection, clock: Time, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reading.Reader._part
    stumbled: set[int] = set()

    def window(self: reading.Reader, asked: Window, index: int) -> None:
        if index not in stumbled and len(stumbled) < 8:
            stumbled.add(index)
            raise TryAgainLater("busy")
        real(self, asked, index)

    monkeypatch.setattr(reading.Reader, "_part", window)
    run = requests.request_sync(connected, kind=RunKind.MANUAL, person=alice, now=clock())
    for _ in range(20):
        try:
            execute(run.pk, clock=clock, check=lambda: None)
            break
        except RetryAt as later:
            clock.now = later.when
    run.refresh_from_db()
    assert (run.state, len(stumbled)) == (RunState.PUBLISHED, 8)


def test_a_provider_that_is_gone_for_hours_is_waited_for_and_the_row_says_so(
    connected: Connection, clock: Time, alice: User, sandbox: Sandbox
) -> None:
    control(sandbox, "faults", {"status:503": {"path": "/v3/"}})
    run = requests.request_sync(connected, kind=RunKind.DAILY, person=None, now=clock())
    began, waits = clock.now, []
    while clock.now - began < timedelta(hours=20):
        with pytest.raises(RetryAt) as later:
            execute(run.pk, clock=clock, check=lambda: None)
        run.refresh_from_db()
        assert (run.state, run.waiting_until) == (RunState.RUNNING, later.value.when)
        assert "status 503" in run.reason
        waits.append(later.value.when - clock.now)
        clock.now = later.value.when
    assert max(waits) <= timedelta(hours=1)
    sandbox.faults.clear()
    execute(run.pk, clock=clock, check=lambda: None)
    run.refresh_from_db()
    assert (run.state, run.troubled_since, run.reason) == (RunState.PUBLISHED, None, "")


def test_a_person_who_asks_during_a_wait_is_answered_at_once_unless_the_provider_said_when(
    connected: Connection, clock: Time, alice: User, sandbox: Sandbox
) -> None:
    for fault, asks_at_once in (("status:503", True), ("status:429", False)):
        control(sandbox, "faults", {fault: {"path": "/v3/"}})
        run = requests.request_sync(connected, kind=RunKind.DAILY, person=None, now=clock())
        with pytest.raises(RetryAt):
            execute(run.pk, clock=clock, check=lambda: None)
        sandbox.faults.clear()
        joined = requests.request_sync(connected, kind=RunKind.MANUAL, person=alice, now=clock())
        assert joined.pk == run.pk
        run.refresh_from_db()
        assert (run.waiting_until is None) is asks_at_once
        if not asks_at_once:
            assert run.waiting_until is not None
            clock.now = run.waiting_until
        execute(run.pk, clock=clock, check=lambda: None)
        run.refresh_from_db()
        assert run.state in (RunState.PUBLISHED, RunState.UNCHANGED)


def test_a_second_job_does_not_ask_before_the_provider_allows(
    connected: Connection, clock: Time, alice: User, rest_after: Callable[..., None]
) -> None:
    rest_after(1, timedelta(minutes=5))
    run = requests.request_sync(connected, kind=RunKind.MANUAL, person=alice, now=clock())
    with pytest.raises(RetryAt) as first:
        execute(run.pk, clock=clock, check=lambda: None)
    with pytest.raises(RetryAt) as second:
        execute(run.pk, clock=clock, check=lambda: None)
    run.refresh_from_db()
    assert (second.value.when, run.attempts) == (first.value.when, 1)


def test_a_vendor_made_while_the_run_reads_is_taken_in(
    sync: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reading.Reader.opening

    def opening(self: reading.Reader) -> None:
        real(self)
        vendor = control(sandbox, "add", {"entity": "Vendor", "fields": {"DisplayName": "Brand new"}})["id"]
        line = {
            "Amount": 10,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "6"}},
        }
        bill = {"TxnDate": "2025-06-10", "VendorRef": {"value": vendor}, "Line": [line]}
        control(sandbox, "post", {"kind": "Bill", "entity": bill})

    monkeypatch.setattr(reading.Reader, "opening", opening)
    run = sync()
    assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)


def test_a_database_in_trouble_never_leaves_a_run_without_its_job(
    connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(runs, "_sync", broken)
    run = SyncRun.objects.get()
    lock = f"sync:{connected.pk}:{run.pk}"
    for _ in range(14):
        enqueue(SYNC, {"run": run.pk}, lock=lock, run_at=datetime.now(UTC))  # the one that waits, brought forward
        worker.run_due(now=datetime.now(UTC) + timedelta(seconds=1))
    assert SyncRun.objects.get().alive
    waiting = active(lock)
    assert waiting is not None
    assert waiting.attempts >= 14


def test_what_is_new_is_counted_also_after_a_failed_run(sync: Runner, sandbox: Sandbox, connected: Connection) -> None:
    control(sandbox, "faults", {"unbalanced": True})
    assert sync().state == RunState.FAILED
    assert not Book.objects.get().published
    sandbox.faults.clear()
    run = sync()
    assert (run.state, run.new_accounts, run.new_parties) == (RunState.PUBLISHED, 8, 2)
    assert published(connected)
