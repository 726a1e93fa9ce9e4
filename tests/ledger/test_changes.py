"""What moved between two syncs adds up to the change of every cell, whatever moved and whichever mapping is asked."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.rewriting import LISTS, Author, Rules, histories, play, sums_at
from tests.ledger.scribe import entry, new_book
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.records import EntryKind, EntryRecord, PartyKey, PartyKind
from tieout.ledger.accounts import LATEST, chart
from tieout.ledger.changes_between import (
    NOTHING,
    Kind,
    KnownAt,
    LineChange,
    LineChanges,
    Place,
    line_changes,
    mapping_as_then,
    mapping_today,
)
from tieout.ledger.models import Book
from tieout.ledger.movements import known_movements
from tieout.ledger.queries import Cell

Sums = Mapping[tuple[int, int, int], int]
JANUARY, FEBRUARY = Month(2025, 1), Month(2025, 2)
_number = itertools.count()


def _author(alice: User) -> Author:
    return Author(new_book(create_company(name=f"Books {next(_number)}", person=alice)))


def _all(book: Book, older: KnownAt, newer: KnownAt, cells: Sequence[Cell] = ()) -> LineChanges:
    return line_changes(book, older, newer, cells, payroll_accounts=None, limit=10_000)


def _last(author: Author) -> LineChanges:
    """Return what moved between the last two publications, mapping as then."""
    older, newer = author.published[-2:]
    return _all(author.book, mapping_as_then(older), mapping_as_then(newer))


def _rows(found: LineChanges) -> dict[Place, int]:
    """Add up what is listed, row by row."""
    result: defaultdict[Place, int] = defaultdict(int)
    for change in found.page:
        for place, effect in change.effects.items():
            result[place] += effect
    return {place: amount for place, amount in result.items() if amount}


def _difference(older: Sums, newer: Sums) -> dict[tuple[int, int, int], int]:
    moved = {cell: newer.get(cell, 0) - older.get(cell, 0) for cell in older.keys() | newer.keys()}
    return {cell: amount for cell, amount in moved.items() if amount}


def _totals(found: LineChanges) -> dict[Place, int]:
    return {place: tally.effect for place, tally in found.by_place.items() if tally.effect}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_the_rows_of_every_cell_add_up(alice: User, history: list[tuple[str, list[EntryRecord]]]) -> None:
    author = _author(alice)
    play(author, history)
    states: list[tuple[KnownAt, KnownAt, Sums, Sums]] = [(NOTHING, NOTHING, {}, {})]
    states += [
        (mapping_as_then(it), mapping_today(it), seen, sums_at(author.book, it.version))
        for it, seen in zip(author.published, author.seen, strict=True)
    ]
    for then, _, seen, _ in states[1:]:
        assert {it[:3]: it[3] for it in known_movements(author.book, then)} == {k: v for k, v in seen.items() if v}
    for (then, today, seen, now), (then2, today2, seen2, now2) in itertools.combinations(states, 2):
        as_then = _all(author.book, then, then2)
        assert _rows(as_then) == _totals(as_then) == _difference(seen, seen2)
        by_today = _all(author.book, today, today2)
        assert _rows(by_today) == _totals(by_today) == _difference(now, now2)
        assert by_today.lines[Kind.REMAPPED] == 0
        assert len(as_then.page) == as_then.count == sum(as_then.lines.values())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, data=st.data())
def test_a_cell_holds_what_touches_it(
    alice: User, history: list[tuple[str, list[EntryRecord]]], data: st.DataObject
) -> None:
    author = _author(alice)
    play(author, history)
    accounts = list(chart(author.book, LATEST))
    cells = [
        Cell(
            JANUARY,
            data.draw(st.sampled_from([JANUARY, FEBRUARY])),
            accounts=tuple(data.draw(st.sets(st.sampled_from(accounts), max_size=2))),
            expenses=tuple(data.draw(st.sets(st.integers(1, 3), max_size=2))),
        )
        for _ in range(data.draw(st.integers(1, 2)))
    ]
    older, newer = NOTHING, mapping_as_then(author.published[-1])
    if len(author.published) > 1:
        older = mapping_as_then(author.published[0])
    everything = _all(author.book, older, newer)
    found = _all(author.book, older, newer, cells)

    def inside(place: Place) -> bool:
        return any(
            cell.first.key <= place.month <= cell.last.key
            and (not cell.accounts or place.account in cell.accounts)
            and (not cell.expenses or place.expense in cell.expenses)
            for cell in cells
        )

    assert list(found.page) == [it for it in everything.page if any(map(inside, it.effects))]
    assert found.by_place == {place: tally for place, tally in everything.by_place.items() if inside(place)}
    assert found.count == len(found.page)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, limit=st.integers(1, 4), hides=st.booleans())
def test_pages_are_the_list_cut_into_pieces_and_pay_is_a_sum(
    alice: User, history: list[tuple[str, list[EntryRecord]]], limit: int, hides: bool
) -> None:
    author = _author(alice)
    play(author, history)
    names = {account.external_id: id_ for id_, account in chart(author.book, LATEST).items()}
    marked = frozenset({names["wages"]}) if hides else None
    older = mapping_as_then(author.published[0]) if len(author.published) > 1 else NOTHING
    newer = mapping_as_then(author.published[-1])

    def ask(offset: int, limit: int) -> LineChanges:
        return line_changes(author.book, older, newer, payroll_accounts=marked, offset=offset, limit=limit)

    whole = ask(0, 10_000)
    pieces = [ask(offset, limit) for offset in range(0, whole.count, limit)]
    assert [change for piece in pieces for change in piece.page] == list(whole.page)
    assert all(
        (piece.count, piece.by_place, piece.hidden) == (whole.count, whole.by_place, whole.hidden) for piece in pieces
    )
    seen = _all(author.book, older, newer)
    assert whole.by_place == seen.by_place
    sides = [side for change in whole.page for side in (change.before, change.after) if side is not None]
    assert not hides or all(side.account != names["wages"] for side in sides)
    by_account_and_month: defaultdict[tuple[int, int], int] = defaultdict(int)
    for place, amount in _rows(whole).items():
        by_account_and_month[place.account, place.month] += amount
    for cell, tally in whole.hidden.items():
        by_account_and_month[cell] += tally.effect
    expected: defaultdict[tuple[int, int], int] = defaultdict(int)
    for place, amount in _rows(seen).items():
        expected[place.account, place.month] += amount
    assert {it: n for it, n in by_account_and_month.items() if n} == {it: n for it, n in expected.items() if n}


# --- by hand ---------------------------------------------------------------------------------------------------


@pytest.fixture
def author(alice: User) -> Author:
    return _author(alice)


def _between(author: Author, *states: Sequence[EntryRecord]) -> list[LineChange]:
    """Publish the states; return what moved between the last two, account by account."""
    for state in states:
        author.publish(state)
    return sorted(
        _last(author).page,
        key=lambda it: [(side is not None, side and side.account) for side in (it.before, it.after)],
    )


def _written(author: Author, changes: Sequence[LineChange]) -> list[tuple[str, str, list[tuple[str, int, int]]]]:
    names = {id_: account.external_id for id_, account in chart(author.book, LATEST).items()}
    return [
        (
            change.kind.value,
            _record(change),
            sorted((names[place.account], place.month, effect) for place, effect in change.effects.items()),
        )
        for change in changes
    ]


def _record(change: LineChange) -> str:
    line = change.after or change.before
    assert line is not None
    return line.external_id


BILL = entry("1", date(2025, 1, 10), ("software", 100), ("wages", 200), ("bank", -300))


def test_a_swap_inside_an_entry(author: Author) -> None:
    swapped = entry("1", date(2025, 1, 10), ("software", 200), ("wages", 100), ("bank", -300))
    assert sorted(_written(author, _between(author, [BILL], [swapped]))) == [
        ("changed", "1", [("software", 202501, 100)]),
        ("changed", "1", [("wages", 202501, -100)]),
    ]


def test_an_entry_that_moves_to_another_month_is_in_both(author: Author) -> None:
    moved = msgspec.structs.replace(BILL, date=date(2025, 3, 2))
    assert sorted(_written(author, _between(author, [BILL], [moved]))) == [
        ("changed", "1", [("bank", 202501, 300), ("bank", 202503, -300)]),
        ("changed", "1", [("software", 202501, -100), ("software", 202503, 100)]),
        ("changed", "1", [("wages", 202501, -200), ("wages", 202503, 200)]),
    ]


def test_another_vendor_is_a_change_without_effect(author: Author) -> None:
    author.rules = Rules(0, frozenset())
    named = msgspec.structs.replace(BILL, party=PartyKey(PartyKind.VENDOR, "v1"))
    found = _between(author, [BILL], [named])
    assert [change.kind for change in found] == [Kind.CHANGED] * 3
    assert all(change.before and change.after and change.before.party != change.after.party for change in found)
    assert _last(author).effect == 0


def test_an_account_that_was_corrected_stands_in_both_accounts(author: Author) -> None:
    corrected = entry("1", date(2025, 1, 10), ("sales", 100), ("wages", 200), ("bank", -300))
    assert _written(author, _between(author, [BILL], [corrected])) == [
        ("changed", "1", [("sales", 202501, 100), ("software", 202501, -100)])
    ]


def test_a_balance_before_the_horizon_that_changed(author: Author) -> None:
    opening = msgspec.structs.replace(
        entry("opening", date(2025, 1, 1), ("bank", 900), ("earnings", -900), type="Opening balance"),
        kind=EntryKind.OPENING,
    )
    edited = entry("opening", date(2025, 1, 1), ("bank", 950), ("earnings", -950), type="Opening balance")
    later = msgspec.structs.replace(edited, kind=EntryKind.OPENING)
    assert sorted(_written(author, _between(author, [opening, BILL], [later, BILL]))) == [
        ("changed", "opening", [("bank", 202501, 50)]),
        ("changed", "opening", [("earnings", 202501, -50)]),
    ]


def test_what_came_went_and_came_back_as_it_was_is_no_change(author: Author) -> None:
    for state in ([BILL], [], [BILL]):
        author.publish(state)
    first, _, last = map(mapping_as_then, author.published)
    assert _all(author.book, first, last).page == ()


def test_a_renamed_vendor_has_no_effect(author: Author) -> None:
    renamed = [
        msgspec.structs.replace(it, name="Adobe Inc.") if getattr(it, "name", "") == "Adobe" else it for it in LISTS
    ]
    author.publish([BILL])
    author.publish([BILL], lists=renamed)
    assert _last(author).page == ()


def test_a_line_that_a_rule_moves_is_re_mapped_once_the_mapping_is_asked_as_then(author: Author) -> None:
    bought = msgspec.structs.replace(
        BILL, lines=tuple(msgspec.structs.replace(line, item="seats") for line in BILL.lines)
    )
    author.publish([bought])
    author.change_rules()
    author.publish([bought, entry("2", date(2025, 2, 1), ("software", 5), ("bank", -5))])
    found = _last(author)
    assert found.lines == {Kind.CHANGED: 0, Kind.REMOVED: 0, Kind.ADDED: 2, Kind.REMAPPED: 3}
    moved = [change for change in found.page if change.kind is Kind.REMAPPED]
    assert [sorted(change.effects.values()) for change in moved if change.after] == [
        [-abs(change.after.amount), abs(change.after.amount)] for change in moved if change.after
    ]
    assert found.effect == 0


# --- by record -------------------------------------------------------------------------------------------------


def _undo(it: EntryRecord, key: str) -> EntryRecord:
    lines = tuple(msgspec.structs.replace(line, amount=-line.amount) for line in it.lines)
    return msgspec.structs.replace(it, external_id=key, reverses=it.key, lines=lines)


def _journal(key: str, amount: int, *, day: date = date(2025, 1, 10), record: str = "Invoice:7") -> EntryRecord:
    return msgspec.structs.replace(entry(key, day, ("software", amount), ("bank", -amount)), record=record)


POSTED = _journal("j1", 100)
VOIDED = _undo(POSTED, "j2")


def test_an_edit_that_undoes_and_posts_again_is_a_change(author: Author) -> None:
    found = _between(author, [POSTED], [POSTED, VOIDED, _journal("j3", 130)])
    assert _written(author, found) == [
        ("changed", "j3", [("bank", 202501, -30)]),
        ("changed", "j3", [("software", 202501, 30)]),
    ]
    sides = [(change.before.amount, change.after.amount) for change in found if change.before and change.after]
    assert sides == [(-100, -130), (100, 130)]


def test_an_edit_to_another_month_stands_in_both(author: Author) -> None:
    found = _between(author, [POSTED], [POSTED, VOIDED, _journal("j3", 100, day=date(2025, 2, 3))])
    assert _written(author, found)[1] == ("changed", "j3", [("software", 202501, -100), ("software", 202502, 100)])


def test_an_edit_of_a_text_alone_is_a_change_without_effect(author: Author) -> None:
    said = msgspec.structs.replace(_journal("j3", 100), memo="Renewal")
    found = _between(author, [POSTED], [POSTED, VOIDED, said])
    assert [(change.kind, sorted(change.effects.values())) for change in found] == [(Kind.CHANGED, [0])] * 2


def test_posting_again_what_was_undone_is_no_change(author: Author) -> None:
    assert _between(author, [POSTED], [POSTED, VOIDED, _journal("j3", 100)]) == []


def test_what_was_undone_is_removed(author: Author) -> None:
    found = _between(author, [POSTED], [POSTED, VOIDED])
    assert _written(author, found) == [
        ("removed", "j2", [("bank", 202501, 100)]),
        ("removed", "j2", [("software", 202501, -100)]),
    ]
    assert [(change.before and change.before.amount, change.after) for change in found] == [(-100, None), (100, None)]


def test_what_was_posted_edited_and_voided_between_two_syncs_is_told_as_what_is_left(author: Author) -> None:
    edited = _journal("j3", 130)
    assert _written(author, _between(author, [BILL], [BILL, POSTED, VOIDED, edited])) == [
        ("added", "j3", [("bank", 202501, -130)]),
        ("added", "j3", [("software", 202501, 130)]),
    ]
    assert _between(author, [BILL], [BILL, POSTED, VOIDED, edited, _undo(edited, "j4")]) == []


def test_in_the_first_sync_all_is_added(author: Author) -> None:
    author.publish([POSTED, VOIDED])
    found = _all(author.book, NOTHING, mapping_as_then(author.published[0]))
    assert found.lines == {Kind.CHANGED: 0, Kind.REMOVED: 0, Kind.ADDED: 4, Kind.REMAPPED: 0}


def test_what_undoes_something_that_is_not_there_is_a_posting_like_others(author: Author) -> None:
    assert [it.kind for it in _between(author, [BILL], [BILL, VOIDED])] == [Kind.ADDED] * 2


def test_another_source_of_the_same_records_is_no_change(author: Author) -> None:
    journals = [POSTED, VOIDED, _journal("j3", 130), _journal("j4", 50, record="Invoice:8")]
    documents = [_journal("7", 130), _journal("8", 50, record="Invoice:8")]
    assert _between(author, journals, documents) == []
    assert _between(author, journals) == []
    edited = [_journal("7", 130), _journal("8", 60, record="Invoice:8"), _journal("9", 5, record="Invoice:9")]
    assert [(change.kind, _record(change)) for change in _between(author, edited)] == [
        (Kind.ADDED, "9"), (Kind.ADDED, "9"), (Kind.CHANGED, "8"), (Kind.CHANGED, "8"),
    ]  # fmt: skip


def test_a_record_that_its_platform_names_from_now_on_is_the_same_entry(author: Author) -> None:
    unnamed = msgspec.structs.replace(POSTED, record="")
    assert _between(author, [unnamed], [POSTED]) == []


def test_pay_that_was_edited_is_a_sum(author: Author) -> None:
    pay = [msgspec.structs.replace(it, payroll=True) for it in (POSTED, VOIDED, _journal("j3", 130))]
    author.publish(pay[:1])
    author.publish(pay)
    older, newer = map(mapping_as_then, author.published)
    found = line_changes(author.book, older, newer, payroll_accounts=())
    assert (found.page, found.count, found.lines[Kind.CHANGED]) == ((), 0, 2)
    assert sorted(tally.effect for tally in found.hidden.values()) == [-30, 30]


# --- the cost --------------------------------------------------------------------------------------------------


def _follows_the_change(step: str) -> bool:
    """Whether a step of a plan reads no more than what changed: no table from end to end, no index of all dates."""
    scans = "SCAN" in step and not re.search(r"SCAN (moved|netted|was|now|json_each)\b", step)
    return not scans and "entry_date" not in step and "line_cell" not in step and "line_rule" not in step


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plans")
def test_no_query_reads_the_book(author: Author) -> None:
    _between(author, [BILL], [msgspec.structs.replace(BILL, number="9")])
    author.change_rules()
    author.publish([])
    first, _, last = author.published
    asked = [
        (mapping_as_then(first), mapping_as_then(last)),
        (mapping_today(first), mapping_today(last)),
    ]
    cell = Cell(JANUARY, FEBRUARY, accounts=tuple(chart(author.book, LATEST)), expenses=(1, 2))
    queries: list[str] = []
    for older, newer in asked:
        for cells in ((), (cell,)):
            with CaptureQueriesContext(connection) as captured:
                line_changes(author.book, older, newer, cells, payroll_accounts={1}, limit=1)
            queries += [it["sql"] for it in captured.captured_queries]
    assert queries
    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query.replace('%', '%%')}")
            details = [row[3] for row in cursor.fetchall()]
        assert all(_follows_the_change(it) for it in details), (query, details)


def test_the_number_of_queries_does_not_grow(author: Author) -> None:
    def count(entries: int) -> int:
        states = [
            [entry(str(i), date(2025, 1, 10), ("software", 100 + by), ("bank", -100 - by)) for i in range(entries)]
            for by in (0, 1)
        ]
        for state in states:
            author.publish(state)
        with CaptureQueriesContext(connection) as captured:
            assert _last(author).count == 2 * entries
        return len(captured)

    assert count(1) == count(200)
