"""Jobs at shipped settings: how soon one starts, how many a second, how soon after kill -9 another worker has it.

``python -m tests.bench.jobs``, on a new SQLite file and, where this machine has it, on a PostgreSQL of our own.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests import machine
from tieout.proofs import servers

STARTS = 40
JOBS = 500
KILLS = int(os.environ.get("KILLS", "3"))


def main() -> None:
    """Print the figures of each home."""
    if "DATABASE_URL" in os.environ:
        measure()
        return
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        urls = [f"sqlite:///{folder}/jobs.sqlite3"]
        if machine.postgresql():
            urls.append(stack.enter_context(servers.own_server(faster=True)).url)
        for url in urls:
            say(url.split(":", maxsplit=1)[0])
            environment = {**os.environ, "DATABASE_URL": url, "TIEOUT_MODE": "test"}
            environment["DJANGO_SETTINGS_MODULE"] = "tieout.config.settings"
            subprocess.run([sys.executable, "-m", "tests.bench.jobs"], env=environment, check=True)


def measure() -> None:
    """Measure the home that DATABASE_URL gives."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        worker = start()
        latency(Path(folder, "starts"))
        many(Path(folder, "many"))
        kills(Path(folder, "kills"), worker)


def start() -> subprocess.Popen[bytes]:
    """Start a worker with the shipped lease and the shipped pause between two looks."""
    from tieout.jobs.services import LEASE

    command = [sys.executable, "-m", "tests.jobs.work", str(LEASE.total_seconds()), "0.25"]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own module


def enqueue(task: str, path: Path) -> None:
    from tieout.jobs import services

    services.enqueue(task, {"path": str(path)}, run_at=datetime.now(UTC))


def lines(path: Path, count: int) -> list[str]:
    """Return a file's lines as soon as there are so many."""
    while not path.exists() or path.read_text().count("\n") < count:
        time.sleep(0.005)
    return path.read_text().splitlines()


def latency(path: Path) -> None:
    enqueue("toy.stamp", path)
    lines(path, 1)  # the worker is there
    waits = []
    for number in range(STARTS):
        time.sleep(0.05 + (number % 10) / 40)
        asked = time.time()
        enqueue("toy.stamp", path)
        waits.append(float(lines(path, number + 2)[-1]) - asked)
    slow = statistics.quantiles(waits, n=20)[-1]
    say(f"  enqueued to started: median {statistics.median(waits) * 1000:.0f} ms, 95 % within {slow * 1000:.0f} ms")


def many(path: Path) -> None:
    for _ in range(JOBS):
        enqueue("toy.stamp", path)
    already = len(lines(path, 1))
    began = time.monotonic()
    lines(path, JOBS)
    say(f"  one worker: {(JOBS - already) / (time.monotonic() - began):.0f} jobs a second")


def kills(path: Path, worker: subprocess.Popen[bytes]) -> None:
    enqueue("toy.hold", path)
    lines(path, 1)
    took = []
    for number in range(KILLS):
        heir = start()
        time.sleep(5)
        worker.kill()
        killed = time.monotonic()
        lines(path, number + 2)
        took.append(time.monotonic() - killed)
        worker.wait()
        worker = heir
    worker.kill()
    worker.wait()
    say(f"  killed to taken over: {min(took):.1f} to {max(took):.1f} s in {KILLS} kills")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
