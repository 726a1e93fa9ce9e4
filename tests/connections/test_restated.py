"""A sync that changes a closed month says so once: on the run, and to those who can decide about it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.core import mail

from tests.connections.conftest import Runner
from tests.connections.test_run import bill_id, control
from tieout.companies.models import Membership, Role
from tieout.connections.models import Connection, Notice, NoticeKind
from tieout.core.month import Month
from tieout.ledger.closing import closed, decide, shown_movements
from tieout.ledger.models import Book, CloseAct, Organisation, Publication, Restatement
from tieout.ledger.tie_out import mismatches
from tieout.planning.closed_months import month_rows
from tieout.providers.quickbooks.sandbox import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MAY = Month(2025, 5)


def close_may(connected: Connection) -> Book:
    book = Book.objects.get(company=connected.company)
    newest = Publication.objects.get(book=book, version=book.published)
    decide(book, [MAY], CloseAct.CLOSED, sync=newest.number, by=None, at=datetime(2025, 6, 15, tzinfo=UTC))
    return book


def test_a_bill_that_leaves_a_closed_month_is_told_once(
    sync: Runner, sandbox: Sandbox, connected: Connection, bob: User
) -> None:
    Membership.objects.filter(person=bob).update(role=Role.EDITOR)
    sync()
    book = close_may(connected)
    before = sorted(it for it in shown_movements(book, book.published) if it.month == MAY.key)
    control(sandbox, "delete", {"id": bill_id(connected, "107")})
    mail.outbox.clear()
    run = sync()
    book.refresh_from_db()
    assert run.restated == 3  # two expense lines and the payable
    told = Notice.objects.get(kind=NoticeKind.CLOSED_MONTH)
    assert told.person == connected.connected_by
    assert told.title == "May 2025 has changed in the books after closing"
    assert "Sync 2 changed 3 lines. May 2025: expenses change by (50.15) USD." in told.text
    assert [it.subject for it in mail.outbox] == [told.title]
    row = Restatement.objects.get()
    assert (row.close_id, row.lines, row.effect) == (closed(book)[MAY].copy, 3, -50_15)
    assert sorted(it for it in shown_movements(book, book.published) if it.month == MAY.key) == before
    listed = next(it for it in month_rows(connected.company, book) if it.month == MAY)
    assert (listed.beside.changed, listed.lines) == (-50_15, 3)
    assert not mismatches(book, book.published)  # the tie-out concerns the books
    assert sync().restated == 0
    assert Notice.objects.filter(kind=NoticeKind.CLOSED_MONTH).count() == 1


def test_what_changes_in_open_months_is_not_told(sync: Runner, sandbox: Sandbox, connected: Connection) -> None:
    sync()
    close_may(connected)
    control(sandbox, "delete", {"id": bill_id(connected, "106")})
    assert sync().restated == 0
    assert not Notice.objects.filter(kind=NoticeKind.CLOSED_MONTH).exists()


def test_the_books_own_closing_date_is_kept(sync: Runner, sandbox: Sandbox, connected: Connection) -> None:
    next(iter(sandbox.engines.values())).book_close_date = date(2025, 3, 31)
    sync()
    assert Organisation.objects.get(pk=connected.organisation_id).closed_through == date(2025, 3, 31)
