"""What the pages and the other parts may ask of the job engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tieout.jobs.models import Job, State


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """Where one job stands."""

    id: int
    state: State
    run_at: datetime
    attempts: int
    lease_until: datetime | None
    error: str


def status(job: int) -> JobStatus | None:
    """Return where a job stands; None if there is no such job (any more)."""
    return _status(Job.objects.filter(pk=job).first())


def active(lock: str) -> JobStatus | None:
    """Return the job that runs under a lock, else the one that waits for it, else None."""
    found = Job.objects.filter(lock=lock, state__in=[State.RUNNING, State.WAITING])
    return _status(found.order_by("state").first())  # "running" stands before "waiting"


def _status(job: Job | None) -> JobStatus | None:
    if job is None:
        return None
    return JobStatus(
        id=job.pk,
        state=State(job.state),
        run_at=job.run_at,
        attempts=job.attempts,
        lease_until=job.lease_until,
        error=job.error,
    )
