"""A platform proves by empty deliveries, signed rightly and wrongly, that we check what it posts (Xero does)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode

import pytest
from django.test import Client

from tieout.connections import providers
from tieout.connections.models import WebhookEvent
from tieout.jobs.models import Job
from tieout.providers.xero.provider import Xero

pytestmark = pytest.mark.django_db
KEY = "a planted signing key"
EMPTY = b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0,"entropy": "S0m3r4Nd0mt3xt"}'


@pytest.fixture(autouse=True)
def _xero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(providers.stand_ins, "xero", Xero({"CLIENT_ID": "app", "WEBHOOK_KEY": KEY}))


@pytest.mark.parametrize(("key", "status"), [(KEY, 200), ("another key", 401)])
def test_the_intent_to_receive(key: str, status: int) -> None:
    signature = b64encode(hmac.new(key.encode(), EMPTY, hashlib.sha256).digest()).decode()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        "/webhooks/xero/", EMPTY, content_type="application/json", headers={"x-xero-signature": signature}
    )
    assert (answer.status_code, answer.content, len(answer.cookies)) == (status, b"", 0)
    assert not WebhookEvent.objects.exists()
    assert not Job.objects.exists()
