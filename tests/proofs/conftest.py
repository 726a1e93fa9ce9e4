"""A ground in this process, whose database is a copy of the tests' own."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
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
    template = folder / "empty.sqlite3"
    with sqlite3.connect(tests) as source:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    source.close()
    shutil.copyfile(tests, template)
    return FileHome(template, folder / "ground.sqlite3")


def _server_home(tests: str) -> ServerHome:
    of = connection.settings_dict
    url = f"postgresql://{of['USER']}@{quote(str(of['HOST']), safe='')}/ground_{tests}"
    return ServerHome(url, tests)
