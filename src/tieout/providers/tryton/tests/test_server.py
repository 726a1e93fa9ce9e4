"""The real server: its books are made once, posted through Tryton's own client, and each test has a copy of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tieout.core.accounts import AccountType
from tieout.providerkit.books import (
    Account,
    Company,
    Dimension,
    DimensionValue,
    Entry,
    Item,
    Line,
    Party,
    PartyKind,
    SampleBooks,
)
from tieout.providers.tryton.server import Desk, Refused, Server, prepared
from tieout.providers.tryton.server.rows import rows_of
from tieout.providers.tryton.tests.harbour import ORDERS

pytestmark = [pytest.mark.tryton, pytest.mark.slow]

MOVE = "account.move"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Server, dict[str, Any]]]:
    books, (story, _) = prepared(ORDERS)
    with Server(books) as server:
        yield server, story


def test_harbour_lights_has_posted_for_eighteen_months(running: tuple[Server, dict[str, Any]]) -> None:
    server, _ = running
    moves = _found(server.desk, MOVE, ["date", "state"])
    assert len({it["date"][:7] for it in moves}) == 18
    assert 150 < len(moves) < 250
    assert [it["state"] for it in moves].count("draft") == 1


def test_a_move_is_posted_and_cancelled_by_one_that_reverses_it(running: tuple[Server, dict[str, Any]]) -> None:
    server, story = running
    lines = [
        {"account": story["accounts"]["rent"], "amount": "10.05"},
        {"account": story["accounts"]["bank"], "amount": "-10.05"},
    ]
    asked = [{"journal": story["journals"]["general"], "date": "2026-11-20", "memo": "Paint", "lines": lines}]
    (posted,) = server.desk.order("post", company=story["company"], moves=asked)
    reversing = server.desk.order("cancel", move=posted)
    found = {it["id"]: it for it in _found(server.desk, MOVE, ["state", "origin", "number"])}
    assert (found[reversing]["state"], found[reversing]["origin"]) == ("posted", f"{MOVE},{posted}")
    assert found[posted]["number"] != found[reversing]["number"]


def test_what_tryton_refuses_is_told_in_its_own_words(running: tuple[Server, dict[str, Any]]) -> None:
    server, story = running
    lines = [{"account": story["accounts"]["payable"], "amount": "10.05"}]  # whose?
    asked = [{"journal": story["journals"]["general"], "date": "2026-11-20", "lines": lines}]
    with pytest.raises(Refused, match=r"[Pp]arty"):
        server.desk.order("post", company=story["company"], moves=asked)


def test_two_servers_on_the_same_books_do_not_know_of_each_other() -> None:
    books, _ = prepared(ORDERS)
    with Server(books) as one, Server(books) as other:
        one.desk.order("create", model="party.party", rows=[{"name": "Only here"}])
        names = [{it["name"] for it in _found(at.desk, "party.party", ["name"])} for at in (one, other)]
    assert ["Only here" in found for found in names] == [True, False]


def test_canonical_books_are_laid_down_and_what_cannot_be_kept_is_told() -> None:
    books, (laid,) = prepared([{"order": "books", "rows": rows_of(_SMALL, today=_SMALL.entries[0].date)}])
    assert laid["told"] == [
        "items: Tryton's moves have none",
        "Journal Entry 3: lines of several parties, of which only a balance line's is kept",
    ]
    with Server(books) as server:
        moves = _found(server.desk, MOVE, ["date", "journal.name", "lines.account", "lines.party", "lines.debit"])
    bill, card, journal = (next(it for it in moves if it["id"] == number) for number in laid["moves"].values())
    payable, bank = laid["accounts"]["2"], laid["accounts"]["1"]
    assert {line["account"]: line["party"] for line in bill["lines."]}[payable] == laid["parties"]["v"]
    # Paid at once: two more lines on an account that may name the vendor, and the bank's own as it was.
    assert len(card["lines."]) == 4
    assert [line["party"] for line in card["lines."] if line["account"] == bank] == [None]
    assert len(journal["lines."]) == 2


def test_the_desk_says_why_it_ended() -> None:
    with closing(Desk("sqlite:///nowhere", Path("no.conf"))) as desk, pytest.raises(Refused, match="the desk ended"):
        desk.order("people", companies=[])


def _found(desk: Desk, model: str, fields: list[str]) -> list[dict[str, Any]]:
    found = desk.order("call", model=model, verb="search_read", arguments=[[], 0, None, None, fields])
    return msgspec.convert(found, list[dict[str, Any]])


_SMALL = SampleBooks(
    company=Company(name="Skiff", currency="USD"),
    accounts=(
        Account(id="1", name="Checking", type=AccountType.ASSET, subtype="Bank"),
        Account(id="2", name="Creditors", type=AccountType.LIABILITY, subtype="Accounts Payable"),
        Account(id="5", name="Office", type=AccountType.EXPENSE),
        Account(id="6", name="Software", type=AccountType.EXPENSE, parent="5", subtype="Cost of Goods Sold"),
        Account(id="7", name="Licences", type=AccountType.EXPENSE, parent="6"),
    ),
    parties=(
        Party(kind=PartyKind.VENDOR, id="v", name="Adobe"),
        Party(kind=PartyKind.VENDOR, id="w", name="Staples"),
    ),
    items=(Item(id="i", name="Licence"),),
    dimensions=(
        Dimension(
            id="class",
            name="Class",
            values=(DimensionValue(id="b", name="Berlin", parent="e"), DimensionValue(id="e", name="Europe")),
        ),
    ),
    entries=(
        Entry(
            id="1",
            type="Bill",
            date=date(2025, 3, 4),
            party="v",
            lines=(
                Line(account="7", amount="12.00", item="i", dimensions={"class": "b"}),
                Line(account="2", amount="-12.00", currency="EUR", currency_amount="-11.00"),
            ),
        ),
        Entry(
            id="2",
            type="Expense",
            date=date(2025, 3, 5),
            party="w",
            lines=(Line(account="5", amount="7.50"), Line(account="1", amount="-7.50")),
        ),
        Entry(
            id="3",
            type="Journal Entry",
            date=date(2025, 3, 6),
            lines=(Line(account="5", amount="1.00", party="v"), Line(account="6", amount="-1.00", party="w")),
        ),
    ),
)
