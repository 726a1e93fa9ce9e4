"""Opening the books: the provider with the connection's grant, the organisation checked, the book that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction

from tieout.companies import services as companies
from tieout.connections import credentials, providers
from tieout.connections.holding import Hold
from tieout.connections.models import Connection
from tieout.core.records import Organisation
from tieout.ledger.models import Book
from tieout.ledger.models import Organisation as Ledger
from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.interface import Books


@dataclass(frozen=True, slots=True)
class Source:
    """The opened books, the book that holds them, and what the books say of their calendar."""

    books: Books
    book: Book
    first_month: int  # of the fiscal year, 1 to 12
    today: date  # in the books' time zone


def open_source(hold: Hold) -> Source:
    """Return the books that a run reads. Raise any of providerkit's errors."""
    connection = hold.run.connection
    provider = providers.provider(connection.provider)
    keeper = credentials.Keeper(connection.pk, provider, clock=hold.clock)
    expected = connection.organisation.external_id
    books = provider.open(expected, keeper, basis=connection.basis, observe=hold.count_call)
    organisation = books.organisation()
    if organisation.external_id != expected:
        raise UnreadableBooks(
            f"the provider answered for organisation {organisation.external_id}, not {expected}", where="organisation"
        )
    today = hold.clock().astimezone(ZoneInfo(organisation.timezone)).date()
    book = _book(hold, connection, organisation, today)
    return Source(books, book, organisation.fiscal_year_first_month, today)


def _book(hold: Hold, connection: Connection, organisation: Organisation, today: date) -> Book:
    """Find or make the book of the connection's basis. The first books say in what currency the company plans."""
    company = connection.company
    with transaction.atomic():
        hold.guard()
        if not company.currency:
            companies.set_currency(company, currency=organisation.currency, person=None)
        book, _ = Book.objects.get_or_create(
            organisation=connection.organisation,
            basis=connection.basis,
            defaults={
                "company": company,
                "currency": organisation.currency,
                "digits": organisation.digits,
                "fiscal_year_first_month": organisation.fiscal_year_first_month,
                "start": today,
            },
        )
        Connection.objects.filter(pk=connection.pk).update(book=book)
        Ledger.objects.filter(pk=book.organisation_id).update(closed_through=organisation.closed_through)
    if book.currency != organisation.currency:
        raise UnreadableBooks(
            f"the home currency is now {organisation.currency}, it was {book.currency}", where="organisation"
        )
    return book
