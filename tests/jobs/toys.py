"""Toy tasks for worker processes that are killed and frozen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from django.db import connection, transaction

from tieout.jobs.registry import Interrupted, Running, task
from tieout.jobs.services import Json


def note(path: Json, line: str) -> None:
    """Append a line to a file, in one write: several processes share it."""
    with Path(str(path)).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


@task("toy.hold")
def hold(arguments: Mapping[str, Json], job: Running) -> None:
    """Write when it began, and ended or left; between them wait until the file's neighbour ``.go`` is there."""
    note(arguments["path"], f"began {job.attempt}")
    go = Path(f"{arguments['path']}.go")
    while not go.exists():
        try:
            job.check()
        except Interrupted as why:
            note(arguments["path"], f"left {job.attempt}: {why}")
            raise
        time.sleep(0.01)
    note(arguments["path"], f"ended {job.attempt}")


@task("toy.brief")
def brief(arguments: Mapping[str, Json], job: Running) -> None:
    """Write "in" and "out", and what it is told to, around a short while."""
    word = f" {arguments.get('word', '')}".rstrip()
    note(arguments["path"], f"in{word}")
    time.sleep(0.02)
    note(arguments["path"], f"out{word}")


@task("toy.stamp")
def stamp(arguments: Mapping[str, Json], job: Running) -> None:
    """Write the time, in seconds since 1970."""
    note(arguments["path"], f"{time.time():.4f}")


@task("toy.fill")
def fill(arguments: Mapping[str, Json], job: Running) -> None:
    """Write two rows of 200 kB in one transaction into the table "filling"."""
    with transaction.atomic(), connection.cursor() as cursor:
        for part in ("first", "second"):
            cursor.execute("INSERT INTO filling VALUES (%s, %s)", [part, "x" * 200_000])
