"""The provider: what the rest of the product sees of Xero."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, cached_property
from threading import BoundedSemaphore

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
from tieout.providers.xero import labels, scopes, webhooks
from tieout.providers.xero.about import ABOUT
from tieout.providers.xero.books import XeroBooks
from tieout.providers.xero.client import Client, utc_now
from tieout.providers.xero.grant import GrantClient
from tieout.providers.xero.places import is_uuid, places
from tieout.providers.xero.tenant import TenantReader

# Xero's limits are 60 a minute for an app and an organisation, and five at once. We stay below: its minutes are fixed
# ones, and another process of ours may ask for the same organisation.
LIMIT = (58, 60.0)
AT_ONCE = 4


@cache
def _gate(_tenant: str) -> BoundedSemaphore:
    return BoundedSemaphore(AT_ONCE)


def pace_of(tenant: str) -> Pace:
    """Return how calls to one organisation are spaced: all of this process together stay under Xero's limits."""
    return Pace(shared(tenant, LIMIT), gate=_gate(tenant))


class Xero:
    """Xero, or the sandbox that the settings name."""

    def __init__(
        self,
        settings: Mapping[str, str],
        transport: httpx2.BaseTransport | None = None,
        *,
        pace: Callable[[str], Pace] = pace_of,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """The last two are for tests: calls without waiting, a fixed day."""
        self._client_id = settings.get("CLIENT_ID", "")
        self._secret = settings.get("CLIENT_SECRET", "")
        self._seed = settings.get("SEED", "")
        self._webhook_key = settings.get("WEBHOOK_KEY", "")
        self._scopes = scopes.asked(settings)
        self._places = places(settings)
        self._given = transport
        self._pace = pace
        self._clock = clock

    @property
    def about(self) -> About:
        """What the pages say of Xero."""
        return ABOUT

    @property
    def configured(self) -> bool:
        """Whether the app's client id is there. An app of the kind "Auth Code with PKCE" has no secret."""
        return bool(self._client_id)

    @property
    def webhooks_configured(self) -> bool:
        """Whether the signing key of the app's webhooks is there."""
        return bool(self._webhook_key)

    @property
    def is_sandbox(self) -> bool:
        """Whether figures come from a sandbox of ours. Xero's demo company is an organisation like others."""
        return self._places.is_sandbox

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        """Return the address of Xero's consent page."""
        return self._grant.authorise_url(state=state, redirect_uri=redirect_uri)

    def accept(self, params: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Granted:
        """Turn the callback's parameters into tokens. Raise AccessDenied if refused."""
        return self._grant.accept(params, redirect_uri=redirect_uri, now=now)

    def refresh(self, tokens: Tokens, *, now: datetime) -> Tokens:
        """Return fresh tokens. The refresh token changes each time: save before use."""
        return self._grant.refresh(tokens, now=now)

    def revoke(self, tokens: Tokens, organisation: str) -> None:
        """Disconnect an organisation at Xero, and end the person's access with their last one."""
        self._grant.revoke(tokens, organisation)

    def open(self, organisation: str, tokens: TokenSource, *, basis: str, observe: CallObserver) -> Books:
        """Return the books of one organisation (tenant). Nothing is read yet."""
        if not is_uuid(organisation):
            raise ValueError(f"{organisation!r} is no organisation's id at Xero")
        if basis not in ABOUT.bases:
            raise ValueError(f"{basis!r} is no basis that is read from Xero")
        outbound = Outbound(self._places.calls(), CallGroup.READ, self._transport)
        pace = self._pace(f"{self._places.api}/{organisation}")
        client = Client(outbound, self._places.api, organisation, tokens, pace, observe, clock=self._clock)
        return XeroBooks(TenantReader(client, organisation), asked=frozenset(self._scopes))

    def record_link(self, organisation: str, entry_type: str, external_id: str) -> str:  # noqa: ARG002 - the page needs no organisation
        """Return the address of a record in Xero, or "" where it has no page, such as a payment."""
        return labels.page(entry_type, external_id) if is_uuid(external_id) else ""

    def hear(self, headers: Mapping[str, str], body: bytes) -> Sequence[Told]:
        """Return what a delivery of Xero's tells of. Raise ForgedWebhook, UnreadableWebhook."""
        return webhooks.read(headers, body, self._webhook_key)

    @cached_property
    def _transport(self) -> httpx2.BaseTransport:
        return self._given or network()

    @cached_property
    def _grant(self) -> GrantClient:
        outbound = Outbound(self._places.calls(), CallGroup.GRANT, self._transport)
        return GrantClient(
            outbound, self._places, client_id=self._client_id, secret=self._secret, seed=self._seed,
            scopes=self._scopes,
        )  # fmt: skip
