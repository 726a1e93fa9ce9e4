"""What tests read and write in a home of jobs beside its verbs, whichever home it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from tieout.jobs.home import Json, State
from tieout.jobs.models import Job


class Waiting(NamedTuple):
    """A job that waits."""

    id: int
    arguments: Mapping[str, Json]
    run_at: datetime


def waiting(task: str) -> list[Waiting]:
    """Return the jobs of a task that wait, the oldest first."""
    if connection.vendor == "postgresql":
        rows = _ask(
            "SELECT id, args -> 'arguments', scheduled_at FROM procrastinate_jobs"
            " WHERE task_name = %s AND status = 'todo' ORDER BY id",
            task,
        )
        return [Waiting(job, json.loads(arguments), run_at) for job, arguments, run_at in rows]
    found = Job.objects.filter(task=task, state=State.WAITING).order_by("pk")
    return [Waiting(job.pk, job.arguments, job.run_at) for job in found]


def postpone(job: int, when: datetime) -> None:
    """Let a waiting job wait until another time."""
    if connection.vendor == "postgresql":
        _ask("UPDATE procrastinate_jobs SET scheduled_at = %s WHERE id = %s RETURNING id", when, job)
    Job.objects.filter(pk=job).update(run_at=when)


def drop(job: int) -> None:
    """Take a job away, as if it had been done."""
    if connection.vendor == "postgresql":
        _ask("DELETE FROM procrastinate_jobs WHERE id = %s RETURNING id", job)
    Job.objects.filter(pk=job).delete()


def waiting_and_running(lock: str) -> tuple[int, int]:
    """Return how many jobs of one lock wait and how many run, as one look at the database sees it."""
    if connection.vendor == "postgresql":
        states = [state for (state,) in _ask("SELECT status::text FROM procrastinate_jobs WHERE lock = %s", lock)]
        return states.count("todo"), states.count("doing")
    states = list(Job.objects.filter(lock=lock).values_list("state", flat=True))
    return states.count(State.WAITING), states.count(State.RUNNING)


def drop_all() -> None:
    """Take all jobs away."""
    if connection.vendor == "postgresql":
        empty()
    Job.objects.all().delete()


def empty() -> None:
    """Take out what a test left: Django's own flush knows nothing of Procrastinate's tables."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def _ask(query: str, *values: int | str | datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
