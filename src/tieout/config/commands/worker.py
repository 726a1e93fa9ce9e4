"""``tieout worker``: does the background work, one job at a time. Start several for more at once."""

from __future__ import annotations

import signal
import threading

import typer

from tieout.config.commands import need_django


def worker() -> None:
    """Do background work until SIGTERM or Ctrl-C. Exits with 1 if the database stays away: have it started again."""
    need_django()
    from tieout.jobs.worker import run

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    raise typer.Exit(run(stop=stop))
