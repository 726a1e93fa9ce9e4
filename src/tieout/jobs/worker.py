"""A worker: claims one job after another and does it, with a heartbeat beside it.

A worker may die at any moment: its job's lease ends, and another worker does the job again. What may not happen
twice is the task's own business (a sync fences its writes). This is the one place in the part that asks for the time.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection

from tieout.jobs import registry, services
from tieout.jobs.registry import Interrupted, RetryAt, Running
from tieout.jobs.services import LEASE, Claimed

log = logging.getLogger("tieout.jobs")

KEEP = timedelta(days=30)  # how long a job that is over can be looked at
LONGEST_WAIT = timedelta(minutes=5)  # between two tries of a job that the database failed
PATIENCE = timedelta(minutes=1)  # how long a worker waits for a database that does not answer


def run(*, stop: threading.Event, poll: float = 0.25, lease: timedelta = LEASE, patience: timedelta = PATIENCE) -> int:
    """Work until ``stop`` is set; return the process's exit code: 0, or 1 if the database stayed away."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    log.info("worker %s started", holder)
    away_since: float | None = None
    registry.discover()
    _tidy()
    while not stop.is_set():
        try:
            worked = _work_once(holder, stop, lease)
        except DatabaseError as error:
            connection.close()
            away_since = away_since or time.monotonic()
            log.warning("the database does not answer: %s", error)
            if time.monotonic() - away_since > patience.total_seconds():
                return 1
            stop.wait(max(poll, 1.0))
            continue
        away_since = None
        if not worked:
            stop.wait(poll)
    log.info("worker %s stopped", holder)
    return 0


def run_due(*, now: datetime, holder: str = "here") -> int:
    """Do in this thread, without heartbeats, all that is due at ``now``; return how many. For tests and scripts."""
    done = 0
    stop = threading.Event()
    while claimed := services.claim(holder=holder, now=now):
        _do(claimed, Running(id=claimed.id, attempt=claimed.attempt, holder=holder, stop=stop))
        done += 1
    return done


def _tidy() -> None:
    try:
        services.forget(before=datetime.now(UTC) - KEEP)
    except DatabaseError as error:
        log.warning("old jobs stay for now: %s", error)
        connection.close()


def _work_once(holder: str, stop: threading.Event, lease: timedelta) -> bool:
    claimed = services.claim(holder=holder, now=datetime.now(UTC), lease=lease)
    if claimed is None:
        return False
    running = Running(id=claimed.id, attempt=claimed.attempt, holder=holder, stop=stop)
    over = threading.Event()
    heart = threading.Thread(target=_beat, args=(claimed, running, over, lease), name=f"heartbeat-{claimed.id}")
    heart.start()
    try:
        _do(claimed, running)
    finally:
        over.set()
        heart.join()
        connection.close()
    return True


def _do(claimed: Claimed, running: Running) -> None:
    began = time.monotonic()
    kept, outcome = _attempt(claimed, running)
    if not kept:
        outcome += ", but it is another worker's now"
    seconds = time.monotonic() - began
    log.info("job %s %s attempt %s: %s in %.2f s", claimed.id, claimed.task, claimed.attempt, outcome, seconds)


def _attempt(claimed: Claimed, running: Running) -> tuple[bool, str]:
    function = registry.find(claimed.task)
    if function is None:
        reason = f"no task is called {claimed.task!r}"
        return services.fail(claimed, error=reason, now=datetime.now(UTC)), reason
    try:
        function(claimed.arguments, running)
    except RetryAt as again:
        return services.retry_at(claimed, again.when, now=datetime.now(UTC)), f"waits: {again}"
    except Interrupted as why:
        now = datetime.now(UTC)
        return services.retry_at(claimed, now, now=now), f"interrupted: {why}"
    except Exception as error:  # a bug in one task must not end the worker, and is told once, with its place
        log.exception("job %s %s failed", claimed.id, claimed.task)
        if not connection.in_atomic_block:  # a test's own transaction is around us
            connection.close()
        now = datetime.now(UTC)
        if isinstance(
            error, (OperationalError, InterfaceError)
        ):  # the database was away or too busy, not the task wrong
            when = now + min(timedelta(seconds=5 * claimed.attempt), LONGEST_WAIT)
            return services.retry_at(claimed, when, now=now), "waits for the database"
        return services.fail(claimed, error=f"{type(error).__name__}: {error}", now=now), "failed"
    return services.finish(claimed, now=datetime.now(UTC)), "done"


def _beat(claimed: Claimed, running: Running, over: threading.Event, lease: timedelta) -> None:
    held_until = time.monotonic() + lease.total_seconds()
    while not over.wait(lease.total_seconds() / 4):
        try:
            if not services.heartbeat(claimed, now=datetime.now(UTC), lease=lease):
                running.lost.set()
                break
            held_until = time.monotonic() + lease.total_seconds()
        except DatabaseError as error:
            log.warning("job %s: the heartbeat did not reach the database: %s", claimed.id, error)
            connection.close()
            if time.monotonic() > held_until:
                running.lost.set()
                break
    connection.close()
