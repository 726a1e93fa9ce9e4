"""Revenue as pages: streams by month, typed and planned as expenses are, in the sign and the words of income."""

from __future__ import annotations

import json
from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses.links import rule
from tests.expenses.small_ledger import ENTRIES, account_id, expense, sync
from tests.expenses.test_streams import shut
from tests.planning.plans import MAY, SALES, SELLING, THROUGH, new_book, plan, told, type_cell, variable
from tests.planning.test_stream_forecast import stream_of
from tieout.companies.models import AuditEvent, Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord
from tieout.expenses.cells import cell
from tieout.expenses.models import Expense, Link
from tieout.expenses.periods import By, spans
from tieout.expenses.rule_json import from_json
from tieout.expenses.services import Draft, NewExpense, save_link
from tieout.ledger.models import Book, Line
from tieout.planning.ahead import Ahead
from tieout.planning.models import Driver, Options, Paid, PaymentTerm, PlanCell
from tieout.planning.timeline import Timeline, timeline

pytestmark = pytest.mark.django_db
MARCH, APRIL, JUNE = Month(2026, 3), Month(2026, 4), Month(2026, 6)
COLUMNS = spans(MARCH, JUNE, by=By.MONTH, first_month=4, through=THROUGH)
AHEAD = Month.of(date.today()) + 6  # noqa: DTZ011 - any month that is surely ahead
QUERY = f"from=2026-03&to={AHEAD + 2}"


@pytest.fixture
def book(company: Company) -> Book:
    """A company that sells: see `tests/planning/plans.py`."""
    return new_book(company)


def shown(book: Book, *, cash: bool = False) -> Timeline:
    """Return revenue from March to June, with the forecast after April."""
    ahead = Ahead(forecast=told(book), after=THROUGH, cash=cash, income=True)
    return timeline(book.company, book, COLUMNS, ahead=ahead, income=True)


def rows(found: Timeline) -> dict[str, tuple[int | None, ...]]:
    """Return the amounts of each row in March, April, then May and June, without the years' totals."""
    at = [place for place, span in enumerate(found.spans) if not span.total]
    return {f"{row.code} {row.label}".strip(): tuple(row.amounts[place] for place in at) for row in found.rows}


def test_streams_are_shown_positive_and_sum_to_what_the_ledger_earned(book: Book, alice: User) -> None:
    stream_of(book, alice, "Bolt")
    found = shown(book)
    assert rows(found)["Bolt"] == (0, 3_070_00, None, None)
    sums = {row.label: row.amounts for row in found.rows if row.level == 1}
    assert set(sums) == {"Revenue"}  # Bolt's stream took the interest too
    posted = Line.objects.filter(
        book=book.pk, month__in=(202603, 202604), account__in=[account_id(book, it) for it in ("4000", "4100", "4900")]
    )
    total = [amount for amount, span in zip(found.total, found.spans, strict=True) if not span.total]
    assert sum(total[:2]) == -sum(posted.values_list("amount", flat=True))
    for at, span in enumerate(found.spans):
        assert found.total[at] == sum(row.amounts[at] or 0 for row in found.rows if row.level == 1)
        if span.last <= THROUGH:
            cells = cell(book.company, book, "income", span.first, span.last)
            assert cells.amount * cells.sign == found.total[at]


def test_a_forecast_goes_on_and_what_no_stream_plans_is_an_adjustment(book: Book) -> None:
    later = PaymentTerm.objects.create(company=book.company, name="Net 30", shares=[0, 10_000])
    plan(book, "4000", Driver.AMOUNT, amount=12_000_00, paid=Paid.CUSTOM, term=later)
    type_cell(book, "4900", JUNE, 80_00)
    variable(book, "Revenue.Total", system="revenue", m202606="20000")
    found = rows(shown(book))
    assert found["4100 Set-up fees"] == (0, 3_000_00, None, None)
    assert found["Adjustments to revenue"] == (0, 0, 1_000_00, 8_000_00)
    assert found["Other income"] == (0, 70_00, None, 80_00)
    by_cash = rows(shown(book, cash=True))
    assert by_cash["4000 Revenue"] == (10_000_00, 11_000_00, 0, 12_000_00)


def test_linked_streams_stand_under_their_account(book: Book, alice: User) -> None:
    made = stream_of(book, alice, "Acme")
    found = {row.key: row for row in shown(book).rows}
    group = found[f"group:{expense(book, '4000').pk}"]
    assert (group.level, group.amounts[:2]) == (3, (10_000_00, found[f"expense:{made.pk}"].amounts[1]))
    assert found[f"expense:{made.pk}"].parent == group.key
    cells = cell(book.company, book, group.key, MARCH, APRIL)
    assert (cells.amount * cells.sign, cells.trail) == (21_000_00, ("Revenue", "4000 Revenue"))


def send(client: Client, book: Book, row: str, month: Month, text: str) -> tuple[int, dict[str, object]]:
    sent = json.dumps([{"row": row, "month": str(month), "text": text}])
    answer = client.post(f"/c/{book.company.slug}/revenue/cells/?{QUERY}", {"cells": sent, "how": "pasted"})
    return answer.status_code, answer.json()


def test_months_are_typed_pasted_and_undone(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    key = f"expense:{expense(book, '4000').pk}"
    plan(book, "4100", Driver.AMOUNT, amount=1_00)
    variable(book, "Revenue.Total", system="revenue", **{f"m{AHEAD.key}": "99"})
    page = client.get(f"/c/{book.company.slug}/revenue/?{QUERY}").content.decode()
    assert f'data-row="{key}"' in page
    assert "Adjustments to revenue" in page
    assert "Departments" not in page.split("<main")[1].split("</main>")[0]
    status, answer = send(client, book, key, AHEAD, "$15,000")
    assert (status, answer["message"]) == (200, "Pasted 1 cell.")
    assert list(PlanCell.objects.values_list("month", "amount")) == [(AHEAD.key, 15_000_00)]
    assert 15_000_00 in answer["figures"][key]  # type: ignore[index]
    assert "Total income" in str(answer["foot"])
    for refused in ("revenue", "adjustment"):
        assert send(client, book, refused, AHEAD, "1")[0] == 422
    answer = client.post(f"/c/{book.company.slug}/revenue/undo/?{QUERY}").json()
    assert answer["message"] == "Undone: Pasted 1 cell."
    assert not PlanCell.objects.exists()


def test_a_stream_is_added_and_planned_in_its_form(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    root = f"/c/{book.company.slug}/revenue/"
    page = client.get(f"{root}add/").content.decode()
    assert "Collection term" in page
    for absent in ("Amount per employee", "Percent of revenue", 'name="department"', 'name="payroll"'):
        assert absent not in page
    sent = {"name": "Partners", "driver": "amount", "amount": "2,500", "m-2026-07": "3,000"}
    assert "2,500" in client.post(f"{root}add/preview/", sent).content.decode()
    answer = client.post(f"{root}add/", sent, follow=True)
    assert answer.redirect_chain == [(root, 302)]
    made = Expense.objects.get(own_name="Partners")
    assert made.income
    assert told(book).revenue[made.pk][MAY] == 2_500_00
    told_of = set(AuditEvent.objects.values_list("what", flat=True))
    assert {"added a revenue stream", "planned a revenue stream"} <= told_of
    own = f"{root}{made.pk}/"
    assert "2,500" in client.post(f"{own}preview/", sent).content.decode()
    for driver in ("per_employee", "percent_of_revenue"):
        answer = client.post(own, {**sent, "driver": driver, "amount": "1", "rate": "5"})
        assert answer.status_code == 422
        assert "is for expenses" in answer.content.decode()
    assert client.post(f"{own}remove/").status_code == 302
    assert not Expense.objects.filter(pk=made.pk).exists()


def test_a_form_of_one_side_does_not_open_a_row_of_the_other(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    root = f"/c/{book.company.slug}"
    assert client.get(f"{root}/revenue/{expense(book, '5010').pk}/").status_code == 404
    assert client.get(f"{root}/expenses/{expense(book, '4000').pk}/").status_code == 404
    assert client.get(f"{root}/revenue/{expense(book, '4000').pk}/").status_code == 200


def test_the_link_builder_speaks_of_customers_and_shows_income_positive(
    client: Client, alice: User, book: Book
) -> None:
    client.force_login(alice)
    root = f"/c/{book.company.slug}/expenses/links/"
    page = client.get(f"{root}new/?stream=1").content.decode()
    assert "Only lines of income accounts are candidates" in page
    assert ">customer</option>" in page
    form = {
        "stream": "1", "joins": "all", "field-0": "vendor", "verb-0": "is", "term-0": "Acme",
        "field-1": "amount", "low-1": "9,500", "high-1": "20,000",
    }  # fmt: skip
    work = client.post(f"{root}work/", form).content.decode()
    assert "21,000.00" in work
    assert "Leaves 4000 Revenue" in work
    assert client.post(f"{root}save/", form).status_code == 302
    made = Link.objects.get()
    assert (made.expense.own_name, made.expense.income) == ("Acme", True)
    amount = from_json(made.rule).criteria[1]
    assert (amount.low, amount.high) == (-20_000_00, -9_500_00)
    assert set(Line.objects.filter(expense=made.expense_id).values_list("amount", flat=True)) == {
        -10_000_00, -11_000_00,
    }  # fmt: skip
    listed = client.get(root).content.decode()
    assert "customer is Acme, and amount is between 9500.00 and 20000.00" in listed
    assert 'value="9500.00"' in client.get(f"{root}{made.pk}/").content.decode()
    told_of = AuditEvent.objects.get(what="linked a revenue stream")
    assert told_of.after["stream"] == "Acme"


def test_links_of_streams_are_put_in_order_among_themselves(client: Client, alice: User, book: Book) -> None:
    first, second = (stream_of(book, alice, it) for it in ("Acme", "Bolt"))
    draft = Draft(rule=rule("vendor", "is", "Northgrid Cloud"))
    save_link(company=book.company, person=alice, book=book, expense=NewExpense("Grid"), draft=draft)
    client.force_login(alice)
    ids = {it.expense_id: it.pk for it in Link.objects.all()}
    sent = {"link": ids[second.pk], "before": ids[first.pk]}
    assert client.post(f"/c/{book.company.slug}/expenses/links/order/", sent).status_code == 302
    order = list(Link.objects.filter(expense__income=True).order_by("position").values_list("expense_id", flat=True))
    assert order == [second.pk, first.pk]


def test_a_viewer_looks_and_changes_nothing(client: Client, alice: User, book: Book) -> None:
    Options.objects.create(company=book.company, expense=expense(book, "4000"), driver=Driver.AVERAGE)
    alice.memberships.update(role="viewer")
    client.force_login(alice)
    page = client.get(f"/c/{book.company.slug}/revenue/?{QUERY}").content.decode()
    assert "Add stream" not in page
    assert "data-edit" not in page
    assert client.get(f"/c/{book.company.slug}/revenue/add/").status_code == 403


def test_a_closed_month_keeps_what_has_become_income_among_the_costs_and_opens_its_lines(
    book: Book, alice: User
) -> None:
    """6200 cost 80.00 in March and is an income account since: March, closed before, still shows it as a cost."""
    shut(book, alice, MARCH)
    turned = [
        msgspec.structs.replace(it, type=AccountType.INCOME)
        if isinstance(it, AccountRecord) and it.external_id == "6200" else it
        for it in SELLING
    ]  # fmt: skip
    sync(book, entries=(*ENTRIES, *SALES), lists=turned)
    costs = timeline(book.company, book, COLUMNS)
    row = next(it for it in costs.rows if it.code == "6200")
    assert row.amounts[0] == 80_00
    assert cell(book.company, book, row.key, MARCH, MARCH).amount == 80_00
    found = shown(book)
    assert found.total[0] == 10_000_00
    assert found.restated[0].sum == -80_00  # the books have it among income by now, where it is negative
    for at, span in enumerate(found.spans):
        if span.last <= THROUGH:
            cells = cell(book.company, book, "income", span.first, span.last)
            assert cells.amount * cells.sign == found.total[at]
