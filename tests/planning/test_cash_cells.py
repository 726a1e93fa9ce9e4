"""Guarantee 8 on the cash page: the lines behind each actual figure sum to it, whatever the books."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.golden.table import check
from tests.ledger.cash_ledger import MONTHS, CashLedger, States, states
from tests.ledger.scribe import entry
from tests.ledger.text_grid import text_grid
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.records import EntryKind, EntryRecord
from tieout.expenses.cells import UnknownRow
from tieout.expenses.periods import By, spans
from tieout.ledger.balance_ties import BalanceTies
from tieout.ledger.queries import cell_lines
from tieout.planning.cash import CashFlows, cash_flows
from tieout.planning.cash_cells import cash_cell
from tieout.planning.cash_grid import CashTable, cash_table
from tieout.planning.forecast import Forecast
from tieout.planning.models import CashChoice
from tieout.ui.grid import Sign

_number = itertools.count()
NOTHING_COMPARED = BalanceTies()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=states, by=st.sampled_from(By), after=st.sampled_from(MONTHS))
def test_the_lines_of_a_figure_sum_to_it(alice: User, history: States, by: By, after: Month) -> None:
    company = create_company(name=f"Cash {next(_number)}", person=alice)
    ledger = CashLedger(company)
    for state in history:
        ledger.publish(state)
    CashChoice.objects.create(company=company, account_id=ledger.account("escrow"), cash=False)
    columns = spans(MONTHS[0], MONTHS[-1], by=by, first_month=1, through=after)
    first, last = min(it.first for it in columns), max(it.last for it in columns)
    plan = Forecast(people_cash={None: {after + 1: 5_00}})
    found = cash_flows(company, ledger.book, first=first, last=last, after=after, forecast=plan)
    version = ledger.book.published
    table = cash_table(found, columns, NOTHING_COMPARED, 2)
    for row in table.rows:
        for span, shown in zip(columns, row.amounts, strict=True):
            if not row.entries or span.last > after:
                continue
            again = cash_flows(company, ledger.book, first=span.first, last=span.last, after=span.last)
            figure = cash_cell(again, ledger.book, version, row.key, span.first, span.last) if shown else None
            if figure is not None:
                lines = sum(
                    cell_lines(ledger.book, it.cell, version=it.version, payroll_accounts=None).total
                    for it in figure.segments
                )
                assert (figure.amount, lines * figure.sign) == (lines, shown), (row.key, span)


def _books(company: Company) -> CashLedger:
    """Return books with an opening, sales, bills, a loan, a transfer and 7.00 that nothing itemises."""
    ledger = CashLedger(company)
    opening = entry("", date(2024, 10, 31), ("checking", 400_00), ("savings", 600_00), ("earnings", -1_000_00)).lines
    residual = entry("", date(2025, 1, 31), ("savings", 7_00), ("sales", -7_00)).lines
    ledger.publish([
        EntryRecord(
            type="Opening balance", external_id="opening", date=date(2024, 10, 31), lines=opening,
            kind=EntryKind.OPENING,
        ),
        entry("1", date(2025, 1, 3), ("rent", 150_00), ("checking", -150_00)),
        entry("2", date(2025, 1, 4), ("checking", 90_00), ("receivable", -90_00)),
        entry("3", date(2025, 1, 5), ("savings", 100_00), ("checking", -102_00), ("rent", 2_00)),
        entry("4", date(2025, 2, 4), ("payable", 200_00), ("savings", -200_00)),
        entry("5", date(2025, 2, 5), ("checking", 500_00), ("loan", -500_00)),
        entry("6", date(2025, 2, 6), ("escrow", 30_00), ("checking", -30_00)),
        EntryRecord(
            type="Not itemised", external_id="2025-01", date=date(2025, 1, 31), lines=residual, kind=EntryKind.RESIDUAL
        ),
    ])  # fmt: skip
    CashChoice.objects.create(company=company, account_id=ledger.account("escrow"), cash=False)
    return ledger


JANUARY, MARCH = Month(2025, 1), Month(2025, 3)


def _table(ledger: CashLedger) -> tuple[CashFlows, CashTable]:
    """Return January and February, actual, and March, forecast; with the year so far. Savings differ in February."""
    columns = spans(JANUARY, MARCH, by=By.MONTH, first_month=1, through=JANUARY + 1)
    plan = Forecast(people_cash={None: {MARCH: 80_00}})
    found = cash_flows(
        ledger.book.company, ledger.book, first=JANUARY, last=MARCH, after=JANUARY + 1, forecast=plan
    )  # fmt: skip
    ties = BalanceTies(
        frozenset({JANUARY, JANUARY + 1}), frozenset({(ledger.account("savings"), JANUARY + 1)})
    )  # fmt: skip
    return found, cash_table(found, columns, ties, 2)


def test_the_page_as_a_table(company: Company) -> None:
    _, table = _table(_books(company))
    check("cash", text_grid([it.label for it in table.spans], table.rows, 2))


def test_what_is_marked(company: Company) -> None:
    ledger = _books(company)
    _, table = _table(ledger)
    rows = {row.key: row for row in table.rows}
    assert table.tied == (True, False, None, None)
    assert rows["ends"].tied == table.tied
    assert rows[f"bank:{ledger.account('savings')}"].signs == {1: Sign.UNVERIFIED}
    assert rows["unexplained"].signs == {0: Sign.PART, 3: Sign.PART}
    assert rows["unexplained"].notes[0] == "7.00 not itemised"


def test_a_key_of_no_row_is_refused(company: Company) -> None:
    ledger = _books(company)
    found, _ = _table(ledger)
    for key in ("", "flow:0", "bank:0", "plan:people", "flow:x"):
        with pytest.raises(UnknownRow):
            cash_cell(found, ledger.book, ledger.book.published, key, JANUARY, JANUARY)
