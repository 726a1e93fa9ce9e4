"""Linked expenses on the timeline: below the account that they take from, and nothing counted twice."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.links import LISTS, VENDORS, make, row, rule
from tests.expenses.small_ledger import expense, new_book, sync
from tests.golden.table import check
from tests.planning.test_timeline import as_text
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.rules import Rule
from tieout.departments import queries as departments
from tieout.expenses.cells import cell
from tieout.expenses.models import Expense
from tieout.expenses.organising import Choice, organise
from tieout.expenses.periods import By, Span, spans
from tieout.expenses.sections import Filter
from tieout.expenses.services import Draft, add_expense, save_link
from tieout.ledger.models import Book
from tieout.planning.ahead import Ahead
from tieout.planning.forecast import Forecast
from tieout.planning.timeline import Timeline, timeline
from tieout.planning.timeline_rows import TimelineRow

pytestmark = pytest.mark.django_db
FIRST, THROUGH, LAST = Month(2025, 10), Month(2025, 12), Month(2026, 2)
_number = itertools.count()


@pytest.fixture
def book(company: Company) -> Book:
    made = new_book(company)
    sync(made, make(1)[0], LISTS, ())
    return made


def columns(by: By = By.MONTH) -> tuple[Span, ...]:
    return spans(FIRST, LAST, by=by, first_month=4, through=THROUGH)


def link(book: Book, person: User, name: str, made: Rule, department: str = "") -> Expense:
    key = departments.system(book.company, department).pk if department else None
    into = add_expense(company=book.company, person=person, name=name, department=key)
    draft = Draft(rule=made, although_nothing=True)
    save_link(company=book.company, person=person, book=book, expense=into, draft=draft)
    book.refresh_from_db()
    return into


def of_account(book: Book, number: str, vendor: int) -> Rule:
    """Return a rule for one vendor's lines of one account: they stand below it."""
    account = rule("account", "is", row(book, "account", number))
    return Rule((*account.criteria, *rule("vendor", "is", VENDORS[vendor]).criteria))


def ahead(*planned: Expense, amount: int = 100_00) -> Ahead:
    months = {Month(2026, 1): amount, Month(2026, 2): amount}
    ids = frozenset(it.pk for it in planned)
    return Ahead(forecast=Forecast(amounts=dict.fromkeys(ids, months), planned=ids), after=THROUGH)


def family(found: Timeline, key: str) -> list[TimelineRow]:
    return [it for it in found.rows if it.parent == key]


def test_a_link_stands_below_its_account_with_what_is_left_of_it(book: Book, alice: User) -> None:
    northgrid = link(book, alice, "Northgrid", of_account(book, "6210", 0))
    found = timeline(book.company, book, columns(), ahead=ahead(northgrid))
    account = expense(book, "6210")
    above = next(it for it in found.rows if it.key == f"group:{account.pk}")
    inside = family(found, above.key)
    assert [(it.label, it.level, it.linked, it.rest, it.expense) for it in inside] == [
        ("Northgrid", 4, True, False, northgrid.pk),
        ("Rest of the account", 4, False, True, account.pk),
    ]
    assert (above.level, above.expense, above.form, above.code) == (3, 0, account.pk, "6210")
    check("timeline_links", as_text(found))


def test_a_link_over_several_accounts_stands_beside_them(book: Book, alice: User) -> None:
    cloud = link(book, alice, "Cloud", rule("vendor", "starts", "northgrid"))
    found = timeline(book.company, book, columns())
    assert next((it.level, it.linked) for it in found.rows if it.key == f"expense:{cloud.pk}") == (3, True)
    assert not any(it.key.startswith("group:") for it in found.rows)


def test_a_link_in_another_department_stands_there(book: Book, alice: User) -> None:
    adobe = link(book, alice, "Adobe seats", of_account(book, "6200", 2), department="marketing")
    found = timeline(book.company, book, columns())
    assert next(it.level for it in found.rows if it.key == f"expense:{adobe.pk}") == 3


def test_a_search_finds_the_account_of_a_link_and_its_rest(book: Book, alice: User) -> None:
    link(book, alice, "Adobe seats", of_account(book, "6200", 2))
    found = timeline(book.company, book, columns(), only=Filter(text="adobe"))
    assert [it.label for it in found.rows] == ["Unassigned", "Account 6200", "Adobe seats", "Rest of the account"]


def test_an_added_expense_waits_for_its_forecast(book: Book, alice: User) -> None:
    added = add_expense(company=book.company, person=alice, name="Offsite", department=None)
    found = timeline(book.company, book, columns(), ahead=ahead(added, amount=0))
    assert [it.label for it in found.rows][-1] == "Offsite"


def test_rows_below_an_account_arrive_when_it_is_opened(client: Client, alice: User, book: Book) -> None:
    adobe = link(book, alice, "Adobe seats", of_account(book, "6200", 2), department="")
    client.force_login(alice)
    base, query = f"/c/{book.company.slug}/expenses/timeline/", "from=2025-10&to=2025-12"
    group = f"group:{expense(book, '6200').pk}"
    shut = client.get(f"{base}?{query}").content.decode()
    assert f'data-row="{group}" aria-level="3" aria-expanded="false"' in shut
    assert f'data-row="expense:{adobe.pk}"' not in shut
    below = client.get(f"{base}rows/?{query}&row={group}").content.decode()
    assert below.count("<tr") == 2
    assert "icons.svg#link" in below
    assert below in client.get(f"{base}?{query}&open={group}").content.decode()
    assert "Adobe seats" not in client.get(f"{base}?{query}&open={group}&shut=unassigned").content.decode()


# --- partition, on anything -----------------------------------------------------------------------------------

links = st.lists(
    st.tuples(
        st.sampled_from(["5010", "6200", "6210"]), st.integers(0, len(VENDORS) - 1), st.booleans(),
        st.sampled_from(["", "marketing"]),
    ),
    min_size=1, max_size=4,
)  # fmt: skip
moves = st.lists(
    st.tuples(
        st.sampled_from(["5010", "6200"]), st.sampled_from(["marketing", None]),
        st.sampled_from([None, Month(2025, 11), Month(2026, 1)]), st.booleans() | st.none(),
    ),
    max_size=3,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 5), linked=links, moved=moves, by=st.sampled_from([By.MONTH, By.YEAR]), money=st.integers(-5, 5)
)
def test_links_and_rest_sum_to_the_account_and_rows_to_the_total(
    alice: User, seed: int, linked: list[tuple[str, int, bool, str]],
    moved: list[tuple[str, str | None, Month | None, bool | None]], by: By, money: int,
) -> None:  # fmt: skip
    company = create_company(name=f"Links {next(_number)}", person=alice)
    book = new_book(company)
    entries, truth = make(seed, 25, start=date(2025, 9, 1))
    sync(book, entries, LISTS, ())
    made = []
    for at, (number, vendor, one, department) in enumerate(linked):
        its = of_account(book, number, vendor) if one else rule("vendor", "is", VENDORS[vendor])
        made.append(link(book, alice, f"Link {at}", its, department))
    for number, target, since, payroll in moved:
        key = departments.system(company, target).pk if target else None
        choice = Choice(expense=expense(book, number).pk, department=key, payroll=payroll)
        organise(company=company, person=alice, choices=[choice], since=since)
    found = timeline(company, book, columns(by), ahead=ahead(*made, amount=money))
    parents = {it.parent for it in found.rows}
    for at, span in enumerate(found.spans):
        posted = sum(it.amount for it in truth if span.first <= Month.parse(it.month) <= min(span.last, THROUGH))
        to_come = sum(span.first <= month <= span.last for month in (Month(2026, 1), Month(2026, 2)))
        assert found.total[at] == found.shown[at] == posted + money * to_come * len(made)
        assert sum(it.amounts[at] or 0 for it in found.rows if it.key not in parents) == found.total[at]
        for above in found.rows:
            if above.key in parents:
                assert (above.amounts[at] or 0) == sum(it.amounts[at] or 0 for it in family(found, above.key))
    _figures_are_their_entries(book, timeline(company, book, columns(by)))


def _figures_are_their_entries(book: Book, found: Timeline) -> None:
    for it in found.rows:
        for amount, span in zip(it.amounts, found.spans, strict=True):
            if amount is not None:
                assert cell(book.company, book, it.key, span.first, span.last).amount == amount, it.key
