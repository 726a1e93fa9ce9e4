"""A percentage of revenue may be of any stream: what named an account names that account's stream."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_the_stream(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Point options to the row of the account that they named; make the row where no sync has made it yet."""
    options, expenses = apps.get_model("planning", "Options"), apps.get_model("expenses", "Expense")
    for row in options.objects.exclude(account=None).iterator():
        stream, _made = expenses.objects.get_or_create(
            company_id=row.company_id, account_id=row.account_id, defaults={"income": True, "kind": "account"}
        )
        row.stream_id = stream.pk
        row.save(update_fields=["stream"])


def name_the_account(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Point options back to the account; an added stream has none, and its percentage is of all revenue again."""
    options = apps.get_model("planning", "Options")
    for row in options.objects.exclude(stream=None).select_related("stream").iterator():
        row.account_id = row.stream.account_id
        row.save(update_fields=["account"])


class Migration(migrations.Migration):
    dependencies = [("expenses", "0004_streams"), ("planning", "0003_typed_actuals")]

    operations = [
        migrations.RenameField("options", "stream", "account"),
        migrations.AddField(
            "options",
            "stream",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="expenses.expense",
                db_constraint=False,
            ),
        ),
        migrations.RunPython(name_the_stream, name_the_account, elidable=True),
        migrations.RemoveField("options", "account"),
    ]  # fmt: skip
