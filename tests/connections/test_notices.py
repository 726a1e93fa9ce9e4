"""What people are told, once each, in the app and by mail (spec §3; issue of the sync, notifications)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from tests.connections.conftest import NOW, Runner, Time
from tests.connections.test_run import control
from tieout.companies.models import Company, Membership, Role
from tieout.connections import credentials, notices, watching
from tieout.connections.models import Connection, ConnectionState, Credential, Notice, NoticeKind, RunState
from tieout.providerkit.interface import Tokens
from tieout.providers.quickbooks.sandbox import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def hears(company: Company, bob: User) -> None:
    """Make Bob an admin: he is one of those who can act."""
    Membership.objects.filter(company=company, person=bob).update(role=Role.ADMIN)


def told(kind: NoticeKind) -> list[tuple[str, str]]:
    """Return who was told what of a kind, in order."""
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("person__username", "title"))


def fails_since(connected: Connection, since: datetime) -> None:
    Connection.objects.filter(pk=connected.pk).update(failing_since=since)


def grant_until(connected: Connection, *, refresh: datetime | None, grant: datetime | None) -> None:
    tokens = Tokens(access="a", refresh="b", access_expires=NOW, refresh_expires=refresh, grant_ends=grant)
    credentials.store(connected, tokens)


# --- telling -----------------------------------------------------------------------------------------------------


def test_everybody_who_can_act_is_told_once(
    company: Company, bob: User, hears: None, django_capture_on_commit_callbacks: type
) -> None:
    def tell(key: str) -> int:
        return notices.tell(company, NoticeKind.UNTIED, key, title="T", text="What", path="/c/x/", at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        assert [tell("1"), tell("1"), tell("2")] == [2, 0, 2]
    assert sorted(address for one in mail.outbox for address in one.to) == 2 * ["alice@example.com"] + 2 * [
        "bob@example.com"
    ]
    assert "Choose your mails: http" in mail.outbox[0].body


def test_a_viewer_is_not_told(company: Company, bob: User) -> None:
    notices.tell(company, NoticeKind.UNTIED, "1", title="T", text="What", path="/c/x/", at=NOW)
    assert told(NoticeKind.UNTIED) == [("alice", "T")]


def test_a_mail_that_somebody_does_not_want_is_not_sent_and_the_app_tells_all_the_same(
    company: Company, alice: User, django_capture_on_commit_callbacks: type
) -> None:
    notices.set_mailed(company, alice.pk, [NoticeKind.FAILING])
    with django_capture_on_commit_callbacks(execute=True):
        notices.tell(company, NoticeKind.UNTIED, "1", title="T", text="What", path="/c/x/", at=NOW)
        notices.tell(company, NoticeKind.FAILING, "1", title="F", text="What", path="/c/x/", at=NOW)
    assert [one.subject for one in mail.outbox] == ["F"]
    assert told(NoticeKind.UNTIED) == [("alice", "T")]


# --- by a run's end ----------------------------------------------------------------------------------------------


def test_new_accounts_without_a_department_are_told_by_name(sync: Runner, sandbox: Sandbox) -> None:
    sync()
    assert told(NoticeKind.UNASSIGNED) == []  # at the first sync all are new
    fields = {"Name": "Trade fairs", "AcctNum": "6420", "AccountType": "Expense", "AccountSubType": "Travel"}
    control(sandbox, "add", {"entity": "Account", "fields": fields})
    bank = {"Name": "Savings", "AcctNum": "1090", "AccountType": "Bank", "AccountSubType": "Savings"}
    control(sandbox, "add", {"entity": "Account", "fields": bank})
    assert sync().new_accounts == 2
    assert told(NoticeKind.UNASSIGNED) == [("alice", "1 new account without a department")]
    assert "6420 Trade fairs" in Notice.objects.get(kind=NoticeKind.UNASSIGNED).text
    sync()
    assert len(told(NoticeKind.UNASSIGNED)) == 1


def test_books_that_no_longer_tie_are_told_once_while_they_do_not(sync: Runner, sandbox: Sandbox) -> None:
    sync()
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-06"}})
    for _ in range(2):
        assert sync().state == RunState.HELD
    assert len(told(NoticeKind.UNTIED)) == 1
    assert "The figures of the last sync stay" in Notice.objects.get(kind=NoticeKind.UNTIED).text


def test_a_grant_that_is_gone_is_told_at_once_and_a_lost_right_in_other_words(
    sync: Runner, sandbox: Sandbox, connected: Connection
) -> None:
    sync()
    control(sandbox, "lose_access", {})
    assert sync().state == RunState.FAILED
    assert Connection.objects.get().state == ConnectionState.ERROR
    [(_, lost)] = told(NoticeKind.RECONNECT)
    assert "may no longer read" in lost
    control(sandbox, "lose_access", {"lost": False})
    assert sync().state == RunState.UNCHANGED  # the right is back: nobody had to authorise again
    control(sandbox, "revoke", {})
    assert sync().state == RunState.FAILED
    assert told(NoticeKind.RECONNECT)[1][1].endswith("needs to be authorised again")


# --- by time -----------------------------------------------------------------------------------------------------


def test_books_that_were_not_read_for_a_day_are_told_once_for_each_trouble(connected: Connection) -> None:
    fails_since(connected, NOW)
    assert [watching.look(NOW + timedelta(hours=23)), watching.look(NOW + timedelta(hours=25))] == [0, 1]
    assert watching.look(NOW + timedelta(days=3)) == 0
    assert "could not be read for 25 hours" in told(NoticeKind.FAILING)[0][1]
    fails_since(connected, NOW + timedelta(days=9))
    assert watching.look(NOW + timedelta(days=11)) == 1


def test_trouble_that_ended_is_not_told(connected: Connection, sync: Runner) -> None:
    fails_since(connected, NOW - timedelta(days=2))
    sync()
    assert watching.look(NOW + timedelta(days=3)) == 0


@pytest.mark.parametrize(("before", "new"), [(31, 0), (30, 1), (8, 1), (7, 2), (1, 3)])
def test_the_end_of_an_authorisation_is_told_thirty_and_seven_days_and_a_day_before(
    connected: Connection, before: int, new: int
) -> None:
    ends = NOW + timedelta(days=100)
    grant_until(connected, refresh=ends, grant=NOW + timedelta(days=900))
    for day in range(100, before - 1, -1):
        watching.look(ends - timedelta(days=day))
        watching.look(ends - timedelta(days=day))
    assert len(told(NoticeKind.GRANT_ENDS)) == new


def test_a_refresh_puts_the_end_off(connected: Connection, sync: Runner, clock: Time) -> None:
    sync()
    first = Credential.objects.get().ends_at
    assert first is not None
    clock.now += timedelta(days=2)
    sync()
    later = Credential.objects.get().ends_at
    assert later is not None
    assert later - first >= timedelta(days=2)


def test_trouble_that_is_waited_out_counts_from_its_beginning(
    connected: Connection, sandbox: Sandbox, sync: Runner, clock: Time
) -> None:
    sync()
    began = clock.now
    control(sandbox, "faults", {"status": 503})
    for _ in range(10):
        if (run := sync()).state == RunState.FAILED:
            break
    assert "24 hours" in run.reason
    assert watching.look(clock.now + timedelta(minutes=1)) == 1
    failing = Connection.objects.get().failing_since
    assert failing is not None
    assert failing - began < timedelta(minutes=1)


# --- the page ----------------------------------------------------------------------------------------------------


def test_the_page_lists_what_was_told_and_marks_it_as_read(client: Client, company: Company, alice: User) -> None:
    client.force_login(alice)
    address = f"/c/{company.slug}/notices/"
    assert b"Nothing to tell" in client.get(address).content
    notices.tell(company, NoticeKind.UNTIED, "1", title="<b>Bold</b> Ltd", text="What", path="/c/x/", at=NOW)
    page = client.get(address).content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt; Ltd" in page
    assert "Mark all as read" in page
    client.post(f"{address}read/")
    assert Notice.objects.get().read_at is not None
    assert "Mark all as read" not in client.get(address).content.decode()


def test_open_goes_on_to_what_it_tells_of(client: Client, company: Company, alice: User) -> None:
    client.force_login(alice)
    notices.tell(company, NoticeKind.UNTIED, "1", title="T", text="What", path=f"/c/{company.slug}/x/", at=NOW)
    answer = client.post(f"/c/{company.slug}/notices/{Notice.objects.get().pk}/read/", {"open": "1"})
    assert answer.headers["Location"] == f"/c/{company.slug}/x/"


def test_nobody_reads_what_another_was_told(client: Client, company: Company, bob: User) -> None:
    notices.tell(company, NoticeKind.UNTIED, "1", title="Secret", text="What", path="/c/x/", at=NOW)
    client.force_login(bob)
    assert b"Secret" not in client.get(f"/c/{company.slug}/notices/").content
    client.post(f"/c/{company.slug}/notices/{Notice.objects.get().pk}/read/")
    assert Notice.objects.get().read_at is None


def test_the_chosen_mails_are_kept(client: Client, company: Company, alice: User) -> None:
    client.force_login(alice)
    client.post(f"/c/{company.slug}/notices/mails/", {"kind": ["untied", "nonsense"]})
    assert notices.mailed(company, alice.pk) == {NoticeKind.UNTIED}


def test_whom_nothing_is_told_is_offered_no_mails(client: Client, company: Company, bob: User) -> None:
    client.force_login(bob)
    page = client.get(f"/c/{company.slug}/notices/").content.decode()
    assert "those who can act on it are told: admins and owners" in page
    assert "Your mails" not in page
