"""Every page of a sync spoilt in every way: published figures never change silently (proofs 10, 11)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx2
import pytest
from django.contrib.auth.models import User

from tests.connections.other_ours import Link, ids_by_path, linked
from tests.connections.other_truth import Truth
from tests.connections.test_other_books import Known, known_at
from tieout.connections.models import Connection, ConnectionState, RunState, SyncRun
from tieout.ledger.models import Publication
from tieout.ledger.queries import line_count
from tieout.proofs.small import BOOKS, OTHERS, TODAY
from tieout.providerkit.books import read_books
from tieout.providerkit.spoiling import Damage, Ending, Page
from tieout.providers.quickbooks.proving.damage import Between
from tieout.providers.quickbooks.proving.spoilers import ANOTHER, damages
from tieout.providers.quickbooks.sandbox import Sandbox, make_sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROUNDS = int(os.environ.get("DAMAGE", "0"))
"""How often every damage is done, at other places each time; 0 is the short form."""
SHORT, FIRST = 14, 4
AHEAD = Page("GeneralLedger", "2026-05-01 to 2028-04-30")
PAGES = [
    Page("companyinfo", ""), Page("preferences", ""),
    *(Page("query", name) for name in ("Account", "Vendor", "Customer", "Employee", "Item", "Class", "Department")),
    Page("GeneralLedger", "2026-03-01 to 2026-03-31"), AHEAD,
    Page("TrialBalance", "2026-03-01 to 2026-03-31"), Page("TrialBalance", "2026-02-01 to 2026-02-28"),
    Page("BalanceSheet by Month", "2026-02-01 to 2026-09-30"),
    Page("ProfitAndLoss by Month", "2026-02-01 to 2026-09-30"),
    Page("BalanceSheet by Year", "2014-01-01 to 2028-12-31"), Page("ProfitAndLoss by Year", "2014-01-01 to 2028-12-31"),
]  # fmt: skip


def sandbox_with(text: str, folder: Path) -> Sandbox:
    path = folder / f"{len(list(folder.iterdir()))}.jsonl"
    path.write_text(text)
    return make_sandbox(str(path), today=TODAY, limits=False)


_PAGES: dict[str, dict[Page, bytes]] = {}


def pages_of(text: str, folder: Path, alice: User) -> dict[Page, bytes]:
    """Return every page that a first sync of such books reads. They are read once: each sandbox serves the same."""
    if text not in _PAGES:
        sandbox = sandbox_with(text, folder)
        between = Between(httpx2.WSGITransport(app=sandbox.app))
        with linked(sandbox, TODAY, alice, transport=between) as link:
            assert link.sync().state == RunState.PUBLISHED
        _PAGES[text] = between.sound
    return _PAGES[text]


@dataclass(slots=True)
class Bench:
    """A company that has synced once, and the transport on which its next answers are spoilt."""

    link: Link
    between: Between
    before: Known | None = None

    def run(self, damage: Damage) -> SyncRun:
        """Sync, every month, while one page is spoilt."""
        self.between.page, self.between.spoil, self.between.hits = damage.page, lambda _: damage.body, 0
        run = self.link.sync(everything=True)
        assert self.between.hits, damage.name
        self.between.page = None
        Connection.objects.update(state=ConnectionState.CONNECTED)
        return run


@pytest.fixture
def others(alice: User, tmp_path: Path) -> dict[Page, bytes]:
    """Another company's pages."""
    return pages_of(OTHERS, tmp_path, alice)


@pytest.fixture
def bench(alice: User, tmp_path: Path) -> Iterator[Bench]:
    """Give a company that has synced once."""
    sandbox = sandbox_with(BOOKS, tmp_path)
    between = Between(httpx2.WSGITransport(app=sandbox.app))
    with linked(sandbox, TODAY, alice, transport=between) as link:
        assert link.sync().state == RunState.PUBLISHED
        yield Bench(link, between, known_at(link))


def mixed(page: Page, own: dict[Page, bytes], theirs: dict[Page, bytes]) -> dict[str, bytes]:
    """Return sound answers to other questions: another company's, and another page's of this one."""
    found = {}
    if page.kind not in ("companyinfo", "preferences", "query"):
        found[ANOTHER] = theirs[page]
    for other in PAGES:
        if other != page and other.kind in (page.kind, "preferences"):
            found[" ".join(other)] = own[other]
    return found


TRUTH = Truth(read_books(BOOKS.splitlines(), name="books"))
_END = date(2028, 5, 1)


def assert_figures_are_the_books(link: Link) -> None:
    """Compare what is published with the file: movements by account id, number of lines."""
    known, book = known_at(link), link.book
    ids = ids_by_path(book)
    ours = {(ids[path], month): amount for (path, month), amount in known.moved.items()}
    theirs = TRUTH.movements(date.min, _END)
    own = {path: ident for ident, path in TRUTH.paths.items()}
    assert ours == {(own[path], month): amount for (path, month), amount in theirs.items()}
    assert line_count(book) == TRUTH.lines(date.min, _END)


def assert_named(run: SyncRun, page: Page) -> None:
    """A run that did not publish says where: the report and its days, or the month that differs.

    A list or a preference that is wrong may show only where a report is read by it.
    """
    if page.kind in ("companyinfo", "preferences", "query"):
        assert ": " in run.reason
        return
    kind, _, _ = page.kind.partition(" by ")
    assert ("at the end of" if run.state == RunState.HELD else kind) in run.reason
    if run.state == RunState.FAILED:
        assert page.which in run.reason or page.which[:7] in run.reason or " by " in page.kind, run.reason


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_a_second_sync_over_a_spoilt_page(page: Page, bench: Bench, others: dict[Page, bytes]) -> None:
    sound = dict(bench.between.sound)
    for damage in chosen(page, sound[page], mixed(page, sound, others)):
        run = bench.run(damage)
        after = known_at(bench.link)
        check(run, damage, bench, after)
        if after != bench.before:
            bench.link.sync(everything=True)  # a text in a list is read again only where the list changes
            bench.before = known_at(bench.link)


def chosen(page: Page, sound: bytes, others: dict[str, bytes]) -> list[Damage]:
    """Return damages of a page: some in the short form, all of several rounds in the long one."""
    found: list[Damage] = []
    for seed in range(ROUNDS or 1):
        made = damages(page, sound, others, random.Random(f"{seed} {page}"))
        found += [damage for damage in made if damage.body != sound]
    return found if ROUNDS else random.Random(str(page)).sample(found, min(SHORT, len(found)))


def check(run: SyncRun, damage: Damage, bench: Bench, after: Known) -> None:
    told = (damage.name, run.state, run.reason)
    if run.state in (RunState.FAILED, RunState.HELD):
        assert after == bench.before, told
        assert damage.ending in (Ending.REFUSED, Ending.EITHER), told
        assert_named(run, damage.page)
        return
    if damage.ending is Ending.REFUSED:
        assert after == bench.before, told  # sound after all: the months were read again, alone
    assert_figures_are_the_books(bench.link)
    if damage.ending is Ending.SAME:
        assert after == bench.before, told


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_a_first_sync_over_a_spoilt_page(page: Page, alice: User, tmp_path: Path, others: dict[Page, bytes]) -> None:
    """Nothing stands before a first sync: what is published over a damage is the books, or is marked UNVERIFIED.

    The limit: months ahead are compared as far as anything was ever read in them. Where the only answer about them
    says of itself that it is empty, nothing is shown for them, and the next sync brings what was left out.
    """
    sandbox = sandbox_with(BOOKS, tmp_path)
    sound = pages_of(BOOKS, tmp_path, alice)
    damage_of = chosen(page, sound[page], mixed(page, sound, others))
    for damage in damage_of if ROUNDS else damage_of[:FIRST]:
        if page == AHEAD and damage.name == "no rows, and says so":
            continue
        between = Between(httpx2.WSGITransport(app=sandbox.app))
        with linked(sandbox, TODAY, alice, transport=between) as link:
            run = Bench(link, between).run(damage)
            told = (damage.name, run.state, run.reason)
            if run.state == RunState.FAILED:
                assert not Publication.objects.filter(company=link.connection.company).exists(), told
                assert damage.ending in (Ending.REFUSED, Ending.EITHER), told
                assert_named(run, page)
                continue
            assert run.state == RunState.PUBLISHED, told
            if run.differing:
                assert not Publication.objects.get(company=link.connection.company).verified, told
                continue
            assert_figures_are_the_books(link)
            assert damage.ending is not Ending.REFUSED or known_at(link).postings == TRUTH.postings(date.min, _END), (
                told
            )
