"""What the sandbox posts when its books change: as QuickBooks does, to python-quickbooks and to our provider."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from quickbooks import QuickBooks as OtherClient

from tieout.providerkit.errors import ForgedWebhook, UnreadableWebhook
from tieout.providerkit.sandbox_host import served
from tieout.providers.quickbooks import webhooks
from tieout.providers.quickbooks.sandbox import Clock, Sandbox
from tieout.providers.quickbooks.sandbox.small import TODAY, Small, small
from tieout.providers.quickbooks.sandbox.webhooks import Delivery, Webhooks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "a-verifier-token"
DIALECTS = pytest.mark.parametrize("dialect", ["legacy", "cloudevents"])


class Telling:
    """The small company's sandbox, with its control address."""

    def __init__(self) -> None:
        self.company: Small = small()
        self.sandbox = Sandbox([self.company.engine], clock=Clock.at(TODAY), limits=False)
        self.realm = self.company.engine.realm

    def control(self, command: str, **body: object) -> httpx2.Response:
        with httpx2.Client(transport=httpx2.WSGITransport(app=self.sandbox.app)) as client:
            return client.post(f"http://sandbox/control/{command}", json=body)

    def state(self) -> dict[str, Any]:
        with httpx2.Client(transport=httpx2.WSGITransport(app=self.sandbox.app)) as client:
            found: dict[str, Any] = client.get("http://sandbox/control/webhooks").json()
            return found

    def vendor(self, name: str) -> str:
        return self.company.engine.add("Vendor", {"DisplayName": name})

    def taken(self) -> list[Delivery]:
        return self.sandbox.webhooks.take()

    def told(self) -> list[tuple[str, str, str]]:
        """Return operation, entity and id of each change that waits to be told, by the older form."""
        return [
            (it["operation"], it["name"], it["id"])
            for delivery in self.taken()
            for notification in json.loads(delivery.body)["eventNotifications"]
            for it in notification["dataChangeEvent"]["entities"]
        ]


@pytest.fixture
def at() -> Telling:
    return Telling()


def headers(delivery: Delivery) -> dict[str, str]:
    return {"intuit-signature": delivery.signature}


@DIALECTS
def test_python_quickbooks_takes_the_signature_and_our_provider_the_body(at: Telling, dialect: str) -> None:
    at.control("webhooks", token=TOKEN, dialect=dialect)
    at.vendor("Harbour Ropes")
    (delivery,) = at.taken()
    client = object.__new__(OtherClient)  # the check needs no connection
    assert client.validate_webhook_signature(delivery.body.decode(), delivery.signature, TOKEN)
    assert not client.validate_webhook_signature(delivery.body.decode() + " ", delivery.signature, TOKEN)
    (told,) = webhooks.read(headers(delivery), delivery.body, TOKEN)
    assert (told.organisation, told.at) == (at.realm, at.sandbox.clock.now())


def test_each_change_is_told_of_once(at: Telling) -> None:
    at.control("webhooks", token=TOKEN, dialect="legacy")
    engine = at.company.engine
    bill = {
        "TxnDate": "2026-01-07",
        "VendorRef": {"value": at.vendor("Harbour Ropes")},
        "Line": [
            {
                "Amount": 40,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": at.company.ref("Fuel")},
            }
        ],
    }
    made = engine.post("Bill", bill)
    engine.redate(made, date(2026, 1, 9))
    engine.void(made)
    engine.delete(made)
    assert [it[:2] for it in at.told()] == [
        ("Create", "Vendor"), ("Create", "Bill"), ("Update", "Bill"), ("Void", "Bill"), ("Delete", "Bill"),
    ]  # fmt: skip
    assert at.told() == []


def test_payroll_and_refused_changes_are_not_told_of(at: Telling) -> None:
    at.control("webhooks", token=TOKEN, dialect="legacy")
    assert at.control("payroll", date="2026-01-20").status_code == 200
    assert at.control("delete", id="no such thing").status_code == 400
    assert at.told() == []


def test_one_delivery_may_tell_of_several_companies(at: Telling) -> None:
    hooks = Webhooks(at.sandbox.clock)
    for dialect in ("legacy", "cloudevents"):
        hooks.configure({"token": TOKEN, "dialect": dialect})
        for realm in ("1", "2", "1"):
            hooks.changed(realm, "Update", "Invoice", "7")
        (delivery,) = hooks.take()
        told = webhooks.read(headers(delivery), delivery.body, TOKEN)
        assert sorted(it.organisation for it in told) == ["1", "1", "2"]


def test_the_switches_do_what_they_say(at: Telling) -> None:
    at.control("webhooks", token=TOKEN, copies=3, reordered=True, dialect="legacy")
    first, second = at.vendor("One"), at.vendor("Two")
    sent = at.taken()
    assert len(sent) == 3
    assert len({it.body for it in sent}) == 1
    entities = json.loads(sent[0].body)["eventNotifications"][0]["dataChangeEvent"]["entities"]
    assert [it["id"] for it in entities] == [second, first]
    at.control("webhooks", token=TOKEN, bad_signature=True)
    at.vendor("Three")
    (forged,) = at.taken()
    with pytest.raises(ForgedWebhook):
        webhooks.read(headers(forged), forged.body, TOKEN)


def test_without_a_token_nothing_is_told_and_it_is_never_shown(at: Telling) -> None:
    at.vendor("Nobody hears of it")
    assert at.taken() == []
    at.control("webhooks", token=TOKEN)
    assert TOKEN not in json.dumps(at.state())
    assert at.state()["token"] is True


@pytest.mark.parametrize(
    "wrong", [{"address": "http://192.0.2.1/"}, {"dialect": "other"}, {"copies": "x"}, {"what": 1}]
)
def test_what_it_does_not_know_is_refused(at: Telling, wrong: dict[str, object]) -> None:
    assert at.control("webhooks", token=TOKEN, **wrong).status_code == 400
    assert at.state()["token"] is False


@pytest.mark.network
def test_a_delivery_is_sent_again_until_it_is_taken(at: Telling) -> None:
    arrived: list[bytes] = []
    answers = iter(["503 Unavailable", "401 Unauthorized", "200 OK"])
    done = threading.Event()

    def listener(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        arrived.append(environ["wsgi.input"].read())
        status = next(answers)
        start(status, [("Content-Length", "0")])
        if status.startswith("200"):
            done.set()
        return []

    hooks = Webhooks(at.sandbox.clock, again=(0.01, 0.01))
    with served(listener) as address:
        hooks.configure({"token": TOKEN, "address": address})
        hooks.changed(at.realm, "Create", "Invoice", "7")
        hooks.changed(at.realm, "Update", "Invoice", "7")
        assert done.wait(10)
    assert len(arrived) == 3
    assert len(set(arrived)) == 1
    assert len(json.loads(arrived[0])) == 2


@pytest.mark.parametrize("token", ["", "other", TOKEN + "x"])
def test_another_token_is_refused(at: Telling, token: str) -> None:
    at.control("webhooks", token=TOKEN)
    at.vendor("One")
    (delivery,) = at.taken()
    with pytest.raises(ForgedWebhook):
        webhooks.read(headers(delivery), delivery.body, token)
    with pytest.raises(ForgedWebhook):
        webhooks.read({}, delivery.body, TOKEN)


@DIALECTS
def test_every_byte_counts(at: Telling, dialect: str) -> None:
    at.control("webhooks", token=TOKEN, dialect=dialect)
    at.vendor("One")
    (delivery,) = at.taken()
    for place in range(len(delivery.body)):
        spoilt = bytearray(delivery.body)
        spoilt[place] ^= 1
        with pytest.raises(ForgedWebhook):
            webhooks.read(headers(delivery), bytes(spoilt), TOKEN)


@pytest.mark.parametrize(
    ("time", "fits"),
    [("2026-01-31T17:00:00Z", True), ("2015-10-05T14:42:19-0700", True), ("2026-01-31T17:00:00.123+00:00", True),
     ("yesterday", False), ("", False)],
)  # fmt: skip
def test_the_times_that_intuit_writes_are_read(time: str, *, fits: bool) -> None:
    body = json.dumps([{"id": "e", "intuitaccountid": "1", "time": time, "new_field": 1}]).encode()
    signed = {"intuit-signature": b64encode(hmac.new(TOKEN.encode(), body, hashlib.sha256).digest()).decode()}
    if fits:
        assert webhooks.read(signed, body, TOKEN)[0].at.tzinfo is not None
    else:
        with pytest.raises(UnreadableWebhook):
            webhooks.read(signed, body, TOKEN)
