"""Jobs in a table of ours, where the database is SQLite: conditional updates and two partial unique indexes.

All processes are on one machine, so one clock serves them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Least

from tieout.jobs.home import Busy, Claimed, JobStatus, Json, State, signs_of_life
from tieout.jobs.models import Job

_CANDIDATES = 20  # how many due jobs one claim looks at before it leaves the rest to the next


def clock() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


def enqueue(task: str, arguments: Mapping[str, Json], *, lock: str, run_at: datetime) -> int:
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


def claim(*, holder: str, now: datetime, lease: timedelta) -> Claimed | None:
    due = _due(now, lease)
    if not due.exists():  # read first: a transaction of ours would take the write lock
        return None
    with transaction.atomic():
        for job in due.order_by("run_at", "pk")[:_CANDIDATES]:
            if _take(job, holder=holder, now=now):
                return Claimed(
                    id=job.pk,
                    task=job.task,
                    arguments=job.arguments,
                    lock=job.lock,
                    holder=holder,
                    attempt=job.attempts + 1,
                )
    return None


def _due(now: datetime, lease: timedelta) -> QuerySet[Job]:
    locked = Job.objects.filter(lock=OuterRef("lock"), state=State.RUNNING)
    ready = Q(state=State.WAITING, run_at__lte=now) & (Q(lock="") | ~Exists(locked))
    orphaned = Q(state=State.RUNNING) & ~Q(beat_at__range=signs_of_life(now, lease))
    return Job.objects.filter(ready | orphaned)


def _take(job: Job, *, holder: str, now: datetime) -> bool:
    same = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, beat_at=job.beat_at)
    try:
        with transaction.atomic():
            taken = same.update(state=State.RUNNING, holder=holder, beat_at=now, attempts=F("attempts") + 1, error="")
    except IntegrityError:
        return False  # another worker has just started another job with this lock
    return taken == 1


def _held(claimed: Claimed) -> QuerySet[Job]:
    return Job.objects.filter(pk=claimed.id, state=State.RUNNING, holder=claimed.holder, attempts=claimed.attempt)


def heartbeat(claimed: Claimed, *, now: datetime) -> bool:
    return _held(claimed).update(beat_at=now) == 1


def finish(claimed: Claimed, *, now: datetime) -> bool:
    return _held(claimed).update(state=State.DONE, beat_at=None, finished_at=now) == 1


def fail(claimed: Claimed, *, error: str, now: datetime) -> bool:
    return _held(claimed).update(state=State.FAILED, beat_at=None, error=error, finished_at=now) == 1


def retry_at(claimed: Claimed, when: datetime, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return _held(claimed).update(state=State.WAITING, run_at=when, beat_at=None, holder="") == 1
    except IntegrityError:
        return finish(claimed, now=now)


def forget(*, before: datetime) -> int:
    return Job.objects.filter(finished_at__lt=before).delete()[0]


def status(job: int) -> JobStatus | None:
    return _status(Job.objects.filter(pk=job).first())


def active(lock: str) -> JobStatus | None:
    found = Job.objects.filter(lock=lock, state__in=[State.RUNNING, State.WAITING])
    return _status(found.order_by("state").first())  # "running" stands before "waiting"


def _status(job: Job | None) -> JobStatus | None:
    if job is None:
        return None
    return JobStatus(id=job.pk, state=State(job.state), run_at=job.run_at, attempts=job.attempts, error=job.error)
