"""Postings that were undone: hidden in pairs where they cancel out, and in no sum."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.rewriting import Author, books
from tests.ledger.scribe import entry, new_book, sync
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.records import EntryRecord
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book
from tieout.ledger.queries import Cell, CellLines, EntryLine, cell_lines, cell_sum

JANUARY, MARCH = Month(2025, 1), Month(2025, 3)
_number = itertools.count()


@pytest.fixture
def book(company: Company) -> Book:
    return new_book(company)


def undo(it: EntryRecord, key: str, **other: object) -> EntryRecord:
    lines = tuple(msgspec.structs.replace(line, amount=-line.amount) for line in it.lines)
    changed = {"external_id": key, "reverses": it.key, "lines": lines, **other}
    return msgspec.structs.replace(it, **changed)


BILL = msgspec.structs.replace(entry("j1", date(2025, 1, 10), ("software", 100), ("bank", -100)), record="Bill:7")
VOID = undo(BILL, "j2")
AGAIN = msgspec.structs.replace(entry("j3", date(2025, 1, 10), ("software", 130), ("bank", -130)), record="Bill:7")


def lines(book: Book, version: int, account: str = "software", **asked: object) -> CellLines:
    accounts = tuple(id_ for id_, it in chart(book, version).items() if it.external_id == account)
    how = {"payroll_accounts": None, **asked}
    return cell_lines(book, Cell(JANUARY, MARCH, accounts), version=version, **how)  # type: ignore[arg-type]


def test_what_was_undone_and_what_undid_it_are_hidden_together(book: Book) -> None:
    version = sync(book, [BILL, VOID, AGAIN])
    found = lines(book, version)
    assert [(line.external_id, line.amount, line.record_id) for line in found.lines] == [("j3", 130, "7")]
    assert (found.count, found.total, found.cancelled) == (1, 130, 2)
    every = lines(book, version, reversals=True)
    assert ([line.amount for line in every.lines], every.count, every.total, every.cancelled) == (
        [100, -100, 130], 3, 130, 0,
    )  # fmt: skip


def test_at_an_earlier_sync_it_had_not_been_undone_yet(book: Book) -> None:
    first = sync(book, [BILL])
    sync(book, [BILL, VOID])
    assert (lines(book, first).count, lines(book, book.published).count) == (1, 0)


def test_of_a_pair_that_does_not_cancel_out_both_are_listed(book: Book) -> None:
    half = undo(BILL, "j2", lines=entry("", BILL.date, ("software", -60), ("bank", 60)).lines)
    assert lines(book, sync(book, [BILL, half])).count == 2


def test_of_a_pair_of_which_the_search_finds_one_it_is_listed(book: Book) -> None:
    version = sync(book, [BILL, undo(BILL, "j2", number="V-9")])
    found = lines(book, version, search="v-9")
    assert ([line.amount for line in found.lines], found.total, found.cancelled) == ([-100], -100, 0)
    assert lines(book, version).count == 0


def test_what_undoes_an_undoing_is_listed_and_the_first_pair_hidden(book: Book) -> None:
    redone = undo(VOID, "j4")
    found = lines(book, sync(book, [BILL, VOID, redone]))
    assert ([line.external_id for line in found.lines], found.total) == (["j4"], 100)


def test_what_is_undone_twice_is_hidden_once(book: Book) -> None:
    found = lines(book, sync(book, [BILL, VOID, undo(BILL, "j5")]))
    assert ([line.amount for line in found.lines], found.total) == ([-100], -100)


def test_pay_without_the_right_stays_one_row(book: Book) -> None:
    pay = [msgspec.structs.replace(it, payroll=True) for it in (BILL, VOID, AGAIN)]
    found = lines(book, sync(book, pay), payroll_accounts=())
    assert [(line.hidden, line.count, line.amount) for line in found.lines] == [(True, 3, 130)]


def test_pages_are_counted_without_them(book: Book) -> None:
    others = [entry(f"b{day}", date(2025, 2, day), ("software", day), ("bank", -day)) for day in range(1, 10)]
    version = sync(book, [BILL, VOID, *others])
    found = [lines(book, version, offset=start, limit=4) for start in range(0, 12, 4)]
    assert [line.amount for page in found for line in page.lines] == list(range(1, 10))
    assert {page.count for page in found} == {9}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=books, data=st.data())
def test_what_is_hidden_cancels_out_in_any_cell(alice: User, state: list[EntryRecord], data: st.DataObject) -> None:
    author = Author(new_book(create_company(name=f"Pairs {next(_number)}", person=alice)))
    version = author.publish(state).version
    accounts = tuple(data.draw(st.sets(st.sampled_from(list(chart(author.book, version))), max_size=3)))
    cell = Cell(JANUARY, data.draw(st.sampled_from([JANUARY, MARCH])), accounts)

    def asked(*, reversals: bool) -> CellLines:
        return cell_lines(author.book, cell, version=version, payroll_accounts=None, reversals=reversals)

    shown, every = asked(reversals=False), asked(reversals=True)
    assert shown.total == every.total == cell_sum(author.book, cell, version=version)
    assert (shown.count + shown.cancelled, shown.count) == (every.count, len(shown.lines))
    missing = Counter(every.lines) - Counter(shown.lines)
    assert missing.total() == shown.cancelled
    by_entry: dict[str, Counter[tuple[str, int]]] = {}
    for line, count in missing.items():
        by_entry.setdefault(line.external_id, Counter())[line.account, line.amount] += count
    assert len(by_entry) % 2 == 0
    for id_, money in by_entry.items():
        if id_.startswith("r"):
            assert money == Counter({(account, -amount): n for (account, amount), n in by_entry[id_[1:]].items()})
            assert all(line.external_id not in (id_, id_[1:]) for line in shown.lines)


def test_a_line_without_a_record_is_known_by_its_entry() -> None:
    line = EntryLine(date(2025, 1, 1), "Bill", "b1", "", "", "", "", "", "", 1)
    assert line.record_id == "b1"
