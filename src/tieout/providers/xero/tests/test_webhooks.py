"""What Xero posts here: the signature over the raw body, the intent to receive, and what an event comes to."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from tieout.providerkit.errors import ForgedWebhook, UnreadableWebhook
from tieout.providerkit.interface import HearsWebhooks, Told
from tieout.providers.xero.tests.handmade import TENANT, Json, Platform, uuid

KEY = "signing-key"
EVENT: Json = {
    "resourceUrl": "https://api.xero.com/api.xro/2.0/Invoices/x", "resourceId": uuid(7),
    "eventDateUtc": "2026-02-03T04:05:06.789", "eventType": "UPDATE", "eventCategory": "INVOICE", "tenantId": TENANT,
    "tenantType": "ORGANISATION",
}  # fmt: skip


def hear(*events: Json, key: str = KEY, **changes: str) -> list[Told]:
    body = json.dumps({"events": events, "firstEventSequence": 0, "lastEventSequence": 0, "entropy": "x"}).encode()
    body = changes.get("body", body.decode()).encode()
    signature = b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"x-xero-signature": changes.get("signature", signature)}
    return list(Platform().provider(WEBHOOK_KEY=key).hear(headers, body))


def test_the_intent_to_receive_is_answered_by_its_signature() -> None:
    assert hear() == []
    with pytest.raises(ForgedWebhook):
        hear(signature="bm90IHRoZSByaWdodCBvbmU=")
    with pytest.raises(ForgedWebhook):
        hear(signature="")


def test_an_event_tells_of_an_organisation() -> None:
    (told,) = hear(EVENT)
    assert told.organisation == TENANT
    assert told.at == datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
    assert 0 < len(told.event) <= 200


def test_an_event_is_known_by_what_it_says() -> None:
    again, other, later, kind = (
        hear(EVENT | change)[0].event
        for change in (
            {"resourceUrl": "elsewhere"}, {"resourceId": uuid(8)}, {"eventDateUtc": "2026-02-03T04:05:07"},
            {"eventType": "CREATE"},
        )
    )  # fmt: skip
    first = hear(EVENT)[0].event
    assert again == first
    assert len({first, other, later, kind}) == 4


def test_what_happens_to_the_app_is_no_news_of_an_organisation() -> None:
    assert hear(EVENT | {"tenantType": "APPLICATION", "eventCategory": "SUBSCRIPTION"}) == []


@pytest.mark.parametrize(
    "body", ["", "[]", '{"events":[{}]}', json.dumps({"events": [EVENT | {"eventDateUtc": "soon"}]})]
)
def test_signed_and_not_readable(body: str) -> None:
    with pytest.raises(UnreadableWebhook):
        hear(body=body)


def test_without_a_key_nothing_is_heard() -> None:
    provider = Platform().provider()
    assert isinstance(provider, HearsWebhooks)
    assert not provider.webhooks_configured
    assert Platform().provider(WEBHOOK_KEY=KEY).webhooks_configured
    with pytest.raises(ForgedWebhook, match="no signing key"):
        hear(EVENT, key="")
