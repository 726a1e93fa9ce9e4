"""Reading documents by windows: what is asked, and what comes of it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from tieout.core.month import Month
from tieout.core.records import Checkpoint, EntryRecord, Window
from tieout.providers.xero.tests.desk import Desk
from tieout.providers.xero.tests.papers import QUARTER, YEAR, invoice, journal, note, payment, read, transfer, uuid
from tieout.providers.xero.tests.posted import Json, document, line, number, stamp, table, text


def told(desk: Desk, window: Window) -> list[str]:
    """Return what is read, in its order: entries by type and day, checkpoints by what they cover."""
    found = []
    for it in desk.reader().read(window):
        if isinstance(it, EntryRecord):
            found.append(f"{it.type} {it.date}")
        elif isinstance(it, Checkpoint):
            assert it.covered is not None
            assert it.resume == it.covered.end.isoformat()
            found.append(f"-- {it.covered.start} {it.covered.end}{' end' if it.complete else ''}")
    return found


# --- what is read -----------------------------------------------------------------------------------------------


def test_all_kinds_are_read_and_each_month_is_told_whole() -> None:
    desk = Desk()
    desk.put("Invoices", invoice(1, "2026-01-31"), invoice(2, "2026-03-02"), invoice(3, "2026-04-01"))
    desk.put("CreditNotes", note(4, "2026-01-07"))
    money = {"BankTransactionID": uuid(5), "BankAccount": {"AccountID": "bank"}}
    desk.put("BankTransactions", {**money, **document("SPEND", "2026-01-09", line("rent", 10))})
    desk.put("Payments", payment(6, "2026-03-31", invoice(1, "2026-01-31")))
    desk.put("BankTransfers", transfer(7, "2026-01-02"))
    desk.put("ManualJournals", journal(8, "2026-01-31"))
    assert told(desk, QUARTER) == [
        "Bank Transfer 2026-01-02",
        "Credit Note 2026-01-07",
        "Spend Money 2026-01-09",
        "Invoice 2026-01-31",
        "Manual Journal 2026-01-31",
        "-- 2026-01-01 2026-02-01",
        "-- 2026-02-01 2026-03-01",
        "Invoice 2026-03-02",
        "Payment 2026-03-31",
        "-- 2026-03-01 2026-04-01 end",
    ]


def test_a_window_of_a_year_takes_one_question_for_each_kind() -> None:
    desk = Desk()
    read(desk, YEAR)
    where = "Date>=DateTime(2026,01,01) AND Date<DateTime(2027,01,01)"
    questions = {name: params for name, params, _ in desk.asked if "where" in params}
    assert len(desk.names()) == len(questions) == 6
    assert {params["where"] for params in questions.values()} == {where}
    paged = {"page": "1", "pageSize": "1000", "where": where}
    assert questions["Invoices"] == {**paged, "order": "InvoiceID"}
    assert questions["Payments"] == {**paged, "order": "PaymentID"}
    assert questions["ManualJournals"] == paged  # with an order it is said to leave its pages
    assert questions["BankTransfers"] == {"where": where}


def test_reading_goes_on_after_the_month_that_was_told_last() -> None:
    desk = Desk()
    desk.put("Invoices", *(invoice(at, f"2026-{at:02d}-15") for at in (1, 2, 3)))
    rest = Window(start=QUARTER.start, end=QUARTER.end, resume="2026-02-01")
    assert told(desk, rest) == [
        "Invoice 2026-02-15",
        "-- 2026-02-01 2026-03-01",
        "Invoice 2026-03-15",
        "-- 2026-03-01 2026-04-01 end",
    ]
    done = Window(start=QUARTER.start, end=QUARTER.end, resume="2026-04-01")
    assert told(desk, done) == ["-- 2026-04-01 2026-04-01 end"]
    with pytest.raises(ValueError, match="2026-05-01 lies outside of the window"):
        told(desk, Window(start=QUARTER.start, end=QUARTER.end, resume="2026-05-01"))


def test_pages_are_read_to_the_last_one() -> None:
    desk = Desk(page=2)
    desk.put("Invoices", *(invoice(at, "2026-01-15") for at in range(1, 6)))
    assert len(read(desk, QUARTER)) == 5
    assert desk.names().count("Invoices") == 3


def test_pages_that_do_not_say_how_many_there_are_end_with_an_empty_one() -> None:
    desk = Desk(page=2, counted=False)
    desk.put("Invoices", *(invoice(at, "2026-01-15") for at in range(1, 6)))
    assert len(read(desk, QUARTER)) == 5
    assert desk.names().count("Invoices") == 4

    def add(name: str, params: dict[str, str]) -> None:
        if name == "Invoices" and params["page"] == "2":
            desk.meanwhile = lambda _name, _params: None
            desk.put("Invoices", invoice(0, "2026-01-16"))  # it comes first, and all others move down

    desk.meanwhile = add
    assert len(read(desk, QUARTER)) == 6


def test_a_window_with_too_many_documents_is_read_in_halves() -> None:
    desk = Desk()
    desk.put("Invoices", *(invoice(at, f"2026-{at:02d}-15") for at in range(1, 13)))
    desk.put("Payments", *(payment(100 + at, f"2026-{at:02d}-20", invoice(at, "2026-01-01")) for at in range(1, 13)))
    whole = read(desk, YEAR)
    desk.asked.clear()
    assert read(desk, YEAR, most=13) == whole
    spans = [params["where"] for name, params, _ in desk.asked if name == "ManualJournals"]
    assert spans == [
        "Date>=DateTime(2026,01,01) AND Date<DateTime(2026,07,01)",
        "Date>=DateTime(2026,07,01) AND Date<DateTime(2027,01,01)",
    ]


def test_a_month_with_too_many_is_read_by_days_and_a_day_however_much_it_holds() -> None:
    desk = Desk()
    desk.put("Invoices", *(invoice(at, f"2026-01-{10 + at % 2}") for at in range(1, 9)))
    january = Window(start=date(2026, 1, 1), end=date(2026, 2, 1))
    points = [it for it in desk.reader(most=3).read(january) if isinstance(it, Checkpoint)]
    assert [it.complete for it in points] == [False] * (len(points) - 1) + [True]
    covered = [it.covered for it in points if it.covered is not None]
    assert Window(start=date(2026, 1, 10), end=date(2026, 1, 11)) in covered
    assert (covered[0].start, covered[-1].end) == (january.start, january.end)
    assert all(before.end == after.start for before, after in pairwise(covered))
    assert len(read(desk, january, most=3)) == 8


def test_claims_are_read_where_the_grant_opens_them() -> None:
    desk = Desk()
    receipt = document("", "2026-01-09", line("office", 40))
    claim = {"ExpenseClaimID": uuid(1), "Status": "PAID", "Receipts": [receipt], "Total": 40.0}
    desk.put("ExpenseClaims", {**claim, "ReportingDate": stamp("2026-02-01")})
    assert read(desk, QUARTER) == []
    reader = desk.reader(claims=True)
    assert [it.type for it in reader.read(QUARTER) if isinstance(it, EntryRecord)] == ["Expense Claim"]


# --- other currencies -------------------------------------------------------------------------------------------


def euros(at: int, day: str, rate: object) -> Json:
    return invoice(at, day, line("sales", 55), CurrencyCode="EUR", CurrencyRate=number(rate))


def test_the_rate_of_an_invoice_of_an_earlier_year_is_asked_for_by_its_id() -> None:
    desk = Desk()
    old = euros(1, "2024-05-01", "0.55")
    desk.put("Invoices", old)
    desk.put("Payments", payment(2, "2026-02-03", old, Amount=55.0, BankAmount=110.0, CurrencyRate=0.5))
    (entry,) = read(desk, QUARTER)
    assert table(entry) == text("""
        Payment INV-1 2026-02-03
          Cheque Account                110.00
          Accounts Receivable          -100.00 (EUR -55.00)
          Realised Currency Gains       -10.00
    """)
    asked = [params for name, params, _ in desk.asked if name == "Invoices" and "IDs" in params]
    assert asked == [{"IDs": uuid(1), "page": "1", "pageSize": "1000", "order": "InvoiceID"}]


def test_the_rate_of_what_was_read_with_the_month_is_not_asked_for() -> None:
    desk = Desk()
    new = euros(1, "2026-01-01", "0.55")
    desk.put("Invoices", new)
    desk.put("Payments", payment(2, "2026-02-03", new, Amount=55.0, BankAmount=110.0, CurrencyRate=0.5))
    assert len(read(desk, QUARTER)) == 2
    assert not [params for _, params, _ in desk.asked if "IDs" in params]


@pytest.mark.parametrize(
    ("kind", "under", "name"),
    [
        ("ARCREDITPAYMENT", "CreditNote", "CreditNotes"),
        ("ARPREPAYMENTPAYMENT", "Prepayment", "Prepayments"),
        ("AROVERPAYMENTPAYMENT", "Overpayment", "Overpayments"),
    ],
)
def test_the_rate_of_what_is_refunded_is_asked_for_and_may_be_gone(kind: str, under: str, name: str) -> None:
    desk = Desk()
    amounts = {"Amount": 55.0, "BankAmount": 110.0, "CurrencyRate": 0.5, "PaymentType": kind, "Invoice": None}
    about = {f"{under}ID": uuid(1), "CurrencyCode": "EUR", "Contact": {"ContactID": "agency"}}
    desk.put("Payments", {**payment(2, "2026-02-03", euros(9, "2024-01-01", 1)), **amounts, under: about})
    assert read(desk, QUARTER) == []
    assert f"{name}/{uuid(1)}" in desk.names()
    desk.put(name, {f"{under}ID": uuid(1), "Date": stamp("2024-05-01"), "CurrencyCode": "EUR", "CurrencyRate": 0.55})
    (entry,) = read(desk, QUARTER)
    assert [it.amount for it in entry.lines] == [-11000, 10000, 1000]


def test_a_foreign_credit_of_an_earlier_year_is_set_against_an_invoice_in_this_one() -> None:
    desk = Desk()
    desk.held["Currencies"].append({"Code": "EUR"})
    desk.put("Invoices", euros(1, "2026-01-15", "0.5"))
    against = {"AllocationID": "a", "Amount": 55.0, "Date": stamp("2026-02-01"), "Invoice": {"InvoiceID": uuid(1)}}
    desk.put("CreditNotes", note(2, "2024-05-01", against, CurrencyCode="EUR", CurrencyRate=0.55))
    entries = read(desk, QUARTER)
    assert [(it.type, str(it.date)) for it in entries] == [("Invoice", "2026-01-15"), ("Credit Note", "2026-02-01")]
    assert [it.amount for it in entries[1].lines] == [-1000, 1000]
    february = Window(start=date(2026, 2, 1), end=date(2026, 3, 1))
    assert read(desk, february) == entries[1:]


def test_an_organisation_with_one_currency_is_not_asked_for_its_old_credits() -> None:
    desk = Desk()
    read(desk, QUARTER)
    assert "Prepayments" not in desk.names()
    desk.held["Currencies"].append({"Code": "EUR"})
    read(desk, QUARTER)
    assert "Prepayments" in desk.names()


# --- the first month --------------------------------------------------------------------------------------------


def test_empty_books_have_no_first_month() -> None:
    assert Desk().reader().earliest() is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Invoices", invoice(50, "2019-03-31", Status="PAID")),
        ("Invoices", invoice(50, "2019-03-31")),
        ("CreditNotes", note(50, "2019-03-31")),
        ("BankTransactions", {"BankTransactionID": uuid(50), **document("SPEND", "2019-03-31", line("rent", 1))}),
        ("Payments", payment(50, "2019-03-31", invoice(1, "2026-01-01"))),
        ("ManualJournals", journal(50, "2019-03-31")),
        ("BankTransfers", transfer(50, "2019-03-31")),
    ],
)
def test_the_first_month_has_the_earliest_document_of_any_kind(name: str, found: Json) -> None:
    desk = Desk()
    desk.put("Invoices", invoice(1, "2026-01-31"), invoice(2, "2018-01-01", Status="DRAFT"))
    desk.put("ManualJournals", journal(3, "2020-01-01"), journal(4, "2018-01-01", Status="VOIDED"))
    desk.put("BankTransfers", transfer(5, "2018-01-01", Status="DELETED"))
    assert desk.reader().earliest() == Month(2020, 1)
    desk.put(name, found)
    desk.asked.clear()
    assert desk.reader().earliest() == Month(2019, 3)
    assert len(desk.asked) == 8
