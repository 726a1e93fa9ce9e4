"""What the claims about syncing are tried with on QuickBooks (`providerkit.proving`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit

import httpx2

from tieout.providerkit.pace import Pace
from tieout.providerkit.spoiling import Damage, Page
from tieout.providers.quickbooks.feed import MOST
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.proving import spoilers
from tieout.providers.quickbooks.proving.damage import Between
from tieout.providers.quickbooks.proving.histories import Bookkeeper
from tieout.providers.quickbooks.proving.listing import posted
from tieout.providers.quickbooks.sandbox import Sandbox, make_sandbox
from tieout.providers.quickbooks.sandbox.fill import fill
from tieout.providers.quickbooks.sandbox.grants import GRACE, REFRESH_SECONDS

__all__ = [
    "GRACE", "GRANT_LASTS", "STRETCH", "UNTOLD", "Bookkeeper", "consent", "damages", "narrow_feed", "posted",
    "provider", "quirks", "reads_beside", "sandbox", "spoiling",
]  # fmt: skip
GRANT_LASTS = timedelta(seconds=REFRESH_SECONDS)
STRETCH = 0
UNTOLD: frozenset[str] = frozenset()
_MANY = "9130347596849"  # how the ids of companies begin of which a sandbox has many


def _now() -> datetime:
    return datetime.now(UTC)


class _Unlimited:
    def wait(self) -> None:
        """Let every call go at once."""


def sandbox(books: str, *, today: date | None = None, limits: bool = False, companies: int = 1) -> Sandbox:
    """Return a sandbox that answers at once. With ``limits``, it refuses what is over the platform's."""
    made = make_sandbox(books, today=today, limits=limits)
    if companies == 1:
        return made
    engines = [fill(books, today=made.clock.today())[0] for _ in range(companies)]
    for number, engine in enumerate(engines, 1):
        engine.realm = f"{_MANY}{number:03d}"
    return Sandbox(engines, clock=made.clock, limits=limits)


def reads_beside(call: str) -> bool:  # noqa: ARG001 - there is none
    """Return False: whatever is read is staged."""
    return False


def narrow_feed(stand: Sandbox, most: int) -> None:
    """Let the change feed return so many objects at most."""
    stand.faults.set("cdc_cap", most)


def quirks(stand: Sandbox, dice: Random) -> None:
    """Let reports come in either dialect, and paychecks be missing from the list of transactions."""
    if dice.random() < 0.5:
        stand.faults.set("dialect", "modern")
    if dice.random() < 0.3:
        stand.faults.set("no_payroll_listed")


def provider(
    address: str,
    transport: httpx2.BaseTransport | None = None,
    *,
    clock: Callable[[], datetime] | None = None,
    feed_most: int = 0,
    **settings: str,
) -> QuickBooks:
    """Return QuickBooks at a sandbox's address, without its pace and without waiting between attempts."""
    own = {"CLIENT_ID": "tieout-proof", "CLIENT_SECRET": "a-planted-secret", "ADDRESS": address, **settings}
    pace = Pace(_Unlimited(), sleep=lambda _: None)
    return QuickBooks(own, transport, pace=lambda _: pace, clock=clock or _now, feed_most=feed_most or MOST)


def consent(
    transport: httpx2.BaseTransport,
    page: str,
    place: int = 0,
    *,
    decision: str = "connect",
    role: str = "admin",
) -> Mapping[str, str]:
    """Click through the consent page; return the parameters of the way back. ``place`` is which company."""
    parts = urlsplit(page)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    with httpx2.Client(transport=transport, base_url=f"{parts.scheme}://{parts.netloc}") as browser:
        realm = str(browser.get("/control/books").json()["companies"][place]["realm"])
        answer = browser.post(parts.path, data={**asked, "realmId": realm, "role": role, "decision": decision})
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def spoiling(inner: httpx2.BaseTransport) -> Between:
    """Return a transport that spoils the answers of one page, and remembers the sound ones."""
    return Between(inner)


def damages(page: Page, sound: bytes, dice: Random) -> list[Damage]:
    """Return the ways in which a page can be spoilt; none for one that holds nothing to spoil."""
    try:
        return [it for it in spoilers.damages(page, sound, {}, dice) if it.body != sound]
    except (IndexError, KeyError, StopIteration, ValueError):
        return []
