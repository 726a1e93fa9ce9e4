"""Typed forecast months: what is written, what is refused, and what an undo puts back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.small_ledger import expense, new_book, sync
from tieout.companies.models import AuditEvent
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.expenses.organising import Choice, organise
from tieout.expenses.services import add_expense
from tieout.ledger.models import Book
from tieout.planning.cells import LARGEST, MOST, CellsRefused, Place, last_step, type_cells, undo
from tieout.planning.models import Edit, PlanCell

pytestmark = pytest.mark.django_db
THROUGH, MAY, JUNE = Month(2026, 4), Month(2026, 5), Month(2026, 6)
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


def put(book: Book, person: User, cells: dict[Place, int | None], what: str = "Typed") -> Edit:
    return type_cells(company=book.company, person=person, book=book, cells=cells, what=what, through=THROUGH)


def back(book: Book, person: User, edit: Edit) -> tuple[int, int]:
    done = undo(company=book.company, person=person, edit_id=edit.pk, now=NOW)
    return done.count, done.kept


def typed(book: Book) -> dict[Place, int]:
    rows = PlanCell.objects.filter(company=book.company).values_list("expense_id", "month", "amount")
    return {(pk, Month.from_key(month)): amount for pk, month, amount in rows}


def test_typing_writes_and_emptying_returns_the_month_to_its_driver(book: Book, alice: User) -> None:
    rent = expense(book, "5010").pk
    put(book, alice, {(rent, MAY): 100_00, (rent, JUNE): -5_00})
    assert typed(book) == {(rent, MAY): 100_00, (rent, JUNE): -5_00}
    put(book, alice, {(rent, MAY): 0, (rent, JUNE): None})
    assert typed(book) == {(rent, MAY): 0}  # zero is a figure, nothing is none


def test_only_differences_are_written_and_a_step_without_any_is_not_kept(book: Book, alice: User) -> None:
    rent = expense(book, "5010").pk
    put(book, alice, {(rent, MAY): 100_00})
    second = put(book, alice, {(rent, MAY): 100_00, (rent, JUNE): 7_00})
    assert second.changes == [{"expense": rent, "month": 202606, "before": None, "after": 7_00}]
    assert put(book, alice, {(rent, MAY): 100_00, (rent, JUNE + 1): None}).pk is None
    assert Edit.objects.count() == 2


def test_one_audit_row_a_step_tells_how_much(book: Book, alice: User) -> None:
    one, two = expense(book, "5010").pk, expense(book, "6200").pk
    put(book, alice, {(one, MAY): 1, (one, JUNE): 2, (two, MAY): 3}, "Pasted 3 cells")
    event = AuditEvent.objects.get(what="typed forecast months")
    assert event.after == {"step": "Pasted 3 cells", "cells": 3, "rows": 2, "from": "2026-05", "to": "2026-06"}


def test_a_month_in_the_books_is_refused_and_nothing_is_written(book: Book, alice: User) -> None:
    rent = expense(book, "5010").pk
    with pytest.raises(CellsRefused, match=r"^Apr 26 is in the books\. Type a forecast from May 26 on\.$"):
        put(book, alice, {(rent, MAY): 1_00, (rent, THROUGH): 1_00})
    assert typed(book) == {}


def test_payroll_is_forecast_by_the_hiring_plan(book: Book, alice: User) -> None:
    wages = expense(book, "6000").pk
    organise(company=book.company, person=alice, choices=[Choice(expense=wages, payroll=True)])
    with pytest.raises(CellsRefused, match="6000 Wages is payroll: it is forecast by the hiring plan"):
        put(book, alice, {(wages, MAY): 1_00})


def test_another_company_s_expense_is_refused(book: Book, alice: User, charlie: User) -> None:
    theirs = new_book(create_company(name="Elsewhere", person=charlie))
    sync(theirs)
    with pytest.raises(CellsRefused, match="not there any more"):
        put(book, alice, {(expense(theirs, "5010").pk, MAY): 1_00})
    step = put(theirs, charlie, {(expense(theirs, "5010").pk, MAY): 1_00})
    with pytest.raises(CellsRefused, match="no such step"):
        undo(company=book.company, person=alice, edit_id=step.pk, now=NOW)
    assert len(typed(theirs)) == 1


def test_too_many_cells_and_too_large_amounts_are_refused(book: Book, alice: User) -> None:
    rent = expense(book, "5010").pk
    with pytest.raises(CellsRefused, match="20,001 cells are too many"):
        put(book, alice, {(rent, MAY + at): 1 for at in range(MOST + 1)})
    with pytest.raises(CellsRefused, match="too large"):
        put(book, alice, {(rent, MAY): LARGEST})


def test_an_undo_puts_back_what_was_there(book: Book, alice: User) -> None:
    rent = expense(book, "5010").pk
    put(book, alice, {(rent, MAY): 100_00})
    step = put(book, alice, {(rent, MAY): 200_00, (rent, JUNE): 300_00})
    assert back(book, alice, step) == (2, 0)
    assert typed(book) == {(rent, MAY): 100_00}
    with pytest.raises(CellsRefused, match="undone before"):
        back(book, alice, step)


def test_an_undo_leaves_alone_what_somebody_has_changed_since(book: Book, alice: User, bob: User) -> None:
    rent = expense(book, "5010").pk
    step = put(book, alice, {(rent, MAY): 200_00, (rent, JUNE): 300_00})
    put(book, bob, {(rent, JUNE): 301_00})
    assert back(book, alice, step) == (1, 1)
    assert typed(book) == {(rent, JUNE): 301_00}


def test_nobody_undoes_another_s_step(book: Book, alice: User, bob: User) -> None:
    step = put(book, alice, {(expense(book, "5010").pk, MAY): 1_00})
    with pytest.raises(CellsRefused, match="no such step of yours"):
        back(book, bob, step)


def test_the_last_step_is_the_newest_of_one_s_own_that_stands(book: Book, alice: User, bob: User) -> None:
    rent = expense(book, "5010").pk
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    first = put(book, alice, {(rent, MAY): 1_00})
    second = put(book, alice, {(rent, MAY): 2_00})
    put(book, bob, {(rent, MAY): 3_00})
    assert last_step(book.company, alice, since=long_ago) == second
    back(book, alice, second)
    assert last_step(book.company, alice, since=long_ago) == first
    assert last_step(book.company, alice, since=datetime(2100, 1, 1, tzinfo=UTC)) is None


def test_a_step_takes_few_queries(book: Book, alice: User, django_assert_max_num_queries: object) -> None:
    ids = [expense(book, number).pk for number in ("5010", "6200", "6210")]
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        put(book, alice, {(pk, MAY + at): 1_00 for pk in ids for at in range(100)})


steps = st.lists(
    st.dictionaries(st.tuples(st.sampled_from([0, 1]), st.sampled_from([MAY, JUNE])), st.none() | st.integers(-9, 9)),
    max_size=5,
)


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(planned=steps)
def test_undoing_every_step_backwards_leaves_nothing(
    book: Book, alice: User, planned: list[dict[tuple[int, Month], int | None]]
) -> None:
    PlanCell.objects.all().delete()
    ids = [expense(book, "5010").pk, expense(book, "6200").pk]
    states = [typed(book)]
    made = []
    for step in planned:
        edit = put(book, alice, {(ids[at], month): amount for (at, month), amount in step.items()})
        if edit.pk:
            made.append(edit)
            states.append(typed(book))
    for edit in reversed(made):
        assert typed(book) == states.pop()
        assert back(book, alice, edit)[1] == 0
    assert typed(book) == states.pop() == {}


def test_an_undo_leaves_out_what_was_removed_meanwhile(book: Book, alice: User) -> None:
    rent = expense(book, "5010").pk
    gone = add_expense(company=book.company, person=alice, name="Fair", department=None)
    put(book, alice, {(rent, MAY): 1_00, (gone.pk, MAY): 5_00})
    step = put(book, alice, {(rent, MAY): None, (gone.pk, MAY): None})
    gone.delete()
    assert back(book, alice, step) == (1, 1)
    assert typed(book) == {(rent, MAY): 1_00}
