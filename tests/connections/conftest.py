"""A QuickBooks sandbox in this process, and companies connected to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from django.contrib.auth.models import User

from tests.connections import books
from tieout.companies.models import Company
from tieout.connections import consent, providers, requests
from tieout.connections.models import Connection, RunKind, SyncRun
from tieout.connections.run import execute
from tieout.jobs.registry import RetryAt
from tieout.providerkit.pace import Pace
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.sandbox import Sandbox, make_sandbox

ADDRESS = "http://127.0.0.1:9001"
NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


class Unlimited:
    """Lets every call go at once: the platform's pace is not what these tests are about."""

    def wait(self) -> None:
        pass


class Time:
    """A clock that goes on by a second a look."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def sandbox(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Serves the small books of `tests.connections.books`; the provider is set to talk to it."""
    path = tmp_path_factory.mktemp("books") / "small.jsonl"
    path.write_text(books.SMALL)
    made = make_sandbox(str(path), today=NOW.date(), limits=False)
    own = {"CLIENT_ID": "id", "CLIENT_SECRET": "a planted client secret", "ADDRESS": ADDRESS}
    monkeypatch.setitem(
        providers.stand_ins,
        "quickbooks",
        QuickBooks(own, httpx2.WSGITransport(app=made.app), pace=lambda _: Pace(Unlimited(), sleep=lambda _: None)),
    )
    return made


@pytest.fixture
def clock() -> Time:
    """Stands at noon of 15 June 2025 and goes on by a second a look."""
    return Time(NOW)


def consent_to(sandbox: Sandbox, address: str, *, decision: str = "connect", role: str = "admin") -> dict[str, str]:
    """Click through the consent page as a person would; return the parameters of the way back."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    realm = next(iter(sandbox.engines))
    with httpx2.Client(transport=httpx2.WSGITransport(app=sandbox.app), base_url=ADDRESS) as browser:
        answer = browser.post("/connect/oauth2", data={**asked, "realmId": realm, "role": role, "decision": decision})
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


@pytest.fixture
def connected(sandbox: Sandbox, company: Company, alice: User, clock: Time) -> Connection:
    """Alice's company after the round trip: the first run is queued."""
    address = consent.begin(
        company, alice, "quickbooks", consent.Wishes(history="everything"), session="s", now=clock()
    )
    return consent.complete("quickbooks", consent_to(sandbox, address), alice, session="s", now=clock())


Runner = Callable[[], SyncRun]


@pytest.fixture
def sync(connected: Connection, alice: User, clock: Time) -> Runner:
    """Return a function that runs the queued run, or a new one, to its end and returns it."""

    def run() -> SyncRun:
        row = requests.request_sync(
            Connection.objects.get(pk=connected.pk), kind=RunKind.MANUAL, person=alice, now=clock()
        )
        for _ in range(60):  # a day of waiting
            try:
                execute(row.pk, clock=clock, check=lambda: None)
                break
            except RetryAt as later:
                clock.now = later.when
        row.refresh_from_db()
        return row

    return run
