"""The job that runs a sync."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from tieout.connections.holding import TakenOver
from tieout.connections.run import execute
from tieout.jobs.registry import Interrupted, Running, task
from tieout.jobs.services import Json

SYNC = "connections.sync"


@task(SYNC)
def sync(arguments: Mapping[str, Json], job: Running) -> None:
    """Bring the run of ``arguments["run"]`` to its end."""
    try:
        execute(int(str(arguments["run"])), clock=timezone.now, check=job.check)
    except TakenOver as lost:
        raise Interrupted(str(lost)) from lost
