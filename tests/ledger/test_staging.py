"""Staging compares by hash, writes what differs, and is seen by nobody before it is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
import pytest
from django.db import connection, transaction

from tests.ledger.scribe import (
    CHART,
    NOW,
    YEAR,
    OneExpenseAnAccount,
    entry,
    new_book,
    open_stage,
    publish,
    put,
    sync,
    unguarded,
)
from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord, LineRecord
from tieout.ledger import publication, versions
from tieout.ledger.accounts import LATEST, chart
from tieout.ledger.models import Book, Entry, Line, Listed, MonthSum
from tieout.ledger.movements import movements
from tieout.ledger.placing import Content
from tieout.ledger.queries import Cell, cell_lines
from tieout.ledger.staging import Changes, Stage
from tieout.ledger.versions import NotOpen
from tieout.providerkit.errors import UnreadableBooks

ADOBE = entry("1", date(2025, 3, 3), ("software", 60_00), ("bank", -60_00))
REFUND = entry("2", date(2025, 4, 9), ("software", -15_00), ("bank", 15_00))


@pytest.fixture
def book(company: Company) -> Book:
    return new_book(company)


def by_account(book: Book, version: int) -> dict[tuple[str, int], int]:
    names = {id_: account.external_id for id_, account in chart(book, LATEST).items()}
    return {(names[account], month): amount for account, _, month, amount in movements(book, version)}


def test_what_is_staged_is_not_visible(book: Book) -> None:
    put(open_stage(book), [ADOBE])
    assert by_account(book, book.published) == {}


def test_a_published_version_is_visible(book: Book) -> None:
    version = sync(book, [ADOBE])
    assert by_account(book, version) == {("software", 202503): 60_00, ("bank", 202503): -60_00}


def test_the_same_books_twice_write_nothing(book: Book) -> None:
    sync(book, [ADOBE, REFUND])
    stage = open_stage(book)
    assert put(stage, [REFUND, ADOBE]) == Changes(unchanged=4)
    assert not publication.has_changes(book, stage.version)


def test_the_order_of_lines_means_nothing(book: Book) -> None:
    sync(book, [ADOBE])
    turned = msgspec.structs.replace(ADOBE, lines=ADOBE.lines[::-1])
    assert put(open_stage(book), [turned]).rows_written == 0


def test_an_edit_leaves_the_earlier_version_as_it_was(book: Book) -> None:
    first = sync(book, [ADOBE])
    second = sync(book, [entry("1", date(2025, 3, 3), ("wages", 61_00), ("bank", -61_00))])
    assert by_account(book, first) == {("software", 202503): 60_00, ("bank", 202503): -60_00}
    assert by_account(book, second) == {("wages", 202503): 61_00, ("bank", 202503): -61_00}


def test_an_entry_moved_to_a_later_month_is_there_once(book: Book) -> None:
    sync(book, [ADOBE])
    moved = entry("1", date(2025, 8, 3), ("software", 60_00), ("bank", -60_00))
    version = sync(book, [moved])
    assert by_account(book, version) == {("software", 202508): 60_00, ("bank", 202508): -60_00}


def test_an_entry_moved_out_of_a_window_read_alone_is_closed_there(book: Book) -> None:
    sync(book, [ADOBE])
    stage = open_stage(book)
    march = msgspec.structs.replace(YEAR, start=date(2025, 3, 1), end=date(2025, 4, 1))
    assert put(stage, [], march) == Changes(removed=2)
    assert by_account(book, publish(stage)) == {}


def test_entries_outside_the_window_are_left_alone(book: Book) -> None:
    sync(book, [ADOBE, REFUND])
    april = msgspec.structs.replace(YEAR, start=date(2025, 4, 1), end=date(2025, 5, 1))
    stage = open_stage(book)
    put(stage, [], april)
    assert by_account(book, publish(stage)) == {("software", 202503): 60_00, ("bank", 202503): -60_00}


def test_reading_a_window_again_in_the_same_run_takes_the_last_answer(book: Book) -> None:
    sync(book, [ADOBE])
    stage = open_stage(book)
    put(stage, [entry("1", date(2025, 3, 3), ("software", 99_00), ("bank", -99_00)), REFUND])
    put(stage, [ADOBE])
    assert not publication.has_changes(book, stage.version)
    assert Line.objects.count() == 2


def test_a_sweep_restores_everything(book: Book) -> None:
    sync(book, [ADOBE, REFUND])
    before = sorted(Entry.objects.values_list()), sorted(Line.objects.values_list())
    stage = open_stage(book)
    put(
        stage,
        [entry("1", date(2025, 3, 3), ("wages", 1_00), ("bank", -1_00)), entry("9", date(2025, 5, 5), ("bank", 0))],
    )
    versions.sweep(book, unguarded)
    assert (sorted(Entry.objects.values_list()), sorted(Line.objects.values_list())) == before


def test_a_version_number_is_never_used_twice(book: Book) -> None:
    first = open_stage(book).version
    assert versions.take(book, unguarded) == first + 1


def test_a_stage_whose_version_was_taken_away_refuses_to_begin(book: Book) -> None:
    version = open_stage(book).version
    versions.take(book, unguarded)
    with pytest.raises(NotOpen):
        Stage(book, version, unguarded)


def test_an_account_that_the_chart_lacks_is_refused_with_its_id(book: Book) -> None:
    with pytest.raises(UnreadableBooks, match="'nowhere'"):
        put(open_stage(book), [entry("1", date(2025, 3, 3), ("nowhere", 0))])


def test_a_rename_is_a_change_and_the_old_name_is_kept(book: Book) -> None:
    first = sync(book, [ADOBE])
    renamed = AccountRecord(
        external_id="software", name="Software & tools", type=AccountType.EXPENSE, subtype="Expense"
    )
    stage = open_stage(book, [*CHART, renamed])
    put(stage, [ADOBE])
    second = publish(stage)
    names = [
        next(account.name for account in chart(book, version).values() if account.external_id == "software")
        for version in (first, second)
    ]
    assert names == ["Software", "Software & tools"]


def test_an_account_that_becomes_an_expense_has_all_its_lines_placed(book: Book) -> None:
    @dataclass(frozen=True)
    class OnlyExpenses(OneExpenseAnAccount):
        expenses: frozenset[int] = frozenset()

        def expenses_of(self, entry: str, lines: Sequence[Content]) -> list[int]:
            return [77 if line.account in self.expenses else 0 for line in lines]

    def sync_with(kind: AccountType) -> None:
        prepaid = AccountRecord(external_id="prepaid", name="Prepaid", type=kind, subtype="")
        stage = open_stage(book, [*CHART, prepaid])
        own = Listed.objects.get(external_id="prepaid").pk
        placement = OnlyExpenses(expenses=frozenset({own} if kind is AccountType.EXPENSE else ()))
        with transaction.atomic():
            stage.entries([entry("1", date(2025, 3, 3), ("prepaid", 9_00), ("bank", -9_00))], YEAR, placement)
        publication.publish(book, stage.version, placement, verified=True, at=NOW, guard=unguarded, also=lambda _: None)

    sync_with(AccountType.ASSET)
    assert sorted(Line.objects.values_list("expense", flat=True)) == [0, 0]
    sync_with(AccountType.EXPENSE)
    assert sorted(Line.objects.values_list("expense", flat=True)) == [0, 77]
    kept = sorted(MonthSum.objects.values_list("account", "expense", "month", "amount"))
    publication.rebuild_sums(book)
    assert sorted(MonthSum.objects.values_list("account", "expense", "month", "amount")) == kept


def test_the_lines_of_a_cell_sum_to_the_cell(book: Book) -> None:
    version = sync(book, [ADOBE, REFUND])
    software = next(id_ for id_, it in chart(book, version).items() if it.external_id == "software")
    cell = Cell(first=Month(2025, 3), last=Month(2025, 4), accounts=(software,))
    found = cell_lines(book, cell, version=version, payroll_accounts=None)
    assert (found.total, found.count, [line.amount for line in found.lines]) == (45_00, 2, [60_00, -15_00])


def test_pay_is_told_as_one_row_without_the_right(book: Book) -> None:
    pay = msgspec.structs.replace(
        entry("7", date(2025, 3, 31), ("bank", -10_00)),
        type="Paycheck", payroll=True, memo="Rae Kim",
        lines=(
            LineRecord(account="wages", amount=6_00, memo="Rae Kim"),
            LineRecord(account="wages", amount=4_00, memo="Ann"),
            LineRecord(account="bank", amount=-10_00),
        ),
    )  # fmt: skip
    version = sync(book, [pay, ADOBE])
    wages = next(id_ for id_, it in chart(book, version).items() if it.external_id == "wages")
    cell = Cell(first=Month(2025, 3), last=Month(2025, 3), accounts=(wages,))
    found = cell_lines(book, cell, version=version, payroll_accounts=())
    assert [(line.text, line.amount, line.number, line.party) for line in found.lines] == [
        ("2 payroll entries", 10_00, "", "")
    ]
    assert cell_lines(book, cell, version=version, payroll_accounts=(), search="Rae").count == 0
    assert cell_lines(book, cell, version=version, payroll_accounts=None, search="ann").count == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan's words are SQLite's")
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (
            "SELECT amount FROM ledger_line WHERE book=1 AND account=2 AND month>=3 AND month<=4 AND valid_to>1",
            "line_cell",
        ),
        ("SELECT id FROM ledger_entry WHERE book=1 AND valid_from>3 AND valid_from<=4", "entry_from"),
        (
            "SELECT id FROM ledger_entry WHERE book=1 AND valid_to<2147483647 AND valid_to>3 AND valid_to<=4",
            "entry_closed",
        ),
        ("SELECT 1 FROM ledger_entry entry WHERE book=1 AND NOT (entry.reverses = '')", "entry_reverses"),
        ("SELECT 1 FROM ledger_entry WHERE book=1 AND NOT (record = '') AND record IN ('a', 'b')", "entry_record"),
        ("SELECT id FROM ledger_entry WHERE book=1 AND kind IN ('residual', 'revaluation')", "entry_explaining"),
        ("SELECT id FROM ledger_entry WHERE book=1 AND date>='2025-01-01' AND date<'2025-02-01'", "entry_date"),
    ],
)
def test_the_queries_that_must_be_fast_use_their_index(db: None, query: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        assert index in " ".join(str(row) for row in cursor.fetchall())
