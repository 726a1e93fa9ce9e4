"""The job engine's one seam of eight verbs.

Enqueue (in the caller's transaction, with a lock key, one waiting, run at), claim, heartbeat, finish, retry at.
A claim is (job, holder, attempt): whoever holds an older one changes nothing, and is told so by False. Times are aware;
the clock is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Least

from tieout.jobs.models import Job, State

# No fractions: what is worth a job's while is an id, a name or a date.
Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]

LEASE = timedelta(seconds=15)
_CANDIDATES = 20  # how many due jobs one claim looks at before it leaves the rest to the next


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
    attempt: int  # 1 the first time


def enqueue(task: str, arguments: Mapping[str, Json], *, lock: str = "", run_at: datetime) -> int:
    """Return the id of a job that will run at ``run_at``, once the caller's transaction is committed.

    If a job with the same lock is waiting already, that one is it: its id is returned, and it runs at the earlier of
    the two times. So jobs with one lock must be interchangeable.
    """
    with transaction.atomic():
        for _ in range(10):
            if lock and (waiting := _join(lock, run_at)):
                return waiting
            try:
                with transaction.atomic():
                    job = Job.objects.create(task=task, arguments=dict(arguments), lock=lock, run_at=run_at)
            except IntegrityError:
                continue  # another process enqueued the same lock between our look and our insert
            return job.pk
    raise Busy(lock)


def _join(lock: str, run_at: datetime) -> int | None:
    # The update is made even when the time stays: it holds the row until the caller commits, so that no worker
    # can start the job before the caller's own changes are there to see.
    waiting = Job.objects.filter(lock=lock, state=State.WAITING)
    if not waiting.update(run_at=Least(F("run_at"), Value(run_at))):
        return None
    return waiting.values_list("pk", flat=True).get()


def claim(*, holder: str, now: datetime, lease: timedelta = LEASE) -> Claimed | None:
    """Return the oldest due job, now held by ``holder`` until ``now + lease``; None where nothing is due.

    Due is a waiting job whose time has come and whose lock is free, and a running one whose lease is over.
    """
    if not _due(now).exists():  # read first: on SQLite a transaction of ours would take the write lock
        return None
    with transaction.atomic():
        for job in _due(now).select_for_update(skip_locked=True).order_by("run_at", "pk")[:_CANDIDATES]:
            if _take(job, holder=holder, now=now, lease=lease):
                return Claimed(
                    id=job.pk,
                    task=job.task,
                    arguments=job.arguments,
                    lock=job.lock,
                    holder=holder,
                    attempt=job.attempts + 1,
                )
    return None


def _due(now: datetime) -> QuerySet[Job]:
    locked = Job.objects.filter(lock=OuterRef("lock"), state=State.RUNNING)
    ready = Q(state=State.WAITING, run_at__lte=now) & (Q(lock="") | ~Exists(locked))
    orphaned = Q(state=State.RUNNING, lease_until__lt=now)
    return Job.objects.filter(ready | orphaned)


def _take(job: Job, *, holder: str, now: datetime, lease: timedelta) -> bool:
    same = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, lease_until=job.lease_until)
    try:
        with transaction.atomic():
            taken = same.update(
                state=State.RUNNING, holder=holder, lease_until=now + lease, attempts=F("attempts") + 1, error=""
            )
    except IntegrityError:
        return False  # another worker has just started another job with this lock
    return taken == 1


def _held(claimed: Claimed) -> QuerySet[Job]:
    return Job.objects.filter(pk=claimed.id, state=State.RUNNING, holder=claimed.holder, attempts=claimed.attempt)


def heartbeat(claimed: Claimed, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Hold the job until ``now + lease``. False: it is another's now, and this worker must leave it alone."""
    return _held(claimed).update(lease_until=now + lease) == 1


def finish(claimed: Claimed, *, now: datetime) -> bool:
    """Mark the job done. False: it is another's now."""
    return _held(claimed).update(state=State.DONE, lease_until=None, finished_at=now) == 1


def fail(claimed: Claimed, *, error: str, now: datetime) -> bool:
    """Mark the job failed for good, with the reason in words. False: it is another's now."""
    return _held(claimed).update(state=State.FAILED, lease_until=None, error=error, finished_at=now) == 1


def retry_at(claimed: Claimed, when: datetime, *, now: datetime) -> bool:
    """Put the job back to run at ``when``. False: it is another's now.

    If another job with the same lock waits already, that one does the work, and this one is done.
    """
    try:
        with transaction.atomic():
            return _held(claimed).update(state=State.WAITING, run_at=when, lease_until=None, holder="") == 1
    except IntegrityError:
        return finish(claimed, now=now)


def forget(*, before: datetime) -> int:
    """Delete the jobs that were over before ``before``; return how many."""
    return Job.objects.filter(finished_at__lt=before).delete()[0]
