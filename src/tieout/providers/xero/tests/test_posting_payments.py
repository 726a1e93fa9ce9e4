"""Payments, refunds, transfers and credits set against invoices, as they post: tables to be checked by eye."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from tieout.core.records import EntryRecord, PartyKey, PartyKind
from tieout.providers.xero.documents_wire import BankTransaction, BankTransfer, CreditNote, Overpayment, Payment
from tieout.providers.xero.faults import Unknown
from tieout.providers.xero.posting_payments import post_allocations, post_payment, post_transfer
from tieout.providers.xero.tests.posted import CHART, Json, document, line, number, stamp, table, text

RATES = {"i-eur": Decimal("0.55"), "i-usd": Decimal("0.62")}


def paid(kind: str, amount: object, *, bank: str = "bank", rate: object = 1, **more: object) -> EntryRecord | None:
    """Return what a payment posts. Unless told otherwise, it is for an invoice in base currency."""
    own: Json = {
        "PaymentID": "p1",
        "PaymentType": kind,
        "Status": "AUTHORISED",
        "Date": stamp("2026-02-03"),
        "Amount": number(amount),
        "BankAmount": number(amount),
        "CurrencyRate": number(rate),
        "Account": {"AccountID": bank},
        "Invoice": invoice("i-nzd", "NZD"),
    }
    found = msgspec.json.decode(msgspec.json.encode({**own, **more}), type=Payment)
    return post_payment(found, CHART, RATES.get)


def invoice(external_id: str, currency: str) -> Json:
    agency = {"ContactID": "agency", "Name": "City Agency"}
    return {"InvoiceID": external_id, "InvoiceNumber": "INV-1", "CurrencyCode": currency, "Contact": agency}


# --- payments ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "ACCRECPAYMENT",
            """
            Payment INV-1 2026-02-03
              Cheque Account                115.00
              Accounts Receivable          -115.00
            """,
        ),
        (
            "ACCPAYPAYMENT",
            """
            Bill Payment INV-1 2026-02-03
              Cheque Account               -115.00
              Accounts Payable              115.00
            """,
        ),
        (
            "ARCREDITPAYMENT",
            """
            Credit Note Refund INV-1 2026-02-03
              Cheque Account               -115.00
              Accounts Receivable           115.00
            """,
        ),
        (
            "APCREDITPAYMENT",
            """
            Supplier Refund INV-1 2026-02-03
              Cheque Account                115.00
              Accounts Payable             -115.00
            """,
        ),
    ],
)
def test_a_payment_clears_what_is_owed(kind: str, expected: str) -> None:
    assert table(paid(kind, 115)) == text(expected)


@pytest.mark.parametrize(
    ("kind", "under", "label"),
    [
        ("AROVERPAYMENTPAYMENT", "Overpayment", "Credit Note Refund"),
        ("ARPREPAYMENTPAYMENT", "Prepayment", "Credit Note Refund"),
        ("APOVERPAYMENTPAYMENT", "Overpayment", "Supplier Refund"),
        ("APPREPAYMENTPAYMENT", "Prepayment", "Supplier Refund"),
    ],
)
def test_what_was_paid_ahead_is_refunded(kind: str, under: str, label: str) -> None:
    about = {f"{under}ID": "o1", "CurrencyCode": "NZD", "Contact": {"ContactID": "agency"}}
    ahead = {name: about if name == under else None for name in ("Overpayment", "Prepayment")}
    entry = paid(kind, 30, Invoice=[], Overpayment=ahead["Overpayment"], Prepayment=ahead["Prepayment"])
    sign = -1 if kind.startswith("AR") else 1
    assert entry is not None
    assert (entry.type, [one.amount for one in entry.lines]) == (label, [sign * 3000, -sign * 3000])
    assert entry.party == PartyKey(PartyKind.CUSTOMER if sign < 0 else PartyKind.VENDOR, "agency")


def test_a_foreign_invoice_is_cleared_at_its_own_rate_and_the_rest_is_gained() -> None:
    # 55.00 / 0.55 stood in the books; at 0.50 the bank got 110.00.
    entry = paid("ACCRECPAYMENT", 55, rate="0.5", BankAmount=110.0, Invoice=invoice("i-eur", "EUR"))
    assert table(entry) == text("""
        Payment INV-1 2026-02-03
          Cheque Account                110.00
          Accounts Receivable          -100.00 (EUR -55.00)
          Realised Currency Gains       -10.00
    """)


def test_a_foreign_bill_that_became_dearer_is_a_loss() -> None:
    entry = paid("ACCPAYPAYMENT", 62, rate="0.5", BankAmount=124.0, Invoice=invoice("i-usd", "USD"))
    assert table(entry) == text("""
        Bill Payment INV-1 2026-02-03
          Cheque Account               -124.00
          Accounts Payable              100.00 (USD 62.00)
          Realised Currency Gains        24.00
    """)


def test_a_foreign_bank_account_is_worth_what_the_payments_rate_makes_of_it() -> None:
    entry = paid("ACCRECPAYMENT", 55, bank="euro", rate="0.5", Invoice=invoice("i-eur", "EUR"))
    assert table(entry) == text("""
        Payment INV-1 2026-02-03
          Euro Account                  110.00 (EUR 55.00)
          Accounts Receivable          -100.00 (EUR -55.00)
          Realised Currency Gains       -10.00
    """)


def test_a_bank_account_in_a_third_currency_shows_what_it_got_and_is_worth_what_was_paid() -> None:
    entry = paid("ACCRECPAYMENT", 55, bank="dollar", rate="0.5", BankAmount=66.0, Invoice=invoice("i-eur", "EUR"))
    assert table(entry) == text("""
        Payment INV-1 2026-02-03
          Dollar Account                110.00 (USD 66.00)
          Accounts Receivable          -100.00 (EUR -55.00)
          Realised Currency Gains       -10.00
    """)


def test_an_invoice_in_base_currency_paid_into_a_foreign_account_gains_nothing() -> None:
    entry = paid("ACCRECPAYMENT", 115, bank="dollar", rate="0.6", BankAmount=69.0)
    assert table(entry) == text("""
        Payment INV-1 2026-02-03
          Dollar Account                115.00 (USD 69.00)
          Accounts Receivable          -115.00
    """)


def test_without_the_banks_amount_the_payments_rate_tells_it() -> None:
    entry = paid("ACCRECPAYMENT", 55, rate="0.5", BankAmount=None, Invoice=invoice("i-eur", "EUR"))
    assert entry is not None
    assert [one.amount for one in entry.lines] == [11000, -10000, -1000]


def test_a_credit_note_may_stand_where_invoices_do() -> None:
    note = {"InvoiceID": "c1", "InvoiceNumber": "CN-5", "Type": "ACCRECCREDIT", "CurrencyCode": "NZD"}
    apart = {"CreditNoteID": "c1", "CreditNoteNumber": "CN-5", "CurrencyCode": "NZD"}
    assert table(paid("ARCREDITPAYMENT", 2, Invoice=note)) == table(
        paid("ARCREDITPAYMENT", 2, Invoice=None, CreditNote=apart)
    )


def test_a_payment_keeps_its_reference_and_its_record() -> None:
    entry = paid("ACCRECPAYMENT", 115, Reference="Feb run")
    assert entry is not None
    assert (entry.key, entry.record, entry.number) == ("Payment:p1", "Payment:p1", "Feb run")
    assert entry.party == PartyKey(PartyKind.CUSTOMER, "agency")


def test_a_payment_that_was_deleted_or_whose_rates_nobody_knows_posts_nothing() -> None:
    assert paid("ACCRECPAYMENT", 1, Status="DELETED") is None
    assert paid("SOMETHINGNEW", 1) is None
    assert paid("ACCPAYPAYMENT", 1, Invoice=None) is None  # a claim's payment names none of what we know
    assert paid("ACCRECPAYMENT", 1, Invoice=invoice("i-lost", "EUR")) is None
    assert paid("ACCRECPAYMENT", 1, bank="euro", CurrencyRate=None, Invoice=invoice("i-eur", "EUR")) is None


def test_a_payment_that_does_not_say_its_currency_is_in_the_base_unless_its_rate_denies_it() -> None:
    assert table(paid("ACCRECPAYMENT", 115, Invoice=invoice("i-nzd", ""))) == table(paid("ACCRECPAYMENT", 115))
    assert paid("ACCRECPAYMENT", 115, rate="0.5", Invoice=invoice("i-eur", "")) is None


def test_a_payment_from_an_account_that_the_chart_lacks_is_refused() -> None:
    with pytest.raises(Unknown, match="the account nowhere is not in the chart") as refusal:
        paid("ACCRECPAYMENT", 1, bank="nowhere")
    assert refusal.value.where == "Payment p1"


# --- transfers --------------------------------------------------------------------------------------------------


def moved(
    source: str, target: str, amount: object, *, sides: dict[str, BankTransaction] | None = None, **more: object
) -> EntryRecord | None:
    own: Json = {
        "BankTransferID": "t1",
        "Date": stamp("2026-02-05"),
        "FromBankAccount": {"AccountID": source},
        "ToBankAccount": {"AccountID": target},
        "Amount": number(amount),
        "FromBankTransactionID": "out",
        "ToBankTransactionID": "in",
    }
    found = msgspec.json.decode(msgspec.json.encode({**own, **more}), type=BankTransfer)
    return post_transfer(found, (sides or {}).get, CHART)


def sides(out: tuple[object, str, object], into: tuple[object, str, object]) -> dict[str, BankTransaction]:
    """Return the two bank transactions that mirror a transfer: amount, currency, rate of each."""
    found = {}
    for external_id, (amount, currency, rate) in (("out", out), ("in", into)):
        one = document("SPEND-TRANSFER", "2026-02-05", CurrencyCode=currency, CurrencyRate=number(rate))
        one |= {"BankTransactionID": external_id, "Total": number(amount)}
        found[external_id] = msgspec.json.decode(msgspec.json.encode(one), type=BankTransaction)
    return found


def test_a_transfer_leaves_one_account_and_reaches_the_other() -> None:
    assert table(moved("bank", "savings", 200)) == text("""
        Bank Transfer 2026-02-05
          Cheque Account               -200.00
          Savings                       200.00
    """)


@pytest.mark.parametrize("told", [sides((100, "NZD", 1), (55, "EUR", "0.55")), {}])
def test_money_that_becomes_foreign_is_worth_what_left(told: dict[str, BankTransaction]) -> None:
    assert table(moved("bank", "euro", 100, sides=told, CurrencyRate=0.55)) == text("""
        Bank Transfer 2026-02-05
          Cheque Account               -100.00
          Euro Account                  100.00 (EUR 55.00)
    """)


@pytest.mark.parametrize("told", [sides((55, "EUR", "0.55"), (100, "NZD", 1)), {}])
def test_foreign_money_is_worth_what_it_becomes(told: dict[str, BankTransaction]) -> None:
    assert table(moved("euro", "bank", 55, sides=told, CurrencyRate=0.55)) == text("""
        Bank Transfer 2026-02-05
          Euro Account                 -100.00 (EUR -55.00)
          Cheque Account                100.00
    """)


def test_between_two_foreign_accounts_it_is_worth_what_left_by_its_own_rate() -> None:
    told = sides((55, "EUR", "0.55"), (60, "USD", "0.6"))
    assert table(moved("euro", "dollar", 55, sides=told)) == text("""
        Bank Transfer 2026-02-05
          Euro Account                 -100.00 (EUR -55.00)
          Dollar Account                100.00 (USD 60.00)
    """)


def test_a_transfer_that_was_deleted_or_has_no_worth_posts_nothing() -> None:
    assert moved("bank", "savings", 1, Status="DELETED") is None
    assert moved("euro", "dollar", 1) is None
    entry = moved("bank", "savings", 1, Status="AUTHORISED", Reference="to savings")
    assert entry is not None
    assert (entry.key, entry.record, entry.memo) == ("Bank Transfer:t1", "BankTransfer:t1", "to savings")


# --- credits set against invoices -------------------------------------------------------------------------------


def credit(kind: str, currency: str, rate: object, **more: object) -> Json:
    allocation = {"AllocationID": "a1", "Amount": 55.0, "Date": stamp("2026-03-01"), "Invoice": {"InvoiceID": "i-eur"}}
    own = document(kind, "2026-02-10", line("sales", 55), CurrencyCode=currency, CurrencyRate=number(rate))
    return {**own, "Allocations": [allocation], **more}


def note(kind: str, currency: str, rate: object, **more: object) -> list[EntryRecord]:
    found = {"CreditNoteID": "c1", "CreditNoteNumber": "CN-5", **credit(kind, currency, rate, **more)}
    return list(post_allocations(msgspec.json.decode(msgspec.json.encode(found), type=CreditNote), CHART, RATES.get))


def test_a_credit_at_another_rate_than_the_invoices_is_a_gain_on_the_day_it_is_set_against_it() -> None:
    # The credit stands at 55.00 / 0.50 = 110.00, the invoice at 55.00 / 0.55 = 100.00: ten more was given back.
    (entry,) = note("ACCRECCREDIT", "EUR", "0.5")
    assert table(entry) == text("""
        Credit Note CN-5 2026-03-01
          Accounts Receivable            10.00
          Realised Currency Gains       -10.00
    """)
    assert (entry.key, entry.record) == ("Credit Note:a1", "CreditNote:c1")
    (entry,) = note("ACCPAYCREDIT", "EUR", "0.5")
    assert [one.amount for one in entry.lines] == [-1000, 1000]


def test_a_prepaid_credit_does_so_too() -> None:
    found = {"OverpaymentID": "o1", **credit("RECEIVE-OVERPAYMENT", "EUR", "0.5")}
    overpayment = msgspec.json.decode(msgspec.json.encode(found), type=Overpayment)
    (entry,) = post_allocations(overpayment, CHART, RATES.get)
    assert (entry.type, entry.record, entry.lines[0].amount) == ("Overpayment", "Overpayment:o1", 1000)


def test_setting_a_credit_against_an_invoice_moves_nothing_otherwise() -> None:
    assert note("ACCRECCREDIT", "NZD", 1) == []
    assert note("ACCRECCREDIT", "EUR", "0.55") == []
    assert note("ACCRECCREDIT", "EUR", "0.5", Status="VOIDED") == []
    assert note("ACCRECCREDIT", "EUR", "0.5", Allocations=[]) == []
    gone = {"Amount": 55.0, "Date": stamp("2026-03-01"), "Invoice": {"InvoiceID": "i-eur"}, "IsDeleted": True}
    assert note("ACCRECCREDIT", "EUR", "0.5", Allocations=[gone]) == []
    lost = {"Amount": 55.0, "Date": stamp("2026-03-01"), "Invoice": {"InvoiceID": "i-lost"}}
    assert note("ACCRECCREDIT", "EUR", "0.5", Allocations=[lost]) == []
