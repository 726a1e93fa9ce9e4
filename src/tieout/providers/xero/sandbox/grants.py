"""OAuth 2.0 as Xero serves it: codes, tokens, rotation with a grace, connections, revocation (xero.md §1.1). No HTTP.

A consent belongs to a person and an app. Its scopes only grow, its connections are the organisations that the person
ticked, however many times they were asked; every token of the consent reaches all of them.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import jwt
from tieout.providers.xero.sandbox.people import Person, people
from tieout.providers.xero.sandbox.wire import Json

ACCESS = timedelta(minutes=30)
REFRESH = timedelta(days=60)  # unused; each use begins anew
CODE = timedelta(minutes=5)
ID_TOKEN = timedelta(minutes=5)
GRACE = timedelta(minutes=30)  # in which the refresh token before the last still works
_UNCERTIFIED = 2  # apps that are not certified, for each organisation


class Refused(Exception):
    """HTTP 400 of the token address; the text is its ``error``."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.description = description


class TooManyApps(Exception):
    """The organisation has two uncertified apps already."""


@dataclass(slots=True, kw_only=True)
class Connection:
    """An organisation that a person has connected."""

    id: str
    event: str  # the consent that it was ticked in, the last time
    tenant: str
    created: datetime
    updated: datetime


@dataclass(slots=True, kw_only=True)
class Consent:
    """What a person lets an app do."""

    client: str
    person: Person
    scopes: list[str] = field(default_factory=list)
    connections: dict[str, Connection] = field(default_factory=dict)
    chains: list[Chain] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Chain:
    """A refresh token and those that follow it."""

    refresh: str
    used: datetime
    event: str
    earlier: dict[str, datetime] = field(default_factory=dict)  # previous tokens, and when they end


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an access token stands for."""

    token: str
    consent: Consent
    scopes: tuple[str, ...]
    event: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a token call gives."""

    access: Access
    refresh: str  # "" where there is none
    id_token: str  # "" where there is none


@dataclass(slots=True, kw_only=True)
class _Code:
    consent: Consent
    event: str
    redirect_uri: str
    challenge: str
    nonce: str
    ends: datetime


class Grants:
    """The authorisation server's memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.people = people()
        self.consents: list[Consent] = []
        self._codes: dict[str, _Code] = {}
        self._clients: dict[str, str] = {}  # client to secret; "" for one that has none
        self._access: dict[str, Access] = {}

    # --- consent -------------------------------------------------------------------------------------------------

    def consent(
        self,
        *,
        client: str,
        person: Person,
        scopes: Iterable[str],
        tenants: Sequence[str],
        redirect_uri: str,
        challenge: str = "",
        nonce: str = "",
        certified: bool = True,
    ) -> str:
        """Return a code for a consent that a person has just given. Raise TooManyApps, and nothing is connected."""
        if not certified and any(self._uncertified_apps(tenant, but=client) >= _UNCERTIFIED for tenant in tenants):
            raise TooManyApps
        consent = self._of(client, person)
        consent.scopes += [scope for scope in dict.fromkeys(scopes) if scope not in consent.scopes]
        event, now = str(uuid.uuid4()), self._clock.now()
        for tenant in tenants:
            known = consent.connections.get(tenant)
            if known is None:
                known = Connection(id=str(uuid.uuid4()), event=event, tenant=tenant, created=now, updated=now)
                consent.connections[tenant] = known
            known.event, known.updated = event, now
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(
            consent=consent,
            event=event,
            redirect_uri=redirect_uri,
            challenge=challenge,
            nonce=nonce,
            ends=now + CODE,
        )
        return code

    def _uncertified_apps(self, tenant: str, *, but: str) -> int:
        return len({it.client for it in self.consents if tenant in it.connections and it.client != but})

    def _of(self, client: str, person: Person) -> Consent:
        found = next((it for it in self.consents if it.client == client and it.person is person), None)
        if found is None:
            found = Consent(client=client, person=person)
            self.consents.append(found)
        return found

    # --- tokens --------------------------------------------------------------------------------------------------

    def exchange(
        self, *, client: str, secret: str, code: str, redirect_uri: str, verifier: str = "", issuer: str = ""
    ) -> Issued:
        """Return tokens for a code, which works once. Raise Refused."""
        known = self._codes.pop(code, None)
        self._check(client, secret, may_be_public=known is not None and bool(known.challenge))
        if known is None or known.consent.client != client or known.redirect_uri != redirect_uri:
            raise Refused("invalid_grant")
        if known.ends < self._clock.now() or not _matches(known.challenge, verifier):
            raise Refused("invalid_grant")
        chain = Chain(refresh=_refresh_token(), used=self._clock.now(), event=known.event)
        known.consent.chains.append(chain)
        return self._issued(known.consent, chain, issuer=issuer, nonce=known.nonce)

    def refresh(self, *, client: str, secret: str, token: str, issuer: str = "") -> Issued:
        """Return new tokens for a refresh token, which is replaced. Raise Refused."""
        self._check(client, secret, may_be_public=self._clients.get(client) == "")
        found = self._by_refresh(token)
        if found is None or found[0].client != client:
            raise Refused("invalid_grant")
        consent, chain = found
        now = self._clock.now()
        chain.earlier = {earlier: ends for earlier, ends in chain.earlier.items() if ends > now}
        chain.earlier[chain.refresh] = now + GRACE
        chain.refresh, chain.used = _refresh_token(), now
        return self._issued(consent, chain, issuer=issuer)

    def own(self, *, client: str, secret: str, scopes: Sequence[str], tenant: str, issuer: str = "") -> Issued:
        """Return an access token for a client's own credentials: a custom connection to one organisation."""
        self._check(client, secret, may_be_public=False)
        consent = Consent(client=client, person=self.people[0], scopes=list(scopes))
        now, event = self._clock.now(), str(uuid.uuid4())
        known = next((it for it in self.consents if it.client == client and tenant in it.connections), None)
        if known is None:
            consent.connections[tenant] = Connection(
                id=str(uuid.uuid4()), event=event, tenant=tenant, created=now, updated=now
            )
            self.consents.append(consent)
        else:
            consent.connections = known.connections
        return Issued(access=self._new_access(consent, event, issuer), refresh="", id_token="")

    def revoke(self, *, client: str, secret: str, token: str) -> None:
        """End a person's consent, by its refresh token: all of their connections to the app go. Raise Refused."""
        self._check(client, secret, may_be_public=self._clients.get(client) == "")
        found = self._by_refresh(token)
        if found is not None and found[0].client == client:
            found[0].connections.clear()
            found[0].chains.clear()
            self.consents.remove(found[0])

    def issue(
        self,
        tenants: Sequence[str],
        scopes: Iterable[str],
        *,
        client: str = "test-client",
        secret: str = "test-secret",  # noqa: S107 - a made-up pair
        person: Person | None = None,
    ) -> Issued:
        """Return tokens without the round trip, for tests of the API."""
        code = self.consent(
            client=client, person=person or self.people[0], scopes=scopes, tenants=tenants, redirect_uri=""
        )
        return self.exchange(client=client, secret=secret, code=code, redirect_uri="")

    def access(self, token: str) -> Access | None:
        """Return what an access token stands for, expired or not; None for one that was never given."""
        return self._access.get(token)

    def expire(self, access: Access) -> None:
        """Let a token end now, before its time."""
        self._access[access.token] = Access(
            token=access.token,
            consent=access.consent,
            scopes=access.scopes,
            event=access.event,
            ends=self._clock.now(),
        )

    # --- connections ---------------------------------------------------------------------------------------------

    def disconnect(self, consent: Consent, connection: str) -> bool:
        """End one connection by its id; tell whether there was one."""
        found = next((it for it in consent.connections.values() if it.id == connection), None)
        if found is not None:
            del consent.connections[found.tenant]
        return found is not None

    def disconnect_all(self, tenant: str) -> int:
        """End every app's connections to an organisation, as its people can do inside Xero. Return how many."""
        ended = 0
        for consent in self.consents:
            ended += consent.connections.pop(tenant, None) is not None
        return ended

    # --- within ----------------------------------------------------------------------------------------------------

    def _check(self, client: str, secret: str, *, may_be_public: bool) -> None:
        if not client or not (secret or may_be_public):
            raise Refused("invalid_client")
        if self._clients.setdefault(client, secret) != secret:
            raise Refused("invalid_client")

    def _by_refresh(self, token: str) -> tuple[Consent, Chain] | None:
        now = self._clock.now()
        for consent in self.consents:
            for chain in consent.chains:
                if (chain.refresh == token and now <= chain.used + REFRESH) or chain.earlier.get(token, now) > now:
                    return consent, chain
        return None

    def _issued(self, consent: Consent, chain: Chain, *, issuer: str, nonce: str = "") -> Issued:
        access = self._new_access(consent, chain.event, issuer)
        return Issued(
            access=access,
            refresh=chain.refresh if "offline_access" in consent.scopes else "",
            id_token=self._id_token(access, issuer, nonce) if "openid" in consent.scopes else "",
        )

    def _new_access(self, consent: Consent, event: str, issuer: str) -> Access:
        now = self._clock.now()
        ends = now + ACCESS
        claims: Json = {
            "nbf": int(now.timestamp()),
            "exp": int(ends.timestamp()),
            "iss": issuer,
            "aud": f"{issuer}/resources",
            "client_id": consent.client,
            "sub": consent.person.id.replace("-", ""),
            "xero_userid": consent.person.id,
            "authentication_event_id": event,
            "jti": secrets.token_hex(16),
            "scope": list(consent.scopes),
        }
        token = jwt.signed(claims)
        access = Access(token=token, consent=consent, scopes=tuple(consent.scopes), event=event, ends=ends)
        self._access[token] = access
        return access

    def _id_token(self, access: Access, issuer: str, nonce: str) -> str:
        now, person = self._clock.now(), access.consent.person
        half = hashlib.sha256(access.token.encode()).digest()[:16]
        given, _, family = person.name.partition(" ")
        claims: Json = {
            "nbf": int(now.timestamp()),
            "iat": int(now.timestamp()),
            "exp": int((now + ID_TOKEN).timestamp()),
            "iss": issuer,
            "aud": access.consent.client,
            "sub": person.id.replace("-", ""),
            "at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(),
            "xero_userid": person.id,
            "preferred_username": person.email,
            "email": person.email,
            "given_name": given,
            "family_name": family,
            "name": person.name,
        }
        return jwt.signed({**claims, "nonce": nonce} if nonce else claims)


def _matches(challenge: str, verifier: str) -> bool:
    if not challenge:
        return not verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return secrets.compare_digest(urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


def _refresh_token() -> str:
    return secrets.token_urlsafe(32)
