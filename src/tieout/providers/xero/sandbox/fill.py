"""The organisations that a sandbox serves, from one word on the command line."""

from __future__ import annotations

import re
from pathlib import Path

from tieout.providerkit.books import read_books
from tieout.providerkit.demo import demo_books
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import from_books, replay
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.large import large
from tieout.providers.xero.sandbox.small import small


def fill(books: str, clock: Clock) -> list[Organisation]:
    """Return the sandbox's organisations, the main one first, as of the clock's day.

    ``books`` is ``demo`` (the company that every sandbox serves), ``large:N`` (at least N journal lines), the path of a
    books file, or that of a real organisation's export (see `replay`). A second, tiny organisation follows, so that the
    consent page has a choice. Raise BadBooks or BadExport for a file that is not in order, OSError for one that cannot
    be read, ValueError for a size that is no number.
    """
    return [_main(books, clock), small(clock=clock, today=clock.today()).org]


def _main(books: str, clock: Clock) -> Organisation:
    if books == "demo":
        return from_books.organisation(demo_books(today=clock.today()), clock)
    if size := re.fullmatch(r"large:([\d_,]+)", books):
        return large(int(re.sub(r"[_,]", "", size[1])), clock)
    path = Path(books)
    if replay.is_export(path):
        return replay.organisation(path, clock)
    with path.open("rb") as lines:
        return from_books.organisation(read_books(lines, name=path.name), clock)
