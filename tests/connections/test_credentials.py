"""Tokens at rest, and their refresh: one call however many ask, saved before use (proofs 13, in short form)."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection as database

from tieout.companies.models import Company
from tieout.connections import credentials
from tieout.connections.models import Connection, Credential
from tieout.ledger.models import Organisation
from tieout.providerkit.errors import ReconnectRequired
from tieout.providerkit.interface import Tokens

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def tokens(number: int, *, expires: datetime = NOW + timedelta(hours=1)) -> Tokens:
    return Tokens(access=f"access-{number}", refresh=f"refresh-{number}", access_expires=expires)


class Platform:
    """Stands for the platform's token endpoint: rotates at each call and forgets the token before."""

    def __init__(self, *, fails: Exception | None = None) -> None:
        self.calls: list[str] = []
        self._fails = fails
        self._lock = threading.Lock()

    def refresh(self, old: Tokens, *, now: datetime) -> Tokens:
        with self._lock:
            self.calls.append(old.refresh)
        time.sleep(0.05)
        if self._fails:
            raise self._fails
        return tokens(len(self.calls) + 1, expires=now + timedelta(hours=1))


@pytest.fixture
def connection(company: Company, alice: User) -> Connection:
    organisation = Organisation.objects.create(company=company, provider="quickbooks", external_id="1", name="Books")
    made = Connection.objects.create(
        company=company, provider="quickbooks", organisation=organisation, connected_by=alice, connected_at=NOW
    )
    credentials.store(made, tokens(1))
    return made


def keeper(connection: Connection, platform: Platform, now: datetime) -> credentials.Keeper:
    return credentials.Keeper(connection.pk, platform, clock=lambda: now)  # type: ignore[arg-type] # it only refreshes


def test_a_token_that_lasts_is_handed_out_as_it_is(connection: Connection) -> None:
    platform = Platform()
    assert keeper(connection, platform, NOW).access() == "access-1"
    assert platform.calls == []


def test_a_token_about_to_end_is_refreshed_and_saved_before_it_is_handed_out(connection: Connection) -> None:
    platform = Platform()
    later = NOW + timedelta(minutes=59, seconds=30)
    assert keeper(connection, platform, later).access() == "access-2"
    assert credentials.load(connection).refresh == "refresh-2"


def test_many_at_once_make_one_refresh(connection: Connection) -> None:
    platform = Platform()
    late = NOW + timedelta(hours=2)

    def ask(_: int) -> str:
        try:
            return keeper(connection, platform, late).access()
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"access-2"}
    assert platform.calls == ["refresh-1"]


def test_a_refused_token_that_somebody_has_replaced_needs_no_refresh(connection: Connection) -> None:
    platform = Platform()
    credentials.store(connection, tokens(7))
    assert keeper(connection, platform, NOW).renew("access-1") == "access-7"
    assert platform.calls == []


def test_a_grant_that_is_gone_is_asked_once_and_frees_the_lock(connection: Connection) -> None:
    platform = Platform(fails=ReconnectRequired("gone"))
    with pytest.raises(ReconnectRequired):
        keeper(connection, platform, NOW).renew("access-1")
    assert platform.calls == ["refresh-1"]
    assert Credential.objects.get().refreshing_until is None


def test_a_process_that_died_while_refreshing_is_waited_for_and_then_replaced(connection: Connection) -> None:
    platform = Platform()
    Credential.objects.update(refreshing_until=NOW - timedelta(seconds=1))
    assert keeper(connection, platform, NOW).renew("access-1") == "access-2"


def test_tokens_of_another_row_do_not_open(connection: Connection, company: Company) -> None:
    organisation = Organisation.objects.create(company=company, provider="quickbooks", external_id="2", name="Other")
    other = Connection.objects.create(
        company=company, provider="quickbooks", organisation=organisation, connected_at=NOW
    )
    Credential.objects.create(connection=other, sealed=bytes(Credential.objects.get().sealed))
    with pytest.raises(ReconnectRequired):
        credentials.load(other)


def test_nothing_of_a_token_is_readable_in_the_row(connection: Connection) -> None:
    assert b"access-1" not in bytes(Credential.objects.get().sealed)
    assert "access-1" not in repr(credentials.load(connection))
