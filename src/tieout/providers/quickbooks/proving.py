"""What the claims about syncing are tried with on QuickBooks (`providerkit.proving`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import httpx2

from tieout.providers.quickbooks.client import Pace
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.sandbox import Sandbox, make_sandbox


class _Unlimited:
    def wait(self) -> None:
        """Let every call go at once."""


def sandbox(books: str, *, today: date | None = None, limits: bool = False) -> Sandbox:
    """Return a sandbox that answers at once. With ``limits``, it refuses what is over the platform's."""
    return make_sandbox(books, today=today, limits=limits)


def provider(
    address: str, transport: httpx2.BaseTransport | None = None, *, clock: Callable[[], datetime] | None = None
) -> QuickBooks:
    """Return QuickBooks at a sandbox's address, without its pace and without waiting between attempts."""
    own = {"CLIENT_ID": "tieout-proof", "CLIENT_SECRET": "a-planted-secret", "ADDRESS": address}
    pace = Pace(_Unlimited(), sleep=lambda _: None)
    return QuickBooks(own, transport, pace=lambda _: pace, clock=clock or (lambda: datetime.now(UTC)))


def consent(
    transport: httpx2.BaseTransport,
    page: str,
    organisation: str = "",
    *,
    decision: str = "connect",
    role: str = "admin",
) -> Mapping[str, str]:
    """Click through the consent page; return the parameters of the way back. The first company, if none is named."""
    parts = urlsplit(page)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    with httpx2.Client(transport=transport, base_url=f"{parts.scheme}://{parts.netloc}") as browser:
        realm = organisation or str(browser.get("/control/books").json()["companies"][0]["realm"])
        answer = browser.post(parts.path, data={**asked, "realmId": realm, "role": role, "decision": decision})
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
