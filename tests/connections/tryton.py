"""A company that is connected to a real Tryton, through our own code and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import httpx2
from django.contrib.auth.models import User

from tests.connections.conftest import Time
from tieout.companies import services
from tieout.connections import login, providers, requests
from tieout.connections.connecting import Asked, Wishes
from tieout.connections.models import Connection, RunKind, SyncRun
from tieout.connections.run import execute
from tieout.jobs.registry import RetryAt
from tieout.ledger.models import Book
from tieout.providers.tryton.desk.logins import READER, READER_PASSWORD
from tieout.providers.tryton.provider import Tryton
from tieout.providers.tryton.server import Server


@dataclass(frozen=True, slots=True)
class Link:
    """A company whose books are at a server."""

    server: Server
    connection: Connection
    person: User
    clock: Time

    @property
    def book(self) -> Book:
        """The book as it is now."""
        return Book.objects.select_related("organisation").get(organisation=self.connection.organisation)

    def sync(self) -> SyncRun:
        """Run the queued run, or a new one, to its end; return it."""
        wanted = Connection.objects.get(pk=self.connection.pk)
        run = requests.request_sync(wanted, kind=RunKind.MANUAL, person=self.person, now=self.clock())
        for _ in range(60):  # a day of waiting
            try:
                execute(run.pk, clock=self.clock, check=lambda: None)
                break
            except RetryAt as later:
                self.clock.now = later.when
        run.refresh_from_db()
        return run


@contextmanager
def linked(
    server: Server, today: date, person: User, *, transport: httpx2.BaseTransport | None = None
) -> Iterator[Link]:
    """Connect a new company of a person to the first company of a server; ``transport`` may stand between."""
    clock = Time(datetime.combine(today, time(17), UTC))
    company = services.create_company(name="Ours", person=person)
    before = providers.stand_ins.get("tryton")
    settings = {"URL": server.address, "DATABASE": server.database}
    providers.stand_ins["tryton"] = Tryton(settings, transport, sleep=lambda _: None)
    asked = Asked(company=company, person=person, provider="tryton", wishes=Wishes(history="everything"))
    typed = {"user": READER, "password": READER_PASSWORD}
    try:
        yield Link(server, login.log_in(asked, typed, session="s", now=clock()), person, clock)
    finally:
        providers.stand_ins.pop("tryton")
        if before is not None:
            providers.stand_ins["tryton"] = before
