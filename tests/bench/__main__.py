"""``make bench``: medians of what a sync and a page cost, side by side in one run.

``LINES`` (100000), ``REPEATS`` (3) and ``RULE_LINES`` (1000000) are taken from the environment. The database is
DATABASE_URL, or a SQLite file of its own. Provider answers are replayed from memory, without a pace: what is measured
is ours.
"""

from __future__ import annotations

import os
import resource
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.bench import formulas, links
from tests.bench.ground import REPEATS, median, prepared, say

LINES = int(os.environ.get("LINES", "100000"))


def _measure() -> None:
    import httpx2
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    from tests.bench.replay import Replay
    from tests.connections.conftest import Unlimited, consent_to
    from tieout.companies.services import create_company
    from tieout.connections import consent, providers, requests
    from tieout.connections.models import Connection, RunKind, SyncRun
    from tieout.connections.run import execute
    from tieout.providerkit.pace import Pace
    from tieout.providers.quickbooks.provider import QuickBooks
    from tieout.providers.quickbooks.sandbox import make_sandbox

    sandbox = make_sandbox(f"large:{LINES}", limits=False)
    replay = Replay(httpx2.WSGITransport(app=sandbox.app))
    settings = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ADDRESS": "http://127.0.0.1:9001"}
    providers.stand_ins["quickbooks"] = QuickBooks(settings, replay, pace=lambda _: Pace(Unlimited()))
    person = User.objects.create_user("bench", "bench@example.com", "bench")

    def connect(name: str) -> Connection:
        now = datetime.now(UTC)
        company = create_company(name=name, person=person)
        wishes = consent.Wishes(history="everything")
        address = consent.begin(company, person, "quickbooks", wishes, session="s", now=now)
        return consent.complete("quickbooks", consent_to(sandbox, address), person, session="s", now=now)

    def sync(connected: Connection) -> SyncRun:
        run = requests.request_sync(connected, kind=RunKind.MANUAL, person=person, now=datetime.now(UTC))
        execute(run.pk, clock=lambda: datetime.now(UTC), check=lambda: None)
        run.refresh_from_db()
        assert run.state in ("published", "unchanged"), run.reason
        return run

    sync(connect("Recording"))  # fills the replay
    connections = [connect(f"Bench {number}") for number in range(REPEATS)]
    left = iter(connections)
    first = median(lambda: sync(next(left)))
    again = median(lambda: sync(connections[0]))
    lines = next(iter(sandbox.engines.values())).lines_posted
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"{lines:,} lines, {replay.bytes / 1e6:.0f} MB of answers, {connection.vendor}, {REPEATS} repeats, medians")
    say(f"first sync, replayed     {first:8.2f} s   {lines / first:10,.0f} lines/s")
    say(f"same books again         {again:8.2f} s   {lines / again:10,.0f} lines/s, 0 rows written")
    if connection.vendor == "sqlite":
        size = Path(str(connection.settings_dict["NAME"])).stat().st_size
        say(f"database                 {size / (lines * (REPEATS + 1)):8.0f} bytes a line, all tables and indexes")
    say(f"this process at its peak {memory:8.0f} MB, sandbox and recorded answers included")
    client = Client()
    client.force_login(person)
    base = f"/c/{connections[0].company.slug}"
    for path in (
        "/expenses/timeline/", "/expenses/timeline/?open=all", "/expenses/", "/expenses/organise/",
        "/expenses/entries/?row=total&month=2026-01", "/reports/trial-balance/", "/reports/balance-sheet/",
        "/integrations/",
    ):  # fmt: skip
        assert client.get(base + path).status_code == 200, path
        say(f"{path:46} {median(partial(client.get, base + path), 9) * 1000:8.1f} ms")


if __name__ == "__main__":
    with prepared():
        _measure()
        links.main()
        formulas.main()
