"""The ground that claims are tried on: a database of their own, empty and migrated anew for each trial.

It never touches the installation's data: on SQLite it is a file in a temporary folder, on PostgreSQL a database that
is made for the purpose and dropped again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

from django.db import connection

from tieout.proofs.servers import copy_database


class Home(Protocol):
    """Where a ground's database lives."""

    @property
    def url(self) -> str:
        """The DATABASE_URL for other processes."""
        ...

    def fresh(self) -> None:
        """Make the database empty again. No other process may have it open."""
        ...


@dataclass(frozen=True, slots=True)
class FileHome:
    """A SQLite file, copied from an empty one that is migrated."""

    template: Path
    path: Path

    @property
    def url(self) -> str:
        """The DATABASE_URL for other processes."""
        return f"sqlite:///{self.path}"

    def fresh(self) -> None:
        """Copy the empty file anew."""
        for left in self.path.parent.glob(f"{self.path.name}-*"):  # the write-ahead log and its index
            left.unlink()
        shutil.copyfile(self.template, self.path)
        connection.settings_dict["NAME"] = str(self.path)


@dataclass(frozen=True, slots=True)
class ServerHome:
    """A database on a PostgreSQL server, made from an empty one that is migrated."""

    url: str
    template: str

    def fresh(self) -> None:
        """Make the database anew."""
        copy_database(self.url, self.template)


@dataclass(slots=True)
class Ground:
    """An installation of its own: the database, a folder, and the provider whose sandbox stands for the platform."""

    home: Home
    folder: Path
    provider: str
    worker: str = "tieout.proofs.working:work"  # what a worker process calls; a test plants a defect there
    made: int = 0

    def fresh(self) -> None:
        """Leave everything of an earlier trial behind."""
        connection.close()
        self.home.fresh()

    def file(self, name: str) -> Path:
        """Return a path in the ground's folder that nothing has used before."""
        self.made += 1
        return self.folder / f"{self.made}-{name}"

    @contextmanager
    def moved_to(self, path: Path) -> Iterator[None]:
        """Let this process use another SQLite file for as long as the block runs."""
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], str(path)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


@dataclass(slots=True)
class Trial:
    """One trial of a claim: everything random in it comes from its seed."""

    ground: Ground
    seed: int
    number: int
    short: bool
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        """Take up the dice."""
        self.dice = Random(self.seed)
