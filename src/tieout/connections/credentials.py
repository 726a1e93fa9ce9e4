"""Tokens at rest, and the one place that refreshes them: one process at a time, saved before use."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db.models import F, Q

from tieout.connections.models import Connection, Credential
from tieout.kit.secrets import Box, Undecryptable
from tieout.providerkit.errors import ReconnectRequired, TryAgainLater
from tieout.providerkit.interface import Provider, Tokens

Clock = Callable[[], datetime]
Generation = tuple[int, int]  # the row and its rotation: a new grant after a disconnection is another row

_EARLY = timedelta(seconds=60)  # a token that ends within this is refreshed first
_REFRESH_LEASE = timedelta(seconds=60)  # longer than a grant call can take; then another process may try
_POLL = 0.05


def store(connection: Connection, tokens: Tokens) -> None:
    """Keep a new grant's tokens, in place of an earlier grant's."""
    Credential.objects.update_or_create(
        connection=connection,
        defaults={"sealed": _seal(connection.pk, tokens), "refreshing_until": None, "ends_at": ends_at(tokens)},
    )
    Credential.objects.filter(connection=connection).update(generation=F("generation") + 1)


def load(connection: Connection) -> Tokens:
    """Return the tokens; raise ReconnectRequired if there are none that we can open."""
    return _load(connection.pk)[0]


def ends_at(tokens: Tokens) -> datetime | None:
    """Return when the grant is over unless it is refreshed, or authorised again: the earlier of its two ends."""
    return min((end for end in (tokens.refresh_expires, tokens.grant_ends) if end is not None), default=None)


def openable() -> tuple[int, int]:
    """Return how many connections' tokens the present keys open, and how many there are."""
    there = list(Credential.objects.values_list("connection", "sealed"))
    box, opened = _box(), 0
    for connection, sealed in there:
        with suppress(Undecryptable):
            box.open(bytes(sealed), owner=_owner(connection))
            opened += 1
    return opened, len(there)


def reseal() -> tuple[int, int]:
    """Seal all tokens with the first key; return how many are now, and how many no present key opens.

    Readers see a row before or after. A row that is refreshed meanwhile was sealed with the first key by that.
    """
    box, done, lost = _box(), 0, 0
    for pk, connection, sealed in Credential.objects.values_list("pk", "connection", "sealed"):
        try:
            content = box.open(bytes(sealed), owner=_owner(connection))
        except Undecryptable:
            lost += 1
            continue
        Credential.objects.filter(pk=pk, sealed=sealed).update(sealed=box.seal(content, owner=_owner(connection)))
        done += 1
    return done, lost


def destroy(connection: Connection) -> None:
    """Forget the tokens for good."""
    Credential.objects.filter(connection=connection).delete()


class Keeper:
    """The token source of one connection: hands out an access token that is valid now."""

    def __init__(self, connection: int, provider: Provider, *, clock: Clock) -> None:
        self._connection = connection
        self._provider = provider
        self._clock = clock

    def access(self) -> str:
        """Return an access token, refreshed first if it is about to end."""
        tokens, generation = _load(self._connection)
        if tokens.access_expires - _EARLY > self._clock():
            return tokens.access
        return self._refreshed(generation).access

    def renew(self, rejected: str) -> str:
        """Return another access token than the one that the platform refused."""
        tokens, generation = _load(self._connection)
        if tokens.access != rejected:
            return tokens.access
        return self._refreshed(generation).access

    def _refreshed(self, generation: Generation) -> Tokens:
        """Return tokens newer than a generation: from our own refresh, or from the process that came first."""
        give_up = self._clock() + 2 * _REFRESH_LEASE
        while self._clock() < give_up:
            tokens, present = _load(self._connection)
            if present != generation:
                return tokens
            if self._claim(generation):
                return self._refresh(tokens, generation)
            time.sleep(_POLL)
        raise TryAgainLater("Another process is refreshing the access token and does not come back.")

    def _claim(self, generation: Generation) -> bool:
        now = self._clock()
        return bool(
            Credential.objects.filter(
                # A claim far further ahead than any can be was made before the machine's clock was put back. Another
                # process may have looked at the clock after us and written before us: that is no such claim.
                Q(refreshing_until=None)
                | Q(refreshing_until__lt=now)
                | Q(refreshing_until__gt=now + 2 * _REFRESH_LEASE),
                pk=generation[0],
                generation=generation[1],
            ).update(refreshing_until=now + _REFRESH_LEASE)
        )

    def _refresh(self, tokens: Tokens, generation: Generation) -> Tokens:
        row = Credential.objects.filter(pk=generation[0], generation=generation[1])
        try:
            fresh = self._provider.refresh(tokens, now=self._clock())
        except Exception:
            row.update(refreshing_until=None)
            raise
        # Saved before anybody uses it: a rotated refresh token that is lost locks the connection out.
        saved = row.update(
            sealed=_seal(self._connection, fresh),
            generation=F("generation") + 1,
            refreshing_until=None,
            ends_at=ends_at(fresh),
        )
        if not saved:  # disconnected, or authorised anew, while we were asking
            return _load(self._connection)[0]
        return fresh


def _box() -> Box:
    return Box(settings.TOKEN_KEYS)


def _owner(connection: int) -> str:
    return f"connection:{connection}"


def _seal(connection: int, tokens: Tokens) -> bytes:
    return _box().seal(msgspec.json.encode(tokens), owner=_owner(connection))


def _load(connection: int) -> tuple[Tokens, Generation]:
    row = Credential.objects.filter(connection=connection).values_list("sealed", "pk", "generation").first()
    if row is None:
        raise ReconnectRequired("There is no authorisation for these books.")
    try:
        content = _box().open(bytes(row[0]), owner=_owner(connection))
    except Undecryptable as error:
        raise ReconnectRequired("The stored authorisation cannot be decrypted with the present keys.") from error
    return msgspec.json.decode(content, type=Tokens), (row[1], row[2])
