"""The grant: from the consent page to tokens, and their end. OAuth 2.0 with PKCE, and a secret where the app has one.

A refresh token is good for 60 days and is used once: each refresh brings another. The one before works for 30 minutes
more, so that an answer that was lost on the way can be asked for again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

import httpx2
import msgspec

# Authlib builds the messages of RFC 6749 and RFC 7636; every byte leaves through kit.http.
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from tieout.kit.http import Answer, Outbound, TooLarge
from tieout.providerkit.errors import AccessDenied, ReconnectRequired, TryAgainLater
from tieout.providerkit.interface import Granted, Named, Tokens
from tieout.providers.xero.faults import busy, plain
from tieout.providers.xero.places import Places, is_uuid
from tieout.providers.xero.scopes import consent_of

# Xero never tells when a refresh token ends; its page on token types says 60 days after it was last used.
REFRESH_LIVES = timedelta(days=60)
_FORM = "application/x-www-form-urlencoded"


class _TokenAnswer(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: int


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


class _Connection(msgspec.Struct):
    id: str
    tenant: str = msgspec.field(name="tenantId")
    kind: str = msgspec.field(name="tenantType", default="")
    name: str | None = msgspec.field(name="tenantName", default=None)


@cache
def _of_this_process() -> str:
    return secrets.token_urlsafe(32)


class _Expired(Exception):
    """The access token is no longer accepted."""


class GrantClient:
    """The only code that may make calls of the grant group."""

    def __init__(
        self, outbound: Outbound, places: Places, *, client_id: str, secret: str, seed: str, scopes: tuple[str, ...]
    ) -> None:
        """``secret`` is "" for an app without one; then ``seed`` is a secret of this installation."""
        self._outbound = outbound
        self._places = places
        self._client_id = client_id
        self._secret = secret
        self._key = secret or seed or _of_this_process()
        self._scopes = scopes

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        """Return the address of Xero's consent page."""
        url: str = prepare_grant_uri(
            self._places.consent, self._client_id, "code", redirect_uri=redirect_uri, scope=" ".join(self._scopes),
            state=state, code_challenge=create_s256_code_challenge(self._verifier(state)),
            code_challenge_method="S256",
        )  # fmt: skip
        return url

    def accept(self, params: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Granted:
        """Return the tokens and the organisations that the callback's parameters stand for. Raise AccessDenied."""
        if error := params.get("error", ""):
            raise _denied(error, params.get("error_description", ""))
        if not (code := params.get("code", "")):
            raise AccessDenied("Xero sent no code with its answer. Start the connection again.")
        verifier = self._verifier(params.get("state", ""))
        answer = self._ask("authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier)
        if answer.status != 200:
            raise AccessDenied(f"Xero did not accept the authorisation ({_said(answer)}). Start again.")
        tokens = _tokens(answer, now)
        return Granted(tokens=tokens, organisations=self._chosen(tokens.access))

    def refresh(self, tokens: Tokens, *, now: datetime) -> Tokens:
        """Return fresh tokens. Raise ReconnectRequired where Xero no longer knows the old ones.

        If the answer is lost, the same may be asked again within 30 minutes.
        """
        answer = self._ask("refresh_token", refresh_token=tokens.refresh)
        if _refusal(answer).error == "invalid_grant":
            raise ReconnectRequired("Xero has ended this connection: it was revoked there, or not used for 60 days")
        if answer.status != 200:
            raise busy(f"refreshing the token: {_said(answer)}")
        return _tokens(answer, now)

    def revoke(self, tokens: Tokens, organisation: str) -> None:
        """Disconnect one organisation. The person's whole access to the app ends with their last organisation.

        What is already gone is no error.
        """
        try:
            left = self._connections(tokens.access)
        except _Expired:
            try:  # only a living token may disconnect; what is refreshed here is ended here, or reaches nothing of ours
                tokens = self.refresh(tokens, now=tokens.access_expires)
                left = self._connections(tokens.access)
            except (ReconnectRequired, _Expired):
                return
        for it in left:
            if it.tenant == organisation and is_uuid(it.id):
                self._disconnect(it.id, tokens.access)
        if all(it.tenant == organisation for it in left):
            body = {"token": tokens.refresh} | ({} if self._secret else {"client_id": self._client_id})
            self._post(self._places.revocation, str(httpx2.QueryParams(body)))

    def _verifier(self, state: str) -> str:
        """Return the PKCE verifier of a round trip: 43 characters that nobody without our key can tell from its state.

        It is the same when the person comes back, so nothing has to be kept in between.
        """
        made = hmac.new(self._key.encode(), b"pkce\0" + state.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()

    def _chosen(self, access: str) -> tuple[Named, ...]:
        """Return the organisations that the person has just given access to.

        Xero keeps a connection of an organisation that had one as it is, so there may be none of this very consent:
        then all that the token reaches are named.
        """
        consent = consent_of(access)
        try:
            found = self._connections(access, consent) or self._connections(access)
        except _Expired:
            raise AccessDenied("Xero refuses the access that it has just given. Start again.") from None
        books = tuple(Named(external_id=it.tenant, name=it.name or "") for it in found if it.kind == "ORGANISATION")
        if not books:
            raise AccessDenied("No organisation was chosen on Xero's page. Start again, and choose one there.")
        return books

    def _connections(self, access: str, consent: str = "") -> list[_Connection]:
        address = self._places.connections + (f"?authEventId={consent}" if is_uuid(consent) else "")
        answer = self._send("GET", address, None, {"Authorization": f"Bearer {access}", "Accept": "application/json"})
        if answer.status == 401:
            raise _Expired
        if answer.status != 200:
            raise busy(f"its list of organisations: status {answer.status}")
        try:
            return msgspec.json.decode(answer.body, type=list[_Connection])
        except msgspec.DecodeError as error:
            raise busy("its list of organisations is not readable") from error

    def _disconnect(self, connection: str, access: str) -> None:
        answer = self._send(
            "DELETE", f"{self._places.connections}/{connection}", None, {"Authorization": f"Bearer {access}"}
        )
        if answer.status not in (200, 204, 401, 404):
            raise busy(f"disconnecting: status {answer.status}")

    def _ask(self, kind: str, **fields: str) -> Answer:
        if not self._secret:
            fields["client_id"] = self._client_id
        body: str = prepare_token_request(kind, **fields)
        answer = self._post(self._places.token, body)
        if _refusal(answer).error in ("invalid_client", "unauthorized_client"):
            raise AccessDenied("Xero does not know this installation's client id and secret")
        return answer

    def _post(self, address: str, body: str) -> Answer:
        headers = {"Accept": "application/json", "Content-Type": _FORM}
        if self._secret:
            basic = base64.b64encode(f"{self._client_id}:{self._secret}".encode()).decode()
            headers["Authorization"] = f"Basic {basic}"
        return self._send("POST", address, body.encode(), headers)

    def _send(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        try:
            answer = self._outbound.send(method, address, headers=headers, content=body)
        except (httpx2.TransportError, httpx2.DecodingError, TooLarge) as error:
            raise busy("the connection broke") from error
        if answer.status == 429 or answer.status >= 500:
            raise busy(f"status {answer.status}")
        return answer


def _denied(error: str, description: str) -> AccessDenied:
    who = (
        "An adviser or standard user of the organisation can authorise the connection, and an organisation takes two "
        "apps at most that Xero has not certified."
    )
    if error == "access_denied":
        return AccessDenied(f"Xero did not give access, so nothing was connected. {who}")
    if error == "invalid_scope":
        return AccessDenied(
            "Xero does not give this app one of the rights that Tieout asks for. Whoever runs Tieout finds in the docs "
            "which settings belong to which kind of app."
        )
    return AccessDenied(f"Xero did not give access ({plain(description or error)}). {who}")


def _refusal(answer: Answer) -> _Refusal:
    if answer.status == 200:
        return _Refusal()
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
        raise TryAgainLater("Xero's token answer is not readable") from None
    return Tokens(
        access=found.access_token,
        refresh=found.refresh_token,
        access_expires=now + timedelta(seconds=found.expires_in),
        refresh_expires=now + REFRESH_LIVES,
    )
