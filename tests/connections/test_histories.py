"""Any history of work in the books: the next sync equals them, line by line and in every balance (proofs 8, 9)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random

import httpx2
import pytest

from tieout.connections.models import Reach, RunState, SyncRun
from tieout.ledger.models import Entry
from tieout.proofs.comparison import compare, our_lines
from tieout.proofs.ground import HERE
from tieout.proofs.linking import Link, linked
from tieout.proofs.small import BOOKS, TODAY
from tieout.providerkit.pace import Pace
from tieout.providers.quickbooks import proving
from tieout.providers.quickbooks.provider import QuickBooks
from tieout.providers.quickbooks.proving.histories import Bookkeeper
from tieout.providers.quickbooks.sandbox import Sandbox

pytestmark = [pytest.mark.django_db]

HISTORIES = range(int(os.environ.get("HISTORIES", "4")))
FIRST = date(2026, 2, 1)


def small(folder: Path) -> Sandbox:
    path = folder / "small.jsonl"
    path.write_text(BOOKS)
    return proving.sandbox(str(path), today=TODAY)


@contextmanager
def bookkeeping(folder: Path, history: str = "everything", *, provider: QuickBooks | None = None) -> Iterator[Link]:
    """A company that has synced once."""
    with linked("quickbooks", small(folder), history=history, provider=provider) as link:
        first = link.sync()
        assert (first.state, first.reach) == (RunState.PUBLISHED, Reach.EVERYTHING)
        yield link


def assert_equals(link: Link, run: SyncRun, done: list[str]) -> None:
    assert run.state in (RunState.PUBLISHED, RunState.UNCHANGED), (run.state, run.reason, done)
    assert run.differing == 0, done
    found = compare(link.platform, link.book, link.look)
    assert not found.differences, (found.differences, run.reach, run.because, done)


@pytest.mark.parametrize("seed", HISTORIES)
def test_any_work_is_there_after_one_sync_and_equals_a_fresh_import(seed: int, tmp_path: Path) -> None:
    history = ("everything", "default")[seed % 2]
    dice = Random(seed)
    with bookkeeping(tmp_path, history) as link:
        assert isinstance(link.stand, Sandbox)
        if seed % 3 == 0:
            link.stand.faults.set("no_payroll_listed")
        keeper = Bookkeeper(link, dice, oldest=FIRST if seed % 4 < 2 else None)
        for _ in range(3):
            done = keeper.work(dice.choice((1, 3, 12)))
            run = link.sync()
            assert_equals(link, run, done)
            again = link.sync()
            assert (again.state, again.rows_written, again.reach) == (RunState.UNCHANGED, 0, Reach.CHANGES), done
        with linked("quickbooks", link.stand, history=history) as fresh:
            assert fresh.sync().state == RunState.PUBLISHED
            ours, theirs = our_lines(link.book, link.book.published), our_lines(fresh.book, fresh.book.published)
            kept = {line for line in ours - theirs if line.date >= str(fresh.book.start)}
            assert (kept, theirs - ours) == (set(), {})


def test_an_outage_longer_than_the_feeds_memory_is_healed_by_one_sync(tmp_path: Path) -> None:
    with bookkeeping(tmp_path) as link:
        done = Bookkeeper(link, Random(5), oldest=FIRST).work(10)
        link.control("advance", to=str(TODAY + timedelta(days=45)))
        run = link.sync()
        assert_equals(link, run, done)
        assert (run.reach, "30 days" in run.because) == (Reach.EVERYTHING, True)


@pytest.mark.parametrize("most", [3, 8])
def test_more_changes_than_the_feed_returns_are_healed_by_one_sync(most: int, tmp_path: Path) -> None:
    sandbox = small(tmp_path)
    sandbox.faults.set("cdc_cap", most)
    own = {"CLIENT_ID": "tieout-proof", "CLIENT_SECRET": "a-planted-secret", "ADDRESS": HERE}
    provider = QuickBooks(
        own, httpx2.WSGITransport(app=sandbox.app), pace=lambda _: Pace(Unlimited(), sleep=lambda _: None),
        feed_most=most,
    )  # fmt: skip
    reaches = set()
    with linked("quickbooks", sandbox, provider=provider) as link:
        assert link.sync().state == RunState.PUBLISHED
        for seed in range(3):
            done = Bookkeeper(link, Random(seed), oldest=FIRST).work(2 + 6 * seed)
            run = link.sync()
            assert_equals(link, run, done)
            reaches.add(run.reach)
    assert (Reach.EVERYTHING in reaches) == (most == 3)


class Unlimited:
    def wait(self) -> None:
        """Let every call go at once."""


def test_a_vendor_merged_into_another_takes_its_lines_along(tmp_path: Path) -> None:
    with bookkeeping(tmp_path) as link:
        lists = link.look("lists")["Vendor"]
        ids = {entry["name"]: entry["id"] for entry in lists}
        link.control("merge", entity="Vendor", source=ids["Adobe"], target=ids["Bay Power"])
        run = link.sync()
        assert_equals(link, run, ["merge"])
        assert (run.reach, run.state) == (Reach.CHANGES, RunState.PUBLISHED)


def test_a_voided_paycheck_that_is_deleted_leaves_no_line(tmp_path: Path) -> None:
    with bookkeeping(tmp_path) as link:
        check = Entry.objects.get(type="Payroll Check" if Entry.objects.filter(type="Payroll Check") else "Paycheck")
        link.control("void", id=check.external_id)
        assert_equals(link, link.sync(), ["void"])
        link.control("delete", id=check.external_id)
        assert_equals(link, link.sync(), ["delete"])


def test_a_sync_where_nothing_changed_asks_little(tmp_path: Path) -> None:
    with bookkeeping(tmp_path) as link:
        before = link.look("calls")["total"]
        run = link.sync()
        assert (run.state, run.rows_written) == (RunState.UNCHANGED, 0)
        assert run.calls <= 14
        assert link.look("calls")["total"] - before <= 16
