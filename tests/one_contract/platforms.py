"""The platforms, each serving the same books to a company of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from django.contrib.auth.models import User

from tests.connections.other_ours import linked
from tests.one_contract.company import TODAY
from tieout.connections.models import Connection, SyncRun
from tieout.ledger.models import Book
from tieout.providers.quickbooks.sandbox import make_sandbox as quickbooks_sandbox


class Linked(Protocol):
    """A company that is connected to a platform."""

    @property
    def connection(self) -> Connection: ...

    @property
    def book(self) -> Book: ...

    def sync(self) -> SyncRun:
        """Run the next sync to its end."""
        ...


Serve = Callable[[Path, User], AbstractContextManager[Linked]]


@contextmanager
def quickbooks(books: Path, person: User) -> Iterator[Linked]:
    sandbox = quickbooks_sandbox(str(books), today=TODAY, limits=False)
    with linked(sandbox, TODAY, person) as link:
        yield link


PLATFORMS: dict[str, Serve] = {"quickbooks": quickbooks}
