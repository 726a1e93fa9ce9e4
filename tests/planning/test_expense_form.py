"""The expense form: it saves what is asked for, keeps what was typed, and shows what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from tests.expenses.small_ledger import expense
from tieout.companies import services as companies
from tieout.companies.models import AuditEvent
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.expenses.models import Link
from tieout.expenses.sections import plan
from tieout.ledger.models import Book
from tieout.planning.expense_facts import Facts, facts
from tieout.planning.expense_form import Asked, ExpenseForm
from tieout.planning.expense_preview import preview
from tieout.planning.models import Driver, Edit, Options, PlanCell
from tieout.planning.options import options_of
from tieout.planning.terms import save_term

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 20)  # April is the last admitted month
YEARLY = {"driver": "amount", "amount": "1,200", "frequency": "annual", "start": "2026-06", "paid": "immediately"}


@pytest.fixture(autouse=True)
def may() -> Iterator[None]:
    with time_machine.travel("2026-05-20T12:00:00Z", tick=False):
        yield


def page(book: Book, number: str = "5010", rest: str = "") -> str:
    return f"/c/{book.company.slug}/expenses/{expense(book, number).pk}/{rest}"


def known(book: Book, number: str = "5010") -> Facts:
    found = facts(book.company, book, expense_id=expense(book, number).pk, today=TODAY)
    assert found is not None
    return found


def asked(book: Book, texts: dict[str, str], number: str = "5010") -> Asked:
    form = ExpenseForm(known(book, number), texts)
    read = form.read()
    assert read is not None, form.errors
    return read


def test_an_owner_saves_all_options(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    finance = departments.system(book.company, "finance").pk
    sent = {**YEARLY, "department": str(finance), "growth": "percent", "growth_rate": "3", "growth_every": "year"}
    answer = client.post(page(book), {**sent, "m-2026-07": "(50.25)"}, follow=True)
    assert answer.redirect_chain == [(f"/c/{book.company.slug}/expenses/", 302)]
    assert b"Hosting was saved." in answer.content
    row = options_of(book.company, expense(book, "5010").pk)
    assert (row.amount, row.frequency, row.start, row.growth_rate) == (1_200_00, "annual", 202606, 30_000)
    assert list(PlanCell.objects.values_list("month", "amount")) == [(202607, -50_25)]
    assert Edit.objects.get().what == "Typed 1 month of Hosting"
    member = next(it for it in plan(book.company, book, book.published).members if it.code == "5010")
    assert member.department_now == finance


def test_saving_the_form_as_it_came_changes_nothing(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    client.post(page(book), {**YEARLY, "m-2026-07": "50"})
    before = AuditEvent.objects.count()
    form = ExpenseForm.saved(known(book))
    texts = {it.name: it.value for it in (*form.fields.values(), *form.months)}
    answer = client.post(page(book), texts, follow=True)
    assert b"Nothing of Hosting was changed." in answer.content
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"amount": ""}, "The amount is missing."),
        ({"amount": "a lot"}, "“a lot” is not an amount."),
        ({"amount": "12.345"}, "could be 12,345 or 12.345"),
        ({"end": "2026-05"}, "It ends in May 26, before it starts in Jun 26."),
        ({"start": "soon"}, "“soon” is not a month."),
        ({"driver": "guess"}, "This is none of the choices."),
        ({"growth": "percent", "growth_rate": "much"}, "“much” is not a percentage."),
        ({"driver": "average", "averaged": "40"}, "An average is over 1 to 36 months."),
        ({"driver": "average", "averaged": "few"}, "“few” is not a number of months."),
        ({"paid": "999"}, "This payment term is not there any more."),
        ({"department": "999"}, "This department is not there any more."),
        ({"m-2026-08": "twelve"}, "“twelve” is not an amount."),
        ({"name": "x" * 201}, "at most 200 fit."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    client: Client, alice: User, book: Book, changes: dict[str, str], told: str
) -> None:
    client.force_login(alice)
    sent = {**YEARLY, "m-2026-09": "77.70", **changes}
    answer = client.post(page(book), sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert told in shown
    assert 'value="77.70"' in shown
    for name in ("amount", "start", "end"):
        assert f'value="{sent.get(name, "")}"' in shown
    assert not Options.objects.exists()
    assert not PlanCell.objects.exists()


def test_a_hidden_field_may_hold_anything(client: Client, alice: User, book: Book) -> None:
    """With script, fields of other drivers are hidden: what stands in them must not block."""
    read = asked(
        book, {"driver": "last_year", "change": "-2.5", "amount": "a lot", "averaged": "x", "growth_rate": "?"}
    )
    assert (read.wanted.driver, read.wanted.rate) == (Driver.LAST_YEAR, -25_000)


def test_the_preview_is_what_saving_would_give(book: Book) -> None:
    shown = preview(known(book), asked(book, {**YEARLY, "m-2026-07": "150"}))
    by_month = {str(it.month): (it.expense, it.cash, it.typed) for it in shown.months}
    assert len(by_month) == 12
    assert by_month["2026-05"] == (0, 0, False)
    assert by_month["2026-06"] == (100_00, 1_200_00, False)
    assert by_month["2026-07"] == (150_00, 50_00, True)
    assert by_month["2027-04"] == (100_00, 0, False)
    assert (shown.year, shown.actual, shown.rest) == (2027, 600_00, 1_050_00)  # April to March; April is posted
    assert shown.total == 1_650_00
    assert not Options.objects.exists()


def test_the_preview_pays_by_the_term_of_the_form(alice: User, book: Book) -> None:
    term = save_term(company=book.company, person=alice, name="Next month", shares=(0, 10_000))
    shown = preview(known(book), asked(book, {"driver": "amount", "amount": "10", "paid": str(term.pk)}))
    assert [it.cash for it in shown.months][:3] == [0, 10_00, 10_00]


def test_the_preview_shows_the_year_before_where_the_books_reach(book: Book) -> None:
    shown = preview(known(book), asked(book, YEARLY))
    assert shown.year_before == 600_00  # March
    assert {str(it.month): it.before for it in shown.months}["2027-03"] == 600_00


def test_without_script_a_button_previews_and_saves_nothing(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    answer = client.post(page(book), {**YEARLY, "preview": "1"})
    assert answer.status_code == 200
    assert b"Twelve months" in answer.content
    assert not Options.objects.exists()


def test_with_script_the_panel_alone_is_answered(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = client.post(page(book, rest="preview/"), YEARLY).content.decode()
    assert "Twelve months" in shown
    assert "<html" not in shown
    wrong = client.post(page(book, rest="preview/"), {**YEARLY, "amount": "a lot"}).content.decode()
    assert "“a lot” is not an amount." in wrong


def test_the_sheet_gets_the_form_alone(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = client.get(page(book), headers={"HX-Request": "true"}).content.decode()
    assert "data-expense-form" in shown
    assert "<html" not in shown


def test_a_mark_as_payroll_keeps_the_options(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    client.post(page(book), {**YEARLY, "payroll": "on"})
    one = expense(book, "5010")
    assert one.payroll is True
    assert options_of(book.company, one.pk).amount == 1_200_00
    client.post(page(book), {**YEARLY, "m-2026-07": "5"})
    one.refresh_from_db()
    assert one.payroll is False
    assert PlanCell.objects.get().amount == 5_00


def test_typing_and_marking_as_payroll_at_once_saves_both(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert client.post(page(book), {**YEARLY, "payroll": "on", "m-2026-07": "5"}).status_code == 302
    assert expense(book, "5010").payroll is True
    assert PlanCell.objects.get().amount == 5_00
    again = client.post(page(book), {**YEARLY, "payroll": "on", "m-2026-07": "6"})
    assert (again.status_code, b"it is forecast by the hiring plan" in again.content) == (422, True)


def test_a_department_from_a_month_on_leaves_earlier_months(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    sales, design = (departments.system(book.company, key).pk for key in ("sales", "design"))
    client.post(page(book), {"department": str(sales)})
    client.post(page(book), {"department": str(design), "since": "2026-04"})
    member = next(it for it in plan(book.company, book, book.published).members if it.code == "5010")
    assert (member.department(Month(2026, 3)), member.department(Month(2026, 4))) == (sales, design)


def test_back_goes_only_to_pages_of_ours(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    home = f"/c/{book.company.slug}/expenses/"
    for wanted, went in (
        (f"{home}?q=x", f"{home}?q=x"),
        ("https://elsewhere.example/", home),
        ("//elsewhere.example", home),
    ):
        assert client.post(page(book), {**YEARLY, "back": wanted}).headers["Location"] == went


@pytest.mark.parametrize(
    ("came", "back"),
    [
        ("http://testserver{home}timeline/?by=quarter", "{home}timeline/?by=quarter"),
        ("http://testserver{home}", "{home}"),
        ("http://elsewhere.example{home}timeline/", "{home}"),
        ("http://testserver/accounts/logout/", "{home}"),
    ],
)
def test_the_form_leads_back_to_where_it_was_opened(
    client: Client, alice: User, book: Book, came: str, back: str
) -> None:
    client.force_login(alice)
    home = f"/c/{book.company.slug}/expenses/"
    shown = client.get(page(book), headers={"Referer": came.format(home=home)}).content.decode()
    assert f'name="back" value="{back.format(home=home)}"' in shown


def test_another_company_s_expense_is_not_found(client: Client, alice: User, charlie: User, book: Book) -> None:
    other = companies.create_company(name="Other", person=charlie)
    client.force_login(charlie)
    one = expense(book, "5010").pk
    assert client.get(f"/c/{other.slug}/expenses/{one}/", follow=True).status_code in (200, 404)
    assert client.post(f"/c/{other.slug}/expenses/{one}/", YEARLY).status_code in (200, 404)
    assert not Options.objects.exists()


def test_a_viewer_is_refused_and_a_stranger_finds_nothing(client: Client, bob: User, charlie: User, book: Book) -> None:
    client.force_login(bob)
    assert client.get(page(book)).status_code == 403
    assert client.post(page(book), YEARLY).status_code == 403
    client.force_login(charlie)
    assert client.get(page(book)).status_code == 404
    assert client.post(page(book, rest="preview/"), YEARLY).status_code == 404


def test_texts_of_a_request_are_read_as_sent(book: Book) -> None:
    data = QueryDict("driver=amount&amount=5&m-2026-06=1&m-2030-01=9")
    form = ExpenseForm.typed(known(book), data, maps=True)
    assert form.typed_count == 1  # a month that the form does not offer is not taken


# --- names, formulas, added expenses ---------------------------------------------------------------------------


def test_an_own_name_and_the_way_back_to_the_books_name(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    client.post(page(book), {**YEARLY, "name": "  Cloud   servers "})
    assert expense(book, "5010").own_name == "Cloud servers"
    shown = client.get(page(book)).content.decode()
    assert 'value="Cloud servers"' in shown
    assert 'placeholder="Hosting"' in shown
    client.post(page(book), {**YEARLY, "name": ""})
    assert expense(book, "5010").own_name == ""


def test_a_formula_is_kept_by_ids_and_shown_by_name(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    client.post(page(book), {"driver": "formula", "formula": "Account.6200[-2] * 2"})
    row = options_of(book.company, expense(book, "5010").pk)
    assert "Account" not in row.formula
    assert "Account.6200[-2] * 2" in client.get(page(book)).content.decode()
    shown = preview(known(book), asked(book, {"driver": "formula", "formula": "Account.6200[-2] * 2"}))
    assert [it.expense for it in shown.months[:2]] == [160_00, 0]  # 80.00 in March; nothing in April


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("", "The formula is empty."),
        ("Account.62000 * 2", "Account.62000"),
        ("2 * (3", ""),
        ("Account.5010 + 1", ""),
    ],
)
def test_a_formula_that_cannot_be_is_refused_at_its_field(
    client: Client, alice: User, book: Book, formula: str, told: str
) -> None:
    """Empty, an unknown name, a bracket that stays open, and one that asks for itself."""
    client.force_login(alice)
    answer = client.post(page(book), {"driver": "formula", "formula": formula})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="f-formula-told"' in shown
    assert 'class="error" id="f-formula-told"' in shown
    assert told in shown
    assert not Options.objects.exists()


def test_a_circle_through_two_expenses_is_refused(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert client.post(page(book), {"driver": "formula", "formula": "Account.6200"}).status_code == 302
    answer = client.post(page(book, "6200"), {"driver": "formula", "formula": "Account.5010"})
    assert answer.status_code == 422
    assert not Options.objects.filter(expense=expense(book, "6200")).exists()
    looking_back = client.post(page(book, "6200"), {"driver": "formula", "formula": "Account.5010[-1]"})
    assert looking_back.status_code == 302


def test_an_owner_adds_an_expense_with_all_its_options(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    address = f"/c/{book.company.slug}/expenses/add/"
    assert "New expense" in client.get(address).content.decode()
    marketing = departments.system(book.company, "marketing").pk
    sent = {**YEARLY, "name": "Trade fair", "department": str(marketing), "m-2026-07": "80"}
    for name in ("Trade fair", ""):  # what it costs shows before it is called anything
        panel = client.post(f"{address}preview/", {**sent, "name": name}).content.decode()
        assert "1,200" in panel
    assert not Options.objects.exists()
    assert "Trade fair was added." in client.post(address, sent, follow=True).content.decode()
    made = next(it for it in plan(book.company, book, book.published).members if it.name == "Trade fair")
    assert made.department_now == marketing
    assert options_of(book.company, made.id).amount == 1_200_00
    assert list(PlanCell.objects.values_list("expense", "amount")) == [(made.id, 80_00)]
    shown = client.get(f"/c/{book.company.slug}/expenses/").content.decode()
    assert "Trade fair" in shown


@pytest.mark.parametrize("changes", [{"name": ""}, {"amount": "x"}, {"end": "2020-01"}])
def test_an_expense_that_cannot_be_is_not_added(
    client: Client, alice: User, book: Book, changes: dict[str, str]
) -> None:
    client.force_login(alice)
    before = len(plan(book.company, book, book.published).members)
    answer = client.post(f"/c/{book.company.slug}/expenses/add/", {**YEARLY, "name": "Trade fair", **changes})
    assert answer.status_code == 422
    assert len(plan(book.company, book, book.published).members) == before


def test_an_added_expense_can_be_removed_and_an_account_s_cannot(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    client.post(f"/c/{book.company.slug}/expenses/add/", {**YEARLY, "name": "Trade fair"})
    made = next(it for it in plan(book.company, book, book.published).members if it.name == "Trade fair")
    address = f"/c/{book.company.slug}/expenses/{made.id}/"
    assert f"{address}remove/" in client.get(address).content.decode()
    assert "Nothing is posted to it" in client.get(f"{address}remove/").content.decode()
    assert "Trade fair was removed." in client.post(f"{address}remove/", follow=True).content.decode()
    assert not Options.objects.exists()
    assert client.get(address).status_code == 404

    assert "remove/" not in client.get(page(book)).content.decode().replace("/links/", "")
    assert "is an account of the books" in client.get(page(book, rest="remove/")).content.decode()
    answer = client.post(page(book, rest="remove/"))
    assert (answer.status_code, b"is an account of the books" in answer.content) == (422, True)


def test_an_editor_plans_an_account_s_expense_and_maps_nothing(
    client: Client, alice: User, bob: User, book: Book
) -> None:
    book.company.memberships.filter(person=bob).update(role="editor")
    client.force_login(alice)
    sales, design = (departments.system(book.company, key).pk for key in ("sales", "design"))
    client.post(page(book), {"department": str(sales)})
    client.force_login(bob)
    shown = client.get(page(book)).content.decode()
    assert "An admin decides on the department" in shown
    assert "/links/new/" not in shown
    client.post(page(book), {**YEARLY, "department": str(design), "payroll": "on"})
    member = next(it for it in plan(book.company, book, book.published).members if it.code == "5010")
    assert (member.department_now, member.payroll) == (sales, None)
    assert Options.objects.get().frequency == "annual"


def test_an_editor_removes_an_added_expense_that_has_no_link(
    client: Client, alice: User, bob: User, book: Book
) -> None:
    book.company.memberships.filter(person=bob).update(role="editor")
    client.force_login(bob)
    client.post(f"/c/{book.company.slug}/expenses/add/", {**YEARLY, "name": "Trade fair"})
    made = next(it for it in plan(book.company, book, book.published).members if it.name == "Trade fair")
    address = f"/c/{book.company.slug}/expenses/{made.id}/"
    rule = [{"field": "account", "verb": "is", "terms": [{"text": "6200"}]}]
    link = Link.objects.create(company=book.company, expense_id=made.id, position=1, rule=rule)
    assert f"{address}remove/" not in client.get(address).content.decode()
    assert client.post(f"{address}remove/").status_code == 422
    link.delete()
    assert client.post(f"{address}remove/").status_code == 302
