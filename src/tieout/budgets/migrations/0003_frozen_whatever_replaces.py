"""Nothing takes the place of a frozen budget either.

SQLite's REPLACE deletes what a new row is in conflict with, and calls no trigger for what it deletes: so the triggers
of what replaces refuse. PostgreSQL has no such thing: its upserts are updates, which are refused already.
"""

from __future__ import annotations

from django.db import migrations

SAYS = "This budget is frozen: nothing in it can change."
# Table, and the frozen row that a new one would take the place of: by its id, or by what is one of a kind.
REPLACED = {
    "budgets_budget": (
        "SELECT 1 FROM budgets_budget AS it WHERE it.frozen_at IS NOT NULL "
        "AND (it.id = NEW.id OR (it.company_id = NEW.company_id AND it.folded = NEW.folded))"
    ),
    "budgets_budgetrow": (
        "SELECT 1 FROM budgets_budgetrow AS it JOIN budgets_budget AS owner ON owner.id = it.budget_id "
        "WHERE it.id = NEW.id AND owner.frozen_at IS NOT NULL"
    ),
    "budgets_budgetcell": (
        "SELECT 1 FROM budgets_budgetcell AS it JOIN budgets_budgetrow AS line ON line.id = it.row_id "
        "JOIN budgets_budget AS owner ON owner.id = line.budget_id "
        "WHERE it.id = NEW.id AND owner.frozen_at IS NOT NULL"
    ),
}


def triggers() -> dict[str, str]:
    """Return the triggers by name. An update that freezes a budget meets itself as it was, which is not frozen yet."""
    return {
        f"{table}_replace_{kind.lower()}": (
            f"CREATE TRIGGER {table}_replace_{kind.lower()} BEFORE {kind} ON {table} "
            f"WHEN EXISTS ({replaced}) BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        )
        for table, replaced in REPLACED.items()
        for kind in ("INSERT", "UPDATE")
    }


def _guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in triggers().values():
            schema_editor.execute(statement)


def _unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in triggers():
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("budgets", "0002_frozen_for_good")]

    operations = [migrations.RunPython(_guard, _unguard)]
