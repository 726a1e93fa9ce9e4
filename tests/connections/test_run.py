"""A whole run against the QuickBooks sandbox, in this process."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import httpx2
import pytest

from tests.connections.books import LINES
from tests.connections.conftest import Runner, Time
from tieout.companies.models import AuditEvent, Company
from tieout.connections import services
from tieout.connections.admission import admitted_through
from tieout.connections.models import Connection, ConnectionState, Notice, RunState
from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book, Line, Publication
from tieout.ledger.movements import movements
from tieout.providers.quickbooks.sandbox import Sandbox

Control = dict[str, object]


def control(sandbox: Sandbox, path: str, body: Control) -> Control:
    """Do something to the books behind the provider's back."""
    with httpx2.Client(transport=httpx2.WSGITransport(app=sandbox.app), base_url="http://127.0.0.1:9001") as client:
        answer = client.post(f"/control/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def published(connected: Connection) -> dict[tuple[str, int], int]:
    book = Book.objects.get(organisation=connected.organisation)
    names = {id_: account.number for id_, account in chart(book, book.published).items()}
    return {(names[account], month): amount for account, _, month, amount in movements(book, book.published)}


def test_the_first_sync_reads_everything_and_ties(sync: Runner, connected: Connection) -> None:
    run = sync()
    assert (run.state, run.reason) == (RunState.PUBLISHED, "")
    assert (run.lines_added, run.lines_read) == (LINES, LINES)
    assert run.compared > 0
    assert (run.differing, run.largest) == (0, 0)
    assert published(connected)["6010", 202405] == 600_00
    assert published(connected)["6010", 202505] == -19_90
    assert Publication.objects.get().verified


def test_the_books_say_in_what_currency_the_company_plans(sync: Runner, company: Company) -> None:
    assert company.currency == ""
    sync()
    company.refresh_from_db()
    assert company.currency == "USD"
    sync()
    assert AuditEvent.objects.filter(what="set the currency").count() == 1


def test_the_second_sync_writes_nothing(sync: Runner) -> None:
    sync()
    before = Line.objects.count()
    run = sync()
    assert (run.state, run.rows_written, Line.objects.count()) == (RunState.UNCHANGED, 0, before)
    assert Publication.objects.count() == 1


def test_an_edit_in_the_past_arrives(sync: Runner, sandbox: Sandbox, connected: Connection) -> None:
    sync()
    control(sandbox, "redate", {"id": bill_id(connected, "103"), "date": "2024-07-06"})
    run = sync()
    assert (run.state, run.lines_changed) == (RunState.PUBLISHED, 2)
    assert ("6010", 202405) not in published(connected)
    assert published(connected)["6010", 202407] == 600_00


def bill_id(connected: Connection, number: str) -> str:
    """Return the platform's id of an entry by its number in the books file."""
    from tieout.ledger.models import Entry

    return Entry.objects.filter(number=f"N{number}").values_list("external_id", flat=True)[0]


def test_a_deletion_arrives(sync: Runner, sandbox: Sandbox, connected: Connection) -> None:
    sync()
    control(sandbox, "delete", {"id": bill_id(connected, "107")})
    run = sync()
    assert (run.state, run.lines_removed) == (RunState.PUBLISHED, 3)
    assert published(connected)["6010", 202505] == -20_00


def test_a_balance_that_differs_at_first_is_published_marked(sync: Runner, sandbox: Sandbox) -> None:
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    run = sync()
    assert run.state == RunState.PUBLISHED
    assert run.differing > 0
    assert run.largest == 1_00
    assert not Publication.objects.get().verified


def test_a_balance_that_tied_and_now_differs_holds_the_sync(
    sync: Runner, sandbox: Sandbox, connected: Connection
) -> None:
    sync()
    before = published(connected)
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    run = sync()
    assert run.state == RunState.HELD
    assert "1.00 USD" in run.reason
    assert "May 2025" in run.reason
    assert (published(connected), Publication.objects.count()) == (before, 1)


def test_the_sync_after_a_held_one_tries_anew(sync: Runner, sandbox: Sandbox) -> None:
    sync()
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    assert sync().state == RunState.HELD
    sandbox.faults.clear()
    assert sync().state == RunState.UNCHANGED


def test_an_owner_may_publish_a_held_sync_marked(sync: Runner, sandbox: Sandbox, connected: Connection) -> None:
    sync()
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    held = sync()
    assert connected.connected_by is not None
    services.publish_held(held, person=connected.connected_by)
    held.refresh_from_db()
    assert held.state == RunState.PUBLISHED
    assert not Publication.objects.get(number=2).verified


def test_history_may_begin_with_an_opening_entry(sync: Runner, connected: Connection, clock: Time) -> None:
    Connection.objects.update(history="default")
    clock.now += timedelta(days=365)  # the fiscal year two years back now begins in April 2024
    run = sync()
    book = Book.objects.get()
    assert (run.state, run.differing) == (RunState.PUBLISHED, 0)
    assert book.start == date(2024, 4, 1)
    opening = {account: amount for (account, month), amount in published(connected).items() if month == 202403}
    assert opening == {"1000": 11_200_50, "3000": -10_000_00, "3900": -1_200_50}


def test_a_revoked_grant_asks_for_authorisation_and_keeps_the_figures(
    sync: Runner, sandbox: Sandbox, connected: Connection
) -> None:
    sync()
    before = published(connected)
    control(sandbox, "revoke", {"realm": connected.organisation.external_id})
    run = sync()
    connected.refresh_from_db()
    assert (run.state, connected.state) == (RunState.FAILED, ConnectionState.RECONNECT)
    assert run.reason
    assert run.remedy
    assert published(connected) == before


def test_months_over_and_past_the_sync_date_are_admitted(sync: Runner, connected: Connection) -> None:
    sync()  # on 15 June 2025, the sync date being the 1st
    assert admitted_through(connected.company) == Month(2025, 5)


def test_who_started_is_told_once(sync: Runner, connected: Connection) -> None:
    sync()
    sync()
    notice = Notice.objects.get()
    assert notice.person == connected.connected_by
    assert "ties" in notice.title


FAULTS: list[tuple[Control, str]] = [
    ({"truncated_json": {"path": "/v3/"}}, "cut off in the middle"),
    ({"html": {"path": "/v3/"}}, "a web page in place of figures"),
    ({"empty_body": {"path": "/v3/"}}, "an empty answer"),
    ({"cut_off": True}, "QuickBooks cuts off the report"),
    ({"missing_column": "debt_amt"}, "the column debt_amt is missing"),
    ({"unbalanced": True}, "does not balance: it is off by 1.00"),
    ({"unknown_account": True}, "is not in the chart of accounts"),
    ({"wrong_summary": True}, "the sum line says"),
    ({"wrong_echo": True}, "asked for was"),
    ({"drop_row": True}, "the sum line says"),
    ({"duplicate_row": True}, "the sum line says"),
    ({"alter_date": True}, "outside of what was asked for"),
    ({"alter_amount": True}, "the sum line says"),
    ({"trial_balance_break": True}, "its total says"),
    ({"status:500": {"path": "/v3/"}}, "status 500"),
    ({"status:503": {"path": "/v3/"}}, "status 503"),
    ({"status:504": {"path": "/v3/"}}, "status 504"),
    ({"status:429": {"path": "/v3/"}}, "asks to slow down"),
    ({"status:403": {"path": "/v3/"}}, "does not let this app open the company"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=lambda it: next(iter(it)) if isinstance(it, dict) else "")
def test_a_bad_answer_changes_no_published_figure(
    fault: Control, words: str, sync: Runner, sandbox: Sandbox, connected: Connection
) -> None:
    sync()
    before = published(connected)
    control(sandbox, "faults", fault)
    run = sync()
    assert run.state in (RunState.FAILED, RunState.HELD)
    assert run.reason
    assert run.remedy
    assert words in run.reason
    assert published(connected) == before
    sandbox.faults.clear()
    Connection.objects.update(state=ConnectionState.CONNECTED)
    assert sync().state == RunState.UNCHANGED


def test_amounts_are_exact(connected: Connection, sync: Runner) -> None:
    sync()
    total = sum(Decimal(amount) for amount in Line.objects.values_list("amount", flat=True))
    assert total == 0
