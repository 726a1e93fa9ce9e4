"""The schedule on the database: each due run is requested once, and only for books that can be read."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connections as databases

from tests.connections.conftest import NOW, Runner, Time, consent_to
from tests.connections.test_run import control
from tests.jobs import homes
from tieout.companies.models import AuditEvent, Company
from tieout.companies.services import set_timezone
from tieout.connections import consent, requests, services
from tieout.connections.models import Connection, ConnectionState, RunKind, RunState, SyncRun
from tieout.connections.requests import NotConnected
from tieout.connections.run import execute
from tieout.connections.schedule import next_monthly, next_run
from tieout.connections.scheduling import schedule_of, start_due
from tieout.jobs import registry
from tieout.jobs.home import Claimed
from tieout.providers.quickbooks.sandbox import Sandbox

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def planned(connection: Connection) -> datetime | None:
    connection.refresh_from_db()
    return connection.next_sync_at


def due(connection: Connection) -> datetime:
    """Return when the connection is read next by itself."""
    found = planned(connection)
    assert found is not None
    return found


def end(run: SyncRun) -> None:
    SyncRun.objects.filter(pk=run.pk).update(state=RunState.UNCHANGED, finished_at=run.requested_at)


def test_a_new_connection_is_planned_within_a_day(connected: Connection) -> None:
    assert NOW < due(connected) <= NOW + DAY + MINUTE
    assert start_due(due(connected) - MINUTE) == 0


def test_a_due_run_is_requested_once_and_the_next_is_planned(connected: Connection, sync: Runner) -> None:
    sync()
    now = due(connected)
    assert start_due(now) == 1
    run = SyncRun.objects.latest("pk")
    assert (run.kind, run.requested_by, run.requested_at, run.state) == (RunKind.DAILY, None, now, RunState.QUEUED)
    assert [it.arguments for it in homes.waiting(requests.SYNC)].count({"run": run.pk}) == 1
    assert due(connected) == next_run(schedule_of(connected), now).at > now
    assert start_due(now) == 0
    assert SyncRun.objects.count() == 2


def test_a_due_run_joins_the_one_under_way(connected: Connection) -> None:
    assert start_due(due(connected)) == 1
    run = SyncRun.objects.get()
    assert run.kind == RunKind.INITIAL


def test_on_the_sync_date_the_run_is_the_sync_date_s(connected: Connection, alice: User, sync: Runner) -> None:
    sync()
    services.set_sync_day(connected, 16, person=alice, now=NOW)
    assert start_due(NOW + 30 * DAY) == 1
    assert SyncRun.objects.latest("pk").kind == RunKind.MONTHLY


def test_after_three_days_down_one_run_catches_up(connected: Connection, sync: Runner) -> None:
    sync()
    now = due(connected) + 3 * DAY
    assert [start_due(now + n * MINUTE) for n in range(5)] == [1, 0, 0, 0, 0]
    assert SyncRun.objects.count() == 2


@pytest.mark.parametrize(
    "state", [ConnectionState.RECONNECT, ConnectionState.DISCONNECTED, ConnectionState.PAUSED], ids=str
)
def test_books_that_cannot_be_read_are_left_alone(connected: Connection, sync: Runner, state: ConnectionState) -> None:
    sync()
    Connection.objects.update(state=state)
    assert start_due(due(connected) + DAY) == 0
    assert SyncRun.objects.count() == 1


def test_a_connection_without_a_right_is_tried_each_day(connected: Connection, sync: Runner) -> None:
    sync()
    Connection.objects.update(state=ConnectionState.ERROR)
    assert start_due(due(connected)) == 1


def test_a_connection_from_before_the_schedule_is_planned_and_not_run(connected: Connection, sync: Runner) -> None:
    sync()
    Connection.objects.update(next_sync_at=None)
    assert start_due(NOW) == 0
    assert due(connected) > NOW


def test_moving_the_sync_date_plans_anew_and_keeps_what_is_due(connected: Connection, alice: User) -> None:
    services.set_sync_day(connected, 16, person=alice, now=NOW)
    assert due(connected) == next_run(schedule_of(connected), NOW).at
    assert next_monthly(schedule_of(connected), NOW).date() == date(2025, 6, 16)
    late = due(connected) + MINUTE
    services.set_sync_day(connected, 17, person=alice, now=late)
    assert due(connected) < late
    assert start_due(late) == 1


def test_a_changed_time_zone_moves_the_plan(connected: Connection, company: Company, alice: User) -> None:
    before = due(connected)
    set_timezone(company, timezone="Asia/Tokyo", person=alice)
    assert start_due(NOW) == 0
    connected.company.refresh_from_db()
    assert due(connected) == next_run(schedule_of(connected), NOW).at != before


def test_pause_and_resume(connected: Connection, alice: User, sync: Runner, clock: Time) -> None:
    sync()
    services.pause(connected, person=alice)
    assert planned(connected) is None
    assert start_due(NOW + 2 * DAY) == 0
    with pytest.raises(NotConnected, match="resume it first"):
        services.refresh(connected, person=alice, now=clock())
    with pytest.raises(services.Refused):
        services.pause(connected, person=alice)
    run = services.resume(connected, person=alice, now=clock())
    assert (run.kind, run.requested_by) == (RunKind.MANUAL, alice)
    assert due(connected) > clock.now
    assert connected.state == ConnectionState.CONNECTED
    with pytest.raises(services.Refused):
        services.resume(connected, person=alice, now=clock())
    said = list(AuditEvent.objects.order_by("pk").values_list("what", flat=True))[-2:]
    assert said == ["paused the connection", "resumed the connection"]


def test_a_run_that_ends_while_paused_leaves_the_pause(
    connected: Connection, alice: User, sync: Runner, clock: Time
) -> None:
    sync()
    services.refresh(connected, person=alice, now=clock())
    services.pause(connected, person=alice)
    execute(SyncRun.objects.latest("pk").pk, clock=clock, check=lambda: None)
    assert planned(connected) is None
    assert connected.state == ConnectionState.PAUSED


def test_disconnecting_ends_the_schedule_and_authorising_again_begins_it(
    connected: Connection, sandbox: Sandbox, alice: User, sync: Runner, clock: Time
) -> None:
    sync()
    services.disconnect(connected, person=alice, now=clock())
    assert planned(connected) is None
    address = consent.begin(
        connected.company, alice, "quickbooks", consent.Wishes(history="everything"), session="s", now=clock()
    )
    consent.complete("quickbooks", consent_to(sandbox, address), alice, session="s", now=clock())
    assert due(connected) > clock.now


def test_lost_access_ends_the_schedule(connected: Connection, sandbox: Sandbox, sync: Runner) -> None:
    sync()
    control(sandbox, "revoke", {"realm": connected.organisation.external_id})
    failed = sync()
    assert planned(connected) is None
    assert connected.state == ConnectionState.RECONNECT
    assert connected.failing_since == failed.finished_at


def test_the_first_failure_is_kept_until_a_run_reaches_its_end(
    connected: Connection, sandbox: Sandbox, sync: Runner
) -> None:
    sync()
    control(sandbox, "faults", {"unbalanced": True})
    first = sync()
    assert planned(connected) is not None
    assert connected.failing_since == first.finished_at
    assert sync().state == RunState.FAILED
    connected.refresh_from_db()
    assert connected.failing_since == first.finished_at
    control(sandbox, "faults", {"unbalanced": False, "trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    assert sync().state == RunState.HELD
    connected.refresh_from_db()
    assert connected.failing_since is None


def test_reading_every_month_again_is_kept_on_the_run(connected: Connection, alice: User, sync: Runner) -> None:
    joined = services.refresh(connected, person=alice, now=NOW, everything=True)
    joined.refresh_from_db()
    assert joined.everything
    sync()
    assert services.refresh(connected, person=alice, now=NOW, everything=True).everything


def test_the_schedule_is_looked_at_each_minute(connected: Connection, sync: Runner) -> None:
    sync()
    registry.discover()
    assert registry.periods()["connections.start_due"] == MINUTE
    looking = registry.find("connections.start_due")
    assert looking is not None
    claimed = Claimed(id=1, task="", arguments={}, lock="", holder="", attempt=1)
    looking({}, registry.Running(claimed, now=due(connected), stop=threading.Event()))
    assert SyncRun.objects.latest("pk").kind == RunKind.DAILY


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_requests_the_run(connected: Connection, sync: Runner) -> None:
    sync()
    now = due(connected)

    def look(_: int) -> int:
        try:
            return start_due(now)
        finally:
            databases.close_all()

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(look, range(16))) == 1
    assert SyncRun.objects.count() == 2
