"""The database of this installation, of whichever kind, and what a backup cannot hold of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tieout.config.backup.archive import CannotRestore, Kind


def kind() -> Kind:
    """Return which kind of database this installation uses."""
    return "postgresql" if connection.vendor == "postgresql" else "sqlite"


def sqlite_file() -> Path:
    """Return where the SQLite database is, or will be."""
    return Path(str(connection.settings_dict["NAME"]))


def postgresql_parameters() -> Mapping[str, str]:
    """Return libpq's parameters for the PostgreSQL database."""
    given = connection.get_connection_params()
    return {key: str(value) for key, value in given.items() if isinstance(value, str | int) and key != "context"}


def known_migrations() -> set[str]:
    """Return the migrations that this version has."""
    loader = MigrationLoader(None)
    replaced = {key for it in loader.disk_migrations.values() for key in it.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


def address_of_schema(parameters: Mapping[str, str], schema: str) -> str:
    """Return the address of one schema of a PostgreSQL database, as ``DATABASE_URL`` has it."""
    inside = {**parameters, "options": f"{parameters.get('options', '')} -c search_path={schema}".strip()}
    return f"postgresql:///?{urlencode(inside, quote_via=quote)}"


def migrate(address: str) -> None:
    """Bring another database than this process's to this version's form. Raise CannotRestore with the reason."""
    done = subprocess.run(
        [sys.executable, "-m", "tieout", "migrate"],
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise CannotRestore(
            f"The backup could not be brought to this version's form: {said[-1] if said else 'no reason was given'}. "
            f"Nothing was changed."
        )


def where_the_keys_are() -> list[str]:
    """Return, for people, where each key is that no backup holds."""
    places = {"TIEOUT_TOKEN_KEYS": settings.DATA / "token.keys", "TIEOUT_SECRET_KEY": settings.DATA / "secret.key"}
    return [f"{name} in the environment" if os.environ.get(name) else str(path) for name, path in places.items()]
