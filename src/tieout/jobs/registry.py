"""Which function does which task.

A part registers its own in its ``tasks.py``, by ``@task("connections.sync")`` above
``def sync(arguments: Mapping[str, Json], job: Running) -> None``, or by
``@periodic("connections.start_due", every=timedelta(minutes=1))`` above ``def start_due(now: datetime, job: Running)``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.utils.module_loading import autodiscover_modules

from tieout.jobs.home import Claimed, Json


class RetryAt(Exception):
    """Raised by a task to be run again at ``when`` (aware)."""

    def __init__(self, when: datetime, reason: str = "") -> None:
        super().__init__(reason or f"again at {when:%Y-%m-%d %H:%M:%S}")
        self.when = when


class Interrupted(Exception):
    """The worker is asked to stop, or the job is another worker's now: a task lets this pass."""


class Running:
    """What a task sees of its own run."""

    def __init__(self, claimed: Claimed, *, now: datetime, stop: threading.Event) -> None:
        self.id = claimed.id
        self.attempt = claimed.attempt
        self.holder = claimed.holder
        self.began_at = now
        self.lost = threading.Event()  # set by the heartbeat when another worker has the job
        self._stop = stop

    def check(self) -> None:
        """Raise Interrupted if the task should end now. Call it between two steps that are each stored whole."""
        if self.lost.is_set():
            raise Interrupted("another worker has taken the job over")
        if self._stop.is_set():
            raise Interrupted("the worker is stopping")


Task = Callable[[Mapping[str, Json], Running], None]
Periodic = Callable[[datetime, Running], None]

_tasks: dict[str, Task] = {}
_periods: dict[str, timedelta] = {}


def task(name: str) -> Callable[[Task], Task]:
    """Register the decorated function under a name that stays the same for as long as jobs with it may wait."""

    def register(function: Task) -> Task:
        if name in _tasks and _tasks[name].__module__ != function.__module__:
            raise ValueError(f"two tasks are called {name!r}")
        _tasks[name] = function
        return function

    return register


def periodic(name: str, *, every: timedelta) -> Callable[[Periodic], Periodic]:
    """Register the decorated function to be run once in each period, by whichever worker comes first.

    Periods are counted from the beginning of 1970, UTC. It is told the time at which its run began. After days
    without a worker it runs once, not once for each period that was missed; and a run that outlasts its period is
    followed by one more, not by many.
    """

    def register(function: Periodic) -> Periodic:
        def run(arguments: Mapping[str, Json], job: Running) -> None:  # noqa: ARG001 - a period has none
            function(job.began_at, job)

        run.__module__ = function.__module__
        task(name)(run)
        _periods[name] = every
        return function

    return register


def periods() -> Mapping[str, timedelta]:
    """Return how often each periodic task is to run."""
    return _periods


def discover() -> None:
    """Import every part's ``tasks.py``, so that what is wrong with one shows when the worker starts."""
    autodiscover_modules("tasks")


def find(name: str) -> Task | None:
    """Return the function of a task; None if no part has one of that name."""
    if name not in _tasks:
        discover()
    return _tasks.get(name)
