"""The demo's door: what goes through it unchanged, what it counts, and what it can be asked to spoil."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import EntryRecord, Statement, Window
from tieout.providerkit import sandbox_host
from tieout.providerkit.books import Account, Company, Entry, Line, SampleBooks, write_books
from tieout.providers.tryton.provider import Tryton
from tieout.providers.tryton.sandbox import LOGIN, Door, make_sandbox
from tieout.providers.tryton.tests.harbour import TODAY
from tieout.providers.tryton.tests.served import now

pytestmark = [pytest.mark.tryton, pytest.mark.network, pytest.mark.slow]

MONTHS = list(Month(2025, 6).until(Month(2026, 12)))


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with closing(make_sandbox(today=TODAY)) as door:
        yield door


@pytest.fixture
def address(door: Door) -> Iterator[str]:
    door.faults.clear()
    door.tally.reset()
    with sandbox_host.served(door.app) as address:
        yield address


def get(address: str, path: str) -> httpx2.Response:
    return httpx2.get(f"{address}{path}", trust_env=False, timeout=60)


def post(address: str, path: str, body: object) -> httpx2.Response:
    return httpx2.post(f"{address}{path}", json=body, trust_env=False, timeout=60)


class Session:
    """Logs in once and keeps that."""

    def __init__(self, provider: Tryton) -> None:
        self._tokens = provider.log_in(LOGIN, now=now()).tokens

    def access(self) -> str:
        return self._tokens.access

    def renew(self, rejected: str) -> str:
        raise AssertionError("the session was refused")


def test_the_books_come_through_and_every_line_is_counted_as_it_is_read(address: str) -> None:
    provider = Tryton({"ADDRESS": address})
    assert provider.is_sandbox
    books = provider.open("1", Session(provider), basis="accrual", observe=lambda _: None)
    window = Window(start=MONTHS[0].start, end=MONTHS[-1].end)
    lines = [line for it in books.read(window) if isinstance(it, EntryRecord) for line in it.lines]
    (told,) = get(address, "/control/books").json()["companies"]
    assert told == {"realm": "1", "name": "Harbour Lights", "lines_posted": len(lines)}
    calls = get(address, "/control/calls").json()
    assert calls["outside_calls"] == 0
    assert calls["paths"]["common.db.login"] == 1


def test_what_is_no_read_is_counted_and_refused_by_tryton_itself(address: str) -> None:
    provider = Tryton({"ADDRESS": address})
    header = {"Authorization": f"Session {Session(provider).access()}"}
    call = {"id": 1, "method": "model.account.move.delete", "params": [[1], {}]}
    answer = httpx2.post(f"{address}/tryton/rpc/", json=call, headers=header, trust_env=False)
    assert answer.json()["error"][0] == "UserError"
    assert get(address, "/anything").status_code >= 400
    assert get(address, "/control/calls").json()["outside"] == {"GET /anything": 1, "model.account.move.delete": 1}


def test_a_figure_is_spoilt_on_request_and_the_balance_still_comes_to_nothing(address: str) -> None:
    provider = Tryton({"ADDRESS": address})
    books = provider.open("1", Session(provider), basis="accrual", observe=lambda _: None)
    (sound,) = books.balances(Statement.TRIAL_BALANCE, MONTHS[-1:])
    assert post(address, "/control/faults", {"trial_balance_shift": {"amount": "1.00"}}).json() == {"ok": True}
    (spoilt,) = books.balances(Statement.TRIAL_BALANCE, MONTHS[-1:])
    moved = {key: spoilt.amounts[key] - sound.amounts[key] for key in sound.amounts}
    assert sorted(it for it in moved.values() if it) == [-100, 100]
    assert get(address, "/control/faults").json()["trial_balance_shift"]["amount"] == "1.00"
    post(address, "/control/faults", {"trial_balance_shift": False})
    assert list(books.balances(Statement.TRIAL_BALANCE, MONTHS[-1:])) == [sound]


def test_the_clerk_takes_orders_from_outside(address: str) -> None:
    before = get(address, "/control/books").json()["companies"][0]["lines_posted"]
    cancelled = post(address, "/control/desk", {"order": "cancel", "move": 2})
    assert cancelled.json()["ok"]
    assert get(address, "/control/books").json()["companies"][0]["lines_posted"] > before


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/control/desk", {"order": "cancel", "move": 999_999}, "trying to read records"),
        ("/control/desk", {"order": "dance"}, "KeyError"),
        ("/control/desk", {}, "order"),
        ("/control/faults", {"rain": True}, "there is no fault"),
        ("/control/rain", {}, "missing or unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(address: str, path: str, body: object, words: str) -> None:
    answer = post(address, path, body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_it_can_answer_nothing_but_a_status(address: str) -> None:
    post(address, "/control/faults", {"status": {"value": 503, "times": 1}})
    call = {"id": 1, "method": "common.db.login", "params": []}
    assert post(address, "/tryton/rpc/", call).status_code == 503
    assert post(address, "/tryton/rpc/", call).status_code != 503


def test_books_of_a_file_are_posted_and_a_size_is_none(tmp_path: Path) -> None:
    file = tmp_path / "books.jsonl"
    file.write_bytes(b"".join(write_books(_ROWBOAT)))
    with closing(make_sandbox(str(file), today=TODAY)) as door, sandbox_host.served(door.app) as address:
        assert get(address, "/control/books").json()["companies"][0]["name"] == "Rowboat"
    with pytest.raises(ValueError, match="fifty moves a second"):
        make_sandbox("large:1000")


_ROWBOAT = SampleBooks(
    company=Company(name="Rowboat", currency="EUR"),
    accounts=(
        Account(id="1", name="Till", type=AccountType.ASSET, subtype="Bank"),
        Account(id="2", name="Paint", type=AccountType.EXPENSE),
    ),
    entries=(
        Entry(
            id="1",
            type="Check",
            date=TODAY,
            lines=(Line(account="2", amount="9.00"), Line(account="1", amount="-9.00")),
        ),
    ),
)
