"""The reports of the small books, as a person reads them."""

from __future__ import annotations

import pytest

from tests.golden.table import check
from tests.reports.small_books import ENTRIES, JULY, JUNE, Books, with_gains, with_one_more_bill
from tieout.core.month import Month
from tieout.reports.balance_sheet import balance_sheet
from tieout.reports.expense_report import expense_report
from tieout.reports.queries import LedgerAt, ledger_at
from tieout.reports.text_reports import balance_sheet_table, expense_table, trial_balance_table
from tieout.reports.text_table import render
from tieout.reports.trial_balance import trial_balance

ENTRIES_AND_GAINS = (ENTRIES, *with_gains())

pytestmark = pytest.mark.django_db


def _trial(at: LedgerAt, month: Month) -> str:
    return render(trial_balance_table(at, trial_balance(at, month)))


def test_trial_balance_at_the_end_of_the_fiscal_year(books: Books) -> None:
    check("trial-balance-2026-06", _trial(ledger_at(books.company), JUNE))


def test_trial_balance_after_the_year_rolled_into_retained_earnings(books: Books) -> None:
    check("trial-balance-2026-07", _trial(ledger_at(books.company), JULY))


def test_trial_balance_that_does_not_tie(books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    check("trial-balance-2026-07-unverified", _trial(ledger_at(books.company), JULY))


def test_trial_balance_that_nobody_compared(books: Books) -> None:
    check("trial-balance-2025-08-not-compared", _trial(ledger_at(books.company), Month(2025, 8)))


def test_trial_balance_of_which_a_part_is_not_itemised(books: Books) -> None:
    books.sync(statements=with_one_more_bill(), itemises=False)
    check("trial-balance-2026-07-not-itemised", _trial(ledger_at(books.company), JULY))


def test_trial_balance_with_a_currency_revaluation(books: Books) -> None:
    books.sync(*ENTRIES_AND_GAINS)
    check("trial-balance-2026-07-revalued", _trial(ledger_at(books.company), JULY))


def test_balance_sheet_of_which_a_part_is_not_itemised(books: Books) -> None:
    books.sync(statements=with_one_more_bill(), itemises=False)
    at = ledger_at(books.company)
    check("balance-sheet-not-itemised", render(balance_sheet_table(at, balance_sheet(at, [JUNE, JULY]))))


def test_balance_sheet_beside_a_trial_balance_alone(books: Books) -> None:
    books.sync(*ENTRIES_AND_GAINS)
    at = ledger_at(books.company)
    check("balance-sheet-revalued", render(balance_sheet_table(at, balance_sheet(at, [JULY]))))


def test_expenses_of_which_a_part_is_not_itemised(books: Books) -> None:
    books.sync(statements=with_one_more_bill(), itemises=False)
    at = ledger_at(books.company)
    check("expenses-not-itemised", render(expense_table(at, expense_report(at, at.check(JUNE, JULY)))))


def test_balance_sheet_across_the_year_end(books: Books) -> None:
    at = ledger_at(books.company)
    check("balance-sheet", render(balance_sheet_table(at, balance_sheet(at, [JUNE, JULY]))))


def test_balance_sheet_that_does_not_tie(books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    at = ledger_at(books.company)
    check("balance-sheet-unverified", render(balance_sheet_table(at, balance_sheet(at, [JULY]))))


def test_expenses_with_a_refund(books: Books) -> None:
    at = ledger_at(books.company)
    months = at.check(Month(2025, 7), Month(2025, 9))
    check("expenses", render(expense_table(at, expense_report(at, months))))
