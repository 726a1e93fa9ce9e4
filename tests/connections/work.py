"""A worker process without a pace: ``python -m tests.connections.work SANDBOX_ADDRESS LEASE_SECONDS LOG``.

LOG gets a line for each committed write of a run: the process, the run, the fence, how many windows are staged. It is
written outside the database, after the commit.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import timedelta

import django


def main() -> None:
    """Work until SIGTERM."""
    django.setup()
    from django.db import transaction

    from tests.connections.conftest import Unlimited
    from tieout.connections import providers
    from tieout.connections.holding import Hold, Value
    from tieout.jobs import worker
    from tieout.providers.quickbooks.client import Pace
    from tieout.providers.quickbooks.provider import QuickBooks

    address, lease, log = sys.argv[1:]
    settings = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ADDRESS": address}
    providers.stand_ins["quickbooks"] = QuickBooks(settings, pace=lambda _: Pace(Unlimited(), sleep=lambda _: None))
    note = Hold.note

    def logged(self: Hold, **changes: Value) -> None:
        note(self, **changes)
        done = changes.get("windows_done")
        who = f"{os.getpid()} {self.run.pk} {self._fence}"
        transaction.on_commit(lambda: write(f"{who} {done if isinstance(done, int) else '-'}"))

    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(line: str) -> None:
        os.write(descriptor, f"{line}\n".encode())

    Hold.note = logged  # type: ignore[method-assign] # the log of acknowledged writes is the test's own
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.run(stop=stop, poll=0.02, lease=timedelta(seconds=float(lease)))


if __name__ == "__main__":
    main()
