"""Closed months: a copy of a month's sums that planning pages show until somebody accepts what the books say now.

What is decided about a month is a row of its own, and rows are only ever added: the last one holds. Reports and the
tie-out never ask this module: they concern the books. Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import connection, transaction

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.kit.remember import remembered
from tieout.ledger import dialect
from tieout.ledger.models import Book, CloseAct, MonthClose, Publication
from tieout.ledger.movements import movements

# The decision that holds for a month: no later one stands, and keeping what is closed decides nothing new.
HOLDS = """
    close.book_id = %s AND close.act IN ('closed', 'accepted') AND NOT EXISTS (
        SELECT 1 FROM ledger_monthclose later
        WHERE later.book_id = close.book_id AND later.month = close.month
        AND later.id > close.id AND later.act <> 'kept'
    )
"""


class Stale(Exception):
    """The book, or what was decided about a month, is no longer what the decision was about."""


class Shown(NamedTuple):
    """A sum as planning pages show it. ``type`` is what the account counts as in that month."""

    account: int
    expense: int
    month: int
    amount: int
    type: AccountType


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """A month that is closed, and whose decision that was. ``version`` is the book's that was copied."""

    month: Month
    copy: int  # the row that owns the copy
    version: int
    sync: int
    at: datetime
    by: User | None
    accepted: bool  # the copy replaced an earlier one
    note: str


@remembered
def closed(book: Book) -> dict[Month, ClosedMonth]:
    """Return the closed months of a book, oldest first."""
    return {
        Month.from_key(row.month): ClosedMonth(
            month=Month.from_key(row.month),
            copy=row.pk,
            version=row.publication.version,
            sync=row.publication.number,
            at=row.at,
            by=row.by,
            accepted=row.act == CloseAct.ACCEPTED,
            note=row.note,
        )
        for row in _holding(book)
    }


def history(book: Book) -> list[MonthClose]:
    """Return every decision about the book's months, newest first."""
    return list(MonthClose.objects.select_related("publication", "by").filter(book=book).order_by("-pk"))


@remembered
def shown_movements(book: Book, version: int) -> list[Shown]:
    """Return the sums of a version as planning pages show them: those of closed months come from their copies."""
    copies, months = _copies(book)
    types = _types(book, version)
    shown = [
        Shown(account, expense, month, amount, types[account])
        for account, expense, month, amount in movements(book, version)
        if month not in months
    ]
    return shown + copies


@remembered
def former_accounts(book: Book, type_: AccountType) -> frozenset[int]:
    """Return the accounts (row ids) that are not of a type, and were when a month was closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT kept.account FROM ledger_monthclose close "
            "JOIN ledger_closedsum kept ON kept.close_id = close.id "
            "JOIN ledger_listedversion at ON at.listed_id = kept.account AND at.book_id = close.book_id "
            f"AND at.valid_from <= %s AND at.valid_to > %s WHERE {HOLDS} AND kept.type = %s AND at.type <> %s",
            [book.published, book.published, book.pk, type_, type_],
        )
        return frozenset(row[0] for row in cursor.fetchall())


@transaction.atomic
def decide(
    book: Book, months: Collection[Month], act: CloseAct, *, sync: int, by: User | None, at: datetime, note: str = ""
) -> list[MonthClose]:
    """Write a decision about months, with their copies where it makes any; return the rows.

    ``sync`` is the publication that the decision is about. Raise Stale if readers see another one by now, or if a month
    to be closed is closed, or one to be accepted, kept or reopened is open.
    """
    # Holds off a publication until this is written: its last step is to move the number on this row.
    held = Book.objects.select_for_update().get(pk=book.pk)
    publication = Publication.objects.filter(book=held, version=held.published, number=sync).first()
    shut = closed(held).keys()
    if publication is None or any((month in shut) is (act is CloseAct.CLOSED) for month in months):
        raise Stale
    rows = [
        MonthClose.objects.create(book=held, month=month.key, act=act, publication=publication, by=by, at=at, note=note)
        for month in sorted(months)
    ]
    if act in (CloseAct.CLOSED, CloseAct.ACCEPTED):
        for some in dialect.chunks([row.pk for row in rows]):
            _copy(some, publication.version)
    return rows


def _copy(closes: Sequence[int], version: int) -> None:
    """Copy the kept sums of the closes' months, all of them in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_closedsum (close_id, account, expense, type, amount) "
            "SELECT close.id, kept.account, kept.expense, at.type, kept.amount "
            "FROM ledger_monthclose close "
            "JOIN ledger_monthsum kept ON kept.book = close.book_id AND kept.month = close.month "
            "LEFT JOIN ledger_listedversion at ON at.listed_id = kept.account AND at.book_id = close.book_id "
            f"AND at.valid_from <= %s AND at.valid_to > %s WHERE close.id IN ({dialect.in_list(closes)})",
            [version, version, *closes],
        )


def _holding(book: Book) -> list[MonthClose]:
    last: dict[int, MonthClose] = {}
    rows = MonthClose.objects.select_related("publication", "by").filter(book=book).exclude(act=CloseAct.KEPT)
    for row in rows.order_by("pk"):
        last[row.month] = row
    return [row for _, row in sorted(last.items()) if row.act != CloseAct.REOPENED]


def _copies(book: Book) -> tuple[list[Shown], set[int]]:
    """Return the copies' sums, and the closed months (keys): one without any sum is closed all the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kept.account, kept.expense, close.month, kept.amount, kept.type FROM ledger_monthclose close "
            f"LEFT JOIN ledger_closedsum kept ON kept.close_id = close.id WHERE {HOLDS}",
            [book.pk],
        )
        rows = cursor.fetchall()
    copies = [
        Shown(account, expense, month, amount, AccountType(type_))
        for account, expense, month, amount, type_ in rows
        if account is not None
    ]
    return copies, {row[2] for row in rows}


def _types(book: Book, version: int) -> Mapping[int, AccountType]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at.listed_id, at.type FROM ledger_listedversion at WHERE at.book_id = %s AND at.type <> '' "
            "AND at.valid_from <= %s AND at.valid_to > %s",
            [book.pk, version, version],
        )
        return {account: AccountType(type_) for account, type_ in cursor.fetchall()}
