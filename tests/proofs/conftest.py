"""A ground in this process, whose database is a copy of the tests' own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tieout.proofs import servers
from tieout.proofs.ground import FileHome, Ground, Home, ServerHome

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ground(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """Give a ground of its own; this process goes back to the tests' database at the end."""
    monkeypatch.chdir(ROOT)  # processes find the planted defects from here
    before = connection.settings_dict["NAME"]
    connection.close()
    home: Home = _file_home(str(before), tmp_path) if connection.vendor == "sqlite" else _server_home(str(before))
    yield Ground(home, tmp_path, "quickbooks")
    connection.close()
    connection.settings_dict["NAME"] = before
    if isinstance(home, ServerHome):
        servers.drop_database(servers.beside(home.url, "postgres"), servers.name_of(home.url))


def _file_home(tests: str, folder: Path) -> FileHome:
    """Return a home whose template SQLite itself copies.

    Whoever opens and closes the file otherwise takes this process's locks on it away, those of every connection that a
    thread has left open too: another process then deletes the log under them, and no new connection can read.
    """
    template = folder / "empty.sqlite3"
    with closing(sqlite3.connect(tests)) as source, closing(sqlite3.connect(template)) as target:
        source.backup(target)
    return FileHome(template, folder / "ground.sqlite3")


def _server_home(tests: str) -> ServerHome:
    of = connection.settings_dict
    url = f"postgresql://{of['USER']}@{quote(str(of['HOST']), safe='')}/ground_{tests}"
    return ServerHome(url, tests)
