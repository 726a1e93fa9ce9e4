"""Connecting through the pages: the button, the consent page, the way back, the first sync's page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.connections.conftest import ADDRESS, consent_to
from tieout.companies.models import Company
from tieout.connections.models import Connection, ConsentRequest, Credential, RunState, SyncRun
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
