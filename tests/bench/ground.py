"""What each measurement stands on: a database of its own, medians, and a line for each figure."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPEATS = int(os.environ.get("REPEATS", "3"))


@contextmanager
def prepared() -> Iterator[None]:
    """Set Django up on DATABASE_URL, or on a SQLite file that goes with the measurement."""
    with tempfile.TemporaryDirectory(prefix="tieout-bench-") as folder:
        os.environ["TIEOUT_MODE"] = "test"
        os.environ["TIEOUT_DATA"] = folder
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tieout.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield


def median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median of how long it takes, in seconds."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
