"""The Actuals page: who types, what stands beside a figure, what the lists and the export say."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.expenses.small_ledger import ENTRIES, bill, expense, sync
from tests.planning import plans
from tieout.companies.models import Company, Membership, Role
from tieout.expenses.organising import Choice, organise
from tieout.kit.tables import read_table
from tieout.ledger.models import Book
from tieout.payroll.people_services import remove_person
from tieout.planning.models import TypedActual

pytestmark = pytest.mark.django_db
QUERY = "view=expenses&from=2026-03&to=2026-04"


def page(client: Client, book: Book, query: str = QUERY) -> str:
    answer = client.get(f"/c/{book.company.slug}/actuals/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, book: Book, *cells: tuple[str, str, str], query: str = QUERY, **more: str) -> tuple[int, Any]:
    sent = json.dumps([{"row": row, "month": month, "text": text} for row, month, text in cells])
    answer = client.post(f"/c/{book.company.slug}/actuals/cells/?{query}", {"cells": sent, **more})
    return answer.status_code, answer.json() if answer["Content-Type"] == "application/json" else {}


def key(book: Book, number: str) -> str:
    return f"expense:{expense(book, number).pk}"


def row(html: str, name: str) -> str:
    found = re.search(rf'<tr data-row="{re.escape(name)}".*?</tr>', html)
    assert found, name
    return found[0]


def test_a_block_is_typed_in_one_step_with_its_signs_and_adjustment(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    hosting = key(book, "5010")
    block = [(hosting, "2026-03", "$1,234.50"), (hosting, "2026-04", "(200)")]
    status, answer = send(client, book, *block, how="pasted")
    assert (status, answer["message"]) == (200, "Pasted 2 cells.")
    assert "data-edit" in row(answer["body"], hosting)
    assert 'class="t" title="Typed by alice@example.com on ' in row(answer["body"], hosting)
    assert "over 600.00" in row(answer["body"], hosting)
    adjusted = row(answer["body"], "adjustment:unassigned")
    assert "Adjustments to Unassigned" in adjusted
    assert "(635)" in adjusted
    assert "The books&#x27; total" in adjusted
    assert "data-edit" not in adjusted
    undone = client.post(f"/c/{book.company.slug}/actuals/undo/?{QUERY}", {"step": answer["step"]}).json()
    assert undone["message"] == "Undone: Pasted 2 cells."
    assert "adjustment:" not in undone["body"]
    assert not TypedActual.objects.exists()


def test_an_emptied_cell_returns_to_the_books(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    send(client, book, (key(book, "5010"), "2026-04", "1"))
    status, answer = send(client, book, (key(book, "5010"), "2026-04", ""), how="cleared")
    assert (status, answer["message"]) == (200, "Reset 1 cell to the books.")
    assert not TypedActual.objects.exists()


def test_words_sums_adjustments_and_coming_months_are_refused(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    hosting = key(book, "5010")
    for cells, said in (
        ([(hosting, "2026-04", "about ten")], "5010 Hosting, Apr 26: “about ten” is not an amount"),
        ([("total", "2026-04", "1")], "This row adds up others"),
        ([("adjustment:unassigned", "2026-04", "1")], "This row adds up others"),
        ([(hosting, "2031-04", "1")], "is not in the books yet"),
        ([("expense:999999", "2026-04", "1")], "cannot be typed"),
    ):
        status, answer = send(client, book, *cells)
        assert status == 422
        assert said in answer["message"]
    assert not TypedActual.objects.exists()


def test_a_viewer_looks_and_types_nothing(client: Client, book: Book, bob: User) -> None:
    Membership.objects.update_or_create(company=book.company, person=bob, defaults={"role": Role.VIEWER})
    client.force_login(bob)
    assert "data-edit" not in page(client, book)
    status, _ = send(client, book, (key(book, "5010"), "2026-04", "1"))
    assert status == 403


def test_revenue_is_typed_in_the_sign_that_is_shown(client: Client, alice: User, company: Company) -> None:
    book = plans.new_book(company)
    client.force_login(alice)
    query = "view=revenue&from=2026-03&to=2026-04"
    assert "10,000" in row(page(client, book, query), "revenue")
    stream = key(book, "4000")
    status, answer = send(client, book, (stream, "2026-04", "8,000"), query=query)
    assert status == 200
    assert TypedActual.objects.get().amount == -8_000_00
    assert "8,000" in row(answer["body"], stream)
    assert "3,000" in row(answer["body"], "adjustment:revenue")
    assert answer["figures"][stream] == [10_000_00, 19_000_00, 8_000_00, 8_000_00]  # with each fiscal year's total


def test_books_that_moved_on_are_listed_and_reset_or_kept(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    hosting = key(book, "5010")
    send(client, book, (hosting, "2026-04", "700"))
    sync(book, entries=(*ENTRIES, bill("9", date(2026, 4, 9), ("5010", 30_00))))
    html = page(client, book)
    assert 'class="t m"' in row(html, hosting)
    assert "Books now say 630.00" in row(html, hosting)
    assert "1 to look at" in html
    address = f"/c/{book.company.slug}/actuals/typed/"
    listed = client.get(address).content.decode()
    assert f'value="{hosting}|2026-04"' in listed
    settle = f"{address}settle/"
    client.post(settle, {"act": "keep", "cell": f"{hosting}|2026-04"})
    assert (TypedActual.objects.get().amount, TypedActual.objects.get().over) == (700_00, 630_00)
    assert "still say what it was typed over" in client.get(address).content.decode()
    client.post(settle, {"act": "reset", "cell": f"{hosting}|2026-04"})
    assert not TypedActual.objects.exists()


def test_only_what_lost_its_row_is_dropped_and_a_person_s_pay_stays_hidden(
    client: Client, alice: User, bob: User, book: Book
) -> None:
    ada = plans.employ(book.company, date(2026, 1, 1))
    client.force_login(alice)
    send(client, book, (key(book, "5010"), "2026-04", "700"))
    send(client, book, (f"employee:{ada.pk}", "2026-04", "5123"), query="view=payroll&from=2026-03&to=2026-04")
    boxes = [f"{key(book, '5010')}|2026-04", f"employee:{ada.pk}|2026-04"]
    remove_person(ada, person=alice)
    listed = f"/c/{book.company.slug}/actuals/typed/"
    assert "5,123.00" in client.get(listed).content.decode()

    Membership.objects.update_or_create(
        company=book.company, person=bob, defaults={"role": Role.EDITOR, "payroll_detail": False}
    )
    client.force_login(bob)
    html = client.get(listed).content.decode()
    assert "A person" in html
    assert "5,123" not in html
    assert "Ada" not in html
    client.post(f"{listed}settle/", {"act": "drop", "cell": boxes})
    assert TypedActual.objects.count() == 2
    client.force_login(alice)
    client.post(f"{listed}settle/", {"act": "drop", "cell": boxes})
    assert [it.row for it in TypedActual.objects.all()] == [key(book, "5010")]


def test_the_entries_of_a_typed_cell_say_what_was_typed_over_them(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    send(client, book, (key(book, "5010"), "2026-04", "700"))
    html = client.get(
        f"/c/{book.company.slug}/expenses/entries/?row={key(book, '5010')}&month=2026-04"
    ).content.decode()
    assert "planning shows" in html
    assert "over 600.00" in html
    assert "Reset to the books" in html
    other = client.get(f"/c/{book.company.slug}/expenses/entries/?row={key(book, '5010')}&month=2026-03")
    assert "planning shows" not in other.content.decode()


def test_single_people_are_for_those_who_see_pay(client: Client, alice: User, bob: User, book: Book) -> None:
    organise(company=book.company, person=alice, choices=[Choice(expense=expense(book, "6000").pk, payroll=True)])
    ada = plans.employ(book.company, date(2026, 1, 1))
    query = "view=payroll&from=2026-03&to=2026-04"
    client.force_login(alice)
    html = page(client, book, query)
    assert "Ada" in row(html, f"employee:{ada.pk}")
    status, answer = send(client, book, (f"employee:{ada.pk}", "2026-04", "5000"), query=query)
    assert status == 200
    assert "4,000" in row(answer["body"], "adjustment:people")
    Membership.objects.update_or_create(
        company=book.company, person=bob, defaults={"role": Role.EDITOR, "payroll_detail": False}
    )
    client.force_login(bob)
    html = page(client, book, query)
    assert "Ada" not in html
    assert "9,000" in row(html, "payroll")
    status, _ = send(client, book, (f"employee:{ada.pk}", "2026-04", "1"), query=query)
    assert status == 422


def test_the_export_hides_nothing(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    send(client, book, (key(book, "5010"), "2026-04", "700"), ("unassigned", "2026-04", "9000"))
    answer = client.get(f"/c/{book.company.slug}/actuals/actuals.csv?{QUERY}&by=quarter")
    lines = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    april = {it["Row"]: it for it in lines if it["Month"] == "2026-04"}
    hosting = april["Hosting"]
    assert (hosting["Imported"], hosting["Typed"], hosting["Shown"], hosting["Shown is"]) == (
        "600.00", "700.00", "700.00", "typed",
    )  # fmt: skip
    assert (hosting["Typed over"], hosting["Typed by"]) == ("600.00", "alice@example.com")
    assert (april["Unassigned"]["Imported"], april["Unassigned"]["Shown"]) == ("9600.00", "9000.00")
    assert april["Adjustments to Unassigned"]["Shown"] == "-700.00"
    book_file = client.get(f"/c/{book.company.slug}/actuals/actuals.xlsx?{QUERY}&by=quarter")
    table = read_table("a.xlsx", book_file.content)
    assert len(table.rows) == len(lines) + 1
    (again,) = (it for it in table.rows if it[2] == "Hosting" and it[4] == "2026-04")
    assert again[6:8] == ("600", "700")


def test_quarters_are_not_typed_and_all_rows_can_be_shown(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert "data-type" not in page(client, book, f"{QUERY}&by=quarter")
    assert key(book, "6900") not in page(client, book)
    assert key(book, "6900") in page(client, book, f"{QUERY}&rows=all")


def test_the_page_asks_a_fixed_number_of_queries(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    send(client, book, (key(book, "5010"), "2026-04", "700"))
    page(client, book)
    with CaptureQueriesContext(connection) as few:
        page(client, book)
    send(client, book, *((key(book, it), month, "7") for it in ("5010", "6200") for month in ("2026-03", "2026-04")))
    page(client, book)
    with CaptureQueriesContext(connection) as more:
        page(client, book)
    assert len(more) == len(few)
    assert len(few) < 50


def test_the_timelines_say_what_was_typed_over_the_books_that_they_show(
    client: Client, alice: User, book: Book
) -> None:
    client.force_login(alice)
    send(client, book, (key(book, "5010"), "2026-04", "700"), (key(book, "5010"), "2026-03", "700"))
    months = "?from=2026-04&to=2026-04"
    expenses = client.get(f"/c/{book.company.slug}/expenses/timeline/{months}").content.decode()
    assert "1 month typed over on Actuals" in expenses
    assert "from=2026-04&amp;to=2026-04" in expenses
    assert "typed over on Actuals" not in client.get(f"/c/{book.company.slug}/revenue/{months}").content.decode()


def test_the_running_month_is_on_the_timeline(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert "is running: on the timeline" in page(client, book)
    assert "is running: on the timeline" not in page(client, book, "tab=cash")
