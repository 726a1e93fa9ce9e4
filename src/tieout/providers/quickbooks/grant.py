"""The grant: from the consent page to tokens, and their end. Intuit's OAuth 2.0 with a client secret."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx2
import msgspec

# Authlib builds the two messages of RFC 6749. Its HTTP client is not used: every byte leaves through kit.http, and
# Intuit's revocation takes JSON where RFC 7009 has a form.
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)

from tieout.kit.http import Answer, Origin, Outbound, TooLarge
from tieout.providerkit.errors import AccessDenied, ReconnectRequired, TryAgainLater, UnreadableBooks
from tieout.providerkit.interface import Granted, Named, Tokens
from tieout.providers.quickbooks.faults import busy, plain
from tieout.providers.quickbooks.places import Places

SCOPE = "com.intuit.quickbooks.accounting"  # Intuit has no read-only scope: the outbound guard is what keeps us reading


class _Discovery(msgspec.Struct):
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str


class _TokenAnswer(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: int
    x_refresh_token_expires_in: int | None = None
    x_refresh_token_hard_expires_in: int | None = None


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


class GrantClient:
    """The only code that may make calls of the grant group."""

    def __init__(self, outbound: Outbound, places: Places, client_id: str, client_secret: str) -> None:
        self._outbound = outbound
        self._places = places
        self._client_id = client_id
        self._secret = client_secret
        self._discovered: _Discovery | None = None

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        """Return the address of Intuit's consent page."""
        page = self._endpoints().authorization_endpoint
        url: str = prepare_grant_uri(page, self._client_id, "code", redirect_uri=redirect_uri, scope=SCOPE, state=state)
        return url

    def accept(self, params: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Granted:
        """Return the tokens and the realm that the callback's parameters stand for. Raise AccessDenied."""
        if error := params.get("error", ""):
            raise _denied(error, params.get("error_description", ""))
        realm, code = params.get("realmId", ""), params.get("code", "")
        if not code or not (realm.isascii() and realm.isdigit() and len(realm) <= 32):
            raise AccessDenied("QuickBooks did not say which company was chosen. Start the connection again.")
        body: str = prepare_token_request("authorization_code", code=code, redirect_uri=redirect_uri)
        answer = self._post(self._endpoints().token_endpoint, body.encode(), "application/x-www-form-urlencoded")
        if answer.status != 200:
            raise AccessDenied(f"QuickBooks did not accept the authorisation ({_said(answer)}). Start again.")
        return Granted(tokens=_tokens(answer, now), organisations=(Named(external_id=realm),))

    def refresh(self, tokens: Tokens, *, now: datetime) -> Tokens:
        """Return fresh tokens. Raise ReconnectRequired where Intuit no longer knows the old ones."""
        body: str = prepare_token_request("refresh_token", refresh_token=tokens.refresh)
        answer = self._post(self._endpoints().token_endpoint, body.encode(), "application/x-www-form-urlencoded")
        if _refusal(answer).error == "invalid_grant":
            raise ReconnectRequired(f"QuickBooks has ended this connection ({_said(answer)})")
        if answer.status != 200:
            raise busy(f"refreshing the token: {_said(answer)}")
        return _tokens(answer, now)

    def revoke(self, tokens: Tokens) -> None:
        """End the grant. One that is already gone is no error."""
        body = msgspec.json.encode({"token": tokens.refresh})
        self._post(self._endpoints().revocation_endpoint, body, "application/json")

    def _endpoints(self) -> _Discovery:
        if self._discovered is None:
            address = f"{self._places.directory}{self._places.document}"
            answer = self._send("GET", address, None, {"Accept": "application/json"})
            try:
                found = msgspec.json.decode(answer.body, type=_Discovery)
            except msgspec.DecodeError as error:
                raise busy("its discovery document is not readable") from error
            self._discovered = self._known(found)
        return self._discovered

    def _known(self, found: _Discovery) -> _Discovery:
        """Return the discovered addresses if each lies where this provider may go."""
        for address, expected in (
            (found.authorization_endpoint, self._places.consent),
            (found.token_endpoint, self._places.token),
            (found.revocation_endpoint, self._places.revoke),
        ):
            try:
                origin = Origin.of(httpx2.URL(address))
            except httpx2.InvalidURL:
                origin = None
            if origin != expected:
                raise UnreadableBooks(f"an unknown address ({plain(address)})", where="QuickBooks' discovery document")
        return found

    def _post(self, address: str, body: bytes, content_type: str) -> Answer:
        basic = base64.b64encode(f"{self._client_id}:{self._secret}".encode()).decode()
        headers = {
            "Authorization": f"Basic {basic}",
            "Accept": "application/json",
            "Content-Type": content_type,
            # The absolute end of the grant, five years at most, comes only if it is asked for.
            "x-include-refresh-token-hard-expires-in": "true",
        }
        return self._send("POST", address, body, headers)

    def _send(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        try:
            answer = self._outbound.send(method, address, headers=headers, content=body)
        except (httpx2.TransportError, httpx2.DecodingError, TooLarge) as error:
            raise busy("the connection broke") from error
        if answer.status == 429 or answer.status >= 500:
            raise busy(f"status {answer.status}")
        if answer.status == 401 and _refusal(answer).error == "invalid_client":
            raise AccessDenied("QuickBooks does not know this installation's client id and secret")
        return answer


def _denied(error: str, description: str) -> AccessDenied:
    # Intuit sends somebody who lacks the right back with the same words as somebody who said no.
    who = "Only an administrator of the company, or its accountant, can authorise the connection."
    if error == "access_denied" and not description:
        return AccessDenied(f"QuickBooks did not give access, so nothing was connected. {who}")
    return AccessDenied(f"QuickBooks did not give access ({plain(description or error)}). {who}")


def _refusal(answer: Answer) -> _Refusal:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal)
    except msgspec.DecodeError:
        return _Refusal()


def _said(answer: Answer) -> str:
    refusal = _refusal(answer)
    return plain(refusal.error_description or refusal.error) or f"status {answer.status}"


def _tokens(answer: Answer, now: datetime) -> Tokens:
    try:
        found = msgspec.json.decode(answer.body, type=_TokenAnswer)
    except msgspec.DecodeError:
        # The cause would quote the answer, and with it the tokens.
        raise TryAgainLater("QuickBooks' token answer is not readable") from None

    def until(seconds: int | None) -> datetime | None:
        return None if seconds is None else now + timedelta(seconds=seconds)

    return Tokens(
        access=found.access_token,
        refresh=found.refresh_token,
        access_expires=now + timedelta(seconds=found.expires_in),
        refresh_expires=until(found.x_refresh_token_expires_in),
        grant_ends=until(found.x_refresh_token_hard_expires_in),
    )
