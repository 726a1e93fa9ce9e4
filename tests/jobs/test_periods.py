"""Periodic tasks run once a period, however many workers there are and whatever the clock does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from tieout.jobs import periods, registry, worker
from tieout.jobs.registry import Running, periodic

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ran(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Register one task, run each minute, alone; return when it ran."""
    times: list[datetime] = []
    registry.discover()  # else what is first found in this test would be forgotten after it
    monkeypatch.setattr(registry, "_tasks", dict(registry._tasks))
    monkeypatch.setattr(registry, "_periods", {})

    @periodic("toy.each_minute", every=MINUTE)
    def each_minute(now: datetime, job: Running) -> None:
        times.append(now)

    return times


def tick(now: datetime) -> None:
    """Do what a worker does at a moment."""
    periods.fire_due(now=now)
    worker.run_due(now=now)


@pytest.mark.django_db
def test_a_period_is_fired_once(ran: list[datetime]) -> None:
    for seconds in (0, 1, 30, 59, 60, 61, 119):
        tick(NOON + seconds * SECOND)
    assert ran == [NOON, NOON + MINUTE]


@pytest.mark.django_db
def test_three_days_down_are_caught_up_once(ran: list[datetime]) -> None:
    tick(NOON)
    late = NOON + 3 * DAY + 7 * SECOND
    tick(late)
    tick(late + SECOND)
    tick(late + MINUTE)
    assert ran == [NOON, late, late + MINUTE]


@pytest.mark.django_db
def test_a_run_that_waits_is_not_joined_by_many(ran: list[datetime]) -> None:
    for minutes in range(5):
        periods.fire_due(now=NOON + minutes * MINUTE)
    worker.run_due(now=NOON + 5 * MINUTE)
    assert ran == [NOON + 5 * MINUTE]


@pytest.mark.django_db
def test_a_clock_that_was_set_back_by_an_hour_keeps_nothing_waiting(ran: list[datetime]) -> None:
    tick(NOON)
    back = NOON - timedelta(hours=1)
    tick(back)
    tick(back + SECOND)
    tick(back + MINUTE)
    assert ran == [NOON, back, back + MINUTE]


@pytest.mark.django_db
def test_a_worker_that_looked_a_moment_earlier_fires_no_second_time(ran: list[datetime]) -> None:
    tick(NOON)
    tick(NOON - SECOND)
    tick(NOON + SECOND)
    assert ran == [NOON]


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_once_fire_once() -> None:
    together = Barrier(4)

    def look(minute: int) -> int:
        together.wait()
        try:
            return periods.fire_due(now=NOON + minute * MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        fired = [sum(workers.map(look, [minute] * 4)) for minute in range(10)]
    assert fired == [1] * 10
