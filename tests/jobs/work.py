"""A worker process with the toy tasks: ``python -m tests.jobs.work LEASE_SECONDS [POLL_SECONDS]``."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from datetime import timedelta
from importlib import import_module

import django


def main() -> None:
    """Work until SIGTERM."""
    django.setup()
    from tieout.jobs import worker

    import_module("tests.jobs.toys")
    logging.basicConfig(level=logging.INFO, force=True)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    poll = float(sys.argv[2]) if len(sys.argv) > 2 else 0.05
    worker.run(stop=stop, poll=poll, lease=timedelta(seconds=float(sys.argv[1])))


if __name__ == "__main__":
    main()
