"""The QuickBooks Online sandbox: a local stand-in that speaks the platform's wire format from its own books.

`make_sandbox` is the way in; `engine.Engine` keeps one company's books; `control` says what can be done from outside.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

from tieout.providerkit.books import SampleBooks
from tieout.providerkit.demo_way import Way
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.host import Sandbox

DEMOS = {"quickbooks": Way(what="a stand-in for QuickBooks Online", consent=("connect/oauth2", "connect"))}
__all__ = ["DEMOS", "Clock", "Engine", "Sandbox", "demo_books", "make_sandbox"]


def demo_books(*, today: date) -> SampleBooks:
    """Return the demo company's books as of a day, for other sandboxes to serve."""
    from tieout.providers.quickbooks.sandbox import as_books  # noqa: PLC0415 - the books need the engine above

    return as_books.demo_books(today=today)


def make_sandbox(books: str = "demo", *, today: date | None = None, limits: bool = True) -> Sandbox:
    """Return a sandbox with books: ``demo``, ``large:N`` or the path of a books file.

    Without ``today`` its clock is the present and runs, and it answers a lone client no faster than the platform
    would; with it, the clock stands on that day until it is advanced.
    """
    from tieout.providers.quickbooks.sandbox.fill import fill  # noqa: PLC0415 - the books need the engine above

    if today is None:
        return Sandbox(fill(books, today=datetime.now(UTC).date()), limits=limits, sleep=time.sleep)
    return Sandbox(fill(books, today=today), clock=Clock.at(today), limits=limits)
