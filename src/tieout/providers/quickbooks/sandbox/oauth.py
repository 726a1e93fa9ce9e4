"""Discovery, consent, token and revocation over HTTP. All addresses are the sandbox's own, from the request's Host."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec
from werkzeug.wrappers import Request, Response

from tieout.providers.quickbooks.sandbox import consent
from tieout.providers.quickbooks.sandbox.answers import json_answer
from tieout.providers.quickbooks.sandbox.grants import (
    ACCESS_SECONDS,
    REFRESH_SECONDS,
    SCOPE,
    Grant,
    InvalidClient,
    InvalidGrant,
)
from tieout.providers.quickbooks.sandbox.wire import Json, decoder

if TYPE_CHECKING:
    from tieout.providers.quickbooks.sandbox.host import Sandbox

AUTHORIZE = "/connect/oauth2"
TOKEN = "/oauth2/v1/tokens/bearer"  # noqa: S105 - an address
REVOKE = "/v2/oauth2/tokens/revoke"
USERINFO = "/v1/openid_connect/userinfo"
JWKS = "/v1/openid_connect/jwks"


def discovery(request: Request) -> Response:
    """Return the discovery document."""
    root = request.host_url.rstrip("/")
    return json_answer(
        {
            "issuer": f"{root}/op/v1",
            "authorization_endpoint": root + AUTHORIZE,
            "token_endpoint": root + TOKEN,
            "userinfo_endpoint": root + USERINFO,
            "revocation_endpoint": root + REVOKE,
            "jwks_uri": root + JWKS,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile", "address", "phone", SCOPE],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        }
    )


def authorise(sandbox: Sandbox, request: Request) -> Response:
    """Show the consent page (GET), or act on what the person chose (POST)."""
    params: Mapping[str, str] = request.form if request.method == "POST" else request.args
    if why := _unusable(params):
        return consent.cannot_ask(why)
    if request.method != "POST":
        return consent.ask(sandbox.engines.values(), params)
    engine = sandbox.engines.get(params.get("realmId", ""))
    if params.get("decision") != "connect":
        return _back(params, error="access_denied")
    if engine is None:
        return consent.cannot_ask("Choose a company.")
    if params.get("role") == "standard":
        return consent.not_admin(engine.name, _address(params, error="access_denied"))
    code = sandbox.grants.give_code(client=params["client_id"], realm=engine.realm, redirect_uri=params["redirect_uri"])
    return _back(params, code=code, realmId=engine.realm)


def token(sandbox: Sandbox, request: Request) -> Response:
    """Exchange a code, or refresh. The client may identify itself by Basic or in the body."""
    form = request.form
    try:
        client, secret = _client(request, form)
        if form.get("grant_type") == "authorization_code":
            grant, access = sandbox.grants.exchange(
                client=client, secret=secret, code=form.get("code", ""), redirect_uri=form.get("redirect_uri", "")
            )
        elif form.get("grant_type") == "refresh_token":
            grant, access = sandbox.grants.refresh(client=client, secret=secret, token=form.get("refresh_token", ""))
        else:
            return json_answer({"error": "unsupported_grant_type"}, status=400)
    except InvalidClient:
        return json_answer({"error": "invalid_client"}, status=401)
    except InvalidGrant as error:
        return json_answer({"error": "invalid_grant", "error_description": str(error)}, status=400)
    return json_answer(_tokens(sandbox, request, grant, access))


def revoke(sandbox: Sandbox, request: Request) -> Response:
    """End a grant; the answer has no body."""
    try:
        body: Json = decoder.decode(request.get_data()) if request.is_json else dict(request.form)
        client, secret = _client(request, {})
        sandbox.grants.revoke(client=client, secret=secret, token=str(body.get("token", "")))
    except InvalidClient:
        return json_answer({"error": "invalid_client"}, status=401)
    except (InvalidGrant, msgspec.DecodeError):
        return json_answer({"error": "invalid_request"}, status=400)
    return Response(status=200)


def userinfo(sandbox: Sandbox, request: Request) -> Response:
    """Return who consented; only clients that also ask for OpenID need it."""
    if sandbox.grants.holder(request.headers.get("Authorization", "").removeprefix("Bearer ")) is None:
        return json_answer({"error": "invalid_token"}, status=401)
    return json_answer({"sub": "sandbox-user", "email": "admin@example.com", "emailVerified": True})


def _tokens(sandbox: Sandbox, request: Request, grant: Grant, access: str) -> Json:
    answer: Json = {
        "token_type": "bearer",
        "access_token": access,
        "expires_in": ACCESS_SECONDS,
        "refresh_token": grant.refresh,
        "x_refresh_token_expires_in": REFRESH_SECONDS,
    }
    if request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() == "true":
        answer["x_refresh_token_hard_expires_in"] = sandbox.grants.seconds_left(grant)
    return answer


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise InvalidClient from error
        return client, secret
    return form.get("client_id", ""), form.get("client_secret", "")


def _unusable(params: Mapping[str, str]) -> str:
    if missing := [key for key in ("client_id", "redirect_uri", "state", "scope") if not params.get(key)]:
        return f"The app's request lacks {', '.join(missing)}."
    if params.get("response_type") != "code":
        return "The response_type must be code."
    if SCOPE not in params["scope"].split():
        return f"The scope must contain {SCOPE}."
    if urlsplit(params["redirect_uri"]).scheme not in ("http", "https"):
        return "The redirect_uri is no web address."
    return ""


def _address(params: Mapping[str, str], **answer: str) -> str:
    parts = urlsplit(params["redirect_uri"])
    query = urlencode({**answer, "state": params["state"]})
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))


def _back(params: Mapping[str, str], **answer: str) -> Response:
    return Response(status=302, headers={"Location": _address(params, **answer)})
