"""Invitations: mailed, accepted once by the address that was invited, sent again, withdrawn, expired."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from tieout.companies import invitations, queries, services
from tieout.companies.models import AuditEvent, Company, Invitation, Membership, Role

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("mailed"),
]
NEW = "dora@example.com"
PASSWORD = "a long enough one"
Invite = Callable[..., str]


@pytest.fixture
def mailed() -> object:
    """Keeps mails in memory, as with a mail server."""
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend", EMAIL_URL="smtp://localhost"):
        yield


@pytest.fixture
def people_url(company: Company) -> str:
    return f"/c/{company.slug}/settings/people/"


@pytest.fixture
def invite(client: Client, alice: User, people_url: str) -> Invite:
    """Invites by the page as Alice, and returns the path of the mailed link; the browser is nobody's then."""

    def by_page(email: str = NEW, role: str = "editor", **more: str) -> str:
        client.force_login(alice)
        answer = client.post(f"{people_url}invite/", {"email": email, "role": role, **more})
        assert answer.status_code == 200, answer.content.decode()
        client.logout()
        return link_in(str(mail.outbox[-1].body))

    return by_page


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/invitation/[\w-]{43}/)", text)
    assert found, text
    return found[1]


def opened(client: Client, link: str) -> Any:  # noqa: ANN401 - the test client's own answer
    page = client.get(link)
    assert (page.status_code, page.headers["Location"]) == (302, "/invitation/")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    return client.get("/invitation/")


def sign_up(client: Client, email: str) -> Any:  # noqa: ANN401 - the same
    return client.post(
        "/accounts/signup/", {"email": email, "password1": PASSWORD, "next": "/invitation/"}, follow=True
    )


def test_somebody_new_signs_up_by_the_link_and_joins(client: Client, company: Company, invite: Invite) -> None:
    page = opened(client, invite(payroll_detail="on"))
    assert "Join Northwind Software" in page.content.decode()
    assert "alice@example.com invites dora@example.com as an editor." in page.content.decode()
    assert f'value="{NEW}"' in client.get("/accounts/signup/?next=/invitation/").content.decode()
    assert sign_up(client, NEW).redirect_chain[-1][0] == "/invitation/"

    joined = client.post("/invitation/accept/", follow=True)

    assert joined.redirect_chain[0][0] == f"/c/{company.slug}/"
    dora = User.objects.get(email=NEW)
    membership = queries.membership(dora, company.slug)
    assert membership is not None
    assert (membership.role, membership.payroll_detail) == (Role.EDITOR, True)
    events = {it.what: it for it in AuditEvent.objects.filter(company=company)}
    assert events["invited a person"].after == {"person": NEW, "role": "editor", "payroll_detail": True}
    assert events["accepted an invitation"].person == dora


def test_the_mail_says_who_invites_to_what_and_for_how_long(invite: Invite) -> None:
    invite()
    sent = mail.outbox[0]
    assert (sent.subject, sent.to) == ("Northwind Software on Tieout: an invitation", [NEW])
    assert "alice@example.com invites you to Northwind Software on Tieout, as an editor." in str(sent.body)
    assert "It works once, within 7 days, for dora@example.com" in str(sent.body)


def test_somebody_with_an_account_signs_in_and_joins(
    client: Client, company: Company, charlie: User, invite: Invite
) -> None:
    link = invite("Charlie@Example.com", "viewer")
    assert "Sign in to join" in opened(client, link).content.decode()
    client.force_login(charlie)
    opened(client, link)
    client.post("/invitation/accept/")
    assert Membership.objects.get(company=company, person=charlie).role == Role.VIEWER


def test_another_address_is_told_and_refused(client: Client, company: Company, charlie: User, invite: Invite) -> None:
    link = invite()
    client.force_login(charlie)
    page = opened(client, link)
    assert "You are signed in as charlie@example.com. This invitation is for dora@example.com only." in (
        page.content.decode()
    )
    assert client.post("/invitation/accept/").status_code == 422
    assert not Membership.objects.filter(company=company, person=charlie).exists()
    again = client.post("/invitation/change-person/", follow=True)
    assert "Sign up to join" in again.content.decode()  # signed out, and the invitation is still there


def test_a_link_works_once(client: Client, charlie: User, invite: Invite, company: Company) -> None:
    link = invite(charlie.email)
    client.force_login(charlie)
    opened(client, link)
    client.post("/invitation/accept/")
    services.remove_member(Membership.objects.get(company=company, person=charlie), person=charlie)
    page = opened(client, link)
    assert (page.status_code, "This invitation was used" in page.content.decode()) == (410, True)
    assert client.post("/invitation/accept/").status_code == 422
    assert queries.membership(charlie, company.slug) is None


def test_a_link_expires_after_seven_days(client: Client, charlie: User, invite: Invite) -> None:
    link = invite(charlie.email)
    made = Invitation.objects.get()
    assert made.expires_at - made.created_at == timedelta(days=7)
    assert made.state(made.expires_at - timedelta(seconds=1)) == Invitation.OPEN
    assert made.state(made.expires_at) == Invitation.EXPIRED
    Invitation.objects.update(expires_at=timezone.now())
    client.force_login(charlie)
    assert "This invitation is too old" in opened(client, link).content.decode()
    assert client.post("/invitation/accept/").status_code == 422


def test_a_withdrawn_link_ends(client: Client, alice: User, charlie: User, invite: Invite, people_url: str) -> None:
    link = invite(charlie.email)
    client.force_login(alice)
    client.post(f"{people_url}invitations/{Invitation.objects.get().pk}/withdraw/")
    client.force_login(charlie)
    assert "This invitation was withdrawn" in opened(client, link).content.decode()
    assert client.post("/invitation/accept/").status_code == 422
    assert AuditEvent.objects.filter(what="withdrew an invitation").count() == 1


def test_sent_again_the_newer_link_works_and_the_older_does_not(
    client: Client, alice: User, invite: Invite, people_url: str
) -> None:
    older = invite()
    client.force_login(alice)
    client.post(f"{people_url}invitations/{Invitation.objects.get().pk}/again/")
    newer = link_in(str(mail.outbox[1].body))
    client.logout()
    assert opened(client, older).status_code == 410
    assert opened(client, newer).status_code == 200


def test_a_wrong_link_says_what_to_do(client: Client) -> None:
    page = opened(client, f"/invitation/{'x' * 43}/")
    assert page.status_code == 410
    assert "Open the link in the mail once more" in page.content.decode()


def test_the_link_is_shown_once_and_kept_nowhere(client: Client, alice: User, people_url: str) -> None:
    client.force_login(alice)
    shown = client.post(f"{people_url}invite/", {"email": NEW, "role": "viewer"}).content.decode()
    secret = link_in(shown).split("/")[2]
    assert secret not in client.get(people_url).content.decode()
    kept = [*Invitation.objects.values_list("digest", flat=True), *AuditEvent.objects.values_list("after", flat=True)]
    assert secret not in str(kept)


def test_the_secret_is_in_no_log_and_no_later_address(
    client: Client, invite: Invite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = invite()
    Invitation.objects.update(withdrawn_at=timezone.now())
    opened(client, link)  # 410, which is logged with its address
    client.post(link)
    assert link.split("/")[2] not in caplog.text


def test_a_mail_server_in_trouble_leaves_the_link_on_the_page(
    client: Client, alice: User, people_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> int:
        raise OSError

    monkeypatch.setattr(invitations, "send_mail", broken)
    client.force_login(alice)
    page = client.post(f"{people_url}invite/", {"email": NEW, "role": "viewer"}).content.decode()
    assert "no mail was sent: give them the link yourself" in page
    assert link_in(page)


def test_who_is_inside_or_invited_already_is_refused(
    client: Client, alice: User, bob: User, invite: Invite, people_url: str
) -> None:
    invite()
    client.force_login(alice)
    for email, told in ((bob.email, "is a member of Northwind Software already"), (NEW, "is invited already")):
        page = client.post(f"{people_url}invite/", {"email": email, "role": "viewer"})
        assert (page.status_code, told in page.content.decode()) == (422, True)
    assert len(mail.outbox) == 1


def test_mails_are_limited_by_company_and_by_address(company: Company, alice: User) -> None:
    now = timezone.now()

    def send(email: str) -> None:
        made, _ = invitations.invite(
            company, email=email, role=Role.VIEWER, payroll_detail=False, person=alice, now=now
        )
        invitations.withdraw(made, person=alice, now=now)

    for _ in range(invitations.MOST_A_DAY):
        send(NEW)
    with pytest.raises(services.Refused, match="within a day"):
        send(NEW)
    for number in range(invitations.MOST_AN_HOUR - invitations.MOST_A_DAY):
        send(f"{number}@example.com")
    with pytest.raises(services.Refused, match="within an hour"):
        send("one-too-many@example.com")


@pytest.fixture
def closed() -> object:
    """Lets only the invited sign up."""
    with override_settings(SIGNUP="invited"):
        yield


@pytest.mark.usefixtures("closed")
def test_where_sign_up_is_closed_only_the_invited_address_may(client: Client, invite: Invite) -> None:
    link = invite()
    assert "Sign-up is by invitation" in client.get("/accounts/signup/").content.decode()
    sign_up(client, NEW)
    assert not User.objects.filter(email=NEW).exists()
    opened(client, link)
    assert "Sign up with the address that was invited." in sign_up(client, "other@example.com").content.decode()
    sign_up(client, NEW)
    assert User.objects.filter(email=NEW).exists()
    assert not User.objects.filter(email="other@example.com").exists()


@pytest.mark.usefixtures("closed")
def test_the_first_person_may_always_sign_up(client: Client) -> None:
    assert sign_up(client, NEW).status_code in (200, 410)
    assert User.objects.filter(email=NEW).exists()
