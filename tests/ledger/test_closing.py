"""Closed months: whatever the books do later, what was closed stays, and the difference is explained."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.scribe import CHART, NOW, entry, new_book, open_stage, publish, put, sync
from tests.ledger.test_history import books
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord, EntryRecord
from tieout.ledger import closing
from tieout.ledger.closing import Stale, closed, decide, shown_movements
from tieout.ledger.differing import differing
from tieout.ledger.models import Book, CloseAct, ClosedSum, MonthClose, Publication
from tieout.ledger.movements import movements

JANUARY, FEBRUARY, MARCH = (Month(2025, number) for number in (1, 2, 3))
FIRST = [
    entry("1", date(2025, 1, 10), ("software", 100_00), ("bank", -100_00)),
    entry("2", date(2025, 2, 10), ("software", 50_00), ("bank", -50_00)),
]
_number = itertools.count()

Sums = dict[tuple[int, int, int], int]


def act(book: Book, what: CloseAct, *months: Month) -> list[MonthClose]:
    return decide(book, months, what, sync=newest(book), by=None, at=NOW)


def newest(book: Book) -> int:
    return Publication.objects.get(book=book, version=book.published).number


def shown(book: Book) -> Sums:
    return {(it.account, it.expense, it.month): it.amount for it in shown_movements(book, book.published)}


def in_books(book: Book, version: int | None = None) -> Sums:
    found = movements(book, book.published if version is None else version)
    return {(account, expense, month): amount for account, expense, month, amount in found}


def of(sums: Sums, *months: Month) -> Sums:
    return {cell: amount for cell, amount in sums.items() if cell[2] in {month.key for month in months}}


@pytest.fixture
def book(company: Company) -> Book:
    made = new_book(company)
    sync(made, FIRST)
    return made


def test_a_closed_month_is_shown_from_its_copy_and_the_others_from_the_books(book: Book) -> None:
    before = shown(book)
    act(book, CloseAct.CLOSED, JANUARY)
    sync(book, [entry("1", date(2025, 1, 10), ("software", 130_00), ("bank", -130_00)), FIRST[1]])
    assert of(shown(book), JANUARY) == of(before, JANUARY)
    assert of(shown(book), FEBRUARY) == of(in_books(book), FEBRUARY)
    assert sum(it.amount for it in shown_movements(book, book.published)) == 0


def test_accepting_takes_the_books_over_and_says_since_which_sync(book: Book) -> None:
    act(book, CloseAct.CLOSED, JANUARY)
    sync(book, FIRST[1:])
    assert of(shown(book), JANUARY)
    act(book, CloseAct.ACCEPTED, JANUARY)
    assert of(shown(book), JANUARY) == {}
    assert (closed(book)[JANUARY].accepted, closed(book)[JANUARY].sync) == (True, newest(book))


def test_a_month_without_a_line_is_closed_all_the_same(book: Book) -> None:
    act(book, CloseAct.CLOSED, MARCH)
    sync(book, [*FIRST, entry("3", date(2025, 3, 1), ("wages", 9_00), ("bank", -9_00))])
    assert of(shown(book), MARCH) == {}


def test_reopened_it_shows_the_books_and_what_was_kept_stays_closed(book: Book) -> None:
    act(book, CloseAct.CLOSED, JANUARY, FEBRUARY)
    sync(book, [])
    act(book, CloseAct.KEPT, JANUARY)
    act(book, CloseAct.REOPENED, FEBRUARY)
    assert list(closed(book)) == [JANUARY]
    assert of(shown(book), JANUARY)
    assert not of(shown(book), FEBRUARY)
    assert [row.act for row in closing.history(book)][:2] == [CloseAct.REOPENED, CloseAct.KEPT]


@pytest.mark.parametrize("what", [CloseAct.ACCEPTED, CloseAct.KEPT, CloseAct.REOPENED])
def test_what_is_not_closed_is_not_decided_about(book: Book, what: CloseAct) -> None:
    with pytest.raises(Stale):
        act(book, what, JANUARY)


def test_nobody_closes_twice_or_what_they_have_not_seen(book: Book) -> None:
    act(book, CloseAct.CLOSED, JANUARY)
    with pytest.raises(Stale):
        act(book, CloseAct.CLOSED, FEBRUARY, JANUARY)
    seen = newest(book)
    sync(book, [])
    with pytest.raises(Stale):
        decide(book, [FEBRUARY], CloseAct.CLOSED, sync=seen, by=None, at=NOW)
    assert MonthClose.objects.count() == 1


def test_an_account_counts_as_what_it_was_when_its_month_was_closed(book: Book) -> None:
    act(book, CloseAct.CLOSED, JANUARY)
    turned = AccountRecord(external_id="software", name="Software", type=AccountType.ASSET, subtype="Fixed asset")
    stage = open_stage(book, [turned if it == CHART[3] else it for it in CHART])
    put(stage, FIRST)
    publish(stage)
    types = {(it.month, it.type) for it in shown_movements(book, book.published) if abs(it.amount) % 100_00 == 0}
    assert (JANUARY.key, AccountType.EXPENSE) in types
    assert not any(it.month == FEBRUARY.key and it.type is AccountType.EXPENSE for it in shown_movements(book, 3))
    assert len(closing.former_accounts(book, AccountType.EXPENSE)) == 1
    told = {(it.type, it.closed, it.remapped, it.changed) for it in differing(book)}
    assert told == {(AccountType.EXPENSE, 100_00, -100_00, 0), (AccountType.ASSET, 0, 100_00, 0)}


acts = st.lists(
    st.tuples(st.sampled_from([*CloseAct, None]), st.sets(st.integers(1, 4), min_size=1), books), min_size=1, max_size=6
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=books, steps=acts)
def test_any_history_leaves_closed_months_as_they_were(
    alice: User, start: list[EntryRecord], steps: list[tuple[CloseAct | None, set[int], list[EntryRecord]]]
) -> None:
    book = new_book(create_company(name=f"Closers {next(_number)}", person=alice))
    sync(book, start)
    copies: dict[Month, Sums] = {}
    for what, numbers, state in steps:
        if what is not None:
            months = {Month(2025, number) for number in numbers}
            wanted = months - copies.keys() if what is CloseAct.CLOSED else months & copies.keys()
            act(book, what, *wanted)
            for month in wanted:
                if what is CloseAct.REOPENED:
                    del copies[month]
                elif what is not CloseAct.KEPT:
                    copies[month] = of(in_books(book), month)
        sync(book, state)
        found, books_now = shown(book), in_books(book)
        for month in (Month(2025, number) for number in range(1, 5)):
            assert of(found, month) == (copies[month] if month in copies else of(books_now, month))
        assert closed(book).keys() == copies.keys()
        _the_difference_is_explained(book, found, books_now)
    _each_copy_is_whole(book)


def _the_difference_is_explained(book: Book, found: Sums, books_now: Sums) -> None:
    """Shown + what is told of each cell = the books; nothing is told of a cell that did not change."""
    told = {(it.account, it.expense, it.month.key): it for it in differing(book)}
    for cell in {*found, *books_now, *told}:
        difference = books_now.get(cell, 0) - found.get(cell, 0)
        assert (cell in told) is bool(difference)
        if difference:
            it = told[cell]
            assert (it.closed, it.books, it.changed, it.remapped) == (
                found.get(cell, 0), books_now.get(cell, 0), difference, 0,
            )  # fmt: skip


def _each_copy_is_whole(book: Book) -> None:
    """Σ copy = Σ books at the close's sync, by account: what moved between expenses since changes no account."""
    for close in MonthClose.objects.filter(book=book, act__in=(CloseAct.CLOSED, CloseAct.ACCEPTED)):
        copied: defaultdict[int, int] = defaultdict(int)
        for account, amount in ClosedSum.objects.filter(close=close).values_list("account", "amount"):
            copied[account] += amount
        then: defaultdict[int, int] = defaultdict(int)
        for (account, _, month), amount in in_books(book, close.publication.version).items():
            if month == close.month:
                then[account] += amount
        assert {k: v for k, v in copied.items() if v} == {k: v for k, v in then.items() if v}
