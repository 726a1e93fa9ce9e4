"""OAuth as a browser and an app see it: consent, tokens, rotation with its grace (xero.md §1)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tieout.providers.xero.tests.platform import ASK, BACK, FIRST, SCOPE, SECOND, Platform, claims

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    yield platform
    platform.http.close()


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_page_offers_the_organisations_and_says_what_it_is(platform: Platform) -> None:
    page = platform.http.get("/identity/connect/authorize", params={**ASK, "state": '"><script>', **PKCE})
    assert page.status_code == 200
    for text in ("Maple Florist", "Harbour Tea", "not the real Xero", "accounting.settings.read", CHALLENGE):
        assert text in page.text
    assert "<script" not in page.text
    assert len(re.findall(r'type="checkbox" name="tenantId"', page.text)) == 2


def test_a_person_who_allows_goes_back_with_a_code_and_the_state(platform: Platform) -> None:
    back = platform.consent()
    assert back["state"] == "s-1"
    assert back["code"]


def test_a_person_who_cancels_goes_back_with_the_reason(platform: Platform) -> None:
    assert platform.consent(decision="cancel") == {"error": "access_denied", "state": "s-1"}


def test_a_role_that_may_not_connect_apps_is_told_so(platform: Platform) -> None:
    reader = next(one for one in platform.sandbox.grants.people if one.role == "read_only")
    answer = platform.decide(person=reader.id)
    assert answer.status_code == 403
    assert "permission" in answer.text
    platform.control("role", role="invoice_only")
    assert platform.decide().status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": ""},
        {"redirect_uri": "http://example.com/back"},
        {"response_type": "token"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"tenantId": "another"},
    ],
)
def test_a_request_that_no_consent_can_answer_stays_here(platform: Platform, wrong: dict[str, str]) -> None:
    answer = platform.http.post(
        "/identity/connect/authorize", data={**ASK, "decision": "allow", "tenantId": FIRST, **wrong}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("app", "scope"),
    [
        ({"tier": "starter"}, "accounting.journals.read"),
        ({"journals_scope": False}, "accounting.journals.read"),
        ({"scopes": "granular"}, "accounting.transactions.read"),
        ({"scopes": "granular"}, "accounting.reports.read"),
        ({"scopes": "legacy"}, "accounting.invoices.read"),
        ({}, "accounting.everything.read"),
    ],
)
def test_a_scope_that_the_app_may_not_ask_for_ends_the_whole_consent(
    platform: Platform, app: dict[str, object], scope: str
) -> None:
    platform.control("app", **app)
    refused = platform.http.get("/identity/connect/authorize", params={**ASK, "scope": f"{SCOPE} {scope}"})
    assert refused.status_code == 500
    assert "Invalid scope for client" in refused.text
    platform.control("facts", scope_error="redirect")
    assert platform.consent(scope=f"{SCOPE} {scope}")["error"] == "invalid_scope"
    assert platform.consent()["code"]


def test_an_organisation_takes_two_uncertified_apps(platform: Platform) -> None:
    platform.control("app", certified=False)
    for client in ("one", "two", "one"):
        assert platform.decide(client_id=client).status_code == 302
    refused = platform.decide(client_id="three")
    assert refused.status_code == 403
    assert "at most two apps" in refused.text
    assert platform.decide(SECOND, client_id="three").status_code == 302
    platform.control("app", certified=True)
    assert platform.decide(client_id="three").status_code == 302


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_a_code_gives_tokens_once(platform: Platform) -> None:
    code = platform.consent()["code"]
    found = platform.exchange(code).json()
    assert (found["expires_in"], found["token_type"]) == (1800, "Bearer")
    assert found["scope"] == SCOPE
    again = platform.exchange(code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


def test_a_code_ends_after_five_minutes(platform: Platform) -> None:
    code = platform.consent()["code"]
    platform.sandbox.clock.skip(timedelta(minutes=5, seconds=1))
    assert platform.exchange(code).json() == {"error": "invalid_grant"}


def test_a_code_is_good_for_its_own_address_and_app_alone(platform: Platform) -> None:
    other = platform.token(
        grant_type="authorization_code", code=platform.consent()["code"], redirect_uri=f"{BACK}/elsewhere"
    )
    assert other.json() == {"error": "invalid_grant"}
    of_another = platform.http.post(
        "/connect/token",
        data={"grant_type": "authorization_code", "code": platform.consent()["code"], "redirect_uri": BACK},
        auth=("another", "secret"),
    )
    assert of_another.json() == {"error": "invalid_grant"}


def test_a_token_says_who_consented_and_to_what(platform: Platform) -> None:
    found = platform.tokens()
    access, identity = claims(found["access_token"]), claims(found["id_token"])
    person = platform.sandbox.grants.people[0]
    assert access["xero_userid"] == identity["xero_userid"] == person.id
    assert access["scope"] == SCOPE.split()
    assert access["exp"] == platform.sandbox.clock.seconds() + 1800
    [connection] = platform.connections(found["access_token"])
    assert access["authentication_event_id"] == connection["authEventId"]


def test_tokens_are_signed_with_the_published_key(platform: Platform) -> None:
    token = platform.tokens()["access_token"]
    discovery = platform.http.get("/.well-known/openid-configuration").json()
    [key] = platform.http.get(discovery["jwks_uri"]).json()["keys"]

    def number(text: str) -> int:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")

    public = rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key()
    text, _, signature = token.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    public.verify(raw, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert claims(token)["iss"] == discovery["issuer"] == "http://sandbox"


def test_a_proxy_in_front_says_what_the_platform_is_called(platform: Platform) -> None:
    asked = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "identity.example"}
    found = platform.http.get("/.well-known/openid-configuration", headers=asked).json()
    assert found["issuer"] == "https://identity.example"
    assert found["token_endpoint"] == "https://identity.example/connect/token"


def test_the_secret_may_come_in_the_body_and_must_be_the_same(platform: Platform) -> None:
    form = {"grant_type": "authorization_code", "code": platform.consent()["code"], "redirect_uri": BACK}
    good = platform.http.post("/connect/token", data={**form, "client_id": "app", "client_secret": "secret"})
    assert good.status_code == 200
    token = good.json()["refresh_token"]
    wrong = platform.token(secret="other", grant_type="refresh_token", refresh_token=token)
    assert (wrong.status_code, wrong.json()) == (400, {"error": "invalid_client"})
    bare = platform.http.post(
        "/connect/token", data={"grant_type": "refresh_token", "refresh_token": token, "client_id": "app"}
    )
    assert bare.json() == {"error": "invalid_client"}
    assert platform.refresh(token).status_code == 200


def test_an_app_without_a_secret_proves_itself_by_its_verifier(platform: Platform) -> None:
    def form(verifier: str) -> dict[str, str]:
        code = platform.consent(client_id="public", **PKCE)["code"]
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "client_id": "public",
            "code_verifier": verifier,
        }

    for wrong in ("", "w" * 50):
        assert platform.http.post("/connect/token", data=form(wrong)).json() == {"error": "invalid_grant"}
    found = platform.http.post("/connect/token", data=form(VERIFIER)).json()
    again = {"grant_type": "refresh_token", "refresh_token": found["refresh_token"], "client_id": "public"}
    assert platform.http.post("/connect/token", data=again).status_code == 200
    without = platform.consent(client_id="plain")["code"]
    bare = {"grant_type": "authorization_code", "code": without, "redirect_uri": BACK, "client_id": "plain"}
    assert platform.http.post("/connect/token", data=bare).json() == {"error": "invalid_client"}


def test_a_secret_and_a_verifier_go_together(platform: Platform) -> None:
    assert platform.exchange(platform.consent(**PKCE)["code"], code_verifier=VERIFIER).status_code == 200
    assert platform.exchange(platform.consent(**PKCE)["code"]).json() == {"error": "invalid_grant"}
    assert platform.exchange(platform.consent()["code"], code_verifier=VERIFIER).json() == {"error": "invalid_grant"}


def test_each_refresh_gives_a_new_token_and_the_old_one_has_half_an_hour(platform: Platform) -> None:
    first = platform.tokens()["refresh_token"]
    second = platform.refresh(first).json()["refresh_token"]
    assert second != first
    platform.sandbox.clock.skip(timedelta(minutes=29))
    third = platform.refresh(first).json()["refresh_token"]  # the answer was lost
    assert third not in (first, second)
    platform.sandbox.clock.skip(timedelta(minutes=2))
    assert platform.refresh(first).json() == {"error": "invalid_grant"}
    assert platform.refresh(third).status_code == 200


def test_a_refresh_token_ends_after_sixty_days_without_use(platform: Platform) -> None:
    token = platform.tokens()["refresh_token"]
    platform.sandbox.clock.skip(timedelta(days=59))
    token = platform.refresh(token).json()["refresh_token"]
    platform.sandbox.clock.skip(timedelta(days=59))
    token = platform.refresh(token).json()["refresh_token"]
    platform.sandbox.clock.skip(timedelta(days=60, seconds=1))
    assert platform.refresh(token).json() == {"error": "invalid_grant"}


def test_without_offline_access_there_is_nothing_to_refresh(platform: Platform) -> None:
    found = platform.tokens(scope="accounting.settings.read")
    assert not {"refresh_token", "id_token"} & set(found)


def test_scopes_only_grow_until_the_consent_is_revoked(platform: Platform) -> None:
    platform.tokens(scope="offline_access accounting.settings.read")
    more = platform.tokens(scope="offline_access accounting.contacts.read")
    assert more["scope"].split() == ["offline_access", "accounting.settings.read", "accounting.contacts.read"]
    platform.http.post("/connect/revocation", data={"token": more["refresh_token"]}, auth=("app", "secret"))
    fewer = platform.tokens(scope="accounting.contacts.read")
    assert fewer["scope"] == "accounting.contacts.read"


def test_revocation_ends_all_connections_of_the_person(platform: Platform) -> None:
    found = platform.tokens(FIRST, SECOND)
    answer = platform.http.post("/connect/revocation", data={"token": found["refresh_token"]}, auth=("app", "secret"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert platform.refresh(found["refresh_token"]).json() == {"error": "invalid_grant"}
    assert platform.connections(found["access_token"]) == []  # a token lives until it ends, and reaches nothing
    unknown = platform.http.post("/connect/revocation", data={"token": "unknown"}, auth=("app", "secret"))
    assert unknown.status_code == 200
    stranger = platform.http.post("/connect/revocation", data={"token": "unknown"}, auth=("app", "wrong"))
    assert stranger.json() == {"error": "invalid_client"}


def test_an_app_comes_with_its_own_credentials_to_one_organisation(platform: Platform) -> None:
    form = {"grant_type": "client_credentials", "scope": "accounting.settings.read"}
    found = platform.token(**form).json()
    assert "refresh_token" not in found
    assert [it["tenantId"] for it in platform.connections(found["access_token"])] == [FIRST]
    once_more = platform.token(**form).json()["access_token"]
    assert platform.connections(once_more) == platform.connections(found["access_token"])
    platform.control("app", custom_connection=SECOND)
    again = platform.http.post("/connect/token", data=form, auth=("other", "secret")).json()
    assert [it["tenantId"] for it in platform.connections(again["access_token"])] == [SECOND]
    every = platform.token(grant_type="client_credentials").json()["scope"].split()
    assert "accounting.journals.read" in every
    assert "offline_access" not in every
    wrong = platform.token(grant_type="client_credentials", scope="accounting.transactions.everything")
    assert (wrong.status_code, wrong.json()) == (
        400,
        {"error": "invalid_scope", "error_description": "Client credentials scope validation failed"},
    )


def test_the_person_behind_a_token_is_told(platform: Platform) -> None:
    token = platform.tokens()["access_token"]
    told = platform.http.get("/connect/userinfo", headers={"Authorization": f"Bearer {token}"}).json()
    assert told["email"] == "ada@example.com"
    platform.sandbox.clock.skip(timedelta(minutes=30))
    assert platform.http.get("/connect/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_other_kinds_of_grant_are_refused(platform: Platform) -> None:
    assert platform.token(grant_type="password").json() == {"error": "unsupported_grant_type"}
    answer = platform.http.post("/connect/token", data={}, headers={"Authorization": "Basic !!"})
    assert answer.json() == {"error": "invalid_client"}
