"""The process that worker processes are forked from: ``python -m tieout.proofs.working``.

It has loaded everything and opened nothing, so that a worker is there at once. Each line that it reads is one
``{"plant": "", "call": "module:function", "given": {...}}``; it forks, calls that in the child and answers with the
child's id. At the end of its input it kills what it has started.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any


def main() -> int:
    """Fork until the input ends."""
    import django  # noqa: PLC0415 - the module is also imported to be called

    django.setup()
    for name in ("tieout.proofs.working", "tieout.jobs.worker", "tieout.connections.tasks", "tieout.connections.run"):
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    started: list[int] = []
    print(os.getpid(), flush=True)  # noqa: T201 - ready
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _be(asked["plant"], asked["call"], asked["given"])
        started.append(child)
        print(child, flush=True)  # noqa: T201 - the answer
    for child in started:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGCONT)
            os.kill(child, signal.SIGKILL)
    return 0


def _be(plant: str, call: str, given: dict[str, object]) -> None:
    """Do what this child is for, and end without the parent's own endings."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        if plant:
            _named(plant)()
        code = int(_named(call)(**given) or 0)
    finally:
        os._exit(code)


def _named(function: str) -> Callable[..., Any]:
    module, _, name = function.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def work(*, provider: str, address: str, lease: float, log: str) -> int:
    """Be a worker until SIGTERM: the shipped one, but its calls to the sandbox go at once, and each write is logged.

    ``log`` gets a line for each committed write of a run: when it was made (monotonic, while its row was locked), the
    process, the connection, the run, the fence, and how many windows are staged ("+": a stretch more of one, "-": the
    write says nothing of it).
    """
    from tieout.connections import providers  # noqa: PLC0415 - after Django is set up
    from tieout.jobs import worker  # noqa: PLC0415
    from tieout.proofs.platform import platform  # noqa: PLC0415

    at = platform(provider)
    providers.stand_ins[at.key] = at.provider(address)
    _log_writes(log)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.run(stop=stop, poll=0.02, lease=timedelta(seconds=lease))
    return 0


def _log_writes(log: str) -> None:
    """Let each committed write of a run leave a line outside the database."""
    from django.db import transaction  # noqa: PLC0415

    from tieout.connections.holding import Hold, Value  # noqa: PLC0415

    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    note = Hold.note

    def logged(self: Hold, **changes: Value) -> None:
        note(self, **changes)
        windows = changes.get("windows_done")
        stretch = "+" if changes.get("resume") else "-"
        row = (time.monotonic_ns(), os.getpid(), self.run.connection_id, self.run.pk, self._fence,
               windows if isinstance(windows, int) else stretch)  # fmt: skip
        line = " ".join(map(str, row))
        transaction.on_commit(lambda: os.write(descriptor, f"{line}\n".encode()))

    Hold.note = logged  # type: ignore[method-assign]


if __name__ == "__main__":
    raise SystemExit(main())
