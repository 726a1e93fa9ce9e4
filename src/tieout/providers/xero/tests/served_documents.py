"""An organisation of the sandbox in the same process, reached by an app whose settings say what it asks for."""

from __future__ import annotations

from datetime import UTC, datetime, time

import httpx2

from tieout.providerkit.interface import Books
from tieout.providerkit.pace import Pace
from tieout.providers.xero.provider import Xero
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.host import Sandbox
from tieout.providers.xero.scopes import asked
from tieout.providers.xero.tests.platform import Platform

ADDRESS = "http://127.0.0.1:9001"


class Served(Platform):
    """The sandbox and what reaches it. It is its own token source, as a connection would be."""

    def __init__(self, org: Organisation, **settings: str) -> None:
        """Without settings the app has no journals; with ``JOURNALS="1"`` it has."""
        self.org = org
        self.sandbox = Sandbox([org], clock=org.clock, limits=False)
        self.http = httpx2.Client(transport=httpx2.WSGITransport(app=self.sandbox.app), base_url="http://sandbox")
        self.settings = {"CLIENT_ID": "app", "CLIENT_SECRET": "secret", "ADDRESS": ADDRESS, **settings}
        self.observed: list[str] = []
        self.given = self.tokens(org.tenant, scope=" ".join(asked(self.settings)))
        self.secrets = ["secret", *self._secrets()]

    def provider(self) -> Xero:
        pace = Pace(limit=self, sleep=lambda _seconds: None, jitter=lambda _most: 0.0)
        now = datetime.combine(self.org.today, time(12), UTC)
        transport = httpx2.WSGITransport(app=self.sandbox.app)
        return Xero(self.settings, transport, pace=lambda _tenant: pace, clock=lambda: now)

    def books(self) -> Books:
        return self.provider().open(self.org.tenant, self, basis="accrual", observe=self.observed.append)

    def wait(self) -> None:
        """Allow a call at once."""

    def access(self) -> str:
        return str(self.given["access_token"])

    def renew(self, rejected: str) -> str:
        assert rejected == self.access()
        self.given = self.refresh(self.given["refresh_token"]).json()
        self.secrets += self._secrets()
        return self.access()

    def _secrets(self) -> list[str]:
        return [str(self.given["access_token"]), str(self.given["refresh_token"])]
