"""From consent to tokens and back: what is sent to Xero, and what each refusal comes to."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tieout.providerkit.errors import AccessDenied, ProviderError, ReconnectRequired, TryAgainLater
from tieout.providerkit.interface import Named, Tokens
from tieout.providers.xero.tests.handmade import ADDRESS, NOW, TENANT, Json, Platform, token, uuid

BACK = "https://plan.example/oauth/callback/xero/"
CONSENT, OTHER = uuid(77), uuid(5)
GIVEN: Json = {
    "token_type": "Bearer", "access_token": token("planted-scope", consent=CONSENT), "expires_in": 1800,
    "refresh_token": "planted-refresh", "id_token": "x", "scope": "openid",
}  # fmt: skip
OLD = Tokens(access="old-access", refresh="old-refresh", access_expires=NOW)


def connection(number: int, tenant: str, name: str | None = "Maple Florist", kind: str = "ORGANISATION") -> Json:
    return {
        "id": uuid(500 + number), "authEventId": CONSENT, "tenantId": tenant, "tenantType": kind, "tenantName": name,
        "createdDateUtc": "2026-01-09T23:40:30.1833130", "updatedDateUtc": "2026-01-09T23:40:30.1833130",
    }  # fmt: skip


def xero(
    *posts: httpx2.Response, connections: list[Json] | None = None, gets: list[httpx2.Response] | None = None
) -> Platform:
    """Return Xero's side of a grant: answers to what is posted, then its list of connections."""
    left, first = list(posts), list(gets or ())
    listed = [connection(1, TENANT)] if connections is None else connections

    def answer(request: httpx2.Request) -> httpx2.Response | None:
        if request.method == "POST":
            return left.pop(0)
        if request.method == "DELETE":
            return httpx2.Response(204)
        return first.pop(0) if first else httpx2.Response(200, json=listed)

    return Platform(first=answer)


def callback(**params: str) -> dict[str, str]:
    return {"code": "the-code", "state": "s"} | params


def form(request: httpx2.Request) -> dict[str, list[str]]:
    return parse_qs(request.content.decode(), strict_parsing=True)


# --- the consent page -------------------------------------------------------------------------------------------


def test_the_consent_page() -> None:
    url = urlsplit(xero().provider().authorise_url(state="a b&c", redirect_uri=BACK))
    assert (url.scheme, url.netloc, url.path) == ("http", "127.0.0.1:9001", "/identity/connect/authorize")
    asked = parse_qs(url.query, strict_parsing=True)
    assert asked.pop("scope")[0].split() == [
        "openid", "profile", "email", "offline_access", "accounting.settings.read", "accounting.contacts.read",
        "accounting.invoices.read", "accounting.payments.read", "accounting.banktransactions.read",
        "accounting.manualjournals.read", "accounting.reports.trialbalance.read",
    ]  # fmt: skip
    assert len(asked.pop("code_challenge")[0]) == 43
    assert asked == {
        "client_id": ["id"], "response_type": ["code"], "redirect_uri": [BACK], "state": ["a b&c"],
        "code_challenge_method": ["S256"],
    }  # fmt: skip


def test_journals_are_asked_for_only_where_the_app_has_them() -> None:
    def scopes(**settings: str) -> list[str]:
        url = Platform().provider(**settings).authorise_url(state="s", redirect_uri=BACK)
        return parse_qs(urlsplit(url).query)["scope"][0].split()

    assert "accounting.journals.read" not in scopes()
    assert "accounting.journals.read" not in scopes(JOURNALS="0")
    assert "accounting.journals.read" in scopes(JOURNALS="1")
    legacy = scopes(SCOPES="legacy", JOURNALS="1")
    assert {"accounting.transactions.read", "accounting.reports.read", "accounting.journals.read"} <= set(legacy)
    assert "accounting.invoices.read" not in legacy
    assert all(scope.endswith(".read") or "." not in scope for scope in (*scopes(), *legacy))  # nothing may be written
    with pytest.raises(ValueError, match="'granular' or 'legacy'"):
        Platform().provider(SCOPES="all")


# --- the verifier -----------------------------------------------------------------------------------------------


def round_trip(state: str, **settings: str) -> tuple[str, str]:
    """Return the challenge that leaves, and the verifier that another process of ours sends later."""
    url = Platform().provider(**settings).authorise_url(state=state, redirect_uri=BACK)
    platform = xero(httpx2.Response(200, json=GIVEN))
    platform.provider(**settings).accept(callback(state=state), redirect_uri=BACK, now=NOW)
    return parse_qs(urlsplit(url).query)["code_challenge"][0], form(platform.seen[0])["code_verifier"][0]


@pytest.mark.parametrize("settings", [{}, {"CLIENT_SECRET": "", "SEED": "of-this-installation"}, {"CLIENT_SECRET": ""}])
def test_the_verifier_survives_the_redirect_and_fits_its_challenge(settings: dict[str, str]) -> None:
    challenge, verifier = round_trip("state-1", **settings)
    assert challenge == base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert 43 <= len(verifier) <= 128
    assert round_trip("state-2", **settings)[1] != verifier


def test_the_verifier_cannot_be_told_without_the_key() -> None:
    public = {"CLIENT_SECRET": ""}
    found = {round_trip("s", **it)[1] for it in ({}, public | {"SEED": "a"}, public | {"SEED": "b"}, public)}
    assert len(found) == 4


# --- tokens -----------------------------------------------------------------------------------------------------


def test_a_code_becomes_tokens_and_organisations() -> None:
    listed = [connection(1, TENANT), connection(2, OTHER, None), connection(3, uuid(6), "Ours", "PRACTICE")]
    platform = xero(httpx2.Response(200, json=GIVEN), connections=listed)
    granted = platform.provider().accept(callback(), redirect_uri=BACK, now=NOW)
    assert granted.organisations == (Named(external_id=TENANT, name="Maple Florist"), Named(external_id=OTHER))
    assert (granted.tokens.access, granted.tokens.refresh) == (GIVEN["access_token"], "planted-refresh")
    assert granted.tokens.access_expires == NOW + timedelta(minutes=30)
    assert granted.tokens.refresh_expires == NOW + timedelta(days=60)
    exchange, which = platform.seen
    assert str(exchange.url) == f"{ADDRESS}/connect/token"
    assert exchange.headers["authorization"] == f"Basic {base64.b64encode(b'id:secret-of-the-app').decode()}"
    sent = form(exchange)
    assert sent.pop("code_verifier")
    assert sent == {"grant_type": ["authorization_code"], "code": ["the-code"], "redirect_uri": [BACK]}
    assert str(which.url) == f"{ADDRESS}/Connections?authEventId={CONSENT}"
    assert which.headers["accept"] == "application/json"
    assert which.headers["authorization"] == f"Bearer {GIVEN['access_token']}"


def test_an_app_without_a_secret_names_itself_in_the_body() -> None:
    platform = xero(httpx2.Response(200, json=GIVEN), httpx2.Response(200, json=GIVEN), httpx2.Response(200))
    provider = platform.provider(CLIENT_SECRET="")
    provider.accept(callback(), redirect_uri=BACK, now=NOW)
    provider.refresh(OLD, now=NOW)
    provider.revoke(OLD, TENANT)
    posts = [request for request in platform.seen if request.method == "POST"]
    assert [form(request)["client_id"] for request in posts] == [["id"]] * 3
    assert not any("authorization" in request.headers for request in posts)


def test_where_nothing_new_was_chosen_all_that_the_token_reaches_is_named() -> None:
    platform = xero(httpx2.Response(200, json=GIVEN), gets=[httpx2.Response(200, json=[])])
    granted = platform.provider().accept(callback(), redirect_uri=BACK, now=NOW)
    assert [it.external_id for it in granted.organisations] == [TENANT]
    assert str(platform.seen[-1].url) == f"{ADDRESS}/Connections"


def test_a_token_that_is_none_of_ours_to_read_does_no_harm() -> None:
    for access in ("opaque", "a.b.c", f"a.{base64.b64encode(b'[1]').decode()}.c"):
        platform = xero(httpx2.Response(200, json=GIVEN | {"access_token": access}))
        granted = platform.provider().accept(callback(), redirect_uri=BACK, now=NOW)
        assert [it.external_id for it in granted.organisations] == [TENANT]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"error": "access_denied", "state": "s"}, "nothing was connected.*adviser"),
        ({"error": "invalid_scope"}, "one of the rights"),
        ({"error": "server_error", "error_description": "Odd\x00 thing"}, "Odd thing"),
        (callback(code=""), "no code"),
    ],
)
def test_a_refused_consent_asks_xero_nothing(params: dict[str, str], words: str) -> None:
    platform = xero()
    with pytest.raises(AccessDenied, match=words):
        platform.provider().accept(params, redirect_uri=BACK, now=NOW)
    assert platform.seen == []


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx2.Response(400, json={"error": "invalid_grant"}), AccessDenied),
        (httpx2.Response(400, json={"error": "unauthorized_client"}), AccessDenied),
        (httpx2.Response(400, json={"error": "invalid_scope"}), AccessDenied),
        (httpx2.Response(401, json={"error": "invalid_client"}), AccessDenied),
        (httpx2.Response(500), TryAgainLater),
        (httpx2.Response(429), TryAgainLater),
        (httpx2.Response(200, text="<html>"), TryAgainLater),
        (httpx2.Response(200, json={"access_token": "planted-access"}), TryAgainLater),
    ],
)
def test_a_code_that_is_refused(response: httpx2.Response, kind: type[ProviderError]) -> None:
    with pytest.raises(kind) as failure:
        xero(response).provider().accept(callback(), redirect_uri=BACK, now=NOW)
    assert "planted" not in repr(failure.value)
    assert failure.value.__suppress_context__ or "planted" not in repr(failure.value.__context__)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([httpx2.Response(200, json=[connection(1, TENANT, kind="PRACTICE")])], AccessDenied),
        ([httpx2.Response(200, json=[]), httpx2.Response(200, json=[])], AccessDenied),
        ([httpx2.Response(401)], AccessDenied),
        ([httpx2.Response(503)], TryAgainLater),
        ([httpx2.Response(400)], TryAgainLater),
        ([httpx2.Response(200, text="<html>")], TryAgainLater),
    ],
)
def test_no_organisation_comes_with_the_code(answers: list[httpx2.Response], kind: type[ProviderError]) -> None:
    platform = xero(httpx2.Response(200, json=GIVEN), gets=answers)
    with pytest.raises(kind):
        platform.provider().accept(callback(), redirect_uri=BACK, now=NOW)


# --- refreshing -------------------------------------------------------------------------------------------------


def test_refreshing_takes_whatever_refresh_token_comes_and_counts_sixty_days_anew() -> None:
    platform = xero(httpx2.Response(200, json=GIVEN | {"refresh_token": "next"}))
    fresh = platform.provider().refresh(OLD, now=NOW)
    assert (fresh.refresh, fresh.access_expires) == ("next", NOW + timedelta(minutes=30))
    assert fresh.refresh_expires == NOW + timedelta(days=60)
    assert form(platform.seen[-1]) == {"grant_type": ["refresh_token"], "refresh_token": ["old-refresh"]}


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx2.Response(400, json={"error": "invalid_grant"}), ReconnectRequired),
        (httpx2.Response(400, text="odd"), TryAgainLater),
        (httpx2.Response(401, json={"error": "invalid_client"}), AccessDenied),
        (httpx2.Response(503), TryAgainLater),
    ],
)
def test_a_refresh_that_is_refused(response: httpx2.Response, kind: type[ProviderError]) -> None:
    platform = xero(response)
    with pytest.raises(kind):
        platform.provider().refresh(OLD, now=NOW)
    assert len(platform.seen) == 1  # refused is not asked again


def test_an_answer_that_is_lost_while_refreshing_may_be_asked_for_again() -> None:
    left: list[httpx2.Response] = [httpx2.Response(200, json=GIVEN)]

    def answer(request: httpx2.Request) -> httpx2.Response:
        if len(platform.seen) == 1:
            raise httpx2.ReadTimeout("slow", request=request)
        return left.pop()

    platform = Platform(first=answer)
    with pytest.raises(TryAgainLater):
        platform.provider().refresh(OLD, now=NOW)
    platform.provider().refresh(OLD, now=NOW)  # the same refresh token, within the 30 minutes of grace
    assert form(platform.seen[0]) == form(platform.seen[1])


# --- the end ----------------------------------------------------------------------------------------------------


def calls(platform: Platform) -> list[str]:
    return [f"{request.method} {request.url.path}" for request in platform.seen]


def test_the_last_organisation_takes_the_whole_access_with_it() -> None:
    platform = xero(httpx2.Response(200))
    platform.provider().revoke(OLD, TENANT)
    assert calls(platform) == ["GET /Connections", f"DELETE /Connections/{uuid(501)}", "POST /connect/revocation"]
    assert form(platform.seen[-1]) == {"token": ["old-refresh"]}


def test_other_organisations_of_the_same_person_stay() -> None:
    platform = xero(connections=[connection(1, OTHER), connection(2, TENANT)])
    platform.provider().revoke(OLD, TENANT)
    assert calls(platform) == ["GET /Connections", f"DELETE /Connections/{uuid(502)}"]


def test_an_ended_access_token_is_refreshed_to_disconnect() -> None:
    platform = xero(httpx2.Response(200, json=GIVEN), httpx2.Response(200), gets=[httpx2.Response(401)])
    platform.provider().revoke(OLD, TENANT)
    assert calls(platform) == [
        "GET /Connections", "POST /connect/token", "GET /Connections", f"DELETE /Connections/{uuid(501)}",
        "POST /connect/revocation",
    ]  # fmt: skip
    assert form(platform.seen[-1]) == {"token": ["planted-refresh"]}


def test_a_grant_that_is_gone_is_no_error() -> None:
    xero(httpx2.Response(400, json={"error": "invalid_grant"}), gets=[httpx2.Response(401)]).provider().revoke(
        OLD, TENANT
    )
    xero(httpx2.Response(200), connections=[]).provider().revoke(OLD, TENANT)
    with pytest.raises(TryAgainLater):
        xero(gets=[httpx2.Response(500)]).provider().revoke(OLD, TENANT)


# --- settings ---------------------------------------------------------------------------------------------------


def test_xeros_own_addresses() -> None:
    platform = xero(httpx2.Response(200, json=GIVEN))
    provider = platform.provider(ADDRESS="")
    assert not provider.is_sandbox
    page = provider.authorise_url(state="s", redirect_uri=BACK)
    assert page.startswith("https://login.xero.com/identity/connect/authorize?")
    provider.accept(callback(), redirect_uri=BACK, now=NOW)
    assert [request.url.host for request in platform.seen] == ["identity.xero.com", "api.xero.com"]


def test_settings_that_name_no_place() -> None:
    with pytest.raises(ValueError, match="not on this machine"):
        Platform().provider(ADDRESS="http://10.0.0.7:9001")
    with pytest.raises(ValueError, match="TIEOUT_XERO_LOGIN_URL and TIEOUT_XERO_IDENTITY_URL must be set too"):
        Platform().provider(ADDRESS="", API_URL=ADDRESS)
    three = {name: f"http://127.0.0.1:900{at}" for at, name in enumerate(("LOGIN_URL", "IDENTITY_URL", "API_URL"))}
    provider = Platform().provider(ADDRESS="", **three)
    assert provider.is_sandbox
    assert provider.authorise_url(state="s", redirect_uri=BACK).startswith("http://127.0.0.1:9000/")


def test_configured_needs_an_id_and_no_secret() -> None:
    assert Platform().provider(CLIENT_SECRET="").configured
    assert not Platform().provider(CLIENT_ID="").configured


def test_links_to_records() -> None:
    provider = Platform().provider()
    assert provider.record_link(TENANT, "Bill", uuid(7)).endswith(f"/AccountsPayable/View.aspx?InvoiceID={uuid(7)}")
    assert provider.record_link(TENANT, "Bill", "7&x=1") == ""
    assert provider.record_link(TENANT, "Payment", uuid(7)) == ""
