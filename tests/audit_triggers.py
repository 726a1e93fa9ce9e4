"""The triggers that keep the audit log, out of the way for as long as a test is tidied up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import connection

_TRIGGERS: dict[str, str] = import_module("tieout.companies.migrations.0003_audit_for_good").sqlite()


@contextmanager
def lifted() -> Iterator[None]:
    """Drop SQLite's triggers, and make them again."""
    with connection.cursor() as cursor:
        for name in _TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        try:
            yield
        finally:
            for statement in _TRIGGERS.values():
                cursor.execute(statement)
