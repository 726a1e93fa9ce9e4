"""Cash by counterpart account: counted once more entry by entry, on random books, at every version."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures import on_postgresql
from tests.ledger.cash_ledger import MONTHS, NAMES, CashLedger, States, states
from tests.ledger.scribe import entry
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.records import EntryKind, EntryRecord
from tieout.ledger.cash import CashBooks, cash_books, flows_query, opening_day
from tieout.ledger.models import Entry
from tieout.ledger.queries import Cell, cell_lines, cell_sum

_number = itertools.count()
_BANKS = ("checking", "savings", "escrow")


def _by_hand(ledger: CashLedger, version: int, banks: Collection[int], first: Month, last: Month) -> CashBooks:
    """Count every line of every entry."""
    kinds = dict(Entry.objects.filter(book=ledger.book.pk).values_list("pk", "kind"))
    entries: defaultdict[int, list[Any]] = defaultdict(list)
    for line in ledger.lines(version):
        entries[line.entry].append(line)
    before: defaultdict[int, int] = defaultdict(int)
    moved: defaultdict[int, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    flows: defaultdict[int, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    unexplained: defaultdict[Month, int] = defaultdict(int)
    for id_, lines in entries.items():
        month = Month.from_key(lines[0].month)
        touches = any(line.account in banks for line in lines)
        for line in lines:
            if line.account in banks and (kinds[id_] == EntryKind.OPENING or month < first):
                before[line.account] += line.amount
            elif line.account in banks and month <= last:
                moved[line.account][month] += line.amount
                if kinds[id_] == EntryKind.RESIDUAL:
                    unexplained[month] += line.amount
            elif touches and first <= month <= last and kinds[id_] == EntryKind.POSTED:
                flows[line.account][month] -= line.amount
    return CashBooks(first=first, last=last, before=before, moved=moved, flows=flows, unexplained=unexplained)


def _plain(found: CashBooks) -> tuple[object, ...]:
    """Return it without zeros."""
    return (
        {account: amount for account, amount in found.before.items() if amount},
        {(account, month): it for account, months in found.moved.items() for month, it in months.items() if it},
        {(account, month): it for account, months in found.flows.items() for month, it in months.items() if it},
        {month: amount for month, amount in found.unexplained.items() if amount},
    )


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=states, names=st.sets(st.sampled_from(_BANKS), min_size=1))
def test_the_lines_of_a_flow_sum_to_it(alice: User, history: States, names: set[str]) -> None:
    ledger = CashLedger(create_company(name=f"Cash {next(_number)}", person=alice))
    for state in history:
        ledger.publish(state)
    banks = tuple(sorted(ledger.account(name) for name in names))
    first, last = MONTHS[0] - 1, MONTHS[-1]
    for publication in ledger.published:
        found = cash_books(ledger.book, publication.version, banks, first, last)

        def lines(cell: Cell, version: int = publication.version) -> int:
            total = cell_lines(ledger.book, cell, version=version, payroll_accounts=None).total
            assert total == cell_sum(ledger.book, cell, version=version)
            return total

        for name in set(NAMES) - names:
            account = ledger.account(name)
            for month in first.until(last + 1):
                cell = Cell(month, month, accounts=(account,), counters=banks)
                assert -lines(cell) == found.flows.get(account, {}).get(month, 0)
        for month in first.until(last + 1):
            cell = Cell(month, month, accounts=banks, explaining=True)
            assert lines(cell) == found.unexplained.get(month, 0)
            assert lines(Cell(month, month, accounts=banks, explaining=False)) + lines(cell) == lines(
                Cell(month, month, accounts=banks)
            )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=states,
    names=st.sets(st.sampled_from(_BANKS), min_size=1),
    ends=st.tuples(st.sampled_from(MONTHS), st.sampled_from([MONTHS[0] - 2, *MONTHS])),
)
def test_flows_are_those_of_the_entries(
    alice: User, history: States, names: set[str], ends: tuple[Month, Month]
) -> None:
    ledger = CashLedger(create_company(name=f"Cash {next(_number)}", person=alice))
    first, last = min(ends), max(ends)
    for state in history:
        ledger.publish(state)
    banks = {ledger.account(name) for name in names}
    for publication in ledger.published:
        found = cash_books(ledger.book, publication.version, banks, first, last)
        assert _plain(found) == _plain(_by_hand(ledger, publication.version, banks, first, last))
        for month in first.until(last + 1):
            assert sum(months.get(month, 0) for months in found.moved.values()) == sum(
                months.get(month, 0) for months in found.flows.values()
            ) + found.unexplained.get(month, 0)


def test_a_transfer_vanishes_and_its_fee_stays(company: Company) -> None:
    ledger = CashLedger(company)
    day = date(2025, 1, 7)
    ledger.publish([
        entry("1", day, ("checking", -100_00), ("savings", 95_00), ("rent", 5_00)),
        entry("2", day, ("checking", 40_00), ("receivable", -50_00), ("rent", 10_00)),
        entry("3", day, ("rent", 7_00), ("payable", -7_00)),
    ])  # fmt: skip
    banks = [ledger.account("checking"), ledger.account("savings")]
    found = cash_books(ledger.book, ledger.book.published, banks, Month(2025, 1), Month(2025, 1))
    assert {account: months[Month(2025, 1)] for account, months in found.flows.items()} == {
        ledger.account("rent"): -15_00,
        ledger.account("receivable"): 50_00,
    }


def test_the_opening_was_there_before_whatever_the_range(company: Company) -> None:
    ledger = CashLedger(company)
    lines = entry("opening", date(2024, 10, 31), ("checking", 900_00), ("earnings", -900_00)).lines
    ledger.publish([
        EntryRecord(
            type="Opening balance", external_id="opening", date=date(2024, 10, 31), lines=lines, kind=EntryKind.OPENING
        )
    ])  # fmt: skip
    bank = ledger.account("checking")
    for first in (Month(2024, 9), Month(2024, 10), Month(2024, 11)):
        found = cash_books(ledger.book, ledger.book.published, [bank], first, Month(2025, 1))
        assert (found.before, found.flows) == ({bank: 900_00}, {})
        assert not any(amount for months in found.moved.values() for amount in months.values())


def test_without_cash_accounts_there_is_nothing(company: Company) -> None:
    ledger = CashLedger(company)
    ledger.publish([entry("1", date(2025, 1, 7), ("checking", 5), ("sales", -5))])
    assert _plain(cash_books(ledger.book, 1, [], *MONTHS[:2])) == ({}, {}, {}, {})


def test_the_number_of_queries_does_not_grow(company: Company) -> None:
    ledger = CashLedger(company)
    counts = []
    for many in (1, 40):
        ledger.publish([entry(str(at), date(2025, 1, 7), ("checking", 5), ("sales", -5)) for at in range(many)])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            cash_books(ledger.book, ledger.book.published, [ledger.account("checking")], MONTHS[0], MONTHS[-1])
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


@pytest.mark.skipif(on_postgresql(), reason="the plan is SQLite's")
def test_lines_are_found_by_their_indexes(company: Company) -> None:
    ledger = CashLedger(company)
    ledger.publish([entry("1", date(2025, 1, 7), ("checking", 5), ("sales", -5))])
    query, values = flows_query(ledger.book, 1, opening_day(ledger.book, 1), [1, 2], MONTHS[0], MONTHS[-1])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}", values)
        plan = " | ".join(row[3] for row in cursor.fetchall())
    assert "SEARCH bank USING INDEX line_cell (book=? AND account=? AND month>? AND month<?)" in plan
    assert "SEARCH other USING INDEX line_entry (entry=?)" in plan
    assert "SEARCH own USING INDEX entry_explaining (book=?)" in plan
    assert "SEARCH own USING INDEX entry_date (book=? AND date=?)" in plan
