"""The jobs: one runs a sync, one asks for a sync because the provider told of a change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from tieout.connections import watching, webhooks
from tieout.connections.holding import TakenOver
from tieout.connections.requests import SYNC
from tieout.connections.run import execute
from tieout.jobs.registry import Interrupted, Running, periodic, task
from tieout.jobs.services import Json


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


@periodic("connections.watch", every=timedelta(minutes=10))
def watch(now: datetime, job: Running) -> None:  # noqa: ARG001 - done in one step
    """Tell what time alone has made worth telling."""
    watching.look(now)
