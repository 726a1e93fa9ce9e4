"""Which function does which task.

A part registers its own in its ``tasks.py``, by ``@task("connections.sync")`` above
``def sync(arguments: Mapping[str, Json], job: Running) -> None``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.module_loading import autodiscover_modules

from tieout.jobs.home import Json


class RetryAt(Exception):
    """Raised by a task to be run again at ``when`` (aware)."""

    def __init__(self, when: datetime, reason: str = "") -> None:
        super().__init__(reason or f"again at {when:%Y-%m-%d %H:%M:%S}")
        self.when = when


class Interrupted(Exception):
    """The worker is asked to stop, or the job is another worker's now: a task lets this pass."""


class Running:
    """What a task sees of its own run."""

    def __init__(self, *, id: int, attempt: int, holder: str, stop: threading.Event) -> None:  # noqa: A002
        self.id = id
        self.attempt = attempt
        self.holder = holder
        self.lost = threading.Event()  # set by the heartbeat when another worker has the job
        self._stop = stop

    def check(self) -> None:
        """Raise Interrupted if the task should end now. Call it between two steps that are each stored whole."""
        if self.lost.is_set():
            raise Interrupted("another worker has taken the job over")
        if self._stop.is_set():
            raise Interrupted("the worker is stopping")


Task = Callable[[Mapping[str, Json], Running], None]

_tasks: dict[str, Task] = {}


def task(name: str) -> Callable[[Task], Task]:
    """Register the decorated function under a name that stays the same for as long as jobs with it may wait."""

    def register(function: Task) -> Task:
        if name in _tasks and _tasks[name].__module__ != function.__module__:
            raise ValueError(f"two tasks are called {name!r}")
        _tasks[name] = function
        return function

    return register


def discover() -> None:
    """Import every part's ``tasks.py``, so that what is wrong with one shows when the worker starts."""
    autodiscover_modules("tasks")


def find(name: str) -> Task | None:
    """Return the function of a task; None if no part has one of that name."""
    if name not in _tasks:
        discover()
    return _tasks.get(name)
