"""An installation's SQLite file: copied, read and replaced while others use it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tieout.config.backup.archive import CannotRestore, TableContent
from tieout.config.backup.content import DISOWN_RUNS, SESSIONS, TABLES_OF_DATA

_PATIENCE = 60.0  # seconds to wait for a writer


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
        yield connection


def copy(live: Path, to: Path) -> None:
    """Write what the database holds in this moment to a file of its own, without the sessions.

    One step of SQLite's backup interface is one read transaction: writers go on, and are not in the copy.
    """
    with _opened(live) as source, _opened(to) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute(f"DELETE FROM {SESSIONS}")
        target.execute("VACUUM")  # pages that are free may still hold what was deleted from them


def contents(path: Path) -> dict[str, TableContent]:
    """Return what each table holds."""
    with _opened(path) as connection:
        return {table: _content(connection, table) for table in tables(connection) if table != SESSIONS}


def migrations(path: Path) -> list[str]:
    """Return the migrations that are applied."""
    with _opened(path) as connection:
        rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [f"{app}.{name}" for app, name in rows]


def holds_data(path: Path) -> bool:
    """Return whether there is anything in a database that somebody would miss."""
    if not path.exists():
        return False
    with _opened(path) as connection:
        there = set(tables(connection))
        return any(
            connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]
            for table in TABLES_OF_DATA
            if table in there
        )


def prove(path: Path, expected: dict[str, TableContent]) -> None:
    """Raise CannotRestore unless a file is a sound database with exactly these contents."""
    try:
        with _opened(path) as connection:
            sound = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        found = contents(path)
    except sqlite3.DatabaseError as error:
        raise CannotRestore(f"The database in the backup cannot be read: {error}. Nothing was changed.") from error
    if sound != ["ok"] or found != expected:
        wrong = sorted(table for table in {*found, *expected} if found.get(table) != expected.get(table))
        raise CannotRestore(
            f"The database in the backup is not the one that was put in: {', '.join(wrong) or sound[0]}. Nothing was "
            f"changed."
        )


def disown_runs(path: Path) -> None:
    """Make sure that no process from before can write to a run of a database that is about to come back."""
    with _opened(path) as connection:
        connection.execute(DISOWN_RUNS)


def replace(live: Path, by: Path) -> None:
    """Put the contents of one database in the place of another's, in one transaction of the other.

    Processes that have it open see the old or the new, and no mixture; a kill in between leaves the old.
    """
    live.parent.mkdir(parents=True, exist_ok=True)
    before = live.with_name(f"{live.name}.before-restore")
    before.unlink(missing_ok=True)
    with _opened(by) as source, _opened(live) as target:
        with _opened(before) as kept:
            target.backup(kept)
        source.backup(target)
    before.unlink()


def tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of all tables."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(row[0] for row in rows)


def _content(connection: sqlite3.Connection, table: str) -> TableContent:
    digest, rows = hashlib.sha256(), 0
    for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):
        digest.update(repr(row).encode())
        rows += 1
    return TableContent(rows=rows, sha256=digest.hexdigest())
