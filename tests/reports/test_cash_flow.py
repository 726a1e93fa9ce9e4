"""The cash-flow statement ties to the change in cash to the cent, on any books, and each figure equals its lines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.golden.table import check
from tests.ledger.cash_ledger import MONTHS, NAMES, CashLedger, States, states
from tests.ledger.scribe import entry
from tests.reports.sheet_arithmetic import Recalculated
from tests.reports.small_books import JULY, STATEMENTS, Books, with_one_more_bill
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.cash import Flow
from tieout.core.records import EntryKind, EntryRecord, Statement
from tieout.ledger.models import Publication
from tieout.ledger.queries import cell_sum
from tieout.planning.models import CashChoice
from tieout.reports.beside import State
from tieout.reports.cash_flow import NAME
from tieout.reports.document import Document
from tieout.reports.document_text import document_table
from tieout.reports.document_xlsx import document_xlsx
from tieout.reports.making import Made, make
from tieout.reports.text_table import render

_number = itertools.count()


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


def made(company: Company, query: str) -> Made:
    return make(company, NAME, QueryDict(query), sees_pay=True)


def figures(document: Document, key: str) -> list[int]:
    """Return a row's figures as they are shown, one a column."""
    return [document.shown(document.by_key[key], column) for column in document.columns if not column.derived]


def _ties(ledger: CashLedger, published: Publication, document: Document) -> None:
    """Hold a statement against lines, and against statements at month ends."""
    at = document.at
    cash = {it for row in document.rows if row.key == "ends" for cells in row.cells.values() for cell in cells
            for it in cell.accounts}  # fmt: skip
    lines = ledger.lines(published.version)
    ends = {it.month: it for it in at.month_ends(at.months)}
    for column in document.columns:
        assert column.first
        assert column.last
        begins, change, held = (
            document.shown(document.by_key[key], column) for key in ("begins", "net-change", "ends")
        )
        last = column.last
        first = max(column.first, at.first)
        if last < first:
            assert (begins, change, held) == (0, 0, 0)
            continue
        assert held == sum(line.amount for line in lines if line.account in cash and line.month <= last.key)
        assert begins + change == held
        profit = -sum(sum(ends[month].profit_and_loss.values()) for month in first.until(last + 1) if month in ends)
        assert document.shown(document.by_key["net-income"], column) == profit
        for row in document.lines:
            asked = sum(cell_sum(ledger.book, it, version=published.version) for it in row.cells.get(column.key, ()))
            assert asked == document.amount(row, column), (row.key, column.key)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=states,
    by=st.sampled_from(["month", "quarter", "year"]),
    compare=st.sampled_from(["", "&compare=last-year", "&compare=before"]),
    kind=st.sampled_from([EntryKind.RESIDUAL, EntryKind.REVALUATION]),
    left_out=st.sampled_from([None, "escrow", "savings"]),
    said=st.dictionaries(st.sampled_from(NAMES[3:]), st.sampled_from(Flow), max_size=2),
)
def test_it_ties_to_the_change_in_cash(
    alice: User, history: States, by: str, compare: str, kind: EntryKind, left_out: str | None, said: dict[str, Flow]
) -> None:
    company = create_company(name=f"Flow {next(_number)}", person=alice)
    ledger = CashLedger(company)
    for state in history:
        ledger.publish([
            msgspec.structs.replace(it, kind=kind) if it.kind is EntryKind.RESIDUAL else it for it in state
        ])  # fmt: skip
    if left_out:
        CashChoice.objects.create(company=company, account_id=ledger.account(left_out), cash=False)
    for name, flow in said.items():
        CashChoice.objects.create(company=company, account_id=ledger.account(name), flow=flow)
    for published in ledger.published:
        at_last = made(company, f"sync={published.number}").at.last
        query = f"sync={published.number}&from={MONTHS[0]}&to={at_last}&by={by}{compare}"
        _ties(ledger, published, _without_derived(made(company, query).document))


def _without_derived(document: Document) -> Document:
    return Document(
        report=document.report, title=document.title, at=document.at, rows=document.rows, foot=document.foot,
        columns=tuple(it for it in document.columns if not it.derived), compared=document.compared,
    )  # fmt: skip


WHOLE = "from=2025-07&to=2026-07&by=year&cents=1"


def test_small_books_as_a_table(books: Books) -> None:
    check("cash-flow", render(document_table(made(books.company, WHOLE))))


def test_profit_that_a_year_end_rolls_is_counted_once(books: Books) -> None:
    document = made(books.company, WHOLE).document
    assert figures(document, "net-income") == [1_470_00, -45_00, 1_425_00]
    assert figures(document, "begins") == [10_000_00, 12_000_00, 10_000_00]
    assert figures(document, "net-change") == [2_000_00, 0, 2_000_00]
    assert figures(document, "ends") == [12_000_00, 12_000_00, 12_000_00]


def test_the_opening_is_no_flow_of_months_before_history(books: Books) -> None:
    document = made(books.company, "from=2025-07&to=2025-09&by=quarter&compare=before").document
    own, before = document.columns[:2]
    assert (own.key, before.key) == ("2025-07..2025-09", "before")
    shown = [[document.shown(document.by_key[key], it) for it in (own, before)] for key in ("begins", "net-change")]
    assert shown == [[10_000_00, 0], [2_000_00, 0]]


def test_depreciation_is_added_back(company: Company) -> None:
    ledger = CashLedger(company)
    ledger.publish([entry("1", date(2025, 1, 3), ("wear", 40_00), ("worn", -40_00))])
    document = made(company, "from=2025-01&to=2025-01").document
    worn = f"account:{ledger.account('worn')}"
    assert document.by_key["adjustments"].parts == (worn,)
    assert (figures(document, worn), figures(document, "net-income")) == ([40_00], [-40_00])
    assert (figures(document, "operating"), figures(document, "net-change")) == ([0], [0])


def test_what_the_rate_did_is_no_cash_but_for_cash_itself(company: Company) -> None:
    """A gain of 10.00: 7.00 on a loan, 3.00 on a bank account in another currency."""
    ledger = CashLedger(company)
    lines = entry("", date(2025, 1, 31), ("loan", 7_00), ("savings", 3_00), ("sales", -10_00)).lines
    gain = EntryRecord(
        type="Currency revaluation", external_id="2025-01", date=date(2025, 1, 31), lines=lines,
        kind=EntryKind.REVALUATION,
    )  # fmt: skip
    ledger.publish([entry("1", date(2025, 1, 3), ("checking", 50_00), ("loan", -50_00)), gain])
    document = made(company, "from=2025-01&to=2025-01").document
    rows = ("net-income", "unrealised-gains", "operating", "financing", "exchange-rates", "net-change", "ends")
    assert [figures(document, key) for key in rows] == [[10_00], [-10_00], [0], [50_00], [3_00], [53_00], [53_00]]
    book = Recalculated(document_xlsx(made(company, "from=2025-01&to=2025-01")))
    checks = [book.value(where, name) for where, name in book.places() if where == "Check"]
    assert checks
    assert not any(checks)


def test_it_says_how_it_stands_against_the_books(books: Books) -> None:
    document = made(books.company, "from=2026-07&to=2026-07").document
    assert document.whole_state is State.TIES
    whole = made(books.company, WHOLE).document
    assert whole.whole_state is State.NOT_COMPARED
    books.sync(statements=with_one_more_bill())
    differing = made(books.company, "from=2026-07&to=2026-07").document
    column = differing.columns[0]
    marked = [it.label for it in differing.lines if differing.state(it, column) is State.DIFFERS]
    assert marked == ["Net income", "Payables"]
    assert differing.state(differing.by_key["net-change"], column) is State.DIFFERS
    assert differing.state(differing.by_key["ends"], column) is State.TIES


def test_it_says_that_cash_itself_differs(books: Books) -> None:
    trial = [it for it in STATEMENTS if it.statement is Statement.TRIAL_BALANCE]
    july = next(it for it in trial if it.month == JULY)
    amounts = july.amounts | {"1000": july.amounts["1000"] - 20_00, "6000": july.amounts["6000"] + 20_00}
    books.sync(statements=[it for it in trial if it is not july] + [msgspec.structs.replace(july, amounts=amounts)])
    document = made(books.company, "from=2026-07&to=2026-07").document
    assert document.notes == ("Cash itself differs from the books before or at the end of Jul 26",)
    column = document.columns[0]
    states = [document.state(document.by_key[key], column) for key in ("begins", "ends")]
    assert states == [State.TIES, State.DIFFERS]


def test_without_cash_accounts_it_says_so(books: Books) -> None:
    for id_, account in made(books.company, WHOLE).at.accounts.items():
        if account.role == "bank":
            CashChoice.objects.create(company=books.company, account_id=id_, cash=False)
    document = made(books.company, WHOLE).document
    assert document.notes == ("No account counts as cash: see Settings, Cash accounts",)
    assert figures(document, "net-change") == [0, 0, 0]
