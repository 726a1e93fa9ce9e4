"""The provider: what the rest of the product sees of Tryton."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property

import httpx2

from tieout.kit.http import CallGroup, Outbound, network
from tieout.providerkit.errors import AccessDenied, PermissionMissing, ReconnectRequired
from tieout.providerkit.interface import About, Books, CallObserver, Granted, LoginField, Named, Tokens, TokenSource
from tieout.providers.tryton import places, wire
from tieout.providers.tryton.about import ABOUT
from tieout.providers.tryton.books import TrytonBooks
from tieout.providers.tryton.client import Client
from tieout.providers.tryton.company import CompanyReader
from tieout.providers.tryton.feed import MOST
from tieout.providers.tryton.grant import FIELDS, GrantClient
from tieout.providers.tryton.places import Place, place
from tieout.providers.tryton.reading import PAGE


class Tryton:
    """The Tryton that the settings name."""

    def __init__(
        self,
        settings: Mapping[str, str],
        transport: httpx2.BaseTransport | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        page: int = PAGE,
        feed_most: int = MOST,
    ) -> None:
        """The last three are for tests: no waiting, small pages, a change feed that returns little."""
        self._place = place(settings)
        self._given = transport
        self._sleep = sleep
        self._page = page
        self._feed_most = feed_most

    @property
    def about(self) -> About:
        """What the pages say of Tryton."""
        return ABOUT

    @property
    def configured(self) -> bool:
        """Whether the server's address is there."""
        return self._place is not None

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the demo's server, whose books are nobody's."""
        return self._place is not None and self._place.is_sandbox

    @property
    def login_fields(self) -> tuple[LoginField, ...]:
        """What a person types. Where the server is, only whoever runs Tieout says."""
        return FIELDS

    def log_in(self, values: Mapping[str, str], *, now: datetime) -> Granted:
        """Log in and return the companies that this user may read. Raise AccessDenied if there is none."""
        tokens = self._grant.log_in(values, now=now)
        try:
            return Granted(tokens=tokens, organisations=self._companies(tokens))
        except PermissionMissing as missing:
            raise AccessDenied(f"{missing}. The page on Tryton tells how to give a user the right.") from missing
        except ReconnectRequired as refused:
            raise AccessDenied("Tryton took the login and then refused its session.") from refused

    def refresh(self, tokens: Tokens, *, now: datetime) -> Tokens:
        """Return a new session, by logging in again."""
        return self._grant.refresh(tokens, now=now)

    def revoke(self, tokens: Tokens, organisation: str) -> None:  # noqa: ARG002 - a login is not a company's
        """End the session. Who else has the login goes on with a session of its own."""
        self._grant.log_out(tokens)

    def open(self, organisation: str, tokens: TokenSource, *, basis: str, observe: CallObserver) -> Books:
        """Return the books of one company. Nothing is read yet."""
        if not (organisation.isascii() and organisation.isdigit()):
            raise ValueError(f"{organisation!r} is no company of Tryton")
        if basis != "accrual":
            raise ValueError(f"{basis!r} is no basis of Tryton")
        company = CompanyReader(self._client(tokens, observe), int(organisation))
        return TrytonBooks(company, page=self._page, feed_most=self._feed_most)

    def record_link(self, organisation: str, entry_type: str, external_id: str) -> str:  # noqa: ARG002 - one kind of record
        """Return the address of a move in Tryton's web client, or "" where the settings name none."""
        if self._place is None or not self._place.web_client or not external_id.isdigit():
            return ""
        return f"{self._place.web_client}/#{self._place.database}/model/account.move/{external_id}"

    def _companies(self, tokens: Tokens) -> tuple[Named, ...]:
        client = self._client(_Fixed(tokens.access), lambda _name: None)
        wanted = client.preferences().readable
        if not wanted:
            raise AccessDenied("This Tryton user works for no company: give it one in its preferences.")
        context: dict[str, object] = {"company": wanted[0], "language": "en"}
        client.count(places.MOVE, [["company", "in", wanted]], context)  # a user without the right is told so at once
        client.some(places.ACCOUNT, [["company", "in", wanted]], wire.Sums, ("debit", "credit"), context, limit=1)
        client.some(places.BY_PARTY, [], wire.Pair, ("account", "party"), context, limit=1)
        fields = ("party.name", "currency.code", "currency.digits", "timezone")
        found = client.some(places.COMPANY, [["id", "in", wanted]], wire.Company, fields, context)
        return tuple(Named(external_id=str(it.id), name=it.party.name) for it in found)

    def _client(self, tokens: TokenSource, observe: CallObserver) -> Client:
        outbound = Outbound(self._known.calls(), CallGroup.READ, self._transport)
        return Client(outbound, self._known, tokens, observe, self._sleep)

    @property
    def _known(self) -> Place:
        if self._place is None:
            raise ValueError("TIEOUT_TRYTON_URL is not set")
        return self._place

    @cached_property
    def _transport(self) -> httpx2.BaseTransport:
        return self._given or network()

    @cached_property
    def _grant(self) -> GrantClient:
        return GrantClient(Outbound(self._known.calls(), CallGroup.GRANT, self._transport), self._known)


class _Fixed:
    """A session as it is: there is none after it."""

    def __init__(self, session: str) -> None:
        self._session = session

    def access(self) -> str:
        return self._session

    def renew(self, rejected: str) -> str:  # noqa: ARG002 - whichever it was
        raise ReconnectRequired("the session was refused")
