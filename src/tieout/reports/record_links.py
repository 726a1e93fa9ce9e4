"""Addresses of records at the provider."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from tieout.ledger.models import Book
from tieout.ledger.queries import EntryLine
from tieout.providerkit import registry


def record_addresses(book: Book) -> Callable[[str, str], str]:
    """Return a function that tells where a record (type, external id) is at the provider, "" where it has no page.

    A provider that is no longer installed has none.
    """
    organisation = book.organisation
    try:
        provider = registry.make(organisation.provider, settings.PROVIDER_ENVIRONMENT)
    except KeyError:
        return lambda _type, _id: ""
    return lambda type_, id_: provider.record_link(organisation.external_id, type_, id_)


def record_links(book: Book) -> Callable[[EntryLine], str]:
    """Return a function that tells where a line's record is, "" for one that the reader may not see or has none."""
    address = record_addresses(book)
    return lambda line: address(line.type, line.record_id) if line.record_id and not line.hidden else ""
