"""The Cash tab: ending balances that people type, and the unexplained change that they make."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from tests.expenses.small_ledger import BANK, CHART, ENTRIES, bill, new_book, sync
from tieout.companies.models import Company
from tieout.core.accounts import AccountRole
from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book
from tieout.planning import actual_steps
from tieout.planning.actual_cash import CashActuals, cash_actuals
from tieout.planning.actual_waiting import waiting
from tieout.planning.actuals import effective
from tieout.planning.models import TypedActual

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = Month(2026, 3), Month(2026, 4), Month(2026, 5)
LISTS = (replace(BANK, role=AccountRole.BANK), *(it for it in CHART if it is not BANK))
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def book(company: Company) -> Book:
    """Alice's company with the small ledger and a bank account."""
    made = new_book(company)
    sync(made, lists=LISTS)
    return made


def bank(book: Book) -> str:
    return next(f"bank:{id_}" for id_, it in chart(book, book.published).items() if it.number == "1000")


def shown(book: Book, first: Month = MARCH, last: Month = MAY) -> CashActuals:
    found = cash_actuals(book.company, book, first, last)
    assert found
    return found


def put(book: Book, person: User, month: Month, amount: int | None) -> None:
    actual_steps.type_actuals(
        company=book.company, person=person, book=book, found=shown(book), cells={(bank(book), month): amount},
        what="Typed", now=NOW,
    )  # fmt: skip


def test_a_typed_balance_is_the_ending_one_and_its_difference_is_unexplained(book: Book, alice: User) -> None:
    before = shown(book).cash
    put(book, alice, APRIL, -10_000_00)
    after = shown(book).cash
    beyond = -10_000_00 - before[APRIL].ends
    assert after[APRIL].ends == -10_000_00
    assert after[APRIL].unexplained == before[APRIL].unexplained + beyond
    assert after[MAY].begins == -10_000_00
    assert after[MAY].ends == before[MAY].ends  # the books' own balance: what was typed is out again
    assert after[MAY].unexplained == before[MAY].unexplained - beyond
    for it in after.values():
        assert it.begins + it.flows + it.unexplained == it.ends


def test_a_range_begins_with_what_was_typed_before_it(book: Book, alice: User) -> None:
    put(book, alice, APRIL, -10_000_00)
    assert shown(book, MAY, MAY).cash[MAY].begins == -10_000_00


def test_a_balance_is_no_line_of_a_section_and_flagged_when_the_books_move(book: Book, alice: User) -> None:
    put(book, alice, APRIL, -10_000_00)
    assert effective(book.company, book, MARCH, MAY).moved == ()
    assert waiting(book.company, book).count == 0
    sync(book, entries=(*ENTRIES, bill("9", date(2026, 4, 9), ("5010", 30_00))), lists=LISTS)
    (flag,) = waiting(book.company, book).flags
    assert (flag.section_label, flag.record.amount) == ("Cash", -10_000_00)


def test_balances_are_typed_on_the_cash_tab(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    query = "tab=cash&from=2026-03&to=2026-04"
    html = client.get(f"/c/{book.company.slug}/actuals/?{query}").content.decode()
    for name in ("begins", "collections", "payments", "fundraise", "ends", bank(book)):
        assert re.search(rf'<tr data-row="{name}"', html), name
    assert 'data-row="unexplained"' not in html
    sent = json.dumps([{"row": bank(book), "month": "2026-04", "text": "(10,000)"}])
    address = f"/c/{book.company.slug}/actuals/cells/?{query}"
    answer = client.post(address, {"cells": sent})
    assert answer.status_code == 200
    assert 'data-row="unexplained"' in answer.json()["body"]
    assert "Typed balances make" in answer.json()["body"]
    for row in ("ends", "begins", "payments"):
        refused = client.post(address, {"cells": json.dumps([{"row": row, "month": "2026-04", "text": "1"}])})
        assert refused.status_code == 422
    settle = f"/c/{book.company.slug}/actuals/typed/settle/"
    client.post(settle, {"act": "reset", "cell": f"{bank(book)}|2026-04"})
    assert not TypedActual.objects.exists()
    exported = client.get(f"/c/{book.company.slug}/actuals/actuals.csv?{query}")
    assert "Cash,1000,Checking,line,2026-03" in exported.content.decode()
