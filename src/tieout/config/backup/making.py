"""Making a backup: a copy of one moment, taken while web, workers and a sync go on."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path

from tieout.config.backup import archive, installation, postgres, sqlite
from tieout.config.backup.archive import Manifest


class CannotBackUp(Exception):
    """There is no backup. The text says why, and what to do; the installation goes on as it was."""


def make(file: Path, *, now: datetime) -> Manifest:
    """Write a backup to a file that does not exist yet; return what it says of itself. Raise CannotBackUp."""
    if file.exists():
        raise CannotBackUp(f"{file} exists already, and a backup replaces none. Choose another name.")
    if not file.parent.is_dir():
        raise CannotBackUp(f"There is no folder {file.parent}. Make it first.")
    try:
        with tempfile.TemporaryDirectory(prefix=".tieout-backup-", dir=file.parent) as folder:
            manifest, database = _taken(Path(folder), now)
            archive.write(file, database, manifest)
    except postgres.PostgresFailed as error:
        raise CannotBackUp(f"{error} No backup was made.") from error
    except (OSError, sqlite3.Error) as error:
        raise CannotBackUp(f"No backup was made: {error}.") from error
    return manifest


def _taken(folder: Path, now: datetime) -> tuple[Manifest, Path]:
    database = folder / "database"
    if installation.kind() == "postgresql":
        schema, tables, migrations = postgres.dump(installation.postgresql_parameters(), database)
    else:
        live = installation.sqlite_file()
        if not live.is_file():
            raise CannotBackUp(
                f"There is no database at {live}: nothing to back up. Is TIEOUT_DATA set as for the site?"
            )
        sqlite.copy(live, database)
        schema, tables, migrations = "", sqlite.contents(database), sqlite.migrations(database)
    manifest = Manifest(
        version=archive.product_version(), made_at=now, database=installation.kind(), schema=schema,
        migrations=migrations, tables=tables, bytes=database.stat().st_size, sha256=archive.digest_of(database),
    )  # fmt: skip
    return manifest, database
