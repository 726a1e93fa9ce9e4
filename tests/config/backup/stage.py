"""Inside an installation under test: ``python -m tests.config.backup.stage connect|request|figures|forget ADDRESS``.

Each prints JSON. ``connect`` makes a person, a company and its connection, with the first run queued; ``request`` asks
for another run; ``figures`` tells how the connection and its runs stand, and the trial balance of the present month.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import django
import httpx2


def main() -> int:
    """Do one of the things."""
    django.setup()
    from tests.connections.conftest import Unlimited
    from tieout.connections import providers
    from tieout.providerkit.pace import Pace
    from tieout.providers.quickbooks.provider import QuickBooks

    what, address = sys.argv[1:]
    settings = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ADDRESS": address}
    providers.stand_ins["quickbooks"] = QuickBooks(settings, pace=lambda _: Pace(Unlimited(), sleep=lambda _: None))
    doing = {"connect": connect, "request": request, "figures": figures}
    sys.stdout.write(json.dumps(doing[what](address)))
    return 0


def connect(address: str) -> Mapping[str, object]:
    """Authorise at the sandbox as a person would; return what must never be readable in a backup."""
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    from tieout.companies import services
    from tieout.connections import consent, credentials

    ann = User.objects.create_user(username="ann", email="ann@example.com", password="a long password")
    company = services.create_company(name="Harbour Light", person=ann)
    session = SessionStore()
    session["of"] = "ann"
    session.save()
    now = datetime.now(UTC)
    page = consent.begin(company, ann, "quickbooks", consent.Wishes(history="everything"), session="s", now=now)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    choice = {"realmId": _company(address)["realm"], "role": "admin", "decision": "connect"}
    answer = httpx2.post(f"{address}/connect/oauth2", data={**asked, **choice})
    back = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    connection = consent.complete("quickbooks", back, ann, session="s", now=now)
    tokens = credentials.load(connection)
    return {"planted": [tokens.access, tokens.refresh, session.session_key]}


def request(address: str) -> Mapping[str, object]:
    """Ask for another run."""
    from tieout.connections import requests
    from tieout.connections.models import Connection, RunKind

    run = requests.request_sync(Connection.objects.get(), kind=RunKind.MANUAL, person=None, now=datetime.now(UTC))
    return {"run": run.pk}


def figures(address: str) -> Mapping[str, object]:
    """Return the state of the connection and its runs, our trial balance and the sandbox's."""
    from tieout.connections.models import Connection, SyncRun
    from tieout.core.month import Month
    from tieout.core.statements import month_ends
    from tieout.ledger.accounts import chart
    from tieout.ledger.movements import movements

    connection = Connection.objects.select_related("book").get()
    runs = list(SyncRun.objects.order_by("pk").values_list("state", "fence"))
    found = {"state": connection.state, "runs": [state for state, _ in runs], "fences": [fence for _, fence in runs]}
    book = connection.book
    if book is None or not book.published:
        return {**found, "ours": None, "theirs": None}
    accounts = chart(book, book.published)
    month = Month.of(date.fromisoformat(str(_company(address)["today"])))
    moved = ((account, month, amount) for account, _, month, amount in movements(book, book.published))
    natures = {id_: account.nature for id_, account in accounts.items()}
    ends = next(month_ends(moved, natures, [month], first_month=book.fiscal_year_first_month))
    ours = {accounts[id_].external_id: amount for id_, amount in ends.trial_balance.items() if amount}
    theirs = _company(address, str(month))["trial_balance"]
    assert isinstance(theirs, dict)
    return {**found, "ours": ours, "theirs": {account: amount for account, amount in theirs.items() if amount}}


def _company(address: str, month: str = "") -> Mapping[str, object]:
    found: Mapping[str, object] = httpx2.get(f"{address}/control/books", params={"month": month}).json()["companies"][0]
    return found


if __name__ == "__main__":
    raise SystemExit(main())
