"""The same organisation by its journals and by its documents: each record comes to the same, word for word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import msgspec
import pytest

from tieout.core.records import After, EntryRecord, LineRecord, Window
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.small import small
from tieout.providers.xero.tests.history import Work
from tieout.providers.xero.tests.served_documents import Served

QUARTER = Window(start=date(2026, 1, 1), end=date(2026, 4, 1))
Records = dict[str, list[object]]


def by_documents(org: Organisation) -> Records:
    books = Served(org).books()
    assert books.capabilities.source == "documents"
    return told(it for it in books.read(QUARTER) if isinstance(it, EntryRecord))


def by_journals(org: Organisation) -> Records:
    """Return what stands: neither what was undone nor what undid it."""
    books = Served(org, JOURNALS="1").books()
    assert books.capabilities.source == "journals"
    entries = [it for it in books.read(After()) if isinstance(it, EntryRecord)]
    undone = {it.reverses for it in entries}
    return told(it for it in entries if not it.reverses and it.key not in undone)


def told(entries: Iterable[EntryRecord]) -> Records:
    """Return what people see of each record, whatever the order of its lines."""
    found: Records = defaultdict(list)
    for it in entries:
        lines = sorted(msgspec.json.encode(_without_currency(line)) for line in it.lines if line.amount)
        found[it.record].append((it.date.isoformat(), it.type, it.number, it.memo, it.party, it.payroll, lines))
    return {record: sorted(several, key=str) for record, several in found.items()}


def _without_currency(line: LineRecord) -> LineRecord:
    """Return a line without the amount in its own currency: a journal does not say it, its document may not either."""
    return msgspec.structs.replace(line, currency="", currency_amount=0)


def test_a_shop_of_one_of_everything() -> None:
    shop = small()
    documents, journals = by_documents(shop.org), by_journals(shop.org)
    only = {record.partition(":")[0] for record in journals.keys() - documents.keys()}
    assert only == {"", "ExpenseClaim", "Payment"}  # what has no document, a claim and its payment
    assert len(journals.keys() - documents.keys()) == 3
    sale = f"Invoice:{shop.ids['sale']}"  # its journal has the cost of what was sold besides
    assert [it for it in documents if documents[it] != journals[it]] == [sale]


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_months_of_any_work(seed: int) -> None:
    work = Work(seed).some(250)
    documents, journals = by_documents(work.org), by_journals(work.org)
    apart = [it for it in documents if documents[it] != journals.get(it)]
    apart.remove(f"Invoice:{work.shop.ids['sale']}")
    # In another currency, the last of several settlements takes a cent that the others left: no document says which.
    assert len(documents) > 100
    assert len(apart) <= 2
    assert {it.partition(":")[0] for it in apart} <= {"Payment", "CreditNote", "Prepayment", "Overpayment"}
