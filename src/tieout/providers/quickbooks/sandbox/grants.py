"""OAuth 2.0 as Intuit serves it: codes, tokens, rotation, revocation (quickbooks.md §1). No HTTP here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tieout.providerkit.sandbox_clock import Clock

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 8_726_400  # 101 days, extended by each use
GRANT_ENDS_AFTER = timedelta(days=5 * 365)
CODE_SECONDS = 600
ROTATES_AFTER = timedelta(hours=24)
GRACE = timedelta(minutes=5)
SCOPE = "com.intuit.quickbooks.accounting"


class InvalidGrant(Exception):
    """HTTP 400: the code or refresh token is used, revoked, expired or somebody else's."""


class InvalidClient(Exception):
    """HTTP 401: the id and secret are not the pair that the grant was made with."""


@dataclass(slots=True, kw_only=True)
class Grant:
    """One consent: an app may read one company until the grant ends or is revoked."""

    client: str
    secret: str
    realm: str
    begun: datetime
    refresh: str
    rotated: datetime
    used: datetime
    revoked: bool = False
    access_lost: bool = False  # the person who consented has lost access to the company
    earlier: dict[str, datetime] = field(default_factory=dict)  # previous refresh tokens and when they end


@dataclass(slots=True, kw_only=True)
class _Code:
    client: str
    realm: str
    redirect_uri: str
    ends: datetime


class Grants:
    """The authorisation server's memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._secrets: dict[str, str] = {}
        self._access: dict[str, tuple[Grant, datetime]] = {}
        self.grants: list[Grant] = []

    def give_code(self, *, client: str, realm: str, redirect_uri: str) -> str:
        """Return a code for a consent that a person has just given."""
        code = f"AB{secrets.token_hex(24)}"
        ends = self._clock.now() + timedelta(seconds=CODE_SECONDS)
        self._codes[code] = _Code(client=client, realm=realm, redirect_uri=redirect_uri, ends=ends)
        return code

    def exchange(self, *, client: str, secret: str, code: str, redirect_uri: str) -> tuple[Grant, str]:
        """Return a new grant and an access token for a code, which works once. An older grant of the app ends."""
        self._check(client, secret)
        known = self._codes.pop(code, None)
        now = self._clock.now()
        if known is None or known.client != client or known.redirect_uri != redirect_uri or known.ends < now:
            raise InvalidGrant("Invalid authorization code")
        for other in self.grants:
            if other.client == client and other.realm == known.realm:
                other.revoked = True  # one active connection per app and company
        grant = Grant(
            client=client,
            secret=secret,
            realm=known.realm,
            begun=now,
            refresh=_refresh_token(),
            rotated=now,
            used=now,
        )
        self._secrets.setdefault(client, secret)
        self.grants.append(grant)
        return grant, self._new_access(grant)

    def refresh(self, *, client: str, secret: str, token: str) -> tuple[Grant, str]:
        """Return the grant, its refresh token replaced after a day, and a new access token."""
        self._check(client, secret)
        grant = self._by_refresh(token)
        now = self._clock.now()
        if grant is None or grant.client != client:
            raise InvalidGrant("Incorrect Token type or clientID")
        if grant.revoked or now > grant.used + timedelta(seconds=REFRESH_SECONDS) or now > self.ends(grant):
            raise InvalidGrant("Token has been expired or revoked")
        if now - grant.rotated >= ROTATES_AFTER:
            grant.earlier[grant.refresh] = now + GRACE
            grant.refresh, grant.rotated = _refresh_token(), now
        grant.used = now
        return grant, self._new_access(grant)

    def revoke(self, *, client: str, secret: str, token: str) -> None:
        """End the grant that an access or refresh token belongs to."""
        self._check(client, secret)
        grant = self._by_refresh(token) or self._access.get(token, (None, None))[0]
        if grant is None or grant.revoked:
            raise InvalidGrant("Token has been expired or revoked")
        grant.revoked = True

    def disconnect(self, realm: str) -> int:
        """End all grants of a company, as its owner can do inside QuickBooks. Return how many there were."""
        ended = [grant for grant in self.grants if grant.realm == realm and not grant.revoked]
        for grant in ended:
            grant.revoked = True
        return len(ended)

    def lose_access(self, realm: str, *, lost: bool = True) -> None:
        """Take the right to the company from the person who consented; tokens go on working."""
        for grant in self.grants:
            if grant.realm == realm:
                grant.access_lost = lost

    def holder(self, access: str) -> Grant | None:
        """Return the grant that an access token is good for now, or None."""
        grant, ends = self._access.get(access, (None, None))
        if grant is None or ends is None or grant.revoked or self._clock.now() >= ends:
            return None
        return grant

    def issue(self, realm: str, *, client: str = "test-client", secret: str = "test-secret") -> tuple[Grant, str]:  # noqa: S107 - a made-up pair
        """Return a grant without the round trip, for tests of the API."""
        code = self.give_code(client=client, realm=realm, redirect_uri="")
        return self.exchange(client=client, secret=secret, code=code, redirect_uri="")

    def ends(self, grant: Grant) -> datetime:
        """Return when the grant is over, however often it is refreshed."""
        return grant.begun + GRANT_ENDS_AFTER

    def seconds_left(self, grant: Grant) -> int:
        """Return the seconds until the grant's hard end."""
        return int((self.ends(grant) - self._clock.now()).total_seconds())

    def _check(self, client: str, secret: str) -> None:
        if not client or not secret or self._secrets.get(client, secret) != secret:
            raise InvalidClient

    def _by_refresh(self, token: str) -> Grant | None:
        now = self._clock.now()
        for grant in self.grants:
            if grant.refresh == token or grant.earlier.get(token, now - GRACE) > now:
                return grant
        return None

    def _new_access(self, grant: Grant) -> str:
        token = f"eyJ{secrets.token_hex(40)}"
        self._access[token] = (grant, self._clock.now() + timedelta(seconds=ACCESS_SECONDS))
        return token


def _refresh_token() -> str:
    return f"RT1-{secrets.token_hex(20)}"
