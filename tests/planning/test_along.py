"""Budget goes along with a link only when somebody says so, and the company's forecast stays what it was."""

from __future__ import annotations

from functools import partial

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses.links import LISTS, NUMBERS, make, rule
from tests.expenses.small_ledger import expense, new_book, sync
from tests.planning import plans
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.services import Draft, NewExpense, save_link
from tieout.ledger.models import Book
from tieout.planning.along import Changed, move, offer
from tieout.planning.cells import type_cells
from tieout.planning.forecast import forecast
from tieout.planning.models import RATE, Driver, Options, PlanCell

pytestmark = pytest.mark.django_db
THROUGH = Month(2026, 1)


@pytest.fixture
def book(company: Company) -> Book:
    made = new_book(company)
    sync(made, make(1, 60)[0], LISTS, ())
    return made


def total(book: Book) -> dict[Month, int]:
    found = forecast(book.company, book, through=THROUGH, last=THROUGH + 12)
    return {
        month: sum(it.get(month, 0) for it in found.amounts.values()) for month in (THROUGH + 1).until(THROUGH + 13)
    }


def test_a_linked_stream_is_offered_what_its_account_s_stream_was_to_earn(company: Company, alice: User) -> None:
    """Sales are planned at 12,000.00; what Acme brought of them moves, and revenue stays what it was."""
    book = plans.new_book(company)
    sales = plans.plan(book, "4000", Driver.AMOUNT, amount=12_000_00)
    link = save_link(
        company=company, person=alice, book=book, expense=NewExpense("Acme", income=True),
        draft=Draft(rule=rule("vendor", "is", "Acme")),
    ).link  # fmt: skip
    offered = offer(company, book, link.expense_id, through=plans.THROUGH)
    assert offered is not None
    assert [(it.member.id, it.a_month) for it in offered.sources] == [(sales, 10_000_00)]
    go = partial(move, company=company, person=alice, book=book, sources=[sales], through=plans.THROUGH)
    assert go(offered=offered, seal=offered.seal)
    after = plans.told(book)
    assert after.revenue[link.expense_id][plans.MAY] == 10_000_00
    assert after.revenue[sales][plans.MAY] == 2_000_00
    assert after.revenue_total[plans.MAY] == 12_000_00 + 1_000_00  # set-up fees as they were on average


def test_what_moves_leaves_its_account_and_nothing_else_changes(book: Book, alice: User) -> None:
    hosting = expense(book, "5010").pk
    months = list((THROUGH + 1).until(THROUGH + 7))
    type_cells(
        company=book.company, person=alice, book=book, cells={(hosting, it): 5_000_00 for it in months}, what="t",
        through=THROUGH,
    )  # fmt: skip
    before = total(book)
    link = save_link(
        company=book.company, person=alice, book=book, expense=NewExpense("Grid"),
        draft=Draft(rule=rule("vendor", "contains", "grid")),
    ).link  # fmt: skip
    assert total(book) == before
    offered = offer(book.company, book, link.expense_id, through=THROUGH)
    assert offered is not None
    assert [each.member.id for each in offered.sources] == [hosting]
    go = partial(move, company=book.company, person=alice, book=book, sources=[hosting], through=THROUGH)
    assert go(offered=offered, seal=offered.seal)
    assert total(book) == before
    after = forecast(book.company, book, through=THROUGH, last=THROUGH + 12).amounts
    took = offered.sources[0].a_month
    assert after[link.expense_id][months[0]] == took > 0
    assert after[hosting][months[0]] == 5_000_00 - took
    assert months[-1] + 1 not in after[link.expense_id], "a month without a forecast gives none"
    again = offer(book.company, book, link.expense_id, through=THROUGH)
    assert again is not None
    with pytest.raises(Changed):  # the button was pressed twice
        go(offered=again, seal=offered.seal)


@pytest.mark.parametrize("driver", [Driver.LAST_YEAR, Driver.AVERAGE, Driver.AMOUNT])
def test_the_company_s_forecast_is_what_it_was_before_the_link(book: Book, alice: User, driver: Driver) -> None:
    for number in NUMBERS:
        Options.objects.create(
            company=book.company,
            expense=expense(book, number),
            driver=driver,
            amount=9_000_00,
            rate=5 * RATE,
            averaged=6,
        )
    before = total(book)
    link = save_link(
        company=book.company, person=alice, book=book, expense=NewExpense("Grid"),
        draft=Draft(rule=rule("vendor", "contains", "grid")),
    ).link  # fmt: skip
    offered = offer(book.company, book, link.expense_id, through=THROUGH)
    assert offered is not None
    move(
        company=book.company, person=alice, book=book, offered=offered, seal=offered.seal, through=THROUGH,
        sources=[each.member.id for each in offered.sources],
    )  # fmt: skip
    for month, amount in total(book).items():
        assert abs(amount - before[month]) <= 1_00 // 20, month  # each expense rounds by itself
    assert all(amount >= 0 for it in offered.sources for amount in (it.left,) if not it.like)


def test_without_a_forecast_nothing_is_offered_and_a_link_changes_none(client: Client, book: Book, alice: User) -> None:
    link = save_link(
        company=book.company, person=alice, book=book, expense=NewExpense("Grid"),
        draft=Draft(rule=rule("vendor", "contains", "grid")),
    ).link  # fmt: skip
    assert not PlanCell.objects.exists()
    client.force_login(alice)
    answer = client.get(f"/c/{book.company.slug}/expenses/links/{link.pk}/along/")
    assert answer.headers["Location"].endswith("/expenses/links/")
