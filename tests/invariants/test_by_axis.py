"""On any books, reports by vendor, customer, item and dimension lose no cent, and stay what they were."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from django.contrib.auth.models import User
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reports.party_books import ADOBE, CHART, CUSTOMER, EMPLOYEE, HIDDEN, KESTREL, posted
from tests.reports.small_books import Books
from tieout.companies.services import create_company
from tieout.core.accounts import AccountType
from tieout.core.records import EntryRecord
from tieout.ledger import publication
from tieout.ledger.queries import cell_sum
from tieout.reports.breakdown import breakdown_views
from tieout.reports.catalogue import report_named
from tieout.reports.document import Document
from tieout.reports.document_files import document_csv, document_json, file_columns
from tieout.reports.queries import ledger_at
from tieout.reports.question import ask

ACCOUNTS = ("4000", "6000", "6100", "6200", "6300")
_number = itertools.count()


@st.composite
def entries(draw: st.DrawFn) -> EntryRecord:
    amounts = draw(st.lists(st.integers(-9_000, 10_000), min_size=1, max_size=3))
    return posted(
        str(draw(st.integers(1, 9))),
        date(2025, draw(st.integers(7, 12)), draw(st.integers(1, 28))),
        draw(st.sampled_from([None, KESTREL, ADOBE, EMPLOYEE, HIDDEN, CUSTOMER])),
        *[(draw(st.sampled_from(ACCOUNTS)), it) for it in amounts],
        payroll=draw(st.booleans()),
        item=draw(st.sampled_from([None, "i1"])),
        place=draw(st.sampled_from(["", "east", "west"])),
    )


books = st.lists(entries(), max_size=9, unique_by=lambda it: it.external_id)
on_any_history = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


def new(alice: User) -> Books:
    return Books(create_company(name=f"By axis {next(_number)}", person=alice))


def documents(small: Books, sync: int, *, masked: bool, query: str = "") -> Iterator[Document]:
    """Yield vendor spend and every view of revenue and spend, of all months, as known at a sync."""
    views = [key for key, _ in breakdown_views(ledger_at(small.company, sync))]
    asked_for = [("vendor-spend", query), *(("breakdown", f"{query}&view={view}") for view in views)]
    wages = {id_ for id_, it in ledger_at(small.company, sync).accounts.items() if it.number == "6200"}
    for name, more in asked_for:
        report = report_named(name)
        at, asked = ask(
            small.company, QueryDict(f"sync={sync}&preset=all&by=quarter{more}"), today=date(2026, 8, 1),
            defaults=report.defaults, masked=lambda _: frozenset(wages) if masked else None,
        )  # fmt: skip
        yield report.make(at, asked)


def files(small: Books, sync: int) -> list[bytes]:
    return [
        text
        for masked in (False, True)
        for it in documents(small, sync, masked=masked)
        if it.rows
        for text in (document_json(it, turn_signs=False), document_csv(it, turn_signs=True).encode())
    ]


@on_any_history
@given(state=books, masked=st.booleans(), find=st.sampled_from(["", "&find=adobe", "&least=50"]))
def test_feet_are_profit_and_loss_and_figures_are_their_lines(
    alice: User, state: list[EntryRecord], find: str, *, masked: bool
) -> None:
    small = new(alice)
    number = small.sync(entries=state, statements=(), lists=CHART).number
    at = ledger_at(small.company, number)
    for document in documents(small, number, masked=masked, query=find):
        side = AccountType.INCOME if document.view.startswith("revenue") else AccountType.EXPENSE
        whole = sum(amount for account, _, _, amount in at.movements if at.accounts[account].type is side)
        shown = [it for it in document.columns if it.total and not it.derived] or list(file_columns(document))
        if document.rows:
            assert document.amount(document.by_key[document.foot[-1]], shown[0]) == whole
        else:
            assert whole == 0
        for row in document.rows:
            for column in file_columns(document):
                cells = document.cells(row, column)
                assert sum(cell_sum(at.book, it, version=at.version) for it in cells) == document.amount(row, column)


@settings(parent=on_any_history, max_examples=6)
@given(history=st.lists(books, min_size=2, max_size=3))
def test_what_was_known_stays_to_the_byte(alice: User, history: list[list[EntryRecord]]) -> None:
    small = new(alice)
    known: dict[int, list[bytes]] = {}
    for state in history:
        number = small.sync(entries=state, statements=(), lists=CHART).number
        known[number] = files(small, number)
        for sync, before in known.items():
            assert files(small, sync) == before
    small.book.refresh_from_db()
    publication.rebuild_sums(small.book)
    for sync, before in known.items():
        assert files(small, sync) == before
