"""Row 15: schedules over simulated years, beside a calendar that is worked out another way."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection as database

from tieout.connections import scheduling
from tieout.connections.models import RunKind
from tieout.connections.schedule import Schedule, look
from tieout.proofs import queries
from tieout.proofs.ground import Trial
from tieout.proofs.linking import Time, linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well

_ZONES = (
    "UTC", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "Europe/Berlin", "Europe/Dublin",
    "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland", "Africa/Casablanca",
    "Pacific/Apia",
)  # fmt: skip
_MINUTE = timedelta(minutes=1)
_OUTAGE = timedelta(days=3)

Fired = tuple[datetime, RunKind]


def schedules(at: Trial) -> Measured:
    """Look at a schedule at odd moments over years: each due time starts one run, an outage one in all."""
    schedule = Schedule(
        connection=at.dice.randrange(1, 5_000), sync_day=at.dice.randint(1, 31), zone=ZoneInfo(at.dice.choice(_ZONES))
    )
    years = 1 if at.short else 5
    first = datetime(at.dice.choice((2019, 2023, 2024, 2027)), at.dice.randint(1, 12), 1, tzinfo=UTC)
    until = first + timedelta(days=366 * years)
    due = [it for it in _by_the_calendar(schedule, first, until) if first < it[0] < until]
    outage = first + (until - first) * at.dice.uniform(0.1, 0.9)
    looks = list(_looks(first, until, outage, at.dice))
    fired = list(_simulated(schedule, looks))
    _must_fire_once(list(_seen(due, looks)), fired, outage)
    return {"due times": len(due), "started by several workers": _by_several_workers(at)}


def _by_the_calendar(schedule: Schedule, first: datetime, until: datetime) -> Iterator[Fired]:
    """Yield every due time: minute by minute, the first one at which the clock on the wall shows it."""
    day = first.astimezone(schedule.zone).date() - timedelta(days=1)
    while day <= until.date() + timedelta(days=1):
        monthly = day.day == min(schedule.sync_day, _days_of(day))
        at_month = _on_the_wall(day, schedule.monthly_at, schedule.zone)
        at_day = _on_the_wall(day, schedule.daily_at, schedule.zone)
        if monthly:
            yield at_month, RunKind.MONTHLY
        if not monthly or at_day != at_month:
            yield at_day, RunKind.DAILY
        day += timedelta(days=1)


def _days_of(day: date) -> int:
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day


def _on_the_wall(day: date, at: time, zone: object) -> datetime:
    assert isinstance(zone, ZoneInfo)
    wanted = datetime.combine(day, at)
    near = wanted.replace(tzinfo=UTC) - (datetime.combine(day, time(12), zone).utcoffset() or timedelta())
    moment = near - timedelta(hours=26)
    if _shows(near, zone) == wanted and _shows(near - timedelta(hours=2), zone) == wanted - timedelta(hours=2):
        return near  # no clock change is near: nothing else shows the same
    before = _shows(moment, zone)
    while moment < near + timedelta(hours=26):
        shown = _shows(moment, zone)
        if shown == wanted:
            return moment
        if before < wanted < shown:  # left out by a clock change: as much later as the clock was moved
            return moment + (wanted - before - _MINUTE)
        before, moment = shown, moment + _MINUTE
    raise AssertionError(f"{wanted} is never shown in {zone.key}")


def _shows(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _looks(first: datetime, until: datetime, outage: datetime, dice: Random) -> Iterator[datetime]:
    """Yield the moments at which the schedule is looked at: less than an hour apart, but for an outage."""
    now = first
    while now < until:
        yield now
        step = timedelta(minutes=dice.randint(1, 55))
        now = now + _OUTAGE if now <= outage < now + step else now + step


def _simulated(schedule: Schedule, looks: Sequence[datetime]) -> Iterator[Fired]:
    """Yield (the due time that was planned, the kind of run) of each run that the schedule starts."""
    planned = look(schedule, None, looks[0]).next
    for now in looks:
        found = look(schedule, planned, now)
        if found.kind is not None:
            yield planned, found.kind
        planned = found.next


def _seen(due: Sequence[Fired], looks: Sequence[datetime]) -> Iterator[Fired]:
    """Yield what falls due as looks see it: what one look finds together is one run, the sync date's if that is due."""
    for _, together in groupby(due, key=lambda it: bisect_left(looks, it[0])):
        found = list(together)
        kinds = {kind for _, kind in found}
        yield found[0][0], RunKind.MONTHLY if RunKind.MONTHLY in kinds else found[0][1]


def _must_fire_once(due: list[Fired], fired: list[Fired], outage: datetime) -> None:
    """Require each due time to have started its run, but for those of the outage, of which one catches up."""
    over = outage + _OUTAGE + timedelta(hours=1)
    steady = [it for it in due if not outage - timedelta(hours=1) <= it[0] <= over]
    got = [it for it in fired if not outage - timedelta(hours=1) <= it[0] <= over]
    last = due[-1][0]  # the last one may be due after the last look
    missed = [it for it in steady if it not in set(got) and it[0] != last]
    more = [it for it in got if it not in set(steady)]
    must(not missed and not more, f"not started: {missed[:2]}; started and not due: {more[:2]}")
    must(len(got) == len(set(got)), "a due time started two runs")
    must(len({it[0] for it in fired}) == len(fired), "a due time started two runs")
    within = [it for it in fired if outage <= it[0] <= outage + _OUTAGE]
    must(len(within) <= 2, f"after three days away {len(within)} runs caught up: {within}")


def _by_several_workers(at: Trial) -> int:
    """Let four workers look at the same due connection in the same moment, a few times; return how many runs began."""
    stand = small_books(at)
    with linked(at.ground.provider, stand) as link:
        must_be_well(link.sync())
        clock = link.clock
        assert isinstance(clock, Time)
        scheduling.plan_next(queries.present(link.connection), clock())
        rounds = 2 if at.short else 5
        for number in range(rounds):
            due = queries.present(link.connection).next_sync_at
            must(due is not None and due > clock.now, f"the next run is planned for {due}, and it is {clock.now}")
            assert due is not None
            clock.now = due
            with ThreadPoolExecutor(4) as workers:
                list(workers.map(_look, [clock()] * 4))
            began = [run for run in queries.runs_of(link.connection) if run.kind in (RunKind.DAILY, RunKind.MONTHLY)]
            must(len(began) == number + 1, f"at {number + 1} due times {len(began)} runs were begun")
            must_be_well(link.sync())
    return rounds


def _look(now: datetime) -> None:
    try:
        scheduling.start_due(now)
    finally:
        database.close()
