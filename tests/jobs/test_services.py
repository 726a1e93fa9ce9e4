"""The contract of the job engine's seam: whatever home it gets must pass this, on either database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tieout.jobs import queries, services
from tieout.jobs.queries import State
from tieout.jobs.services import Claimed

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def enqueued(*, lock: str = "", run_at: datetime = NOON) -> int:
    return services.enqueue("toy.note", {"n": 1}, lock=lock, run_at=run_at)


def claimed(*, holder: str = "first", now: datetime = NOON) -> Claimed:
    job = services.claim(holder=holder, now=now)
    assert job is not None
    return job


def state(job: int) -> State:
    status = queries.status(job)
    assert status is not None
    return status.state


def test_a_claimed_job_carries_what_was_enqueued() -> None:
    job = enqueued(lock="books 1")
    assert claimed() == Claimed(id=job, task="toy.note", arguments={"n": 1}, lock="books 1", holder="first", attempt=1)
    assert state(job) == State.RUNNING


def test_nothing_is_claimed_before_its_time() -> None:
    enqueued(run_at=NOON + SECOND)
    assert services.claim(holder="first", now=NOON) is None
    assert services.claim(holder="first", now=NOON + SECOND) is not None


def test_the_oldest_comes_first() -> None:
    late, early = enqueued(run_at=NOON), enqueued(run_at=NOON - HOUR)
    assert [claimed().id, claimed().id] == [early, late]


def test_a_job_is_claimed_once() -> None:
    enqueued()
    claimed()
    assert services.claim(holder="second", now=NOON) is None


def test_a_transaction_that_is_undone_leaves_no_job() -> None:
    def enqueue_and_fail() -> None:
        with transaction.atomic():
            enqueued()
            raise LookupError

    with pytest.raises(LookupError):
        enqueue_and_fail()
    assert services.claim(holder="first", now=NOON) is None


def test_a_second_request_joins_the_waiting_one() -> None:
    assert enqueued(lock="books 1") == enqueued(lock="books 1")
    assert enqueued(lock="books 2") != enqueued(lock="books 1")


def test_jobs_without_a_lock_are_all_kept() -> None:
    assert enqueued() != enqueued()


def test_a_second_request_brings_the_waiting_one_forward_and_never_back() -> None:
    job = enqueued(lock="books 1", run_at=NOON + HOUR)
    enqueued(lock="books 1", run_at=NOON)
    enqueued(lock="books 1", run_at=NOON + 2 * HOUR)
    status = queries.status(job)
    assert status is not None
    assert status.run_at == NOON


def test_one_runs_and_one_waits_per_lock() -> None:
    running = enqueued(lock="books 1")
    first = claimed()
    waiting = enqueued(lock="books 1")
    assert first.id == running != waiting
    assert enqueued(lock="books 1") == waiting
    assert services.claim(holder="second", now=NOON) is None
    services.finish(first, now=NOON)
    assert claimed(holder="second").id == waiting


def test_another_lock_does_not_wait() -> None:
    enqueued(lock="books 1")
    claimed()
    other = enqueued(lock="books 2")
    assert claimed(holder="second").id == other


def test_a_lease_that_is_over_lets_another_take_the_same_job() -> None:
    job = enqueued(lock="books 1")
    dead = claimed()
    enqueued(lock="books 1")
    assert services.claim(holder="second", now=NOON + services.LEASE) is None
    heir = claimed(holder="second", now=NOON + services.LEASE + SECOND)
    assert (heir.id, heir.attempt) == (job, 2)
    assert dead.attempt == 1


def test_a_heartbeat_prolongs_the_lease() -> None:
    enqueued()
    job = claimed()
    assert services.heartbeat(job, now=NOON + 10 * SECOND)
    assert services.claim(holder="second", now=NOON + 20 * SECOND) is None
    assert services.claim(holder="second", now=NOON + 26 * SECOND) is not None


@pytest.mark.parametrize("heir", ["second", "first"])
def test_an_old_holder_changes_nothing(heir: str) -> None:
    job = enqueued()
    frozen = claimed(holder="first")
    later = NOON + HOUR
    claimed(holder=heir, now=later)  # even where it is the same worker: an older claim is an older claim
    assert not services.heartbeat(frozen, now=later)
    assert not services.finish(frozen, now=later)
    assert not services.fail(frozen, error="late", now=later)
    assert not services.retry_at(frozen, later, now=later)
    assert state(job) == State.RUNNING


def test_a_finished_job_is_over() -> None:
    job = enqueued(lock="books 1")
    assert services.finish(claimed(), now=NOON)
    assert state(job) == State.DONE
    assert services.claim(holder="second", now=NOON + HOUR) is None
    assert queries.active("books 1") is None


def test_a_failed_job_says_why() -> None:
    job = enqueued()
    assert services.fail(claimed(), error="the account 7 is unknown", now=NOON)
    status = queries.status(job)
    assert status is not None
    assert (status.state, status.error) == (State.FAILED, "the account 7 is unknown")


def test_a_retried_job_waits_until_its_time() -> None:
    job = enqueued(lock="books 1")
    assert services.retry_at(claimed(), NOON + HOUR, now=NOON)
    assert services.claim(holder="second", now=NOON) is None
    again = claimed(holder="second", now=NOON + HOUR)
    assert (again.id, again.attempt) == (job, 2)


def test_a_retried_job_joins_the_one_that_waits() -> None:
    first = enqueued(lock="books 1")
    running = claimed()
    waiting = enqueued(lock="books 1")
    assert services.retry_at(running, NOON + HOUR, now=NOON)
    assert (state(first), state(waiting)) == (State.DONE, State.WAITING)


def test_active_names_the_running_one_before_the_waiting_one() -> None:
    first = enqueued(lock="books 1")
    running = claimed()
    second = enqueued(lock="books 1")
    active = queries.active("books 1")
    assert active is not None
    assert active.id == first
    services.finish(running, now=NOON)
    active = queries.active("books 1")
    assert active is not None
    assert active.id == second


def test_only_old_jobs_that_are_over_are_forgotten() -> None:
    now = services.clock()
    old, waiting = enqueued(lock="a", run_at=now), enqueued(lock="b", run_at=now + HOUR)
    services.finish(claimed(now=now), now=now)
    assert services.forget(before=now - HOUR) == 0
    assert services.forget(before=now + HOUR) == 1
    assert queries.status(old) is None
    assert queries.status(waiting) is not None


def test_the_sign_of_life_of_a_clock_that_was_set_back_is_none() -> None:
    enqueued()
    claimed(now=NOON + HOUR)
    assert services.claim(holder="second", now=NOON) is not None


def test_a_clock_set_back_by_a_little_takes_no_job_away() -> None:
    enqueued()
    claimed(now=NOON + SECOND)
    assert services.claim(holder="second", now=NOON) is None


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forwards", "backwards"])
def test_a_clock_that_jumps_may_move_a_job_but_lets_one_worker_finish_it(jump: timedelta) -> None:
    job = enqueued(lock="books 1")
    old = claimed(holder="first")
    new = claimed(holder="second", now=NOON + jump)  # the first is alive, and has not beaten since the jump
    assert not services.heartbeat(old, now=NOON + jump)
    assert not services.finish(old, now=NOON + jump)
    assert not services.retry_at(old, NOON + jump, now=NOON + jump)
    assert services.heartbeat(new, now=NOON + jump + SECOND)
    assert services.finish(new, now=NOON + jump + SECOND)
    assert state(job) == State.DONE


def test_the_clock_is_right() -> None:
    assert abs(services.clock() - datetime.now(UTC)) < HOUR
