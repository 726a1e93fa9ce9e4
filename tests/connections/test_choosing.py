"""Of several organisations one is chosen by the person: sealed until then, once, in time, and the rest given back."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.connections.conftest import Time
from tests.connections.tenants import ConsentProvider, Tenants
from tests.connections.test_consent import stored_texts
from tieout.companies import services as companies
from tieout.companies.models import AuditEvent, Company, Membership, Role
from tieout.connections import choosing, connecting, consent, credentials, providers, services, tasks
from tieout.connections.models import Connection, ConnectionState, Credential, PendingGrant, SyncRun
from tieout.jobs import services as jobs
from tieout.jobs.home import Claimed
from tieout.jobs.registry import Running
from tieout.providerkit.errors import TryAgainLater

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
CHOICES = {"provider": "tenants", "history": "default", "basis": "accrual", "sync_day": "5"}


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Tenants:
    """Is a platform on which Alice gives access to two organisations."""
    made = Tenants()
    monkeypatch.setitem(providers.stand_ins, "tenants", ConsentProvider(made))
    return made


@pytest.fixture
def browser(client: Client, alice: User, platform: Tenants) -> Client:
    """Is Alice's browser, signed in."""
    client.force_login(alice)
    return client


def go_and_come_back(browser: Client, company: Company) -> Answer:
    """Press Continue, give access on the platform's page, and return what the way back came to."""
    away = browser.post(f"/c/{company.slug}/integrations/connect/", CHOICES)
    state = str(away.headers["Location"]).partition("state=")[2]
    return browser.get("/oauth/callback/tenants/", {"state": state, "code": "c"})


def page_of(company: Company) -> str:
    return f"/c/{company.slug}/integrations/choose/"


def choose(browser: Client, company: Company, organisation: str) -> Answer:
    return browser.post(page_of(company), {"organisation": organisation})


def worker(now: timedelta = timedelta()) -> None:
    """Do what a worker does with jobs and periods of these tests, ``now`` from now."""
    choosing.give_back_abandoned(timezone.now() + now)


def test_one_organisation_is_taken_at_once(browser: Client, company: Company, platform: Tenants) -> None:
    platform.given = ["b2"]
    answer = go_and_come_back(browser, company)
    assert answer.headers["Location"] == f"/c/{company.slug}/integrations/runs/{SyncRun.objects.get().pk}/"
    assert Connection.objects.get().organisation.external_id == "b2"
    assert not PendingGrant.objects.exists()


def test_of_several_none_is_taken_before_the_person_says_which(
    browser: Client, company: Company, platform: Tenants
) -> None:
    platform.organisations["c3"] = "Demo Company (US)"
    platform.given = ["b2", "c3", "a1"]
    answer = go_and_come_back(browser, company)
    assert answer.headers["Location"] == page_of(company)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert (Connection.objects.count(), Credential.objects.count(), SyncRun.objects.count()) == (0, 0, 0)

    page = browser.get(page_of(company))
    text = page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert "access to 3 organisations at Toy books" in text
    assert "For 9 more minutes" in text  # no time of day: nobody knows the reader's clock
    assert text.index("Aster Ltd") < text.index("Birch Ltd") < text.index("Demo Company (US)")
    assert "Demo company</span>" in text
    assert ">sandbox</span>" in text
    assert " checked" not in text
    assert not platform.revoked


def test_the_chosen_one_is_connected_as_wished_and_the_others_are_given_back(
    browser: Client, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    answer = choose(browser, company, "b2")
    connection = Connection.objects.get()
    assert answer.headers["Location"] == f"/c/{company.slug}/integrations/runs/{SyncRun.objects.get().pk}/"
    assert (connection.organisation.external_id, connection.organisation.name) == ("b2", "Birch Ltd")
    assert (connection.sync_day, connection.is_sandbox) == (5, True)
    assert credentials.load(connection).access == "access-1"
    assert not PendingGrant.objects.exists()
    told = AuditEvent.objects.get(what="connected the books")
    assert told.after == {"provider": "tenants", "organisation": "Birch Ltd", "access": "code"}


def test_giving_back_the_others_is_a_job(browser: Client, company: Company, platform: Tenants) -> None:
    go_and_come_back(browser, company)
    choose(browser, company, "a1")
    later = timezone.now() + timedelta(minutes=1)
    claimed: list[Claimed] = []
    while (job := jobs.claim(holder="w", now=later)) is not None:
        claimed.append(job)
    found = next(it for it in claimed if it.task == connecting.GIVE_BACK)
    tasks.give_back(found.arguments, Running(found, now=later, stop=threading.Event()))
    assert platform.revoked == ["b2"]
    assert "access" not in str(found.arguments)


@pytest.mark.parametrize("organisation", ["", "z9", "b2 ", "A1", "b2\x00"])
def test_only_what_was_offered_can_be_chosen(
    browser: Client, company: Company, platform: Tenants, organisation: str
) -> None:
    go_and_come_back(browser, company)
    answer = choose(browser, company, organisation)
    assert answer.status_code == 422
    assert "Choose one of the organisations" in answer.content.decode()
    assert not Connection.objects.exists()
    assert choose(browser, company, "b2").status_code == 302


def test_a_choice_works_once(browser: Client, company: Company, platform: Tenants) -> None:
    go_and_come_back(browser, company)
    choose(browser, company, "b2")
    again = choose(browser, company, "a1")
    assert again.headers["Location"] == f"/c/{company.slug}/integrations/connect/"
    assert Connection.objects.get().organisation.external_id == "b2"


def test_of_two_at_the_same_moment_one_is_refused(
    browser: Client, alice: User, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    first, second = PendingGrant.objects.get(), PendingGrant.objects.get()
    choosing.choose(first, "a1", now=timezone.now())
    with pytest.raises(connecting.GrantRefused):
        choosing.choose(second, "a1", now=timezone.now())
    with pytest.raises(connecting.GrantRefused):
        choosing.withdraw(second, now=timezone.now())
    assert not platform.revoked
    assert SyncRun.objects.count() == 1


def test_after_ten_minutes_it_is_over(browser: Client, company: Company, platform: Tenants) -> None:
    go_and_come_back(browser, company)
    PendingGrant.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    for answer in (browser.get(page_of(company)), choose(browser, company, "b2")):
        assert answer.headers["Location"] == f"/c/{company.slug}/integrations/connect/"
    assert not Connection.objects.exists()


def test_it_lasts_ten_minutes(browser: Client, company: Company, platform: Tenants) -> None:
    before = timezone.now()
    go_and_come_back(browser, company)
    lasts = PendingGrant.objects.get().ends_at - before
    assert timedelta(minutes=10) <= lasts < timedelta(minutes=10, seconds=30)


def test_it_is_of_one_session_one_person_and_one_company(
    browser: Client, alice: User, bob: User, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    elsewhere = Client()
    elsewhere.force_login(alice)  # another session
    other = companies.create_company(name="Other", person=alice)  # another company
    Membership.objects.filter(company=company, person=bob).update(role=Role.OWNER)
    somebody = Client()
    somebody.force_login(bob)  # another person
    for who, where in ((elsewhere, company), (browser, other), (somebody, company)):
        assert choose(who, where, "b2").headers["Location"] == f"/c/{where.slug}/integrations/connect/"
        assert who.get(page_of(where)).status_code == 302
    assert not Connection.objects.exists()
    assert choose(browser, company, "b2").status_code == 302
    assert Connection.objects.get().company == company


def test_another_person_in_the_same_session_chooses_nothing(
    browser: Client, bob: User, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    PendingGrant.objects.update(person=bob)
    assert choose(browser, company, "b2").headers["Location"] == f"/c/{company.slug}/integrations/connect/"
    assert not Connection.objects.exists()


def test_somebody_who_is_no_longer_an_admin_cannot_choose(
    browser: Client, alice: User, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    Membership.objects.filter(person=alice).update(role=Role.EDITOR)
    assert choose(browser, company, "b2").status_code == 403


def test_a_passing_trouble_leaves_the_choice_open(browser: Client, company: Company, platform: Tenants) -> None:
    go_and_come_back(browser, company)
    platform.trouble = TryAgainLater("Toy books is busy.")
    answer = choose(browser, company, "b2")
    assert (answer.status_code, Connection.objects.count()) == (422, 0)
    assert "Toy books is busy. Nothing was stored. Choose again in a moment." in answer.content.decode()
    platform.trouble = None
    assert choose(browser, company, "b2").status_code == 302


# --- giving back ----------------------------------------------------------------------------------------------


def test_none_of_these_gives_all_back_at_once(browser: Client, company: Company, platform: Tenants) -> None:
    go_and_come_back(browser, company)
    answer = browser.post(f"{page_of(company)}none/")
    assert answer.headers["Location"] == f"/c/{company.slug}/integrations/connect/"
    assert platform.revoked == ["a1", "b2"]
    assert not PendingGrant.objects.exists()


def test_an_abandoned_choice_is_given_back_when_its_time_is_over(
    browser: Client, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    worker(timedelta(minutes=9))
    assert (platform.revoked, PendingGrant.objects.count()) == ([], 1)
    worker(timedelta(minutes=11))
    assert (platform.revoked, PendingGrant.objects.count()) == (["a1", "b2"], 0)


def test_giving_back_ends_nothing_that_a_connection_reads(
    browser: Client, alice: User, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    choose(browser, company, "a1")
    other = companies.create_company(name="Other", person=alice)
    go_and_come_back(browser, other)
    worker(timedelta(minutes=11))
    assert platform.revoked == ["b2"]
    first = Connection.objects.get()
    books = ConsentProvider(platform).open("a1", credentials_of(first), basis="accrual", observe=print)
    assert books.organisation().name == "Aster Ltd"


def test_giving_back_ends_nothing_that_is_being_chosen_from_elsewhere(
    browser: Client, alice: User, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    PendingGrant.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    platform.given = ["b2", "a1"]
    go_and_come_back(browser, company)
    worker()
    assert (platform.revoked, PendingGrant.objects.count()) == ([], 1)
    assert choose(browser, company, "b2").status_code == 302


def test_disconnecting_ends_nothing_that_another_company_reads(
    browser: Client, alice: User, company: Company, platform: Tenants
) -> None:
    platform.given = ["a1"]
    go_and_come_back(browser, company)
    other = companies.create_company(name="Other", person=alice)
    go_and_come_back(browser, other)
    first, second = Connection.objects.get(company=company), Connection.objects.get(company=other)
    services.disconnect(first, person=alice, now=timezone.now())
    assert platform.revoked == []
    services.disconnect(second, person=alice, now=timezone.now())
    assert platform.revoked == ["a1"]
    assert not Credential.objects.exists()


def test_a_platform_that_is_down_keeps_nothing_here(browser: Client, company: Company, platform: Tenants) -> None:
    go_and_come_back(browser, company)
    platform.trouble = TryAgainLater("down")
    worker(timedelta(minutes=11))
    assert (platform.revoked, PendingGrant.objects.count()) == ([], 0)


def test_tokens_that_no_key_opens_are_forgotten(browser: Client, company: Company, platform: Tenants) -> None:
    go_and_come_back(browser, company)
    PendingGrant.objects.update(owner="another row's")
    assert "cannot be decrypted" in choose(browser, company, "b2").content.decode()
    worker(timedelta(minutes=11))
    assert (platform.revoked, PendingGrant.objects.count()) == ([], 0)


# --- what another company holds, and authorising again --------------------------------------------------------


@pytest.mark.parametrize("member", [True, False])
def test_what_another_company_holds_is_marked_and_comes_last(
    browser: Client, alice: User, charlie: User, company: Company, platform: Tenants, *, member: bool
) -> None:
    other = companies.create_company(name="Secret plc", person=alice)
    go_and_come_back(browser, other)
    choose(browser, other, "a1")
    if not member:
        companies.add_member(other, newcomer=charlie, role=Role.OWNER, person=alice)
        Membership.objects.filter(company=other, person=alice).delete()
    go_and_come_back(browser, company)
    text = browser.get(page_of(company)).content.decode()
    holder = "Secret plc" if member else "Another company of this installation"
    assert f"{holder} has these books already" in text
    assert ("Secret plc" in text) == member
    assert text.index("Birch Ltd") < text.index("Aster Ltd")


def test_authorising_again_takes_the_one_that_is_connected(
    browser: Client, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    choose(browser, company, "b2")
    Connection.objects.update(state=ConnectionState.RECONNECT)
    platform.given = ["a1", "b2"]
    answer = go_and_come_back(browser, company)
    connection = Connection.objects.get()
    assert answer.headers["Location"] == f"/c/{company.slug}/integrations/runs/{SyncRun.objects.get().pk}/"
    assert (connection.organisation.external_id, connection.state) == ("b2", ConnectionState.CONNECTED)
    assert credentials.load(connection).access == "access-2"
    assert not PendingGrant.objects.exists()


def test_authorising_again_for_others_only_is_refused_and_given_back(
    browser: Client, company: Company, platform: Tenants
) -> None:
    go_and_come_back(browser, company)
    choose(browser, company, "b2")
    platform.organisations["c3"] = "Cedar Ltd"
    platform.given = ["a1", "c3"]
    answer = go_and_come_back(browser, company)
    assert answer.status_code == 400
    assert "holds the books of Birch Ltd; you chose another organisation" in answer.content.decode()
    assert platform.revoked == ["a1", "c3"]
    assert credentials.load(Connection.objects.get()).access == "access-1"


# --- what must be found nowhere -------------------------------------------------------------------------------


def test_tokens_that_wait_are_in_no_table_and_on_no_page(
    browser: Client, company: Company, platform: Tenants, caplog: pytest.LogCaptureFixture
) -> None:
    go_and_come_back(browser, company)
    everything = stored_texts() + browser.get(page_of(company)).content.decode() + caplog.text
    assert "Birch Ltd" in everything
    assert "access-1" not in everything
    assert "planted" not in everything


def credentials_of(connection: Connection) -> credentials.Keeper:
    """Return the connection's own token source."""
    return credentials.Keeper(connection.pk, providers.provider(connection.provider), clock=Time(timezone.now()))


def test_the_round_trip_alone_says_that_a_choice_is_needed(
    alice: User, company: Company, platform: Tenants, clock: Time
) -> None:
    address = consent.begin(company, alice, "tenants", consent.Wishes(), session="s", now=clock())
    state = address.partition("state=")[2]
    with pytest.raises(choosing.ChoiceNeeded) as needed:
        consent.complete("tenants", {"state": state}, alice, session="s", now=clock())
    with pytest.raises(connecting.GrantRefused):
        choosing.choose(needed.value.waiting, "c3", now=clock())
    assert [it.name for it in choosing.offered(needed.value.waiting)] == ["Aster Ltd", "Birch Ltd"]
