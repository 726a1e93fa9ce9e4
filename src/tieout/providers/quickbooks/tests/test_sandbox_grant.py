"""OAuth as a browser and an app see it: consent, tokens, rotation, revocation (quickbooks.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tieout.providers.quickbooks.sandbox import Clock, Sandbox
from tieout.providers.quickbooks.sandbox.small import TODAY, small

BACK = "http://127.0.0.1:8000/connections/callback"
ASK = {
    "client_id": "app",
    "response_type": "code",
    "scope": "com.intuit.quickbooks.accounting openid",
    "redirect_uri": BACK,
    "state": "s-1",
}
REALM = "9341450000000001"
OTHER = "9341450000000002"


class Platform:
    """The sandbox with two companies, and a browser without script."""

    def __init__(self) -> None:
        engines = [small(realm=REALM).engine, small(realm=OTHER).engine]
        self.sandbox = Sandbox(engines, clock=Clock.at(TODAY), limits=False)
        self.http = httpx2.Client(transport=httpx2.WSGITransport(app=self.sandbox.app), base_url="http://sandbox")

    def consent(self, **choices: str) -> dict[str, str]:
        """Press a button on the consent page; return what the app's callback gets."""
        form = {**ASK, "realmId": OTHER, "role": "admin", "decision": "connect", **choices}
        answer = self.http.post("/connect/oauth2", data=form)
        assert answer.status_code == 302, answer.text
        target = urlsplit(answer.headers["location"])
        assert answer.headers["location"].startswith(BACK)
        return {key: values[0] for key, values in parse_qs(target.query).items()}

    def token(self, *, secret: str = "secret", headers: dict[str, str] | None = None, **form: str) -> httpx2.Response:
        return self.http.post("/oauth2/v1/tokens/bearer", data=form, auth=("app", secret), headers=headers or {})

    def tokens(self) -> dict[str, Any]:
        code = self.consent()["code"]
        answer = self.token(grant_type="authorization_code", code=code, redirect_uri=BACK)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refresh(self, token: str, *, secret: str = "secret", headers: dict[str, str] | None = None) -> httpx2.Response:
        return self.token(secret=secret, headers=headers, grant_type="refresh_token", refresh_token=token)

    def company(self, access: str, realm: str = OTHER) -> httpx2.Response:
        return self.http.get(f"/v3/company/{realm}/companyinfo/{realm}", headers={"Authorization": f"Bearer {access}"})


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    yield platform
    platform.http.close()


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", ["openid_configuration", "openid_sandbox_configuration"])
def test_discovery_names_the_sandboxs_own_addresses(platform: Platform, name: str, slash: str) -> None:
    found = platform.http.get(f"/.well-known/{name}{slash}").json()
    assert found["authorization_endpoint"] == "http://sandbox/connect/oauth2"
    for key in ("issuer", "token_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert found[key].startswith("http://sandbox/")


def test_the_consent_page_offers_both_companies_and_says_what_it_is(platform: Platform) -> None:
    page = platform.http.get("/connect/oauth2", params={**ASK, "state": '"><script>'})
    assert page.status_code == 200
    assert "Sandbox — not the real QuickBooks" in page.text
    assert page.text.count('name="realmId"') == 2
    assert "<script" not in page.text  # what the app sent is escaped
    assert platform.http.get("/sandbox.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("lacks", ["client_id", "redirect_uri", "state", "scope", "response_type"])
def test_a_request_that_lacks_something_is_not_asked(platform: Platform, lacks: str) -> None:
    assert platform.http.get("/connect/oauth2", params={**ASK, lacks: ""}).status_code == 400


def test_consent_gives_a_code_for_the_chosen_company(platform: Platform) -> None:
    answer = platform.consent()
    assert (answer["realmId"], answer["state"]) == (OTHER, "s-1")
    tokens = platform.token(grant_type="authorization_code", code=answer["code"], redirect_uri=BACK).json()
    assert tokens["token_type"] == "bearer"
    assert (tokens["expires_in"], tokens["x_refresh_token_expires_in"]) == (3600, 8_726_400)
    assert platform.company(tokens["access_token"]).status_code == 200


def test_deny_goes_back_with_the_refusal(platform: Platform) -> None:
    assert platform.consent(decision="deny") == {"error": "access_denied", "state": "s-1"}


def test_a_standard_user_is_refused_and_can_go_back(platform: Platform) -> None:
    page = platform.http.post(
        "/connect/oauth2", data={**ASK, "realmId": OTHER, "role": "standard", "decision": "connect"}
    )
    assert page.status_code == 403
    assert "error=access_denied&amp;state=s-1" in page.text


def test_a_code_works_once_for_its_own_address(platform: Platform) -> None:
    code = platform.consent()["code"]
    assert platform.token(grant_type="authorization_code", code=code, redirect_uri=BACK).status_code == 200
    again = platform.token(grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    stolen = platform.token(
        grant_type="authorization_code", code=platform.consent()["code"], redirect_uri="http://evil/"
    )
    assert stolen.json()["error"] == "invalid_grant"


def test_the_pair_of_id_and_secret_is_remembered(platform: Platform) -> None:
    tokens = platform.tokens()
    refused = platform.refresh(tokens["refresh_token"], secret="wrong")
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})


def test_the_client_may_say_who_it_is_in_the_body(platform: Platform) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": platform.tokens()["refresh_token"]}
    answer = platform.http.post(
        "/oauth2/v1/tokens/bearer", data={**form, "client_id": "app", "client_secret": "secret"}
    )
    assert answer.status_code == 200


def test_refresh_tokens_rotate_after_a_day_with_a_short_grace(platform: Platform) -> None:
    first = platform.tokens()["refresh_token"]
    assert platform.refresh(first).json()["refresh_token"] == first
    platform.sandbox.clock.skip(timedelta(hours=25))
    second = platform.refresh(first).json()["refresh_token"]
    assert second != first
    assert platform.refresh(first).json()["refresh_token"] == second  # still in the grace
    platform.sandbox.clock.skip(timedelta(minutes=10))
    assert platform.refresh(first).json()["error"] == "invalid_grant"
    assert platform.refresh(second).status_code == 200


def test_access_ends_after_an_hour_and_the_grant_after_its_days(platform: Platform) -> None:
    tokens = platform.tokens()
    platform.sandbox.clock.skip(timedelta(seconds=3600))
    refused = platform.company(tokens["access_token"])
    assert refused.status_code == 401
    assert refused.json()["fault"]["error"][0]["code"] == "3200"  # in lower case, as nowhere else
    assert refused.headers["www-authenticate"].startswith("Bearer")
    platform.sandbox.clock.advance(to=date(2026, 6, 20))
    assert platform.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_the_hard_end_is_told_to_who_asks(platform: Platform) -> None:
    token = platform.tokens()["refresh_token"]
    headers = {"x-include-refresh-token-hard-expires-in": "true"}
    assert platform.refresh(token, headers=headers).json()["x_refresh_token_hard_expires_in"] == 5 * 365 * 86_400
    assert "x_refresh_token_hard_expires_in" not in platform.refresh(token).json()


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_grant(platform: Platform, which: str) -> None:
    tokens = platform.tokens()
    answer = platform.http.post("/v2/oauth2/tokens/revoke", json={"token": tokens[which]}, auth=("app", "secret"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert platform.company(tokens["access_token"]).status_code == 401
    assert platform.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_disconnecting_inside_quickbooks_ends_the_grant(platform: Platform) -> None:
    tokens = platform.tokens()
    assert platform.http.post("/control/revoke", json={"realm": OTHER}).json()["ended"] == 1
    assert platform.company(tokens["access_token"]).status_code == 401
    assert platform.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_person_who_lost_the_company_can_refresh_but_not_read(platform: Platform) -> None:
    tokens = platform.tokens()
    platform.http.post("/control/lose_access", json={"realm": OTHER})
    refused = platform.company(platform.refresh(tokens["refresh_token"]).json()["access_token"])
    assert refused.status_code == 401
    assert refused.json()["Fault"]["Error"][0]["code"] == "120"


def test_a_second_consent_replaces_the_first(platform: Platform) -> None:
    first = platform.tokens()
    second = platform.tokens()
    assert platform.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert platform.company(second["access_token"]).status_code == 200


def test_a_token_is_good_for_its_own_company_only(platform: Platform) -> None:
    refused = platform.company(platform.tokens()["access_token"], REALM)
    assert (refused.status_code, refused.json()["Fault"]["Error"][0]["code"]) == (403, "3100")
