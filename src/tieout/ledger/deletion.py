"""Deleting a book: gone for readers in one transaction, its rows after it, in steps that hold nobody up.

List rows (`Listed`) stay: they are a provider's id and nothing else, and plans, links and budgets refer to them. If the
same organisation is imported again, its accounts are the same rows.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from tieout.ledger.models import Book, Organisation

_STEP = 10_000  # rows a transaction
# Tables that know a book by its number alone. What hangs on one of their rows stands before it.
_TABLES = (
    "ledger_line", "ledger_entry", "ledger_remapping", "ledger_text", "ledger_monthsum", "ledger_partysum",
    "ledger_theirbalance", "ledger_tieoutmonth", "ledger_difference",
)  # fmt: skip


def delete_books(organisation: Organisation) -> list[int]:
    """Delete an organisation's books with their publications, names and closed months; return their numbers.

    Within the caller's transaction, and after nothing refers to them. Their lines are unreachable from then on;
    `sweep` deletes them.
    """
    books = Book.objects.filter(organisation=organisation)
    numbers = list(books.order_by("pk").values_list("pk", flat=True))
    books.delete()
    return numbers


def sweep(book: int, *, check: Callable[[], None]) -> None:
    """Delete the rows of a book that is deleted; ``check`` raises when the worker is asked to stop. Repeatable."""
    if Book.objects.filter(pk=book).exists():
        raise ValueError(f"book {book} is not deleted")
    for table in _TABLES:
        while _delete_some(table, book):
            check()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM ledger_dimensionsetvalue WHERE dimension_set_id IN "
            "(SELECT id FROM ledger_dimensionset WHERE book = %s)",
            [book],
        )
        cursor.execute("DELETE FROM ledger_dimensionset WHERE book = %s", [book])


def _delete_some(table: str, book: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE book = %s LIMIT {_STEP})", [book]
        )
        return int(cursor.rowcount)
