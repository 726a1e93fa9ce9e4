"""Profit and loss that goes on with the forecast: actual months, then planned ones, in one run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict

from tests.expenses.links import rule
from tests.reports.small_books import Books
from tests.reports.test_pages import row_id
from tieout.departments import queries as departments
from tieout.expenses.models import Expense
from tieout.expenses.services import Draft, NewExpense, save_link
from tieout.ledger.queries import cell_sum
from tieout.planning.models import Driver, Options
from tieout.reports.document import ColumnKind, Document
from tieout.reports.making import make
from tieout.reports.profit_parts import NET_INCOME

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def plans(books: Books, alice: User) -> Books:
    """Software 100 a month, sales 900, and Creative Cloud, linked out of Software, 30 a month."""
    book = books.book
    book.refresh_from_db()
    place = departments.departments(books.company)[5].pk
    link = save_link(
        company=books.company, person=alice, book=book, expense=NewExpense(name="Creative Cloud", department=place),
        draft=Draft(rule=rule("text", "is", "Creative Cloud")),
    ).link  # fmt: skip
    ids = [Expense.objects.get(company=books.company, account_id=row_id(it)).pk for it in ("6000", "4000")]
    for expense, amount in zip((*ids, link.expense_id), (100_00, 900_00, 30_00), strict=True):
        Options.objects.create(
            company=books.company, expense_id=expense, driver=Driver.AMOUNT, amount=amount, start=202601
        )  # fmt: skip
    return books


def statement(books: Books, query: str) -> Document:
    return make(books.company, "profit-and-loss", QueryDict(query), sees_pay=True).document


@pytest.mark.parametrize("view", ["account", "department"])
def test_planned_months_follow_actual_ones(plans: Books, view: str) -> None:
    made = statement(plans, f"preset=plan&view={view}")
    kinds = {column.key: column.kind for column in made.columns}
    assert kinds["2026-07"] is ColumnKind.ACTUAL
    assert kinds["2026-08"] is ColumnKind.FORECAST
    assert kinds["total"] is ColumnKind.MIXED
    net = made.by_key[NET_INCOME]
    assert made.shown(net, made.by_column["2026-07"]) == -45_00
    assert made.shown(net, made.by_column["2026-08"]) == 900_00 - 100_00 - 30_00
    assert made.shown(net, made.by_column["total"]) == -45_00 + 11 * 770_00


@pytest.mark.parametrize("view", ["account", "department"])
def test_what_is_posted_of_a_mixed_figure_is_the_sum_of_its_lines(plans: Books, view: str) -> None:
    made = statement(plans, f"preset=plan&by=quarter&view={view}")
    for row in made.rows:
        for column in made.columns if row.has_figures else ():
            lines = sum(cell_sum(made.at.book, it, version=made.at.version) for it in made.cells(row, column))
            assert lines == made.amount(row, column) - made.ahead(row, column)


def test_departments_narrow_what_is_planned_too(plans: Books) -> None:
    place = departments.departments(plans.company)[5].pk
    made = statement(plans, f"preset=plan&view=department&department=department:{place}")
    assert made.amount(made.by_key[made.foot[0]], made.by_column["2026-09"]) == 30_00


def test_a_statement_of_an_earlier_sync_has_no_forecast(plans: Books) -> None:
    plans.sync()
    made = statement(plans, "preset=plan&sync=1")
    assert {it.kind for it in made.columns} <= {ColumnKind.ACTUAL, ColumnKind.PARTIAL}
