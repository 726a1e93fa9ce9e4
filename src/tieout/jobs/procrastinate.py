"""Jobs in Procrastinate's tables, where the database is PostgreSQL.

Its schema and functions keep the jobs: unique locks, events, notifications, its command line. Our worker drives them
through Django's connection, because Procrastinate's own worker would let one that was frozen finish another's job, and
ends when the database goes away. A row in ``procrastinate_workers`` lives as long as one claim; its heartbeat is the
lease. The attempt is Procrastinate's count of those that ended, plus one, and a takeover ends one: so (job, attempt)
names one claim. Leases are measured by the database's clock, so hosts need not agree on theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from procrastinate.sql import queries
from psycopg.types.json import Jsonb

from tieout.jobs.home import Busy, Claimed, JobStatus, Json, State, signs_of_life

QUEUE = "tieout"
_STATES = {"todo": State.WAITING, "doing": State.RUNNING, "succeeded": State.DONE}  # all others are failures

_JOIN = """
UPDATE procrastinate_jobs SET scheduled_at = least(scheduled_at, %(run_at)s)
WHERE queueing_lock = %(lock)s AND status = 'todo' RETURNING id
"""
# Like procrastinate_fetch_job, but the oldest first, by the caller's clock, and with those whose holder is silent.
_DUE = """
SELECT job.id FROM procrastinate_jobs AS job
WHERE job.queue_name = %(queue)s AND (
    (job.status = 'todo' AND job.scheduled_at <= %(now)s AND NOT EXISTS (
        SELECT FROM procrastinate_jobs AS other WHERE other.lock = job.lock AND other.status = 'doing'))
    OR (job.status = 'doing' AND NOT EXISTS (
        SELECT FROM procrastinate_workers AS worker
        WHERE worker.id = job.worker_id AND worker.last_heartbeat BETWEEN %(oldest)s AND %(newest)s)))
ORDER BY job.scheduled_at, job.id LIMIT 1
"""
# Asked again under the row's lock: the look above may be older than another worker's claim.
_TAKE = """
UPDATE procrastinate_jobs AS job
SET status = 'doing', worker_id = %(worker)s, attempts = attempts + (status = 'doing')::int
WHERE id = %(id)s AND (status = 'todo' OR (status = 'doing' AND NOT EXISTS (
    SELECT FROM procrastinate_workers AS worker
    WHERE worker.id = job.worker_id AND worker.last_heartbeat BETWEEN %(oldest)s AND %(newest)s)))
RETURNING task_name, args -> 'arguments', coalesce(lock, ''), attempts + 1
"""
_WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%(now)s) RETURNING id"
_HELD = """
SELECT worker_id FROM procrastinate_jobs
WHERE id = %(id)s AND status = 'doing' AND attempts + 1 = %(attempt)s FOR UPDATE
"""
_BEAT = """
WITH held AS (
    SELECT worker_id FROM procrastinate_jobs
    WHERE id = %(id)s AND status = 'doing' AND attempts + 1 = %(attempt)s FOR UPDATE)
UPDATE procrastinate_workers SET last_heartbeat = %(now)s FROM held WHERE procrastinate_workers.id = held.worker_id
RETURNING id
"""
_EXPLAIN = "UPDATE procrastinate_jobs SET args = args || %(error)s WHERE id = %(id)s"
_FORGET = """
DELETE FROM procrastinate_jobs AS job WHERE queue_name = %(queue)s AND status NOT IN ('todo', 'doing')
AND NOT EXISTS (SELECT FROM procrastinate_events AS event WHERE event.job_id = job.id AND event.at >= %(before)s)
RETURNING id
"""
_STATUS = """
SELECT id, status::text, scheduled_at, attempts + (status = 'doing')::int, coalesce(args ->> 'error', '')
FROM procrastinate_jobs
"""


_ACTIVE = "WHERE lock = %(lock)s AND status IN ('doing', 'todo') ORDER BY status = 'todo' LIMIT 1"


def clock() -> datetime:
    """Return the database server's time."""
    row = _row("SELECT clock_timestamp()")
    assert row is not None
    now: datetime = row[0]
    return now


def enqueue(task: str, arguments: Mapping[str, Json], *, lock: str, run_at: datetime) -> int:
    key = lock or None
    job = (QUEUE, task, 0, key, key, Jsonb({"arguments": dict(arguments)}), run_at)
    with transaction.atomic():
        for _ in range(10):
            # The update is made even when the time stays: it holds the row until the caller commits, so that no
            # worker can start the job before the caller's own changes are there to see.
            if lock and (waiting := _row(_JOIN, lock=lock, run_at=run_at)):
                return int(waiting[0])
            try:
                with transaction.atomic():
                    made = _row(queries["defer_jobs"], jobs=[job])
            except IntegrityError:
                continue  # another process enqueued the same lock between our look and our insert
            assert made is not None
            return int(made[0])
    raise Busy(lock)


def claim(*, holder: str, now: datetime, lease: timedelta) -> Claimed | None:
    oldest, newest = signs_of_life(now, lease)
    due = {"queue": QUEUE, "now": now, "oldest": oldest, "newest": newest}
    if _row(_DUE, **due) is None:
        return None
    try:
        with transaction.atomic():
            found = _row(f"{_DUE} FOR UPDATE OF job SKIP LOCKED", **due)
            return _take(int(found[0]), holder=holder, **due) if found else None
    except IntegrityError:
        return None  # another worker has just started another job with this lock


def _take(job: int, *, holder: str, **due: object) -> Claimed | None:
    worker = _row(_WORKER, **due)
    assert worker is not None
    taken = _row(_TAKE, id=job, worker=worker[0], **due)
    if taken is None:
        _row(queries["unregister_worker"], worker_id=worker[0])
        return None
    task, arguments, lock, attempt = taken
    return Claimed(id=job, task=task, arguments=json.loads(arguments), lock=lock, holder=holder, attempt=attempt)


def heartbeat(claimed: Claimed, *, now: datetime) -> bool:
    return _row(_BEAT, id=claimed.id, attempt=claimed.attempt, now=now) is not None


def finish(claimed: Claimed, *, now: datetime) -> bool:  # noqa: ARG001 - the database notes its own time
    return _end(claimed, "finish_job", status="succeeded", delete_job=False)


def fail(claimed: Claimed, *, error: str, now: datetime) -> bool:  # noqa: ARG001 - the database notes its own time
    with transaction.atomic():
        ended = _end(claimed, "finish_job", status="failed", delete_job=False)
        if ended:
            _row(_EXPLAIN, id=claimed.id, error=Jsonb({"error": error}))
        return ended


def retry_at(claimed: Claimed, when: datetime, *, now: datetime) -> bool:
    try:
        return _end(claimed, "retry_job", retry_at=when, new_priority=None, new_queue_name=None, new_lock=None)
    except IntegrityError:
        return finish(claimed, now=now)


def _end(claimed: Claimed, query: str, **arguments: object) -> bool:
    """End a claim by one of Procrastinate's own functions, which would end anybody's: so the claim is proved first."""
    with transaction.atomic():
        held = _row(_HELD, id=claimed.id, attempt=claimed.attempt)
        if held is None:
            return False
        _row(queries[query], job_id=claimed.id, **arguments)
        _row(queries["unregister_worker"], worker_id=held[0])
        return True


def forget(*, before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"queue": QUEUE, "before": before})
        return int(cursor.rowcount)


def status(job: int) -> JobStatus | None:
    return _status(_row(f"{_STATUS} WHERE id = %(id)s", id=job))


def active(lock: str) -> JobStatus | None:
    return _status(_row(f"{_STATUS} {_ACTIVE}", lock=lock))


def _status(row: tuple[Any, ...] | None) -> JobStatus | None:
    if row is None:
        return None
    job, state, run_at, attempts, error = row
    return JobStatus(id=job, state=_STATES.get(state, State.FAILED), run_at=run_at, attempts=attempts, error=error)


def _row(query: str, **parameters: object) -> tuple[Any, ...] | None:
    """Return the first row of the answer, or None: also where there is no answer to read."""
    values: dict[str, Any] = parameters
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone() if cursor.description else None
