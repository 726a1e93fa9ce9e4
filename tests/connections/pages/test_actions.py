"""The buttons of the Integrations page: pause, resume, every month again, include a month, running months, delete."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.connections.conftest import NOW, Runner, Time
from tests.connections.pages.test_integrations import page_of
from tieout.companies import services as companies
from tieout.companies.models import AuditEvent, Company, Membership, Role
from tieout.connections import services
from tieout.connections.models import Admission, Connection, ConnectionState, RunState, SyncRun
from tieout.expenses import periods
from tieout.ledger.models import Publication

ACTIONS = ("pause/", "resume/", "include/", "running-month/", "refresh/", "delete/")


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, clock: Time) -> Time:
    """Have the pages live at the time of the tests' clock."""
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def post(client: Client, company: Company, action: str, **data: str) -> int:
    return client.post(f"/c/{company.slug}/integrations/{action}", data).status_code


def role(company: Company, person: User, role: Role) -> None:
    Membership.objects.filter(company=company, person=person).update(role=role)


def test_an_admin_pauses_and_resumes(client: Client, bob: User, company: Company, sync: Runner, now: Time) -> None:
    sync()
    role(company, bob, Role.ADMIN)
    client.force_login(bob)
    assert "/integrations/pause/" in page_of(client, company)
    assert post(client, company, "pause/") == 302
    page = page_of(client, company)
    for words in ("Nobody reads the books until somebody resumes", "when it is resumed", "/integrations/resume/"):
        assert words in page, words
    assert "/integrations/refresh/" not in page
    assert post(client, company, "refresh/") == 422
    assert post(client, company, "pause/") == 422
    answer = client.post(f"/c/{company.slug}/integrations/resume/")
    assert answer.headers["Location"].endswith(f"/runs/{SyncRun.objects.latest('pk').pk}/")
    assert post(client, company, "resume/") == 422


@pytest.mark.parametrize("who", [Role.EDITOR, Role.VIEWER])
def test_who_only_plans_or_looks_has_no_button_and_no_effect(
    client: Client, bob: User, company: Company, connected: Connection, sync: Runner, who: Role
) -> None:
    sync()
    role(company, bob, who)
    client.force_login(bob)
    page = page_of(client, company)
    for action in ACTIONS:
        assert f"/integrations/{action}" not in page
        assert post(client, company, action, month="2025-05", shown="1", name=company.name) == 403
    connected.refresh_from_db()
    assert (connected.state, connected.show_running_month) == (ConnectionState.CONNECTED, False)


def test_a_stranger_finds_nothing(client: Client, charlie: User, company: Company, sync: Runner) -> None:
    sync()
    client.force_login(charlie)
    assert {post(client, company, action) for action in ACTIONS} == {404}


def test_an_admin_deletes_nothing(
    client: Client, alice: User, bob: User, company: Company, connected: Connection, sync: Runner, now: Time
) -> None:
    sync()
    services.disconnect(connected, person=alice, now=now())
    role(company, bob, Role.ADMIN)
    client.force_login(bob)
    assert "Delete imported data" not in page_of(client, company)
    assert post(client, company, "delete/", name=company.name) == 403
    assert Publication.objects.exists()


def test_an_owner_deletes_by_typing_the_name(
    client: Client, alice: User, company: Company, connected: Connection, sync: Runner, now: Time
) -> None:
    run = sync()
    client.force_login(alice)
    assert "Delete imported data" not in page_of(client, company)
    services.disconnect(connected, person=alice, now=now())
    assert "Delete imported data" in page_of(client, company)
    assert post(client, company, "delete/", name="Northwind") == 422
    assert Publication.objects.exists()
    assert post(client, company, "delete/", name=company.name) == 302
    page = page_of(client, company)
    assert "Nothing imported is here" in page
    assert "deleted since" in page  # the log's line of the run
    assert "Delete imported data" not in page
    assert (
        "somebody deleted the imported data"
        in client.get(f"/c/{company.slug}/integrations/runs/{run.pk}/").content.decode()
    )
    assert client.get(f"/c/{company.slug}/integrations.json").json()["sync"] is None


def test_every_month_can_be_read_again(client: Client, alice: User, company: Company, sync: Runner) -> None:
    sync()
    client.force_login(alice)
    assert "Read every month again" in page_of(client, company)
    assert post(client, company, "refresh/", everything="1") == 302
    run = SyncRun.objects.latest("pk")
    assert run.everything
    SyncRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, everything=False)
    told = client.post(f"/c/{company.slug}/integrations/refresh/", {"everything": "1"}, follow=True)
    assert "ask again for every month" in told.content.decode()


def test_a_month_is_included_before_its_sync_date(
    client: Client, alice: User, company: Company, connected: Connection, sync: Runner, now: Time
) -> None:
    services.set_sync_day(connected, 20, person=alice, now=NOW)
    sync()
    client.force_login(alice)
    page = page_of(client, company)
    for words in ("May 2025 does not count as actuals yet", "20 June 2025", "Include May now"):
        assert words in page, words
    assert post(client, company, "include/", month="May") == 404
    assert post(client, company, "include/", month="2025-05") == 302
    assert Admission.objects.get(month=202505).by == alice
    page = page_of(client, company)
    assert "May 2025 counts as actuals now." in page
    assert "Include May now" not in page
    assert post(client, company, "include/", month="2025-05") == 422


def test_a_month_that_was_not_over_is_read_first(
    client: Client, alice: User, company: Company, connected: Connection, sync: Runner, now: Time
) -> None:
    services.set_sync_day(connected, 20, person=alice, now=NOW)
    sync()
    now.now += timedelta(days=17)
    client.force_login(alice)
    assert "Read, then include June" in page_of(client, company)
    told = client.post(f"/c/{company.slug}/integrations/include/", {"month": "2025-06"}, follow=True)
    assert "include June 2025 when the sync is done" in told.content.decode()
    assert not Admission.objects.filter(month=202506).exists()


def test_running_months_show_what_is_chosen(client: Client, alice: User, company: Company, sync: Runner) -> None:
    sync()
    client.force_login(alice)
    assert post(client, company, "running-month/", shown="1") == 302
    assert Connection.objects.get().show_running_month
    assert periods.shows_running(company)
    assert post(client, company, "running-month/", shown="0") == 302
    assert not periods.shows_running(company)
    said = AuditEvent.objects.filter(what="set what running months show").order_by("pk")
    assert [it.after for it in said] == [{"show_running_month": True}, {"show_running_month": False}]


def test_the_card_says_when_the_books_are_read_next(
    client: Client, bob: User, company: Company, connected: Connection, sync: Runner, now: Time
) -> None:
    sync()
    tomorrow = datetime(2025, 6, 16, 3, 17, tzinfo=now.now.tzinfo)
    Connection.objects.update(next_sync_at=tomorrow)
    client.force_login(bob)
    assert "tomorrow 03:17, daily" in page_of(client, company)
    state = client.get(f"/c/{company.slug}/integrations.json").json()
    assert state["next_sync"] == {"at": "2025-06-16T03:17:00+00:00", "kind": "daily"}


def test_a_failing_connection_says_for_how_long_why_and_when_it_tries_again(
    client: Client, bob: User, company: Company, connected: Connection, sync: Runner, now: Time
) -> None:
    run = sync()
    since = now.now
    now.now += timedelta(hours=26)
    SyncRun.objects.create(
        connection=connected, kind="daily", state=RunState.FAILED, requested_at=now.now, finished_at=now.now,
        reason="The provider did not answer.", remedy="Nothing: it is tried again.",
    )  # fmt: skip
    Connection.objects.update(failing_since=since, next_sync_at=now.now + timedelta(hours=1), verified_at=since)
    client.force_login(bob)
    page = page_of(client, company)
    for words in (
        "Not read for 26 hours", "The provider did not answer.", "The figures stay as of", "Tieout tries again",
        "What to do:", "The figures stayed those of sync 1.", "Tried again by itself", "error",
    ):  # fmt: skip
        assert words in page, words
    companies.set_timezone(company, timezone="Asia/Tokyo", person=bob)
    assert run.publication is not None
    assert client.get(f"/c/{company.slug}/integrations.json").json()["failing_since"] == since.isoformat()


def test_a_sync_that_waits_says_why_what_is_shown_meanwhile_and_when_it_goes_on(
    client: Client, alice: User, bob: User, company: Company, sync: Runner, now: Time
) -> None:
    run = sync()
    now.now += timedelta(minutes=1)
    SyncRun.objects.filter(pk=run.pk).update(
        state=RunState.RUNNING, reason="The provider answers with status 503", finished_at=None,
        waiting_until=now.now + timedelta(minutes=5),
    )  # fmt: skip
    client.force_login(bob)
    page = page_of(client, company)
    assert "First sync: waiting" in page
    assert "The provider answers with status 503. The figures stay as of" in page
    assert "It goes on by itself" in page
    address = f"/c/{company.slug}/integrations/runs/{run.pk}/"
    assert "Try now" not in client.get(address).content.decode()  # a viewer cannot
    client.force_login(alice)
    assert "Try now" in client.get(address).content.decode()
    SyncRun.objects.filter(pk=run.pk).update(told_to_wait=True)
    assert "Try now" not in client.get(address).content.decode()  # the provider said when
    client.force_login(bob)
    Connection.objects.update(state=ConnectionState.PAUSED)
    assert "The sync under way comes to its end. After it, nobody reads" in page_of(client, company)


def test_a_failed_run_offers_what_can_mend_it(
    client: Client, alice: User, company: Company, connected: Connection, sync: Runner
) -> None:
    run = sync()
    SyncRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, reason="A right is missing", remedy="Ask.")
    client.force_login(alice)
    address = f"/c/{company.slug}/integrations/runs/{run.pk}/"
    assert "Authorise again" not in client.get(address).content.decode()
    Connection.objects.update(state=ConnectionState.ERROR)
    page = client.get(address).content.decode()
    assert "Authorise again" in page
    assert "Try again" in page
    Connection.objects.update(state=ConnectionState.CONNECTED)
    sync()
    page = client.get(address).content.decode()
    assert "A later sync was started" in page
    assert "Try again" not in page
