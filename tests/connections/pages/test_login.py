"""Connecting by a login: told beforehand what is kept, tried at once, never shown again, limited like a sign-in."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.connections.tenants import PASSWORD, USER, LoginProvider, Tenants
from tests.connections.test_consent import stored_texts
from tieout.companies.models import AuditEvent, Company
from tieout.connections import credentials, providers
from tieout.connections.models import Connection, ConnectionState, Credential, PendingGrant, RunState, SyncRun
from tieout.providerkit.errors import TryAgainLater

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
TYPED = {
    "provider": "tenants", "history": "default", "basis": "accrual", "sync_day": "5",
    "login-user": USER, "login-password": PASSWORD,
}  # fmt: skip


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Tenants:
    """Is a platform that takes a login, which opens one organisation."""
    made = Tenants(given=["b2"])
    monkeypatch.setitem(providers.stand_ins, "tenants", LoginProvider(made))
    return made


@pytest.fixture
def browser(client: Client, alice: User, platform: Tenants) -> Client:
    """Is Alice's browser, signed in."""
    client.force_login(alice)
    return client


def page_of(browser: Client, company: Company) -> str:
    return browser.get(f"/c/{company.slug}/integrations/connect/?provider=tenants").content.decode()


def log_in(browser: Client, company: Company, **typed: str) -> Answer:
    changed = {f"login-{name}": value for name, value in typed.items()}
    return browser.post(f"/c/{company.slug}/integrations/connect/", TYPED | changed)


def test_the_page_says_what_is_kept_before_the_first_field(browser: Client, company: Company) -> None:
    page = browser.get(f"/c/{company.slug}/integrations/connect/?provider=tenants")
    text = page.content.decode()
    said, field = text.index("Tieout keeps this login"), text.index('name="login-user"')
    assert said < field < text.index('name="login-password"')
    assert "encrypted, never shown again, and used to read only" in text
    assert "docs/providers/quickbooks.md" in text[said:field]
    assert "A user who is there for Tieout alone." in text
    assert "Continue to" not in text
    assert "no-store" in page.headers["Cache-Control"]
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]  # a login goes nowhere else


def test_no_browser_is_asked_to_remember_it(browser: Client, company: Company) -> None:
    text = page_of(browser, company)
    user, password = (text[text.index(f'name="login-{name}"') :].partition(">")[0] for name in ("user", "password"))
    assert 'autocomplete="off"' in user
    assert 'autocomplete="new-password"' in password
    assert 'type="password"' in text[text.index('name="login-password"') - 40 :][:80]
    assert "value=" not in user + password


def test_a_login_that_is_right_connects_and_starts_the_first_sync(
    browser: Client, company: Company, platform: Tenants
) -> None:
    answer = log_in(browser, company)
    connection, run = Connection.objects.get(), SyncRun.objects.get()
    assert answer.headers["Location"] == f"/c/{company.slug}/integrations/runs/{run.pk}/"
    assert (connection.organisation.name, connection.sync_day, run.state) == ("Birch Ltd", 5, RunState.QUEUED)
    assert credentials.load(connection).refresh == PASSWORD
    told = AuditEvent.objects.get(company=company, what="connected the books")
    assert told.after == {"provider": "tenants", "organisation": "Birch Ltd", "access": "key"}


def test_a_login_that_opens_several_organisations_asks_which(
    browser: Client, company: Company, platform: Tenants
) -> None:
    platform.given = ["a1", "b2"]
    answer = log_in(browser, company)
    assert answer.headers["Location"] == f"/c/{company.slug}/integrations/choose/"
    browser.post(answer.headers["Location"], {"organisation": "a1"})
    assert Connection.objects.get().organisation.external_id == "a1"
    assert not PendingGrant.objects.exists()


@pytest.mark.parametrize(("user", "password"), [(USER, "another secret"), ("nobody", PASSWORD)])
def test_a_login_that_is_refused_is_told_without_the_secret(
    browser: Client, company: Company, user: str, password: str
) -> None:
    answer = log_in(browser, company, user=user, password=password)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Toy books does not know this user and password. Nothing was stored." in text
    assert f'value="{user}"' in text  # what is no secret need not be typed again
    assert password not in text
    assert '<option value="5" selected>' in text
    assert (Connection.objects.count(), Credential.objects.count()) == (0, 0)
    assert not AuditEvent.objects.filter(what__contains="books").exists()


@pytest.mark.parametrize("field", ["user", "password"])
def test_an_empty_field_is_told_and_nothing_is_asked(
    browser: Client, company: Company, platform: Tenants, field: str
) -> None:
    answer = log_in(browser, company, **{field: ""})
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert platform.logins == 0


def test_a_password_is_taken_as_it_is_typed(browser: Client, company: Company, platform: Tenants) -> None:
    answer = log_in(browser, company, password=f" {PASSWORD}")
    assert answer.status_code == 422
    assert platform.logins == 0


def test_a_provider_that_says_too_much_is_not_quoted(
    browser: Client, company: Company, platform: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(providers.stand_ins, "tenants", LoginProvider(platform, says_too_much=True))
    refused = log_in(browser, company, password="a wrong pass phrase").content.decode()
    assert "The login was refused." in refused
    assert "a wrong pass phrase" not in refused
    platform.trouble = TryAgainLater("down")
    troubled = log_in(browser, company).content.decode()
    assert "Toy books could not be asked." in troubled
    assert PASSWORD not in troubled


def test_a_platform_that_is_down_is_told(browser: Client, company: Company, platform: Tenants) -> None:
    platform.trouble = TryAgainLater("Toy books is busy.")
    answer = log_in(browser, company)
    assert answer.status_code == 422
    assert "Toy books is busy. Try again in a few minutes." in answer.content.decode()
    assert not Credential.objects.exists()


def test_tries_are_limited_like_a_sign_in(
    browser: Client, company: Company, platform: Tenants, settings: Settings
) -> None:
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"provider_login": "10/m/ip,5/5m/key"}
    for _ in range(5):
        assert "does not know" in log_in(browser, company, password="wrong").content.decode()
    answer = log_in(browser, company)  # right, and too late
    assert "Too many tries in a short time" in answer.content.decode()
    assert (answer.status_code, platform.logins) == (422, 0)
    cache.clear()
    assert log_in(browser, company).status_code == 302


def test_logging_in_again_is_the_same_form_with_what_was_wished(
    browser: Client, company: Company, platform: Tenants
) -> None:
    log_in(browser, company)
    Connection.objects.update(state=ConnectionState.RECONNECT, trouble="The password was changed.")
    card = browser.get(f"/c/{company.slug}/integrations/").content.decode()
    assert "Log in again" in card
    run = SyncRun.objects.get()
    SyncRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, reason="It was changed.")
    of_run = browser.get(f"/c/{company.slug}/integrations/runs/{run.pk}/").content.decode()
    assert re.search(r"<b>Log in again</b>.*>Log in again</a>", of_run, re.DOTALL)
    assert "Destroys the login here." in card
    assert f'href="/c/{company.slug}/integrations/connect/"' in card
    page = browser.get(f"/c/{company.slug}/integrations/connect/").content.decode()
    assert 'name="login-password"' in page
    assert '<option value="5" selected>' in page
    platform.given = ["a1", "b2"]
    log_in(browser, company)
    connection = Connection.objects.get()
    assert (connection.state, connection.organisation.external_id) == (ConnectionState.CONNECTED, "b2")
    assert AuditEvent.objects.filter(what="authorised the books again").exists()


def test_a_stranger_and_a_viewer_cannot_try(
    client: Client, bob: User, charlie: User, company: Company, platform: Tenants
) -> None:
    for person, status in ((bob, 403), (charlie, 404)):
        client.force_login(person)
        assert log_in(client, company).status_code == status
    assert platform.logins == 0


def test_the_password_is_in_no_table_no_page_and_no_log(
    browser: Client, company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    log_in(browser, company, password="a wrong pass phrase")
    log_in(browser, company)
    pages = "".join(
        browser.get(f"/c/{company.slug}/{path}").content.decode()
        for path in ("integrations/", "integrations/connect/", "integrations.json", "settings/audit/")
    )
    everything = stored_texts() + pages + caplog.text
    assert "Birch Ltd" in everything
    assert PASSWORD not in everything
    assert "a wrong pass phrase" not in everything
