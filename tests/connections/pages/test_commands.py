"""``tieout connections`` and ``tieout sync`` in this process."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.connections.conftest import Runner
from tests.connections.test_run import control
from tieout.companies.models import Company
from tieout.config.cli import app
from tieout.config.commands import sync as command
from tieout.connections.models import Connection, ConnectionState, RunState, SyncRun
from tieout.providers.quickbooks.sandbox import Sandbox

typer = CliRunner()


def test_connections_are_listed_for_people(company: Company, sync: Runner) -> None:
    sync()
    told = typer.invoke(app, ["connections"])
    assert told.exit_code == 0
    head, row = told.output.splitlines()
    assert head.split() == ["COMPANY", "ORGANISATION", "STATE", "BASIS", "SYNC", "AS", "OF", "NEXT", "TIE-OUT"]
    assert row.startswith(f"{company.slug}  Ferry & Sons Ltd (sandbox)  connected  accrual  1")
    assert row.endswith("ties")


def test_connections_are_listed_for_scripts(company: Company, sync: Runner) -> None:
    sync()
    told = typer.invoke(app, ["connections", "--company", company.slug, "--format", "json"])
    [row] = json.loads(told.output)
    assert (row["company"], row["state"], row["verified"], row["last_run"]["sync"]) == (
        company.slug,
        "connected",
        True,
        1,
    )


def test_trouble_is_told_with_its_remedy(connected: Connection) -> None:
    Connection.objects.update(state=ConnectionState.RECONNECT, trouble="It was revoked.", remedy="Authorise again.")
    assert "It was revoked. Authorise again." in typer.invoke(app, ["connections"]).output


def test_nothing_connected(company: Company) -> None:
    assert typer.invoke(app, ["connections"]).output == "Nothing is connected.\n"
    assert typer.invoke(app, ["connections", "--company", "nobody"]).exit_code == 2
    told = typer.invoke(app, ["sync", "--company", company.slug])
    assert told.exit_code == 2
    assert "connect its books" in told.output


def test_sync_asks_and_joins(company: Company, sync: Runner) -> None:
    sync()
    for _ in range(2):
        told = typer.invoke(app, ["sync", "--company", company.slug])
        assert told.exit_code == 0
        assert "is asked for" in told.output
    assert SyncRun.objects.filter(state=RunState.QUEUED).count() == 1


def test_sync_without_access_says_what_to_do(company: Company, connected: Connection) -> None:
    Connection.objects.update(state=ConnectionState.RECONNECT)
    told = typer.invoke(app, ["sync", "--company", company.slug])
    assert told.exit_code == 2
    assert "Authorise the connection again first" in told.output


def test_following_a_run_to_its_end(
    company: Company, connected: Connection, sync: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    run = SyncRun.objects.get()
    assert command.follow(company, run.pk, sleep=lambda _: void(sync)) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first == "Waiting to start, a worker must be running, 0 lines, 0 calls"
    assert last.startswith("Published. Every balance ties, read all 27 months, 17 lines, ")
    assert last.endswith(" 0 differ, largest 0.00")


def test_a_held_run_is_no_success(
    company: Company, sync: Runner, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sync()
    control(sandbox, "faults", {"trial_balance_shift": {"amount": "1.00", "month": "2025-05"}})
    run = sync()
    assert command.follow(company, run.pk, sleep=lambda _: None) == 1
    out = capsys.readouterr().out
    assert "Held: it no longer ties" in out
    assert "The figures of the last sync stay." in out


def void(sync: Runner) -> None:
    sync()
