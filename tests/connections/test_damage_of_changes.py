"""Every page of a sync that reads what changed, spoilt in every way: no figure is wrong, and the page is named."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.contrib.auth.models import User

from tests.connections.other_ours import Link, linked
from tests.connections.test_damage import AHEAD, sandbox_with
from tests.connections.test_other_books import known_at
from tieout.connections.models import Connection, ConnectionState, Reach, RunState, SyncRun
from tieout.ledger.models import Entry
from tieout.proofs.comparison import compare
from tieout.proofs.platform import platform
from tieout.proofs.small import BOOKS, TODAY
from tieout.providerkit.spoiling import Damage, Ending, Page
from tieout.providers.quickbooks.proving.damage import Between, Spoiler, changed, data_rows
from tieout.providers.quickbooks.proving.spoilers import _report, damages

Json = Any
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SHORT = int(os.environ.get("DAMAGE_OF_CHANGES", "4"))
LIST = Page("TransactionList", "")
FEED = Page("cdc", "")
PAGES = [
    FEED, LIST, AHEAD,
    Page("GeneralLedger", "2026-02-01 to 2026-02-28"), Page("GeneralLedger", "2026-03-01 to 2026-03-31"),
    Page("TrialBalance", "2026-02-01 to 2026-02-28"), Page("TrialBalance", "2026-04-01 to 2026-04-30"),
    Page("BalanceSheet by Month", "2026-02-01 to 2026-09-30"),
    Page("ProfitAndLoss by Month", "2026-02-01 to 2026-09-30"),
]  # fmt: skip
NAMES = {"cdc": "Change feed"}


def _parts(document: Json) -> list[Json]:
    found: list[Json] = document["CDCResponse"][0]["QueryResponse"]
    return found


def _told(document: Json) -> Json:
    """Return the part of the feed that holds a bill."""
    return next(part for part in _parts(document) if "Bill" in part)


def feed_damages(spoiler: Spoiler) -> Iterator[Damage]:
    yield from spoiler.cuts(3)
    changes: dict[str, tuple[Ending, Callable[[Json], object]]] = {
        "no answer": (Ending.REFUSED, lambda it: it.update(CDCResponse=[])),
        "two answers": (Ending.REFUSED, lambda it: it["CDCResponse"].append(it["CDCResponse"][0])),
        "a part dropped": (Ending.REFUSED, lambda it: _parts(it).remove(_told(it))),
        "a part twice": (Ending.REFUSED, lambda it: _parts(it).append(_told(it))),
        "a part in place of an empty one": (
            Ending.REFUSED, lambda it: _parts(it).__setitem__(_parts(it).index({}), _told(it))),
        "a part emptied": (Ending.EITHER, lambda it: _told(it).clear()),
        "the order": (Ending.EITHER, lambda it: _parts(it).reverse()),
        "a bill dropped": (Ending.REFUSED, lambda it: _told(it)["Bill"].pop()),
        "a bill twice": (Ending.REFUSED, lambda it: _told(it)["Bill"].append(_told(it)["Bill"][0])),
        "another count": (Ending.REFUSED, lambda it: _told(it).update(totalCount=77)),
        "another id": (Ending.EITHER, lambda it: _told(it)["Bill"][0].update(Id="99999")),
        "no id": (Ending.REFUSED, lambda it: _told(it)["Bill"][0].pop("Id")),
        "another date": (Ending.EITHER, lambda it: _told(it)["Bill"][0].update(TxnDate="2026-03-01")),
        "a date before the start": (Ending.EITHER, lambda it: _told(it)["Bill"][0].update(TxnDate="2019-03-01")),
        "no date": (Ending.REFUSED, lambda it: _told(it)["Bill"][0].pop("TxnDate")),
        "deleted": (Ending.EITHER, lambda it: _told(it)["Bill"][0].update(status="Deleted")),
        "another entity": (Ending.EITHER, lambda it: _told(it).update(Deposit=_told(it).pop("Bill"))),
        "an unknown entity": (Ending.REFUSED, lambda it: _told(it).update(Surprise=_told(it).pop("Bill"))),
        "an earlier time": (Ending.REFUSED, lambda it: it.update(time="2026-01-01T08:00:00.000-08:00")),
        "a later time": (Ending.REFUSED, lambda it: it.update(time="2027-01-01T08:00:00.000-08:00")),
        "a time without its offset": (Ending.REFUSED, lambda it: it.update(time="2026-04-15T17:00:00")),
        "no time": (Ending.REFUSED, lambda it: it.pop("time")),
        "unknown fields": (Ending.SAME, lambda it: it.update(Surprise={"new": 1})),
    }  # fmt: skip
    for name, (ending, change) in changes.items():
        yield changed(spoiler, name, ending, change)


def list_damages(spoiler: Spoiler) -> Iterator[Damage]:
    yield from spoiler.cuts(3)
    yield from (
        it for it in _report(spoiler, start_counts=True) if "Basis" not in it.name and "Currency" not in it.name
    )

    def cell(document: Json, place: int) -> Json:
        return data_rows(document)[0][1]["ColData"][place]

    yield changed(spoiler, "a row dropped", Ending.EITHER, lambda it: it["Rows"]["Row"].pop())
    yield changed(spoiler, "another id", Ending.EITHER, lambda it: cell(it, 1).update(id="99999"))
    yield changed(spoiler, "no id", Ending.REFUSED, lambda it: cell(it, 1).pop("id"))
    yield changed(spoiler, "another date", Ending.EITHER, lambda it: cell(it, 0).update(value="2026-03-02"))
    yield changed(spoiler, "no date", Ending.REFUSED, lambda it: cell(it, 0).update(value="soon"))


def made(page: Page, body: bytes) -> list[Damage]:
    dice = random.Random(str(page))
    match page.kind:
        case "cdc":
            found = feed_damages(Spoiler(page, body, dice))
        case "TransactionList":
            found = list_damages(Spoiler(page, body, dice))
        case _:
            found = damages(page, body, {}, dice)
    return [it for it in found if it.ending is not Ending.TEXT]


@dataclass(slots=True)
class Bench:
    """A company that has synced once, a bill of February that is changed before each further sync."""

    link: Link
    between: Between
    bill: str
    amount: int = 600
    damage: Damage | None = None
    sound: dict[Page, bytes] = field(default_factory=dict)

    def change(self) -> None:
        self.amount += 1
        postings = [
            {"account": self.account("Software"), "amount": self.amount},
            {"account": self.account("Payables"), "amount": -self.amount},
        ]
        self.link.control("edit", id=self.bill, entity={"Postings": postings})

    def account(self, name: str) -> str:
        engine = self.link.sandbox.engine()
        return next(str(it["Id"]) for it in engine.lists.all("Account") if it["Name"] == name)

    def run(self, page: Page, index: int) -> SyncRun:
        def spoil(body: bytes) -> bytes:
            damages_now = made(page, body)
            self.damage = damages_now[index % len(damages_now)]
            return self.damage.body

        self.between.page, self.between.spoil, self.between.hits = page, spoil, 0
        run = self.link.sync()
        assert self.between.hits, page
        self.between.page = None
        Connection.objects.update(state=ConnectionState.CONNECTED)
        return run

    def assert_equals(self, told: object) -> None:
        found = compare(platform("quickbooks"), self.link.book, self.look)
        assert not found.differences, (found.differences, told)

    def look(self, what: str, **params: str) -> dict[str, Any]:
        with httpx2.Client(
            transport=httpx2.WSGITransport(app=self.link.sandbox.app), base_url="http://127.0.0.1"
        ) as client:
            return dict(client.get(f"/control/{what}", params=params).json())


@pytest.fixture
def bench(alice: User, tmp_path: Path) -> Iterator[Bench]:
    sandbox = sandbox_with(BOOKS, tmp_path)
    between = Between(httpx2.WSGITransport(app=sandbox.app))
    with linked(sandbox, TODAY, alice, transport=between) as link:
        assert link.sync().state == RunState.PUBLISHED
        yield Bench(link, between, Entry.objects.get(number="B-7").external_id)


def page_now(bench: Bench, page: Page) -> Page:
    """Return the page as it was asked for last: the list of transactions is asked from a day on."""
    return next(it for it in bench.between.sound if it.kind == page.kind and page.which in it.which)


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_a_sync_of_changes_over_a_spoilt_page(page: Page, bench: Bench) -> None:
    bench.change()
    assert bench.link.sync().reach == Reach.CHANGES
    asked = page_now(bench, page)
    count = len(made(asked, bench.between.sound[asked]))
    which = range(count) if count <= SHORT else random.Random(str(page)).sample(range(count), SHORT)
    for index in which:
        before = known_at(bench.link)
        bench.change()
        run = bench.run(asked, index)
        assert bench.damage is not None
        told = (bench.damage.name, run.state, run.reason)
        if run.state in (RunState.FAILED, RunState.HELD):
            assert known_at(bench.link) == before, told
            assert bench.damage.ending in (Ending.REFUSED, Ending.EITHER), told
            words = "at the end of" if run.state == RunState.HELD else NAMES.get(page.kind, page.kind.split(" by ")[0])
            assert words in run.reason, told
        else:
            bench.assert_equals(told)
        sound = bench.link.sync()
        assert sound.state in (RunState.PUBLISHED, RunState.UNCHANGED), (told, sound.reason)
        bench.assert_equals(told)
