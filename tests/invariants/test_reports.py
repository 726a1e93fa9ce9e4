"""On any balanced books: the statements balance with no plug, add up to their lines, and stay what they were."""

from __future__ import annotations

import itertools
from datetime import date

from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.scribe import entry
from tests.reports.small_books import Books
from tieout.companies.services import create_company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import EntryRecord
from tieout.ledger import publication
from tieout.reports import exports
from tieout.reports.balance_sheet import balance_sheet
from tieout.reports.expense_report import expense_report
from tieout.reports.queries import LedgerAt, ledger_at
from tieout.reports.trial_balance import trial_balances

ACCOUNTS = ("1000", "1001", "1200", "1900", "2000", "2700", "3000", "3900", "4000", "6000", "6010")
_number = itertools.count()


@st.composite
def entries(draw: st.DrawFn) -> EntryRecord:
    day = date(2025, 7, 1).replace(year=draw(st.integers(2025, 2026)), month=draw(st.integers(1, 12)))
    amounts = draw(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=3))
    accounts = draw(st.lists(st.sampled_from(ACCOUNTS), min_size=len(amounts) + 1, max_size=len(amounts) + 1))
    lines = zip(accounts, (*amounts, -sum(amounts)), strict=True)
    return entry(str(draw(st.integers(1, 8))), day, *lines)


books = st.lists(entries(), max_size=8, unique_by=lambda it: it.external_id)
on_any_history = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def made(alice: User, first_month: int) -> Books:
    result = Books(create_company(name=f"Reports {next(_number)}", person=alice))
    result.book.fiscal_year_first_month = first_month
    result.book.save()
    return result


def files(at: LedgerAt) -> list[bytes]:
    """Return the three reports over all months, as scripts get them."""
    reports = (
        exports.trial_balance_file(at, list(trial_balances(at, at.months))),
        exports.balance_sheet_file(at, balance_sheet(at, at.months)),
        exports.expense_file(at, expense_report(at, at.months)),
    )
    return [exports.to_json(it, turn_signs=False) for it in reports]


@on_any_history
@given(state=books, first_month=st.integers(1, 12))
def test_statements_balance_and_equal_their_lines(alice: User, state: list[EntryRecord], first_month: int) -> None:
    small = made(alice, first_month)
    small.sync(entries=state, statements=())
    at = ledger_at(small.company)
    sheet = balance_sheet(at, at.months)
    for report in trial_balances(at, at.months):
        month = report.month
        assert report.foot.ours == 0
        assert report.debit == report.credit
        for row in report.rows:
            assert row.figure.ours == _expected(state, row.account.external_id or "", month, first_month)
        assets = sheet.total(month, AccountType.ASSET).ours
        assert assets == -sheet.total(month, AccountType.LIABILITY, AccountType.EQUITY).ours
        assert assets == sum(_posted(state, account, None, month) for account in ACCOUNTS[:4])


@on_any_history
@given(history=st.lists(books, min_size=2, max_size=4))
def test_a_report_as_known_at_a_sync_is_the_same_to_the_byte_for_ever(
    alice: User, history: list[list[EntryRecord]]
) -> None:
    small = made(alice, 7)
    known: dict[int, list[bytes]] = {}
    for state in history:
        number = small.sync(entries=state, statements=()).number
        known[number] = files(ledger_at(small.company, number))
        for sync, before in known.items():
            assert files(ledger_at(small.company, sync)) == before
    small.book.refresh_from_db()
    publication.rebuild_sums(small.book)
    for sync, before in known.items():
        assert files(ledger_at(small.company, sync)) == before


def _posted(state: list[EntryRecord], account: str, first: Month | None, last: Month) -> int:
    return sum(
        line.amount
        for it in state
        for line in it.lines
        if line.account == account and (first or Month(1, 1)) <= Month.of(it.date) <= last
    )


def _expected(state: list[EntryRecord], account: str, month: Month, first_month: int) -> int:
    """Return an account's balance as the rules of bookkeeping say, counted line by line."""
    year = month.fiscal_year_start(first_month)
    if account >= "4000":
        return _posted(state, account, year, month)
    own = _posted(state, account, None, month)
    if account != "3900":
        return own
    return own + sum(_posted(state, it, None, year - 1) for it in ACCOUNTS if it >= "4000")
