"""What the pages and the other parts may ask of the job engine."""

from __future__ import annotations

from datetime import UTC, datetime

from tieout.jobs import registry
from tieout.jobs.home import JobStatus, State, home
from tieout.jobs.models import Firing

__all__ = ["JobStatus", "State", "active", "status", "workers_seen_at"]


def status(job: int) -> JobStatus | None:
    """Return where a job stands; None if there is no such job (any more)."""
    return home().status(job)


def active(lock: str) -> JobStatus | None:
    """Return the job that runs under a lock, else the one that waits for it, else None."""
    return home().active(lock)


def workers_seen_at() -> datetime | None:
    """Return a moment at which some worker was at work: the beginning of the newest period that one has fired.

    It lags by as much as the shortest period of a periodic task. None: no worker has ever been.
    """
    registry.discover()
    every = registry.periods()
    fired = Firing.objects.filter(name__in=every).values_list("name", "period")
    begun = [period * every[name].total_seconds() for name, period in fired]
    return datetime.fromtimestamp(max(begun), UTC) if begun else None
