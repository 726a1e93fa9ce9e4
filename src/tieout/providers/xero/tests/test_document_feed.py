"""What changed since a moment: documents by the time on them, lists too, and when the feed cannot tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tieout.core.records import Hints
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero.document_feed import DocumentFeed
from tieout.providers.xero.tests.desk import NOW, PAGED, Desk, at, contact
from tieout.providers.xero.tests.posted import Json, document, line, stamp

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def hints(desk: Desk, since: str | None, *, most: int = 10_000) -> Hints:
    """Ask anew: books that were opened an hour later than those before."""
    desk.now += HOUR
    tenant = desk.tenant()
    return DocumentFeed(tenant, desk.pages(), most=most).hints(since)


def changed(desk: Desk, name: str, found: Json, *, ago: timedelta = 30 * MINUTE) -> None:
    """Lay a document on the desk that will have been changed half an hour before the next question."""
    desk.put(name, {**found, "UpdatedDateUTC": at(desk.now + HOUR - ago)})


def invoice(day: str, **more: object) -> Json:
    return {"InvoiceID": "i1", **document("ACCREC", day, line("sales", 1)), **more}


def test_the_first_question_gives_a_place_to_go_on_from() -> None:
    desk = Desk()
    desk.put("Invoices", invoice("2026-01-31"))
    first = hints(desk, None)
    assert (first.complete, first.because, first.records, first.dates) == (False, "", (), ())
    assert first.cursor.startswith((NOW + HOUR).isoformat())
    assert not desk.names()


def test_nothing_has_changed() -> None:
    desk = Desk()
    desk.put("Invoices", invoice("2026-01-31"))
    again = hints(desk, hints(desk, None).cursor)
    assert (again.complete, again.records, again.dates, again.lists) == (True, (), (), False)
    assert set(desk.names()) == {*PAGED, "BankTransfers"}


def test_each_kind_is_asked_since_the_last_question_and_a_little_before() -> None:
    desk = Desk()
    cursor = hints(desk, None).cursor
    desk.asked.clear()
    hints(desk, cursor)
    since = {name: header for name, _, header in desk.asked if header}
    assert set(since) == {*PAGED, "BankTransfers", "Accounts", "Contacts", "Items"}
    assert set(since.values()) == {"2026-02-10T12:55:00"}


def test_a_change_is_told_with_where_it_stands_now_until_the_next_question() -> None:
    desk = Desk()
    first = hints(desk, None)
    changed(desk, "Invoices", invoice("2025-11-30"))
    changed(desk, "Payments", {"PaymentID": "p1", "Date": stamp("2025-12-05"), "Status": "DELETED"})
    changed(desk, "ManualJournals", {"ManualJournalID": "m1", "Date": stamp("2025-12-06"), "Status": "VOIDED"})
    told = hints(desk, first.cursor)
    assert (told.complete, told.lists) == (True, False)
    assert set(told.records) == {"i1", "p1", "m1"}
    assert set(told.dates) == {date(2025, 11, 30), date(2025, 12, 5), date(2025, 12, 6)}
    assert hints(desk, told.cursor).records == ()


def test_a_change_that_is_seen_late_is_told_by_the_overlap() -> None:
    desk = Desk()
    first = hints(desk, None)
    desk.put("Invoices", {**invoice("2025-11-30"), "UpdatedDateUTC": at(desk.now - 4 * MINUTE)})
    assert hints(desk, first.cursor).records == ("i1",)


def test_what_was_paid_ahead_is_told_under_its_own_id_too() -> None:
    desk = Desk()
    first = hints(desk, None)
    own = {"BankTransactionID": "b1", "PrepaymentID": "a1"}
    changed(desk, "BankTransactions", {**own, **document("RECEIVE-PREPAYMENT", "2026-01-09", line("deposits", 1))})
    told = hints(desk, first.cursor)
    assert (set(told.records), told.dates) == ({"b1", "a1"}, (date(2026, 1, 9),))


def test_a_credit_is_told_with_what_it_was_set_against() -> None:
    desk = Desk()
    first = hints(desk, None)
    own = {"CreditNoteID": "c1", "Allocations": [{"AllocationID": "x", "Date": stamp("2026-02-02"), "Amount": 1}]}
    changed(desk, "CreditNotes", {**own, **document("ACCRECCREDIT", "2026-01-09", line("sales", 1))})
    told = hints(desk, first.cursor)
    assert (set(told.records), set(told.dates)) == ({"c1", "x"}, {date(2026, 1, 9), date(2026, 2, 2)})


def test_a_transfer_is_told_by_when_it_was_made_and_deleted_ones_are_asked_for() -> None:
    desk = Desk()
    first = hints(desk, None)
    where = {"FromBankAccount": {"AccountID": "bank"}, "ToBankAccount": {"AccountID": "savings"}}
    found = {"BankTransferID": "t1", "Date": stamp("2026-01-09"), **where}
    desk.put("BankTransfers", {**found, "CreatedDateUTC": at(desk.now + 30 * MINUTE)})
    told = hints(desk, first.cursor)
    assert (told.records, told.dates) == (("t1",), (date(2026, 1, 9),))
    assert ("BankTransfers", {"includeDeleted": "true"}) in [(name, params) for name, params, _ in desk.asked]


def test_claims_are_asked_where_the_grant_opens_them() -> None:
    desk = Desk()
    cursor = hints(desk, None).cursor
    changed(desk, "ExpenseClaims", {"ExpenseClaimID": "e1", "ReportingDate": stamp("2026-01-09")})
    assert hints(desk, cursor).records == ()
    desk.now += HOUR
    told = DocumentFeed(desk.tenant(), desk.pages(), claims=True).hints(cursor)
    assert (told.records, told.dates) == (("e1",), (date(2026, 1, 9),))


# --- lists ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "key"), [("Accounts", "AccountID"), ("Contacts", "ContactID"), ("Items", "ItemID")])
def test_an_entry_of_a_list_that_has_changed_is_told_once(name: str, key: str) -> None:
    desk = Desk()
    first = hints(desk, None)
    desk.held[name][0]["UpdatedDateUTC"] = at(desk.now + 30 * MINUTE)
    told = hints(desk, first.cursor)
    assert (told.complete, told.lists) == (True, True)
    assert not hints(desk, told.cursor).lists


def test_an_entry_that_was_made_right_before_the_question_is_no_news_the_next_time() -> None:
    desk = Desk()
    desk.held["Contacts"].append(contact("new", UpdatedDateUTC=at(desk.now + HOUR - MINUTE)))
    first = hints(desk, None)
    again = hints(desk, first.cursor)
    assert not again.lists
    assert not hints(desk, again.cursor).lists


def test_an_entry_that_is_seen_late_is_news() -> None:
    desk = Desk()
    first = hints(desk, None)
    desk.held["Contacts"].append(contact("late", UpdatedDateUTC=at(desk.now - MINUTE)))
    assert hints(desk, first.cursor).lists


def test_an_entry_that_changes_again_within_the_overlap_is_news() -> None:
    desk = Desk()
    desk.held["Contacts"].append(contact("new", UpdatedDateUTC=at(desk.now + HOUR - 2 * MINUTE)))
    first = hints(desk, None)
    desk.held["Contacts"][-1]["UpdatedDateUTC"] = at(desk.now - MINUTE)
    assert hints(desk, first.cursor).lists


def test_tracking_categories_are_compared_as_a_whole() -> None:
    desk = Desk()
    first = hints(desk, None)
    desk.held["TrackingCategories"][0]["Options"].append({"TrackingOptionID": "sales", "Name": "Sales"})
    told = hints(desk, first.cursor)
    assert told.lists
    desk.held["TrackingCategories"].reverse()
    assert not hints(desk, told.cursor).lists


# --- when it cannot tell ----------------------------------------------------------------------------------------


def test_more_changes_than_are_worth_reading_one_by_one() -> None:
    desk = Desk()
    first = hints(desk, None)
    for number in range(3):
        changed(desk, "Invoices", {**invoice("2026-01-09"), "InvoiceID": f"i{number}"})
        changed(desk, "Payments", {"PaymentID": f"p{number}", "Date": stamp("2026-01-09")})
    assert hints(desk, first.cursor, most=6).complete
    desk.now -= HOUR
    told = hints(desk, first.cursor, most=5)
    assert (told.complete, told.because) == (False, "more than 5 documents have changed since 10 February 2026")
    assert hints(desk, told.cursor).complete


@pytest.mark.parametrize("cursor", ["", "yesterday", "2026-02-10T12:00:00;a;b", "2026-02-10T12:00:00+00:00"])
def test_a_place_that_is_not_readable(cursor: str) -> None:
    desk = Desk()
    told = hints(desk, cursor)
    assert (told.complete, told.because) == (False, "where it ended is not readable")
    assert hints(desk, told.cursor).complete


def test_a_clock_that_was_put_back() -> None:
    desk = Desk()
    first = hints(desk, None)
    desk.now -= 3 * HOUR
    told = hints(desk, first.cursor)
    assert (told.complete, told.because) == (False, "Xero's clock stands before the time of the last sync")


def test_a_date_that_is_not_readable_is_refused() -> None:
    desk = Desk()
    first = hints(desk, None)
    changed(desk, "Payments", {"PaymentID": "p1", "Date": "yesterday"})
    with pytest.raises(UnreadableBooks, match="Changes of Payments: 'yesterday' is not a date"):
        hints(desk, first.cursor)
    assert isinstance(desk.now, datetime)
