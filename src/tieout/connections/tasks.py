"""The jobs: running a sync, asking for one that is due or that the provider called for, deleting what was imported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from tieout.connections import choosing, connecting, scheduling, watching, webhooks
from tieout.connections.deleting import DELETE_ROWS
from tieout.connections.holding import TakenOver
from tieout.connections.requests import SYNC
from tieout.connections.run import execute
from tieout.jobs.registry import Interrupted, Running, periodic, task
from tieout.jobs.services import Json
from tieout.ledger import deletion


@task(SYNC)
def sync(arguments: Mapping[str, Json], job: Running) -> None:
    """Bring the run of ``arguments["run"]`` to its end."""
    try:
        execute(int(str(arguments["run"])), clock=timezone.now, check=job.check)
    except TakenOver as lost:
        raise Interrupted(str(lost)) from lost


@task(webhooks.TOLD)
def told(arguments: Mapping[str, Json], job: Running) -> None:  # noqa: ARG001 - done in one step
    """Ask for the sync that a webhook called for, when its minute has come."""
    webhooks.act(int(str(arguments["connection"])), now=timezone.now())


@periodic("connections.start_due", every=timedelta(minutes=1))
def start_due(now: datetime, job: Running) -> None:  # noqa: ARG001 - done in one step
    """Ask for the syncs that the schedule has due."""
    scheduling.start_due(now)


@task(DELETE_ROWS)
def delete_rows(arguments: Mapping[str, Json], job: Running) -> None:
    """Delete the rows of a book that is deleted."""
    deletion.sweep(int(str(arguments["book"])), check=job.check)


@periodic("connections.watch", every=timedelta(minutes=10))
def watch(now: datetime, job: Running) -> None:  # noqa: ARG001 - done in one step
    """Tell what time alone has made worth telling."""
    watching.look(now)


@task(connecting.GIVE_BACK)
def give_back(arguments: Mapping[str, Json], job: Running) -> None:  # noqa: ARG001 - done in one step
    """End the access to organisations that came with a grant and that nobody chose."""
    organisations = arguments["organisations"]
    assert isinstance(organisations, list)
    connecting.give_back_others(
        int(str(arguments["connection"])), [str(it) for it in organisations], now=timezone.now()
    )


@periodic("connections.give_back_abandoned", every=timedelta(minutes=1))
def give_back_abandoned(now: datetime, job: Running) -> None:  # noqa: ARG001 - done in one step
    """Give back the grants that nobody chose from in time."""
    choosing.give_back_abandoned(now)
