"""A forgotten password: a link by mail that works once, tells nobody who has an account, and ends other sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailed")]
RESET = "/accounts/password/reset/"
NEW = "another long one"


@pytest.fixture
def mailed() -> Iterator[None]:
    """Keeps mails in memory, as with a mail server; what limits them knows nothing of other tests."""
    cache.clear()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


def link_by_mail(client: Client, email: str) -> str:
    client.post(RESET, {"email": email})
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose(client: Client, link: str, password: str = NEW) -> int:
    """Open a link and choose a password; return the status of the page that the link leads to."""
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0] if form.redirect_chain else link
    client.post(where, {"password1": password, "password2": password})
    return form.status_code


def test_the_link_lets_choose_a_new_password(client: Client, alice: User) -> None:
    choose(client, link_by_mail(client, alice.email))
    assert client.login(username="alice", password=NEW)


def test_the_mail_is_in_the_product_s_words(client: Client, alice: User) -> None:
    link_by_mail(client, alice.email)
    sent = mail.outbox[0]
    assert (sent.subject, sent.to) == ("Reset your password of Tieout", [alice.email])
    assert "It works once" in str(sent.body)
    assert "example.com. " not in str(sent.body).replace(alice.email, "")


def test_the_link_works_once(client: Client, alice: User) -> None:
    link = link_by_mail(client, alice.email)
    choose(client, link)
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()
    choose(Client(), link, "a third long one")
    assert not client.login(username="alice", password="a third long one")


def test_an_unknown_address_is_told_nothing_on_the_page(client: Client, alice: User) -> None:
    known = client.post(RESET, {"email": alice.email}, follow=True)
    unknown = Client().post(RESET, {"email": "nobody@example.com"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert b"If there is an account with that address" in unknown.content
    assert "nobody has an account" in str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == ["nobody@example.com"]


def test_sessions_elsewhere_end(client: Client, alice: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice)
    assert elsewhere.get("/companies/new/").status_code == 200
    choose(client, link_by_mail(client, alice.email))
    assert elsewhere.get("/companies/new/").status_code == 302


def test_the_link_s_key_is_not_in_the_address_of_the_form(client: Client, alice: User) -> None:
    link = link_by_mail(client, alice.email)
    where = client.get(link, follow=True).redirect_chain[-1][0]
    assert link.rsplit("-", 1)[1].strip("/") not in where
