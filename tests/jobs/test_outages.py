"""The database goes away, is locked or is full: the workers say so, wait, and go on by themselves."""

from __future__ import annotations

import logging
import os
import random
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from tests.jobs import toys
from tests.jobs.test_processes import ROOT, StartWorker, is_over, lines, start, until
from tieout.jobs import services, worker
from tieout.proofs import servers

__all__ = ["start", "toys"]  # a fixture, and tasks that register themselves

SERVER_KILLS = int(os.environ.get("SERVER_KILLS", "2"))

on_sqlite = pytest.mark.skipif(
    os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="the file of the database is the test's subject"
)
PREPARE = """
import django; django.setup()
from django.core.management import call_command
for part in ("jobs", "procrastinate"):
    call_command("migrate", part, verbosity=0)
"""


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_database_server_that_is_killed_stops_no_worker_for_good(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    chance = random.Random(25)
    with servers.own_server() as server:
        environment = {**os.environ, "DATABASE_URL": server.url}
        subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=environment, check=True)  # noqa: S603
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.work", "1"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
            )
            for _ in range(2)
        ]
        try:
            for number in range(SERVER_KILLS):
                ask_directly(server.url, [f"job:{number}:{job}" for job in range(20)], notes)
                time.sleep(chance.uniform(0.1, 1.0))
                server.crash()
                time.sleep(chance.uniform(0.0, 1.0))
                server.start()
            until(lambda: left(server.url) == 0, patience=60.0)
            assert [process.poll() for process in workers] == [None, None]
        finally:
            for process in workers:
                process.kill()
                process.wait()
    words = {line.removeprefix("out ") for line in lines(notes) if line.startswith("out ")}
    assert words == {f"job:{number}:{job}" for number in range(SERVER_KILLS) for job in range(20)}


def ask_directly(url: str, words: list[str], notes: Path) -> None:
    with psycopg.connect(url) as session:
        for word in words:
            arguments = Jsonb({"arguments": {"path": str(notes), "word": word}})
            session.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)"
                " VALUES ('tieout', 'toy.brief', %s, %s, %s, now())",
                [word, word, arguments],
            )


def left(url: str) -> int:
    """Return how many of the toys' jobs are not done."""
    with psycopg.connect(url) as session:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'toy.brief' AND status <> 'succeeded'"
        (count,) = session.execute(query).fetchone() or (-1,)
    return int(count)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Let SQLite wait for a lock for a fifth of a second, not for twenty."""
    options = connection.settings_dict["OPTIONS"]
    before = options["timeout"]
    options["timeout"] = 0.2
    yield
    options["timeout"] = before


@contextmanager
def working() -> Iterator[None]:
    """Let a worker work in a thread of ours."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, kwargs={"stop": stop, "poll": 0.02})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_database_that_somebody_locks_for_long_is_waited_for(
    impatient: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    notes = tmp_path / "notes"
    job = services.enqueue("toy.brief", {"path": str(notes)}, run_at=datetime.now(UTC))
    somebody = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    somebody.execute("BEGIN IMMEDIATE")
    with caplog.at_level(logging.WARNING), working():
        until(lambda: "the database does not answer" in caplog.text)
        assert lines(notes) == []
        somebody.execute("ROLLBACK")
        somebody.close()
        until(lambda: is_over(job))
    assert "the database answers again" in caplog.text
    assert lines(notes) == ["in", "out"]


@on_sqlite
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the system cannot limit another process's files")
def test_a_full_disk_leaves_nothing_half_written_and_heals(start: StartWorker) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filling (part TEXT, content TEXT)")
    try:
        process = start(lease=10.0)
        said = Said(process)
        until(lambda: "started" in said.text)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
        job = services.enqueue("toy.fill", {}, lock="filling", run_at=datetime.now(UTC))
        until(lambda: "disk" in said.text)
        assert parts() == []
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        until(lambda: is_over(job), patience=40.0)
        assert parts() == ["first", "second"]
        assert process.poll() is None
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE filling")


class Said:
    """What a process has written to its log so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.text = ""
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stderr or ():
            self.text += line


def parts() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT part FROM filling ORDER BY part")
        return [part for (part,) in cursor.fetchall()]
