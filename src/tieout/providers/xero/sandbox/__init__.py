"""The Xero sandbox: a local stand-in that speaks the platform's wire format from its own books.

`make_sandbox` is the way in; `engine.Organisation` keeps one organisation's books; `control` says what can be done from
outside.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from tieout.providerkit.demo_way import Way
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.host import Sandbox

_CONSENT = ("identity/connect/authorize", "allow")
DEMOS = {
    "xero": Way(what="a stand-in for Xero, whose journals are open", consent=_CONSENT, settings={"JOURNALS": "1"}),
    "xero-documents": Way(what="a stand-in for Xero, read by its documents", consent=_CONSENT, itemises=False),
}
__all__ = ["DEMOS", "Clock", "Organisation", "Sandbox", "make_sandbox"]


def make_sandbox(books: str = "demo", *, today: date | None = None, limits: bool = True) -> Sandbox:
    """Return a sandbox with the organisations that `fill.fill` finds under a word: ``demo``, a path, and so on.

    Without ``today`` its clock is the present and runs; with it, the clock stands on that day until it is advanced.
    """
    from tieout.providers.xero.sandbox.fill import fill  # noqa: PLC0415 - the books need the engine above

    clock = Clock(datetime.now(UTC)) if today is None else Clock.at(today)
    return Sandbox(fill(books, clock), clock=clock, limits=limits)
