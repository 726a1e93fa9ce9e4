"""Invoices, bills, credit notes and money spent or received, as they post: tables to be checked by eye."""

from __future__ import annotations

import msgspec
import pytest

from tieout.core.records import EntryRecord, PartyKey, PartyKind
from tieout.providers.xero.documents_wire import BankTransaction, CreditNote, Invoice
from tieout.providers.xero.faults import Doubt, Unknown
from tieout.providers.xero.posting_documents import post_bank_transaction, post_credit_note, post_invoice
from tieout.providers.xero.tests.posted import CHART, Json, document, line, table, text

FIRST = {"InvoiceID": "i1", "InvoiceNumber": "INV-1"}


def invoice(kind: str, *lines: Json, **more: object) -> EntryRecord | None:
    found = {**FIRST, **document(kind, "2026-01-31", *lines, **more)}
    return post_invoice(msgspec.json.decode(msgspec.json.encode(found), type=Invoice), CHART)


def credit_note(kind: str, *lines: Json, **more: object) -> EntryRecord | None:
    found = {"CreditNoteID": "c1", "CreditNoteNumber": "CN-1", **document(kind, "2026-01-31", *lines, **more)}
    return post_credit_note(msgspec.json.decode(msgspec.json.encode(found), type=CreditNote), CHART)


def money(kind: str, *lines: Json, bank: str = "bank", **more: object) -> EntryRecord | None:
    own = {"BankTransactionID": "b1", "BankAccount": {"AccountID": bank}}
    found = {**own, **document(kind, "2026-01-31", *lines, **more)}
    return post_bank_transaction(msgspec.json.decode(msgspec.json.encode(found), type=BankTransaction), CHART)


# --- in base currency -------------------------------------------------------------------------------------------


def test_an_invoice_is_owed_with_its_tax_and_earned_without() -> None:
    assert table(invoice("ACCREC", line("sales", 100, 15), line("other", 20, 3))) == text("""
        Invoice INV-1 2026-01-31
          Accounts Receivable           138.00
          Sales                        -100.00
          Other Revenue                 -20.00
          GST                           -18.00
    """)


def test_a_bill_is_the_other_way_round() -> None:
    assert table(invoice("ACCPAY", line("rent", 500, 75))) == text("""
        Bill INV-1 2026-01-31
          Accounts Payable             -575.00
          Rent                          500.00
          GST                            75.00
    """)


def test_a_credit_note_takes_an_invoice_back() -> None:
    assert table(credit_note("ACCRECCREDIT", line("sales", 40, 6))) == text("""
        Credit Note CN-1 2026-01-31
          Accounts Receivable           -46.00
          Sales                          40.00
          GST                             6.00
    """)


def test_a_suppliers_credit_note_takes_a_bill_back() -> None:
    assert table(credit_note("ACCPAYCREDIT", line("rent", 40, 6))) == text("""
        Supplier Credit Note CN-1 2026-01-31
          Accounts Payable               46.00
          Rent                          -40.00
          GST                            -6.00
    """)


def test_amounts_that_include_tax_are_earned_without_it() -> None:
    assert table(invoice("ACCREC", line("sales", 115, 15), line("other", 23, 3), amounts="Inclusive")) == text("""
        Invoice INV-1 2026-01-31
          Accounts Receivable           138.00
          Sales                        -100.00
          Other Revenue                 -20.00
          GST                           -18.00
    """)


def test_without_tax_there_is_no_line_for_it() -> None:
    assert table(invoice("ACCPAY", line("rent", 500), amounts="NoTax")) == text("""
        Bill INV-1 2026-01-31
          Accounts Payable             -500.00
          Rent                          500.00
    """)


def test_money_received_and_spent_stands_in_the_bank_account() -> None:
    assert table(money("RECEIVE", line("other", 10, "1.5"))) == text("""
        Receive Money 2026-01-31
          Cheque Account                 11.50
          Other Revenue                 -10.00
          GST                            -1.50
    """)
    assert table(money("SPEND", line("office", 10, "1.5"), line("rent", -4))) == text("""
        Spend Money 2026-01-31
          Cheque Account                 -7.50
          Office Expenses                10.00
          Rent                           -4.00
          GST                             1.50
    """)


def test_a_prepayment_is_posted_once_where_its_bank_account_stands() -> None:
    entry = money("RECEIVE-PREPAYMENT", line("deposits", 100, 15), PrepaymentID="p1")
    assert table(entry) == text("""
        Prepayment 2026-01-31
          Cheque Account                115.00
          Customer Deposits            -100.00
          GST                           -15.00
    """)
    assert entry is not None
    assert (entry.key, entry.record) == ("Prepayment:p1", "Prepayment:p1")


@pytest.mark.parametrize("account", ["ar", ""])
def test_an_overpayment_is_owed_to_the_contact_whether_its_line_says_so_or_not(account: str) -> None:
    assert table(money("RECEIVE-OVERPAYMENT", line(account, 30), OverpaymentID="o1", amounts="NoTax")) == text("""
        Overpayment 2026-01-31
          Cheque Account                 30.00
          Accounts Receivable           -30.00
    """)


def test_an_overpayment_of_ours_is_owed_to_us() -> None:
    assert table(money("SPEND-OVERPAYMENT", line("", 30), OverpaymentID="o1", amounts="NoTax")) == text("""
        Overpayment 2026-01-31
          Cheque Account                -30.00
          Accounts Payable               30.00
    """)


# --- in another currency ----------------------------------------------------------------------------------------


def test_each_line_is_divided_by_the_rate_and_the_largest_takes_the_cent_that_is_left() -> None:
    entry = invoice("ACCREC", line("sales", "33.35"), line("other", "33.34"), CurrencyCode="EUR", CurrencyRate=0.55)
    # 66.69 / 0.55 = 121.2545, and the lines are 60.6364 and 60.6182: rounded, they come to 121.26.
    assert table(entry) == text("""
        Invoice INV-1 2026-01-31
          Accounts Receivable           121.25 (EUR 66.69)
          Sales                         -60.63 (EUR -33.35)
          Other Revenue                 -60.62 (EUR -33.34)
    """)


def test_tax_in_another_currency_is_one_line_and_takes_no_cent() -> None:
    lines = line("rent", "10.01", "1.50"), line("office", "5.01", "0.75")
    # 17.27 / 0.62 = 27.8548; 10.01 / 0.62 = 16.1452; 5.01 / 0.62 = 8.0806; 2.25 / 0.62 = 3.6290.
    assert table(invoice("ACCPAY", *lines, CurrencyCode="USD", CurrencyRate=0.62)) == text("""
        Bill INV-1 2026-01-31
          Accounts Payable              -27.85 (USD -17.27)
          Rent                           16.14 (USD 10.01)
          Office Expenses                 8.08 (USD 5.01)
          GST                             3.63 (USD 2.25)
    """)


@pytest.mark.parametrize(
    ("amount", "rate", "posted"),
    [
        ("1.01", 2, 51),  # 0.505: half to even is 50
        ("1.03", 2, 52),  # 0.515: half to even is 52 too
        ("-1.01", 2, -51),  # away from zero, not up
        ("1.01", 2.0001, 50),  # just under
        ("1.01", 1.9999, 51),  # just over
        ("0.97", 2, 49),  # 0.485: half to even is 48
    ],
)
def test_a_half_cent_is_rounded_away_from_zero(amount: str, rate: float, posted: int) -> None:
    entry = invoice("ACCREC", line("sales", amount), CurrencyCode="EUR", CurrencyRate=rate)
    assert entry is not None
    assert [one.amount for one in entry.lines] == [posted, -posted]


def test_a_quotient_is_rounded_once() -> None:
    # 1.00499999999999999999999999999799...: with the 28 digits that decimals have by default it is 1.005.
    rate = "99.502487562189054726368159204"
    found = {**FIRST, **document("ACCREC", "2026-01-31", line("sales", 100), CurrencyCode="EUR", CurrencyRate=rate)}
    entry = post_invoice(msgspec.json.decode(msgspec.json.encode(found), type=Invoice), CHART)
    assert entry is not None
    assert entry.lines[0].amount == 100


def test_money_spent_from_an_account_in_another_currency_is_divided_by_its_rate() -> None:
    assert table(money("SPEND", line("office", 55), bank="euro", CurrencyCode="EUR", CurrencyRate=0.55)) == text("""
        Spend Money 2026-01-31
          Euro Account                 -100.00 (EUR -55.00)
          Office Expenses               100.00 (EUR 55.00)
    """)


def test_a_foreign_document_without_a_rate_is_left_to_the_months_balances() -> None:
    assert invoice("ACCREC", line("sales", 100), CurrencyCode="EUR", CurrencyRate=None) is None


# --- what goes with the lines -----------------------------------------------------------------------------------


def test_lines_keep_their_item_tracking_and_text_and_the_document_its_contact() -> None:
    north = {"TrackingCategoryID": "region", "TrackingOptionID": "north", "Name": "Region", "Option": "North"}
    team = {"TrackingCategoryID": "department", "TrackingOptionID": "ops", "Name": "Department", "Option": "Ops"}
    more = {"Description": "Roses", "Item": {"ItemID": "rose"}, "Tracking": [north, team]}
    entry = invoice("ACCREC", line("sales", 100, 15, **more), Reference="PO 7")
    assert entry is not None
    owed, earned, tax = entry.lines
    assert (earned.item, earned.memo) == ("rose", "Roses")
    assert earned.dimensions == (("department", "ops"), ("region", "north"))
    assert entry.party == PartyKey(PartyKind.CUSTOMER, "agency")  # and so are its lines
    assert {owed.party, earned.party, tax.party} == {None}
    assert (owed.dimensions, tax.dimensions, owed.item) == ((), (), None)
    assert (entry.key, entry.record, entry.number, entry.memo) == ("Invoice:i1", "Invoice:i1", "INV-1", "PO 7")


def test_what_has_no_number_is_known_by_its_reference() -> None:
    entry = money("SPEND", line("rent", 1), Reference="Standing order")
    assert entry is not None
    assert (entry.key, entry.record) == ("Spend Money:b1", "BankTransaction:b1")
    assert (entry.number, entry.memo) == ("Standing order", "")


def test_who_is_paid_is_a_vendor_and_who_pays_a_customer() -> None:
    for entry, kind in [
        (invoice("ACCPAY", line("rent", 1)), PartyKind.VENDOR),
        (credit_note("ACCPAYCREDIT", line("rent", 1)), PartyKind.VENDOR),
        (credit_note("ACCRECCREDIT", line("sales", 1)), PartyKind.CUSTOMER),
        (money("SPEND", line("rent", 1)), PartyKind.VENDOR),
        (money("RECEIVE", line("sales", 1)), PartyKind.CUSTOMER),
    ]:
        assert entry is not None
        assert entry.party == PartyKey(kind, "agency")


def test_a_missing_object_may_come_as_an_empty_list() -> None:
    entry = money("SPEND", line("rent", 1, Item=[], Tracking=[]), Contact=[])
    assert entry is not None
    assert (entry.party, entry.lines[1].item) == (None, None)


def test_lines_of_old_documents_name_their_account_by_its_code_and_texts_none() -> None:
    old = {"AccountCode": "469", "LineAmount": "500.00", "TaxAmount": "75.00"}
    words = {"Description": "as agreed on the telephone", "LineAmount": 0, "TaxAmount": 0}
    assert table(invoice("ACCPAY", old, words)) == table(invoice("ACCPAY", line("rent", 500, 75)))


def test_a_part_that_no_line_names_is_left_to_the_months_balances() -> None:
    # A contractor's tax that the customer keeps back: the lines say what was earned, the total what is paid out.
    assert table(invoice("ACCREC", line("sales", 1000), Total=800.0)) == text("""
        Invoice INV-1 2026-01-31
          Accounts Receivable          1000.00
          Sales                       -1000.00
    """)


# --- what posts nothing, and what is refused --------------------------------------------------------------------


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "DELETED", "VOIDED", "", "UNHEARD-OF"])
def test_a_document_that_does_not_stand_posts_nothing(status: str) -> None:
    assert invoice("ACCREC", line("sales", 1), Status=status) is None
    assert credit_note("ACCRECCREDIT", line("sales", 1), Status=status) is None
    assert money("SPEND", line("rent", 1), Status=status) is None


def test_a_paid_document_stands() -> None:
    assert invoice("ACCREC", line("sales", 1), Status="PAID") == invoice("ACCREC", line("sales", 1))


@pytest.mark.parametrize("kind", ["SPEND-TRANSFER", "RECEIVE-TRANSFER", "SPEND-SOMETHING-NEW"])
def test_one_side_of_a_transfer_posts_nothing(kind: str) -> None:
    assert money(kind, line("savings", 1)) is None


def test_a_document_of_texts_alone_posts_nothing() -> None:
    assert invoice("ACCREC", {"Description": "cancelled", "LineAmount": 0, "TaxAmount": 0}) is None


def test_an_account_that_the_chart_lacks_is_refused_with_the_place() -> None:
    with pytest.raises(Unknown, match="the account nowhere is not in the chart") as refusal:
        invoice("ACCPAY", line("nowhere", 1))
    assert refusal.value.where == "Bill INV-1"
    with pytest.raises(Unknown, match="the account 999 is not in the chart"):
        invoice("ACCPAY", {"AccountCode": "999", "LineAmount": 1, "TaxAmount": 0})


def test_a_document_that_comes_without_its_lines_is_refused() -> None:
    with pytest.raises(Doubt, match="the document has no lines") as refusal:
        invoice("ACCREC", Total=115.0)
    assert refusal.value.where == "Invoice INV-1"


@pytest.mark.parametrize("amounts", ["Exclusive", "Inclusive"])
def test_lines_that_leave_out_a_tax_are_refused(amounts: str) -> None:
    silent = {"AccountID": "sales", "LineAmount": 115}
    with pytest.raises(Doubt, match="its lines do not say their tax"):
        invoice("ACCREC", line("sales", 10, 1), {**silent, "TaxAmount": None}, amounts=amounts, TotalTax=16.0, Total=1)
    assert invoice("ACCREC", line("sales", 10, 1), {**silent, "TaxAmount": None}, TotalTax=1.0, Total=126.0) is not None
