"""Deliveries that come at the same moment, in threads as the site has them: one job, one run (proof 21)."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database

from tests.connections.conftest import ADDRESS
from tieout.connections import providers, webhooks
from tieout.connections.models import Connection, RunKind, RunState, SyncRun, WebhookEvent
from tieout.jobs import worker
from tieout.jobs.registry import RetryAt
from tieout.providers.quickbooks.provider import QuickBooks

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TOKEN, THREADS, EACH = "a verifier token", 8, 25


def test_deliveries_at_the_same_moment_are_one_run(connected: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ADDRESS": ADDRESS, "WEBHOOK_TOKEN": TOKEN}
    monkeypatch.setitem(providers.stand_ins, "quickbooks", QuickBooks(own))
    now = datetime.now(UTC)
    long_ago = now - timedelta(hours=1)
    SyncRun.objects.update(state=RunState.UNCHANGED, requested_at=long_ago, started_at=long_ago, finished_at=long_ago)
    realm = connected.organisation.external_id
    start = threading.Barrier(THREADS)

    def deliver(_thread: int) -> list[int]:
        start.wait()
        answers = []
        for number in range(EACH):  # every thread delivers the same events
            body = json.dumps([{"id": f"e-{number}", "intuitaccountid": realm, "time": now.isoformat()}]).encode()
            signature = b64encode(hmac.new(TOKEN.encode(), body, hashlib.sha256).digest()).decode()
            answers.append(webhooks.receive("quickbooks", {"intuit-signature": signature}, body, now=now))
        database.close()
        return answers

    with ThreadPoolExecutor(THREADS) as pool:
        counted = [answer for answers in pool.map(deliver, range(THREADS)) for answer in answers]
    assert sum(counted) == WebhookEvent.objects.count() == EACH  # each event was new to one thread alone
    monkeypatch.setattr("tieout.connections.tasks.execute", lambda *_, **__: None)
    assert worker.run_due(now=now) == 2  # ours, and the first sync's, which is over
    (run,) = SyncRun.objects.filter(kind=RunKind.WEBHOOK)
    SyncRun.objects.filter(pk=run.pk).update(state=RunState.UNCHANGED, started_at=now)
    with pytest.raises(RetryAt):
        webhooks.act(connected.pk, now=now + timedelta(seconds=59))
    assert webhooks.act(connected.pk, now=now + timedelta(seconds=60)) is not None
