"""Attacks on the round trip to the consent page: each is refused, and no token is stored."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.db.models import F
from django.test import Client

from tests.connections.conftest import ADDRESS, consent_to
from tests.fixtures import on_postgresql
from tieout.companies.models import Company, Membership, Role
from tieout.connections import credentials
from tieout.connections.models import Connection, ConsentRequest, Credential, SyncRun
from tieout.providers.quickbooks.sandbox import Sandbox

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
CALLBACK = "/oauth/callback/quickbooks/"
CHOICES = {"provider": "quickbooks", "history": "everything", "basis": "accrual", "sync_day": "1"}


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    """Return Alice's browser, signed in."""
    client.force_login(alice)
    return client


def leave(browser: Client, company: Company, **more: str) -> str:
    """Press Continue; return the consent page's address."""
    answer = browser.post(f"/c/{company.slug}/integrations/connect/", CHOICES | more)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.fixture
def back(browser: Client, company: Company, sandbox: Sandbox) -> dict[str, str]:
    """Return the parameters of a good way back, not used yet."""
    return consent_to(sandbox, leave(browser, company))


def refused(answer: Answer) -> None:
    """Check that a callback was refused with words, and that nothing is stored."""
    assert answer.status_code in (400, 403), answer.status_code
    assert "Location" not in answer.headers
    assert "othing was stored" in answer.content.decode() or "not connected" in answer.content.decode()
    nothing_is_stored()


def nothing_is_stored() -> None:
    assert (Credential.objects.count(), Connection.objects.count(), SyncRun.objects.count()) == (0, 0, 0)


def test_the_good_way_back_is_accepted(browser: Client, back: dict[str, str]) -> None:
    """The refusals below mean something only because this passes with the same set-up."""
    assert browser.get(CALLBACK, back).status_code == 302
    assert Credential.objects.count() == 1


def test_without_a_state(browser: Client, back: dict[str, str]) -> None:
    del back["state"]
    refused(browser.get(CALLBACK, back))
    refused(browser.get(CALLBACK))


@pytest.mark.parametrize("state", ["", "forged", "x" * 5000, "\x00", "' OR 1=1 --"])
def test_with_a_forged_state(browser: Client, back: dict[str, str], state: str) -> None:
    refused(browser.get(CALLBACK, back | {"state": state}))


def test_a_refused_state_does_not_use_up_the_good_one(browser: Client, back: dict[str, str]) -> None:
    refused(browser.get(CALLBACK, back | {"state": "forged"}))
    assert browser.get(CALLBACK, back).status_code == 302


def test_after_ten_minutes(browser: Client, back: dict[str, str]) -> None:
    ConsentRequest.objects.update(created_at=F("created_at") - timedelta(minutes=10, seconds=1))
    refused(browser.get(CALLBACK, back))


def test_a_second_time(browser: Client, back: dict[str, str]) -> None:
    browser.get(CALLBACK, back)
    before = bytes(Credential.objects.get().sealed)
    again = browser.get(CALLBACK, back)
    assert again.status_code == 400
    assert "used already" in again.content.decode()
    assert bytes(Credential.objects.get().sealed) == before
    assert SyncRun.objects.count() == 1


def test_in_another_session_of_the_same_person(alice: User, back: dict[str, str]) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice)
    refused(elsewhere.get(CALLBACK, back))


def test_by_another_person(charlie: User, back: dict[str, str]) -> None:
    other = Client()
    other.force_login(charlie)
    refused(other.get(CALLBACK, back))


def test_by_another_person_in_the_same_session(browser: Client, bob: User, back: dict[str, str]) -> None:
    ConsentRequest.objects.update(person=bob)
    refused(browser.get(CALLBACK, back))


def test_by_nobody_and_the_way_to_sign_in_does_not_carry_the_code(back: dict[str, str]) -> None:
    answer = Client().get(CALLBACK, back)
    refused(answer)
    assert back["code"] not in answer.content.decode()
    assert back["state"] not in answer.content.decode()


def test_by_somebody_who_has_left_the_company(browser: Client, alice: User, back: dict[str, str]) -> None:
    Membership.objects.filter(person=alice).delete()
    refused(browser.get(CALLBACK, back))


def test_by_somebody_who_is_no_longer_an_owner(browser: Client, alice: User, back: dict[str, str]) -> None:
    Membership.objects.filter(person=alice).update(role=Role.VIEWER)
    refused(browser.get(CALLBACK, back))


def test_at_another_providers_address(browser: Client, back: dict[str, str]) -> None:
    refused(browser.get("/oauth/callback/xero/", back))


def test_with_a_state_that_was_given_for_another_provider(browser: Client, back: dict[str, str]) -> None:
    ConsentRequest.objects.update(provider="xero")
    refused(browser.get(CALLBACK, back))


def test_with_a_code_that_was_used(browser: Client, company: Company, sandbox: Sandbox, back: dict[str, str]) -> None:
    browser.get(CALLBACK, back)
    fresh = consent_to(sandbox, leave(browser, company))
    answer = browser.get(CALLBACK, fresh | {"code": back["code"]})
    assert answer.status_code == 400
    assert SyncRun.objects.count() == 1


def test_with_an_invented_code(browser: Client, back: dict[str, str]) -> None:
    refused(browser.get(CALLBACK, back | {"code": "AB00"}))


def test_with_another_organisation_than_the_consents(browser: Client, back: dict[str, str]) -> None:
    refused(browser.get(CALLBACK, back | {"realmId": "4620816365000000001"}))


def test_with_a_code_that_was_asked_for_with_another_way_back(
    browser: Client, company: Company, sandbox: Sandbox
) -> None:
    address = urlsplit(leave(browser, company))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    asked["redirect_uri"] = "https://evil.example/oauth/callback/quickbooks/"
    stolen = consent_to(sandbox, address._replace(query=urlencode(asked)).geturl())
    refused(browser.get(CALLBACK, stolen))


def test_the_way_back_is_the_same_whatever_the_request_says(
    browser: Client, company: Company, sandbox: Sandbox
) -> None:
    away = leave(browser, company, redirect_uri="https://evil.example/", next="https://evil.example/")
    asked = parse_qs(urlsplit(away).query)
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/oauth/callback/quickbooks/"]
    assert away.startswith(ADDRESS)
    assert "evil" not in away


@pytest.mark.parametrize("name", ["next", "redirect", "redirect_uri", "return_to", "url"])
def test_no_open_redirect(browser: Client, company: Company, back: dict[str, str], name: str) -> None:
    answer = browser.get(CALLBACK, back | {name: "https://evil.example/"})
    assert answer.headers["Location"].startswith(f"/c/{company.slug}/integrations/runs/")


def test_a_callback_by_post_is_no_callback(browser: Client, back: dict[str, str]) -> None:
    assert browser.post(f"{CALLBACK}?{urlencode(back)}").status_code == 405
    nothing_is_stored()


def test_each_state_is_new_and_long_and_kept_as_a_digest(browser: Client, company: Company, sandbox: Sandbox) -> None:
    states = {parse_qs(urlsplit(leave(browser, company)).query)["state"][0] for _ in range(5)}
    assert len(states) == 5
    assert min(map(len, states)) >= 43
    assert not ConsentRequest.objects.filter(digest__in=states).exists()


def test_a_stranger_and_a_viewer_cannot_begin(
    client: Client, bob: User, charlie: User, company: Company, sandbox: Sandbox
) -> None:
    for person, status in ((bob, 403), (charlie, 404)):
        client.force_login(person)
        assert client.post(f"/c/{company.slug}/integrations/connect/", CHOICES).status_code == status
    assert not ConsentRequest.objects.exists()


def test_begin_needs_the_forms_token(alice: User, company: Company, sandbox: Sandbox) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(alice)
    assert forger.post(f"/c/{company.slug}/integrations/connect/", CHOICES).status_code == 403
    assert not ConsentRequest.objects.exists()


def test_no_answer_of_the_callback_lets_its_address_travel(browser: Client, back: dict[str, str]) -> None:
    good = browser.get(CALLBACK, back)
    bad = browser.get(CALLBACK, back)
    for answer in (good, bad):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
        everything = answer.content.decode() + str(answer.headers)
        assert back["code"] not in everything
        assert back["state"] not in everything


# --- what must be found nowhere -------------------------------------------------------------------------------


def stored_texts() -> str:
    """Return all rows of all tables as one text."""
    texts: list[str] = []
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")  # noqa: S608 - our own tables' names
            texts += [
                bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                for row in cursor.fetchall()
                for value in row
            ]
    return "\n".join(texts)


@pytest.mark.django_db(transaction=True)
def test_tokens_code_and_state_are_in_no_log_no_table_and_no_file(
    browser: Client, back: dict[str, str], company: Company, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser.get(CALLBACK, back)
    connection = Connection.objects.get()
    tokens = credentials.load(connection)
    pages = [
        browser.get(address).content.decode()
        for address in (
            f"/c/{company.slug}/integrations/",
            f"/c/{company.slug}/integrations.json",
            f"/c/{company.slug}/integrations/runs/{SyncRun.objects.get().pk}/",
            f"/c/{company.slug}/integrations/runs/{SyncRun.objects.get().pk}.json",
            f"/c/{company.slug}/settings/audit/",
        )
    ]
    browser.get(CALLBACK, back)  # and once more, to be refused

    planted = (tokens.access, tokens.refresh, back["code"], back["state"], "a planted client secret")
    assert all(len(value) > 20 for value in planted)
    where = {"tables": stored_texts(), "logs": caplog.text, "pages": "".join(pages), "repr": repr(tokens)}
    if not on_postgresql():
        name = str(database.settings_dict["NAME"])
        there = [path for path in (name, f"{name}-wal") if Path(path).exists()]
        # Read by another process: whoever closes the file otherwise takes this one's locks on it away.
        read = [
            sys.executable,
            "-c",
            "import sys; [sys.stdout.buffer.write(open(it, 'rb').read()) for it in sys.argv[1:]]",
        ]
        where["files"] = subprocess.run([*read, *there], check=True, capture_output=True).stdout.decode("latin-1")  # noqa: S603 - our own words
        assert "Northwind Software" in where["files"]  # the right file was read
    assert [(place, value) for place, text in where.items() for value in planted if value in text] == []
