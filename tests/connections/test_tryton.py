"""The journey with a real server: nothing in it was made by us but what is judged.

A Tryton is started, a company is posted through Tryton's own client, connected by a login, synced and compared with
Tryton's own balances; then moves are cancelled and posted again, and all of it once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import httpx2
import msgspec
import pytest
from django.contrib.auth.models import User

from tests.connections.tryton import Link, linked
from tieout.connections import credentials, services
from tieout.connections.models import Connection, ConnectionState, Reach, RunState
from tieout.core.money import to_decimal
from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.ledger.movements import movements
from tieout.providers.tryton.client import ATTEMPTS
from tieout.providers.tryton.desk.logins import READER, READER_PASSWORD
from tieout.providers.tryton.server import Server, prepared
from tieout.providers.tryton.tests.harbour import ORDERS, TODAY
from tieout.providers.tryton.tests.served import Wire

pytestmark = [pytest.mark.tryton, pytest.mark.network, pytest.mark.slow, pytest.mark.django_db]

FIRST, LAST = Month(2025, 6), Month(2026, 11)
Story = dict[str, Any]


@pytest.fixture
def story() -> Story:
    """What the company was posted with: Tryton's ids by name."""
    return msgspec.convert(prepared(ORDERS)[1][0], Story)


@pytest.fixture
def wire() -> Wire:
    """What goes between, counted."""
    return Wire()


@pytest.fixture
def link(alice: User, wire: Wire) -> Iterator[Link]:
    with Server(prepared(ORDERS)[0]) as server, linked(server, TODAY, alice, transport=wire) as link:
        yield link


def test_the_books_tie_and_tie_again_after_moves_were_cancelled_and_posted_anew(
    link: Link, wire: Wire, story: Story
) -> None:
    first = link.sync()
    assert (first.state, first.reason, first.differing) == (RunState.PUBLISHED, "", 0)
    assert first.compared > 150
    assert ours(link) == theirs(link, story)

    again = link.sync()
    assert (again.state, again.rows_written, again.reach) == (RunState.UNCHANGED, 0, Reach.CHANGES)

    wrong = next(it for it in moves(link, "Gull Media") if it["date"].startswith("2026-02"))
    link.server.desk.order("cancel", move=wrong["id"])
    link.server.desk.order("post", company=1, moves=[bill(story, wrong["date"], "marketing", "Gull Media", "321.09")])
    changed = link.sync()
    assert (changed.state, changed.reason, changed.reach) == (RunState.PUBLISHED, "", Reach.CHANGES)
    assert changed.differing == 0
    # What was posted anew is new; what was cancelled on its own day is gone, together with what cancels it.
    assert (changed.lines_added, changed.lines_changed, changed.lines_removed) == (2, 0, 2)
    assert ours(link) == theirs(link, story)
    assert wire.outside() == 0


@pytest.mark.parametrize("seed", [11])
def test_whatever_a_clerk_does_the_books_follow(link: Link, story: Story, seed: int) -> None:
    dice = Random(seed)
    link.sync()
    posted: list[int] = []
    for _ in range(2):
        days = [f"{year}-{dice.randint(1, 11):02}-{dice.randint(1, 28):02}" for year in (2026, 2026, 2025)]
        days = [day for day in days if str(FIRST) <= day[:7]]
        new = [bill(story, day, "travel", "Northern Rail", f"{dice.randint(1, 99_999) / 100:.2f}") for day in days]
        posted += link.server.desk.order("post", company=1, moves=new)
        link.server.desk.order("cancel", move=posted.pop(dice.randrange(len(posted))))
        run = link.sync()
        assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)
        assert ours(link) == theirs(link, story)


def test_a_session_that_ends_while_a_run_reads_is_taken_anew(link: Link, wire: Wire) -> None:
    calls = iter(range(1000))

    def ending(method: str, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        if method != "common.db.login" and next(calls) % 10 == 9:
            return httpx2.Response(401)
        return send()

    wire.spoil = ending
    run = link.sync()
    assert (run.state, run.differing) == (RunState.PUBLISHED, 0)
    assert wire.methods.count("common.db.login") > 3


def test_a_password_that_was_changed_asks_for_the_person_and_keeps_the_figures(link: Link) -> None:
    link.sync()
    before = ours(link)
    user = link.server.desk.order(
        "call", model="res.user", verb="search_read", arguments=[[["login", "=", READER]], 0, 1, None, ["id"]]
    )
    link.server.desk.order("write", model="res.user", ids=[user[0]["id"]], values={"password": "another-one-now"})
    run = link.sync()
    assert run.state == RunState.FAILED
    assert "no longer accepts this user's password" in run.reason
    assert run.remedy.startswith("Log in again.")
    assert Connection.objects.get(pk=link.connection.pk).state == ConnectionState.RECONNECT
    assert ours(link) == before


def test_a_server_that_was_down_is_waited_for(link: Link, wire: Wire) -> None:
    """The run rests and comes back; when the server is there again, it goes on by itself."""
    link.server.stop()
    already = len(wire.methods)

    def coming_back(_method: str, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        if len(wire.methods) - already > 3 * ATTEMPTS:  # in the fourth run of the job
            link.server.start()
            wire.spoil = None
        return send()

    wire.spoil = coming_back
    began = link.clock.now
    run = link.sync()
    assert (run.state, run.differing) == (RunState.PUBLISHED, 0)
    assert link.clock.now - began > timedelta(seconds=10 + 20 + 40)


def test_the_password_is_kept_sealed_and_goes_with_the_connection(link: Link) -> None:
    sealed = bytes(link.connection.credential.sealed)
    assert READER_PASSWORD.encode() not in sealed
    assert credentials.load(link.connection).refresh == f'{{"user":"{READER}","password":"{READER_PASSWORD}"}}'
    services.disconnect(link.connection, person=link.person, now=link.clock())
    assert not type(link.connection.credential).objects.exists()


# --- ways and means ----------------------------------------------------------------------------------------------


def ours(link: Link) -> dict[tuple[str, Month], Decimal]:
    """Return what each account moved by in each month, by Tieout's kept sums."""
    book = link.book
    accounts = chart(book, book.published)
    found: defaultdict[tuple[str, Month], Decimal] = defaultdict(Decimal)
    for account, _, month, amount in movements(book, book.published):
        found[accounts[account].external_id, Month.from_key(month)] += to_decimal(amount, book.digits)
    return {place: amount for place, amount in found.items() if amount}


def theirs(link: Link, story: Story) -> dict[tuple[str, Month], Decimal]:
    """Return the same from Tryton's lines, added up here: as the clerk sees them, by another way than the provider's.

    The one move that closes 2025 sends its result on from retained earnings: income and expense stay as they were.
    """
    fields = ["account", "debit", "credit", "move.date", "move.journal"]
    domain = [["move.state", "=", "posted"]]
    lines = link.server.desk.order(
        "call", model="account.move.line", verb="search_read", arguments=[domain, 0, None, None, fields]
    )
    earnings, reserve = (account(link, code) for code in ("3.2.0", "3.2.1"))
    found: defaultdict[tuple[str, Month], Decimal] = defaultdict(Decimal)
    for line in lines:
        month = Month.parse(line["move."]["date"][:7])
        closing = line["move."]["journal"] == story["journals"]["situation"]
        own = line["account"] if not closing or line["account"] == reserve else earnings
        found[str(own), month] += Decimal(line["debit"]) - Decimal(line["credit"])
    return {place: amount for place, amount in found.items() if amount}


def account(link: Link, code: str) -> int:
    """Return an account's id by its code."""
    found = link.server.desk.order(
        "call", model="account.account", verb="search_read", arguments=[[["code", "=", code]], 0, 1, None, ["id"]]
    )
    return int(found[0]["id"])


def moves(link: Link, memo: str) -> list[dict[str, Any]]:
    """Return moves whose description begins with a text."""
    domain = [["description", "like", f"{memo}%"], ["state", "=", "posted"]]
    found = link.server.desk.order(
        "call", model="account.move", verb="search_read", arguments=[domain, 0, None, None, ["date", "description"]]
    )
    return msgspec.convert(found, list[dict[str, Any]])


def bill(story: Story, day: str, what: str, vendor: str, amount: str) -> dict[str, Any]:
    """Return a vendor's bill, to be posted."""
    department, region = story["values"]["Sales"], story["values"]["Inland"]
    lines = [
        {
            "account": story["accounts"][what],
            "amount": amount,
            "analytic": [[department, amount], [region, amount]],
        },
        {"account": story["accounts"]["payable"], "amount": f"-{amount}", "party": story["parties"][vendor]},
    ]
    return {"journal": story["journals"]["expense"], "date": day, "memo": f"{vendor}, once more", "lines": lines}
