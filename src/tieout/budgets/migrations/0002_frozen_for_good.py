"""The database refuses to change a frozen budget, whoever asks: the second wall behind the services."""

from __future__ import annotations

from django.db import migrations

SAYS = "This budget is frozen: nothing in it can change."
# Table, and the budget that a row of it belongs to ({row} is OLD or NEW).
OWNED = {
    "budgets_budgetrow": "{row}.budget_id",
    "budgets_budgetcell": "(SELECT budget_id FROM budgets_budgetrow WHERE id = {row}.row_id)",
}
FROZEN = "EXISTS (SELECT 1 FROM budgets_budget WHERE id = {budget} AND frozen_at IS NOT NULL)"


def sqlite() -> list[str]:
    """Return the triggers of SQLite: one for each table and kind of change."""
    made = [
        f"CREATE TRIGGER budgets_budget_frozen_{kind.lower()} BEFORE {kind} ON budgets_budget "
        f"WHEN OLD.frozen_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        for kind in ("UPDATE", "DELETE")
    ]
    for table, budget in OWNED.items():
        for kind, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            when = " OR ".join(FROZEN.format(budget=budget.format(row=row)) for row in rows)
            made.append(
                f"CREATE TRIGGER {table}_frozen_{kind.lower()} BEFORE {kind} ON {table} "
                f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
    return made


def postgresql() -> list[str]:
    """Return the same for PostgreSQL: a function for each table, and its trigger."""
    made = [
        "CREATE FUNCTION budgets_budget_frozen() RETURNS trigger AS $$ BEGIN "
        f"IF OLD.frozen_at IS NOT NULL THEN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER budgets_budget_frozen BEFORE UPDATE OR DELETE ON budgets_budget "
        "FOR EACH ROW EXECUTE FUNCTION budgets_budget_frozen()",
    ]
    for table, budget in OWNED.items():
        old, new = (FROZEN.format(budget=budget.format(row=row)) for row in ("OLD", "NEW"))
        made += [
            f"CREATE FUNCTION {table}_frozen() RETURNS trigger AS $$ BEGIN "
            f"IF TG_OP <> 'INSERT' AND {old} OR TG_OP <> 'DELETE' AND {new} THEN "
            f"RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_frozen()",
        ]
    return made


def _guard(apps, schema_editor):
    statements = {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]()
    for statement in statements:
        schema_editor.execute(statement)


def _unguard(apps, schema_editor):
    tables = ["budgets_budget", *OWNED]
    if schema_editor.connection.vendor == "postgresql":
        for table in tables:
            schema_editor.execute(f"DROP TRIGGER {table}_frozen ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_frozen()")
        return
    for statement in sqlite():
        schema_editor.execute(f"DROP TRIGGER {statement.split()[2]}")


class Migration(migrations.Migration):
    dependencies = [("budgets", "0001_initial")]

    operations = [migrations.RunPython(_guard, _unguard)]
