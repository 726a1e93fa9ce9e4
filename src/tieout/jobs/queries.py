"""What the pages and the other parts may ask of the job engine."""

from __future__ import annotations

from tieout.jobs.home import JobStatus, State, home

__all__ = ["JobStatus", "State", "active", "status"]


def status(job: int) -> JobStatus | None:
    """Return where a job stands; None if there is no such job (any more)."""
    return home().status(job)


def active(lock: str) -> JobStatus | None:
    """Return the job that runs under a lock, else the one that waits for it, else None."""
    return home().active(lock)
