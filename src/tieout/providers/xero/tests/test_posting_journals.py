"""Manual journals and expense claims, as they post: tables to be checked by eye."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import pytest

from tieout.core.records import EntryRecord
from tieout.providers.xero.documents_wire import ExpenseClaim, ManualJournal
from tieout.providers.xero.faults import Doubt
from tieout.providers.xero.posting_journals import post_expense_claim, post_manual_journal
from tieout.providers.xero.tests.posted import CHART, Json, document, line, stamp, table, text

T = TypeVar("T")


def decoded(found: Json, shape: type[T]) -> T:
    return msgspec.json.decode(msgspec.json.encode(found), type=shape)


def journal(*lines: Json, **more: object) -> EntryRecord | None:
    own: Json = {"ManualJournalID": "m1", "Date": stamp("2026-01-31"), "Status": "POSTED", "Narration": "Accrue rent"}
    return post_manual_journal(decoded({**own, "JournalLines": list(lines), **more}, ManualJournal), CHART)


def test_a_manual_journal_posts_its_lines() -> None:
    entry = journal(line("rent", 500), line("deposits", -500))
    assert table(entry) == text("""
        Manual Journal 2026-01-31
          Rent                          500.00
          Customer Deposits            -500.00
    """)
    assert entry is not None
    assert (entry.key, entry.record) == ("Manual Journal:m1", "ManualJournal:m1")
    assert (entry.memo, entry.party) == ("Accrue rent", None)


def test_tax_is_added_to_amounts_without_it() -> None:
    lines = line("rent", 500, 75), line("deposits", -575)
    assert table(journal(*lines, LineAmountTypes="Exclusive")) == text("""
        Manual Journal 2026-01-31
          Rent                          500.00
          Customer Deposits            -575.00
          GST                            75.00
    """)


def test_tax_is_taken_out_of_amounts_that_include_it() -> None:
    lines = line("rent", 575, 75), line("deposits", -575)
    assert table(journal(*lines, LineAmountTypes="Inclusive")) == text("""
        Manual Journal 2026-01-31
          Rent                          500.00
          Customer Deposits            -575.00
          GST                            75.00
    """)


def test_tax_of_two_lines_may_come_out_at_nothing() -> None:
    lines = line("rent", 100, 15), line("office", -100, -15)
    assert table(journal(*lines, LineAmountTypes="Exclusive")) == text("""
        Manual Journal 2026-01-31
          Rent                          100.00
          Office Expenses              -100.00
    """)


def test_a_line_keeps_its_text_and_tracking() -> None:
    ops = [{"TrackingCategoryID": "department", "TrackingOptionID": "ops"}]
    entry = journal(line("rent", 5, Description="January", Tracking=ops), line("deposits", -5))
    assert entry is not None
    assert (entry.lines[0].memo, entry.lines[0].dimensions) == ("January", (("department", "ops"),))
    assert (entry.lines[1].memo, entry.lines[1].dimensions) == ("", ())


@pytest.mark.parametrize("status", ["DRAFT", "DELETED", "VOIDED", "ARCHIVED", ""])
def test_a_journal_that_is_not_posted_posts_nothing(status: str) -> None:
    assert journal(line("rent", 5), line("deposits", -5), Status=status) is None


def test_blank_lines_are_left_out() -> None:
    blank = {"LineAmount": 0, "IsBlank": True}
    assert journal(blank) is None
    entry = journal(line("rent", 5), blank, line("deposits", -5))
    assert entry is not None
    assert len(entry.lines) == 2


def test_a_journal_that_does_not_balance_is_refused() -> None:
    with pytest.raises(Doubt, match=r"it is off by 0\.01") as refusal:
        journal(line("rent", "5.01"), line("deposits", -5))
    assert refusal.value.where == "Manual Journal m1"


# --- expense claims ---------------------------------------------------------------------------------------------


def claim(*receipts: Json, **more: object) -> EntryRecord | None:
    own: Json = {"ExpenseClaimID": "e1", "Status": "AUTHORISED", "ReportingDate": stamp("2026-03-11"), "Total": 0}
    return post_expense_claim(decoded({**own, "Receipts": list(receipts), **more}, ExpenseClaim), CHART)


def test_a_claim_is_owed_to_the_person_for_all_of_its_receipts() -> None:
    first = document("", "2026-03-01", line("office", 40, 6))
    second = document("", "2026-03-02", line("rent", 115, 15), amounts="Inclusive")
    assert table(claim(first, second)) == text("""
        Expense Claim 2026-03-11
          Unpaid Expense Claims        -161.00
          Office Expenses                40.00
          GST                             6.00
          Rent                          100.00
          GST                            15.00
    """)


def test_a_claim_without_its_receipts_lines_is_left_to_the_months_balances() -> None:
    assert claim() is None
    assert claim({"ReceiptID": "r1"}) is None
    assert claim(document("", "2026-03-01", line("office", 40)), Status="SUBMITTED") is None
