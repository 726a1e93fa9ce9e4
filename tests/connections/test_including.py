"""A month that is over counts as actuals before its sync date, if somebody says so. It is 15 June 2025."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from tests.connections.conftest import NOW, Runner, Time
from tieout.companies.models import AuditEvent
from tieout.connections import including, services
from tieout.connections.admission import admitted_through
from tieout.connections.models import Admission, Connection, ConnectionState, RunState, SyncRun
from tieout.connections.requests import NotConnected
from tieout.core.month import Month

MAY, JUNE = Month(2025, 5), Month(2025, 6)


@pytest.fixture
def late(connected: Connection, alice: User) -> Connection:
    """Return the connection with the 20th as its sync date: May is over and not admitted on the 15th."""
    services.set_sync_day(connected, 20, person=alice, now=NOW)
    return connected


def fresh(connection: Connection) -> Connection:
    return Connection.objects.select_related("company", "book").get(pk=connection.pk)


def test_a_month_that_is_over_waits_for_its_sync_date(late: Connection, sync: Runner) -> None:
    assert including.waiting(fresh(late), now=NOW) is None  # no figure yet
    run = sync()
    found = including.waiting(fresh(late), now=NOW)
    assert found is not None
    assert (found.month, str(found.on), found.read_by) == (MAY, "2025-06-20", run)
    assert admitted_through(late.company) == Month(2025, 4)
    assert including.waiting(fresh(late), now=datetime(2025, 6, 20, tzinfo=UTC)) is None  # the next sync admits it


def test_including_it_admits_it_at_once_and_says_who(late: Connection, alice: User, sync: Runner, clock: Time) -> None:
    sync()
    assert including.include(fresh(late), MAY, person=alice, now=clock()) is None
    admitted = Admission.objects.get(month=MAY.key)
    assert (admitted.by, admitted.publication.number) == (alice, 1)
    said = AuditEvent.objects.get(what="included a month before its sync date")
    assert (said.person, said.after) == (alice, {"month": "2025-05", "sync": 1})
    assert SyncRun.objects.count() == 1
    with pytest.raises(including.NotWaiting, match="May 2025 counts as actuals already"):
        including.include(fresh(late), MAY, person=alice, now=clock())
    with pytest.raises(including.NotWaiting):
        including.include(fresh(late), JUNE, person=alice, now=clock())
    assert SyncRun.objects.count() == 1


def test_books_that_were_read_before_the_month_ended_are_read_first(
    late: Connection, alice: User, sync: Runner, clock: Time
) -> None:
    sync()
    clock.now = datetime(2025, 7, 2, 9, tzinfo=UTC)
    run = including.include(fresh(late), JUNE, person=alice, now=clock())
    assert run is not None
    assert run.state == RunState.QUEUED
    assert not Admission.objects.filter(month=JUNE.key).exists()
    assert sync().pk == run.pk
    assert including.include(fresh(late), JUNE, person=alice, now=clock()) is None
    assert admitted_through(late.company) == JUNE


def test_a_month_is_over_by_the_company_s_clock(late: Connection, alice: User, sync: Runner, clock: Time) -> None:
    late.company.timezone = "Pacific/Auckland"
    late.company.save()
    clock.now = datetime(2025, 6, 30, 11, tzinfo=UTC)  # 23:00 in Auckland
    sync()
    clock.now = datetime(2025, 6, 30, 12, 30, tzinfo=UTC)  # 00:30 on 1 July there
    found = including.waiting(fresh(late), now=clock.now)
    assert found is not None
    assert (found.month, found.read_by) == (JUNE, None)
    sync()
    found = including.waiting(fresh(late), now=clock.now)
    assert found is not None
    assert found.read_by is not None


def test_a_failed_run_has_read_nothing(late: Connection, sync: Runner, clock: Time) -> None:
    sync()
    clock.now = datetime(2025, 7, 2, 9, tzinfo=UTC)
    run = sync()
    SyncRun.objects.filter(pk=run.pk).update(state=RunState.FAILED)
    found = including.waiting(fresh(late), now=clock())
    assert found is not None
    assert found.read_by is None


def test_without_access_the_books_cannot_be_read_first(
    late: Connection, alice: User, sync: Runner, clock: Time
) -> None:
    sync()
    Connection.objects.update(state=ConnectionState.RECONNECT)
    clock.now = datetime(2025, 7, 2, 9, tzinfo=UTC)
    with pytest.raises(NotConnected):
        including.include(fresh(late), JUNE, person=alice, now=clock())


def test_moving_the_sync_date_withdraws_nothing(late: Connection, alice: User, sync: Runner, clock: Time) -> None:
    sync()
    services.set_sync_day(late, 10, person=alice, now=clock())
    assert sync().state == RunState.UNCHANGED  # no new figures, and May is due now
    assert admitted_through(late.company) == MAY
    services.set_sync_day(late, 31, person=alice, now=clock())
    sync()
    assert admitted_through(late.company) == MAY
    assert Admission.objects.get(month=MAY.key).by is None
