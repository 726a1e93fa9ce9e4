"""A sync that is cut off at each of its calls goes on where it was, and ends as if nothing had been (proofs 1, 2)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.connections.test_histories import FIRST, assert_equals, bookkeeping
from tieout.connections.holding import Hold
from tieout.connections.models import RunState
from tieout.connections.run import execute
from tieout.ledger.models import Book
from tieout.proofs import queries
from tieout.proofs.linking import Link
from tieout.providers.quickbooks.proving.histories import Bookkeeper

pytestmark = [pytest.mark.django_db]

OPENING = ("CompanyInfo", "Preferences")  # asked by each process that opens the books: they are no pages of it
AT_ONCE = ("Query ", "Change feed", "TransactionList")  # the lists are staged together, and so is what changed


class Killed(BaseException):
    """What a kill is to this process: nothing is tidied up."""


class Calls:
    """Counts calls by name, and cuts the process off before the n-th."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        self.kill_at = 0
        real = Hold.count_call

        def count(hold: Hold, name: str) -> None:
            self.made.append(name)
            real(hold, name)
            if len(self.made) == self.kill_at:
                raise Killed

        monkeypatch.setattr(Hold, "count_call", count)

    def begin(self, kill_at: int = 0) -> None:
        self.made, self.kill_at = [], kill_at


def finish(link: Link, run_id: int) -> None:
    execute(run_id, clock=link.clock, check=lambda: None)


def pages(calls: list[str]) -> Counter[str]:
    return Counter(name for name in calls if not name.startswith(OPENING))


@pytest.mark.parametrize("everything", [True, False])
def test_cut_off_at_any_call_it_reads_one_page_again_and_ends_the_same(
    everything: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bookkeeping(tmp_path, "default") as link:
        calls = Calls(monkeypatch)
        done = Bookkeeper(link, Random(3), oldest=FIRST).work(6)
        run = link.request()
        if everything:
            type(run).objects.filter(pk=run.pk).update(everything=True)
        place = 0
        while True:  # one run, killed before each call that it still has to make
            place += 1
            calls.begin(kill_at=place)
            try:
                finish(link, run.pk)
            except Killed:
                continue
            break
        ended = queries.run_now(run)
        assert_equals(link, ended, done)
        assert ended.state == RunState.PUBLISHED
        # A run killed before its n-th call, n growing, goes on as long as each holder comes further than the last.
        assert place <= len(calls.made) + 60


def test_a_kill_costs_one_page_of_the_ledger_or_of_a_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bookkeeping(tmp_path) as link:
        calls = Calls(monkeypatch)
        plain: Counter[str] = Counter()
        for index in range(40):
            link.clock.now += timedelta(hours=1)  # type: ignore[attr-defined] # the clock of these tests
            Bookkeeper(link, Random(7), oldest=FIRST).work(1)
            run = link.request()
            calls.begin(kill_at=index)
            try:
                finish(link, run.pk)
            except Killed:
                first = list(calls.made)
                killed = first[-1]
                calls.kill_at = 0
                finish(link, run.pk)
                again = pages(first[:-1]) & pages(calls.made[len(first) :])
                if not killed.startswith((*AT_ONCE, *OPENING)):
                    again = Counter({name: n for name, n in again.items() if not name.startswith(AT_ONCE)})
                    assert again.total() <= 1, (killed, again)
            else:
                plain = pages(calls.made)
            assert queries.run_now(run).state in (RunState.PUBLISHED, RunState.UNCHANGED)
        assert plain


def test_the_cursor_moves_with_the_end_of_a_run_and_not_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bookkeeping(tmp_path) as link:
        assert not isinstance(link.stand, str)
        before = Book.objects.get().cursor
        link.stand.clock.skip(timedelta(hours=2))
        calls = Calls(monkeypatch)
        calls.begin(kill_at=9)
        run = link.request()
        with pytest.raises(Killed):
            finish(link, run.pk)
        assert Book.objects.get().cursor == before
        calls.begin()
        finish(link, run.pk)
        assert Book.objects.get().cursor != before
