"""What the claims about syncing are tried with on Xero (`providerkit.proving`), by its journals or its documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from random import Random
from urllib.parse import parse_qs, urlsplit

import httpx2

from tieout.providerkit.pace import Pace
from tieout.providerkit.sandbox_clock import Clock
from tieout.providerkit.spoiling import Damage, Page
from tieout.providers.xero.provider import Xero
from tieout.providers.xero.proving import spoilers
from tieout.providers.xero.proving.damage import Between
from tieout.providers.xero.proving.histories import Bookkeeper
from tieout.providers.xero.proving.listing import posted
from tieout.providers.xero.sandbox.fill import fill
from tieout.providers.xero.sandbox.grants import GRACE
from tieout.providers.xero.sandbox.grants import REFRESH as GRANT_LASTS
from tieout.providers.xero.sandbox.host import Sandbox

__all__ = [
    "GRACE", "GRANT_LASTS", "STRETCH", "UNTOLD", "Bookkeeper", "consent", "damages", "narrow_feed", "posted",
    "provider", "quirks", "reads_beside", "sandbox", "spoiling",
]  # fmt: skip
STRETCH = 400  # a page holds a hundred journals
UNTOLD = frozenset({"item"})  # no line of a journal names it
_API = "/api.xro/2.0/"
_BEYOND = 2_000_000_000
_DOCUMENTS = frozenset(
    {"Invoices", "CreditNotes", "BankTransactions", "BankTransfers", "Payments", "ManualJournals", "Prepayments",
     "Overpayments"}
)  # fmt: skip
_MANY = "3f1d2c8e-6a54-4c0b-9d3e-5b7f8a90"  # how the ids of organisations begin of which a sandbox has many


def _now() -> datetime:
    return datetime.now(UTC)


class _Unlimited:
    def wait(self) -> None:
        """Let every call go at once."""


def sandbox(books: str, *, today: date | None = None, limits: bool = False, companies: int = 1) -> Sandbox:
    """Return a sandbox that answers at once. With ``limits``, it refuses what is over the platform's."""
    clock = Clock.at(today) if today else Clock(_now())
    organisations = [fill(books, clock)[0] for _ in range(companies)]
    if companies > 1:
        for number, organisation in enumerate(organisations, 1):
            organisation.tenant = f"{_MANY}{number:04d}"
    return Sandbox(organisations, clock=clock, limits=limits)


def reads_beside(call: str) -> bool:
    """Whether a call brings what only says more of postings, or asks whether there may be any.

    Documents are that where the journals are staged; the other is a page of journals after a number that none has.
    """
    path, _, query = call.partition("?")
    if query == f"offset={_BEYOND}":
        return True
    return path.startswith(_API) and path.removeprefix(_API) in _DOCUMENTS and "where=" not in query


def narrow_feed(stand: Sandbox, most: int) -> None:
    """Let a page of journals hold so many at most: it is Xero's feed, and a short page is not its end."""
    stand.faults.set("short_page", most)


def quirks(stand: Sandbox, dice: Random) -> None:
    """Let amounts come as texts, optional keys and lists be left out, as some of Xero's answers have them."""
    if dice.random() < 0.3:
        stand.faults.set("strings_for_numbers")
    if dice.random() < 0.3:
        stand.facts.empty_for_null = True
    if dice.random() < 0.3:
        stand.facts.lower_keys = True
    if dice.random() < 0.3:
        stand.faults.set("short_page", dice.randint(1, 40))


def provider(
    address: str,
    transport: httpx2.BaseTransport | None = None,
    *,
    clock: Callable[[], datetime] | None = None,
    feed_most: int = 0,  # noqa: ARG001 - a feed that is numbered has no most
    **settings: str,
) -> Xero:
    """Return Xero at a sandbox's address, without its pace and without waiting between attempts."""
    own = {"CLIENT_ID": "tieout-proof", "CLIENT_SECRET": "a-planted-secret", "ADDRESS": address}
    pace = Pace(_Unlimited(), sleep=lambda _: None)
    return Xero({**own, **settings}, transport, pace=lambda _: pace, clock=clock or _now)


def consent(
    transport: httpx2.BaseTransport,
    page: str,
    place: int = 0,
    *,
    decision: str = "allow",
) -> Mapping[str, str]:
    """Tick an organisation on the consent page; return the parameters of the way back. ``place`` is which one."""
    parts = urlsplit(page)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    with httpx2.Client(transport=transport, base_url=f"{parts.scheme}://{parts.netloc}") as browser:
        tenant = str(browser.get("/control/books").json()["companies"][place]["realm"])
        answer = browser.post(parts.path, data={**asked, "tenantId": tenant, "decision": decision})
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def spoiling(inner: httpx2.BaseTransport) -> Between:
    """Return a transport that spoils the answers of one page, and remembers the sound ones."""
    return Between(inner)


def damages(page: Page, sound: bytes, dice: Random) -> list[Damage]:
    """Return the ways in which a page can be spoilt; none for one that holds nothing to spoil."""
    try:
        return [it for it in spoilers.damages(page, sound, dice) if it.body != sound]
    except (IndexError, KeyError, StopIteration, ValueError):
        return []
