"""Webhooks: the intent to receive, what is told and how it is signed, and what happens without an answer (§4)."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import msgspec
import pytest
from pytest_httpserver import HTTPServer
from werkzeug.wrappers import Request, Response

from tieout.providers.xero.sandbox.webhooks import AGAIN, Answer, Delivery, Settings, Webhooks
from tieout.providers.xero.tests.florist import OTHER, TENANT, Shop

KEY = "a-signing-key"


def signed(body: bytes, key: str = KEY) -> str:
    return b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


class Receiver:
    """What stands at the address: it checks signatures, and can be told to behave badly."""

    def __init__(self) -> None:
        self.got: list[Delivery] = []
        self.checks = True
        self.good = Answer(status=200, bare=True)
        self.failing = 0

    def __call__(self, _address: str, delivery: Delivery) -> Answer:
        self.got.append(delivery)
        if self.checks and signed(delivery.body) != delivery.signature:
            return Answer(status=401, bare=True)
        if self.failing and json.loads(delivery.body)["events"]:
            self.failing -= 1
            return Answer(status=500, bare=True)
        return self.good

    @property
    def told(self) -> list[dict[str, Any]]:
        """The payloads with events."""
        return [body for it in self.got if (body := json.loads(it.body))["events"]]


class Told:
    """A shop whose webhooks are posted here by hand."""

    def __init__(self) -> None:
        self.shop = Shop(others=True)
        self.receiver = Receiver()
        self.hooks = self.shop.sandbox.webhooks
        self.hooks._post = self.receiver
        self.set()

    def set(self, **settings: object) -> None:
        given = {"key": KEY, "address": "http://127.0.0.1:9/hooks", **settings}
        self.hooks.settings = msgspec.convert(given, Settings)
        self.hooks.ask()
        self.receiver.got.clear()

    def deliver(self) -> list[dict[str, Any]]:
        """Send what has changed; return what arrived."""
        self.receiver.got.clear()
        for delivery in self.hooks.take():
            self.hooks.send(delivery, lambda _seconds: None)
        return self.receiver.told


@pytest.fixture
def at() -> Told:
    return Told()


# --- the intent to receive -----------------------------------------------------------------------------------------


def test_an_address_that_checks_signatures_is_taken(at: Told) -> None:
    assert at.hooks.ask()
    bodies = [json.loads(it.body) for it in at.receiver.got]
    assert [(it["events"], it["firstEventSequence"], it["lastEventSequence"]) for it in bodies] == [([], 0, 0)] * 4
    rightly = [signed(it.body) == it.signature for it in at.receiver.got]
    assert sorted(rightly) == [False, False, True, True]
    assert len({it["entropy"] for it in bodies}) == 4


@pytest.mark.parametrize("wrong", [
    {"checks": False}, {"good": Answer(status=202, bare=True)}, {"good": Answer(status=200, bare=False)},
    {"good": Answer(status=0, bare=False)},
])  # fmt: skip
def test_an_address_that_does_not_is_not_told_anything(at: Told, wrong: dict[str, object]) -> None:
    for name, value in wrong.items():
        setattr(at.receiver, name, value)
    assert not at.hooks.ask()
    at.shop.florist.organisation.update("Invoices", at.shop.ids["INV-2"], {"Reference": "seen"})
    assert at.deliver() == []


# --- what is told ----------------------------------------------------------------------------------------------------


def test_a_change_of_an_invoice_is_told_and_signed(at: Told) -> None:
    at.shop.florist.organisation.update("Invoices", at.shop.ids["INV-2"], {"Reference": "seen"})
    [body] = at.deliver()
    moment = at.shop.sandbox.clock.now().replace(tzinfo=None).isoformat(timespec="milliseconds")
    assert body["events"] == [
        {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{at.shop.ids['INV-2']}",
            "resourceId": at.shop.ids["INV-2"],
            "eventDateUtc": moment,
            "eventType": "UPDATE",
            "eventCategory": "INVOICE",
            "tenantId": TENANT,
            "tenantType": "ORGANISATION",
        }
    ]
    assert (body["firstEventSequence"], body["lastEventSequence"]) == (1, 1)
    assert at.receiver.got[0].signature == signed(at.receiver.got[0].body)


def test_events_travel_together_and_are_numbered(at: Told) -> None:
    books = at.shop.florist.organisation
    contact = books.create("Contacts", {"Name": "New Ltd"})
    books.archive("Contacts", contact)
    [body] = at.deliver()
    assert [(it["eventCategory"], it["eventType"]) for it in body["events"]] == [
        ("CONTACT", "CREATE"),
        ("CONTACT", "UPDATE"),
    ]
    books.update("Contacts", contact, {"Name": "Newer Ltd"})
    [later] = at.deliver()
    assert (body["firstEventSequence"], body["lastEventSequence"]) == (1, 2)
    assert (later["firstEventSequence"], later["lastEventSequence"]) == (3, 3)


def test_a_credit_note_says_its_type_and_status(at: Told) -> None:
    at.shop.florist.organisation.update("CreditNotes", at.shop.ids["CN-1"], {"Reference": "seen"})
    [body] = at.deliver()
    assert body["events"][0]["data"] == {"Type": "ACCRECCREDIT", "Status": "AUTHORISED"}


def test_of_nothing_else_is_anything_told(at: Told) -> None:
    books = at.shop.florist.organisation
    books.delete("BankTransactions", at.shop.ids["rent"])
    books.update("ManualJournals", at.shop.ids["accrual"], {"Narration": "Accrue more"})
    books.archive("Accounts", at.shop.ids["710"])
    books.post_system(
        "2026-02-01", [{"AccountID": at.shop.ids["469"], "NetAmount": 1},
                       {"AccountID": at.shop.ids["803"], "NetAmount": -1}],
    )  # fmt: skip
    assert at.deliver() == []


def test_an_organisation_that_is_not_connected_is_not_told_of(at: Told) -> None:
    at.shop.sandbox.grants.disconnect_all(OTHER)
    other = at.shop.sandbox.organisation(OTHER)
    other.create("Contacts", {"Name": "Somebody"})
    assert at.deliver() == []
    at.shop.sandbox.grants.issue([OTHER], ["accounting.contacts.read"])
    other.create("Contacts", {"Name": "Somebody else"})
    [body] = at.deliver()
    assert body["events"][0]["tenantId"] == OTHER


# --- badly -----------------------------------------------------------------------------------------------------------


def change(at: Told) -> None:
    for name in ("INV-2", "INV-3"):
        at.shop.florist.organisation.update("Invoices", at.shop.ids[name], {"Reference": "seen"})


def test_deliveries_repeat_and_events_change_places(at: Told) -> None:
    at.set(copies=3, reordered=True)
    change(at)
    bodies = at.deliver()
    assert len(bodies) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert [it["resourceId"] for it in bodies[0]["events"]] == [at.shop.ids["INV-3"], at.shop.ids["INV-2"]]


def test_a_signature_is_of_somebody_else(at: Told) -> None:
    at.receiver.checks = False
    at.hooks.settings = Settings(key=KEY, address="http://127.0.0.1:9", bad_signature=True)
    at.hooks.enabled = True
    change(at)
    at.deliver()
    assert at.receiver.got[0].signature != signed(at.receiver.got[0].body)


def test_an_unanswered_delivery_comes_again_ever_more_rarely(at: Told) -> None:
    at.receiver.failing = 3
    change(at)
    [delivery] = at.hooks.take()
    waited: list[float] = []
    at.hooks.send(delivery, waited.append)
    assert waited == list(AGAIN[:3])
    assert sorted(waited) == waited
    assert at.hooks.statuses == [500, 500, 500, 200]
    assert at.hooks.enabled


def test_after_a_day_the_subscription_is_off(at: Told) -> None:
    at.receiver.failing = 1000
    change(at)
    [delivery] = at.hooks.take()
    waited: list[float] = []
    at.hooks.send(delivery, waited.append)
    assert waited == list(AGAIN)
    assert 23 * 3600 <= sum(waited) <= 24 * 3600
    assert not at.hooks.enabled
    change(at)
    assert at.deliver() == []


# --- over the network ------------------------------------------------------------------------------------------------


@pytest.fixture
def address(httpserver: HTTPServer) -> Iterator[Callable[..., str]]:
    def standing(answer: Callable[[Request], Response]) -> str:
        httpserver.expect_request("/hooks").respond_with_handler(answer)
        return httpserver.url_for("/hooks")

    yield standing
    httpserver.clear()


@pytest.mark.network
def test_changes_arrive_by_themselves(address: Callable[..., str]) -> None:
    shop = Shop()
    arrived, got = threading.Event(), []

    def answer(request: Request) -> Response:
        if request.headers["x-xero-signature"] != signed(request.get_data()):
            return Response(status=HTTPStatus.UNAUTHORIZED)
        if request.get_json()["events"]:
            got.append(request.get_json())
            arrived.set()
        return Response(status=200)

    shop.control("webhooks", key=KEY, address=address(answer))
    told = shop.told("webhooks")
    assert (told["enabled"], told["key"]) == (True, True)
    assert [(it["signed"], it["status"]) for it in told["asked"]] == [(True, 200), (False, 401)] * 2
    shop.control("edit", id=shop.ids["INV-2"], entity={"Reference": "seen"})
    assert arrived.wait(5)
    assert got[0]["events"][0]["resourceId"] == shop.ids["INV-2"]


@pytest.mark.network
def test_an_answer_with_a_body_or_a_cookie_does_not_count(address: Callable[..., str]) -> None:
    shop = Shop()
    shop.control("webhooks", key=KEY, address=address(lambda _request: Response("thanks", status=200)))
    assert shop.told("webhooks")["enabled"] is False
    assert {it["bare"] for it in shop.told("webhooks")["asked"]} == {False}


def test_only_this_machine_is_told(at: Told) -> None:
    answer = at.shop.http.post("/control/webhooks", json={"key": KEY, "address": "https://example.com/hooks"})
    assert answer.status_code == 400
    assert "this machine only" in answer.json()["error"]
    assert at.shop.http.post("/control/webhooks", json={"colour": "red"}).status_code == 400


def test_nobody_at_the_address_is_no_answer() -> None:
    hooks = Webhooks(Shop().sandbox.clock)
    hooks.settings = Settings(key=KEY, address="http://127.0.0.1:9/hooks")
    assert not hooks.ask()
    assert {it["status"] for it in hooks.intent} == {0}
