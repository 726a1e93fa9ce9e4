"""The ground that claims are tried on: a database of their own, empty and migrated anew for each trial.

It never touches the installation's data: on SQLite it is a file in a temporary folder, on PostgreSQL a database that
is made for the purpose and dropped again.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Protocol

import httpx2
from django.db import connection

from tieout.proofs.platform import Platform, platform
from tieout.proofs.servers import Server, copy_database, name_of
from tieout.providerkit.proving import Proving, Stand

HERE = "http://127.0.0.1:9001"
"""Where a sandbox of this process answers, without a network."""


def tell(stand: Stand, what: str, **params: str) -> dict[str, Any]:
    """Return what a sandbox tells at its control address."""
    return _control(stand, "GET", what, params=params)


def order(stand: Stand, command: str, **body: object) -> dict[str, Any]:
    """Do something at a sandbox by its control address, behind the product's back."""
    return _control(stand, "POST", command, json=body)


def _control(stand: Stand, method: str, command: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's own
    with httpx2.Client(transport=httpx2.WSGITransport(app=stand.app), base_url=HERE) as client:
        answer = client.request(method, f"/control/{command}", **given)
    if answer.status_code != httpx2.codes.OK:
        raise RuntimeError(f"the sandbox refuses {command}: {answer.text}")
    return dict(answer.json())


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
        connection.settings_dict["NAME"] = name_of(self.url)


@dataclass(slots=True)
class Ground:
    """An installation of its own: the database, a folder, and the provider whose sandbox stands for the platform."""

    home: Home
    folder: Path
    provider: str  # the name of its demo: "xero-documents"
    plant: str = ""  # "module:function" that its processes call first: a test puts a defect there
    server: Server | None = None  # a server of our own, which may be killed
    stands: list[Stand] = field(default_factory=list)
    made: int = 0

    def fresh(self) -> None:
        """Leave everything of an earlier trial behind."""
        connection.close()
        self.stands.clear()
        self.home.fresh()

    @property
    def proving(self) -> Proving:
        """What the provider gives to be proved with."""
        return self.platform.proving

    @property
    def platform(self) -> Platform:
        """The provider, as it is set up here."""
        return platform(self.provider)

    def sandbox(self, books: str, *, today: date | None = None, limits: bool = False, companies: int = 1) -> Stand:
        """Return a sandbox whose callers are counted: `calls`."""
        stand = self.proving.sandbox(books, today=today, limits=limits, companies=companies)
        self.stands.append(stand)
        return stand

    def calls(self) -> tuple[int, Mapping[str, int]]:
        """Return how many calls the trial's sandboxes have seen, and those that were neither a read nor a grant's."""
        total, outside = 0, Counter[str]()
        for stand in self.stands:
            seen = tell(stand, "calls")
            total += seen["total"]
            outside += Counter(seen["outside"])
        return total, outside

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
