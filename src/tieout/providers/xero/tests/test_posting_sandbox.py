"""Documents of the sandbox post what its own engine has posted for them, which knows nothing of these rules."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TypeVar

import msgspec
import pytest

from tieout.core.records import EntryRecord
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.documents_wire import (
    BankTransaction,
    BankTransfer,
    Credit,
    CreditNote,
    Invoice,
    ManualJournal,
    Overpayment,
    Payment,
    Prepayment,
)
from tieout.providers.xero.posting import Documents, post
from tieout.providers.xero.posting_ground import Chart
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.fill import fill
from tieout.providers.xero.sandbox.shown import shown
from tieout.providers.xero.sandbox.small import small
from tieout.providers.xero.sandbox.wire import encode
from tieout.providers.xero.tests.history import Work

T = TypeVar("T")
KINDS = {
    "ACCREC": "Invoice", "ACCPAY": "Invoice", "ACCRECCREDIT": "CreditNote", "ACCPAYCREDIT": "CreditNote",
    "ACCRECPAYMENT": "Payment", "ACCPAYPAYMENT": "Payment", "ARCREDITPAYMENT": "Payment", "APCREDITPAYMENT": "Payment",
    "CASHREC": "BankTransaction", "CASHPAID": "BankTransaction", "TRANSFER": "BankTransfer",
    "ARPREPAYMENT": "Prepayment", "APPREPAYMENT": "Prepayment", "AROVERPAYMENT": "Overpayment",
    "APOVERPAYMENT": "Overpayment", "MANJOURNAL": "ManualJournal",
}  # fmt: skip


def listed(org: Organisation, name: str, shape: type[T]) -> list[T]:
    """Return the documents of a list, as the API shows them."""
    found = [shown(name, it, four_digits=False) for it in org.documents[name].values()]
    return msgspec.json.decode(encode({"found": found}), type=dict[str, list[shape]])["found"]  # type: ignore[valid-type]


def derived(org: Organisation) -> list[EntryRecord]:
    accounts = org.documents["Accounts"].values()
    chart = Chart(
        base=org.currency,
        digits=org.digits,
        ids=frozenset(it["AccountID"] for it in accounts),
        codes={it["Code"]: it["AccountID"] for it in accounts if it.get("Code")},
        systems={it["SystemAccount"]: it["AccountID"] for it in accounts if it.get("SystemAccount")},
        currencies={
            it["AccountID"]: it["CurrencyCode"]
            for it in accounts
            if it.get("CurrencyCode", org.currency) != org.currency
        },
    )
    given: list[Credit] = [
        *listed(org, "CreditNotes", CreditNote),
        *listed(org, "Prepayments", Prepayment),
        *listed(org, "Overpayments", Overpayment),
    ]
    documents = Documents(
        invoices=listed(org, "Invoices", Invoice),
        credit_notes=listed(org, "CreditNotes", CreditNote),
        bank_transactions=listed(org, "BankTransactions", BankTransaction),
        payments=listed(org, "Payments", Payment),
        transfers=listed(org, "BankTransfers", BankTransfer),
        manual_journals=listed(org, "ManualJournals", ManualJournal),
        credits=given,
    )
    rated: list[Invoice | CreditNote] = [*documents.invoices, *documents.credit_notes]
    rates = {it.id: it.rate for it in rated}
    rates |= {it.prepayment or it.overpayment or it.id: it.rate for it in documents.bank_transactions}
    return list(post(documents, chart, rates.get, date.min, date.max))


def by_record(org: Organisation) -> dict[str, Counter[tuple[date, str]]]:
    """Return what the engine's journals come to for each document, without those that undid each other."""
    found: dict[str, Counter[tuple[date, str]]] = {}
    for journal in org.journals:
        if (kind := KINDS.get(journal.source)) is None:
            continue
        sums = found.setdefault(f"{kind}:{journal.source_id}", Counter())
        for line in journal.lines:
            sums[journal.day, line.account["AccountID"]] += int(line.net.scaleb(org.digits))
    return {record: left for record, sums in found.items() if (left := _left(sums))}


def _left(sums: Counter[tuple[date, str]]) -> Counter[tuple[date, str]]:
    return Counter({key: amount for key, amount in sums.items() if amount})


def posted(org: Organisation) -> dict[str, Counter[tuple[date, str]]]:
    found: dict[str, Counter[tuple[date, str]]] = {}
    for entry in derived(org):
        sums = found.setdefault(entry.record, Counter())
        for line in entry.lines:
            sums[entry.date, line.account] += line.amount
    return {record: left for record, sums in found.items() if (left := _left(sums))}


def apart(org: Organisation) -> dict[str, Counter[tuple[date, str]]]:
    """Return by how much the documents differ, by record."""
    theirs, ours = by_record(org), posted(org)
    found: dict[str, Counter[tuple[date, str]]] = {}
    for record in theirs.keys() | ours.keys():
        left = Counter(ours.get(record, {}))
        left.subtract(theirs.get(record, Counter()))
        if difference := _left(left):
            found[record] = difference
    return found


def test_the_flower_shop_but_for_the_cost_of_its_stock() -> None:
    shop = small()
    sold = date(2026, 1, 9)
    assert apart(shop.org) == {
        f"Invoice:{shop.ids['sale']}": {(sold, shop.ids["310"]): -3200, (sold, shop.ids["630"]): 3200}
    }


@pytest.mark.parametrize("seed", range(6))
def test_months_of_any_work(seed: int) -> None:
    work = Work(seed).some(400)
    acts = ("invoice", "note", "money", "ahead", "transfer", "journal", "pay", "allocate", "edit", "void", "unpay")
    assert min(work.done[act] for act in acts) > 2, work.done
    stock = f"Invoice:{work.shop.ids['sale']}"
    for record, difference in apart(work.org).items():
        if record == stock:
            continue
        # In another currency, the last of several settlements of a document takes the cents that the others left.
        assert record.partition(":")[0] not in ("Invoice", "BankTransaction", "BankTransfer", "ManualJournal"), record
        assert sum(difference.values()) == 0
        assert max(map(abs, difference.values())) == 1, (record, difference)


@pytest.mark.slow
def test_the_demo_books_document_by_document() -> None:
    org = fill("demo", Clock.at(date(2026, 10, 15)))[0]
    assert apart(org) == {}
    assert len(by_record(org)) > 8_000
