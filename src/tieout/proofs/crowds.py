"""Rows 5 and 6: many people, many connections and several workers at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise

from django.db import connection as database

from tieout.connections.models import RunState, SyncRun
from tieout.proofs import queries
from tieout.proofs.ground import Trial
from tieout.proofs.kills import LEASE, scene
from tieout.proofs.linking import Link, linked, real_time
from tieout.proofs.outcome import Measured, must
from tieout.proofs.processes import PATIENCE, Processes, must_have_one_holder_at_a_time, until
from tieout.proofs.tying import must_be_well, must_equal_the_books
from tieout.providerkit.sandbox_host import served

_PEOPLE = 50


def asked_by_many(at: Trial) -> Measured:
    """Let fifty people press the button in one moment while four workers wait."""
    with scene(at, 1_000 if at.short else 5_000) as here, ThreadPoolExecutor(_PEOPLE) as people:
        for _ in range(4):
            here.worker()
        together = threading.Barrier(_PEOPLE)

        def ask(_: int) -> int:
            try:
                together.wait(timeout=PATIENCE)
                return int(here.link.request().pk)
            finally:
                database.close()

        answers = [people.submit(ask, number) for number in range(_PEOPLE)]
        most: Counter[str] = Counter()
        while not all(answer.done() for answer in answers):
            most |= Counter(run.state for run in queries.runs_of(here.link.connection) if run.alive)
        told = {answer.result() for answer in answers}
        must(most[RunState.RUNNING] <= 1, f"{most[RunState.RUNNING]} runs of one connection ran at once")
        must(most[RunState.QUEUED] <= 1, f"{most[RunState.QUEUED]} runs of one connection waited at once")
        _must_be_one_answer(queries.runs_of(here.link.connection), told)
        for number in sorted(told):
            here.finish(next(run for run in queries.runs_of(here.link.connection) if run.pk == number))
    return {"people": _PEOPLE, "runs": len(told)}


def _must_be_one_answer(runs: Sequence[SyncRun], told: set[int]) -> None:
    """Require that everybody was told the same run; a second one may only have begun when the first was over."""
    there = [run.pk for run in runs]
    must(set(there) == told, f"people were told of runs {sorted(told)}, there are {there}")
    for earlier, later in pairwise(runs):
        # It was asked for when the button was pressed, which may be before the first was over.
        over = earlier.finished_at is not None and (later.started_at is None or earlier.finished_at <= later.started_at)
        must(over, f"run {later.pk} was begun beside run {earlier.pk}, which was not over")


def _over(links: Sequence[Link]) -> int:
    """Return how many connections have no run under way."""
    return sum(not any(run.alive for run in queries.runs_of(link.connection)) for link in links)


def many_connections(at: Trial) -> Measured:
    """Sync many connections by several workers, each asked for again and again."""
    ground, count = at.ground, 4 if at.short else 20
    stand = ground.sandbox("large:200", companies=count)
    log = ground.file("written")
    with ExitStack() as stack:
        address = stack.enter_context(served(stand.app))
        provider, owner = ground.platform.provider(address), None
        links: list[Link] = []
        for place in range(count):
            found = stack.enter_context(
                linked(ground.provider, stand, clock=real_time, provider=provider, person=owner, place=place)
            )
            links.append(found)
            owner = found.person
        processes = stack.enter_context(Processes(ground))
        for _ in range(4):
            processes.worker(address=address, log=log, lease=LEASE)
        for _ in range(2 if at.short else 5):
            for link in at.dice.sample(links, len(links)):
                link.request()
            until(lambda: _over(links) >= len(links) // 2, "the end of the first runs")
        until(lambda: _over(links) == len(links), "the end of the last run")
        must_have_one_holder_at_a_time(log)
        runs = [run for link in links for run in queries.runs_of(link.connection)]
        for run in runs:
            must_be_well(run)
        for link in links:
            must_equal_the_books(link)
    return {"connections": count, "runs": len(runs)}
