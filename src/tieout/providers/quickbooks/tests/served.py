"""The sandbox in the same process, with a provider that talks to it: no network, no waiting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import httpx2

from tieout.providerkit.errors import ReconnectRequired
from tieout.providerkit.interface import Books
from tieout.providerkit.pace import Pace
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.sandbox import Sandbox, make_sandbox

TODAY = date(2026, 10, 15)
NOW = datetime(2026, 10, 15, 12, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:9001"


@dataclass(slots=True)
class Served:
    """A sandbox and what reaches it. It is its own token source, as a connection would be."""

    sandbox: Sandbox
    observed: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    @property
    def realm(self) -> str:
        return self.sandbox.engine().realm

    def provider(self) -> QuickBooks:
        pace = Pace(limit=self, sleep=self.slept.append, jitter=lambda _most: 0.0)
        settings = {"CLIENT_ID": "an-app", "CLIENT_SECRET": "its-secret", "ADDRESS": ADDRESS}
        transport = httpx2.WSGITransport(app=self.sandbox.app)
        return QuickBooks(settings, transport, pace=lambda _company: pace, clock=lambda: NOW)

    def books(self, basis: str = "accrual") -> Books:
        return self.provider().open(self.realm, self, basis=basis, observe=self.observed.append)

    def wait(self) -> None:
        """Allow a call at once."""

    def access(self) -> str:
        if not self.secrets:
            self.renew("")
        return self.secrets[-1]

    def renew(self, rejected: str) -> str:
        if rejected and all(grant.revoked for grant in self.sandbox.grants.grants):
            raise ReconnectRequired("the grant was revoked")
        self.secrets.append(self.sandbox.grants.issue(self.realm)[1])
        return self.secrets[-1]

    def reset(self) -> None:
        """Forget what a test has done to the sandbox's manners. The books stay: tests do not post to them."""
        self.sandbox.faults.clear()
        self.sandbox.tally.reset()
        self.sandbox.limits.on = False
        self.sandbox.grants.grants.clear()
        self.secrets.clear()
        self.observed.clear()
        self.slept.clear()


def serve(books: str = "demo") -> Served:
    """Return a sandbox with books, as of a fixed day and without rate limits."""
    return Served(make_sandbox(books, today=TODAY, limits=False))
