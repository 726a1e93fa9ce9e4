"""Holding a run: the fence that lets one process write, and the run's row as its progress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db.models import F
from django.db.models.expressions import Combinable

from tieout.connections.models import ALIVE, RunState, SyncRun

Clock = Callable[[], datetime]
Json = list[list[str]] | dict[str, list[int]]
Value = str | int | date | datetime | Combinable | Json | None


class TakenOver(Exception):
    """Another process holds the run now: this one must stop, and has written nothing since."""


class Hold:
    """One process's hold on a run. Every write of the run goes through a transaction that begins with `guard`."""

    def __init__(self, run: SyncRun, clock: Clock) -> None:
        self.run = run
        self.clock = clock
        self._fence = run.fence
        self._calls = 0

    @classmethod
    def take(cls, run_id: int, clock: Clock) -> Hold | None:
        """Return a hold on a run, or None if it has ended. Whoever held it before can write no more.

        Raise TakenOver if another process takes it in the same moment.
        """
        run = SyncRun.objects.select_related("connection__company", "connection__organisation", "book").get(pk=run_id)
        now, fence = clock(), run.fence + 1
        taken = SyncRun.objects.filter(pk=run_id, fence=run.fence, state__in=ALIVE).update(
            fence=fence,
            state=RunState.RUNNING,
            heartbeat=now,
            started_at=run.started_at or now,
            waiting_until=None,
            reason="",
            remedy="",
        )
        if not taken:
            if SyncRun.objects.filter(pk=run_id, state__in=ALIVE).exists():
                raise TakenOver(f"run {run_id}")
            return None
        run.refresh_from_db()
        if run.fence != fence:  # taken since: what was read is the other's hold, with the other's fence
            raise TakenOver(f"run {run_id}")
        return cls(run, clock)

    def guard(self) -> None:
        """Beat, and raise TakenOver unless the run is still ours: first in each write transaction of the run."""
        self.note()

    def note(self, **changes: Value) -> None:
        """Write to the run's row, with the calls counted since the last time; raise TakenOver if it is not ours."""
        calls, self._calls = self._calls, 0
        written = SyncRun.objects.filter(pk=self.run.pk, fence=self._fence, state=RunState.RUNNING).update(
            heartbeat=self.clock(), calls=F("calls") + calls, **changes
        )
        if written != 1:
            raise TakenOver(f"run {self.run.pk}")

    def progress(self, **changes: Value) -> None:
        """Note what has been stored, which ends any trouble; the row in memory follows. Within the transaction."""
        self.note(attempts=0, troubled_since=None, **changes)
        self.run.attempts, self.run.troubled_since = 0, None
        for name, value in changes.items():
            if not isinstance(value, Combinable):
                setattr(self.run, name, value)

    def count_call(self, name: str) -> None:  # noqa: ARG002 - the observer's shape; the log keeps the number alone
        """Count a call to the provider; stored with the next note."""
        self._calls += 1
