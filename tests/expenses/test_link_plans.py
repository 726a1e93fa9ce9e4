"""How SQLite finds the lines of a rule: by the one index that holds all that it asks, or by rows, never by a scan."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.expenses.links import LISTS, make, rule
from tests.expenses.small_ledger import new_book, sync
from tests.expenses.test_links import link
from tests.fixtures import on_postgresql
from tieout.companies.models import Company
from tieout.expenses.link_preview import Asked, preview
from tieout.expenses.services import Draft, save_link
from tieout.ledger.models import Book, Line

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(on_postgresql(), reason="PostgreSQL plans by what a table holds, and this one is small"),
]


@pytest.fixture
def book(company: Company) -> Book:
    made = new_book(company)
    sync(made, make(1, 200)[0], LISTS, ())
    return made


def plans(queries: CaptureQueriesContext) -> list[tuple[str, str]]:
    """Return each captured query on lines with SQLite's plan of it."""
    result = []
    for query in queries.captured_queries:
        sql = query["sql"]
        if "ledger_line" in sql and not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
                result.append((sql, "\n".join(str(row[-1]) for row in cursor.fetchall())))
    return result


@pytest.mark.parametrize("made", [rule("vendor", "contains", "northgrid"), rule("text", "contains", "usage")])
def test_a_preview_reads_the_index_once_and_then_single_cells(book: Book, made: object) -> None:
    with CaptureQueriesContext(connection) as queries:
        preview(book.company, book, Asked(rule=made))  # type: ignore[arg-type]
    found = plans(queries)
    sums = next(plan for sql, plan in found if "GROUP BY account" in sql)
    assert "COVERING INDEX line_rule" in sums
    page = next(plan for sql, plan in found if "LIMIT" in sql)
    assert "line_cell" in page
    pay = next(plan for sql, plan in found if "AND payroll)" in sql)
    assert "line_entry" in pay
    assert "entry_payroll" in pay
    assert not re.search(r"SCAN (line|ledger_line)\b(?! USING COVERING)", "\n".join(plan for _, plan in found))


def test_a_saved_link_touches_its_lines_only(book: Book, alice: User) -> None:
    one = link(book, alice, "Grid", rule("vendor", "contains", "northgrid"))
    out = Line.objects.filter(expense=one.expense_id).first()
    assert out
    with CaptureQueriesContext(connection) as queries:
        save_link(
            company=book.company, person=alice, book=book, expense=one.expense, link=one,
            draft=Draft(rule=rule("vendor", "is", "Adobe"), left_out=frozenset([out.pk])),
        )  # fmt: skip
    for sql, plan in plans(queries):
        assert not re.search(r"SCAN (line|ledger_line)\b(?! USING COVERING)", plan), (sql, plan)
        assert not re.search(r"SEARCH (line|ledger_line) USING INDEX line_(cell|rule) \(book=\?\)", plan), (sql, plan)
