"""The job that moves many lines after a rule changed."""

from __future__ import annotations

from collections.abc import Mapping

from tieout.companies import queries as companies
from tieout.expenses.relinking import TASK, work_off
from tieout.jobs.registry import Running, task
from tieout.jobs.services import Json


@task(TASK)
def relink(arguments: Mapping[str, Json], job: Running) -> None:
    """Place anew what the changed rules of ``arguments["company"]`` left to do."""
    company = companies.by_id(int(str(arguments["company"])))
    if company is not None:
        work_off(company, job.check)
