"""Choosing at a platform on which one person's consent is for several organisations: its own sandbox keeps count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.connections import books
from tests.connections.conftest import ADDRESS, NOW, Unlimited
from tieout.companies import services as companies
from tieout.companies.models import Company
from tieout.connections import choosing, connecting, credentials, providers, services
from tieout.connections.models import Connection, PendingGrant, RunState, SyncRun
from tieout.connections.run import execute
from tieout.providerkit.books import read_books
from tieout.providerkit.pace import Pace
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.provider import Xero
from tieout.providers.xero.sandbox import Sandbox
from tieout.providers.xero.sandbox.from_books import organisation

pytestmark = pytest.mark.django_db
FIRST, SECOND = "3f1d2c8e-6a54-4c0b-9d3e-5b7f8a900001", "3f1d2c8e-6a54-4c0b-9d3e-5b7f8a900002"
CHOICES = {"provider": "xero", "history": "everything", "basis": "accrual", "sync_day": "1"}


@dataclass(slots=True)
class Platform:
    """Xero's sandbox with two organisations that both hold the small books."""

    sandbox: Sandbox
    transport: httpx2.BaseTransport

    def connected(self) -> set[str]:
        """Which organisations the app reaches, as the platform counts."""
        return {tenant for consent in self.sandbox.grants.consents for tenant in consent.connections}

    def allow(self, address: str, *tenants: str) -> dict[str, str]:
        """Tick organisations on the consent page and allow access; return the parameters of the way back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        with httpx2.Client(transport=self.transport, base_url=ADDRESS) as browser:
            answer = browser.post(
                "/identity/connect/authorize", data={**asked, "tenantId": list(tenants), "decision": "allow"}
            )
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    clock = Clock.at(NOW.date())
    found = []
    for tenant, name in ((FIRST, "Ferry & Sons Ltd"), (SECOND, "Harbour Ltd")):
        rows = books.SMALL.replace("Ferry & Sons Ltd", name)
        found.append(organisation(read_books(rows.encode().splitlines(), name="books"), clock, tenant=tenant))
    sandbox = Sandbox(found, clock=clock, limits=False)
    transport = httpx2.WSGITransport(app=sandbox.app)
    own = {"CLIENT_ID": "app", "CLIENT_SECRET": "secret", "SEED": "seed", "ADDRESS": ADDRESS, "JOURNALS": "1"}
    pace = Pace(Unlimited(), sleep=lambda _: None)
    xero = Xero(own, transport, pace=lambda _: pace, clock=lambda: NOW)
    monkeypatch.setitem(providers.stand_ins, "xero", xero)
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # tokens are for half an hour of the sandbox's time
    return Platform(sandbox, transport)


Connect = Callable[..., str]


@pytest.fixture
def connect(client: Client, alice: User, platform: Platform) -> Connect:
    """Return a function that connects a company as Alice would; it returns where she ends."""
    client.force_login(alice)

    def go(company: Company, *tenants: str) -> str:
        away = client.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
        back = client.get("/oauth/callback/xero/", platform.allow(str(away.headers["Location"]), *tenants))
        return str(back.headers["Location"])

    return go


def test_the_chosen_one_is_read_and_the_platform_forgets_the_other(
    client: Client, company: Company, platform: Platform, connect: Connect
) -> None:
    page = connect(company, FIRST, SECOND)
    text = client.get(page).content.decode()
    assert "Ferry &amp; Sons Ltd" in text
    assert "Harbour Ltd" in text
    assert platform.connected() == {FIRST, SECOND}

    client.post(page, {"organisation": SECOND})
    connection = Connection.objects.get()
    assert (connection.organisation.external_id, connection.organisation.name) == (SECOND, "Harbour Ltd")
    connecting.give_back_others(connection.pk, [FIRST], now=NOW)
    assert platform.connected() == {SECOND}

    run = SyncRun.objects.get()
    execute(run.pk, clock=lambda: NOW, check=lambda: None)
    run.refresh_from_db()
    assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)


def test_a_choice_that_nobody_makes_is_given_back_at_the_platform(
    company: Company, platform: Platform, connect: Connect
) -> None:
    connect(company, FIRST, SECOND)
    choosing.give_back_abandoned(NOW + timedelta(minutes=11))
    assert (platform.connected(), PendingGrant.objects.count()) == (set(), 0)


def test_one_persons_two_companies_do_not_end_each_other(
    client: Client, alice: User, company: Company, platform: Platform, connect: Connect
) -> None:
    connect(company, FIRST)
    other = companies.create_company(name="Other", person=alice)
    page = connect(other, FIRST, SECOND)
    assert "Northwind Software has these books already" in client.get(page).content.decode()
    client.post(page, {"organisation": SECOND})
    first, second = Connection.objects.get(company=company), Connection.objects.get(company=other)
    connecting.give_back_others(second.pk, [FIRST], now=NOW)
    assert platform.connected() == {FIRST, SECOND}  # the first company reads it

    services.disconnect(second, person=alice, now=NOW)
    assert platform.connected() == {FIRST}
    xero = providers.provider("xero")
    keeper = credentials.Keeper(first.pk, xero, clock=lambda: NOW)
    assert xero.open(FIRST, keeper, basis="accrual", observe=lambda _: None).organisation().name == "Ferry & Sons Ltd"


def test_authorising_again_with_both_takes_the_connected_one(
    company: Company, platform: Platform, connect: Connect
) -> None:
    connect(company, SECOND)
    end = connect(company, FIRST, SECOND)
    assert "/integrations/runs/" in end
    assert Connection.objects.get().organisation.external_id == SECOND
