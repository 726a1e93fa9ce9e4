"""``tieout worker``: does the background work, one job at a time. Start several for more at once."""

from __future__ import annotations

import signal
import threading

from tieout.config.commands import need_django


def worker() -> None:
    """Do background work until SIGTERM or Ctrl-C. If the database goes away, wait for it and go on."""
    need_django()
    from tieout.jobs.worker import run

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop=stop)
