"""The timeline as a page that one works in: who may type, what is answered, and what is refused."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.expenses.small_ledger import expense, new_book, sync
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.ledger.models import Book
from tieout.planning.cells import type_cells
from tieout.planning.models import Edit, PlanCell
from tieout.ui.figures import short_month

pytestmark = pytest.mark.django_db
AHEAD = Month.of(date.today()) + 6  # noqa: DTZ011 - any month that is surely ahead
QUERY = f"from=2026-03&to={AHEAD + 2}"


def send(client: Client, book: Book, cells: list[tuple[str, str, str]], **more: str) -> tuple[int, dict[str, Any]]:
    sent = json.dumps([{"row": row, "month": month, "text": text} for row, month, text in cells])
    address = f"/c/{book.company.slug}/expenses/timeline/cells/?{QUERY}"
    answer = client.post(address, {"cells": sent, **more})
    return answer.status_code, answer.json() if answer["Content-Type"] == "application/json" else {}


def key(book: Book, number: str) -> str:
    return f"expense:{expense(book, number).pk}"


def typed(book: Book) -> dict[tuple[int, int], int]:
    rows = PlanCell.objects.filter(company=book.company).values_list("expense_id", "month", "amount")
    return {(pk, month): amount for pk, month, amount in rows}


def page(client: Client, book: Book, query: str = QUERY) -> str:
    answer = client.get(f"/c/{book.company.slug}/expenses/timeline/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_block_is_written_in_one_step_and_answered_with_the_rows(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    hosting = key(book, "5010")
    block = [(hosting, str(AHEAD), "$1,234.50"), (hosting, str(AHEAD + 1), "(200)"), (hosting, str(AHEAD + 2), "–")]
    status, answer = send(client, book, block, how="pasted")
    pk = expense(book, "5010").pk
    assert (status, answer["message"]) == (200, "Pasted 3 cells.")
    assert typed(book) == {(pk, AHEAD.key): 1_234_50, (pk, (AHEAD + 1).key): -200_00, (pk, (AHEAD + 2).key): 0}
    assert 'data-row="total"' in answer["foot"]
    assert re.search(rf'data-row="{hosting}"[^>]* data-edit.*<td class="f t">1,235</td>', answer["body"])
    assert 1_234_50 in answer["figures"][hosting]
    assert Edit.objects.get().pk == answer["step"]


def test_words_are_refused_cell_by_cell_and_nothing_is_written(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    hosting = key(book, "5010")
    status, answer = send(client, book, [(hosting, str(AHEAD), "12"), (hosting, str(AHEAD + 1), "about ten")])
    assert status == 422
    assert answer["refused"] == [[hosting, str(AHEAD + 1)]]
    assert answer["message"] == (
        "Nothing was written: 1 cell cannot be typed so. "
        f"5010 Hosting, {short_month(AHEAD + 1)}: “about ten” is not an amount. Write it as 1,234.50."
    )
    assert typed(book) == {}


def test_actual_months_sums_and_unknown_rows_are_refused(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    block = [
        (key(book, "5010"), "2026-03", "1"),
        ("category:cost_of_revenue", str(AHEAD), "1"),
        ("expense:99999999", str(AHEAD), "1"),
        (key(book, "5010"), str(AHEAD), "1"),
    ]
    status, answer = send(client, book, block)
    assert (status, len(answer["refused"])) == (422, 3)
    assert "Mar 26 is in the books. Type a forecast from " in answer["message"]
    assert "Sums cannot be typed" in answer["message"]
    assert typed(book) == {}


@pytest.mark.parametrize("cells", ["", "[]", "nonsense", '[{"row": 1}]', '{"row": "x"}'])
def test_what_is_no_request_of_the_grid_is_refused(client: Client, alice: User, book: Book, cells: str) -> None:
    client.force_login(alice)
    answer = client.post(f"/c/{book.company.slug}/expenses/timeline/cells/", {"cells": cells})
    assert answer.status_code == 400


def test_another_company_s_row_is_not_there(client: Client, alice: User, charlie: User, book: Book) -> None:
    theirs = new_book(create_company(name="Elsewhere", person=charlie))
    sync(theirs)
    client.force_login(alice)
    status, answer = send(client, book, [(key(theirs, "5010"), str(AHEAD), "1")])
    assert (status, typed(theirs)) == (422, {})
    assert "not there any more" in answer["message"]


def test_undo_takes_back_the_named_step_or_the_newest(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    hosting = key(book, "5010")
    first = send(client, book, [(hosting, str(AHEAD), "1")])[1]["step"]
    send(client, book, [(hosting, str(AHEAD + 1), "2")])
    address = f"/c/{book.company.slug}/expenses/timeline/undo/?{QUERY}"
    assert client.post(address, {"step": first}).json()["message"] == "Undone: Typed 1 cell."
    assert list(typed(book).values()) == [2_00]
    answer = client.post(address).json()
    assert (answer["message"], typed(book)) == ("Undone: Typed 1 cell.", {})
    assert "body" in answer
    nothing = client.post(address)
    assert (nothing.status_code, nothing.json()["message"]) == (422, "There is nothing to undo.")


def test_a_viewer_sees_the_forecast_and_types_nothing(client: Client, alice: User, bob: User, book: Book) -> None:
    pk = expense(book, "5010").pk
    type_cells(
        company=book.company, person=alice, book=book, cells={(pk, AHEAD): 55_00}, what="x", through=Month(2026, 4)
    )
    client.force_login(bob)
    shown = page(client, book)
    assert "Forecast" in shown
    assert '<td class="f t">55</td>' in shown
    assert "data-edit" not in shown
    assert "data-type=" not in shown
    assert client.get(f"/c/{book.company.slug}/expenses/timeline/figures/?{QUERY}").json()["figures"]["total"]
    assert send(client, book, [(key(book, "5010"), str(AHEAD), "1")])[0] == 403
    assert client.post(f"/c/{book.company.slug}/expenses/timeline/undo/").status_code == 403


def test_a_stranger_sees_nothing(client: Client, charlie: User, book: Book) -> None:
    client.force_login(charlie)
    base = f"/c/{book.company.slug}/expenses/timeline"
    assert client.get(f"{base}/figures/").status_code == 404
    assert client.post(f"{base}/cells/").status_code == 404
    assert client.post(f"{base}/undo/").status_code == 404


def test_an_owner_s_forecast_months_can_be_typed(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = page(client, book)
    assert f'data-type="{AHEAD}"' in shown
    assert 'data-edit-url="' in shown
    cash = page(client, book, f"{QUERY}&timing=cash")
    assert "data-edit" not in cash  # what is typed is the expense
    assert "Forecast months show cash" in cash


def test_without_a_plan_the_timeline_ends_with_the_running_month(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert "Forecast" not in page(client, book, "")
    assert "Forecast" in page(client, book, "plan=1")
    type_cells(
        company=book.company, person=alice, book=book, cells={(expense(book, "5010").pk, AHEAD): 1}, what="x",
        through=Month(2026, 4),
    )  # fmt: skip
    assert "Forecast" in page(client, book, "")


def test_the_page_takes_the_same_queries_however_much_is_planned(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    page(client, book)
    with CaptureQueriesContext(connection) as before:
        page(client, book)
    cells = {(expense(book, number).pk, AHEAD + at): 1_00 for number in ("5010", "6200", "6900") for at in range(12)}
    type_cells(company=book.company, person=alice, book=book, cells=cells, what="x", through=Month(2026, 4))
    with CaptureQueriesContext(connection) as after:
        page(client, book)
    assert len(after) == len(before) < 50
