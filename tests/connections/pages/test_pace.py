"""Who watches a sync that stands still for a minute is told why."""

from __future__ import annotations

import re

from django.template.loader import render_to_string

from tests.connections.conftest import NOW
from tieout.connections.models import Connection, Phase, Reach, RunState, SyncRun
from tieout.connections.progress import progress_of
from tieout.ledger.models import Book
from tieout.providerkit.interface import About
from tieout.providers.quickbooks.about import ABOUT as QUICKBOOKS
from tieout.providers.xero.about import ABOUT as XERO


def running(about: About) -> str:
    run = SyncRun(
        connection=Connection(book=Book(digits=2, currency="USD")),
        state=RunState.RUNNING,
        phase=Phase.TIE_OUT,
        reach=Reach.EVERYTHING,
        kind="initial",
        requested_at=NOW,
        parts=[],
    )
    page = render_to_string(
        "connections/_running.html", {"run": run, "progress": progress_of(run, now=NOW), "about": about}
    )
    return re.sub(r"<[^>]*>", "", page)


def test_a_platform_that_answers_so_many_calls_a_minute_says_so() -> None:
    assert "reads nothing twice. Xero answers 60 calls a minute: a sync may stand still" in running(XERO)
    assert "stand still" not in running(QUICKBOOKS)
