"""Addresses of records at the provider."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from tieout.ledger.models import Book
from tieout.ledger.queries import EntryLine
from tieout.providerkit import registry


def record_links(book: Book) -> Callable[[EntryLine], str]:
    """Return a function that tells where a line's record is at the provider, "" where it has no page.

    A line that the reader may not see has none, nor has one of a provider that is no longer installed.
    """
    organisation = book.organisation
    try:
        provider = registry.make(organisation.provider, settings.PROVIDER_ENVIRONMENT)
    except KeyError:
        return lambda _line: ""

    def link(line: EntryLine) -> str:
        return "" if line.hidden else provider.record_link(organisation.external_id, line.type, line.external_id)

    return link
