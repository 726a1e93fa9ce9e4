"""The job engine's own housekeeping."""

from __future__ import annotations

from datetime import datetime, timedelta

from tieout.jobs.registry import Running, periodic
from tieout.jobs.services import forget

KEEP = timedelta(days=7)  # how long a job that is over can be looked at


@periodic("jobs.tidy", every=timedelta(hours=1))
def tidy(now: datetime, job: Running) -> None:  # noqa: ARG001 - one statement: nowhere to stop in between
    """Forget the jobs that were over a week ago."""
    forget(before=now - KEEP)
