"""What the claims read of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import Count, QuerySet, Sum

from tieout.connections.models import Connection, Notice, NoticeKind, SyncRun
from tieout.core.month import Month
from tieout.core.statements import month_ends
from tieout.expenses.models import Link
from tieout.ledger.accounts import chart
from tieout.ledger.models import OPEN, Book, Entry, Line, Publication
from tieout.ledger.movements import movements


def present(connection: Connection) -> Connection:
    """Return a connection as it is now."""
    return Connection.objects.select_related("company", "organisation", "book").get(pk=connection.pk)


def run_now(run: SyncRun) -> SyncRun:
    """Return a run as it is now."""
    return SyncRun.objects.select_related("connection").get(pk=run.pk)


def runs_of(connection: Connection) -> list[SyncRun]:
    """Return all runs of a connection in the order of their requests."""
    return list(SyncRun.objects.filter(connection=connection).order_by("pk"))


def book_of(connection: Connection) -> Book:
    """Return the book that a connection's runs fill."""
    return Book.objects.select_related("organisation").get(organisation=connection.organisation_id)


def doubled_entries(book: Book) -> list[str]:
    """Return the keys of entries that stand in a book more than once."""
    keys = Entry.objects.filter(book=book.pk, valid_to=OPEN).values_list("key", flat=True)
    return sorted(key for key, times in Counter(keys).items() if times > 1)


def content(book: Book) -> frozenset[tuple[str, bytes]]:
    """Return every published entry of a book by its key and what stands in it, digested."""
    rows = Entry.objects.filter(book=book.pk, valid_from__lte=book.published, valid_to__gt=book.published).values_list(
        "key", "hash"
    )
    return frozenset((key, bytes(digest)) for key, digest in rows)


def trial_balance(book: Book, month: Month) -> Mapping[str, int]:
    """Return our trial balance at a month's end: the platform's account id to minor units, zeros left out."""
    accounts = chart(book, book.published)
    moved = ((account, at, amount) for account, _, at, amount in movements(book, book.published))
    natures = {id_: account.nature for id_, account in accounts.items()}
    end = next(month_ends(moved, natures, [month], first_month=book.fiscal_year_first_month))
    return {accounts[id_].external_id: amount for id_, amount in end.trial_balance.items() if amount}


def notices_of_closed_months(connection: Connection) -> int:
    """Return how often a connection's people were told that closed months have changed."""
    return Notice.objects.filter(company=connection.company_id, kind=NoticeKind.CLOSED_MONTH).count()


def last_sync(connection: Connection) -> int:
    """Return the number of the company's newest publication."""
    return Publication.objects.filter(company=connection.company_id).latest("number").number


def links_of(connection: Connection) -> list[Link]:
    """Return a company's links in their order."""
    return list(Link.objects.select_related("expense").filter(company=connection.company_id).order_by("position"))


def published_lines(book: Book) -> list[int]:
    """Return the row ids of a book's published lines."""
    return list(_lines(book).order_by("pk").values_list("pk", flat=True))


def lines_by_row(book: Book) -> list[tuple[int, int, int]]:
    """Return how many published lines each account has in each expense or stream: account, row, count."""
    return list(_lines(book).values_list("account", "expense").annotate(count=Count("pk")).order_by())


def line_sums(book: Book) -> list[tuple[int, int, int]]:
    """Return the sum of the published lines by account and month key: account, month, amount."""
    return list(_lines(book).values_list("account", "month").annotate(sum=Sum("amount")).order_by())


def _lines(book: Book) -> QuerySet[Line]:
    return Line.objects.filter(book=book.pk, valid_from__lte=book.published, valid_to__gt=book.published)
