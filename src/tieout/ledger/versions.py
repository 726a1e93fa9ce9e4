"""Versions of a book: taken when a run starts, published or swept at its end, never used twice."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from tieout.ledger.dialect import chunks, in_list
from tieout.ledger.models import OPEN, Book

Guard = Callable[[], None]
"""Called first in each write transaction of a run: raises if another holder has taken the run over."""

_VERSIONED = ("ledger_listedversion", "ledger_theirbalance")
_STAMPED = ("ledger_tieoutmonth", "ledger_difference")
_SWEEP_STEP = 2_000  # entries a transaction: well under half a second


class NotOpen(Exception):
    """The version is no longer the book's open one: the run that took it was given up."""


def take(book: Book, guard: Guard) -> int:
    """Return a new version of the book, after sweeping what an earlier run left half-done."""
    sweep(book, guard)
    with transaction.atomic():
        guard()
        book.refresh_from_db(fields=["last_version", "open_version"])
        book.last_version += 1
        book.open_version = book.last_version
        book.open_placement = None
        book.save(update_fields=["last_version", "open_version", "open_placement"])
    return book.last_version


def check_open(book: Book, version: int) -> None:
    """Raise NotOpen unless the version is the one being written."""
    if not Book.objects.filter(pk=book.pk, open_version=version).exists():
        raise NotOpen(f"version {version} of book {book.pk} is not open")


def sweep(book: Book, guard: Guard) -> None:
    """Undo the open version, if there is one: its rows go, what it closed is open again. Readers never saw it."""
    book.refresh_from_db(fields=["open_version"])
    version = book.open_version
    if version is None:
        return
    while _sweep_entries(book.pk, version, guard):
        pass
    with transaction.atomic():
        guard()
        with connection.cursor() as cursor:
            for table in _VERSIONED:
                cursor.execute(f"DELETE FROM {table} WHERE {_book(table)} = %s AND valid_from = %s", [book.pk, version])
                cursor.execute(
                    f"UPDATE {table} SET valid_to = {OPEN} WHERE {_book(table)} = %s AND valid_to = %s",
                    [book.pk, version],
                )
            for table in _STAMPED:
                cursor.execute(f"DELETE FROM {table} WHERE book = %s AND version = %s", [book.pk, version])
        release(book, version)


def release(book: Book, version: int) -> None:
    """Close the book to a version's writer; within the caller's transaction."""
    Book.objects.filter(pk=book.pk, open_version=version).update(open_version=None)
    book.open_version = None


def _sweep_entries(book: int, version: int, guard: Guard) -> int:
    """Undo some of the version's entries with their lines; return how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        guard()
        cursor.execute(
            "SELECT id FROM ledger_entry WHERE book = %s AND valid_from = %s LIMIT %s", [book, version, _SWEEP_STEP]
        )
        born = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            f"SELECT id FROM ledger_entry WHERE book = %s AND valid_to = %s AND valid_to < {OPEN} LIMIT %s",
            [book, version, _SWEEP_STEP],
        )
        closed = [row[0] for row in cursor.fetchall()]
        delete_entries(born)
        set_valid_to(closed, OPEN)
    return len(born) + len(closed)


def delete_entries(ids: list[int]) -> None:
    """Delete unpublished entries with their lines; within the caller's transaction."""
    with connection.cursor() as cursor:
        for some in chunks(ids):
            marks = in_list(some)
            cursor.execute(f"DELETE FROM ledger_line WHERE entry IN ({marks})", some)
            cursor.execute(f"DELETE FROM ledger_entry WHERE id IN ({marks})", some)


def set_valid_to(ids: list[int], version: int) -> None:
    """Close entries with their lines at a version, or open them again with OPEN; within the caller's transaction."""
    with connection.cursor() as cursor:
        for some in chunks(ids):
            marks = in_list(some)
            cursor.execute(f"UPDATE ledger_line SET valid_to = %s WHERE entry IN ({marks})", [version, *some])
            cursor.execute(f"UPDATE ledger_entry SET valid_to = %s WHERE id IN ({marks})", [version, *some])


def _book(table: str) -> str:
    return "book_id" if table == "ledger_listedversion" else "book"
