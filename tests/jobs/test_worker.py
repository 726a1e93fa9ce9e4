"""What becomes of a job, by how its task ends."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from tieout.jobs import queries, registry, services, worker
from tieout.jobs.queries import JobStatus, State
from tieout.jobs.registry import Interrupted, RetryAt, Running, task
from tieout.jobs.services import Json

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def tasks() -> Iterator[None]:
    """Give the registry back as it was."""
    registry.discover()  # else what is first found in this test would be forgotten after it
    before = dict(registry._tasks)
    yield
    registry._tasks.clear()
    registry._tasks.update(before)


def run(error: Exception | None = None, name: str = "toy.test") -> JobStatus:
    """Run one job whose task ends with ``error`` or well; return where it stands then."""

    @task("toy.test")
    def end(arguments: Mapping[str, Json], job: Running) -> None:
        if error:
            raise error

    job = services.enqueue(name, {"token": "s3cret"}, run_at=NOON)
    assert worker.run_due(now=NOON) == 1
    status = queries.status(job)
    assert status is not None
    return status


def test_a_task_that_returns_is_done() -> None:
    assert run().state == State.DONE


def test_a_task_can_ask_to_be_run_again() -> None:
    status = run(RetryAt(TOMORROW))
    assert (status.state, status.run_at) == (State.WAITING, TOMORROW)


def test_an_interrupted_task_waits_again() -> None:
    assert run(Interrupted("stopping")).state == State.WAITING


def test_a_task_with_a_bug_fails_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        status = run(KeyError("account 7"))
    assert (status.state, status.error) == (State.FAILED, "KeyError: 'account 7'")
    assert len(caplog.records) == 1


def test_a_database_that_went_away_is_no_fault_of_the_task(caplog: pytest.LogCaptureFixture) -> None:
    assert run(OperationalError("server closed the connection")).state == State.WAITING


def test_an_unknown_task_fails(caplog: pytest.LogCaptureFixture) -> None:
    assert run(name="toy.unknown").error == "no task is called 'toy.unknown'"


def test_the_log_has_one_line_a_job_and_no_arguments(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        run()
    (line,) = caplog.messages
    assert "toy.test" in line
    assert "s3cret" not in caplog.text


def test_two_parts_cannot_have_tasks_of_one_name() -> None:
    def elsewhere(arguments: Mapping[str, Json], job: Running) -> None: ...

    elsewhere.__module__ = "tieout.elsewhere"
    task("toy.test")(elsewhere)
    with pytest.raises(ValueError, match=r"toy\.test"):
        run()


def test_nothing_due_is_nothing_done() -> None:
    services.enqueue("toy.test", {}, run_at=TOMORROW)
    assert worker.run_due(now=NOON) == 0
