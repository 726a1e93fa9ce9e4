"""The job engine's one seam of eight verbs.

Enqueue (in the caller's transaction, with a lock key, one waiting, run at), claim, heartbeat, finish, retry at.
A claim is (job, attempt): whoever holds an older one changes nothing, and is told so by False. Times are aware; the
clock is an argument. `tieout.jobs.home` says where the jobs live.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tieout.jobs.home import LEASE, Busy, Claimed, Json, home

__all__ = [
    "LEASE",
    "Busy",
    "Claimed",
    "Json",
    "claim",
    "clock",
    "enqueue",
    "fail",
    "finish",
    "forget",
    "heartbeat",
    "retry_at",
]


def enqueue(task: str, arguments: Mapping[str, Json], *, lock: str = "", run_at: datetime) -> int:
    """Return the id of a job that will run at ``run_at``, once the caller's transaction is committed.

    If a job with the same lock is waiting already, that one is it: its id is returned, and it runs at the earlier of
    the two times. So jobs with one lock must be interchangeable. Raise Busy if others took the lock ten times over.
    """
    return home().enqueue(task, arguments, lock=lock, run_at=run_at)


def claim(*, holder: str, now: datetime, lease: timedelta = LEASE) -> Claimed | None:
    """Return the oldest due job, now held by ``holder``; None where nothing is due.

    Due is a waiting job whose time has come and whose lock is free, and a running one whose holder has not given a
    sign of life for a lease.
    """
    return home().claim(holder=holder, now=now, lease=lease)


def heartbeat(claimed: Claimed, *, now: datetime) -> bool:
    """Give a sign of life. False: the job is another's now, and this worker must leave it alone."""
    return home().heartbeat(claimed, now=now)


def finish(claimed: Claimed, *, now: datetime) -> bool:
    """Mark the job done. False: it is another's now."""
    return home().finish(claimed, now=now)


def fail(claimed: Claimed, *, error: str, now: datetime) -> bool:
    """Mark the job failed for good, with the reason in words. False: it is another's now."""
    return home().fail(claimed, error=error, now=now)


def retry_at(claimed: Claimed, when: datetime, *, now: datetime) -> bool:
    """Put the job back to run at ``when``. False: it is another's now.

    If another job with the same lock waits already, that one does the work, and this one is done.
    """
    return home().retry_at(claimed, when, now=now)


def forget(*, before: datetime) -> int:
    """Delete the jobs that were over before ``before``; return how many."""
    return home().forget(before=before)


def clock() -> datetime:
    """Return the time that leases are measured by: one clock for all workers of an installation."""
    return home().clock()
