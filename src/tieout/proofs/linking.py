"""A person's company connected to a sandbox, and what can be done with both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from django.contrib.auth.models import User

from tieout.companies import services as companies
from tieout.connections import consent, providers, requests
from tieout.connections.models import Connection, RunKind, SyncRun
from tieout.connections.run import execute
from tieout.jobs.registry import RetryAt
from tieout.ledger.models import Book
from tieout.proofs import queries
from tieout.proofs.ground import HERE, order, tell
from tieout.proofs.platform import Platform, platform
from tieout.providerkit.interface import Provider
from tieout.providerkit.proving import Stand

_RESTS = 50


class Time:
    """A clock that goes on by a second a look."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the present moment, aware."""
        self.now += timedelta(seconds=1)
        return self.now


def real_time() -> datetime:
    """Return the present moment, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """A company whose books are read from a sandbox."""

    platform: Platform
    stand: Stand
    connection: Connection
    person: User
    clock: Callable[[], datetime]

    def request(self, *, everything: bool = False) -> SyncRun:
        """Ask for a sync, as the button does."""
        wanted = queries.present(self.connection)
        return requests.request_sync(
            wanted, kind=RunKind.MANUAL, person=self.person, now=self.clock(), everything=everything
        )

    def sync(self, *, everything: bool = False) -> SyncRun:
        """Bring the run that waits, or a new one, to its end in this process; return it."""
        run = self.request(everything=everything)
        for _ in range(_RESTS):
            try:
                execute(run.pk, clock=self.clock, check=lambda: None)
                break
            except RetryAt as later:
                if isinstance(self.clock, Time):
                    self.clock.now = later.when
        return queries.run_now(run)

    def control(self, command: str, **body: object) -> dict[str, Any]:
        """Do something at the sandbox, behind the product's back."""
        return order(self.stand, command, **body)

    def look(self, what: str, **params: str) -> dict[str, Any]:
        """Return what the sandbox tells of itself."""
        return tell(self.stand, what, **params)

    @property
    def book(self) -> Book:
        """The book as it is now."""
        return queries.book_of(self.connection)


@contextmanager
def stand_in(key: str, provider: Provider) -> Iterator[None]:
    """Let a provider stand in for the shipped one in this process."""
    before = providers.stand_ins.get(key)
    providers.stand_ins[key] = provider
    try:
        yield
    finally:
        providers.stand_ins.pop(key)
        if before is not None:
            providers.stand_ins[key] = before


@contextmanager
def linked(
    name: str,
    stand: Stand,
    *,
    clock: Callable[[], datetime] | None = None,
    provider: Provider | None = None,
    person: User | None = None,
    place: int = 0,
    history: str = "everything",
) -> Iterator[Link]:
    """Connect a new company to a sandbox, as its owner would; its first sync waits to be run.

    ``name`` is that of the platform's demo, ``place`` is which of the sandbox's companies. Without a ``provider`` the
    sandbox is asked in this process. Without a ``clock`` it is the sandbox's time, a second later at each look.
    """
    told = clock or Time(stand.clock.now())
    at = platform(name)
    inner = httpx2.WSGITransport(app=stand.app)
    with stand_in(at.key, provider or at.provider(HERE, inner, clock=told)):
        owner = person or new_person()
        company = companies.create_company(name="Ours", person=owner)
        wishes = consent.Wishes(history=history)
        page = consent.begin(company, owner, at.key, wishes, session="s", now=told())
        back = at.proving.consent(inner, page, place)
        made = consent.complete(at.key, back, owner, session="s", now=told())
        yield Link(at, stand, made, owner, told)


def new_person() -> User:
    """Return a new person."""
    number = User.objects.count() + 1
    return User.objects.create_user(username=f"person-{number}", email=f"person-{number}@example.com")
