"""Workers are killed and frozen in the middle of syncs: nothing lost, doubled, or written by two (proofs 1, 2, 4)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from django.contrib.auth.models import User
from django.db import connection as database

from tests.connections.conftest import Unlimited, consent_to
from tests.jobs.test_processes import ROOT, database_url, until
from tieout.companies.models import Company
from tieout.connections import consent, providers, requests
from tieout.connections.models import Connection, RunKind, RunState, SyncRun
from tieout.core.month import Month
from tieout.core.statements import month_ends
from tieout.jobs.services import LEASE as SHIPPED_LEASE
from tieout.ledger.accounts import chart
from tieout.ledger.models import OPEN, Book, Entry, Line
from tieout.ledger.movements import movements
from tieout.ledger.queries import line_count
from tieout.providerkit.sandbox_host import served
from tieout.providers.quickbooks.client import Pace
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.sandbox import Sandbox, make_sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.network]

KILLS = int(os.environ.get("KILLS", "20"))
LEASE = 0.8
LINES = 5_000

StartWorker = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return make_sandbox(f"large:{LINES}", limits=False)


@pytest.fixture
def address(sandbox: Sandbox) -> Iterator[str]:
    with served(sandbox.app) as at:
        yield at


@pytest.fixture
def connected(
    sandbox: Sandbox, address: str, company: Company, alice: User, monkeypatch: pytest.MonkeyPatch
) -> Connection:
    """Alice's company, authorised at the served sandbox; its first run is queued."""
    settings = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ADDRESS": address}
    now = datetime.now(UTC)
    with httpx2.HTTPTransport() as network:
        provider = QuickBooks(settings, network, pace=lambda _: Pace(Unlimited(), sleep=lambda _: None))
        monkeypatch.setitem(providers.stand_ins, "quickbooks", provider)
        page = consent.begin(company, alice, "quickbooks", consent.Wishes(history="everything"), session="s", now=now)
        return consent.complete("quickbooks", consent_to(sandbox, page), alice, session="s", now=now)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "acknowledged"


@pytest.fixture
def start(address: str, log: Path) -> Iterator[StartWorker]:
    started: list[subprocess.Popen[bytes]] = []

    def start_worker(lease: float = LEASE) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "tests.connections.work", address, str(lease), str(log)],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url()},
            stderr=subprocess.DEVNULL,
        )
        started.append(worker)
        return worker

    yield start_worker
    for worker in started:
        worker.send_signal(signal.SIGCONT)
        worker.kill()
        worker.wait()


def ended(run: SyncRun) -> bool:
    run.refresh_from_db()
    return not run.alive


def _holds(run: SyncRun, log: Path, seen: int) -> bool:
    """Whether a new worker has written for the run, or the run has ended before it could."""
    return len(acknowledged(log)) > seen or ended(run)


class Written(NamedTuple):
    """One committed write of a run, in the order of the log."""

    process: int
    run: int
    fence: int
    windows: str  # how many are staged, "-" where the write says nothing of it


def acknowledged(log: Path) -> list[Written]:
    rows = (line.split() for line in log.read_text().splitlines()) if log.exists() else ()
    return [Written(int(process), int(run), int(fence), windows) for process, run, fence, windows in rows]


def assert_equals_the_books(sandbox: Sandbox, connected: Connection) -> None:
    """Compare with the sandbox's own trial balance, account by account, and count the lines."""
    book = Book.objects.get(organisation=connected.organisation)
    engine = next(iter(sandbox.engines.values()))
    assert line_count(book) == engine.lines_posted
    keys = Entry.objects.filter(book=book.pk, valid_to=OPEN).values_list("key", flat=True)
    assert len(keys) == len(set(keys))
    names = {id_: account.external_id for id_, account in chart(book, book.published).items()}
    natures = {id_: account.nature for id_, account in chart(book, book.published).items()}
    month = Month.of(engine.today)
    moved = ((account, month, amount) for account, _, month, amount in movements(book, book.published))
    ours = next(month_ends(moved, natures, [month], first_month=book.fiscal_year_first_month)).trial_balance
    with httpx2.Client(transport=httpx2.WSGITransport(app=sandbox.app), base_url="http://127.0.0.1") as client:
        theirs = client.get("/control/books", params={"month": str(month)}).json()["companies"][0]["trial_balance"]
    assert {names[id_]: amount for id_, amount in ours.items()} == {id_: it for id_, it in theirs.items() if it}


def assert_one_holder_at_a_time(log: Path) -> None:
    """In each run fences only grow, a fence has one process, and no window is staged twice."""
    rows = acknowledged(log)
    for run in {row.run for row in rows}:
        own = [row for row in rows if row.run == run]
        fences = [row.fence for row in own]
        assert fences == sorted(fences)
        assert len({(row.fence, row.process) for row in own}) == len(set(fences))
        staged = [int(row.windows) for row in own if row.windows not in ("-", "0")]
        assert staged == sorted(set(staged))


def test_killed_anywhere_the_sync_ends_with_the_same_ledger(
    start: StartWorker, sandbox: Sandbox, connected: Connection, alice: User, log: Path
) -> None:
    dice = random.Random(8)
    kills = 0
    while kills < KILLS:
        run = requests.request_sync(connected, kind=RunKind.MANUAL, person=alice, now=datetime.now(UTC))
        while not ended(run) and kills < KILLS:
            seen = len(acknowledged(log))
            worker = start()
            until(partial(_holds, run, log, seen), patience=60)
            time.sleep(dice.uniform(0, 0.6))
            worker.kill()
            worker.wait()
            kills += 1
        worker = start()
        until(partial(ended, run), patience=60)
        worker.kill()
        worker.wait()
        assert run.state in (RunState.PUBLISHED, RunState.UNCHANGED), run.reason
        assert_equals_the_books(sandbox, connected)
        if kills < KILLS:  # start over on an empty ledger, so that the kills fall on real work
            _forget(connected)
    assert_one_holder_at_a_time(log)


def freeze_until(worker: subprocess.Popen[bytes], true: Callable[[], bool], patience: float = 60.0) -> None:
    """Freeze a worker until something becomes true; it is frozen on return.

    Frozen inside a transaction, it keeps SQLite's one write lock and nobody can go on: then it may end that first.
    """
    end = time.monotonic() + patience
    while True:
        worker.send_signal(signal.SIGSTOP)
        with suppress(AssertionError):
            until(true, patience=4 * LEASE)
            return
        assert time.monotonic() < end, "it did not happen in time"
        worker.send_signal(signal.SIGCONT)
        time.sleep(0.01)


def test_a_frozen_worker_that_thaws_writes_nothing_more(
    start: StartWorker, sandbox: Sandbox, connected: Connection, alice: User, log: Path
) -> None:
    run = requests.request_sync(connected, kind=RunKind.MANUAL, person=alice, now=datetime.now(UTC))
    frozen = start()
    until(lambda: any(row.windows not in ("-", "0") for row in acknowledged(log)), patience=60)
    heir = start()
    freeze_until(frozen, lambda: any(row.process == heir.pid for row in acknowledged(log)))
    frozen.send_signal(signal.SIGCONT)
    until(lambda: ended(run), patience=60)
    assert run.state == RunState.PUBLISHED, run.reason
    assert_equals_the_books(sandbox, connected)
    assert_one_holder_at_a_time(log)


def test_a_killed_sync_is_resumed_within_thirty_seconds_at_shipped_settings(
    start: StartWorker, connected: Connection, alice: User, log: Path
) -> None:
    run = requests.request_sync(connected, kind=RunKind.MANUAL, person=alice, now=datetime.now(UTC))
    first = start(SHIPPED_LEASE.total_seconds())
    until(lambda: any(row.windows not in ("-", "0") for row in acknowledged(log)), patience=60)
    first.kill()
    first.wait()
    heir = start(SHIPPED_LEASE.total_seconds())
    until(lambda: any(row.process == heir.pid for row in acknowledged(log)), patience=30)
    until(partial(ended, run), patience=60)
    assert run.state == RunState.PUBLISHED, run.reason
    assert_one_holder_at_a_time(log)


def _forget(connected: Connection) -> None:
    """Empty the ledger, so that the next run is a first one again."""
    SyncRun.objects.all().delete()
    with database.cursor() as cursor:
        for table in ("entry", "line", "monthsum", "partysum", "theirbalance", "tieoutmonth", "difference"):
            cursor.execute(f"DELETE FROM ledger_{table}")  # noqa: S608 - constants
    Book.objects.update(published=0, open_version=None)
    from tieout.ledger.models import Publication

    Publication.objects.all().delete()
    assert not Line.objects.exists()
