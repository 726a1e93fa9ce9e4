"""``tieout sync``: ask for a refresh, and follow it if wanted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.config.asking import find_company, refuse
from tieout.config.commands import need_django

if TYPE_CHECKING:
    from tieout.companies.models import Company
    from tieout.connections.models import SyncRun

_LOOK_EVERY = 0.5  # seconds


def sync(
    company: Annotated[str, typer.Option(help="The company's short name, as in its addresses.")],
    wait: Annotated[bool, typer.Option("--wait", help="Follow it to its end.")] = False,
    everything: Annotated[bool, typer.Option("--everything", help="Read every month again.")] = False,
) -> None:
    """Bring the ledger to the books' present state; a sync under way is joined. A worker must be running.

    With --wait: exits with 1 if it failed or was held.
    """
    need_django()
    from django.utils import timezone

    from tieout.connections.queries import connection_of
    from tieout.connections.requests import NotConnected
    from tieout.connections.services import refresh

    found = find_company(company)
    connection = connection_of(found)
    if connection is None:
        refuse(f"{found.name} has no connection: connect its books on the Integrations page first")
    try:
        run = refresh(connection, person=None, now=timezone.now(), everything=everything)
    except NotConnected as refusal:
        refuse(str(refusal))
    if not wait:
        typer.echo(f"Run {run.pk} is asked for. Follow it with --wait, or on its page.")
        return
    raise typer.Exit(follow(found, run.pk, sleep=time.sleep))


def follow(company: Company, run_id: int, *, sleep: Callable[[float], None]) -> int:
    """Print a run's progress until it has ended; return 1 if it failed or was held, else 0."""
    from tieout.connections.models import RunState

    said = ""
    while True:
        run = _look(company, run_id)
        if (line := _line(run)) != said:
            typer.echo(line)
            said = line
        if not run.alive:
            for text in filter(None, (run.reason, run.remedy)):
                typer.echo(text)
            return int(run.state in (RunState.FAILED, RunState.HELD))
        sleep(_LOOK_EVERY)


def _look(company: Company, run_id: int) -> SyncRun:
    from tieout.connections.queries import run_of

    run = run_of(company, run_id)
    return run or refuse("the run is no longer there")


def _line(run: SyncRun) -> str:
    from django.utils import timezone

    from tieout.connections.log_words import part_in_words
    from tieout.connections.progress import progress_of

    progress = progress_of(run, now=timezone.now())
    parts = [progress.title]
    if run.started_at is None:
        parts.append("a worker must be running")
    if run.alive and progress.months_total:
        parts.append(f"{progress.months_done} of {progress.months_total} months")
    elif progress.read:
        parts.append(f"read {progress.read}")
    parts += [f"{run.lines_read:,} lines", f"{run.calls:,} calls"]
    if run.compared and not run.alive:
        parts.append(f"{run.compared:,} balances compared, {run.differing:,} differ, largest {progress.largest}")
        parts += filter(None, [part_in_words(run.itemised, revalued=run.revalued)])
    return ", ".join(parts)
