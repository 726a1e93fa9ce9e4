"""The provider: what the rest of the product sees of QuickBooks Online."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import quote

import httpx2

from tieout.kit.http import CallGroup, Outbound, network
from tieout.kit.limits import shared
from tieout.providerkit.interface import (
    About,
    Books,
    CallObserver,
    Granted,
    Tokens,
    TokenSource,
    Told,
)
from tieout.providerkit.pace import Pace
from tieout.providers.quickbooks import webhooks
from tieout.providers.quickbooks.about import ABOUT
from tieout.providers.quickbooks.books import QuickBooksBooks
from tieout.providers.quickbooks.client import Client
from tieout.providers.quickbooks.company import CompanyReader
from tieout.providers.quickbooks.feed import MOST
from tieout.providers.quickbooks.grant import GrantClient
from tieout.providers.quickbooks.labels import PAGES
from tieout.providers.quickbooks.places import places

# Intuit's limits are 500 a minute for a company and 10 a second for a company and app. We stay below: another process
# of ours may be completing a consent for the same company in the same second.
LIMITS = ((8, 1.0), (480, 60.0))


def pace_of(company: str) -> Pace:
    """Return how calls to one company are spaced: all of this process together stay under Intuit's limits."""
    return Pace(shared(company, *LIMITS))


def _utc_now() -> datetime:
    return datetime.now(UTC)


class QuickBooks:
    """QuickBooks Online in the environment that the settings name."""

    def __init__(
        self,
        settings: Mapping[str, str],
        transport: httpx2.BaseTransport | None = None,
        *,
        pace: Callable[[str], Pace] = pace_of,
        clock: Callable[[], datetime] = _utc_now,
        feed_most: int = MOST,
    ) -> None:
        """The last three are for tests: calls without waiting, a fixed day, a change feed that returns little."""
        self._client_id = settings.get("CLIENT_ID", "")
        self._client_secret = settings.get("CLIENT_SECRET", "")
        self._webhook_token = settings.get("WEBHOOK_TOKEN", "")
        self._places = places(settings)
        self._given = transport
        self._pace = pace
        self._clock = clock
        self._feed_most = feed_most

    @property
    def about(self) -> About:
        """What the pages say of QuickBooks."""
        return ABOUT

    @property
    def configured(self) -> bool:
        """Whether the app's client id and secret are there."""
        return bool(self._client_id and self._client_secret)

    @property
    def webhooks_configured(self) -> bool:
        """Whether the app's verifier token is there."""
        return bool(self._webhook_token)

    @property
    def is_sandbox(self) -> bool:
        """Whether figures come from a stand-in: our own sandbox, or Intuit's development environment."""
        return self._places.is_sandbox

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        """Return the address of Intuit's consent page."""
        return self._grant.authorise_url(state=state, redirect_uri=redirect_uri)

    def accept(self, params: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Granted:
        """Turn the callback's parameters into tokens. Raise AccessDenied if refused."""
        return self._grant.accept(params, redirect_uri=redirect_uri, now=now)

    def refresh(self, tokens: Tokens, *, now: datetime) -> Tokens:
        """Return fresh tokens. The refresh token changes about daily: save before use."""
        return self._grant.refresh(tokens, now=now)

    def revoke(self, tokens: Tokens, organisation: str) -> None:  # noqa: ARG002 - a grant is for one company
        """End the grant at Intuit."""
        self._grant.revoke(tokens)

    def open(self, organisation: str, tokens: TokenSource, *, basis: str, observe: CallObserver) -> Books:
        """Return the books of one company (realm) in a basis. Nothing is read yet."""
        if not (organisation.isascii() and organisation.isdigit()):
            raise ValueError(f"{organisation!r} is no QuickBooks company id")
        if basis not in ("accrual", "cash"):
            raise ValueError(f"{basis!r} is no basis of QuickBooks")
        outbound = Outbound(self._places.calls(), CallGroup.READ, self._transport)
        pace = self._pace(f"{self._places.api}/{organisation}")
        client = Client(outbound, self._places.api, organisation, tokens, pace, observe)
        company = CompanyReader(client, organisation)
        return QuickBooksBooks(company, basis, self._clock, feed_most=self._feed_most)

    def record_link(self, organisation: str, entry_type: str, external_id: str) -> str:  # noqa: ARG002 - the page needs no company
        """Return the address of a record in QuickBooks, or "" where it has no page, such as a paycheck."""
        page = PAGES.get(entry_type, "")
        return f"https://qbo.intuit.com/app/{page}?txnId={quote(external_id, safe='')}" if page else ""

    def hear(self, headers: Mapping[str, str], body: bytes) -> Sequence[Told]:
        """Return what a delivery of Intuit's tells of. Raise ForgedWebhook, UnreadableWebhook."""
        return webhooks.read(headers, body, self._webhook_token)

    @cached_property
    def _transport(self) -> httpx2.BaseTransport:
        return self._given or network()

    @cached_property
    def _grant(self) -> GrantClient:
        outbound = Outbound(self._places.calls(), CallGroup.GRANT, self._transport)
        return GrantClient(outbound, self._places, self._client_id, self._client_secret)
