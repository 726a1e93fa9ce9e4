"""The database refuses to change or delete a row of the audit log, whoever asks: the second wall behind the model.

SQLite's REPLACE deletes what a new row is in conflict with and calls no trigger for it: so the insert refuses.
"""

from __future__ import annotations

from django.db import migrations

TABLE = "companies_auditevent"
SAYS = "The audit log only grows: no row of it changes or goes."


def sqlite() -> dict[str, str]:
    """Return the triggers of SQLite by name."""
    when = {"UPDATE": "", "DELETE": "", "INSERT": f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "}
    return {
        f"{TABLE}_stays_{kind.lower()}": (
            f"CREATE TRIGGER {TABLE}_stays_{kind.lower()} BEFORE {kind} ON {TABLE} {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        )
        for kind, condition in when.items()
    }


def postgresql() -> tuple[str, ...]:
    """Return the same for PostgreSQL."""
    return (
        f"CREATE FUNCTION {TABLE}_stays() RETURNS trigger AS $$ BEGIN "
        f"RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_stays()",
    )


def _guard(apps, schema_editor):
    on_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in sqlite().values() if on_sqlite else postgresql():
        schema_editor.execute(statement)


def _unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in sqlite():
            schema_editor.execute(f"DROP TRIGGER {name}")
    else:
        schema_editor.execute(f"DROP TRIGGER {TABLE}_stays ON {TABLE}")
        schema_editor.execute(f"DROP FUNCTION {TABLE}_stays()")


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_roles_and_invitations")]

    operations = [migrations.RunPython(_guard, _unguard)]
