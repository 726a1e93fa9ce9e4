"""Connecting through the pages: the button, the consent page, the way back, the first sync's page."""

from __future__ import annotations

import httpx2
import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.connections.conftest import ADDRESS, consent_to
from tieout.companies.models import Company
from tieout.connections import providers
from tieout.connections.models import Connection, ConsentRequest, Credential, RunState, SyncRun
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.sandbox import Sandbox

CHOICES = {"provider": "quickbooks", "history": "everything", "basis": "accrual", "sync_day": "10"}


def test_the_page_says_what_is_read_and_who_may(
    client: Client, alice: User, company: Company, sandbox: Sandbox
) -> None:
    client.force_login(alice)
    page = client.get(f"/c/{company.slug}/integrations/connect/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Continue to QuickBooks Online" in text
    assert "Only an administrator of the QuickBooks company" in text
    assert "Never written" in text
    assert "form-action" not in page.headers["Content-Security-Policy"]


def test_the_round_trip_ends_at_the_first_sync(client: Client, alice: User, company: Company, sandbox: Sandbox) -> None:
    client.force_login(alice)
    away = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
    assert away.status_code == 302
    assert away.headers["Location"].startswith(f"{ADDRESS}/")

    back = client.get("/oauth/callback/quickbooks/", consent_to(sandbox, away.headers["Location"]))

    connection = Connection.objects.get(company=company)
    run = SyncRun.objects.get(connection=connection)
    assert (connection.history, connection.basis, connection.sync_day) == ("everything", "accrual", 10)
    assert run.state == RunState.QUEUED
    assert back.status_code == 302
    assert back.headers["Location"] == f"/c/{company.slug}/integrations/runs/{run.pk}/"
    assert back.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(back.headers["Location"]).status_code == 200


def test_denied_consent_says_so_and_stores_nothing(
    client: Client, alice: User, company: Company, sandbox: Sandbox
) -> None:
    client.force_login(alice)
    away = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
    params = consent_to(sandbox, away.headers["Location"], decision="deny")
    page = client.get("/oauth/callback/quickbooks/", params)
    text = page.content.decode()
    assert page.status_code == 400
    assert "The books were not connected" in text
    assert "Only an administrator of the company, or its accountant, can authorise the connection." in text
    assert f"/c/{company.slug}/integrations/connect/" in text
    assert params["state"] not in text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert not Credential.objects.exists()
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("sync_day", "32"), ("basis", "tax"), ("provider", "xero"), ("history", "")]
)
def test_a_choice_that_is_not_offered_is_told(
    client: Client, alice: User, company: Company, sandbox: Sandbox, field: str, value: str
) -> None:
    client.force_login(alice)
    page = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES | {field: value})
    assert page.status_code == 422
    assert not ConsentRequest.objects.exists()


def test_without_keys_the_page_says_where_to_get_them(
    client: Client, alice: User, company: Company, settings: Settings
) -> None:
    settings.PROVIDER_ENVIRONMENT = {}
    client.force_login(alice)
    page = client.get(f"/c/{company.slug}/integrations/connect/").content.decode()
    assert "QuickBooks Online needs keys first" in page
    assert "docs/providers/quickbooks.md" in page
    assert f"{settings.URL}/oauth/callback/quickbooks/" in page
    assert "Continue to" not in page
    refused = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
    assert refused.status_code == 422
    assert "no keys for that provider" in refused.content.decode()


def test_a_sandbox_is_refused_where_figures_must_be_real(
    client: Client, alice: User, company: Company, sandbox: Sandbox, settings: Settings
) -> None:
    settings.ALLOW_SANDBOX = False
    client.force_login(alice)
    refused = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
    assert refused.status_code == 422
    assert "Figures of a sandbox are nobody" in refused.content.decode()
    assert not ConsentRequest.objects.exists()


def test_a_platform_that_is_down_is_told_before_and_after_the_consent(
    client: Client, alice: User, company: Company, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(alice)
    away = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
    params = consent_to(sandbox, away.headers["Location"])
    down = httpx2.MockTransport(lambda _: httpx2.Response(503))
    own = {"CLIENT_ID": "id", "CLIENT_SECRET": "s", "ADDRESS": ADDRESS}
    monkeypatch.setitem(providers.stand_ins, "quickbooks", QuickBooks(own, down))

    before = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
    assert before.status_code == 422
    assert "status 503" in before.content.decode()

    after = client.get("/oauth/callback/quickbooks/", params)
    assert after.status_code == 502
    assert "The provider could not finish" in after.content.decode()
    assert params["code"] not in after.content.decode()
    assert not Connection.objects.exists()
    assert not Credential.objects.exists()


def test_connecting_again_resumes_the_same_connection(
    client: Client, alice: User, company: Company, sandbox: Sandbox
) -> None:
    client.force_login(alice)
    for _ in range(2):
        away = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
        client.get("/oauth/callback/quickbooks/", consent_to(sandbox, away.headers["Location"]))
        client.post(f"/c/{company.slug}/integrations/disconnect/")
    assert Connection.objects.count() == 1
    page = client.get(f"/c/{company.slug}/integrations/connect/").content.decode()
    assert "Connect your books again" in page
    assert '<option value="10" selected>' in page
