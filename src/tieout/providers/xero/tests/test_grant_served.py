"""The grant against the sandbox: a person clicks, tokens rotate, organisations come and go."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tieout.providerkit.errors import AccessDenied, ReconnectRequired
from tieout.providerkit.interface import Books, Granted, Tokens
from tieout.providerkit.pace import Pace
from tieout.providers.xero.provider import Xero
from tieout.providers.xero.tests.platform import FIRST, SECOND, Platform

BACK = "https://plan.example/oauth/callback/xero/"
WITH_SECRET, WITHOUT = {"CLIENT_SECRET": "secret"}, {"CLIENT_SECRET": "", "SEED": "of-this-installation"}


class Tieout(Platform):
    """The sandbox with two organisations, a person with a browser, and our provider."""

    def __init__(self, **settings: str) -> None:
        super().__init__()
        self.settings = {"CLIENT_ID": "app", "ADDRESS": "http://127.0.0.1:9001", **(settings or WITH_SECRET)}

    def provider(self) -> Xero:
        """Return a provider that remembers nothing of earlier calls, as in another process."""
        pace = Pace(limit=self, sleep=lambda _seconds: None)
        transport = httpx2.WSGITransport(app=self.sandbox.app)
        return Xero(self.settings, transport, pace=lambda _tenant: pace, clock=self.sandbox.clock.now)

    def wait(self) -> None:
        """Allow a call at once."""

    def page(self) -> dict[str, str]:
        """Ask for access; return what the page was asked with."""
        url = self.provider().authorise_url(state="state-1", redirect_uri=BACK)
        assert self.http.get(url.replace("http://127.0.0.1:9001", "")).status_code == 200
        return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}

    def grant(self, *tenants: str) -> Granted:
        """Let the person tick organisations, and come back."""
        answer = self.http.post(
            "/identity/connect/authorize", data={**self.page(), "decision": "allow", "tenantId": list(tenants)}
        )
        assert answer.headers["location"].startswith(BACK)
        back = {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
        return self.provider().accept(back, redirect_uri=BACK, now=self.sandbox.clock.now())

    def refreshed(self, tokens: Tokens) -> Tokens:
        return self.provider().refresh(tokens, now=self.sandbox.clock.now())

    def books(self, tokens: Tokens, tenant: str = FIRST) -> Books:
        return self.provider().open(tenant, Held(tokens), basis="accrual", observe=lambda _name: None)


class Held:
    """Tokens that nobody refreshes."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def access(self) -> str:
        return self._tokens.access

    def renew(self, rejected: str) -> str:
        raise ReconnectRequired(f"nothing is newer than {len(rejected)} characters")


def named(granted: Granted) -> list[tuple[str, str]]:
    return [(it.external_id, it.name) for it in granted.organisations]


@pytest.mark.parametrize("settings", [WITH_SECRET, WITHOUT])
def test_a_person_connects_an_organisation_and_its_books_can_be_read(settings: dict[str, str]) -> None:
    tieout = Tieout(**settings)
    granted = tieout.grant(FIRST)
    assert named(granted) == [(FIRST, "Maple Florist")]
    organisation = tieout.books(granted.tokens).organisation()
    assert (organisation.external_id, organisation.name, organisation.currency) == (FIRST, "Maple Florist", "NZD")
    with pytest.raises(ReconnectRequired, match="no longer connected"):
        tieout.books(granted.tokens, SECOND).organisation()
    assert tieout.refreshed(granted.tokens).access != granted.tokens.access
    assert tieout.sandbox.tally.outside.total() == 0


def test_a_code_that_somebody_else_caught_is_worth_nothing_without_the_key() -> None:
    tieout = Tieout(**WITHOUT)
    caught = {**tieout.page(), "decision": "allow", "tenantId": FIRST}
    location = tieout.http.post("/identity/connect/authorize", data=caught).headers["location"]
    back = {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}
    tieout.settings["SEED"] = "of-another-installation"
    with pytest.raises(AccessDenied):
        tieout.provider().accept(back, redirect_uri=BACK, now=tieout.sandbox.clock.now())


def test_of_several_organisations_those_just_chosen_are_named() -> None:
    tieout = Tieout()
    assert named(tieout.grant(FIRST, SECOND)) == [(FIRST, "Maple Florist"), (SECOND, "Harbour Tea")]
    tieout = Tieout()
    tieout.grant(FIRST)
    assert named(tieout.grant(SECOND)) == [(SECOND, "Harbour Tea")]
    assert named(tieout.grant(FIRST)) == [(FIRST, "Maple Florist")]  # again


def test_a_refresh_token_that_was_used_works_for_half_an_hour_more() -> None:
    tieout = Tieout()
    first = tieout.grant(FIRST).tokens
    tieout.refreshed(first)  # its answer is lost
    tieout.sandbox.clock.skip(timedelta(minutes=29))
    second = tieout.refreshed(first)
    tieout.sandbox.clock.skip(timedelta(minutes=31))
    with pytest.raises(ReconnectRequired):
        tieout.refreshed(first)
    assert tieout.books(tieout.refreshed(second)).organisation().name == "Maple Florist"


def test_a_grant_ends_sixty_days_after_it_was_last_used() -> None:
    tieout = Tieout()
    tokens = tieout.grant(FIRST).tokens
    for _ in range(3):
        tieout.sandbox.clock.skip(timedelta(days=59))
        tokens = tieout.refreshed(tokens)
    assert tokens.refresh_expires is not None
    tieout.sandbox.clock.skip(tokens.refresh_expires - tieout.sandbox.clock.now() + timedelta(minutes=1))
    with pytest.raises(ReconnectRequired, match="not used for 60 days"):
        tieout.refreshed(tokens)


def test_disconnecting_leaves_what_else_the_person_has_connected() -> None:
    tieout = Tieout()
    one, other = tieout.grant(FIRST).tokens, tieout.grant(SECOND).tokens
    tieout.provider().revoke(one, FIRST)
    with pytest.raises(ReconnectRequired):
        tieout.books(other, FIRST).organisation()
    assert tieout.books(other, SECOND).organisation().name == "Harbour Tea"
    assert tieout.books(tieout.refreshed(other), SECOND).organisation().name == "Harbour Tea"
    tieout.provider().revoke(other, SECOND)
    with pytest.raises(ReconnectRequired):
        tieout.refreshed(other)
    tieout.provider().revoke(other, SECOND)  # it is gone, which is no error


def test_disconnecting_with_an_access_token_that_has_ended() -> None:
    tieout = Tieout()
    tokens = tieout.grant(FIRST).tokens
    tieout.sandbox.clock.skip(timedelta(days=3))
    tieout.provider().revoke(tokens, FIRST)
    assert not any(consent.connections for consent in tieout.sandbox.grants.consents)


@pytest.mark.parametrize(("decision", "words"), [("deny", "did not give access")])
def test_a_person_who_says_no(decision: str, words: str) -> None:
    tieout = Tieout()
    answer = tieout.http.post("/identity/connect/authorize", data={**tieout.page(), "decision": decision})
    back = {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    with pytest.raises(AccessDenied, match=words):
        tieout.provider().accept(back, redirect_uri=BACK, now=tieout.sandbox.clock.now())


@pytest.mark.parametrize(
    ("registered", "settings"),
    [
        ({"tier": "starter", "scopes": "granular"}, {}),
        ({"tier": "advanced", "scopes": "granular"}, {"JOURNALS": "1"}),
        ({"tier": "starter", "scopes": "legacy"}, {"SCOPES": "legacy"}),
        ({"tier": "enterprise", "scopes": "legacy"}, {"SCOPES": "legacy", "JOURNALS": "1"}),
    ],
)
def test_each_kind_of_app_may_ask_for_what_its_settings_ask_for(
    registered: dict[str, str], settings: dict[str, str]
) -> None:
    tieout = Tieout(**WITH_SECRET, **settings)
    tieout.control("app", **registered)
    can = tieout.books(tieout.grant(FIRST).tokens).capabilities
    assert can.source == ("journals" if "JOURNALS" in settings else "documents")
    assert can.reports_balances


def test_a_scope_that_the_app_does_not_have_is_told_in_words() -> None:
    tieout = Tieout(**WITH_SECRET, JOURNALS="1")
    tieout.control("app", tier="starter")
    tieout.control("facts", scope_error="redirect")
    url = tieout.provider().authorise_url(state="state-1", redirect_uri=BACK)
    location = tieout.http.get(url.replace("http://127.0.0.1:9001", "")).headers["location"]
    back = {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}
    with pytest.raises(AccessDenied, match="one of the rights"):
        tieout.provider().accept(back, redirect_uri=BACK, now=tieout.sandbox.clock.now())


def test_an_app_that_loses_the_journals_is_read_by_documents() -> None:
    tieout = Tieout(**WITH_SECRET, JOURNALS="1")
    tokens = tieout.grant(FIRST).tokens
    assert tieout.books(tokens).capabilities.source == "journals"
    tieout.control("app", tier="core")
    assert tieout.books(tokens).capabilities.source == "documents"
