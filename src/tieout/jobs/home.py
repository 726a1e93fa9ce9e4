"""What a home of jobs must do: the eight verbs, as a protocol, and the values that go through it.

There are two homes under one contract test: `tieout.jobs.table` on SQLite and `tieout.jobs.procrastinate` on
PostgreSQL. The database decides; nobody outside this part knows which it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.db import connection

# No fractions: what is worth a job's while is an id, a name or a date.
Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]

LEASE = timedelta(seconds=15)


class State(StrEnum):
    """Where a job stands. A job whose worker died is still ``running``, with a lease that is over."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Busy(Exception):
    """Other processes took the same lock again and again while we enqueued: try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One job in one worker's hands."""

    id: int
    task: str
    arguments: Mapping[str, Json]
    lock: str
    holder: str
    attempt: int  # 1 the first time, and higher at each claim: with the id it names this claim and no other


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """Where one job stands."""

    id: int
    state: State
    run_at: datetime
    attempts: int  # how often it was claimed
    error: str


def signs_of_life(now: datetime, lease: timedelta) -> tuple[datetime, datetime]:
    """Return between which times a holder's last sign of life must lie for it to count as living.

    A sign that lies ahead of us is left by a clock that was set back since. A living holder beats by the new clock
    within a quarter of its lease; for a dead one we would otherwise wait as long as the clock jumped.
    """
    return now - lease, now + lease / 4


class Home(Protocol):
    """Where jobs are kept. `tieout.jobs.services` says what each verb promises."""

    def enqueue(self, task: str, arguments: Mapping[str, Json], *, lock: str, run_at: datetime) -> int: ...

    def claim(self, *, holder: str, now: datetime, lease: timedelta) -> Claimed | None: ...

    def heartbeat(self, claimed: Claimed, *, now: datetime) -> bool: ...

    def finish(self, claimed: Claimed, *, now: datetime) -> bool: ...

    def fail(self, claimed: Claimed, *, error: str, now: datetime) -> bool: ...

    def retry_at(self, claimed: Claimed, when: datetime, *, now: datetime) -> bool: ...

    def forget(self, *, before: datetime) -> int: ...

    def status(self, job: int) -> JobStatus | None: ...

    def active(self, lock: str) -> JobStatus | None: ...

    def clock(self) -> datetime: ...


def home() -> Home:
    """Return the home that this installation's database gives its jobs."""
    if connection.vendor == "postgresql":
        from tieout.jobs import procrastinate  # noqa: PLC0415 - an installation on SQLite need not load it

        return procrastinate
    from tieout.jobs import table  # noqa: PLC0415 - its model imports this module

    return table
