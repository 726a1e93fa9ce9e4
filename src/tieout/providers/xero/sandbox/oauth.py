"""Consent, tokens, revocation and discovery over HTTP. All addresses are the sandbox's own, from the request's Host."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlencode, urlsplit, urlunsplit

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

from tieout.providers.xero.sandbox import consent, jwt, scopes
from tieout.providers.xero.sandbox.answers import json_answer
from tieout.providers.xero.sandbox.grants import ACCESS, Issued, Refused, TooManyApps
from tieout.providers.xero.sandbox.wire import Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.host import Sandbox

AUTHORIZE = "/identity/connect/authorize"
TOKEN = "/connect/token"  # noqa: S105 - an address
REVOKE = "/connect/revocation"
USERINFO = "/connect/userinfo"
JWKS = "/.well-known/openid-configuration/jwks"
_LOCAL = ("localhost", "127.0.0.1")


def discovery(request: Request) -> Response:
    """Return the discovery document."""
    root = _root(request)
    return json_answer(
        {
            "issuer": root,
            "authorization_endpoint": root + AUTHORIZE,
            "token_endpoint": root + TOKEN,
            "userinfo_endpoint": root + USERINFO,
            "revocation_endpoint": root + REVOKE,
            "jwks_uri": root + JWKS,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
    )


def keys() -> Response:
    """Return the key that verifies tokens."""
    return json_answer(jwt.keys())


def authorise(sandbox: Sandbox, request: Request) -> Response:
    """Show the consent page (GET), or act on what the person chose (POST)."""
    params: MultiDict[str, str] = request.form if request.method == "POST" else request.args
    if why := _unusable(params):
        return consent.cannot_ask("invalid_request", why)
    wanted = params.get("scope", "").split()
    if refused := sandbox.registration.refuses(wanted):
        if sandbox.facts.scope_error == "redirect":
            return _back(params, error="invalid_scope")
        return consent.cannot_ask("unauthorized_client", f"Invalid scope for client ({' '.join(refused)})", 500)
    if request.method != "POST":
        return consent.ask(sandbox.organisations.values(), sandbox.grants.people, params, wanted)
    return _decided(sandbox, params, wanted)


def _decided(sandbox: Sandbox, params: MultiDict[str, str], wanted: list[str]) -> Response:
    if params.get("decision") != "allow":
        return _back(params, error="access_denied")
    person = next((it for it in sandbox.grants.people if it.id == params.get("person")), sandbox.grants.people[0])
    if not person.may_connect:
        return consent.may_not_connect(person, _address(params, error="access_denied"))
    tenants = [tenant for tenant in params.getlist("tenantId") if tenant in sandbox.organisations]
    if not tenants:
        return consent.cannot_ask("invalid_request", "Choose an organisation.")
    try:
        code = sandbox.grants.consent(
            client=params["client_id"],
            person=person,
            scopes=wanted,
            tenants=tenants,
            redirect_uri=params["redirect_uri"],
            challenge=params.get("code_challenge", ""),
            nonce=params.get("nonce", ""),
            certified=sandbox.registration.certified,
        )
    except TooManyApps:
        return consent.too_many_apps(_address(params, error="access_denied"))
    return _back(params, code=code, scope=" ".join(wanted))


def token(sandbox: Sandbox, request: Request) -> Response:
    """Exchange a code, refresh, or give a client its own token. It identifies itself by Basic or in the body."""
    try:
        return json_answer(_tokens(_issued(sandbox, request)))
    except Refused as refusal:
        described = {"error_description": refusal.description} if refusal.description else {}
        return json_answer({"error": refusal.error, **described}, status=400)


def _issued(sandbox: Sandbox, request: Request) -> Issued:
    form = request.form
    client, secret = _client(request)
    match form.get("grant_type"):
        case "authorization_code":
            return sandbox.grants.exchange(
                client=client,
                secret=secret,
                code=form.get("code", ""),
                redirect_uri=form.get("redirect_uri", ""),
                verifier=form.get("code_verifier", ""),
                issuer=_root(request),
            )
        case "refresh_token":
            return sandbox.grants.refresh(
                client=client, secret=secret, token=form.get("refresh_token", ""), issuer=_root(request)
            )
        case "client_credentials":
            wanted = form.get("scope", "").split() or sorted(sandbox.registration.allowed() - scopes.IDENTITY)
            if sandbox.registration.refuses(wanted) or scopes.IDENTITY.intersection(wanted):
                raise Refused("invalid_scope", "Client credentials scope validation failed")
            tenant = sandbox.registration.custom_connection or next(iter(sandbox.organisations))
            return sandbox.grants.own(client=client, secret=secret, scopes=wanted, tenant=tenant, issuer=_root(request))
        case _:
            raise Refused("unsupported_grant_type")


def _tokens(issued: Issued) -> Json:
    answer: Json = {
        "access_token": issued.access.token,
        "expires_in": int(ACCESS.total_seconds()),
        "token_type": "Bearer",
        "scope": " ".join(issued.access.scopes),
    }
    if issued.id_token:
        answer["id_token"] = issued.id_token
    if issued.refresh:
        answer["refresh_token"] = issued.refresh
    return answer


def revoke(sandbox: Sandbox, request: Request) -> Response:
    """End a person's consent; the answer has no body."""
    try:
        client, secret = _client(request)
        sandbox.grants.revoke(client=client, secret=secret, token=request.form.get("token", ""))
    except Refused as refusal:
        return json_answer({"error": refusal.error}, status=400)
    return Response(status=200)


def userinfo(sandbox: Sandbox, request: Request) -> Response:
    """Return who consented."""
    access = sandbox.grants.access(bearer(request))
    if access is None or access.ends <= sandbox.clock.now():
        return json_answer({"error": "invalid_token"}, status=401)
    person = access.consent.person
    return json_answer({"sub": person.id.replace("-", ""), "name": person.name, "email": person.email})


def bearer(request: Request) -> str:
    """Return the access token of a request, "" without one."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def _root(request: Request) -> str:
    """Return the sandbox's own address; a proxy in front of it says what it is called there."""
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
    return f"{scheme}://{request.headers.get('X-Forwarded-Host', request.host)}"


def _client(request: Request) -> tuple[str, str]:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused("invalid_client") from error
        return unquote_plus(client), unquote_plus(secret)
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


def _unusable(params: Mapping[str, str]) -> str:
    if missing := [key for key in ("client_id", "redirect_uri", "scope") if not params.get(key)]:
        return f"The app's request lacks {', '.join(missing)}."
    if params.get("response_type") != "code":
        return "The response_type must be code."
    back = urlsplit(params["redirect_uri"])
    if back.scheme != "https" and not (back.scheme == "http" and back.hostname in _LOCAL):
        return "The redirect_uri must be https, or this machine."
    if params.get("code_challenge") and params.get("code_challenge_method") != "S256":
        return "The code_challenge_method must be S256."
    return ""


def _address(params: Mapping[str, str], **answer: str) -> str:
    parts = urlsplit(params["redirect_uri"])
    state = {"state": params["state"]} if params.get("state") else {}
    query = urlencode({**answer, **state})
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))


def _back(params: Mapping[str, str], **answer: str) -> Response:
    return Response(status=302, headers={"Location": _address(params, **answer)})
