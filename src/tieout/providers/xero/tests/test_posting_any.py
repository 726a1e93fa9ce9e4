"""Any document: its entry balances, and its accounts move by what a posting table of a few lines says."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from math import floor

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.records import EntryRecord
from tieout.providers.xero.documents_wire import BankTransaction, CreditNote, Invoice, ManualJournal, Payment
from tieout.providers.xero.posting_documents import post_bank_transaction, post_credit_note, post_invoice
from tieout.providers.xero.posting_journals import post_manual_journal
from tieout.providers.xero.posting_payments import post_payment
from tieout.providers.xero.tests.posted import CHART, Json, stamp

# What stands on the other side of a document's lines, and whether that is a debit.
TABLE: dict[str, tuple[str, int]] = {
    "ACCREC": ("ar", 1),
    "ACCPAY": ("ap", -1),
    "ACCRECCREDIT": ("ar", -1),
    "ACCPAYCREDIT": ("ap", 1),
    "RECEIVE": ("bank", 1),
    "SPEND": ("bank", -1),
    "RECEIVE-PREPAYMENT": ("bank", 1),
    "SPEND-OVERPAYMENT": ("bank", -1),
}
PAID: dict[str, tuple[str, int]] = {
    "ACCRECPAYMENT": ("ar", 1),
    "ACCPAYPAYMENT": ("ap", -1),
    "ARCREDITPAYMENT": ("ar", -1),
    "APCREDITPAYMENT": ("ap", 1),
}

cents = st.integers(-(10**9), 10**9)
lines = st.lists(
    st.tuples(st.sampled_from(["sales", "other", "rent", "office"]), cents, st.integers(-9999, 9999)),
    min_size=1,
    max_size=6,
)
rates = st.decimals(min_value="0.0001", max_value="20000", places=6)


def rounded(worth: Fraction) -> int:
    """Return cents, a half away from zero."""
    return floor(worth + Fraction(1, 2)) if worth >= 0 else -floor(-worth + Fraction(1, 2))


def money(amount: int) -> str:
    return str(Decimal(amount).scaleb(-2))


def moved(entry: EntryRecord | None) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in entry.lines if entry is not None else ():
        found[line.account] += line.amount
    return found


def in_words(kind: str, amounts: str, found: list[tuple[str, int, int]], rate: Decimal) -> Json:
    """Return a document of net amounts and taxes in cents."""
    items = [
        {
            "AccountID": account,
            "LineAmount": money(net + tax if amounts == "Inclusive" else net),
            "TaxAmount": money(tax),
        }
        for account, net, tax in found
    ]
    return {
        "InvoiceID": "x", "CreditNoteID": "x", "BankTransactionID": "x", "BankAccount": {"AccountID": "bank"},
        "Type": kind, "Status": "PAID", "Date": stamp("2026-01-31"), "LineAmountTypes": amounts, "LineItems": items,
        "Total": money(sum(net + tax for _, net, tax in found)), "CurrencyCode": "EUR", "CurrencyRate": str(rate),
    }  # fmt: skip


def posted(kind: str, words: bytes) -> EntryRecord | None:
    if kind in ("ACCREC", "ACCPAY"):
        return post_invoice(msgspec.json.decode(words, type=Invoice), CHART)
    if kind.startswith("ACC"):
        return post_credit_note(msgspec.json.decode(words, type=CreditNote), CHART)
    return post_bank_transaction(msgspec.json.decode(words, type=BankTransaction), CHART)


@given(st.sampled_from(sorted(TABLE)), st.sampled_from(["Exclusive", "Inclusive", "NoTax"]), lines, rates)
def test_a_document_moves_its_accounts(
    kind: str, amounts: str, found: list[tuple[str, int, int]], rate: Decimal
) -> None:
    if amounts == "NoTax":
        found = [(account, net, 0) for account, net, _ in found]
    entry = posted(kind, msgspec.json.encode(in_words(kind, amounts, found, rate)))

    side, sign = TABLE[kind]
    worth = [rounded(Fraction(net) / Fraction(rate)) for _, net, _ in found]
    tax = rounded(Fraction(sum(tax for *_, tax in found)) / Fraction(rate))
    total = rounded(Fraction(sum(net + tax for _, net, tax in found)) / Fraction(rate))
    largest = max(range(len(worth)), key=lambda at: abs(worth[at]))
    worth[largest] += total - tax - sum(worth)
    expected: Counter[str] = Counter({side: sign * total, "gst": -sign * tax})
    for (account, *_), amount in zip(found, worth, strict=True):
        expected[account] -= sign * amount
    if entry is None:
        assert not any(net + tax for _, net, tax in found)
        return
    assert sum(line.amount for line in entry.lines) == 0
    assert {k: v for k, v in moved(entry).items() if v} == {k: v for k, v in expected.items() if v}


@given(st.sampled_from(sorted(PAID)), st.integers(1, 10**9), rates, rates, st.booleans())
def test_a_payment_moves_its_accounts(kind: str, amount: int, stood: Decimal, now: Decimal, foreign: bool) -> None:
    side, sign = PAID[kind]
    got = rounded(Fraction(amount) / Fraction(now))
    payment = {
        "PaymentID": "p", "PaymentType": kind, "Status": "AUTHORISED", "Date": stamp("2026-02-03"),
        "Amount": money(amount), "BankAmount": money(amount if foreign else got), "CurrencyRate": str(now),
        "Account": {"AccountID": "euro" if foreign else "bank"},
        "Invoice": {"InvoiceID": "i", "CurrencyCode": "EUR"},
    }  # fmt: skip
    entry = post_payment(msgspec.json.decode(msgspec.json.encode(payment), type=Payment), CHART, {"i": stood}.get)
    cleared = rounded(Fraction(amount) / Fraction(stood))
    assert entry is not None
    assert sum(line.amount for line in entry.lines) == 0
    expected = {"euro" if foreign else "bank": sign * got, side: -sign * cleared, "gain": sign * (cleared - got)}
    assert {k: v for k, v in moved(entry).items() if v} == {k: v for k, v in expected.items() if v}


@given(lines, st.sampled_from(["Exclusive", "Inclusive", "NoTax", ""]))
def test_a_manual_journal_moves_its_accounts(found: list[tuple[str, int, int]], amounts: str) -> None:
    if amounts in ("NoTax", ""):
        found = [(account, net, 0) for account, net, _ in found]
    found = [*found, ("deposits", -sum(net + tax for _, net, tax in found), 0)]
    words = in_words("", amounts, found, Decimal(1))
    journal = {"ManualJournalID": "m", "Status": "POSTED", "Date": words["Date"], "JournalLines": words["LineItems"]}
    if amounts:
        journal["LineAmountTypes"] = amounts
    entry = post_manual_journal(msgspec.json.decode(msgspec.json.encode(journal), type=ManualJournal), CHART)
    expected: Counter[str] = Counter({"gst": sum(tax for *_, tax in found)})
    for account, net, _ in found:
        expected[account] += net
    assert sum(moved(entry).values()) == 0
    assert {k: v for k, v in moved(entry).items() if v} == {k: v for k, v in expected.items() if v}
