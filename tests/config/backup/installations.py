"""Installations of their own, as processes see them: a data folder, a database, keys."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[3]
_WORK = (
    "import sys, django; django.setup(); from tieout.proofs.working import work; "
    "work(provider='quickbooks', address=sys.argv[1], lease=1.0, log=sys.argv[2])"
)


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation. ``server`` is the address of a PostgreSQL server, "" for SQLite in the data folder."""

    data: Path
    server: str = ""

    @classmethod
    def new(cls, folder: Path, name: str, server: str = "") -> Installation:
        """Return an installation that has been migrated and holds nothing."""
        made = cls(folder / name, server)
        if server:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
        done = made.run("migrate")
        assert done.returncode == 0, done.stderr
        return made

    def twin(self, folder: Path, name: str) -> Installation:
        """Return a copy of this installation, with keys of its own to be made."""
        made = Installation(folder / name, self.server)
        made.data.mkdir(parents=True)
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.data.name}"'.encode())
        else:
            shutil.copyfile(self.file, made.file)
        return made

    @property
    def environment(self) -> dict[str, str]:
        kept = {it: value for it, value in os.environ.items() if not it.startswith(("TIEOUT", "DATABASE", "DJANGO"))}
        own = {"TIEOUT_DATA": str(self.data), "TIEOUT_ALLOW_SANDBOX": "1", "TIEOUT_LOG_LEVEL": "WARNING"}
        if self.server:
            parts = urlsplit(self.server)
            own["DATABASE_URL"] = parts._replace(path=f"/{self.data.name}").geturl()
        return {**kept, **own, "DJANGO_SETTINGS_MODULE": "tieout.config.settings"}

    @property
    def file(self) -> Path:
        """The SQLite database."""
        return self.data / "tieout.sqlite3"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product."""
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "tieout", *arguments], cwd=ROOT, env={**self.environment, **environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def stage(self, what: str, address: str) -> dict[str, Any]:
        """Do something inside, see `stage`; return what it prints."""
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "tests.config.backup.stage", what, address], cwd=ROOT, env=self.environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    @contextmanager
    def worker(self, address: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
        """Have a worker at work for as long as the block lasts; its writes are logged (`proofs.working`)."""
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-c", _WORK, address, str(log)], cwd=ROOT, env=self.environment
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query of ours finds in the database."""
        if self.server:
            with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
                return connection.execute(query.encode()).fetchall()
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(self.file)) as file:
            return file.execute(query).fetchall()
