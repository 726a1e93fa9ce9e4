"""Actuals in two layers: what is shown, what is adjusted, what is flagged, and what happens to rows that go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.small_ledger import ENTRIES, bill, expense, sync
from tests.planning import plans
from tieout.companies.models import AuditEvent, Company
from tieout.core.actuals import Origin
from tieout.core.month import Month
from tieout.departments import services as departments
from tieout.departments.categories import Category
from tieout.expenses.models import Expense, ExpenseDepartment, ExpenseKind
from tieout.expenses.organising import Choice, organise
from tieout.expenses.sections import UNASSIGNED
from tieout.ledger.closing import decide
from tieout.ledger.models import Book, CloseAct
from tieout.payroll.models import TypedPay
from tieout.payroll.people_services import remove_person
from tieout.planning import actual_steps, cells
from tieout.planning.actual_people import BY_PERSON, with_people
from tieout.planning.actual_records import ActualCells, Record
from tieout.planning.actual_waiting import waiting
from tieout.planning.actuals import Actuals, SectionActuals, effective
from tieout.planning.models import ActualsOptions, Driver, Edit, Layer, Options, TypedActual
from tieout.planning.steps import CellsRefused

pytestmark = pytest.mark.django_db
MARCH, APRIL = Month(2026, 3), Month(2026, 4)
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


def shown(book: Book, first: Month = MARCH, last: Month = APRIL) -> Actuals:
    return effective(book.company, book, first, last)


def section(found: Actuals, key: str = UNASSIGNED) -> SectionActuals:
    made = found.section(key)
    assert made
    return made


def put(book: Book, person: User, cells: dict[tuple[str, Month], int | None], what: str = "Typed") -> Edit:
    months = [month for _, month in cells]
    found = with_people(shown(book, min(months), max(months)), book.company, book)
    return actual_steps.type_actuals(
        company=book.company, person=person, book=book, found=found, cells=cells, what=what, now=NOW
    )


def back(book: Book, person: User, step: Edit) -> tuple[int, int]:
    done = actual_steps.undo(company=book.company, person=person, edit_id=step.pk, now=NOW)
    return done.count, done.kept


def key(book: Book, number: str) -> str:
    return f"expense:{expense(book, number).pk}"


def resync(book: Book, *entries: Any) -> None:  # noqa: ANN401
    sync(book, entries=entries)


def test_a_typed_line_is_shown_and_the_books_total_stays(book: Book, alice: User) -> None:
    before = section(shown(book)).months[APRIL]
    put(book, alice, {(key(book, "5010"), APRIL): 700_00})
    after = section(shown(book)).months[APRIL]
    assert before.total == after.total == 9_600_00
    assert (before.adjustment, after.adjustment) == (0, -100_00)
    line = next(it for it in section(shown(book)).lines if it.code == "5010")
    assert (line.figures[APRIL].shown, line.figures[APRIL].origin) == (700_00, Origin.TYPED)


def test_a_typed_subtotal_is_the_total_and_its_lines_stay(book: Book, alice: User) -> None:
    put(book, alice, {(UNASSIGNED, APRIL): 9_000_00})
    found = section(shown(book)).months[APRIL]
    assert (found.total, found.summed, found.adjustment) == (9_000_00, 9_600_00, -600_00)


def test_what_is_typed_says_who_when_and_over_what(book: Book, alice: User) -> None:
    put(book, alice, {(key(book, "5010"), APRIL): 700_00})
    row = TypedActual.objects.get()
    assert (row.amount, row.over, row.person, row.at) == (700_00, 600_00, alice, NOW)
    assert (row.section, row.label) == (UNASSIGNED, "5010 Hosting")
    event = AuditEvent.objects.get(what="typed actual months")
    assert event.after == {"step": "Typed", "cells": 1, "rows": 1, "from": "2026-04", "to": "2026-04"}
    assert Edit.objects.get().layer == Layer.ACTUAL


def test_a_typed_cell_survives_syncs_and_is_flagged_when_the_books_move(book: Book, alice: User) -> None:
    hosting = key(book, "5010")
    put(book, alice, {(hosting, APRIL): 700_00})
    resync(book, *ENTRIES)
    assert waiting(book.company, book).count == 0
    resync(book, *ENTRIES, bill("9", date(2026, 4, 9), ("5010", 30_00)))
    (flag,) = waiting(book.company, book).flags
    assert (flag.record.amount, flag.record.over, flag.figure.imported) == (700_00, 600_00, 630_00)
    assert next(it for it in section(shown(book)).lines if it.key == hosting).figures[APRIL].shown == 700_00

    put(book, alice, {(hosting, APRIL): 700_00}, "Kept")  # typed again: it holds over what the books say now
    assert waiting(book.company, book).count == 0
    put(book, alice, {(hosting, APRIL): None}, "Reset")
    line = next(it for it in section(shown(book)).lines if it.key == hosting)
    assert (line.figures[APRIL].shown, line.figures[APRIL].origin) == (630_00, Origin.IMPORTED)
    assert not TypedActual.objects.exists()


def test_an_undo_puts_back_who_typed_it_and_when(book: Book, alice: User, bob: User) -> None:
    hosting = key(book, "5010")
    put(book, alice, {(hosting, APRIL): 700_00})
    step = put(book, bob, {(hosting, APRIL): 800_00, (hosting, MARCH): 1_00})
    assert back(book, bob, step) == (2, 0)
    row = TypedActual.objects.get()
    assert (row.amount, row.person) == (700_00, alice)
    with pytest.raises(CellsRefused, match="undone before"):
        back(book, bob, step)


def test_an_undo_leaves_alone_what_somebody_typed_since(book: Book, alice: User, bob: User) -> None:
    hosting = key(book, "5010")
    step = put(book, alice, {(hosting, APRIL): 700_00, (hosting, MARCH): 1_00})
    put(book, bob, {(hosting, APRIL): 800_00})
    assert back(book, alice, step) == (1, 1)
    assert TypedActual.objects.get().amount == 800_00


def test_an_undo_leaves_the_same_amount_alone_where_somebody_else_typed_it(book: Book, alice: User, bob: User) -> None:
    hosting = key(book, "5010")
    step = put(book, alice, {(hosting, APRIL): 700_00})
    put(book, bob, {(hosting, APRIL): 800_00})
    put(book, bob, {(hosting, APRIL): 700_00})
    assert back(book, alice, step) == (0, 1)
    assert TypedActual.objects.get().person == bob


def test_what_was_typed_of_an_account_is_its_expense_s_later(book: Book, alice: User) -> None:
    made = expense(book, "5010")
    early = Record(
        row=f"account:{made.account_id}", month=APRIL, amount=700_00, over=600_00, section=UNASSIGNED, label="",
        person=alice.pk, at=NOW,
    )  # fmt: skip
    ActualCells().write(book.company, {(early.row, APRIL): early})
    line = next(it for it in section(shown(book)).lines if it.code == "5010")
    assert (line.key, line.figures[APRIL].shown) == (f"expense:{made.pk}", 700_00)
    put(book, alice, {(line.key, APRIL): 800_00})
    assert TypedActual.objects.get().amount == 800_00
    put(book, alice, {(line.key, APRIL): None})
    assert not TypedActual.objects.exists()


def test_an_expense_that_changes_departments_is_typed_where_it_stands(book: Book, alice: User) -> None:
    to = departments.create(book.company, category=Category.BELOW_THE_LINE, name="New", person=alice)
    made = expense(book, "5010")
    ExpenseDepartment.objects.create(expense=made, from_month=APRIL.key, department=to)
    put(book, alice, {(f"expense:{made.pk}", MARCH): 1_00, (f"expense:{made.pk}", APRIL): 2_00})
    found = shown(book)
    assert section(found).months[MARCH].adjustment == 599_00
    assert section(found, f"department:{to.pk}").months[APRIL].adjustment == 598_00
    assert set(TypedActual.objects.values_list("section", flat=True)) == {UNASSIGNED, f"department:{to.pk}"}


def test_a_step_of_actuals_is_none_of_the_timeline_s(book: Book, alice: User) -> None:
    step = put(book, alice, {(UNASSIGNED, APRIL): 1_00})
    assert cells.last_step(book.company, alice, since=datetime(2020, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(CellsRefused, match="no such step"):
        cells.undo(company=book.company, person=alice, edit_id=step.pk, now=NOW)


def test_months_without_books_are_what_is_typed(book: Book, alice: User) -> None:
    early = Month.of(book.start) - 2
    put(book, alice, {(key(book, "5010"), early): 50_00, (key(book, "6200"), early): 7_00})
    found = section(shown(book, early, early)).months[early]
    assert (found.own.imported, found.total, found.adjustment) == (None, 57_00, 0)
    assert TypedActual.objects.filter(over=None).count() == 2


def test_an_expense_that_goes_leaves_its_typed_amount_in_the_adjustment(book: Book, alice: User) -> None:
    early = Month.of(book.start) - 2
    gone = Expense.objects.create(company=book.company, kind=ExpenseKind.ADDED, own_name="Fair")
    put(book, alice, {(f"expense:{gone.pk}", early): 50_00, (f"expense:{gone.pk}", APRIL): 20_00})
    before = shown(book, early, APRIL)
    assert section(before).months[APRIL].adjustment == -20_00
    gone.delete()
    after = shown(book, early, APRIL)
    for month in (early, APRIL):
        assert section(after).months[month].total == section(before).months[month].total
    assert section(after).months[early].adjustment == 50_00
    moved = waiting(book.company, book).moved
    assert [(it.record.label, it.record.amount, it.record.person) for it in moved] == [
        ("Fair", 50_00, alice.pk),
        ("Fair", 20_00, alice.pk),
    ]
    step = actual_steps.drop(
        company=book.company, person=alice, cells={(it.record.row, it.record.month): None for it in moved}, what="x"
    )
    assert section(shown(book, early, early)).months[early].total == 0
    assert back(book, alice, step) == (2, 0)
    assert section(shown(book, early, early)).months[early].total == 50_00


def test_a_department_that_goes_leaves_what_was_typed_beyond_the_books(book: Book, alice: User) -> None:
    one, two = (
        departments.create(book.company, category=Category.GENERAL_ADMINISTRATIVE, name=it, person=alice) for it in "AB"
    )
    organise(company=book.company, person=alice, choices=[Choice(expense=expense(book, "5010").pk, department=one.pk)])
    put(book, alice, {(f"department:{one.pk}", APRIL): 1_000_00})
    everything = sum(it.months[APRIL].total for it in shown(book).sections)
    departments.remove(one, person=alice, target=two)
    found = shown(book)
    assert section(found, f"department:{two.pk}").months[APRIL].total == 1_000_00  # 600 of the books and 400 beyond
    assert sum(it.months[APRIL].total for it in found.sections) == everything
    assert [it.section for it in found.moved] == [f"department:{two.pk}"]


def test_an_added_expense_without_lines_is_estimated_by_its_forecast_or_zero(book: Book) -> None:
    made = Expense.objects.create(company=book.company, kind=ExpenseKind.ADDED, own_name="Lease")
    Options.objects.create(company=book.company, expense=made, driver=Driver.AMOUNT, amount=300_00, start=202601)
    line = next(it for it in section(shown(book)).lines if it.label == "Lease")
    assert (line.figures[APRIL].shown, line.figures[APRIL].origin) == (300_00, Origin.ESTIMATED)
    assert section(shown(book)).months[APRIL].adjustment == -300_00
    ActualsOptions.objects.create(company=book.company, estimates=False)
    line = next(it for it in section(shown(book)).lines if it.label == "Lease")
    assert (line.figures[APRIL].shown, line.figures[APRIL].origin) == (0, Origin.NOTHING)


def test_revenue_is_income_and_its_streams_are_lines(company: Company, alice: User) -> None:
    book = plans.new_book(company)
    found = section(shown(book), "revenue")
    assert found.income
    assert found.months[APRIL].total == -14_000_00
    assert section(shown(book), "other_income").months[APRIL].total == -70_00
    stream = next(it for it in found.lines if it.code == "4000")
    put(book, alice, {(stream.key, APRIL): -8_000_00})
    after = section(shown(book), "revenue").months[APRIL]
    assert (after.total, after.summed, after.adjustment) == (-14_000_00, -11_000_00, -3_000_00)


def test_what_is_typed_of_a_person_is_kept_with_payroll_and_survives_the_person(book: Book, alice: User) -> None:
    wages = expense(book, "6000").pk
    organise(company=book.company, person=alice, choices=[Choice(expense=wages, payroll=True)])
    ada = plans.employ(book.company, date(2026, 1, 1))
    step = put(book, alice, {(f"employee:{ada.pk}", APRIL): 5_000_00})
    assert not TypedActual.objects.exists()
    assert TypedPay.objects.get().amount == 5_000_00
    found = with_people(shown(book), book.company, book)
    months = section(found, BY_PERSON).months[APRIL]
    assert (months.total, months.adjustment) == (9_000_00, 4_000_00)
    assert back(book, alice, step) == (1, 0)
    assert not TypedPay.objects.exists()

    put(book, alice, {(f"employee:{ada.pk}", APRIL): 5_000_00})
    remove_person(ada, person=alice)
    (moved,) = waiting(book.company, book).moved
    assert (moved.record.label, moved.record.amount, moved.section) == ("Ada", 5_000_00, "payroll")


def test_a_closed_month_stays_as_it_was(book: Book, alice: User) -> None:
    decide(book, [MARCH], CloseAct.CLOSED, sync=1, by=alice, at=NOW)
    with pytest.raises(CellsRefused, match="Mar 26 is closed and stays as it was"):
        put(book, alice, {(UNASSIGNED, MARCH): 1_00})


def test_unknown_rows_and_large_amounts_are_refused_whole(book: Book, alice: User) -> None:
    for more in ({("expense:999999", APRIL): 1}, {("total", APRIL): 1}, {(UNASSIGNED, APRIL): 10**15}):
        with pytest.raises(CellsRefused):
            put(book, alice, {(key(book, "5010"), APRIL): 1, **more})
    assert not TypedActual.objects.exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_lines_and_adjustments_make_totals_and_undo_restores(book: Book, alice: User, data: st.DataObject) -> None:
    early = Month.of(book.start) - 1
    rows = [key(book, it) for it in ("5010", "6200", "6210")] + [UNASSIGNED]
    places = st.tuples(st.sampled_from(rows), st.sampled_from([early, MARCH, APRIL]))
    steps = data.draw(
        st.lists(st.dictionaries(places, st.none() | st.integers(-(10**9), 10**9), min_size=1), max_size=4)
    )
    seen = [shown(book, early, APRIL)]
    done: list[Edit] = []
    for some in steps:
        done.append(put(book, alice, some))
        found = shown(book, early, APRIL)
        for it in found.sections:
            for month, made in it.months.items():
                lines = sum(line.figures[month].shown for line in it.lines if month in line.figures)
                assert lines + made.adjustment == made.total
        for (row, month), amount in some.items():
            if row == UNASSIGNED and amount is not None:
                assert section(found).months[month].total == amount
        seen.append(found)
    for step in reversed(done):
        seen.pop()
        if step.pk:
            back(book, alice, step)
        now = shown(book, early, APRIL)
        assert {it.key: dict(it.months) for it in now.sections} == {it.key: dict(it.months) for it in seen[-1].sections}
    TypedActual.objects.all().delete()
