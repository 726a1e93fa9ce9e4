"""Whole syncs of books that nobody has seen before, compared with sums made from the file alone (proofs 8, 17)."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.connections.other_books import other
from tests.connections.other_edits import Bookkeeper
from tests.connections.other_ours import Link, linked, our_movements, our_postings, reported, sandbox_of
from tests.connections.other_truth import Posting, Sums, Truth
from tieout.connections.models import RunState
from tieout.core.month import Month
from tieout.ledger.queries import line_count
from tieout.reports.exports import to_json, trial_balance_file
from tieout.reports.queries import ledger_at
from tieout.reports.trial_balance import trial_balances

pytestmark = [pytest.mark.django_db]

SEEDS = range(int(os.environ.get("OTHER_BOOKS", "6")))


def assert_equals(link: Link, truth: Truth) -> None:
    """Compare everything with the file: movements, trial balances, the number of lines, each entry."""
    book = link.book
    today = Month.of(link.sandbox.engine().today)
    end = (today + 25).start
    assert our_movements(book, book.published, book.start) == truth.movements(book.start, end)
    assert line_count(book) == truth.lines(book.start, end)
    months = tuple(Month.of(book.start).until(today + 1))
    assert reported(link.connection.company, months) == truth.trial_balances([str(month) for month in months])
    ours, theirs = our_postings(book, book.published), truth.postings(book.start, end)
    assert (ours - theirs, theirs - ours) == ({}, {})


@pytest.mark.parametrize("history", ["everything", "default"])
@pytest.mark.parametrize("seed", SEEDS)
def test_any_books_arrive_whole(seed: int, history: str, alice: User, tmp_path: Path) -> None:
    it = other(seed)
    truth = Truth(it.books)
    with linked(sandbox_of(it, tmp_path), it.today, alice, history=history) as link:
        run = link.sync()
        assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)
        assert link.book.start == _start(truth, it.today, history)
        assert_equals(link, truth)
        again = link.sync()
        assert (again.state, again.rows_written) == (RunState.UNCHANGED, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_work_in_the_books_arrives_and_earlier_syncs_stay(seed: int, alice: User, tmp_path: Path) -> None:
    it = other(seed)
    history = ("everything", "default")[seed % 2]
    with linked(sandbox_of(it, tmp_path), it.today, alice, history=history) as link:
        link.sync()
        keeper = Bookkeeper(link, it.books, seed)
        known = [known_at(link)]
        for _ in range(2):
            done = keeper.work(3 if len(it.books.entries) < 10 else 12)
            run = link.sync()
            assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0), done
            assert_equals(link, Truth(keeper.books))
            known.append(known_at(link))
        for before in known:
            assert known_at(link, before.sync) == before


@dataclass(frozen=True, slots=True)
class Known:
    """What one sync shows."""

    sync: int
    moved: Sums
    postings: Counter[Posting]
    report: bytes


def known_at(link: Link, sync: int | None = None) -> Known:
    """Return what a sync shows now; the latest by default."""
    at = ledger_at(link.connection.company, sync)
    report = to_json(trial_balance_file(at, list(trial_balances(at, at.months))), turn_signs=False)
    moved, postings = our_movements(at.book, at.version, date.min), our_postings(at.book, at.version)
    return Known(at.publication.number, moved, postings, report)


def _start(truth: Truth, today: date, history: str) -> date:
    """Return the first day of the fiscal year in which the history begins."""

    def year_of(day: date) -> date:
        return date(day.year - (day.month < truth.fiscal), truth.fiscal, 1)

    first, this = min(entry.date for entry in truth.books.entries), year_of(today)
    if history == "everything":
        return year_of(first)
    return max(this.replace(year=this.year - 2), min(year_of(first), this))
