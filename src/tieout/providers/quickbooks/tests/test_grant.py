"""From consent to tokens and back: what is sent to Intuit, and what each refusal comes to."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tieout.providerkit.errors import AccessDenied, ProviderError, ReconnectRequired, TryAgainLater, UnreadableBooks
from tieout.providerkit.interface import Tokens
from tieout.providers.quickbooks.tests.handmade import ADDRESS, NOW, REALM, Json, Platform

BACK = "https://plan.example/oauth/callback/quickbooks/"
GIVEN: Json = {
    "token_type": "bearer", "access_token": "planted-access", "expires_in": 3600, "refresh_token": "planted-refresh",
    "x_refresh_token_expires_in": 8726400, "x_refresh_token_hard_expires_in": 157680000,
}  # fmt: skip
OLD = Tokens(access="old-access", refresh="old-refresh", access_expires=NOW)
DISCOVERY: Json = {
    "issuer": ADDRESS,
    "authorization_endpoint": f"{ADDRESS}/connect/oauth2",
    "token_endpoint": f"{ADDRESS}/oauth2/v1/tokens/bearer",
    "revocation_endpoint": f"{ADDRESS}/v2/oauth2/tokens/revoke",
}


def intuit(*token_answers: httpx2.Response, discovery: Json | None = None) -> Platform:
    left = list(token_answers)

    def answer(request: httpx2.Request) -> httpx2.Response | None:
        if request.url.path.startswith("/.well-known/"):
            return httpx2.Response(200, json=DISCOVERY if discovery is None else discovery)
        return left.pop(0) if request.method == "POST" else None

    return Platform(first=answer)


def callback(**params: str) -> dict[str, str]:
    return {"code": "the-code", "state": "s", "realmId": REALM} | params


def test_the_consent_page() -> None:
    url = urlsplit(intuit().provider().authorise_url(state="a b&c", redirect_uri=BACK))
    assert (url.scheme, url.netloc, url.path) == ("http", "127.0.0.1:9001", "/connect/oauth2")
    assert parse_qs(url.query, strict_parsing=True) == {
        "client_id": ["id"],
        "response_type": ["code"],
        "scope": ["com.intuit.quickbooks.accounting"],
        "redirect_uri": [BACK],
        "state": ["a b&c"],
    }


def test_a_code_becomes_tokens() -> None:
    platform = intuit(httpx2.Response(200, json=GIVEN))
    granted = platform.provider().accept(callback(), redirect_uri=BACK, now=NOW)
    assert (granted.organisations[0].external_id, granted.tokens.access, granted.tokens.refresh) == (
        REALM, "planted-access", "planted-refresh",
    )  # fmt: skip
    assert granted.tokens.access_expires == NOW + timedelta(hours=1)
    assert granted.tokens.refresh_expires == NOW + timedelta(days=101)
    assert granted.tokens.grant_ends == NOW + timedelta(days=1825)
    request = platform.seen[-1]
    assert str(request.url) == f"{ADDRESS}/oauth2/v1/tokens/bearer"
    assert request.headers["authorization"] == f"Basic {base64.b64encode(b'id:secret-of-the-app').decode()}"
    assert request.headers["x-include-refresh-token-hard-expires-in"] == "true"
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["authorization_code"], "code": ["the-code"], "redirect_uri": [BACK],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"error": "access_denied", "state": "s"}, "nothing was connected. Only an administrator"),
        ({"error": "access_denied", "error_description": "Only admins\x00 may"}, "Only admins may.*administrator"),
        ({"error": "server_error"}, "server_error"),
        (callback(realmId=""), "which company"),
        (callback(realmId="12/../34"), "which company"),
        (callback(realmId="１２３"), "which company"),
        (callback(code=""), "which company"),
    ],
)
def test_a_refused_consent_asks_intuit_nothing(params: dict[str, str], words: str) -> None:
    platform = intuit()
    with pytest.raises(AccessDenied, match=words):
        platform.provider().accept(params, redirect_uri=BACK, now=NOW)
    assert platform.seen == []


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx2.Response(400, json={"error": "invalid_grant"}), AccessDenied),
        (httpx2.Response(401, json={"error": "invalid_client"}), AccessDenied),
        (httpx2.Response(500), TryAgainLater),
        (httpx2.Response(429), TryAgainLater),
        (httpx2.Response(200, text="<html>"), TryAgainLater),
        (httpx2.Response(200, json={"access_token": "planted-access"}), TryAgainLater),
    ],
)
def test_a_code_that_is_refused(response: httpx2.Response, kind: type[ProviderError]) -> None:
    with pytest.raises(kind) as failure:
        intuit(response).provider().accept(callback(), redirect_uri=BACK, now=NOW)
    assert "planted" not in repr(failure.value)
    assert failure.value.__suppress_context__ or "planted" not in repr(failure.value.__context__)


def test_refreshing_takes_whatever_refresh_token_comes() -> None:
    platform = intuit(httpx2.Response(200, json=GIVEN | {"refresh_token": "next"}))
    fresh = platform.provider().refresh(OLD, now=NOW)
    assert (fresh.access, fresh.refresh, fresh.access_expires) == ("planted-access", "next", NOW + timedelta(hours=1))
    form = parse_qs(platform.seen[-1].content.decode())
    assert form == {"grant_type": ["refresh_token"], "refresh_token": ["old-refresh"]}


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (
            httpx2.Response(400, json={"error": "invalid_grant", "error_description": "Token revoked"}),
            ReconnectRequired,
        ),
        (httpx2.Response(400, text="odd"), TryAgainLater),
        (httpx2.Response(400, json=GIVEN), TryAgainLater),
        (httpx2.Response(401, json={"error": "invalid_client"}), AccessDenied),
        (httpx2.Response(503), TryAgainLater),
    ],
)
def test_a_refresh_that_is_refused(response: httpx2.Response, kind: type[ProviderError]) -> None:
    platform = intuit(response)
    with pytest.raises(kind):
        platform.provider().refresh(OLD, now=NOW)
    assert len([request for request in platform.seen if request.method == "POST"]) == 1  # refused is not asked again


def test_a_connection_that_breaks_while_refreshing() -> None:
    def reset(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("slow", request=request)

    with pytest.raises(TryAgainLater):
        Platform(first=reset).provider().refresh(OLD, now=NOW)


@pytest.mark.parametrize("response", [httpx2.Response(200), httpx2.Response(400, json={"error": "invalid_grant"})])
def test_revoking_ends_the_grant_and_may_find_it_ended(response: httpx2.Response) -> None:
    platform = intuit(response)
    platform.provider().revoke(OLD, "77")
    request = platform.seen[-1]
    assert str(request.url) == f"{ADDRESS}/v2/oauth2/tokens/revoke"
    assert json.loads(request.content) == {"token": "old-refresh"}


@pytest.mark.parametrize("key", ["authorization_endpoint", "token_endpoint", "revocation_endpoint"])
@pytest.mark.parametrize("address", ["https://evil.example/x", "http://127.0.0.1:9002/x", "javascript:alert(1)", "::"])
def test_discovery_cannot_lead_elsewhere(key: str, address: str) -> None:
    with pytest.raises(UnreadableBooks, match="unknown address"):
        intuit(discovery=DISCOVERY | {key: address}).provider().authorise_url(state="s", redirect_uri=BACK)


def test_discovery_is_read_once_and_must_be_readable() -> None:
    platform = intuit()
    provider = platform.provider()
    provider.authorise_url(state="s", redirect_uri=BACK)
    provider.authorise_url(state="t", redirect_uri=BACK)
    assert [request.url.path for request in platform.seen] == ["/.well-known/openid_sandbox_configuration"]
    with pytest.raises(TryAgainLater):
        intuit(discovery={"issuer": "x"}).provider().authorise_url(state="s", redirect_uri=BACK)


@pytest.mark.parametrize(
    ("settings", "sandbox", "directory"),
    [
        ({}, False, "https://developer.api.intuit.com/.well-known/openid_configuration"),
        ({"ENVIRONMENT": "sandbox"}, True, "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration"),
    ],
)
def test_intuits_own_environments(settings: dict[str, str], directory: str, *, sandbox: bool) -> None:
    real = {
        "authorization_endpoint": "https://appcenter.intuit.com/connect/oauth2",
        "token_endpoint": "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
        "revocation_endpoint": "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
    }
    platform = intuit(httpx2.Response(200, json=GIVEN), discovery=real)
    provider = platform.provider(ADDRESS="", **settings)
    assert provider.is_sandbox is sandbox
    assert provider.authorise_url(state="s", redirect_uri=BACK).startswith("https://appcenter.intuit.com/")
    provider.refresh(OLD, now=NOW)
    assert [str(request.url) for request in platform.seen] == [directory, real["token_endpoint"]]


def test_settings_that_name_no_place() -> None:
    with pytest.raises(ValueError, match="not on this machine"):
        Platform().provider(ADDRESS="http://10.0.0.7:9001")
    with pytest.raises(ValueError, match="'production' or 'sandbox'"):
        Platform().provider(ADDRESS="", ENVIRONMENT="test")


def test_configured_needs_both_keys() -> None:
    assert Platform().provider().configured
    assert not Platform().provider(CLIENT_SECRET="").configured
    assert not Platform().provider(CLIENT_ID="").configured


def test_links_to_records() -> None:
    provider = Platform().provider()
    assert provider.record_link(REALM, "Bill", "230") == "https://qbo.intuit.com/app/bill?txnId=230"
    assert provider.record_link(REALM, "Journal Entry", "2&x=1").endswith("/app/journal?txnId=2%26x%3D1")
    assert provider.record_link(REALM, "Payroll Check", "291") == ""
    assert provider.record_link(REALM, "Wahlzettel", "1") == ""
