"""The organisations that a sandbox serves, from one word on the command line."""

from __future__ import annotations

from pathlib import Path

from tieout.providerkit.books import read_books
from tieout.providerkit.demo import demo_books
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import from_books
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.small import small


def fill(books: str, clock: Clock) -> list[Organisation]:
    """Return the sandbox's organisations, the main one first, as of the clock's day.

    ``books`` is ``demo`` (the company that every sandbox serves) or the path of a books file. A second, tiny
    organisation follows, so that the consent page has a choice. Raise BadBooks for a file that is not in order,
    OSError for one that cannot be read.
    """
    return [_main(books, clock), small(clock=clock, today=clock.today()).org]


def _main(books: str, clock: Clock) -> Organisation:
    if books == "demo":
        return from_books.organisation(demo_books(today=clock.today()), clock)
    path = Path(books)
    with path.open("rb") as lines:
        return from_books.organisation(read_books(lines, name=path.name), clock)
