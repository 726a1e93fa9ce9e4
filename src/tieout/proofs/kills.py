"""Rows 1, 2 and 4: workers are killed and frozen in the middle of syncs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.connections.models import SyncRun
from tieout.jobs.services import LEASE as SHIPPED_LEASE
from tieout.proofs import queries
from tieout.proofs.ground import Trial
from tieout.proofs.linking import Link, linked, real_time
from tieout.proofs.outcome import Measured, must
from tieout.proofs.processes import Process, Processes, must_have_one_holder_at_a_time, until, written
from tieout.proofs.tying import must_be_well, must_equal_line_by_line
from tieout.providerkit.sandbox_host import served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LEASE = 0.8  # seconds; shipped are 15
_SPREADS = (0.05, 0.2, 0.6, 1.5)  # seconds of work before a kill, at most


@dataclass(slots=True)
class Counting:
    """A sandbox's application that remembers what was asked for, and when."""

    app: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
    asked: list[tuple[float, str]] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        answer = self.app(environ, start_response)
        self.asked.append((time.monotonic(), f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"))
        return answer

    def before(self, moment: float) -> set[str]:
        """Return what was answered before a moment."""
        return {what for at, what in self.asked if at < moment}

    def since(self, moment: float) -> set[str]:
        """Return what was answered from a moment on."""
        return {what for at, what in self.asked if at >= moment}


@dataclass(frozen=True, slots=True)
class Scene:
    """A company at a sandbox that is served, and workers to be started on its sync."""

    link: Link
    address: str
    processes: Processes
    log: Path
    calls: Counting

    def worker(self, lease: float = LEASE) -> Process:
        """Start a worker."""
        return self.processes.worker(address=self.address, log=self.log, lease=lease)

    def ended(self, run: SyncRun) -> bool:
        """Whether a run is over."""
        return not queries.run_now(run).alive

    def finish(self, run: SyncRun, done: Sequence[str] = ()) -> None:
        """Require that a run ends with the books in the ledger, each write by its one holder."""
        until(lambda: self.ended(run), f"the end of run {run.pk}")
        must_be_well(queries.run_now(run), done)
        must_equal_line_by_line(self.link, done)
        must_have_one_holder_at_a_time(self.log)


@contextmanager
def scene(at: Trial, lines: int, *, history: str = "everything") -> Iterator[Scene]:
    """Connect a company to books of so many lines; its first sync waits."""
    ground = at.ground
    stand = ground.sandbox(f"large:{lines}")
    calls = Counting(stand.app)
    with (
        served(calls) as address,
        linked(
            ground.provider, stand, clock=real_time, provider=ground.platform.provider(address), history=history
        ) as link,
        Processes(ground) as processes,
    ):
        yield Scene(link, address, processes, ground.file("written"), calls)


def killed_anywhere(at: Trial) -> Measured:
    """Kill the worker again and again at random moments of a first sync, then of one that brings what changed."""
    most = 4 if at.short else 20
    with scene(at, 1_000 if at.short else 50_000) as here:
        kills = _kill_through(at, here, most)
        done = at.ground.proving.Bookkeeper(here.link, at.dice, oldest=here.link.book.start).work(3 if at.short else 12)
        more = _kill_through(at, here, most // 2, done)
    return {"kills in first syncs": kills, "kills in later ones": more}


def _kill_through(at: Trial, here: Scene, most: int, done: Sequence[str] = ()) -> int:
    """Bring a sync to its end through so many kills at most; return how many there were."""
    run, kills = here.link.request(), 0
    spread = at.dice.choice(_SPREADS[: 3 if at.short else 4])
    while kills < most and not here.ended(run):
        seen = len(written(here.log))
        worker = here.worker()
        if at.dice.random() > 0.1:  # else it may die before its first write
            until(lambda seen=seen: len(written(here.log)) > seen or here.ended(run), "a first write")  # type: ignore[misc]
        time.sleep(at.dice.uniform(0, spread))
        worker.kill()
        kills += 1
    last = here.worker()
    here.finish(run, done)
    last.kill()
    return kills


def resumed_in_time(at: Trial) -> Measured:
    """Kill a worker at shipped settings while another one waits; count what is asked for a second time."""
    lease = SHIPPED_LEASE.total_seconds()
    lines = 1_000 if at.short else 20_000
    with scene(at, lines, history="default") as here:
        greeting = here.calls.before(time.monotonic())  # who the books belong to: each holder makes sure of that
        run = here.link.request()
        first = here.worker(lease)
        wanted = _checkpoints(at, lines, 20)
        until(lambda: sum(row.checkpoint for row in written(here.log)) >= wanted, "a checkpoint")
        time.sleep(at.dice.uniform(0, 1.0))
        first.kill()
        killed = time.monotonic()
        over = here.ended(run)
        heir = here.worker(lease)
        if not over:
            until(lambda: any(row.process == heir.pid for row in written(here.log)), "the other worker's first write")
        seconds = time.monotonic() - killed
        must(seconds <= 30, f"the run was resumed after {seconds:.1f} s")
        here.finish(run)
        again = (here.calls.before(killed) & here.calls.since(killed)) - greeting
        beside = {call for call in again if at.ground.proving.reads_beside(call)}
        pages = sorted(again - beside)
        must(len(pages) <= 1, f"{len(pages)} pages were fetched again, among them {pages[:2]}")
    return {
        "kills": 1,
        "pages fetched again": len(pages),
        "other answers fetched again": len(beside),
        "tenths of a second until resumed": round(seconds * 10),
    }


def _checkpoints(at: Trial, lines: int, below: int) -> int:
    """Return after how many checkpoints of a first sync something is to happen: fewer than it has."""
    stretch = at.ground.proving.STRETCH
    return at.dice.randrange(1, min(below, max(2, lines // stretch)) if stretch else below)


def frozen_and_thawed(at: Trial) -> Measured:
    """Freeze a worker for at least three heartbeats, until another one has its run; then let it go on."""
    lines = 1_000 if at.short else 20_000
    with scene(at, lines) as here:
        run = here.link.request()
        frozen = here.worker()
        wanted = _checkpoints(at, lines, 12)
        until(lambda: sum(row.checkpoint for row in written(here.log)) >= wanted, "a checkpoint")
        time.sleep(at.dice.uniform(0, 0.1))
        heir = _frozen_until_replaced(here, frozen, run)
        frozen.thaw()
        here.finish(run)
        finished = [it.pk for it in queries.runs_of(here.link.connection)]
        must(finished == [run.pk], f"one run was asked for, there are {finished}")
    return {"taken over": int(heir)}


def _frozen_until_replaced(here: Scene, frozen: Process, run: SyncRun) -> bool:
    """Freeze a worker until its heir writes; return whether that came before the run's end.

    Frozen inside a transaction it keeps the database's lock and nobody can go on: then it may end that first.
    """
    heir = here.worker()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        frozen.freeze()
        wait = time.monotonic() + max(4 * LEASE, 1.0)
        while time.monotonic() < wait:
            if any(row.process == heir.pid for row in written(here.log)):
                return True
            time.sleep(0.02)
        frozen.thaw()
        time.sleep(0.01)
        if here.ended(run):
            return False
    return False
