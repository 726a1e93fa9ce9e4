"""Deleting what was imported: all of it, nothing else, and the same books can come back."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models

from tests.connections.conftest import Runner, Time, consent_to
from tests.connections.test_run import control
from tests.jobs import homes
from tieout.companies.models import AuditEvent, Company
from tieout.connections import consent, services
from tieout.connections.deleting import NotDeleted, delete_imported
from tieout.connections.models import Admission, Connection, RunState, SyncRun
from tieout.expenses.books import Missing, current
from tieout.expenses.models import Expense
from tieout.jobs import worker
from tieout.ledger import deletion
from tieout.ledger.models import Book, Line, Listed, Publication
from tieout.providers.quickbooks.sandbox import Sandbox

NAME = "Northwind Software"


def rows_of(book: int) -> dict[str, int]:
    """Return how many rows of each table belong to a book, however the table names it."""
    found = {}
    for model in apps.get_models():
        names = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
        if "book" in names:
            found[model.__name__] = model._default_manager.filter(book=book).count()
    return {name: rows for name, rows in found.items() if rows}


def disconnected(connected: Connection, alice: User, clock: Time) -> Connection:
    services.disconnect(connected, person=alice, now=clock())
    return Connection.objects.select_related("company", "organisation").get(pk=connected.pk)


def test_all_that_was_imported_goes_and_the_plans_stay(
    connected: Connection, company: Company, alice: User, sync: Runner, sandbox: Sandbox, clock: Time
) -> None:
    sync()
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    sync()  # held: an open version and differences go too
    book = Book.objects.get().pk
    assert {"Line", "Entry", "MonthSum", "Difference", "Publication", "ListedVersion"} <= rows_of(book).keys()
    expenses, listed = Expense.objects.count(), Listed.objects.count()
    assert expenses
    gone = disconnected(connected, alice, clock)
    delete_imported(gone, f" {NAME} ", person=alice, now=clock())

    assert current(company) is Missing.CONNECTION  # before the job has run
    assert not Admission.objects.exists()
    assert [it.arguments for it in homes.waiting("connections.delete_rows")] == [{"book": book}]
    assert rows_of(book)
    worker.run_due(now=clock())
    assert rows_of(book) == {}
    deletion.sweep(book, check=lambda: None)  # a second time, as after a kill
    assert (Expense.objects.count(), Listed.objects.count()) == (expenses, listed)
    assert SyncRun.objects.count() == 2  # the log stays
    said = AuditEvent.objects.get(what="deleted the imported data")
    assert (said.person, said.before) == (alice, {"organisation": "Ferry & Sons Ltd"})


def test_the_same_books_come_back_to_the_same_plans(
    connected: Connection, company: Company, alice: User, sync: Runner, sandbox: Sandbox, clock: Time
) -> None:
    sync()
    lines, listed = Line.objects.count(), set(Listed.objects.values_list("pk", flat=True))
    placed = set(Line.objects.values_list("account", "expense"))
    book = Book.objects.get().pk
    delete_imported(disconnected(connected, alice, clock), NAME, person=alice, now=clock())
    address = consent.begin(
        company, alice, "quickbooks", consent.Wishes(history="everything"), session="s", now=clock()
    )
    consent.complete("quickbooks", consent_to(sandbox, address), alice, session="s", now=clock())
    run = sync()  # while the old rows are still being deleted
    assert (run.state, run.kind) == (RunState.PUBLISHED, "initial")
    deletion.sweep(book, check=lambda: None)
    assert Line.objects.count() == lines
    assert set(Listed.objects.values_list("pk", flat=True)) == listed
    assert set(Line.objects.values_list("account", "expense")) == placed
    assert Publication.objects.get().verified


@pytest.mark.parametrize("typed", ["", "northwind software", "Ferry & Sons Ltd"])
def test_without_the_company_s_name_nothing_goes(
    connected: Connection, alice: User, sync: Runner, clock: Time, typed: str
) -> None:
    sync()
    with pytest.raises(NotDeleted, match="type the company’s name exactly"):
        delete_imported(disconnected(connected, alice, clock), typed, person=alice, now=clock())
    assert Publication.objects.exists()


def test_a_connected_book_is_not_deleted(connected: Connection, alice: User, sync: Runner, clock: Time) -> None:
    sync()
    connection = Connection.objects.select_related("company", "organisation").get()
    with pytest.raises(NotDeleted, match="disconnect the books first"):
        delete_imported(connection, NAME, person=alice, now=clock())
    assert Connection.objects.get().book is not None


def test_rows_of_a_living_book_are_never_swept(connected: Connection, sync: Runner) -> None:
    sync()
    with pytest.raises(ValueError, match="is not deleted"):
        deletion.sweep(Book.objects.get().pk, check=lambda: None)
