"""Workers are killed, frozen and stopped, as processes, and no job is lost or done by two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.jobs.homes import waiting_and_running
from tieout.jobs import queries, services
from tieout.jobs.queries import State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
LEASE = 1.0
ROUNDS = int(os.environ.get("ROUNDS", "3"))
LOCKS = [f"books:{number}" for number in range(20)]

StartWorker = Callable[..., "subprocess.Popen[str]"]


def database_url() -> str:
    """Return the address of this test's own database, for other processes."""
    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{of['NAME']}"
    host = quote(str(of["HOST"]), safe="")
    return f"postgresql://{of['USER']}@{host}/{of['NAME']}"


@pytest.fixture
def start() -> Iterator[StartWorker]:
    started: list[subprocess.Popen[str]] = []

    def start_worker(lease: float = LEASE) -> subprocess.Popen[str]:
        worker = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "tests.jobs.work", str(lease)],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url()},
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(worker)
        return worker

    yield start_worker
    for worker in started:
        worker.send_signal(signal.SIGCONT)
        worker.kill()
        worker.communicate()


def until(true: Callable[[], bool], patience: float = 20.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def enqueue(task: str, path: Path, *, lock: str = "books 1") -> int:
    return services.enqueue(task, {"path": str(path)}, lock=lock, run_at=datetime.now(UTC))


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def is_over(job: int) -> bool:
    status = queries.status(job)
    return status is not None and status.state in (State.DONE, State.FAILED)


def test_a_killed_workers_job_is_done_by_another(start: StartWorker, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    job = enqueue("toy.hold", notes)
    first = start()
    until(lambda: lines(notes) == ["began 1"])
    first.kill()
    start()
    until(lambda: lines(notes) == ["began 1", "began 2"])
    Path(f"{notes}.go").touch()
    until(lambda: is_over(job))
    assert lines(notes) == ["began 1", "began 2", "ended 2"]


def test_a_job_longer_than_its_lease_stays_with_its_worker(start: StartWorker, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    job = enqueue("toy.hold", notes)
    start()
    start()
    until(lambda: lines(notes) == ["began 1"])
    time.sleep(LEASE * 2.5)
    Path(f"{notes}.go").touch()
    until(lambda: is_over(job))
    assert lines(notes) == ["began 1", "ended 1"]


def test_a_frozen_worker_that_thaws_leaves_the_job_to_its_heir(start: StartWorker, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    job = enqueue("toy.hold", notes)
    frozen = start()
    until(lambda: lines(notes) == ["began 1"])
    frozen.send_signal(signal.SIGSTOP)
    heir = start()
    until(lambda: lines(notes) == ["began 1", "began 2"])
    frozen.send_signal(signal.SIGCONT)
    until(lambda: "left 1: another worker has taken the job over" in lines(notes))
    frozen.terminate()
    _, told = frozen.communicate(timeout=20)
    assert "another worker's now" in told
    status = queries.status(job)
    assert status is not None
    assert (status.state, status.attempts) == (State.RUNNING, 2)
    Path(f"{notes}.go").touch()
    until(lambda: is_over(job))
    assert heir.poll() is None
    assert [line for line in lines(notes) if "ended" in line] == ["ended 2"]


def test_a_worker_that_is_asked_to_stop_hands_its_job_back_at_once(start: StartWorker, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    job = enqueue("toy.hold", notes)
    worker = start()
    until(lambda: lines(notes) == ["began 1"])
    worker.terminate()
    assert worker.wait(timeout=20) == 0
    assert lines(notes) == ["began 1", "left 1: the worker is stopping"]
    status = queries.status(job)
    assert status is not None
    assert status.state == State.WAITING


ASK = """
import sys, django; django.setup()
from datetime import UTC, datetime
from tieout.jobs.services import enqueue
sys.stdin.readline()
for _ in range(int(sys.argv[1])):
    print(enqueue("toy.brief", {"path": sys.argv[2]}, lock="books 1", run_at=datetime.now(UTC)))
"""


def asking(times: int, notes: Path) -> subprocess.Popen[str]:
    """Start a process that asks for the same job so many times as soon as it is told to."""
    return subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", ASK, str(times), str(notes)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_many_requests_and_workers_keep_to_their_locks(start: StartWorker, tmp_path: Path) -> None:
    notes, present = tmp_path / "notes", tmp_path / "present"
    askers = [asking(times, notes) for times in (12, 12, 13, 13)]
    for _ in range(4):
        start(lease=10.0)  # nobody dies here, and a busy machine must not look like a death
        enqueue("toy.hold", present, lock="")
    until(lambda: len(lines(present)) == 4)
    Path(f"{present}.go").touch()
    until(lambda: len(lines(present)) == 8)
    for asker in askers:
        assert asker.stdin is not None
        asker.stdin.write("go\n")
        asker.stdin.flush()
    while any(asker.poll() is None for asker in askers):
        waiting, running = waiting_and_running("books 1")
        assert running <= 1
        assert waiting <= 1
        time.sleep(0.01)
    answers = [line for asker in askers for line in asker.communicate()[0].split()]
    assert len(answers) == 50
    until(lambda: queries.active("books 1") is None)
    assert lines(notes) == ["in", "out"] * len(set(answers))

    together = tmp_path / "together"
    for _ in range(ROUNDS):
        for word in LOCKS:
            arguments = {"path": str(together), "word": word}
            services.enqueue("toy.brief", arguments, lock=word, run_at=datetime.now(UTC))
        time.sleep(0.1)
    until(lambda: not any(queries.active(word) for word in LOCKS))
    for word in LOCKS:
        own = [line for line in lines(together) if line.endswith(f" {word}")]
        assert own == [f"in {word}", f"out {word}"] * (len(own) // 2) != []


def test_a_worker_without_a_database_says_so_and_waits(tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.work", "1"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'no' / 'folder.sqlite3'}"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stderr is not None
    assert any("the database does not answer" in line for line in worker.stderr)
    assert worker.poll() is None
    worker.terminate()
    worker.communicate(timeout=20)
    assert worker.returncode == 0
