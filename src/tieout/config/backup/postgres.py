"""An installation's schema on PostgreSQL: dumped and replaced by the server's own client programs, while others use it.

A dump comes back into a schema of its own, where it is proved and migrated. Only then do the two schemas change names,
in one transaction: readers see the old or the new, and no mixture.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.config.backup.archive import CannotRestore, TableContent
from tieout.config.backup.content import DISOWN_RUNS, SESSIONS, TABLES_OF_DATA

if TYPE_CHECKING:
    import psycopg

RESTORING = "tieout_restoring"  # where a dump is proved
BEFORE = "tieout_before_restore"  # what was there until the change of names
_ASIDE = "tieout_aside"

# How values are written decides the digest; and no time limit of pages applies to these sessions.
_SESSION = (
    "SET SESSION timezone = 'UTC'; SET SESSION datestyle = 'ISO'; SET SESSION bytea_output = 'hex'; "
    "SET SESSION extra_float_digits = 1; SET SESSION idle_in_transaction_session_timeout = 0"
)


class PostgresFailed(Exception):
    """The server or one of its client programs failed, or is not there. The text says which and how."""


@contextmanager
def connected(parameters: Mapping[str, str]) -> Iterator[psycopg.Connection]:
    """Give a session of our own; ``parameters`` are libpq's."""
    import psycopg  # noqa: PLC0415 - an installation on SQLite need not load it

    try:
        with psycopg.connect(**parameters, autocommit=True) as connection:  # type: ignore[arg-type] # libpq's keywords
            connection.execute(_SESSION)
            yield connection
    except psycopg.Error as error:
        raise PostgresFailed(f"The database failed: {str(error).strip()}.") from error


def dump(parameters: Mapping[str, str], to: Path) -> tuple[str, dict[str, TableContent], list[str]]:
    """Write a dump; return the schema's name, what each table holds and the migrations, all of one moment."""
    with connected(parameters) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot, schema = _one(connection, "SELECT pg_export_snapshot(), current_schema()")
        run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
            f"--schema={schema}", f"--exclude-table-data={schema}.{SESSIONS}", f"--file={to}", parameters=parameters,
        )  # fmt: skip
        return schema, contents(connection, schema), migrations(connection, schema)


def contents(connection: psycopg.Connection, schema: str) -> dict[str, TableContent]:
    """Return what each table of a schema holds."""
    return {it: _content(connection, schema, it) for it in tables(connection, schema) if it != SESSIONS}


def migrations(connection: psycopg.Connection, schema: str) -> list[str]:
    """Return the migrations that are applied in a schema."""
    rows = connection.execute(_sql('SELECT app, name FROM "{}".django_migrations ORDER BY app, name', schema))
    return sorted(f"{app}.{name}" for app, name in rows)


def tables(connection: psycopg.Connection, schema: str) -> list[str]:
    """Return the names of a schema's tables."""
    found = connection.execute("SELECT tablename::text FROM pg_tables WHERE schemaname = %s", [schema])
    return sorted(row[0] for row in found)


def holds_data(connection: psycopg.Connection) -> bool:
    """Return whether there is anything that somebody would miss in the schema that the product uses."""
    schema = current_schema(connection)
    there = set(tables(connection, schema))
    return any(
        _one(connection, _sql('SELECT EXISTS (SELECT 1 FROM "{}"."{}")', schema, table))[0]
        for table in TABLES_OF_DATA
        if table in there
    )


def current_schema(connection: psycopg.Connection) -> str:
    """Return the schema that the product's tables are in."""
    return str(_one(connection, "SELECT current_schema()")[0])


def load(parameters: Mapping[str, str], file: Path, schema: str) -> None:
    """Bring a dump of a schema back as `RESTORING`, in one transaction. A live schema of that name stays as it is."""
    script = file.with_suffix(".sql")
    run(
        "pg_restore", "--no-owner", "--no-privileges", f"--schema={schema}", f"--file={script}", str(file),
        parameters=parameters,
    )  # fmt: skip
    with connected(parameters) as connection:
        there = _one(connection, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = %s)", [schema])[0]
    aside = f'ALTER SCHEMA "{schema}" RENAME TO {_ASIDE};' if there else ""
    back = f'ALTER SCHEMA {_ASIDE} RENAME TO "{schema}";' if there else ""
    first, last = file.with_suffix(".first"), file.with_suffix(".last")
    first.write_text(f'DROP SCHEMA IF EXISTS {RESTORING} CASCADE; {aside} CREATE SCHEMA "{schema}";')
    last.write_text(f'ALTER SCHEMA "{schema}" RENAME TO {RESTORING}; {back}')
    run(
        "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
        *(f"--file={path}" for path in (first, script, last)), parameters=parameters,
    )  # fmt: skip


def prove(connection: psycopg.Connection, expected: Mapping[str, TableContent]) -> None:
    """Raise CannotRestore unless `RESTORING` holds exactly what the backup says."""
    found = contents(connection, RESTORING)
    wrong = sorted(table for table in {*found, *expected} if found.get(table) != expected.get(table))
    if wrong:
        raise CannotRestore(
            f"The database in the backup is not the one that was put in: {', '.join(wrong)}. Nothing was changed."
        )


def disown_runs(connection: psycopg.Connection) -> None:
    """Make sure that no process from before can write to a run of the tables that are about to come back."""
    with connection.transaction():
        connection.execute(_sql('SET LOCAL search_path = "{}"', RESTORING))
        connection.execute(DISOWN_RUNS)


def swap(connection: psycopg.Connection) -> None:
    """Give the proved schema the name of the live one, whose tables are kept as `BEFORE` until `forget`."""
    live = current_schema(connection)
    with connection.transaction():
        connection.execute(_sql('ALTER SCHEMA "{}" RENAME TO "{}"', live, BEFORE))
        connection.execute(_sql('ALTER SCHEMA "{}" RENAME TO "{}"', RESTORING, live))


def forget(connection: psycopg.Connection, schema: str) -> None:
    """Drop a schema of ours that is left, with all that is in it."""
    connection.execute(_sql('DROP SCHEMA IF EXISTS "{}" CASCADE', schema))


def run(program: str, *arguments: str, parameters: Mapping[str, str]) -> None:
    """Run a client program. The password is in its environment, not in its arguments. Raise PostgresFailed."""
    path = shutil.which(program)
    if path is None:
        raise PostgresFailed(
            f"{program} is not installed here: it comes with PostgreSQL's client programs (on Debian and Ubuntu the "
            f"package postgresql-client), in the server's version or a newer one."
        )
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's with our own arguments
        [path, *arguments], env={**os.environ, **environment(parameters)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise PostgresFailed(f"{program} failed: {' '.join(lines[:2]) or f'it ended with {done.returncode}'}")


def environment(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return libpq's parameters as the variables that its programs read."""
    from psycopg import pq  # noqa: PLC0415 - as above

    names = {it.keyword.decode(): it.envvar.decode() for it in pq.Conninfo.get_defaults() if it.envvar}
    found = {names[key]: str(value) for key, value in parameters.items() if key in names}
    patient = "-c idle_in_transaction_session_timeout=0"
    return {**found, "PGOPTIONS": f"{found.get('PGOPTIONS', '')} {patient}".strip()}


def _content(connection: psycopg.Connection, schema: str, table: str) -> TableContent:
    keys = connection.execute(
        "SELECT attname::text FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey) "
        "WHERE indisprimary AND indrelid = format('%%I.%%I', %s::text, %s::text)::regclass ORDER BY attnum",
        [schema, table],
    )
    order: Sequence[str] = [f'"{row[0]}"' for row in keys] or ["t::text"]
    digest = hashlib.sha256()
    query = _sql('COPY (SELECT * FROM "{}"."{}" t ORDER BY ' + ", ".join(order) + ") TO STDOUT", schema, table)
    with connection.cursor() as cursor, cursor.copy(query) as rows:
        count = 0
        for row in rows:
            digest.update(row)
            count += bytes(row).count(b"\n")
    return TableContent(rows=count, sha256=digest.hexdigest())


def _sql(text: str, *names: str) -> bytes:
    """Return a statement with names that must be our own tables' and schemas': no quote can end them."""
    return text.format(*(name.replace('"', '""') for name in names)).encode()


def _one(connection: psycopg.Connection, query: str | bytes, parameters: Sequence[object] = ()) -> tuple[str, ...]:
    row = connection.execute(query.encode() if isinstance(query, str) else query, parameters or None).fetchone()
    if row is None:
        raise LookupError(query)
    return tuple(row)
