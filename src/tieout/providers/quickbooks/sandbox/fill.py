"""The companies that a sandbox serves, from one word on the command line."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tieout.providerkit.books import read_books
from tieout.providers.quickbooks.sandbox.demo.harbour import harbour
from tieout.providers.quickbooks.sandbox.demo.quillbay import quillbay
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.from_books import engine_from
from tieout.providers.quickbooks.sandbox.large import large

MAIN_REALM = "9130347596842001"
SECOND_REALM = "9130347596842002"


def fill(books: str, *, today: date) -> list[Engine]:
    """Return the sandbox's companies, the main one first, as of ``today``.

    ``books`` is ``demo``, ``large:N`` (at least N lines), or the path of a books file. A second, tiny company
    follows, so that the consent page has a choice. Raise BadBooks for a file that is not in order, OSError for one
    that cannot be read, ValueError for a size that is no number.
    """
    if books == "demo":
        main = quillbay(realm=MAIN_REALM, today=today)
    elif size := re.fullmatch(r"large:([\d_,]+)", books):
        main = large(int(re.sub(r"[_,]", "", size[1])), realm=MAIN_REALM, today=today)
    else:
        path = Path(books)
        with path.open("rb") as lines:
            main = engine_from(read_books(lines, name=path.name), realm=MAIN_REALM, today=today)
    companies = [main, harbour(realm=SECOND_REALM, today=today)]
    for company in companies:
        company.go_live()
    return companies
