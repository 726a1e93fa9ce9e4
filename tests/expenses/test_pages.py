"""The pages as an owner, a viewer and a stranger see them, with and without script."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses.small_ledger import MARCH, bill, expense, new_book, profit_and_loss, sync
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.expenses.models import Expense, ExpenseDepartment
from tieout.ledger.models import Book

pytestmark = pytest.mark.django_db
RANGE = "from=2026-03&to=2026-05"


def page(client: Client, company: Company, path: str, *, fragment: bool = False) -> str:
    answer = client.get(f"/c/{company.slug}/expenses/{path}", headers={"HX-Request": "true"} if fragment else {})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def text(html: str) -> str:
    """Return the words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def export(client: Client, company: Company, query: str) -> list[list[str]]:
    answer = client.get(f"/c/{company.slug}/expenses/entries.csv?{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode())))


# --- the timeline ---------------------------------------------------------------------------------------------


def test_the_timeline_shows_the_months_and_their_total(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = page(client, book.company, f"timeline/?{RANGE}")
    assert "Mar 26" in shown
    assert '<span class="rule-tied">9,600</span>' in shown
    assert "Hosting" in shown  # Unassigned is open at first: that is what needs doing


def test_a_month_that_differs_has_the_broken_rule(client: Client, alice: User, book: Book) -> None:
    sync(book, statements=(MARCH, profit_and_loss(Month(2026, 4), a5010=601_00, a6000=9_000_00)))
    client.force_login(alice)
    shown = page(client, book.company, f"timeline/?{RANGE}")
    assert '<span class="rule-differ unv"><span class="vh">Unverified: </span>9,600</span>' in shown
    assert "Unverified: Apr 26" in text(shown)


def test_departments_arrive_shut_and_open_by_the_address_or_by_script(client: Client, alice: User, book: Book) -> None:
    marketing = departments.system(book.company, "marketing").pk
    ExpenseDepartment.objects.create(expense=expense(book, "6200"), department_id=marketing)
    client.force_login(alice)
    assert ">Advertising<" not in page(client, book.company, f"timeline/?{RANGE}")
    opened = page(client, book.company, f"timeline/?{RANGE}&open=department:{marketing}")
    assert ">Advertising<" in opened
    below = page(client, book.company, f"timeline/rows/?{RANGE}&row=department:{marketing}", fragment=True)
    assert below.count("<tr") == 1
    assert below in opened
    shut = page(client, book.company, f"timeline/?{RANGE}&shut=category:sales_marketing")
    assert f'data-row="department:{marketing}"' not in text(shut)
    assert re.search(rf'data-row="department:{marketing}"[^>]* hidden', shut)


def test_a_search_opens_what_it_finds(client: Client, alice: User, book: Book) -> None:
    ExpenseDepartment.objects.create(
        expense=expense(book, "6200"), department=departments.system(book.company, "marketing")
    )
    client.force_login(alice)
    shown = page(client, book.company, f"timeline/?{RANGE}&q=advert")
    assert "Advertising" in shown
    assert "Hosting" not in shown
    assert "Sum of what is shown" in shown
    assert "Nothing to show" in page(client, book.company, f"timeline/?{RANGE}&q=zebra")


@pytest.mark.parametrize("query", ["by=quarter", "by=year", "by=week", "from=x&to=2026-99", "from=2026-05&to=2026-03"])
def test_any_address_has_an_answer(client: Client, alice: User, book: Book, query: str) -> None:
    client.force_login(alice)
    assert "Expenses" in page(client, book.company, f"timeline/?{query}")


def test_the_summary(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = page(client, book.company, "")
    assert "no forecast" in shown
    assert shown.count('<svg class="bars"') == shown.count("<tr data-row") + 1  # and the total


@pytest.mark.parametrize("path", ["", "timeline/", "organise/", "entries/?row=total&month=2026-04"])
def test_without_books_the_page_says_what_to_do(client: Client, alice: User, company: Company, path: str) -> None:
    client.force_login(alice)
    assert "No books yet" in page(client, company, path)
    new_book(company)
    assert "The first sync is not finished" in page(client, company, path)


# --- entries --------------------------------------------------------------------------------------------------


def test_the_entries_of_a_cell_and_their_foot(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    row = f"expense:{expense(book, '5010').pk}"
    shown = text(page(client, book.company, f"entries/?row={row}&month=2026-04"))
    assert "Northgrid Cloud" in shown
    assert "(50.00)" in shown
    assert "Sum of 2 entries 600.00 The cell 600.00 The foot equals the cell 0.00" in shown


def test_the_fragment_is_the_middle_of_the_page(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    path = "entries/?row=total&from=2026-03&to=2026-04"
    whole, fragment = page(client, book.company, path), page(client, book.company, path, fragment=True)
    assert "<html" in whole
    assert "<html" not in fragment
    assert "data-close-dialog" in fragment
    assert re.findall(r'class="num entry__amount">([^<]+)', whole) == re.findall(
        r'class="num entry__amount">([^<]+)', fragment
    )


def test_a_search_sums_what_it_finds_and_says_what_it_leaves(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = text(page(client, book.company, "entries/?row=total&month=2026-03&q=committed"))
    assert "Sum of 1 entry found 600.00 The cell 700.50 The other entries of the cell 100.50" in shown
    assert "The foot equals the cell" not in shown


@pytest.mark.parametrize(
    "query", ["row=none&month=2026-04", "row=total&month=x", "row=total", "row=total&from=2026-05&to=2026-04"]
)
def test_what_is_no_figure_is_not_found(client: Client, alice: User, book: Book, query: str) -> None:
    client.force_login(alice)
    for path in ("entries/", "entries.csv"):
        assert client.get(f"/c/{book.company.slug}/expenses/{path}?{query}").status_code == 404


def test_pay_is_masked_without_the_right_and_the_foot_still_equals(client: Client, bob: User, book: Book) -> None:
    client.force_login(bob)
    month = "row=total&month=2026-04"
    shown = page(client, book.company, f"entries/?{month}")
    assert "1 payroll entry" in shown
    assert "The foot equals the cell" in shown
    for query in (month, f"{month}&q=Ada", f"{month}&q=April pay", f"{month}&q=N5"):
        answer = page(client, book.company, f"entries/?{query}", fragment=True)
        assert "Ada Lovelace" not in answer
        assert "Paycheck" not in answer
        told = str(export(client, book.company, query)[1:])
        assert "Ada Lovelace" not in told
        assert "April pay" not in told


def test_pay_is_shown_with_the_right(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert "Ada Lovelace" in page(client, book.company, "entries/?row=total&month=2026-04&q=Ada")


def test_the_export_holds_every_line_and_no_formula(client: Client, bob: User, book: Book) -> None:
    client.force_login(bob)
    head, *rows = export(client, book.company, "row=total&from=2026-03&to=2026-04")
    amount, description = head.index("Amount"), head.index("Description")
    assert sorted(row[amount] for row in rows) == ["-50.00", "20.50", "600.00", "650.00", "80.00", "9000.00"]
    assert "'=2+5" in [row[description] for row in rows]


def test_many_entries_come_in_pages_under_one_foot(client: Client, alice: User, book: Book) -> None:
    sync(book, [bill(str(at), date(2026, 3, 2), ("5010", 1_00)) for at in range(450)])
    client.force_login(alice)
    seen = 0
    for number in (1, 2, 3):
        shown = page(client, book.company, f"entries/?row=total&month=2026-03&page={number}")
        assert "Sum of 450 entries" in shown
        assert f"Page {number} of 3" in shown
        seen += shown.count('class="num entry__amount"')
    assert seen == 450
    assert len(export(client, book.company, "row=total&month=2026-03")) == 451


# --- Organise -------------------------------------------------------------------------------------------------


def form_of(html: str) -> dict[str, str]:
    """Return what a browser without script would send from the Organise page."""
    fields = dict(re.findall(r'name="(was-\d+)" value="([^"]*)"', html))
    for name, options in re.findall(r'<select[^>]* name="(department-\d+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="(\d*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    checked = re.findall(r'name="(payroll-\d+)" value="1"[^>]* checked', html)
    return fields | dict.fromkeys(checked, "1")


@pytest.fixture
def form(client: Client, alice: User, book: Book) -> dict[str, str]:
    client.force_login(alice)
    return form_of(page(client, book.company, "organise/"))


def save(client: Client, book: Book, fields: Mapping[str, object]) -> int:
    return client.post(f"/c/{book.company.slug}/expenses/organise/save/", {**fields}).status_code


def placed(book: Book) -> dict[str, str]:
    rows = ExpenseDepartment.objects.filter(expense__company=book.company)
    return dict(rows.values_list("expense__account__external_id", "department__name"))


def test_a_save_without_script_writes_the_differences(client: Client, book: Book, form: dict[str, str]) -> None:
    sales = departments.system(book.company, "sales").pk
    one = expense(book, "6900").pk
    assert save(client, book, form | {f"department-{one}": str(sales), "save": "1"}) == 302
    assert placed(book) == {"6900": "Sales"}
    marks = dict(Expense.objects.filter(income=False).values_list("account__external_id", "payroll"))
    assert marks == {"5010": False, "6000": True, "6200": False, "6210": False, "6900": False}
    assert Expense.objects.get(income=True).payroll is None


def test_one_suggestion_is_accepted_by_its_button(client: Client, book: Book, form: dict[str, str]) -> None:
    assert save(client, book, form | {"accept": str(expense(book, "5010").pk)}) == 302
    assert placed(book) == {"5010": "Product costs"}
    assert expense(book, "6000").payroll is None  # nobody has decided yet


def test_all_suggestions_are_accepted_at_once(client: Client, book: Book, form: dict[str, str]) -> None:
    save(client, book, form | {"accept": "all"})
    assert placed(book) == {"5010": "Product costs", "6200": "Marketing", "6210": "Marketing"}


def test_selected_accounts_are_assigned_and_marked_together(client: Client, book: Book, form: dict[str, str]) -> None:
    design = departments.system(book.company, "design").pk
    selected = [expense(book, number).pk for number in ("6200", "6900")]
    save(client, book, form | {"selected": selected, "bulk": str(design), "assign": "1"})
    assert placed(book) == {"6200": "Design", "6900": "Design"}
    save(client, book, form | {"selected": selected[:1], "mark": "1"})
    assert expense(book, "6200").payroll is True


def test_a_page_left_open_overwrites_nothing_that_others_changed(
    client: Client, book: Book, form: dict[str, str]
) -> None:
    ExpenseDepartment.objects.create(
        expense=expense(book, "6200"), department=departments.system(book.company, "marketing")
    )
    save(client, book, form | {"save": "1"})
    assert placed(book) == {"6200": "Marketing"}


def test_a_change_can_hold_from_a_month_on(client: Client, book: Book, form: dict[str, str]) -> None:
    one, sales = expense(book, "6900").pk, departments.system(book.company, "sales").pk
    save(client, book, form | {f"department-{one}": str(sales), "save": "1", "since": "2026-05"})
    assert list(ExpenseDepartment.objects.values_list("from_month", flat=True)) == [202605]


@pytest.mark.parametrize("broken", [{"since": "soon"}, {"was-1x": ":0"}, {"selected": "many", "assign": "1"}])
def test_what_the_page_never_sends_is_refused_in_words(
    client: Client, book: Book, form: dict[str, str], broken: dict[str, object]
) -> None:
    assert save(client, book, form | broken | {"save": "1"}) == 422
    assert placed(book) == {}


def test_ids_of_another_company_are_refused(client: Client, book: Book, form: dict[str, str], charlie: User) -> None:
    from tieout.companies.services import create_company

    theirs = new_book(create_company(name="Elsewhere", person=charlie))
    sync(theirs)
    foreign = expense(theirs, "6900").pk
    sales = departments.system(book.company, "sales").pk
    fields = {f"was-{foreign}": ":0", f"department-{foreign}": str(sales), "save": "1"}
    assert save(client, book, form | fields) == 422
    assert not ExpenseDepartment.objects.exists()


def test_a_viewer_looks_and_changes_nothing(client: Client, bob: User, book: Book) -> None:
    client.force_login(bob)
    shown = page(client, book.company, "organise/")
    assert "Hosting" in shown
    assert "<select" not in shown
    assert save(client, book, {"save": "1"}) == 403


def test_tabs_and_search_narrow_the_accounts(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert "Hosting" not in page(client, book.company, "organise/?show=payroll")
    assert "Wages" in page(client, book.company, "organise/?show=payroll")
    assert "Wages" not in page(client, book.company, "organise/?q=host")
    assert "adds up, every month" in page(client, book.company, "organise/")


def test_the_badge_counts_who_waits_and_the_dashboard_is_home(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert re.search(r"Organise<span class=\"nav__count\">5<", page(client, book.company, "timeline/"))
    assert client.get(f"/c/{book.company.slug}/").headers["Location"].endswith("/dashboard/")
