"""Income accounts become streams: each gets its row, and the lines and sums that the ledger holds say so.

Nothing is logged as re-mapped: no line was in another expense before, and a change log would show only noise.
"""

from django.db import migrations, models

_INCOME = (
    "SELECT book.company_id AS company, at.book_id AS book, at.listed_id AS account FROM ledger_listedversion at "
    "JOIN ledger_book book ON book.id = at.book_id JOIN ledger_listed listed ON listed.id = at.listed_id "
    "WHERE listed.kind = 'account' AND at.type = 'income' AND at.valid_to = 2147483647"
)
_ROW = (
    "SELECT own.id FROM expenses_expense own JOIN ledger_book book ON book.company_id = own.company_id "
    "WHERE own.account_id = {table}.account AND book.id = {book}"
)
_OF_INCOME = (
    "expense = 0 AND EXISTS (SELECT 1 FROM (" + _INCOME + ") found "
    "WHERE found.book = {table}.book AND found.account = {table}.account)"
)


def _fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO expenses_expense (company_id, account_id, kind, own_name, income, created_at) "
            f"SELECT DISTINCT found.company, found.account, 'account', '', {_true(schema_editor)}, CURRENT_TIMESTAMP FROM ({_INCOME}) found "
            "WHERE NOT EXISTS (SELECT 1 FROM expenses_expense own "
            "WHERE own.company_id = found.company AND own.account_id = found.account)"
        )
        cursor.execute(
            f"UPDATE expenses_expense SET income = {_true(schema_editor)} WHERE account_id IN "
            f"(SELECT account FROM ({_INCOME}) found WHERE found.company = expenses_expense.company_id)"
        )
        table = "ledger_line"
        cursor.execute(
            f"UPDATE {table} SET expense = ({_ROW.format(table=table, book=table + '.book')}) "
            f"WHERE {_OF_INCOME.format(table=table)}"
        )
        for table, key in (
            ("ledger_monthsum", "book, account, expense, month"),
            ("ledger_partysum", "book, party, account, expense, month"),
        ):
            _move_sums(cursor, table, key)
        _move_copies(cursor)


def _true(schema_editor):
    return "TRUE" if schema_editor.connection.vendor == "postgresql" else "1"


def _move_sums(cursor, table, key):
    """Move the sums of what was in no expense to the account's row; one of the row that is there takes them up."""
    row = _ROW.format(table=table, book=f"{table}.book")
    columns = key.replace("expense", f"({row})")
    cursor.execute(
        f"INSERT INTO {table} ({key}, amount) SELECT {columns}, amount FROM {table} "
        f"WHERE {_OF_INCOME.format(table=table)} "
        f"ON CONFLICT ({key}) DO UPDATE SET amount = {table}.amount + EXCLUDED.amount"
    )
    cursor.execute(f"DELETE FROM {table} WHERE {_OF_INCOME.format(table=table)}")
    cursor.execute(f"DELETE FROM {table} WHERE amount = 0")


def _move_copies(cursor):
    """Do the same to the copies of closed months, whose sums were of income accounts."""
    row = (
        "SELECT own.id FROM expenses_expense own JOIN ledger_book book ON book.company_id = own.company_id "
        "JOIN ledger_monthclose close ON close.book_id = book.id "
        "WHERE close.id = ledger_closedsum.close_id AND own.account_id = ledger_closedsum.account AND own.income"
    )
    which = f"expense = 0 AND type = 'income' AND EXISTS ({row})"
    cursor.execute(
        "INSERT INTO ledger_closedsum (close_id, account, expense, type, amount) "
        f"SELECT close_id, account, ({row}), type, amount FROM ledger_closedsum WHERE {which} "
        "ON CONFLICT (close_id, account, expense) DO UPDATE SET amount = ledger_closedsum.amount + EXCLUDED.amount"
    )
    cursor.execute(f"DELETE FROM ledger_closedsum WHERE {which}")


class Migration(migrations.Migration):

    dependencies = [
        ('expenses', '0003_relinking'),
        ('ledger', '0009_kind_of_entries'),
    ]

    operations = [
        migrations.AddField(
            model_name='expense',
            name='income',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
    ]
