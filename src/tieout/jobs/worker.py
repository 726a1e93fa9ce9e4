"""A worker: claims one job after another and does it, with a heartbeat beside it.

A worker may die at any moment: its job's lease ends, and another worker does the job again. What may not happen
twice is the task's own business (a sync fences its writes).
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import socket
import threading
import time
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection

from tieout.jobs import periods, registry, services
from tieout.jobs.registry import Interrupted, RetryAt, Running
from tieout.jobs.services import LEASE, Claimed

log = logging.getLogger("tieout.jobs")

LONGEST_WAIT = timedelta(minutes=5)  # between two tries of a job that the database failed
TICK = timedelta(seconds=1)  # between two looks at which periods have begun
AWAY = timedelta(minutes=1)  # between two words in the log about a database that stays away


def run(*, stop: threading.Event, poll: float = 0.25, lease: timedelta = LEASE) -> None:
    """Work until ``stop`` is set. Where the database goes away, wait for it for as long as it takes."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    log.info("worker %s started", holder)
    registry.discover()
    fired: float = -math.inf
    told: float | None = None  # when the log last heard that the database is away
    while not stop.is_set():
        try:
            if time.monotonic() - fired > TICK.total_seconds():
                periods.fire_due(now=services.clock())
                fired = time.monotonic()
            worked = _work_once(holder, stop, lease)
        except DatabaseError as error:
            connection.close()
            if told is None or time.monotonic() - told > AWAY.total_seconds():
                log.warning("the database does not answer, so no job runs; the worker tries again: %s", error)
                told = time.monotonic()
            stop.wait(max(poll, 1.0))
            continue
        if told is not None:
            log.warning("the database answers again: the worker goes on")
            told = None
        if not worked:
            stop.wait(poll)
    log.info("worker %s stopped", holder)


def run_due(*, now: datetime, holder: str = "here") -> int:
    """Do in this thread, without heartbeats, all that is due at ``now``; return how many. For tests and scripts."""
    done = 0
    stop = threading.Event()
    while claimed := services.claim(holder=holder, now=now):
        _do(claimed, Running(claimed, now=now, stop=stop))
        done += 1
    return done


def _work_once(holder: str, stop: threading.Event, lease: timedelta) -> bool:
    now = services.clock()
    claimed = services.claim(holder=holder, now=now, lease=lease)
    if claimed is None:
        return False
    running = Running(claimed, now=now, stop=stop)
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
        return services.fail(claimed, error=reason, now=services.clock()), reason
    try:
        function(claimed.arguments, running)
    except RetryAt as again:
        return services.retry_at(claimed, again.when, now=services.clock()), f"waits: {again}"
    except Interrupted as why:
        now = services.clock()
        return services.retry_at(claimed, now, now=now), f"interrupted: {why}"
    except (OperationalError, InterfaceError) as error:  # the database was away, full or too busy: not the task wrong
        return _wait_for_database(claimed, error)
    except Exception as error:  # a bug in one task must not end the worker, and is told once, with its place
        log.exception("job %s %s failed", claimed.id, claimed.task)
        _leave_session()
        return services.fail(claimed, error=f"{type(error).__name__}: {error}", now=services.clock()), "failed"
    return services.finish(claimed, now=services.clock()), "done"


def _wait_for_database(claimed: Claimed, error: Exception) -> tuple[bool, str]:
    _leave_session()
    wait = min(timedelta(seconds=5 * claimed.attempt), LONGEST_WAIT)
    log.warning(
        "job %s %s: the database failed, what was not committed is undone, and the job is tried again: %s",
        claimed.id,
        claimed.task,
        error,
    )
    now = services.clock()
    return services.retry_at(claimed, now + wait, now=now), f"waits {wait.total_seconds():.0f} s for the database"


def _leave_session() -> None:
    if not connection.in_atomic_block:  # a test's own transaction is around us
        connection.close()


def _beat(claimed: Claimed, running: Running, over: threading.Event, lease: timedelta) -> None:
    held_until = time.monotonic() + lease.total_seconds()
    while not over.wait(lease.total_seconds() / 4):
        try:
            if not services.heartbeat(claimed, now=services.clock()):
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
