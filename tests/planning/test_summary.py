"""The summary: what it says of each expense, its sums, its row editor, and one step for many expenses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses.links import rule
from tests.expenses.small_ledger import CHART, bill, expense, sync
from tests.golden.table import check
from tieout.budgets.models import Budget, BudgetCell, BudgetRow
from tieout.companies import services as companies
from tieout.companies.models import AuditEvent
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord
from tieout.departments import queries as departments
from tieout.expenses.organising import Choice, organise
from tieout.expenses.sections import Filter
from tieout.expenses.services import Draft, add_expense, save_link
from tieout.ledger.models import Book
from tieout.planning.cells import type_cells
from tieout.planning.models import Driver, Frequency, Options, Paid
from tieout.planning.options import Wanted, options_of, save_options
from tieout.planning.summary import Summary, summary

pytestmark = pytest.mark.django_db
APRIL = Month(2026, 4)
YEARLY = Wanted(driver=Driver.AMOUNT, amount=1_200_00, frequency=Frequency.ANNUAL, start=Month(2026, 5))


@pytest.fixture(autouse=True)
def may() -> Iterator[None]:
    with time_machine.travel("2026-05-20T12:00:00Z", tick=False):
        yield


def put(book: Book, person: User, number: str, wanted: Wanted) -> None:
    save_options(
        company=book.company, person=person, book=book, expense_id=expense(book, number).pk, wanted=wanted,
        through=APRIL,
    )  # fmt: skip


def give(book: Book, person: User, number: str, department: str, since: Month | None = None) -> None:
    choice = Choice(expense=expense(book, number).pk, department=departments.system(book.company, department).pk)
    organise(company=book.company, person=person, choices=[choice], since=since)


def mark(book: Book, person: User, number: str) -> None:
    organise(company=book.company, person=person, choices=[Choice(expense=expense(book, number).pk, payroll=True)])


def told(book: Book, only: Filter | None = None) -> Summary:
    return summary(book.company, book, through=APRIL, only=only)


def home(book: Book, rest: str = "") -> str:
    return f"/c/{book.company.slug}/expenses/{rest}"


def budgeted(book: Book, person: User, months: dict[int, dict[Month, int]]) -> Budget:
    made = Budget.objects.create(
        company=book.company, created_by=person, name="Plan A", currency="USD", digits=2, first=202604, last=202703
    )
    for at, (expense_id, amounts) in enumerate(months.items()):
        row = BudgetRow.objects.create(budget=made, position=at, expense=expense_id, name=f"Row {at}")
        for month, amount in amounts.items():
            BudgetCell.objects.create(row=row, month=month.key, amount=amount)
    return made


def as_text(found: Summary) -> str:
    rows: list[tuple[str, ...]] = [
        ("", "forecast", "how often", "amount", "months", "last", "year", "of it actual", "budget")
    ]
    for row in (*found.rows, found.total):
        figures = (row.last, row.year, row.posted, row.budget)
        words = row.words.driver or ("hiring plan" if row.payroll else f"{row.without} without" if row.without else "")
        rows.append(
            (
                f"{'  ' * (row.level - 1)}{row.code} {row.label}".replace("   ", "  ").rstrip(),
                words + (" typed" if row.typed else ""),
                row.words.frequency,
                row.words.amount,
                row.words.dates,
                *("" if it is None else f"{it / 100:,.2f}" for it in figures),
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = (
        "  ".join(
            f"{it:{'<' if at < 5 else '>'}{width}}" for at, (it, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def test_a_small_summary(book: Book, alice: User) -> None:
    """April is the last admitted month; the fiscal year is April to March."""
    give(book, alice, "5010", "product_costs")
    give(book, alice, "6200", "marketing")
    give(book, alice, "6210", "marketing")
    mark(book, alice, "6000")
    put(book, alice, "5010", YEARLY)
    put(book, alice, "6200", Wanted(driver=Driver.AMOUNT, amount=50_00, end=Month(2026, 6)))
    cells: dict[tuple[int, Month], int | None] = {(expense(book, "6210").pk, Month(2026, 8)): 75_50}
    type_cells(company=book.company, person=alice, book=book, cells=cells, what="Typed", through=APRIL)
    budgeted(
        book, alice, {expense(book, "5010").pk: {Month(2026, 5): 90_00, Month(2027, 4): 1}, 0: {Month(2026, 6): 7_00}}
    )
    check("summary", as_text(told(book)))


def test_the_year_is_actual_to_date_and_forecast_to_its_end(book: Book, alice: User) -> None:
    put(book, alice, "5010", YEARLY)
    row = next(it for it in told(book).rows if it.code == "5010")
    assert (row.posted, row.year) == (600_00, 600_00 + 11 * 100_00)


def test_the_rows_sum_to_the_total(book: Book, alice: User) -> None:
    give(book, alice, "5010", "product_costs", since=APRIL)
    put(book, alice, "5010", YEARLY)
    found = told(book)
    leaves = [row for row in found.rows if row.level == 3]
    assert found.total.last == sum(row.last or 0 for row in leaves) == 9_600_00
    assert found.total.year == sum(row.year or 0 for row in leaves)
    assert found.total.trend[-2:] == (700_50, 9_600_00)


def test_a_linked_expense_stands_below_its_account_with_what_is_left(client: Client, alice: User, book: Book) -> None:
    """Northgrid's lines of 5010 leave it: 600.00 in April, of which the rest is nothing."""
    made = add_expense(company=book.company, person=alice, name="Northgrid", department=None)
    draft = Draft(rule=rule("text", "contains", "committed use"))
    save_link(company=book.company, person=alice, book=book, expense=made, draft=draft)
    put(book, alice, "5010", Wanted(driver=Driver.AMOUNT, amount=10_00))
    book.refresh_from_db()
    found = told(book)
    at = next(at for at, row in enumerate(found.rows) if row.code == "5010")
    group, linked, rest = found.rows[at : at + 3]
    assert (group.level, linked.level, rest.level) == (3, 4, 4)
    assert (group.expense, group.form, group.without) == (0, expense(book, "5010").pk, 1)
    assert (linked.label, linked.linked, linked.planned, linked.trend[-2]) == ("Northgrid", True, False, 600_00)
    assert (rest.expense, rest.rest, rest.words.amount) == (expense(book, "5010").pk, True, "10")
    assert group.last == (linked.last or 0) + (rest.last or 0) == 600_00
    assert group.year == (linked.year or 0) + (rest.year or 0)
    client.force_login(alice)
    form = client.get(home(book, f"{made.pk}/")).content.decode()
    assert "contains “committed use”" in form
    asked = client.get(home(book, f"{made.pk}/remove/")).content.decode()
    assert "It holds 600.00 USD since March 2026." in asked
    assert "5010 Hosting" in asked


def test_the_budget_of_an_expense_that_moves_stands_where_it_is_in_each_month(book: Book, alice: User) -> None:
    give(book, alice, "5010", "product_costs")
    give(book, alice, "5010", "customer_support", since=Month(2026, 6))
    put(book, alice, "5010", Wanted(driver=Driver.AMOUNT, amount=1_00))
    budgeted(
        book, alice, {expense(book, "5010").pk: {Month(2026, 5): 3_00, Month(2026, 6): 4_00, Month(2026, 7): 5_00}}
    )
    found = told(book)
    assert {row.label: row.budget for row in found.rows if row.level == 2} == {
        "Product costs": 3_00,
        "Customer support": 9_00,
    }
    assert found.total.budget == 12_00


def test_a_budget_in_another_currency_is_not_shown(book: Book, alice: User) -> None:
    made = budgeted(book, alice, {})
    assert told(book).budget == "Plan A"
    made.currency = "EUR"
    made.save()
    assert told(book).budget == ""


def test_a_filter_leaves_the_total_alone(book: Book) -> None:
    found = told(book, Filter(text="hosting"))
    assert [row.code for row in found.rows if row.level == 3] == ["5010"]
    assert found.total.last == 9_600_00
    assert found.shown.last == 600_00


def test_an_account_without_amounts_is_shown_when_asked(book: Book) -> None:
    fees = AccountRecord(external_id="7000", number="7000", name="Fees", type=AccountType.EXPENSE, subtype="Expense")
    sync(book, lists=[*CHART, fees])
    assert "7000" not in {row.code for row in told(book).rows}
    everything = summary(book.company, book, through=APRIL, everything=True)
    row = next(it for it in everything.rows if it.code == "7000")
    assert (row.planned, row.words.driver) == (False, "")


def test_a_last_month_of_the_year_shows_the_year_to_come(book: Book) -> None:
    found = summary(book.company, book, through=Month(2027, 3))
    assert (found.year, found.first, found.total.posted) == (2028, Month(2027, 4), 0)


@pytest.mark.parametrize("more", [0, 40])
def test_the_number_of_queries_does_not_depend_on_the_number_of_expenses(
    book: Book, alice: User, more: int, django_assert_max_num_queries: object
) -> None:
    new = [
        AccountRecord(external_id=f"x{at}", name=f"More {at}", type=AccountType.EXPENSE, subtype="Expense")
        for at in range(more)
    ]
    sync(book, [bill(f"x{at}", date(2026, 3, 3), (f"x{at}", 1_00)) for at in range(more)], [*CHART, *new])
    for number in ("5010", *(f"x{at}" for at in range(more))):
        put(book, alice, number, YEARLY)
    with django_assert_max_num_queries(46):  # type: ignore[operator]
        told(book)


# --- the page -------------------------------------------------------------------------------------------------


def test_an_owner_can_edit_and_a_viewer_can_only_look(client: Client, alice: User, bob: User, book: Book) -> None:
    put(book, alice, "5010", YEARLY)
    client.force_login(alice)
    shown = client.get(home(book)).content.decode()
    assert "Forecast the ticked ones as" in shown
    assert home(book, f"{expense(book, '5010').pk}/row/") in shown
    client.force_login(bob)
    shown = client.get(home(book)).content.decode()
    assert "1,200" in shown
    assert "Forecast the ticked ones as" not in shown
    assert "/row/" not in shown
    assert 'type="checkbox" name="expense"' not in shown


def test_what_is_folded_stays_folded(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert "hidden" not in client.get(home(book)).content.decode().split('data-level="3"')[1].split(">")[0]
    folded = client.get(home(book, "?shut=unassigned")).content.decode()
    assert "hidden" in folded.split('data-level="3"')[1].split(">")[0]
    opened = client.get(home(book, "?shut=unassigned&open=unassigned")).content.decode()
    assert "hidden" not in opened.split('data-level="3"')[1].split(">")[0]


def test_a_row_is_edited_in_its_place(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    one = expense(book, "5010").pk
    editor = client.get(home(book, f"{one}/row/"), headers={"HX-Request": "true"}).content.decode()
    assert "data-row-edit" in editor
    sent = {"driver": "amount", "figure": "1,200", "frequency": "annual", "start": "2026-05", "end": ""}
    answer = client.post(home(book, f"{one}/row/"), sent, headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#plan-table"
    assert "1,200" in answer.content.decode()
    assert options_of(book.company, one).frequency == "annual"
    client.post(home(book, f"{one}/row/"), {"driver": "last_year", "figure": "-3"})
    assert options_of(book.company, one).rate == -30_000
    client.post(home(book, f"{one}/row/"), {"driver": "average", "figure": "6"})
    assert options_of(book.company, one).averaged == 6


def test_the_row_s_editor_keeps_what_it_does_not_show(client: Client, alice: User, book: Book) -> None:
    put(book, alice, "5010", Wanted(driver=Driver.AMOUNT, amount=5_00, paid=Paid.NON_CASH))
    client.force_login(alice)
    one = expense(book, "5010").pk
    client.post(home(book, f"{one}/row/"), {"driver": "amount", "figure": "6", "frequency": "monthly"})
    assert (options_of(book.company, one).amount, options_of(book.company, one).paid) == (6_00, "non_cash")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"driver": "amount", "figure": ""}, "The amount is missing."),
        ({"driver": "amount", "figure": "much"}, "“much” is not an amount."),
        ({"driver": "average", "figure": "0"}, "1 to 36 months"),
        ({"driver": "amount", "figure": "5", "start": "2026-05", "end": "2026-04"}, "before it starts"),
    ],
)
def test_a_wrong_row_stays_open_with_what_was_typed(
    client: Client, alice: User, book: Book, sent: dict[str, str], told: str
) -> None:
    client.force_login(alice)
    one = expense(book, "5010").pk
    answer = client.post(home(book, f"{one}/row/"), sent, headers={"HX-Request": "true"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert told in shown
    assert f'value="{sent["figure"]}"' in shown
    assert not Options.objects.exists()


# --- many expenses in one step --------------------------------------------------------------------------------


def many(client: Client, book: Book, numbers: tuple[str, ...], how: str, change: str = "") -> str:
    ids = [expense(book, number).pk for number in numbers]
    answer = client.post(home(book, "forecast/"), {"expense": ids, "how": how, "change": change}, follow=True)
    return answer.content.decode()


def test_many_expenses_are_forecast_in_one_step_and_put_back(client: Client, alice: User, book: Book) -> None:
    put(book, alice, "5010", YEARLY)
    client.force_login(alice)
    shown = many(client, book, ("5010", "6200", "6210"), "last-year", "2.5")
    assert "3 expenses are forecast as the same as last year +2.5 %." in shown
    assert "Your last step changed the forecast of 3 expenses." in shown
    assert {(row.driver, row.rate) for row in Options.objects.all()} == {("last_year", 25_000)}
    assert AuditEvent.objects.filter(what="planned an expense").count() == 4
    shown = client.post(home(book, "forecast/undo/"), follow=True).content.decode()
    assert "3 expenses are forecast as before." in shown
    assert options_of(book.company, expense(book, "5010").pk).amount == 1_200_00
    assert {row.driver for row in Options.objects.exclude(expense=expense(book, "5010"))} == {"none"}
    assert (
        "There is no step of yours to undo." in client.post(home(book, "forecast/undo/"), follow=True).content.decode()
    )


def test_the_undo_is_offered_for_an_hour(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    many(client, book, ("5010",), "average-3")
    assert "Your last step" in client.get(home(book)).content.decode()
    with time_machine.travel("2026-05-20T13:00:01Z", tick=False):
        assert "Your last step" not in client.get(home(book)).content.decode()


def test_an_undo_leaves_alone_what_was_changed_since(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    many(client, book, ("5010", "6200"), "average-3")
    put(book, alice, "5010", YEARLY)
    shown = client.post(home(book, "forecast/undo/"), follow=True).content.decode()
    assert "1 expense is forecast as before. 1 was changed since and left alone." in shown
    assert options_of(book.company, expense(book, "5010").pk).amount == 1_200_00


@pytest.mark.parametrize(
    ("how", "driver", "averaged"),
    [
        ("average-3", "average", 3),
        ("average-12", "average", 12),
        ("last-month", "average", 1),
        ("last-year", "last_year", 3),
    ],
)
def test_each_way_to_forecast_many(
    client: Client, alice: User, book: Book, how: str, driver: str, averaged: int
) -> None:
    client.force_login(alice)
    many(client, book, ("6200",), how)
    row = options_of(book.company, expense(book, "6200").pk)
    assert (row.driver, row.averaged) == (driver, averaged)


def test_payroll_is_left_to_the_hiring_plan(client: Client, alice: User, book: Book) -> None:
    mark(book, alice, "6000")
    client.force_login(alice)
    shown = many(client, book, ("6000", "6200"), "average-3")
    assert "1 expense is forecast" in shown
    assert "payroll is forecast by the hiring plan" in shown
    assert not Options.objects.filter(expense=expense(book, "6000")).exists()


@pytest.mark.parametrize(
    ("numbers", "how", "change", "told"),
    [
        ((), "average-3", "", "No expense was chosen."),
        (("6200",), "guess", "", "Choose what the expenses are forecast as."),
        (("6200",), "last-year", "a bit", "“a bit” is not a percentage."),
        (("6200",), "last-year", "2000", "beyond 1,000 %"),
    ],
)
def test_a_step_that_cannot_be_writes_nothing(
    client: Client, alice: User, book: Book, numbers: tuple[str, ...], how: str, change: str, told: str
) -> None:
    client.force_login(alice)
    shown = many(client, book, numbers, how, change)
    assert told in shown
    assert "Nothing was changed." in shown
    assert not Options.objects.exists()


def test_another_company_s_expense_is_in_no_step(
    client: Client, alice: User, charlie: User, bob: User, book: Book
) -> None:
    client.force_login(bob)
    assert client.post(home(book, "forecast/"), {"expense": [1], "how": "average-3"}).status_code == 403
    client.force_login(charlie)
    assert client.post(home(book, "forecast/"), {"expense": [1], "how": "average-3"}).status_code == 404
    other = companies.create_company(name="Other", person=charlie)
    one = expense(book, "6200").pk
    client.post(f"/c/{other.slug}/expenses/forecast/", {"expense": [one], "how": "average-3"})
    assert client.get(f"/c/{other.slug}/expenses/{one}/row/").status_code == 404
    assert not Options.objects.exists()
