"""Somebody posts in earlier months while these are being read: the run goes back, and shows the books as they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from tests.connections.conftest import Time
from tests.connections.test_run import Control, bill_id, control, published
from tieout.connections import requests
from tieout.connections.models import Connection, RunKind, RunState, SyncRun
from tieout.connections.run import execute
from tieout.core.month import Month
from tieout.providers.quickbooks import mapping
from tieout.providers.quickbooks.lists import Lists
from tieout.providers.quickbooks.reports import Ask
from tieout.providers.quickbooks.sandbox import Sandbox
from tieout.providers.quickbooks.wire import Report

Meanwhile = Callable[[int, Callable[[], object]], SyncRun]


@pytest.fixture
def sync_while(connected: Connection, alice: User, clock: Time) -> Meanwhile:
    """Return a function that reads every month, and after so many windows does something."""

    def run(after: int, work: Callable[[], object]) -> SyncRun:
        row = requests.request_sync(connected, kind=RunKind.MANUAL, person=alice, now=clock(), everything=True)
        looked = [0]

        def check() -> None:
            looked[0] += 1
            if looked[0] == after:
                work()

        execute(row.pk, clock=clock, check=check)
        row.refresh_from_db()
        return row

    return run


def entered(sandbox: Sandbox, day: str, amount: str = "10.00") -> None:
    """Enter something paid from the bank account, on a day."""
    lists = {account["Name"]: account["Id"] for account in sandbox.engine(None).lists.all("Account")}
    postings = [{"account": lists["Office"], "amount": amount}, {"account": lists["Checking"], "amount": f"-{amount}"}]
    entry: Control = {"kind": "Payroll Check", "entity": {"TxnDate": day, "Postings": postings}}
    control(sandbox, "post", entry)


@pytest.mark.parametrize("windows", [2, 5, 9, 14])
@pytest.mark.parametrize("first", [True, False])
def test_an_entry_made_in_a_month_that_was_read_already(
    sync_while: Meanwhile, sandbox: Sandbox, connected: Connection, windows: int, first: bool
) -> None:
    if not first:
        assert sync_while(0, lambda: None).state == RunState.PUBLISHED
    run = sync_while(windows, lambda: entered(sandbox, "2024-03-05"))
    assert (run.state, run.differing, run.reason) == (RunState.PUBLISHED, 0, "")
    connected.refresh_from_db()
    assert published(connected)["6000", 202403] == 10_00


def test_somebody_who_posts_again_and_again(sync_while: Meanwhile, sandbox: Sandbox, connected: Connection) -> None:
    def work() -> None:
        entered(sandbox, "2024-03-05")
        entered(sandbox, "2024-04-06")
        control(sandbox, "redate", {"id": bill_id(connected, "103"), "date": "2024-07-06"})

    assert sync_while(0, lambda: None).state == RunState.PUBLISHED
    run = sync_while(20, work)
    assert (run.state, run.differing, run.reason) == (RunState.PUBLISHED, 0, "")
    figures = published(connected)
    assert (figures["6000", 202403], figures["6000", 202404], figures["6010", 202407]) == (10_00, 10_00, 600_00)


def test_an_answer_that_never_follows_fails_with_the_place(
    sync_while: Meanwhile, connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_while(0, lambda: None)
    before = published(connected)
    spoil_openings(monkeypatch, Month(2024, 8))
    run = sync_while(0, lambda: None)
    assert run.state == RunState.FAILED
    assert "GeneralLedger 2024-08-01 to 2024-08-31: the account 'Checking'" in run.reason
    assert "Somebody may be posting" in run.remedy
    assert published(connected) == before


def spoil_openings(monkeypatch: pytest.MonkeyPatch, month: Month) -> None:
    """Let the answer for a month claim another balance brought forward, each time."""
    page = mapping.page

    def spoilt(report: Report, ask: Ask, layout: mapping.Layout, lists: Lists) -> mapping.LedgerPage:
        found = page(report, ask, layout, lists)
        if found.ask.start == month.start:
            found.opening.update({account: amount + 1 for account, amount in found.opening.items()})
        return found

    monkeypatch.setattr(mapping, "page", spoilt)
