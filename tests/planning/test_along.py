"""Budget goes along with a link only when somebody says so, and the company's forecast stays what it was."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses.links import LISTS, make, rule
from tests.expenses.small_ledger import expense, new_book, sync
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.services import Draft, NewExpense, save_link
from tieout.ledger.models import Book
from tieout.planning.along import move, offer
from tieout.planning.cells import type_cells
from tieout.planning.forecast import forecast
from tieout.planning.models import PlanCell

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
    move(company=book.company, person=alice, book=book, offered=offered, sources=[hosting], through=THROUGH)
    assert total(book) == before
    after = forecast(book.company, book, through=THROUGH, last=THROUGH + 12).amounts
    assert after[link.expense_id][months[0]] == offered.a_month != 0
    assert after[hosting][months[0]] == 5_000_00 - offered.a_month


def test_without_a_forecast_nothing_is_offered_and_a_link_changes_none(client: Client, book: Book, alice: User) -> None:
    link = save_link(
        company=book.company, person=alice, book=book, expense=NewExpense("Grid"),
        draft=Draft(rule=rule("vendor", "contains", "grid")),
    ).link  # fmt: skip
    assert not PlanCell.objects.exists()
    client.force_login(alice)
    answer = client.get(f"/c/{book.company.slug}/expenses/links/{link.pk}/along/")
    assert answer.headers["Location"].endswith("/expenses/links/")
