"""From a change in the platform's books to the figure here, with nothing asked for in between."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from tests.connections.conftest import ADDRESS, Runner, Unlimited
from tests.jobs import homes
from tieout.connections import providers, webhooks
from tieout.connections.models import Connection, RunKind, RunState, SyncRun, WebhookEvent
from tieout.jobs import worker
from tieout.ledger.models import Line
from tieout.providerkit.pace import Pace
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.sandbox import Sandbox

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TOKEN = "a verifier token"


def eventually(holds: Callable[[], bool]) -> None:
    """Wait up to ten seconds for what another thread does."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


class Control:
    """The sandbox's control address."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._http = httpx2.Client(transport=httpx2.WSGITransport(app=sandbox.app), base_url=f"{ADDRESS}/control/")

    def __call__(self, command: str, **body: object) -> dict[str, Any]:
        answer = self._http.post(command, json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def answers(self) -> list[int]:
        found = self._http.get("webhooks").json()
        assert isinstance(found["answers"], list)
        return found["answers"] if not found["waiting"] else []


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[Control]:
    """Give the control address, and switch webhooks off in the end: a delivery is sent again, to whoever is there."""
    given = Control(sandbox)
    yield given
    given("webhooks")


@pytest.fixture
def connected_and_listening(
    sandbox: Sandbox, connected: Connection, sync: Runner, monkeypatch: pytest.MonkeyPatch
) -> Connection:
    """The connection after its first sync, long ago; from now on its provider can be told."""
    assert sync().state == RunState.PUBLISHED
    own = {"CLIENT_ID": "id", "CLIENT_SECRET": "a planted client secret", "ADDRESS": ADDRESS, "WEBHOOK_TOKEN": TOKEN}
    pace = Pace(Unlimited(), sleep=lambda _: None)
    monkeypatch.setitem(
        providers.stand_ins, "quickbooks", QuickBooks(own, httpx2.WSGITransport(app=sandbox.app), pace=lambda _: pace)
    )
    monkeypatch.setattr(webhooks, "KEEP", webhooks.KEEP * 100)  # the sandbox's clock stands in the past
    homes.drop_all()
    return connected


@pytest.mark.parametrize("dialect", ["legacy", "cloudevents"])
def test_a_change_in_the_books_arrives_by_itself(
    dialect: str, sandbox: Sandbox, control: Control, connected_and_listening: Connection, live_server: LiveServer
) -> None:
    engine = sandbox.engine()
    lines = Line.objects.count()
    control(
        "webhooks", token=TOKEN, address=f"{live_server.url}/webhooks/quickbooks/", dialect=dialect,
        copies=3, reordered=True,
    )  # fmt: skip
    txn = next(iter(engine.journal.txns.values()))
    again = json.loads(txn.source)
    again.pop("Id")
    control("add", entity="Vendor", fields={"DisplayName": "Harbour Ropes"})
    control("post", kind=txn.entity or txn.label, entity=again)
    eventually(lambda: control.answers() == [200, 200, 200])
    assert WebhookEvent.objects.count() == 1
    worker.run_due(now=timezone.now())  # asks for the sync
    worker.run_due(now=timezone.now())  # syncs
    (run,) = SyncRun.objects.filter(kind=RunKind.WEBHOOK)
    assert run.state == RunState.PUBLISHED
    assert Line.objects.count() > lines


def test_a_forged_delivery_changes_nothing(
    sandbox: Sandbox, control: Control, connected_and_listening: Connection, live_server: LiveServer
) -> None:
    control("webhooks", token=TOKEN, address=f"{live_server.url}/webhooks/quickbooks/", bad_signature=True)
    control("add", entity="Vendor", fields={"DisplayName": "Harbour Ropes"})
    eventually(lambda: sandbox.webhooks.statuses == [401])
    assert not WebhookEvent.objects.exists()
    assert not homes.waiting(webhooks.TOLD)
