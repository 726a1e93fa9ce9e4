"""What changed at a real server since a cursor, and whatever a clerk does to the books: each test posts on a copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    EntryRecord,
    Statement,
    Window,
)
from tieout.providerkit.books import Account, Company, Entry, Line, SampleBooks
from tieout.providerkit.errors import PermissionMissing, UnreadableBooks
from tieout.providers.tryton import feed
from tieout.providers.tryton.desk.logins import READER, READER_PASSWORD
from tieout.providers.tryton.server import Server, prepared
from tieout.providers.tryton.server.rows import rows_of
from tieout.providers.tryton.tests.asked import ALL, FIRST, LAST, differing, entries
from tieout.providers.tryton.tests.harbour import ORDERS, TODAY
from tieout.providers.tryton.tests.served import Served, now

pytestmark = [pytest.mark.tryton, pytest.mark.network]


@pytest.fixture(scope="module")
def story() -> dict[str, Any]:
    """What the desk used: ids by name."""
    return msgspec.convert(prepared(ORDERS)[1][0], dict[str, Any])


@pytest.fixture
def own() -> Iterator[Served]:
    """A server for one test alone, which posts there."""
    with Server(prepared(ORDERS)[0]) as server:
        yield Served(server)


def _move(story: dict[str, Any], day: str, amount: str, account: str = "travel") -> dict[str, Any]:
    lines = [
        {"account": story["accounts"][account], "amount": amount},
        {"account": story["accounts"]["bank"], "amount": str(-msgspec.convert(amount, float, strict=False))},
    ]
    return {"journal": story["journals"]["cash"], "date": day, "memo": "Posted by a test", "lines": lines}


@pytest.mark.slow
def test_what_is_posted_and_cancelled_is_told_with_its_dates(own: Served, story: dict[str, Any]) -> None:
    before = own.books().hints(None).cursor
    (posted,) = own.server.desk.order("post", company=1, moves=[_move(story, "2025-09-09", "12.50")])
    told = own.books().hints(before)
    assert (told.complete, told.lists) == (True, False)
    assert str(posted) in told.records
    assert date(2025, 9, 9) in told.dates
    reversing = own.server.desk.order("cancel", move=posted)
    told = own.books().hints(told.cursor)
    assert {str(posted), str(reversing)} <= set(told.records)
    month = Window(start=date(2025, 9, 1), end=date(2025, 10, 1))
    pair = {it.external_id: it for it in entries(own, month) if it.external_id in (str(posted), str(reversing))}
    assert pair[str(reversing)].reverses == pair[str(posted)].key
    assert differing(own, [Month(2025, 9), LAST]) == []


@pytest.mark.slow
def test_a_share_that_is_changed_long_after_posting_is_told_too(
    own: Served, story: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "OVERLAP", timedelta(0))
    before = own.books().hints(None).cursor
    coast, inland = story["values"]["Coast"], story["values"]["Inland"]
    shares = own.server.desk.order(
        "call", model="analytic_account.line", verb="search_read",
        arguments=[[["account", "=", coast]], 0, 1, [["id", "ASC"]], ["move_line.move"]],
    )  # fmt: skip
    changed = str(shares[0]["move_line."]["move"])
    own.server.desk.order("write", model="analytic_account.line", ids=[shares[0]["id"]], values={"account": inland})
    told = own.books().hints(before)
    assert changed in told.records
    own.server.desk.order("call", model="analytic_account.line", verb="delete", arguments=[[shares[0]["id"]]])
    told = own.books().hints(told.cursor)
    assert changed in told.records
    assert len(told.records) < 4  # beside it only what was the last change before


@pytest.mark.slow
def test_lists_that_changed_are_told_and_too_much_is_not_listed(own: Served, story: dict[str, Any]) -> None:
    before = own.books().hints(None).cursor
    own.server.desk.order("create", model="party.party", rows=[{"name": "Somebody new"}])
    assert own.books().hints(before).lists
    own.feed_most = 1
    moves = [_move(story, "2026-01-05", f"{number}.25") for number in range(1, 4)]
    own.server.desk.order("post", company=1, moves=moves)
    told = own.books().hints(before)
    assert (told.complete, told.because) == (False, "more than 1 moves changed since the last sync")


@pytest.mark.slow
def test_periods_that_are_closed_are_told_up_to_the_first_open_one(own: Served) -> None:
    periods = own.server.desk.order(
        "call", model="account.period", verb="search_read",
        arguments=[[["type", "=", "standard"]], 0, 8, [["start_date", "ASC"]], ["end_date"]],
    )  # fmt: skip
    own.server.desk.order("call", model="account.period", verb="close", arguments=[[it["id"] for it in periods]])
    assert own.books().organisation().closed_through == date(2025, 8, 31)


@pytest.mark.slow
def test_a_user_of_several_companies_chooses_and_reads_each_by_itself(own: Served, story: dict[str, Any]) -> None:
    desk = own.server.desk
    before = entries(own)
    second = desk.order("books", rows=rows_of(_DINGHY, today=TODAY))["company"]
    (reader,) = desk.order(
        "call", model="res.user", verb="search_read", arguments=[[["login", "=", "reader"]], 0, 1, None, ["id"]]
    )
    desk.order("write", model="res.user", ids=[reader["id"]], values={"companies": [["add", [second]]]})
    typed = {"user": READER, "password": READER_PASSWORD}
    # Tryton shows a user the current company alone, unless it is told to show all.
    assert [it.external_id for it in own.provider().log_in(typed, now=now()).organisations] == ["1"]
    desk.order("write", model="res.user", ids=[reader["id"]], values={"company_filter": "all"})
    granted = own.provider().log_in(typed, now=now())
    assert [(it.external_id, it.name) for it in granted.organisations] == [
        ("1", "Harbour Lights"), (str(second), "Dinghy"),
    ]  # fmt: skip
    books = own.books(str(second))
    assert books.organisation().currency == "JPY"
    assert {it.name for it in books.lists() if isinstance(it, AccountRecord)} >= {"Till", "Oars"}
    assert books.earliest() == Month(2026, 5)
    found = [it for it in books.read(ALL) if isinstance(it, EntryRecord)]
    assert [sorted(line.amount for line in it.lines) for it in found] == [[-900, 900]]
    (theirs,) = books.balances(Statement.TRIAL_BALANCE, [Month(2026, 5)])
    assert sorted(theirs.amounts.values()) == [-900, 900]
    assert entries(own) == before
    assert differing(own, [LAST]) == []
    # The current company is another one, and nothing else is shown: no call fails, and every move would be gone.
    desk.order("write", model="res.user", ids=[reader["id"]], values={"company_filter": "one", "company": second})
    assert own.books(str(second)).organisation().name == "Dinghy"
    with pytest.raises(PermissionMissing, match="or works for another"):
        own.books().organisation()


@pytest.mark.slow
def test_a_move_that_sqlite_let_pass_unbalanced_is_refused(own: Served, story: dict[str, Any]) -> None:
    odd = _move(story, "2026-02-03", "12.50")
    odd["lines"][1]["amount"] = "-12.49"
    own.server.desk.order("post", company=1, moves=[odd])
    with pytest.raises(UnreadableBooks, match="debit and credit of the move differ"):
        entries(own, Window(start=date(2026, 2, 1), end=date(2026, 3, 1)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2])
def test_whatever_is_posted_and_cancelled_ties(own: Served, story: dict[str, Any], seed: int) -> None:
    dice = Random(seed)
    accounts, parties, values = story["accounts"], story["parties"], story["values"]
    owing = [accounts["payable"], accounts["receivable"]]
    free = [number for number in accounts.values() if number not in owing]
    departments, regions = [2, 3, 4], [6, 7]
    assert set(departments + regions) == set(values.values())
    moves = []
    for _ in range(40):
        amounts = [dice.randint(-90_000, 90_000) for _ in range(dice.randint(1, 5))]
        lines = []
        for amount in (*amounts, -sum(amounts)):
            account = dice.choice([*free, *owing])
            part = dice.randint(0, amount) if amount > 0 else dice.randint(amount, 0)
            shares = [(dice.choice(departments), part), (dice.choice(departments), amount - part)]
            lines.append({
                "account": account,
                "amount": f"{amount / 100:.2f}",
                "party": dice.choice(list(parties.values())) if account in owing else None,
                "analytic": [
                    [value, f"{share / 100:.2f}"]
                    for value, share in [*shares, (dice.choice(regions), amount)][: dice.choice([0, 2, 3])]
                ],
            })  # fmt: skip
        day = date.fromordinal(dice.randint(FIRST.start.toordinal(), TODAY.toordinal()))
        moves.append({"journal": story["journals"]["general"], "date": day.isoformat(), "lines": lines})
    posted = own.server.desk.order("post", company=1, moves=moves)
    for number in dice.sample(posted, 5):
        own.server.desk.order("cancel", move=number)
    assert differing(own, [*FIRST.until(LAST), LAST][::3]) == []


_DINGHY = SampleBooks(
    company=Company(name="Dinghy", currency="JPY"),
    accounts=(
        Account(id="1", name="Till", type=AccountType.ASSET, subtype="Bank"),
        Account(id="2", name="Oars", type=AccountType.EXPENSE),
    ),
    entries=(
        Entry(
            id="1", type="Check", date=date(2026, 5, 4),
            lines=(Line(account="2", amount="900"), Line(account="1", amount="-900")),
        ),
    ),
)  # fmt: skip
