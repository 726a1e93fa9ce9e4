"""The connection's card in each state, the sync log, and what its buttons do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.connections.conftest import ADDRESS, Runner
from tests.connections.test_run import control
from tieout.companies.models import AuditEvent, Company
from tieout.connections.models import Connection, ConnectionState, Credential, Notice, RunState, SyncRun
from tieout.ledger.models import Book, Line
from tieout.providers.quickbooks.sandbox import Sandbox

BUTTONS = ("/integrations/refresh/", "/integrations/disconnect/", "/publish/", "/integrations/sync-date/")


def page_of(client: Client, company: Company) -> str:
    answer = client.get(f"/c/{company.slug}/integrations/")
    assert answer.status_code == 200
    return answer.content.decode()


def hold(sync: Runner, sandbox: Sandbox) -> SyncRun:
    """Return a held run: the trial balance says 1.00 more than before for one account."""
    sync()
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    held = sync()
    assert held.state == RunState.HELD
    return held


def test_without_books_an_owner_is_offered_to_connect_and_a_viewer_is_told_who_can(
    client: Client, alice: User, bob: User, company: Company
) -> None:
    client.force_login(alice)
    assert f"/c/{company.slug}/integrations/connect/" in page_of(client, company)
    client.force_login(bob)
    page = page_of(client, company)
    assert "/connect/" not in page
    assert "An admin of Northwind Software can connect them." in page


def test_the_card_says_whose_books_and_that_they_tie(
    client: Client, alice: User, company: Company, connected: Connection, sync: Runner
) -> None:
    sync()
    client.force_login(alice)
    page = page_of(client, company)
    for words in ("Ferry &amp; Sons Ltd", "Accrual, USD", "sandbox", "sync 1", "ties", "1 Apr 2023", "First sync"):
        assert words in page, words
    assert "Disconnect" in page


def test_a_viewer_sees_the_card_and_no_button(
    client: Client, bob: User, company: Company, sync: Runner, sandbox: Sandbox
) -> None:
    hold(sync, sandbox)
    client.force_login(bob)
    page = page_of(client, company)
    assert "Ferry &amp; Sons Ltd" in page
    assert not [button for button in BUTTONS if button in page]


def test_refresh_starts_a_run_and_a_second_one_joins_it(
    client: Client, alice: User, company: Company, sync: Runner
) -> None:
    sync()
    client.force_login(alice)
    first = client.post(f"/c/{company.slug}/integrations/refresh/")
    second = client.post(f"/c/{company.slug}/integrations/refresh/")
    assert first.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert SyncRun.objects.count() == 2


def test_the_sync_date_is_saved_and_logged(
    client: Client, alice: User, company: Company, connected: Connection
) -> None:
    client.force_login(alice)
    assert client.post(f"/c/{company.slug}/integrations/sync-date/", {"sync_day": "31"}).status_code == 302
    connected.refresh_from_db()
    assert connected.sync_day == 31
    assert AuditEvent.objects.filter(company=company, what="set the sync date").exists()
    assert client.post(f"/c/{company.slug}/integrations/sync-date/", {"sync_day": "32"}).status_code == 422
    connected.refresh_from_db()
    assert connected.sync_day == 31


def test_disconnecting_destroys_the_access_and_keeps_the_lines(
    client: Client, alice: User, company: Company, connected: Connection, sync: Runner
) -> None:
    sync()
    lines = Line.objects.count()
    client.force_login(alice)
    client.post(f"/c/{company.slug}/integrations/disconnect/")
    connected.refresh_from_db()
    assert connected.state == ConnectionState.DISCONNECTED
    assert not Credential.objects.exists()
    assert Line.objects.count() == lines > 0
    page = page_of(client, company)
    assert "What was imported stays, as of" in page
    assert "Connect again" in page
    refused = client.post(f"/c/{company.slug}/integrations/refresh/")
    assert refused.status_code == 422
    assert "Authorise the connection again first" in refused.content.decode()


def test_a_held_run_is_shown_with_what_differs_and_an_owner_may_publish_it(
    client: Client, alice: User, company: Company, sync: Runner, sandbox: Sandbox
) -> None:
    held = hold(sync, sandbox)
    client.force_login(alice)
    page = page_of(client, company)
    assert "A sync is held: it no longer ties" in page
    assert "Publish, marked UNVERIFIED" in page
    assert "May 2025" in page
    assert "1.00" in page
    done = client.post(f"/c/{company.slug}/integrations/runs/{held.pk}/publish/")
    assert done.status_code == 302
    page = page_of(client, company)
    assert "A sync is held" not in page
    assert "UNVERIFIED" in page
    again = client.post(f"/c/{company.slug}/integrations/runs/{held.pk}/publish/")
    assert again.status_code == 422
    assert "Nothing was published" in again.content.decode()


def test_a_viewer_can_decide_nothing(
    client: Client, bob: User, company: Company, sync: Runner, sandbox: Sandbox
) -> None:
    held = hold(sync, sandbox)
    client.force_login(bob)
    for action in ("connect/", "refresh/", "disconnect/", "sync-date/", f"runs/{held.pk}/publish/"):
        assert client.post(f"/c/{company.slug}/integrations/{action}", {"sync_day": "5"}).status_code == 403, action
    held.refresh_from_db()
    assert held.state == RunState.HELD
    assert SyncRun.objects.count() == 2
    assert Credential.objects.count() == 1


def test_a_held_run_that_a_later_one_replaces_is_no_longer_offered(
    client: Client, alice: User, company: Company, connected: Connection, sync: Runner, sandbox: Sandbox
) -> None:
    hold(sync, sandbox)
    Book.objects.update(open_version=99)  # a later run has taken a version of its own
    client.force_login(alice)
    assert "A sync is held" not in page_of(client, company)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ConnectionState.RECONNECT, ("needs re-authorisation", "It was revoked.", "Do this.", "Authorise again")),
        (ConnectionState.ERROR, ("error", "It was revoked.", "Do this.", "Authorise again", "Refresh")),
        (ConnectionState.PAUSED, ("paused", "Nobody reads the books", "Resume")),
        (ConnectionState.DISCONNECTED, ("disconnected", "stay too", "Connect again", "Delete imported data")),
    ],
)
def test_each_state_has_its_own_text_and_remedy(
    client: Client, alice: User, company: Company, sync: Runner, state: ConnectionState, words: tuple[str, ...]
) -> None:
    sync()
    Connection.objects.update(state=state, trouble="It was revoked.", remedy="Do this.")
    client.force_login(alice)
    page = page_of(client, company)
    for text in words:
        assert text in page, text


def test_authorising_again_goes_straight_to_the_consent_page(
    client: Client, alice: User, company: Company, connected: Connection
) -> None:
    Connection.objects.update(state=ConnectionState.RECONNECT)
    client.force_login(alice)
    answer = client.get(f"/c/{company.slug}/integrations/")
    assert "form-action" not in answer.headers["Content-Security-Policy"]
    choices = {"provider": "quickbooks", "history": "everything", "basis": "accrual", "sync_day": "1"}
    for name, value in choices.items():
        assert f'name="{name}" value="{value}"' in answer.content.decode()
    away = client.post(f"/c/{company.slug}/integrations/connect/", choices)
    assert away.headers["Location"].startswith(ADDRESS)


def test_the_log_is_paged_newest_first(client: Client, bob: User, company: Company, sync: Runner) -> None:
    run = sync()
    for number in range(25):
        SyncRun.objects.create(
            connection=run.connection,
            kind="manual",
            state=RunState.FAILED,
            requested_at=run.requested_at,
            finished_at=run.requested_at,
            reason=f"Trouble number {number}.",
            remedy="Try again.",
        )
    client.force_login(bob)
    first = page_of(client, company)
    assert "Trouble number 24." in first
    assert "Try again." in first
    assert "Trouble number 4." not in first
    second = client.get(f"/c/{company.slug}/integrations/", {"page": "2"}).content.decode()
    assert "Trouble number 4." in second
    assert "Page 2 of 2" in second
    assert client.get(f"/c/{company.slug}/integrations/", {"page": "x"}).status_code == 200


def test_a_notice_is_shown_to_its_person_until_it_is_read(
    client: Client, alice: User, bob: User, company: Company, sync: Runner
) -> None:
    sync()
    notice = Notice.objects.get(person=alice)
    client.force_login(bob)
    assert notice.title not in page_of(client, company)
    client.post(f"/c/{company.slug}/notices/{notice.pk}/read/")
    client.force_login(alice)
    assert "the first sync is done, and it ties" in page_of(client, company)
    opened = client.post(f"/c/{company.slug}/notices/{notice.pk}/read/", {"open": "1"})
    assert opened.headers["Location"] == notice.path == f"/c/{company.slug}/expenses/organise/"
    assert "the first sync is done" not in page_of(client, company)


def test_the_state_for_scripts(client: Client, bob: User, company: Company, sync: Runner, sandbox: Sandbox) -> None:
    client.force_login(bob)
    hold(sync, sandbox)
    state = client.get(f"/c/{company.slug}/integrations.json").json()
    assert (state["company"], state["state"], state["sandbox"]) == (company.slug, "connected", True)
    assert (state["sync"], state["verified"]) == (1, True)
    assert state["book"] == {"basis": "accrual", "currency": "USD", "digits": 2, "start": "2023-04-01"}
    assert (state["last_run"]["state"], state["last_run"]["sync"]) == ("held", None)


def test_the_state_without_a_connection(client: Client, bob: User, company: Company) -> None:
    client.force_login(bob)
    assert client.get(f"/c/{company.slug}/integrations.json").json() == {"company": company.slug, "connection": None}
