"""When runs fall due: each once, whatever the clocks, the calendar and the machine do.

The other reading of the rule is `fires_at` here: it walks the minutes of the days around a clock change.
"""

from __future__ import annotations

from calendar import isleap
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.connections.models import RunKind
from tieout.connections.schedule import Schedule, look, next_daily, next_monthly, next_run, sync_date
from tieout.core.month import Month

ZONES = (
    "UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Apia", "Australia/Lord_Howe",
    "America/Havana", "Asia/Beirut", "Pacific/Chatham",
)  # fmt: skip
START, END = datetime(2010, 6, 10, tzinfo=UTC), datetime(2015, 6, 10, tzinfo=UTC)  # Apia had no 30 December 2011
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

schedules = st.builds(
    Schedule,
    connection=st.integers(1, 5_000),
    sync_day=st.integers(1, 31),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)


instants = st.integers(0, 28 * 365 * 24 * 60).map(lambda minutes: START + minutes * MINUTE)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def fires_at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the first instant at which the clock on the wall shows it, or else what it would have been."""
    noon = datetime.combine(day, time(12), UTC)
    before, after = ((noon + days).astimezone(zone).utcoffset() for days in (-2 * DAY, 2 * DAY))
    assert before is not None
    without = datetime.combine(day, wall, UTC) - before
    if before == after:
        return without
    wanted = datetime.combine(day, wall)
    shown = (noon - DAY - DAY / 2 + minutes * MINUTE for minutes in range(4 * 24 * 60))
    return next((it for it in shown if it.astimezone(zone).replace(tzinfo=None) == wanted), without)


def dues(schedule: Schedule, start: datetime, end: datetime) -> dict[datetime, RunKind]:
    """Return every run between two instants by the other reading."""
    zone = schedule.zone
    assert isinstance(zone, ZoneInfo)
    days = [start.date() + n * DAY for n in range(-2, (end - start).days + 3)]
    found = {fires_at(day, schedule.daily_at, zone): RunKind.DAILY for day in days}
    for day in days:
        whole = {2: 29 if isleap(day.year) else 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(day.month, 31)
        if day.day == min(schedule.sync_day, whole):
            found[fires_at(day, schedule.monthly_at, zone)] = RunKind.MONTHLY
    return {it: found[it] for it in sorted(found) if start < it <= end}


Fired = tuple[datetime, RunKind]


def fired(schedule: Schedule, looks: Iterable[datetime], planned: datetime | None) -> Iterator[Fired]:
    """Yield when a worker that looks at these instants starts a run."""
    for now in looks:
        seen = look(schedule, planned, now)
        planned = seen.next
        if seen.kind is not None:
            yield now, seen.kind


@pytest.mark.slow
@pytest.mark.parametrize(("at_", "zone"), list(enumerate(ZONES)))
def test_in_five_years_each_run_fires_once_and_at_its_time(at_: int, zone: str) -> None:
    schedule = Schedule(connection=1 + 94 * at_, sync_day=(1, 15, 28, 29, 30, 31)[at_ % 6], zone=ZoneInfo(zone))
    expected = dues(schedule, START, END)
    looks = [it + minutes * MINUTE for it in expected for minutes in (-1, 0)]
    found = list(fired(schedule, [START, *looks], None))
    assert found == list(expected.items())
    assert Counter(expected.values())[RunKind.MONTHLY] == 5 * 12


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("sync_day", range(1, 32))
def test_each_month_has_one_sync_date_the_31st_clamped(zone: str, sync_day: int) -> None:
    schedule = Schedule(connection=11, sync_day=sync_day, zone=ZoneInfo(zone))
    runs = [START]
    while runs[-1] < END:
        runs.append(next_monthly(schedule, runs[-1]))
    months = [Month.of(it.astimezone(schedule.zone).date()) for it in runs[1:]]
    assert months == list(months[0].until(months[-1] + 1))
    for run, month in zip(runs[1:], months, strict=True):
        local = run.astimezone(schedule.zone).date()
        last = (month.end - DAY).day
        # Samoa's 30 December 2011 did not happen: its run came with the 31st, at the same instant.
        skipped = (zone, month, sync_day) == ("Pacific/Apia", Month(2011, 12), 30)
        assert local.day == min(sync_day, last) + skipped


@given(schedules, instants)
@settings(max_examples=300)
def test_two_daily_runs_are_24_hours_apart_but_for_a_clock_change(schedule: Schedule, start: datetime) -> None:
    first = next_daily(schedule, start)
    second = next_daily(schedule, first)
    changed = first.astimezone(schedule.zone).utcoffset() != second.astimezone(schedule.zone).utcoffset()
    assert second - first == DAY or changed
    assert timedelta(hours=22) <= second - first <= timedelta(hours=26)


@given(schedules, instants)
@settings(max_examples=300)
def test_the_sync_date_s_run_is_the_first_of_its_day(schedule: Schedule, start: datetime) -> None:
    monthly = next_monthly(schedule, start)
    assert schedule.monthly_at <= schedule.daily_at
    assert schedule.monthly_at < time(3)
    earlier = next_daily(schedule, monthly - 2 * DAY)
    while (later := next_daily(schedule, earlier)) < monthly:
        earlier = later
    local = monthly.astimezone(schedule.zone)
    change = earlier.astimezone(schedule.zone).utcoffset() != local.utcoffset()  # in the small hours of that night
    assert earlier.astimezone(schedule.zone).date() < local.date() or change


def test_connections_are_spread_over_the_day() -> None:
    times = [Schedule(connection=id_, sync_day=1, zone=UTC).daily_at for id_ in range(1, 1441)]
    assert len(set(times)) == 1440
    early = sorted(it.hour * 60 + it.minute for it in times[:24])
    assert max(later - sooner for sooner, later in pairwise(early)) < 120  # 24 connections leave no two hours free


@pytest.mark.parametrize(
    ("day", "fires"),
    [
        ("2025-03-08", "2025-03-08T07:30"),  # 02:30 in winter
        ("2025-03-09", "2025-03-09T07:30"),  # 02:30 is left out: it is 03:30 on the wall
        ("2025-03-10", "2025-03-10T06:30"),  # 02:30 in summer
    ],
)
def test_a_time_that_the_clock_change_leaves_out_fires_once_and_later(day: str, fires: str) -> None:
    schedule = Schedule(connection=half_past_two(), sync_day=20, zone=ZoneInfo("America/New_York"))
    assert next_daily(schedule, at(f"{day}T00:00", "America/New_York")) == at(fires)


def test_a_time_that_occurs_twice_fires_the_first_time() -> None:
    new_york = ZoneInfo("America/New_York")
    schedule = Schedule(connection=half_past_two(), sync_day=20, zone=new_york)
    schedule_one = Schedule(connection=schedule.connection - 60 * 209, sync_day=20, zone=new_york)
    for it in (schedule, schedule_one):
        first = next_daily(it, at("2025-11-02T00:00", "America/New_York"))
        assert first.astimezone(new_york).fold == 0
        assert next_daily(it, first) - first >= DAY


def half_past_two() -> int:
    """Return the id of a connection whose time is 02:30."""
    return next(id_ for id_ in range(1, 1441) if Schedule(connection=id_, sync_day=1, zone=UTC).daily_at == time(2, 30))


NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def here(sync_day: int = 1, zone: str = "UTC", connection: int = 1) -> Schedule:
    """Return a schedule: connection 1 is read at 14:49, and at 01:51 of its sync date."""
    return Schedule(connection=connection, sync_day=sync_day, zone=ZoneInfo(zone))


def test_after_three_days_down_one_run_catches_up() -> None:
    schedule = here()
    planned = next_run(schedule, NOON).at
    runs = list(fired(schedule, (NOON + 3 * DAY + n * MINUTE for n in range(60)), planned))
    assert runs == [(NOON + 3 * DAY, RunKind.DAILY)]


def test_the_catch_up_is_the_sync_date_s_if_that_was_missed() -> None:
    schedule = here(sync_day=12)
    runs = list(fired(schedule, (NOON + 3 * DAY + n * MINUTE for n in range(60)), next_run(schedule, NOON).at))
    assert runs == [(NOON + 3 * DAY, RunKind.MONTHLY)]


def test_nothing_fires_before_its_time_or_without_a_plan() -> None:
    schedule = here()
    assert look(schedule, None, NOON).kind is None
    assert look(schedule, None, NOON).next == at("2026-03-10T14:49")
    assert look(schedule, at("2026-03-10T14:49"), at("2026-03-10T14:48:59")).kind is None
    assert look(schedule, at("2026-03-10T14:49"), at("2026-03-10T14:49")).kind is RunKind.DAILY


def test_a_changed_zone_replaces_the_plan_without_a_run() -> None:
    planned = look(here(), None, NOON).next
    tokyo = look(here(zone="Asia/Tokyo"), planned, NOON)
    assert tokyo.kind is None
    assert tokyo.next == at("2026-03-11T14:49", "Asia/Tokyo")


@given(st.sampled_from(ZONES), st.sampled_from(ZONES), st.integers(1, 31), st.integers(0, 48))
@settings(max_examples=30)
def test_a_changed_zone_fires_each_due_of_the_new_one_once(old: str, new: str, sync_day: int, hours: int) -> None:
    changed = NOON + timedelta(hours=hours)
    planned = look(here(sync_day, old), None, NOON).next
    while planned <= changed:
        planned = look(here(sync_day, old), planned, planned).next
    moved = here(sync_day, new)
    expected = dues(moved, changed, changed + 40 * DAY)
    assert list(fired(moved, [changed, *expected], planned)) == list(expected.items())


@pytest.mark.parametrize("sync_day", [9, 10, 11, 31])
def test_a_moved_sync_date_is_planned_from_now_on(sync_day: int) -> None:
    expected = {9: at("2026-04-09T01:51"), 10: at("2026-04-10T01:51"), 11: at("2026-03-11T01:51")}
    assert next_monthly(here(sync_day), NOON) == expected.get(sync_day, at("2026-03-31T01:51"))


def test_a_clock_that_is_set_back_fires_nothing_twice() -> None:
    schedule = here()
    fires = at("2026-03-10T14:49")
    times = [fires - MINUTE, fires, fires + MINUTE, fires - timedelta(hours=1), fires, fires + MINUTE, fires + DAY]
    assert [now for now, _ in fired(schedule, times, look(schedule, None, NOON).next)] == [fires, fires + DAY]


def test_a_plan_of_a_clock_that_was_years_ahead_is_dropped() -> None:
    schedule = here()
    far = look(schedule, None, datetime(2031, 1, 1, tzinfo=UTC)).next
    assert look(schedule, far, NOON).next == at("2026-03-10T14:49")


@pytest.mark.parametrize(
    ("month", "sync_day", "day"),
    [
        (Month(2024, 2), 31, date(2024, 2, 29)),
        (Month(2025, 2), 29, date(2025, 2, 28)),
        (Month(2100, 2), 30, date(2100, 2, 28)),
        (Month(2026, 4), 31, date(2026, 4, 30)),
        (Month(2026, 1), 31, date(2026, 1, 31)),
    ],
)
def test_the_sync_date_is_clamped_to_short_months(month: Month, sync_day: int, day: date) -> None:
    assert sync_date(month, sync_day) == day
