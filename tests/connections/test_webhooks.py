"""Deliveries of a provider: checked, counted once, answered at once, and no more than a hint to sync."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast

import httpx2
import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from tests.connections.conftest import ADDRESS, NOW
from tests.jobs import homes
from tieout.connections import providers, webhooks
from tieout.connections.models import Connection, ConnectionState, RunKind, RunState, SyncRun, WebhookEvent
from tieout.jobs.registry import RetryAt
from tieout.providers.quickbooks.provider import QuickBooks

pytestmark = pytest.mark.django_db
TOKEN = "a planted verifier token"
URL = "/webhooks/quickbooks/"
LATER = NOW + timedelta(minutes=10)


def event(realm: str, name: str = "e-1", at: datetime = LATER) -> dict[str, object]:
    """Return one CloudEvent."""
    return {
        "specversion": "1.0", "id": name, "source": "intuit.abc", "type": "qbo.invoice.updated.v1",
        "datacontenttype": "application/json", "time": at.isoformat(), "intuitentityid": "12",
        "intuitaccountid": realm, "data": {},
    }  # fmt: skip


def legacy(realm: str, id_: str = "12", operation: str = "Update", at: datetime = LATER) -> dict[str, object]:
    """Return a delivery of the older form, with one change."""
    entity = {"name": "Invoice", "id": id_, "operation": operation, "lastUpdated": at.isoformat()}
    return {"eventNotifications": [{"realmId": realm, "dataChangeEvent": {"entities": [entity]}}]}


def signed(body: bytes, token: str = TOKEN) -> str:
    """Return the signature of a body."""
    return b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest()).decode()


def post(content: object, *, token: str = TOKEN, signature: str | None = None, url: str = URL) -> HttpResponse:
    """Post a delivery as the platform does."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"intuit-signature": signed(body, token) if signature is None else signature}
    return cast(
        HttpResponse,
        Client(enforce_csrf_checks=True).post(url, body, content_type="application/json", headers=headers),
    )


def deliver(content: object, at: datetime = LATER) -> int:
    """Post a delivery at a moment; return the answer's status."""
    with time_machine.travel(at, tick=False):
        return post(content).status_code


def waiting() -> Sequence[homes.Waiting]:
    """Return the jobs that deliveries have left."""
    return homes.waiting(webhooks.TOLD)


def work(at: datetime) -> None:
    """Do the jobs that deliveries have left, as a worker would at a moment."""
    with time_machine.travel(at, tick=False):
        for job in waiting():
            if job.run_at > at:
                continue
            try:
                webhooks.act(int(str(job.arguments["connection"])), now=at)
            except RetryAt as later:
                homes.postpone(job.id, later.when)
            else:
                homes.drop(job.id)


@pytest.fixture
def idle(connected: Connection) -> Connection:
    """The connection after its first run, which ended long ago."""
    SyncRun.objects.update(state=RunState.UNCHANGED, started_at=NOW, finished_at=NOW, requested_at=NOW)
    return Connection.objects.select_related("organisation").get(pk=connected.pk)


@pytest.fixture(autouse=True)
def listening(idle: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier token is set, and no call to the platform is possible."""

    def no_calls(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"a delivery led to a call: {request.url}")

    own = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ADDRESS": ADDRESS, "WEBHOOK_TOKEN": TOKEN}
    monkeypatch.setitem(providers.stand_ins, "quickbooks", QuickBooks(own, httpx2.MockTransport(no_calls)))


@pytest.fixture
def realm(idle: Connection) -> str:
    return idle.organisation.external_id


def test_a_delivery_starts_a_sync_and_leaves_nothing_of_its_own_in_the_ledger(realm: str, idle: Connection) -> None:
    assert deliver([event(realm)]) == 200
    assert SyncRun.objects.count() == 1  # the answer is given before anything is started
    work(LATER)
    run = SyncRun.objects.latest("pk")
    assert (run.kind, run.connection_id, run.requested_by) == (RunKind.WEBHOOK, idle.pk, None)


@pytest.mark.parametrize("form", ["legacy", "cloudevents"])
def test_both_forms_are_understood(form: str, realm: str) -> None:
    assert deliver(legacy(realm) if form == "legacy" else [event(realm)]) == 200
    assert [it.arguments for it in waiting()] == [{"connection": Connection.objects.get().pk}]


@pytest.mark.parametrize("signature", ["", "x", "é", b64encode(b"0" * 32).decode()])
def test_a_delivery_that_is_not_signed_is_refused_and_not_stored(signature: str, realm: str) -> None:
    with time_machine.travel(LATER, tick=False):
        assert post([event(realm)], signature=signature.encode().decode("latin-1")).status_code == 401
    assert not WebhookEvent.objects.exists()
    assert not waiting()


def test_a_signature_of_another_body_or_by_another_token_is_refused(realm: str) -> None:
    body = json.dumps([event(realm)]).encode()
    right = signed(body)
    with time_machine.travel(LATER, tick=False):
        assert post(body, signature=right).status_code == 200
        assert post(body + b" ", signature=right).status_code == 401  # the bytes count, not what they mean
        assert post([event(realm, "e-2")], token="the client secret").status_code == 401
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'[{"id": ""}]', b'{"eventNotifications": 3}', b"\xff"])
def test_a_signed_body_of_an_unknown_form_is_told_apart(body: bytes, realm: str) -> None:
    assert post(body).status_code == 400
    assert not WebhookEvent.objects.exists()


def test_other_ways_to_ask_find_nothing(realm: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get(URL).status_code == 405
    assert post([event(realm)], url="/webhooks/nobody/").status_code == 404
    assert post(b" " * (webhooks.LONGEST + 1)).status_code == 413
    assert post(b" " * 3_000_000).status_code == 413
    own = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ADDRESS": ADDRESS}
    monkeypatch.setitem(providers.stand_ins, "quickbooks", QuickBooks(own))
    assert post([event(realm)], token="").status_code == 404


def test_no_session_and_no_cookie_come_of_it(realm: str) -> None:
    with time_machine.travel(LATER, tick=False):
        answer = post([event(realm)])
    assert not answer.cookies
    assert answer.content == b""


def test_an_unknown_company_is_passed_over_and_a_known_one_beside_it_is_not(realm: str) -> None:
    assert deliver([event("424242", "e-other")]) == 200
    assert not WebhookEvent.objects.exists()
    assert not waiting()
    assert deliver([event("424242", "e-other"), event(realm, "e-ours")]) == 200
    assert [it.event for it in WebhookEvent.objects.all()] == ["e-ours"]
    assert len(waiting()) == 1


@pytest.mark.parametrize("form", ["legacy", "cloudevents"])
def test_a_repeated_delivery_starts_nothing(form: str, realm: str) -> None:
    content = legacy(realm) if form == "legacy" else [event(realm)]
    deliver(content)
    work(LATER)
    SyncRun.objects.filter(kind=RunKind.WEBHOOK).update(state=RunState.UNCHANGED, started_at=LATER)
    for minutes in (1, 5, 60):
        assert deliver(content, LATER + timedelta(minutes=minutes)) == 200
    assert not waiting()
    assert SyncRun.objects.filter(kind=RunKind.WEBHOOK).count() == 1


def test_a_replay_starts_nothing_however_late(realm: str) -> None:
    deliver([event(realm)])
    work(LATER)
    SyncRun.objects.update(state=RunState.UNCHANGED)
    after = LATER + webhooks.KEEP + timedelta(days=1)
    webhooks.act(Connection.objects.get().pk, now=after)
    assert not WebhookEvent.objects.exists()  # forgotten by now
    deliver([event(realm)], after)
    assert not waiting()


def test_other_changes_of_one_record_are_other_events(realm: str) -> None:
    for content in (
        legacy(realm),
        legacy(realm, "13"),
        legacy(realm, operation="Delete"),
        legacy(realm, at=LATER - timedelta(seconds=1)),
    ):
        deliver(content)
    assert WebhookEvent.objects.count() == 4


@pytest.mark.slow
def test_a_thousand_deliveries_are_one_sync_a_minute(realm: str, idle: Connection) -> None:
    for number in range(1000):
        at = LATER + timedelta(milliseconds=120 * number)  # two minutes
        body = json.dumps([event(realm, f"e-{number}", at)]).encode()
        webhooks.receive("quickbooks", {"intuit-signature": signed(body)}, body, now=at)
        if number % 20 == 0:
            work(at)
            running = SyncRun.objects.filter(state__in=("queued", "running"))
            running.update(state=RunState.UNCHANGED, started_at=at, finished_at=at)  # each run takes no time at all
        assert len(waiting()) <= 1
    work(LATER + timedelta(minutes=4))
    runs = list(SyncRun.objects.filter(kind=RunKind.WEBHOOK).order_by("pk"))
    assert len(runs) == 3
    starts = [it.started_at or it.requested_at for it in runs]
    assert all(later - earlier >= timedelta(minutes=1) for earlier, later in pairwise(starts))


def test_one_more_sync_follows_a_running_one_and_never_a_queue(realm: str, idle: Connection) -> None:
    reading = SyncRun.objects.create(
        connection=idle, kind=RunKind.DAILY, state=RunState.RUNNING, requested_at=LATER, started_at=LATER
    )
    for number in range(5):
        at = LATER + timedelta(minutes=number + 1)
        deliver([event(realm, f"e-{number}")], at)
        work(at)
    assert len(waiting()) == 1
    assert not SyncRun.objects.filter(kind=RunKind.WEBHOOK).exists()
    reading.state = RunState.PUBLISHED
    reading.save()
    work(LATER + timedelta(minutes=10))
    assert SyncRun.objects.filter(kind=RunKind.WEBHOOK).count() == 1
    assert not waiting()


def test_a_sync_that_has_not_started_is_enough(realm: str, idle: Connection) -> None:
    queued = SyncRun.objects.create(connection=idle, kind=RunKind.MANUAL, requested_at=LATER)
    deliver([event(realm)])
    work(LATER)
    assert SyncRun.objects.latest("pk") == queued
    assert not waiting()


@pytest.mark.parametrize(
    "state", [ConnectionState.PAUSED, ConnectionState.RECONNECT, ConnectionState.DISCONNECTED], ids=str
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_may_not_be_read_is_left_alone(state: str, when: str, realm: str, idle: Connection) -> None:
    if when == "before":
        Connection.objects.update(state=state)
    assert deliver([event(realm)]) == 200
    Connection.objects.update(state=state)
    work(LATER)
    assert not SyncRun.objects.filter(kind=RunKind.WEBHOOK).exists()
    assert WebhookEvent.objects.count() == 1  # known all the same: the same event starts nothing later


def test_nothing_but_the_events_id_is_kept(realm: str) -> None:
    deliver([{**event(realm), "data": {"TotalAmt": "1000000.00"}, "intuitentityid": "987654"}])
    assert SyncRun.objects.count() == 1
    assert WebhookEvent.objects.values_list("event", flat=True).get() == "e-1"
    fields = {it.name for it in WebhookEvent._meta.get_fields()}
    assert fields == {"id", "provider", "event", "received_at"}
