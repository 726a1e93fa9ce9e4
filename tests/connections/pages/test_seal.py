"""The seal at the foot of the navigation: one sign for how the figures stand against the books."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from tests.connections.conftest import NOW, Runner
from tests.connections.pages.test_integrations import hold
from tests.connections.test_run import control
from tieout.companies.models import Company
from tieout.connections import queries
from tieout.connections.models import Connection, ConnectionState, Notice, Phase, RunState, SyncRun
from tieout.connections.seal import seal_of, tell
from tieout.core.month import Month
from tieout.providers.quickbooks.sandbox import Sandbox
from tieout.ui.shell import Seal, SealState, ShellFacts


def seal(company: Company) -> Seal:
    connection = queries.connection_of(company)
    assert connection is not None
    # The 16th: a day after the syncs of these tests.
    return seal_of(
        connection, queries.last_run(connection), queries.published(connection.book), now=NOW + timedelta(days=1)
    )


def facts(company: Company, person: User) -> ShellFacts:
    from tieout.companies.queries import membership

    request = RequestFactory().get("/")
    request.user = person
    request.company, request.membership = company, membership(person, company.slug)  # type: ignore[attr-defined]
    return tell(request)


def test_not_connected(company: Company, alice: User, bob: User) -> None:
    told = facts(company, alice)
    assert told.seal is not None
    assert (told.seal.state, told.seal.title) == (SealState.NONE, "Not connected")
    assert told.home == ""  # an owner is sent to connecting
    assert facts(company, bob).home == f"/c/{company.slug}/integrations/"


def test_the_first_sync_counts_its_months(company: Company, connected: Connection, alice: User) -> None:
    SyncRun.objects.update(state=RunState.RUNNING, phase=Phase.LINES, started_at=NOW, windows_done=14, windows_total=34)
    found = seal(company)
    run = SyncRun.objects.get()
    assert (found.state, found.title) == (SealState.BUSY, "First sync, 14 of 34 months")
    assert found.short == "39%"
    assert found.url == f"/c/{company.slug}/integrations/runs/{run.pk}/"
    assert facts(company, alice).home == found.url


def test_it_ties(company: Company, sync: Runner) -> None:
    sync()
    found = seal(company)
    assert (found.state, found.title) == (SealState.TIED, "Ties to the books")
    assert found.note.startswith("Sync 1 · yesterday ")
    assert found.note.endswith(" · sandbox")
    Connection.objects.update(is_sandbox=False)
    assert "sandbox" not in seal(company).note
    assert found.url


def test_it_differs_and_says_by_how_much(company: Company, sync: Runner, sandbox: Sandbox) -> None:
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    sync()
    found = seal(company)
    assert (found.state, found.title) == (SealState.DIFFERS, "1.00 unverified")
    # What one account has too much another has too little: a trial balance sums to zero.
    assert found.note.startswith("2 accounts differ · sync 1, yesterday ")


def test_a_held_sync_leaves_the_figures_as_of_the_last_good_one(
    company: Company, sync: Runner, sandbox: Sandbox
) -> None:
    hold(sync, sandbox)
    found = seal(company)
    assert found.state is SealState.PAUSED
    assert found.title.startswith("As of yesterday ")
    assert found.note == "A later sync is held: it does not tie · sandbox"


@pytest.mark.parametrize(
    ("state", "expected", "note"),
    [
        (ConnectionState.RECONNECT, SealState.RECONNECT, "Access has ended"),
        (ConnectionState.DISCONNECTED, SealState.PAUSED, "Disconnected"),
        (ConnectionState.ERROR, SealState.PAUSED, "A right is missing"),
    ],
)
def test_the_connections_trouble(
    company: Company, sync: Runner, state: ConnectionState, expected: SealState, note: str
) -> None:
    sync()
    Connection.objects.update(state=state)
    found = seal(company)
    assert found.state is expected
    assert note in found.note
    assert "s of yesterday" in found.title + found.note


def test_waiting_for_a_quota(company: Company, sync: Runner) -> None:
    run = sync()
    SyncRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, waiting_until=NOW + timedelta(days=1, hours=12))
    found = seal(company)
    assert found.state is SealState.PAUSED
    assert found.note.startswith("Waiting, goes on ")


def test_a_first_sync_that_failed_shows_no_figures(company: Company, connected: Connection) -> None:
    SyncRun.objects.update(state=RunState.FAILED)
    assert (seal(company).state, seal(company).title) == (SealState.PAUSED, "No figures yet")


def test_it_costs_three_queries_and_one_for_the_notices(
    company: Company, alice: User, sync: Runner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sync()
    with django_assert_num_queries(1 + 4):  # the first is the test's own: the membership
        told = facts(company, alice)
    assert told.badges == {"connections:notices": 1}
    assert told.home == ""
    Notice.objects.update(read_at=NOW)
    assert facts(company, alice).badges == {}


def test_it_stands_on_every_page(client: Client, bob: User, company: Company, sync: Runner) -> None:
    sync()
    client.force_login(bob)
    page = client.get(f"/c/{company.slug}/settings/").content.decode()
    assert "seal--tied" in page
    assert "Ties to the books" in page


def test_the_expenses_part_is_told_which_month_was_the_last_admitted(company: Company, sync: Runner) -> None:
    from tieout.expenses import periods

    assert periods.admitted_through(company) is None
    sync()
    assert periods.admitted_through(company) == Month(2025, 5)
