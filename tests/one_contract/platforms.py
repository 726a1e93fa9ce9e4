"""The platforms, each serving the same books to a company of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

import httpx2
from django.contrib.auth.models import User

from tests.connections.conftest import Time
from tests.connections.other_ours import linked
from tests.one_contract.company import TODAY
from tieout.companies import services
from tieout.connections import consent, login, providers, requests
from tieout.connections.connecting import Asked, Wishes
from tieout.connections.models import Connection, RunKind, SyncRun
from tieout.connections.run import execute
from tieout.ledger.models import Book
from tieout.providerkit.books import read_books
from tieout.providerkit.pace import Pace
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.quickbooks.sandbox import make_sandbox as quickbooks_sandbox
from tieout.providers.tryton.desk.logins import READER, READER_PASSWORD
from tieout.providers.tryton.provider import Tryton
from tieout.providers.tryton.server import Server, prepared
from tieout.providers.tryton.server.rows import rows_of
from tieout.providers.xero.provider import Xero
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.from_books import organisation
from tieout.providers.xero.sandbox.host import Sandbox as XeroSandbox

_ADDRESS = "http://127.0.0.1:9002"


class Linked(Protocol):
    """A company that is connected to a platform."""

    @property
    def connection(self) -> Connection: ...

    @property
    def book(self) -> Book: ...

    def sync(self) -> SyncRun:
        """Run the next sync to its end."""
        ...


Serve = Callable[[Path, User], AbstractContextManager[Linked]]


@dataclass(frozen=True, slots=True)
class Link:
    """A company connected to a platform in this process."""

    connection: Connection
    person: User
    clock: Time
    transport: httpx2.BaseTransport | None = None

    def order(self, command: str, **body: object) -> None:
        """Do something at the platform by its sandbox's control address."""
        with httpx2.Client(transport=self.transport, base_url=_ADDRESS) as client:
            answer = client.post(f"/control/{command}", json=body)
        assert answer.status_code == 200, answer.text

    @property
    def book(self) -> Book:
        return Book.objects.get(organisation=self.connection.organisation)

    def sync(self) -> SyncRun:
        run = requests.request_sync(self.connection, kind=RunKind.MANUAL, person=self.person, now=self.clock())
        execute(run.pk, clock=self.clock, check=lambda: None)
        run.refresh_from_db()
        return run


class _Unlimited:
    def wait(self) -> None:
        """Let every call go at once."""


@contextmanager
def quickbooks(books: Path, person: User) -> Iterator[Linked]:
    sandbox = quickbooks_sandbox(str(books), today=TODAY, limits=False)
    with linked(sandbox, TODAY, person) as link:
        yield link


@contextmanager
def xero_by_journals(books: Path, person: User) -> Iterator[Link]:
    with _xero(books, person, {"JOURNALS": "1"}) as link:
        yield link


@contextmanager
def xero_by_documents(books: Path, person: User) -> Iterator[Linked]:
    with _xero(books, person, {}) as link:
        yield link


def _xero(books: Path, person: User, settings: dict[str, str]) -> AbstractContextManager[Link]:
    read = read_books(books.read_bytes().splitlines(), name="books")
    return xero_serving(organisation(read, Clock.at(TODAY)), person, settings)


@contextmanager
def xero_serving(org: Organisation, person: User, settings: dict[str, str]) -> Iterator[Link]:
    """Connect to a sandbox that serves one organisation, whose clock stands."""
    clock, theirs = Time(org.clock.now()), org.clock
    sandbox = XeroSandbox([org], clock=theirs, limits=False)
    transport = httpx2.WSGITransport(app=sandbox.app)
    pace = Pace(_Unlimited(), sleep=lambda _: None)
    own = {"CLIENT_ID": "app", "CLIENT_SECRET": "secret", "SEED": "seed", "ADDRESS": _ADDRESS, **settings}
    made = services.create_company(name="Ours", person=person)
    providers.stand_ins["xero"] = Xero(own, transport, pace=lambda _: pace, clock=clock)
    try:
        address = consent.begin(made, person, "xero", consent.Wishes(history="everything"), session="s", now=clock())
        with httpx2.Client(transport=transport, base_url=_ADDRESS) as browser:
            asked = dict(parse_qsl(urlsplit(address).query))
            back = browser.post(
                "/identity/connect/authorize", data={**asked, "tenantId": org.tenant, "decision": "allow"}
            )
        params = dict(parse_qsl(urlsplit(back.headers["location"]).query))
        yield Link(consent.complete("xero", params, person, session="s", now=clock()), person, clock, transport)
    finally:
        providers.stand_ins.pop("xero")


@contextmanager
def tryton(books: Path, person: User) -> Iterator[Link]:
    rows = rows_of(read_books(books.read_bytes().splitlines(), name="books"), today=TODAY)
    orders: list[dict[str, object]] = [{"order": "books", "rows": rows}, {"order": "people", "companies": [1]}]
    clock = Time(datetime.combine(TODAY, time(17), UTC))
    made = services.create_company(name="Ours", person=person)
    with Server(prepared(orders)[0]) as server:
        own = {"URL": server.address, "DATABASE": server.database}
        providers.stand_ins["tryton"] = Tryton(own)
        try:
            asked = Asked(company=made, person=person, provider="tryton", wishes=Wishes(history="everything"))
            typed = {"user": READER, "password": READER_PASSWORD}
            yield Link(login.log_in(asked, typed, session="s", now=clock()), person, clock)
        finally:
            providers.stand_ins.pop("tryton")


PLATFORMS: dict[str, Serve] = {
    "quickbooks": quickbooks,
    "xero by journals": xero_by_journals,
    "xero by documents": xero_by_documents,
    "tryton": tryton,
}
