"""The link builder: what it shows is what an independent count finds, and what it saves is what it showed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.links import LISTS, NUMBERS, make, meets, rule
from tests.expenses.small_ledger import bill, expense, new_book, sync
from tests.expenses.test_links import EXAMPLES, Plain, link, names_of, rules, with_ids
from tests.expenses.test_pages import text
from tieout.companies.models import Company, Membership
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.rules import fold
from tieout.expenses.link_preview import Asked, Where, preview
from tieout.expenses.models import Expense, Link, Pin
from tieout.expenses.rule_json import from_json, to_json
from tieout.ledger.models import Book, Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(company: Company) -> Book:
    made = new_book(company)
    sync(made, make(1)[0], LISTS, ())
    return made


def form(**changes: object) -> dict[str, object]:
    return {
        "name": "Grid", "department": "", "joins": "all",
        "field-0": "vendor", "verb-0": "contains", "term-0": ["northgrid"], **changes,
    }  # fmt: skip


def post(client: Client, book: Book, path: str, data: Mapping[str, object], status: int = 200) -> str:
    answer = client.post(f"/c/{book.company.slug}/expenses/links/{path}", data)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


@pytest.mark.slow
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000), before=st.none() | rules(), made=rules())
def test_a_preview_is_what_an_independent_count_finds(
    alice: User, seed: int, before: list[Plain] | None, made: list[Plain]
) -> None:
    company = create_company(name=f"Books {seed}", person=alice)
    book = new_book(company, f"org-{company.pk}")
    entries, truth = make(seed)
    sync(book, entries, LISTS, ())
    names = names_of(book)
    earlier = with_ids(book, before) if before else None
    if earlier:
        link(book, alice, "Earlier", earlier)
    asked = with_ids(book, made)
    seen = preview(company, book, Asked(rule=asked))
    matched = [line for line in truth if meets(line, asked, names)]
    held = [line for line in matched if earlier and meets(line, earlier, names)]
    free = [line for line in matched if line not in held]
    assert (seen.matched, seen.takes.count, seen.held.count) == (len(matched), len(free), len(held))
    assert seen.takes.amount == sum(line.amount for line in free)
    assert seen.held.amount == sum(line.amount for line in held)
    for number in NUMBERS:
        gone = [share for share in seen.leaves if share.name.startswith(number)]
        assert sum(it.amount for it in gone) == sum(line.amount for line in free if line.account == number)
    assert dict(seen.months) == {
        month: sum(line.amount for line in free if line.month == str(month)) for month in _span(seen.months)
    }
    assert from_json(to_json(asked)) == asked


def _span(months: Sequence[tuple[Month, int]]) -> list[Month]:
    return list(months[0][0].until(months[-1][0] + 1)) if months else []


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(words: str) -> None:
    assert fold(fold(words)) == fold(words)


def test_the_builder_is_shown_previewed_and_saved(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert "Not a rule yet" in client.get(f"/c/{book.company.slug}/expenses/links/new/").content.decode()
    shown = post(client, book, "work/", form())
    found = re.search(r"Matches</h2>\s*<span class=\"badge\">(\d+) lines", shown)
    assert found
    assert not Link.objects.exists()
    answer = client.post(f"/c/{book.company.slug}/expenses/links/save/", form())
    assert answer.status_code == 302
    made = Expense.objects.get(own_name="Grid")
    assert Line.objects.filter(expense=made.pk).count() == int(found[1])
    listed = client.get(f"/c/{book.company.slug}/expenses/links/").content.decode()
    assert "Lines where vendor contains “northgrid”" in text(listed)


def test_an_unticked_line_stays_out_across_pages_and_saves(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = post(client, book, "work/", form())
    ids = re.findall(r'name="shown" value="(\d+)"', shown)
    ticked = {"shown": ids, "in": ids[1:]}
    again = post(client, book, "work/", form(**ticked, page="2"))
    assert f'name="out" value="{ids[0]}"' in again or "left out by you" in again
    post(client, book, "save/", form(**ticked), status=302)
    assert Pin.objects.count() == 1
    assert Line.objects.get(pk=int(ids[0])).expense != Expense.objects.get(own_name="Grid").pk
    edited = client.get(f"/c/{book.company.slug}/expenses/links/{Link.objects.get().pk}/").content.decode()
    assert "left out by you" in edited


def test_a_name_from_the_list_is_kept_as_its_row_and_words_as_words(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    post(client, book, "save/", form(**{"verb-0": "is", "term-0": ["adobe", "No such vendor"]}), status=302)
    terms = Link.objects.get().rule[0]["terms"]
    assert [sorted(term) for term in terms] == [["id"], ["text"]]


def test_a_new_expense_stands_where_most_of_it_comes_from(client: Client, alice: User, book: Book) -> None:
    from tieout.departments import queries as departments
    from tieout.expenses.organising import Choice, organise
    from tieout.expenses.sections import plan

    design = departments.system(book.company, "design").pk
    choices = [Choice(expense=expense(book, "5010").pk, department=design)]
    organise(company=book.company, person=alice, choices=choices)
    client.force_login(alice)
    only = {"field-1": "account", "verb-1": "contains", "term-1": ["5010"]}
    post(client, book, "save/", form(name="", department="like", **only), status=302)
    made = next(it for it in plan(book.company, book, book.published).members if it.name == "northgrid")
    assert made.department_now == design


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"term-0": ["  "]}, "empty"),
        ({"term-0": ["nobody at all"]}, "No line matches"),
        ({"field-0": "amount", "low-0": "9", "high-0": "1"}, "above"),
        ({"field-0": "amount", "low-0": "many"}, "many"),
        ({"field-0": "nonsense"}, "does not know"),
        ({"verb-0": "nonsense"}, "does not know"),
        ({"name": "x" * 201}, "longer"),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(
    client: Client, alice: User, book: Book, changes: dict[str, object], said: str
) -> None:
    client.force_login(alice)
    shown = post(client, book, "save/", form(**changes), status=422)
    assert said in text(shown)
    assert not Link.objects.exists()
    assert not Expense.objects.filter(kind="added").exists()
    for typed in changes.get("term-0", ()):  # type: ignore[attr-defined]
        assert f'value="{typed}"' in shown


def test_conditions_and_terms_are_added_and_taken_out_without_script(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = post(client, book, "work/", form(edit="add"))
    assert 'name="field-1"' in shown
    shown = post(client, book, "work/", form(edit="or-0"))
    assert shown.count('name="term-0"') == 2
    shown = post(client, book, "work/", form(edit="drop-0-1", **{"term-0": ["northgrid", "adobe"]}))
    assert 'value="adobe"' not in shown
    whole = client.post(
        f"/c/{book.company.slug}/expenses/links/work/", form(), headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in whole
    assert 'id="link-preview"' in whole


def test_the_order_decides_who_holds_a_line(client: Client, alice: User, book: Book) -> None:
    first = link(book, alice, "First", rule("vendor", "contains", "northgrid"))
    second = link(book, alice, "Second", rule("vendor", "contains", "cloud"))
    held = Line.objects.filter(expense=first.expense_id).count()
    assert not Line.objects.filter(expense=second.expense_id).exists()
    client.force_login(alice)
    shown = client.get(f"/c/{book.company.slug}/expenses/links/{second.pk}/").content.decode()
    assert "“First” is asked before this" in text(shown)
    post(client, book, "order/", {"link": second.pk, "before": first.pk}, status=302)
    moved = Line.objects.filter(expense=second.expense_id).count()
    assert moved
    assert Line.objects.filter(expense=first.expense_id).count() == held - moved
    post(client, book, f"{second.pk}/remove/", {}, status=302)
    assert Line.objects.filter(expense=first.expense_id).count() == held


def test_names_to_pick_from_begin_with_what_was_typed(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    answer = client.get(f"/c/{book.company.slug}/expenses/links/names/?field=vendor&q=a").json()
    assert answer["names"][0] == "Adobe"
    assert client.get(f"/c/{book.company.slug}/expenses/links/names/?field=amount&q=a").status_code == 404


def test_without_the_right_pay_answers_no_preview(client: Client, alice: User, company: Company) -> None:
    from tests.expenses.small_ledger import ENTRIES

    book = new_book(company)
    sync(book, [*ENTRIES, bill("7", ENTRIES[0].date, ("6200", 5_00), memo="April pay")])
    Membership.objects.filter(person=alice).update(payroll_detail=False)
    client.force_login(alice)
    shown = post(client, book, "work/", form(**{"field-0": "text", "term-0": ["april pay"]}))
    assert "1 line<" in shown
    assert "Payroll entries are left out" in shown
    assert "9,000.00" not in shown
    names = client.get(f"/c/{company.slug}/expenses/links/names/?field=vendor&q=ada").json()["names"]
    assert names == []


def test_a_viewer_sees_links_and_builds_none(client: Client, alice: User, bob: User, book: Book) -> None:
    made = link(book, alice, "Grid", rule("vendor", "contains", "northgrid"))
    client.force_login(bob)
    shown = client.get(f"/c/{book.company.slug}/expenses/links/").content.decode()
    assert "vendor contains" in shown
    assert "Remove" not in shown
    for path in ("work/", "save/", "order/", f"{made.pk}/remove/"):
        post(client, book, path, form(), status=403)


def test_ids_of_another_company_are_nobody_s(client: Client, book: Book, charlie: User) -> None:
    theirs = create_company(name="Elsewhere", person=charlie)
    sync(new_book(theirs, "theirs"), make(2)[0], LISTS, ())
    client.force_login(charlie)
    path = f"/c/{theirs.slug}/expenses/links/save/"
    assert client.post(path, form(expense=str(expense(book, "5010").pk))).status_code == 404
    assert not Link.objects.exists()
    seen = preview(theirs, Book.objects.get(company=theirs), Asked(rule=rule("vendor", "is", "Adobe")))
    assert {each.where for each in seen.lines} == {Where.MOVES}


def test_who_may_not_see_pay_links_none_of_it_and_who_may_is_told(
    client: Client, alice: User, company: Company
) -> None:
    from tests.expenses.small_ledger import ENTRIES

    book = new_book(company)
    sync(book, ENTRIES)
    client.force_login(alice)
    rule_of = form(**{"field-0": "vendor", "term-0": ["lovelace"]})
    assert "is pay" in text(post(client, book, "work/", rule_of))
    Membership.objects.filter(person=alice).update(payroll_detail=False)
    shown = post(client, book, "save/", {**rule_of, "although_nothing": "1"}, status=422)
    assert "would take payroll entries" in shown
    assert "9,000" not in shown
    assert not Link.objects.exists()


def test_lines_that_an_earlier_link_of_their_own_account_holds_do_not_move(alice: User, book: Book) -> None:
    from tieout.expenses.services import Draft, save_link

    hosting = expense(book, "5010")
    draft = Draft(rule=rule("vendor", "contains", "northgrid"), although_nothing=True)
    save_link(company=book.company, person=alice, book=book, expense=hosting, draft=draft)
    asked = rule("vendor", "contains", "cloud")
    seen = preview(book.company, book, Asked(rule=asked))
    late = link(book, alice, "Late", asked)
    assert seen.matched
    assert seen.takes.count == Line.objects.filter(expense=late.expense_id).count()


@pytest.mark.parametrize("path", ["field-²=vendor", "edit=drop-²", "field-0=dimension:²"])
def test_odd_digits_are_no_numbers(client: Client, alice: User, book: Book, path: str) -> None:
    client.force_login(alice)
    name, value = path.split("=")
    assert client.post(f"/c/{book.company.slug}/expenses/links/work/", form(**{name: value})).status_code == 200


def test_the_list_of_links_asks_no_query_a_link(
    client: Client, alice: User, book: Book, django_assert_max_num_queries: object
) -> None:
    client.force_login(alice)
    for number in range(12):
        link(book, alice, f"L{number}", rule("amount" if number < 0 else "vendor", "contains", f"x{number}"))
    with django_assert_max_num_queries(34):  # type: ignore[operator]
        client.get(f"/c/{book.company.slug}/expenses/links/")
