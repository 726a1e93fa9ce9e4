"""Bringing a backup back: proved beside the database that is there, migrated, then put in its place in one step."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from tieout.config.backup import archive, installation, postgres, sqlite
from tieout.config.backup.archive import CannotRestore, Manifest

_ROOM = 3  # a copy beside, the old one until the end, and the write-ahead log


def restore(file: Path, *, replace: bool) -> Manifest:
    """Make this installation what it was at a backup; return what the backup says of itself.

    Raise CannotRestore, with everything as it was: for a file that is damaged, foreign or of a newer version, and
    where there are data already, unless ``replace``.
    """
    manifest = archive.manifest_of(file)
    _fits(manifest)
    try:
        if manifest.database == "postgresql":
            _into_postgresql(file, replace=replace)
        else:
            _into_sqlite(file, manifest, replace=replace)
    except postgres.PostgresFailed as error:
        raise CannotRestore(f"{error} Nothing was changed.") from error
    except (OSError, sqlite3.Error) as error:
        raise CannotRestore(f"The backup was not put in place: {error}. The database is as it was.") from error
    return manifest


def _fits(manifest: Manifest) -> None:
    ours = installation.kind()
    if manifest.database != ours:
        named = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise CannotRestore(
            f"The backup is of an installation on {named[manifest.database]}, and this one is on {named[ours]}. "
            f"Nothing was changed. A backup comes back to the kind of database that it was made of: set "
            f"DATABASE_URL for it."
        )
    if not set(manifest.migrations) <= installation.known_migrations():
        raise CannotRestore(archive.newer(manifest))


def _into_sqlite(file: Path, manifest: Manifest, *, replace: bool) -> None:
    live = installation.sqlite_file()
    _free(sqlite.holds_data(live), replace=replace)
    live.parent.mkdir(parents=True, exist_ok=True)
    archive.room_for(live.parent, _ROOM * manifest.bytes)
    with tempfile.TemporaryDirectory(prefix=".tieout-restore-", dir=live.parent) as folder:
        beside = Path(folder) / "database"
        archive.extract(file, beside)
        sqlite.prove(beside, manifest.tables)
        sqlite.disown_runs(beside)
        installation.migrate(f"sqlite:///{beside}")
        sqlite.replace(live, beside)


def _into_postgresql(file: Path, *, replace: bool) -> None:
    parameters = installation.postgresql_parameters()
    with postgres.connected(parameters) as connection:
        _free(postgres.holds_data(connection), replace=replace)
        with tempfile.TemporaryDirectory(prefix="tieout-restore-") as folder:
            beside = Path(folder) / "database"
            manifest = archive.extract(file, beside)
            postgres.load(parameters, beside, manifest.schema)
        try:
            postgres.prove(connection, manifest.tables)
            postgres.disown_runs(connection)
            installation.migrate(installation.address_of_schema(parameters, postgres.RESTORING))
            postgres.forget(connection, postgres.BEFORE)  # of a restore that was killed before it could
            postgres.swap(connection)
        except BaseException:
            postgres.forget(connection, postgres.RESTORING)
            raise
        postgres.forget(connection, postgres.BEFORE)


def _free(holds_data: object, *, replace: bool) -> None:
    if holds_data and not replace:
        raise CannotRestore(
            "This installation holds data already. Nothing was changed. Make a backup of it first, then restore with "
            "--replace: what is here now goes."
        )
