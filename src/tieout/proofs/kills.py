"""Rows 1, 2 and 4: workers are killed and frozen in the middle of syncs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tieout.connections.models import SyncRun
from tieout.jobs.services import LEASE as SHIPPED_LEASE
from tieout.proofs import queries
from tieout.proofs.ground import Trial
from tieout.proofs.linking import Link, linked, real_time
from tieout.proofs.outcome import Measured, must
from tieout.proofs.processes import Process, Processes, must_have_one_holder_at_a_time, until, written
from tieout.proofs.tying import must_be_well, must_equal_the_books
from tieout.providerkit.sandbox_host import served

LEASE = 0.8  # seconds; shipped are 15
_SPREADS = (0.05, 0.2, 0.6, 1.5)  # seconds of work before a kill, at most


@dataclass(frozen=True, slots=True)
class Scene:
    """A company at a sandbox that is served, and workers to be started on its sync."""

    link: Link
    address: str
    processes: Processes
    log: Path

    def worker(self, lease: float = LEASE) -> Process:
        """Start a worker."""
        return self.processes.worker(address=self.address, log=self.log, lease=lease)

    def ended(self, run: SyncRun) -> bool:
        """Whether a run is over."""
        return not queries.run_now(run).alive

    def finish(self, run: SyncRun) -> None:
        """Require that a run ends with the books in the ledger, each write by its one holder."""
        until(lambda: self.ended(run), f"the end of run {run.pk}")
        must_be_well(queries.run_now(run))
        must_equal_the_books(self.link)
        must_have_one_holder_at_a_time(self.log)


@contextmanager
def scene(at: Trial, lines: int) -> Iterator[Scene]:
    """Connect a company to books of so many lines; its first sync waits."""
    ground = at.ground
    proving = ground.proving
    stand = ground.sandbox(f"large:{lines}")
    with (
        served(stand.app) as address,
        linked(ground.provider, stand, clock=real_time, provider=proving.provider(address)) as link,
        Processes(ground) as processes,
    ):
        yield Scene(link, address, processes, ground.file("written"))


def killed_anywhere(at: Trial) -> Measured:
    """Kill the worker again and again at random moments of one sync; what comes out must be the books."""
    kills = 0
    with scene(at, 3_000 if at.short else 50_000) as here:
        run = here.link.request()
        most, spread = (6 if at.short else 20), at.dice.choice(_SPREADS[: 2 if at.short else 4])
        while kills < most and not here.ended(run):
            seen = len(written(here.log))
            worker = here.worker()
            if at.dice.random() > 0.1:  # else it may die before its first write
                until(lambda seen=seen: len(written(here.log)) > seen or here.ended(run), "a first write")  # type: ignore[misc]
            time.sleep(at.dice.uniform(0, spread))
            worker.kill()
            kills += 1
        here.worker()
        here.finish(run)
    return {"kills": kills}


def resumed_in_time(at: Trial) -> Measured:
    """Kill a worker at shipped settings while another one waits."""
    lease = SHIPPED_LEASE.total_seconds()
    with scene(at, 3_000 if at.short else 20_000) as here:
        run = here.link.request()
        first = here.worker(lease)
        wanted = at.dice.randrange(1, 20)
        until(lambda: sum(row.checkpoint for row in written(here.log)) >= wanted, "a checkpoint")
        first.kill()
        killed = time.monotonic()
        heir = here.worker(lease)
        until(lambda: any(row.process == heir.pid for row in written(here.log)), "the other worker's first write")
        seconds = time.monotonic() - killed
        must(seconds <= 30, f"the run was resumed after {seconds:.1f} s")
        here.finish(run)
    return {"kills": 1, "tenths of a second until resumed": round(seconds * 10)}


def frozen_and_thawed(at: Trial) -> Measured:
    """Freeze a worker for at least three heartbeats, until another one has its run; then let it go on."""
    with scene(at, 3_000 if at.short else 20_000) as here:
        run = here.link.request()
        frozen = here.worker()
        wanted = at.dice.randrange(1, 12)
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
