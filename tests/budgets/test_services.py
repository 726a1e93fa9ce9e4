"""Versions are made, copied, changed, frozen and deleted; a frozen one never changes, whatever happens around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.budgets import plans
from tests.budgets.plans import JANUARY
from tests.expenses import small_ledger
from tieout.budgets import queries, services
from tieout.budgets.content import Line, by_month
from tieout.budgets.models import Budget, BudgetCell, BudgetRow
from tieout.companies.models import AuditEvent, Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments import services as department_services
from tieout.expenses.models import Expense
from tieout.expenses.organising import Choice, organise
from tieout.ledger.models import Book

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def row_of(budget: Budget, name: str) -> int:
    return next(row for row, line in queries.lines(budget).items() if line.name == name)


def test_a_version_keeps_its_lines_months_and_labels(budget: Budget) -> None:
    hosting, advertising = queries.lines(budget).values()
    assert (hosting.label, hosting.department, hosting.category) == ("5010 Hosting", "", "Unassigned")
    assert hosting.amounts == {JANUARY + place: 700_00 for place in range(12)}
    assert advertising.amounts == {JANUARY: 100_00, JANUARY + 1: 100_00}
    assert by_month(queries.lines(budget).values())[JANUARY] == 800_00
    assert (budget.currency, budget.digits, len(budget.months)) == ("USD", 2, 12)


def test_months_outside_and_zeros_are_no_cells(company: Company, alice: User) -> None:
    line = Line(name="Rent", amounts={JANUARY - 1: 5, JANUARY: 0, JANUARY + 1: 7, JANUARY + 12: 9})
    made = services.create(company, plans.new("Short"), [line], person=alice)
    assert next(iter(queries.lines(made).values())).amounts == {JANUARY + 1: 7}


def test_what_other_parts_ask_for(company: Company, book: Book, budget: Budget, alice: User) -> None:
    hosting = small_ledger.expense(book, "5010").pk
    assert queries.chosen(company) == budget
    assert queries.amounts(budget)[hosting][JANUARY] == 700_00
    frozen = services.freeze(plans.budget(company, book, alice, "Old", hosting=[1]), person=alice, now=NOW)
    newer = services.copy(frozen, name="Draft", person=alice)
    assert queries.chosen(company) == frozen
    assert [each.name for each in queries.budgets(company)] == ["Draft", "Old", "Budget 2026"]
    again = services.freeze(newer, person=alice, now=NOW + timedelta(days=1))
    assert queries.chosen(company) == again


def test_lines_of_one_expense_are_added(company: Company, alice: User) -> None:
    twice = [Line(expense=7, name="Rent", amounts={JANUARY: 5}), Line(expense=7, name="Rent 2", amounts={JANUARY: 6})]
    made = services.create(company, plans.new("Twice"), [*twice, Line(name="?", amounts={JANUARY: 9})], person=alice)
    assert queries.amounts(made) == {7: {JANUARY: 11}}


def test_names_are_one_of_a_kind_whatever_their_case(company: Company, budget: Budget, alice: User) -> None:
    for name, reason in (("BUDGET  2026", "already"), (" ", "a name"), ("x" * 81, "80 letters")):
        with pytest.raises(services.Refused, match=reason):
            services.copy(budget, name=name, person=alice)
    services.rename(budget, name="budget 2026", note="agreed", person=alice)
    assert queries.budgets(company)[0].note == "agreed"


@pytest.mark.parametrize(
    ("months", "says"), [(0, "last month is before the first"), (-3, "before the first"), (121, "1 to 120 months")]
)
def test_months_in_no_order_or_too_many_are_refused(company: Company, alice: User, months: int, says: str) -> None:
    with pytest.raises(services.Refused, match=says):
        services.create(company, plans.new("Odd", months=months), [], person=alice)


def test_months_are_typed_and_the_audit_log_says_what_they_were(budget: Budget, alice: User) -> None:
    hosting = row_of(budget, "Hosting")
    cells = {(hosting, JANUARY): 750_00, (hosting, JANUARY + 1): 700_00, (hosting, JANUARY + 2): 0}
    assert services.set_cells(budget, cells, person=alice) == 2
    assert queries.lines(budget)[hosting].amounts.get(JANUARY + 2) is None
    event = AuditEvent.objects.latest("pk")
    assert event.what == "changed months of a budget"
    assert event.before["5010 Hosting, 2026-01"] == "700.00"
    assert event.after["5010 Hosting, 2026-03"] == "0.00"


def test_cells_that_are_not_the_versions_own_write_nothing(
    company: Company, book: Book, budget: Budget, alice: User
) -> None:
    other = plans.budget(company, book, alice, "Other", hosting=[1])
    own, foreign = row_of(budget, "Hosting"), row_of(other, "Hosting")
    for cell, amount in (((foreign, JANUARY), 5), ((own, JANUARY - 1), 5), ((own, JANUARY), 10**16)):
        with pytest.raises(services.Refused):
            services.set_cells(budget, {(own, JANUARY + 3): 1, cell: amount}, person=alice)
    assert queries.lines(budget)[own].amounts[JANUARY + 3] == 700_00


@pytest.mark.parametrize("amount", [10**15 + 1, -(10**15) - 1, 2**63, 10**30])
def test_amounts_beyond_measure_make_no_version(company: Company, alice: User, amount: int) -> None:
    with pytest.raises(services.Refused, match="Rent: the amount of 2026-02 is larger"):
        services.create(company, plans.new("Huge"), [Line(name="Rent", amounts={JANUARY + 1: amount})], person=alice)
    assert not Budget.objects.exists()
    assert services.create(company, plans.new("Large"), [Line(name="Rent", amounts={JANUARY: 10**15})], person=alice).pk


def test_many_cells_take_as_many_queries_as_few(budget: Budget, alice: User) -> None:
    row, asked = row_of(budget, "Hosting"), []
    for cells in ({JANUARY: 1, JANUARY + 1: 0}, {JANUARY + place: place for place in range(12)}):
        with CaptureQueriesContext(connection) as made:
            services.set_cells(budget, {(row, month): amount for month, amount in cells.items()}, person=alice)
        asked.append(len(made))
    assert asked[0] == asked[1]
    assert queries.lines(budget)[row].amounts == {JANUARY + place: place for place in range(1, 12)}


def test_last_year_moved_and_raised(company: Company, book: Book) -> None:
    before = plans.lines(company, book, hosting=[100_01, -3])
    after = services.shifted(before, years=1, percent=Decimal("2.5"), digits=2)
    assert after[0].amounts == {Month(2027, 1): 102_51, Month(2027, 2): -3}
    assert services.shifted(before, years=0, percent=Decimal(0), digits=2) == before
    assert services.shifted(before, years=0, percent=Decimal(-100), digits=0)[0].total == 0


def every_change(budget: Budget, person: User) -> list[Callable[[], object]]:
    row = next(iter(queries.lines(budget)))
    return [
        lambda: services.rename(budget, name="New", note="", person=person),
        lambda: services.freeze(budget, person=person, now=NOW),
        lambda: services.delete(budget, person=person),
        lambda: services.set_cells(budget, {(row, JANUARY): 1}, person=person),
    ]


def test_no_service_changes_a_frozen_version_and_each_says_so(budget: Budget, alice: User) -> None:
    stale = Budget.objects.get(pk=budget.pk)
    frozen = services.freeze(budget, person=alice, now=NOW)
    events = AuditEvent.objects.count()
    for change in every_change(stale, alice):
        with pytest.raises(services.Refused, match="frozen: nothing in it can change"):
            change()
    assert queries.verify(frozen)
    assert AuditEvent.objects.count() == events
    copied = services.copy(frozen, name="Draft", person=alice)
    assert not copied.is_frozen
    assert services.set_cells(copied, {(row_of(copied, "Hosting"), JANUARY): 1}, person=alice) == 1
    assert queries.verify(frozen)


STATEMENTS: tuple[str, ...] = (
    "UPDATE budgets_budget SET name = 'x' WHERE id = {budget}",
    "UPDATE budgets_budget SET frozen_at = NULL WHERE id = {budget}",
    "UPDATE budgets_budgetrow SET name = 'x' WHERE id = {row}",
    "UPDATE budgets_budgetrow SET budget_id = {other} WHERE id = {row}",
    "UPDATE budgets_budgetrow SET budget_id = {budget}, position = 99 WHERE id = {other_row}",
    "UPDATE budgets_budgetcell SET amount = 5 WHERE row_id = {row}",
    "UPDATE budgets_budgetcell SET row_id = {other_row}, month = month + 1000 WHERE row_id = {row}",
    "DELETE FROM budgets_budgetcell WHERE row_id = {row}",
    "INSERT INTO budgets_budgetcell (row_id, month, amount) VALUES ({row}, 203001, 5)",
    (
        "INSERT INTO budgets_budgetrow (budget_id, position, expense, number, name, department, category, kind) "
        "VALUES ({budget}, 99, 0, '', 'x', '', '', '')"
    ),
)


LABELS = "company_id, name, note, source, currency, digits, first, last, digest, created_at, created_by_id"
WHICH = "FROM budgets_budget WHERE id = {budget}"
REPLACEMENTS = (  # of SQLite alone: they delete what they are in conflict with, and call no trigger for it
    "INSERT OR REPLACE INTO budgets_budgetcell (id, row_id, month, amount) VALUES ({cell}, {other_row}, 202612, 5)",
    "INSERT OR REPLACE INTO budgets_budgetcell (row_id, month, amount) VALUES ({row}, 202601, 5)",
    (
        "INSERT OR REPLACE INTO budgets_budgetrow (id, budget_id, position, expense, number, name, department, "
        "category, kind) VALUES ({row}, {other}, 99, 0, '', 'x', '', '', '')"
    ),
    f"INSERT OR REPLACE INTO budgets_budget (id, folded, {LABELS}) SELECT id, 'x', {LABELS} {WHICH}",
    f"INSERT OR REPLACE INTO budgets_budget (folded, {LABELS}) SELECT folded, {LABELS} {WHICH}",
    "UPDATE OR REPLACE budgets_budgetcell SET id = {cell} WHERE row_id = {other_row}",
    "UPDATE OR REPLACE budgets_budgetrow SET id = {row} WHERE id = {other_row}",
    "UPDATE OR REPLACE budgets_budget SET folded = 'budget 2026' WHERE id = {other}",
)
if connection.vendor == "sqlite":
    STATEMENTS = (*STATEMENTS, *REPLACEMENTS)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_a_frozen_version(
    company: Company, book: Book, budget: Budget, alice: User, statement: str
) -> None:
    other = plans.budget(company, book, alice, "Other", hosting=[1])
    named = statement.format(
        budget=budget.pk,
        row=row_of(budget, "Hosting"),
        other=other.pk,
        other_row=row_of(other, "Hosting"),
        cell=BudgetCell.objects.filter(row__budget=budget).values_list("pk", flat=True)[0],
    )
    frozen = services.freeze(budget, person=alice, now=NOW)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(named)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Budget.objects.get(pk=budget.pk).delete()
    assert queries.verify(frozen)
    assert services.set_cells(other, {(row_of(other, "Hosting"), JANUARY): 4}, person=alice) == 1


def test_a_changed_version_is_found_out(company: Company, budget: Budget, alice: User) -> None:
    """The digest is a third wall: it finds what somebody did with the first two down."""
    frozen = services.freeze(budget, person=alice, now=NOW)
    claimed = services.copy(frozen, name="Claimed", person=alice)
    claimed.frozen_at, claimed.digest = NOW, frozen.digest
    assert queries.verify(frozen)
    assert not queries.verify(claimed)
    assert not queries.verify(services.copy(frozen, name="Open", person=alice))


def test_an_unfrozen_version_is_deleted_whole(company: Company, budget: Budget, alice: User) -> None:
    services.delete(budget, person=alice)
    assert not queries.budgets(company)
    assert not BudgetRow.objects.exists()
    assert not BudgetCell.objects.exists()
    with pytest.raises(services.Refused, match="was deleted"):
        services.freeze(budget, person=alice, now=NOW)


EVENTS = st.lists(
    st.tuples(st.sampled_from(["name", "move", "mark", "department", "sync", "remove", "add"]), st.integers(0, 5)),
    min_size=1,
    max_size=6,
)


@given(EVENTS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_to_the_expenses_a_frozen_version_stays(
    company: Company, book: Book, alice: User, events: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        names = list(plans.NUMBERS)
        made = plans.budget(company, book, alice, "Frozen", **{name: [100, 200] for name in names})
        frozen = services.freeze(made, person=alice, now=NOW)
        before = queries.content(frozen)
        for what, which in events:
            happen(what, which, company, book, alice)
            assert queries.verify(frozen), what
        assert queries.content(frozen) == before
        transaction.set_rollback(True)


def happen(what: str, which: int, company: Company, book: Book, person: User) -> None:
    """Let something happen to an expense, a department or the books."""
    number = list(plans.NUMBERS.values())[which]
    found = Expense.objects.filter(company=company, account__external_id=number).first()
    department = departments.departments(company)[which]
    match what:
        case "name" if found:
            Expense.objects.filter(pk=found.pk).update(own_name=f"Called {which}")
        case "move" if found and not found.income:
            organise(company=company, person=person, choices=[Choice(expense=found.pk, department=department.pk)])
        case "mark" if found and not found.income:
            organise(company=company, person=person, choices=[Choice(expense=found.pk, payroll=bool(which % 2))])
        case "department":
            name = f"{department.name} {which}"
            department_services.rename(department, name=name, person=person)
        case "remove" if found:
            found.delete()
        case "add":
            Expense.objects.create(company=company, kind="added", own_name=f"Added {which}")
        case "sync":
            chart = small_ledger.CHART[:-1] if which % 2 else small_ledger.CHART
            small_ledger.sync(book, entries=small_ledger.ENTRIES[: which + 1], lists=chart)
        case _:
            return
