"""What SQLite and PostgreSQL do differently: the one file that asks which of them it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import connection

Row = Sequence[object]
T = TypeVar("T")


def is_postgresql() -> bool:
    """Whether the database is PostgreSQL; otherwise it is SQLite."""
    return connection.vendor == "postgresql"


def reserve_ids(table: str, count: int) -> range | list[int]:
    """Return ``count`` ids for new rows of a table. Call inside the write transaction that uses them."""
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # The transaction holds SQLite's only write lock, so the largest id cannot move under us. Ids of deleted rows
        # at the top may be given again: nothing refers to rows that a sweep deleted.
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        last = int(cursor.fetchone()[0])
        return range(last + 1, last + 1 + count)


def insert(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows in bulk: COPY on PostgreSQL, executemany on SQLite."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if is_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # type: ignore[arg-type]


def in_list(values: Sequence[object]) -> str:
    """Return the placeholders of an IN list; keep it under 900 values (SQLite's limit of old is 999)."""
    return ", ".join(["%s"] * len(values))


def chunks(values: Sequence[T], size: int = 900) -> Iterable[Sequence[T]]:
    """Yield the values in runs that fit an IN list."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def among(column: str, ids: Sequence[int], *, negated: bool = False) -> tuple[str, list[int | str | list[int]]]:
    """Return the condition that a column holds one of the ids, however many, and its values."""
    if is_postgresql():
        return f"{column} {'<> ALL' if negated else '= ANY'}(%s)", [list(ids)]
    verb = "NOT IN" if negated else "IN"
    return f"{column} {verb} (SELECT value FROM json_each(%s))", [f"[{','.join(map(str, ids))}]"]


def among_texts(column: str, values: Sequence[str]) -> tuple[str, list[str | list[str]]]:
    """Return the condition that a column holds one of the texts, however many, and its values."""
    if is_postgresql():
        return f"{column} = ANY(%s)", [list(values)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(values))]
