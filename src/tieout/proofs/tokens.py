"""Row 13: many processes at the moment in which the access token ends, with refresh tokens that rotate."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

from tieout.connections import credentials, providers
from tieout.connections.models import ConnectionState
from tieout.proofs import queries
from tieout.proofs.ground import Trial
from tieout.proofs.linking import Link, linked, real_time
from tieout.proofs.outcome import Measured, must
from tieout.proofs.platform import platform
from tieout.proofs.processes import Processes, until
from tieout.proofs.tying import must_be_well
from tieout.providerkit.errors import ProviderError, ReconnectRequired
from tieout.providerkit.interface import Provider, Tokens
from tieout.providerkit.sandbox_host import served

_DAY = timedelta(hours=25)  # the access token is over, and the next refresh rotates
_RECONNECT = "reconnect"


def ask(*, provider: str, address: str, connection: int, ahead: float, begin: int, log: str, crash: bool) -> int:
    """Be a process that needs an access token at the moment ``begin`` (monotonic); log what it got.

    ``ahead`` is how many seconds the product's clock is ahead. With ``crash`` the process dies when the platform has
    answered and nothing is saved yet.
    """
    at = platform(provider)
    shipped = at.provider(address)
    providers.stand_ins[at.key] = shipped
    if crash:
        _die_after_refresh(shipped)
    while time.monotonic_ns() < begin:
        time.sleep(0.001)
    clock = Ahead(timedelta(seconds=ahead))
    try:
        token = credentials.Keeper(connection, shipped, clock=clock).access()
        told = hashlib.sha256(token.encode()).hexdigest()
    except ReconnectRequired:
        told = _RECONNECT
    except ProviderError as error:
        told = f"failed:{type(error).__name__}"
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(f"{told}\n")
    return 0


class Ahead:
    """The real time, put forward."""

    def __init__(self, by: timedelta = timedelta()) -> None:
        self.by = by

    def __call__(self) -> datetime:
        """Return the present moment, aware, UTC."""
        return real_time() + self.by


def _die_after_refresh(provider: Provider) -> None:
    really = provider.refresh

    def refresh(tokens: Tokens, *, now: datetime) -> Tokens:
        really(tokens, now=now)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    provider.refresh = refresh  # type: ignore[method-assign]


class _Scene:
    """A connection, its sandbox, and processes that ask for its token."""

    def __init__(self, at: Trial, link: Link, address: str, processes: Processes, clock: Ahead) -> None:
        self.at, self.link, self.address, self.processes, self.clock = at, link, address, processes, clock

    def pass_time(self, by: timedelta) -> None:
        """Let time go by at the platform and here."""
        self.link.stand.clock.skip(by)
        self.clock.by += by

    def ask(self, count: int, *, crash: bool = False) -> tuple[list[str], int]:
        """Let processes ask for the token in one moment; return what they got, and the platform's refreshes."""
        log, before = self.at.ground.file("asked"), self._refreshes()
        begin = time.monotonic_ns() + 300_000_000
        started = [
            self.processes.start(
                "tieout.proofs.tokens:ask", provider=self.at.ground.provider, address=self.address,
                connection=self.link.connection.pk, ahead=self.clock.by.total_seconds(), begin=begin, log=str(log),
                crash=crash,
            )
            for _ in range(count)
        ]  # fmt: skip
        until(lambda: not any(process.alive for process in started), "the end of those who asked for the token")
        told = log.read_text().split() if log.exists() else []
        return told, self._refreshes() - before

    def _refreshes(self) -> int:
        return int(self.link.look("calls")["paths"].get("token", 0))


def token_expires(at: Trial) -> Measured:
    """Let twenty processes meet an access token that is over, again and again; and one that dies before it saves."""
    count, rounds = (8, 2) if at.short else (20, 10)
    ground, clock = at.ground, Ahead()
    stand = ground.sandbox("large:100")
    with (
        served(stand.app) as address,
        linked(ground.provider, stand, clock=clock, provider=ground.platform.provider(address, clock=clock)) as link,
        Processes(ground) as processes,
    ):
        here = _Scene(at, link, address, processes, clock)
        for _ in range(rounds):
            here.pass_time(_DAY)
            _must_be_one_refresh(*here.ask(count), count)
        here.pass_time(_DAY)
        told, _ = here.ask(1, crash=True)
        must(not told, "the process that was to die has answered")
        in_time = at.dice.random() < 0.5
        here.pass_time(timedelta(seconds=90) if in_time else ground.proving.GRACE + timedelta(minutes=1))
        told, asked = here.ask(count)
        if in_time:  # the platform still takes the token from before: nobody need notice
            _must_be_one_refresh(told, asked, count)
            must(queries.present(link.connection).state == ConnectionState.CONNECTED, "the connection was given up")
            must_be_well(link.sync())
        else:
            must(set(told) == {_RECONNECT}, f"over a token that is lost, processes were told {sorted(set(told))}")
    return {"rounds": rounds, "crashes before saving": 1}


def _must_be_one_refresh(told: list[str], refreshes: int, count: int) -> None:
    must(len(told) == count, f"{count} processes asked for the token, {len(told)} were answered")
    must(len(set(told)) == 1 and _RECONNECT not in told, f"the processes were told {sorted(set(told))}")
    must(refreshes == 1, f"{refreshes} refreshes were made in one round")
