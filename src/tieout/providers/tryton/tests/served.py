"""The real server with a provider that talks to it, and what goes over the wire between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
import msgspec

from tieout.providerkit.interface import Books, Tokens
from tieout.providers.tryton.desk.logins import READER, READER_PASSWORD
from tieout.providers.tryton.provider import Tryton
from tieout.providers.tryton.server import Server

# What may arrive, written down once more by hand: the provider's own list is not what it is checked by.
SESSIONS = {"common.db.login", "common.db.logout"}
READS = {"search_read", "search_count", "get_preferences"}


@dataclass(slots=True)
class Wire(httpx2.BaseTransport):
    """The network, watched: what leaves is counted, and an answer can be spoilt."""

    inner: httpx2.HTTPTransport = field(default_factory=lambda: httpx2.HTTPTransport(trust_env=False))
    methods: list[str] = field(default_factory=list)
    spoil: Callable[[str, Callable[[], httpx2.Response]], httpx2.Response] | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        method = msgspec.json.decode(request.read(), type=dict[str, Any])["method"]
        self.methods.append(method)
        if self.spoil is not None:
            return self.spoil(method, lambda: self.inner.handle_request(request))
        return self.inner.handle_request(request)

    def outside(self) -> int:
        """Return how many calls were neither a session's nor a read."""
        return sum(it not in SESSIONS and it.rpartition(".")[2] not in READS for it in self.methods)

    def refuse(self, status: int) -> None:
        """Answer nothing but a status from now on."""
        self.spoil = lambda _method, _send: httpx2.Response(status, text="no")

    def close(self) -> None:
        self.inner.close()


@dataclass(slots=True)
class Served:
    """A server, a provider and one user's session there. It is its own token source, as a connection would be."""

    server: Server
    wire: Wire = field(default_factory=Wire)
    observed: list[str] = field(default_factory=list)
    tokens: Tokens | None = None
    secrets: list[str] = field(default_factory=lambda: [READER_PASSWORD])
    page: int = 500
    feed_most: int = 20_000

    def provider(self) -> Tryton:
        settings = {"URL": self.server.address, "DATABASE": self.server.database}
        return Tryton(settings, self.wire, sleep=lambda _: None, page=self.page, feed_most=self.feed_most)

    def books(self, organisation: str = "1") -> Books:
        return self.provider().open(organisation, self, basis="accrual", observe=self.observed.append)

    def access(self) -> str:
        if self.tokens is None:
            typed = {"user": READER, "password": READER_PASSWORD}
            self._keep(self.provider().log_in(typed, now=now()).tokens)
        assert self.tokens is not None
        return self.tokens.access

    def renew(self, rejected: str) -> str:
        assert self.tokens is not None
        self._keep(self.provider().refresh(self.tokens, now=now()))
        return self.access()

    def _keep(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.secrets.append(tokens.access)


def now() -> datetime:
    return datetime.now(UTC)
