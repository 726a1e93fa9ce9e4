"""Logging in, out and in again at a real server, and being refused there."""

from __future__ import annotations

import base64
from dataclasses import replace

import httpx2
import pytest

from tieout.providerkit.errors import AccessDenied, PermissionMissing, ReconnectRequired, TryAgainLater
from tieout.providerkit.interface import GrantKind, Named, TakesLogin, Tokens
from tieout.providers.tryton.desk.logins import READER, READER_PASSWORD, STRANGER, STRANGER_PASSWORD
from tieout.providers.tryton.tests.served import Served, now

pytestmark = [pytest.mark.tryton, pytest.mark.network]
TYPED = {"user": READER, "password": READER_PASSWORD}


def test_it_takes_a_login_and_the_server_is_not_asked_for(served: Served) -> None:
    provider = served.provider()
    assert isinstance(provider, TakesLogin)
    assert provider.about.grant is GrantKind.KEY
    assert [(it.name, it.secret) for it in provider.login_fields] == [("user", False), ("password", True)]


def test_a_login_opens_the_users_company(served: Served) -> None:
    granted = served.provider().log_in(TYPED, now=now())
    assert granted.organisations == (Named(external_id="1", name="Harbour Lights"),)
    session = base64.b64decode(granted.tokens.access).decode()
    assert session.startswith(f"{READER}:")
    assert READER_PASSWORD not in repr(granted)
    assert served.wire.outside() == 0


@pytest.mark.parametrize(
    "typed", [{}, {"user": READER}, {"user": "", "password": "x"}, {"user": READER, "password": ""}]
)
def test_half_a_login_asks_nobody(served: Served, typed: dict[str, str]) -> None:
    with pytest.raises(AccessDenied, match="a user and a password"):
        served.provider().log_in(typed, now=now())
    assert served.wire.methods == []


def test_a_wrong_password_is_refused_at_once(served: Served) -> None:
    with pytest.raises(AccessDenied, match="does not know this user with this password") as refusal:
        served.provider().log_in({"user": READER, "password": "a guess"}, now=now())
    assert "a guess" not in repr(refusal.value)


def test_a_user_without_accounting_rights_is_told_which(served: Served) -> None:
    with pytest.raises(AccessDenied, match=r"not let this user read .*account\.move .*not allowed to access"):
        served.provider().log_in({"user": STRANGER, "password": STRANGER_PASSWORD}, now=now())


def test_a_refresh_is_a_new_login(served: Served) -> None:
    tokens = served.provider().log_in(TYPED, now=now()).tokens
    fresh = served.provider().refresh(tokens, now=now())
    assert fresh.access != tokens.access
    assert fresh.refresh == tokens.refresh


def test_a_password_that_was_changed_needs_the_person(served: Served) -> None:
    tokens = served.provider().log_in(TYPED, now=now()).tokens
    with pytest.raises(ReconnectRequired, match="no longer accepts this user's password"):
        served.provider().refresh(replace(tokens, refresh='{"user":"reader","password":"old"}'), now=now())
    with pytest.raises(ReconnectRequired, match="cannot be read"):
        served.provider().refresh(replace(tokens, refresh="no JSON"), now=now())


def test_after_revoking_the_session_is_gone_and_once_more_is_no_error(served: Served) -> None:
    provider = served.provider()
    mine = Served(served.server, served.wire)
    mine.access()
    assert mine.tokens is not None
    gone = mine.tokens
    provider.revoke(gone, "1")
    mine.books().organisation()  # the session was refused, and another one taken
    assert mine.tokens.access != gone.access
    provider.revoke(gone, "1")


def test_a_user_who_is_barred_later_is_told_what_is_missing(served: Served) -> None:
    stranger = Served(served.server, served.wire)
    tokens = served.provider()._grant.log_in({"user": STRANGER, "password": STRANGER_PASSWORD}, now=now())
    stranger.tokens = tokens
    with pytest.raises(PermissionMissing, match=r"account\.move"):
        stranger.books().earliest()


@pytest.mark.parametrize("status", [429, 500, 502])
def test_a_server_in_trouble_is_waited_for(served: Served, status: int) -> None:
    served.wire.refuse(status)
    with pytest.raises(TryAgainLater, match="does not answer properly"):
        served.provider().log_in(TYPED, now=now())


def test_a_database_that_is_not_there_is_named(served: Served) -> None:
    served.wire.refuse(404)
    with pytest.raises(AccessDenied, match="no database 'tryton'"):
        served.provider().log_in(TYPED, now=now())
    tokens = kept(served)
    with pytest.raises(TryAgainLater, match="no such database"):
        served.provider().refresh(tokens, now=now())


@pytest.mark.parametrize(
    ("body", "failure", "words"),
    [
        (b'{"id":1,"error":["LoginException",["sms_code","Code","char"]]}', AccessDenied, "more than a password"),
        (b'{"id":1,"result":null}', TryAgainLater, "not readable"),
        (b'{"id":1,"result":[7]}', TryAgainLater, "holds no session"),
        (b"<html>", TryAgainLater, "not readable"),
    ],
)
def test_odd_answers_to_a_login(served: Served, body: bytes, failure: type[Exception], words: str) -> None:
    served.wire.spoil = lambda _method, _send: httpx2.Response(200, content=body)
    with pytest.raises(failure, match=words):
        served.provider().log_in(TYPED, now=now())
    if failure is AccessDenied:
        with pytest.raises(ReconnectRequired, match=words):
            served.provider().refresh(kept(served), now=now())


def kept(served: Served) -> Tokens:
    """Return the tokens of the module's own login."""
    assert served.tokens is not None
    return served.tokens
