"""Another key for the tokens, while readers read (proof 23)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection as database
from pytest_django.fixtures import Settings

from tieout.connections import credentials
from tieout.connections.models import Connection, Credential
from tieout.kit.secrets import Box, Undecryptable, new_key
from tieout.providerkit.errors import ReconnectRequired
from tieout.providerkit.interface import Tokens

pytestmark = pytest.mark.django_db(transaction=True)
TOKENS = Tokens(access="an access token", refresh="a refresh token", access_expires=datetime(2030, 1, 1, tzinfo=UTC))


def test_the_first_key_seals_everything_and_the_old_one_may_go(connected: Connection, settings: Settings) -> None:
    old, new = new_key(), new_key()
    settings.TOKEN_KEYS = [old]
    credentials.store(connected, TOKENS)
    settings.TOKEN_KEYS = [new, old]
    assert credentials.load(connected) == TOKENS
    assert credentials.reseal() == (1, 0)
    settings.TOKEN_KEYS = [new]
    assert credentials.load(connected) == TOKENS
    sealed = bytes(Credential.objects.get().sealed)
    with pytest.raises(Undecryptable):
        Box([old]).open(sealed, owner=f"connection:{connected.pk}")
    settings.TOKEN_KEYS = [old]
    assert credentials.reseal() == (0, 1)
    assert credentials.openable() == (0, 1)
    with pytest.raises(ReconnectRequired):
        credentials.load(connected)
    assert bytes(Credential.objects.get().sealed) == sealed


def test_readers_notice_nothing(connected: Connection, settings: Settings) -> None:
    settings.TOKEN_KEYS = [new_key()]
    credentials.store(connected, TOKENS)
    settings.TOKEN_KEYS = [new_key(), *settings.TOKEN_KEYS]
    failures: list[Exception] = []
    reads, stop = [0], threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                assert credentials.load(connected) == TOKENS
                reads[0] += 1
            except Exception as error:  # noqa: BLE001 - every kind counts
                failures.append(error)
        database.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    while reads[0] < 20 and not failures:
        stop.wait(0.01)
    for _ in range(30):
        assert credentials.reseal() == (1, 0)
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
