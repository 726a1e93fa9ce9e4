"""The sandbox's books: what each document posts, and what is left when it is edited, paid, voided or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from tieout.providers.xero.sandbox.engine import BadDocument, Journal, Organisation
from tieout.providers.xero.sandbox.small import Small, line, small

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


@pytest.fixture
def shop() -> Small:
    return small()


def lines(journals: Iterable[Journal]) -> list[str]:
    """Return journals as a bookkeeper would read them, codes for accounts."""
    return [
        f"{journal.day.isoformat()} {journal.source or '-'}: "
        + ", ".join(f"{line.account.get('Code') or line.account['Name']} {line.net:.2f}" for line in journal.lines)
        for journal in journals
    ]


def of(shop: Small, name: str) -> list[str]:
    """Return the journals whose source is a document of the shop."""
    return lines(journal for journal in shop.org.journals if journal.source_id == shop.ids[name])


def check(org: Organisation) -> None:
    """Assert what holds of any books: numbers without gaps, journals that balance, a trial balance of zero."""
    assert [journal.number for journal in org.journals] == list(range(1, len(org.journals) + 1))
    assert len({journal.id for journal in org.journals}) == len(org.journals)
    for journal in org.journals:
        assert sum(line.net for line in journal.lines) == 0
    assert sum(org.balances(date.max).values()) == 0


POSTED = {
    "rent": ["2026-01-05 ACCPAY: 800 -1150.00, 820 150.00, 469 1000.00"],
    "rent paid": ["2026-01-20 ACCPAYPAYMENT: 090 -1150.00, 800 1150.00"],
    "vases": ["2026-01-07 ACCPAY: 800 -80.00, 630 80.00"],
    "refunded": ["2026-01-22 ACCPAYCREDIT: 800 23.00, 820 -3.00, 489 -20.00"],
    "refund": ["2026-01-25 APCREDITPAYMENT: 090 23.00, 800 -23.00"],
    "phone": ["2026-02-03 CASHPAID: 093 -57.50, 820 7.50, 489 50.00"],
    "sale": ["2026-01-09 ACCREC: 610 230.00, 820 -30.00, 200 -120.00, 200 -80.00, 310 32.00, 630 -32.00"],
    "sale paid": ["2026-02-02 ACCRECPAYMENT: 090 100.00, 610 -100.00"],
    "credit": ["2026-01-30 ACCRECCREDIT: 610 -11.50, 820 1.50, 200 10.00"],
    "abroad": ["2026-01-12 ACCREC: 610 166.67, 200 -55.55, 200 -55.55, 200 -55.57"],
    "abroad paid": ["2026-02-10 ACCRECPAYMENT: 092 96.00, 610 -100.00, 499 4.00"],
    "paid back": ["2026-02-16 ARCREDITPAYMENT: 090 -30.00, 610 30.00"],
    "interest": ["2026-01-31 CASHREC: 091 4.10, 270 -4.10"],
    "transfer": ["2026-01-28 TRANSFER: 090 -250.00, 091 250.00"],
    "claim": ["2026-02-04 EXPCLAIM: 801 -40.00, 404 40.00"],
    "claim paid": ["2026-02-20 EXPPAYMENT: 090 -40.00, 801 40.00"],
    "voided": [
        "2026-02-06 ACCPAY: 800 -88.55, 820 11.55, 310 77.00",
        "2026-02-06 ACCPAY: 800 88.55, 820 -11.55, 310 -77.00",
    ],
    "accrual": [
        "2026-01-31 MANJOURNAL: 469 500.00, 803 -500.00",
        "2026-01-31 MANJOURNAL: 469 -500.00, 803 500.00",
        "2026-02-01 MANJOURNAL: 469 500.00, 803 -500.00",
    ],
}


@pytest.mark.parametrize("name", POSTED)
def test_each_document_posts_what_an_accountant_expects(shop: Small, name: str) -> None:
    assert of(shop, name) == POSTED[name]


def test_the_platform_posts_without_a_source(shop: Small) -> None:
    unsourced = [journal for journal in shop.org.journals if not journal.source]
    assert lines(unsourced) == [
        "2025-12-31 -: 090 5000.00, 710 12000.00, 970 -16000.00, 840 -1000.00",
        "2026-01-31 -: 477 2000.00, 825 -440.00, 814 -1560.00, 814 1560.00, 090 -1560.00",
        "2026-01-31 -: 416 200.00, 711 -200.00",
        "2026-02-28 -: 090 -0.01, 860 0.01",
    ]
    assert all("SourceType" not in journal.document() for journal in unsourced)


def test_the_books_hold_together(shop: Small) -> None:
    check(shop.org)


def test_what_is_locked_stays(shop: Small) -> None:
    shop.org.year_lock = JANUARY
    before = len(shop.org.journals)
    with pytest.raises(BadDocument, match="locked"):
        shop.org.void("Invoices", shop.ids["vases"])
    with pytest.raises(BadDocument, match="locked"):
        shop.org.redate("ManualJournals", shop.ids["accrual"], JANUARY)
    assert len(shop.org.journals) == before
    assert shop.org.document("ManualJournals", shop.ids["accrual"])["Date"] == date(2026, 2, 1)


def test_a_bill_that_is_edited_is_negated_and_posted_again(shop: Small) -> None:
    org, contact = shop.org, shop.to("Hill Growers")
    number = len(org.journals)
    bill = shop.add("b", "Invoices", JANUARY, Type="ACCPAY", Contact=contact, LineItems=[line("310", 10)])
    org.update("Invoices", bill, {"LineItems": [line("469", 12)], "Date": FEBRUARY})
    assert lines(org.journals[number:]) == [
        "2026-01-31 ACCPAY: 800 -11.50, 820 1.50, 310 10.00",
        "2026-01-31 ACCPAY: 800 11.50, 820 -1.50, 310 -10.00",
        "2026-02-28 ACCPAY: 800 -13.80, 820 1.80, 469 12.00",
    ]
    assert org.document("Invoices", bill)["AmountDue"] == Decimal("13.80")


def test_the_roundings_of_a_foreign_document_leave_nothing_over(shop: Small) -> None:
    lines_ = [line("200", 10, TaxType="NONE"), line("200", 10, TaxType="NONE"), line("270", 10, TaxType="NONE")]
    abroad = {"Type": "ACCREC", "Contact": shop.to("Sky Trading"), "CurrencyCode": "USD", "CurrencyRate": "0.7"}
    shop.add("thirds", "Invoices", JANUARY, LineItems=lines_, **abroad)
    assert of(shop, "thirds") == ["2026-01-31 ACCREC: 610 42.86, 200 -14.28, 200 -14.29, 270 -14.29"]


def test_more_than_is_in_stock_cannot_be_sold_and_nothing_moves(shop: Small) -> None:
    org, count = shop.org, len(shop.org.journals)
    two = [{"ItemCode": "VASE", "Quantity": quantity, "UnitAmount": 20} for quantity in (1, 6)]
    with pytest.raises(BadDocument, match="on hand"):
        shop.add("too many", "Invoices", FEBRUARY, Type="ACCREC", Contact=shop.to("Bay Events"), LineItems=two)
    vase = org.document("Items", shop.ids["VASE"])
    assert (vase["QuantityOnHand"], vase["TotalCostPool"], len(org.journals)) == (6, 48, count)
    org.update("Invoices", shop.ids["sale"], {"Reference": "again"})
    with pytest.raises(BadDocument, match="stay"):
        org.update("Invoices", shop.ids["sale"], {"LineItems": two})
    assert (vase["QuantityOnHand"], vase["TotalCostPool"]) == (6, 48)


def test_cost_of_sales_can_stand_in_a_journal_without_a_source(shop: Small) -> None:
    shop.org.stock_apart = True
    number = len(shop.org.journals)
    one = [{"ItemCode": "VASE", "Quantity": 1, "UnitAmount": 20, "TaxType": "NONE"}]
    shop.add("vase", "Invoices", FEBRUARY, Type="ACCREC", Contact=shop.to("Bay Events"), LineItems=one)
    shop.org.void("Invoices", shop.ids["vase"])
    assert lines(shop.org.journals[number:]) == [
        "2026-02-28 ACCREC: 610 20.00, 200 -20.00",
        "2026-02-28 -: 310 8.00, 630 -8.00",
        "2026-02-28 ACCREC: 610 -20.00, 200 20.00",
        "2026-02-28 -: 310 -8.00, 630 8.00",
    ]


def test_numbers_only_ascend(shop: Small) -> None:
    with pytest.raises(BadDocument, match="comes after"):
        shop.org.posted.post(shop.org.journals[0])


def test_a_paid_bill_keeps_its_total_and_may_change_its_accounts(shop: Small) -> None:
    org, number = shop.org, len(shop.org.journals)
    org.update("Invoices", shop.ids["rent"], {"LineItems": [line("489", 1000, TaxType="INPUT2")]})
    assert lines(org.journals[number:]) == [
        "2026-01-05 ACCPAY: 800 1150.00, 820 -150.00, 469 -1000.00",
        "2026-01-05 ACCPAY: 800 -1150.00, 820 150.00, 489 1000.00",
    ]
    assert org.document("Invoices", shop.ids["rent"])["Status"] == "PAID"
    with pytest.raises(BadDocument, match="its contact, currency and total stay"):
        org.update("Invoices", shop.ids["rent"], {"LineItems": [line("489", 999, TaxType="INPUT2")]})
    with pytest.raises(BadDocument, match="nothing was paid"):
        org.void("Invoices", shop.ids["rent"])
    org.delete("Payments", shop.ids["rent paid"])
    assert org.document("Invoices", shop.ids["rent"])["AmountDue"] == 1150
    org.void("Invoices", shop.ids["rent"])
    assert org.balances(date.max)[shop.org.refs.account("800")["AccountID"]] == -80


@pytest.mark.parametrize("fields", [{"DueDate": FEBRUARY}, {"SentToContact": True}])
def test_what_moves_no_money_is_not_posted_again(shop: Small, fields: dict[str, object]) -> None:
    count = len(shop.org.journals)
    shop.org.update("Invoices", shop.ids["vases"], fields)
    assert len(shop.org.journals) == count


def test_a_draft_posts_when_it_is_approved_and_never_when_it_is_deleted(shop: Small) -> None:
    org, count = shop.org, len(shop.org.journals)
    draft = {"Type": "ACCPAY", "Contact": shop.to("Bay Events"), "Date": FEBRUARY, "LineItems": [line("404", 5)]}
    kept, dropped = org.create("Invoices", draft), org.create("Invoices", draft)
    assert len(org.journals) == count
    org.delete("Invoices", dropped)
    org.approve("Invoices", kept)
    assert lines(org.journals[count:]) == ["2026-02-28 ACCPAY: 800 -5.00, 404 5.00"]
    with pytest.raises(BadDocument, match="DELETED"):
        org.approve("Invoices", dropped)


def test_a_credit_at_another_rate_gains_when_it_is_allocated(shop: Small) -> None:
    org, count = shop.org, len(shop.org.journals)
    back = {
        "Type": "ACCRECCREDIT",
        "Contact": shop.to("Sky Trading"),
        "CurrencyCode": "USD",
        "LineAmountTypes": "NoTax",
    }
    shop.add("back", "CreditNotes", FEBRUARY, LineItems=[line("200", 40)], CurrencyRate="0.5", **back)
    org.year_lock = FEBRUARY
    with pytest.raises(BadDocument, match="locked"):
        org.allocate("CreditNotes", shop.ids["back"], invoice=shop.ids["abroad"], amount=40, day=FEBRUARY)
    org.year_lock = None
    org.allocate("CreditNotes", shop.ids["back"], invoice=shop.ids["abroad"], amount=40, day=FEBRUARY)
    assert lines(org.journals[count:]) == [
        "2026-02-28 ACCRECCREDIT: 610 -80.00, 200 80.00",
        "2026-02-28 ACCRECCREDIT: 610 13.33, 499 -13.33",
    ]
    assert org.document("Invoices", shop.ids["abroad"])["Status"] == "PAID"
    assert org.document("CreditNotes", shop.ids["back"])["RemainingCredit"] == 0


def test_a_payment_in_advance_goes_with_its_bank_transaction(shop: Small) -> None:
    org = shop.org
    early = next(iter(org.documents["Prepayments"]))
    assert lines(it for it in org.journals if it.source_id == early) == [
        "2026-02-12 ARPREPAYMENT: 090 50.00, 610 -50.00"
    ]
    org.void("Prepayments", early)
    assert org.document("Prepayments", early)["Status"] == "VOIDED"
    assert org.document("BankTransactions", shop.ids["early"])["Status"] == "DELETED"
    assert lines(org.journals[-1:]) == ["2026-02-12 ARPREPAYMENT: 090 -50.00, 610 50.00"]
    over = next(iter(org.documents["Overpayments"]))
    with pytest.raises(BadDocument, match="paid back"):
        org.void("Overpayments", over)


def test_a_transfer_is_mirrored_by_two_bank_transactions_that_post_nothing(shop: Small) -> None:
    org = shop.org
    transfer = org.document("BankTransfers", shop.ids["transfer"])
    mirrors = [transfer["FromBankTransactionID"], transfer["ToBankTransactionID"]]
    kinds = [org.document("BankTransactions", id_)["Type"] for id_ in mirrors]
    assert kinds == ["SPEND-TRANSFER", "RECEIVE-TRANSFER"]
    assert not [journal for journal in org.journals if journal.source_id in mirrors]
    org.delete("BankTransfers", shop.ids["transfer"])
    assert [org.document("BankTransactions", id_)["Status"] for id_ in mirrors] == ["DELETED", "DELETED"]
    assert of(shop, "transfer") == [
        "2026-01-28 TRANSFER: 090 -250.00, 091 250.00",
        "2026-01-28 TRANSFER: 090 250.00, 091 -250.00",
    ]


@pytest.mark.parametrize("code", ["090", "610", "800"])
def test_bank_and_control_accounts_take_no_lines_of_documents(shop: Small, code: str) -> None:
    with pytest.raises(BadDocument, match="can be posted"):
        shop.add("m", "ManualJournals", JANUARY, Narration="n", JournalLines=[line(code, 1), line("469", -1)])
    with pytest.raises(BadDocument, match="can be posted"):
        shop.add("i", "Invoices", JANUARY, Type="ACCPAY", Contact=shop.to("Bay Events"), LineItems=[line(code, 1)])
