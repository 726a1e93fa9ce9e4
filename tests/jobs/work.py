"""A worker process with the toy tasks: ``python -m tests.jobs.work LEASE_SECONDS``."""

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
    worker.run(stop=stop, poll=0.05, lease=timedelta(seconds=float(sys.argv[1])))


if __name__ == "__main__":
    main()
