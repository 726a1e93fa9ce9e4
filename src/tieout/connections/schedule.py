"""When a connection is read by itself: every day, and on its sync date. Pure.

Times of day are wall time in the company's zone. One that a clock change leaves out fires once, as much later as the
clock was moved; one that occurs twice fires the first time. Arguments and results are aware.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tieout.connections.models import RunKind
from tieout.core.month import Month

_MINUTES = 24 * 60
_STRIDE = 889  # without a common divisor with _MINUTES, and near its golden section: neighbours are far apart
_BEFORE_SUNRISE = 8  # the sync date's run is at an eighth of the daily time: within the first three hours
_INSTANT = timedelta(microseconds=1)
_TOO_FAR = timedelta(days=2)  # no two runs are further apart: a later one was planned by a clock that was wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """By what a connection's runs fall due."""

    connection: int  # its id spreads the runs of an installation over the day
    sync_day: int  # 1 to 31, clamped to short months
    zone: tzinfo

    @property
    def daily_at(self) -> time:
        """The time of day of the daily run: each of 1440 connections in a row has a minute of its own."""
        return _time(self.connection * _STRIDE % _MINUTES)

    @property
    def monthly_at(self) -> time:
        """The time of day of the sync date's run: never after the daily one, so that it is that day's first."""
        return _time(self.connection * _STRIDE % _MINUTES // _BEFORE_SUNRISE)


@dataclass(frozen=True, slots=True)
class Due:
    """A run that the schedule starts."""

    at: datetime
    kind: RunKind


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be done now: start a run of a kind, or none, and when to look again."""

    kind: RunKind | None
    next: datetime


def sync_date(month: Month, sync_day: int) -> date:
    """Return a month's sync date: the 31st means the last day of a shorter month."""
    return date(month.year, month.number, min(sync_day, monthrange(month.year, month.number)[1]))


def next_daily(schedule: Schedule, after: datetime) -> datetime:
    """Return the first daily run after an instant."""
    day = after.astimezone(schedule.zone).date()
    runs = (_instant(day + timedelta(days=days), schedule.daily_at, schedule.zone) for days in range(-1, 3))
    return min(run for run in runs if run > after)


def next_monthly(schedule: Schedule, after: datetime) -> datetime:
    """Return the first run of a sync date after an instant."""
    month = Month.of(after.astimezone(schedule.zone).date())
    days = (sync_date(month + months, schedule.sync_day) for months in range(-1, 3))
    return min(run for day in days if (run := _instant(day, schedule.monthly_at, schedule.zone)) > after)


def next_run(schedule: Schedule, after: datetime) -> Due:
    """Return the first run after an instant; where both kinds fall together it is the sync date's."""
    daily, monthly = next_daily(schedule, after), next_monthly(schedule, after)
    return Due(monthly, RunKind.MONTHLY) if monthly <= daily else Due(daily, RunKind.DAILY)


def kind_of(schedule: Schedule, planned: datetime, until: datetime | None = None) -> RunKind:
    """Return what the run of an instant is; of one that starts late, the sync date's if that was due meanwhile."""
    return RunKind.MONTHLY if next_monthly(schedule, planned - _INSTANT) <= (until or planned) else RunKind.DAILY


def look(schedule: Schedule, planned: datetime | None, now: datetime) -> Look:
    """Return whether what was ``planned`` is due by ``now``, and when the next run is.

    However many runs were missed, one catches up; it is the sync date's if that was among them. A plan that the
    schedule does not know (the zone was changed, a clock was wrong) is replaced without a run.
    """
    upcoming = next_run(schedule, now).at
    if planned is None:
        return Look(None, upcoming)
    if planned <= now:
        return Look(kind_of(schedule, planned, now), upcoming)
    known = planned - now <= _TOO_FAR and next_run(schedule, planned - _INSTANT).at == planned
    return Look(None, planned if known else upcoming)


def _time(minute: int) -> time:
    return time(*divmod(minute, 60))


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the instant of a wall time. With ``fold`` 0 one in a gap keeps the offset from before it: it is later."""
    return datetime.combine(day, at, zone).astimezone(UTC)
