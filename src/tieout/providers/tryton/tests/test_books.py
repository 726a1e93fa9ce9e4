"""What a real server says, read: figures against Tryton's own, what changed, and what goes wrong on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx2
import msgspec
import pytest

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    After,
    Checkpoint,
    DimensionRecord,
    DimensionValueRecord,
    EntryRecord,
    PartyKind,
    PartyRecord,
    Statement,
    Window,
)
from tieout.providerkit.errors import PermissionMissing, TryAgainLater, UnreadableBooks
from tieout.providers.tryton import client
from tieout.providers.tryton.server import prepared
from tieout.providers.tryton.tests.asked import ALL, FIRST, LAST, differing, entries
from tieout.providers.tryton.tests.harbour import ORDERS
from tieout.providers.tryton.tests.served import Served

pytestmark = [pytest.mark.tryton, pytest.mark.network]


@pytest.fixture(scope="module")
def story() -> dict[str, Any]:
    """What the desk used: ids by name."""
    return msgspec.convert(prepared(ORDERS)[1][0], dict[str, Any])


def by_name(served: Served) -> dict[str, AccountRecord]:
    return {it.name: it for it in served.books().lists() if isinstance(it, AccountRecord)}


# --- who and what ---


def test_the_company_is_as_tryton_has_it(served: Served) -> None:
    found = served.books().organisation()
    assert (found.name, found.currency, found.digits) == ("Harbour Lights", "USD", 2)
    assert (found.fiscal_year_first_month, found.timezone, found.closed_through) == (1, "America/New_York", None)


def test_trytons_own_chart_is_understood(served: Served) -> None:
    found = by_name(served)
    kinds = {name: (found[name].type, found[name].role) for name in (
        "Cash and Cash Equivalents", "Trade Payables", "Accounts, Notes And Loans Receivable", "Services", "Rent",
        "Equity At par (Issued Capital)", "Retained Earnings",
    )}  # fmt: skip
    assert kinds == {
        "Cash and Cash Equivalents": (AccountType.ASSET, AccountRole.BANK),
        "Trade Payables": (AccountType.LIABILITY, AccountRole.PAYABLE),
        "Accounts, Notes And Loans Receivable": (AccountType.ASSET, AccountRole.RECEIVABLE),
        "Services": (AccountType.EXPENSE, AccountRole.COST_OF_SALES),
        "Rent": (AccountType.EXPENSE, AccountRole.NONE),
        "Equity At par (Issued Capital)": (AccountType.EQUITY, AccountRole.NONE),
        "Retained Earnings": (AccountType.EQUITY, AccountRole.RETAINED_EARNINGS),
    }
    assert found["Trade Payables"].parent == found["Payables"].external_id


def test_vendors_and_customers_are_told_apart_and_axes_have_their_values(served: Served) -> None:
    records = list(served.books().lists())
    parties = Counter(it.key.kind for it in records if isinstance(it, PartyRecord))
    assert parties == {PartyKind.VENDOR: 4, PartyKind.CUSTOMER: 3}
    axes = {it.external_id: it.name for it in records if isinstance(it, DimensionRecord)}
    values = Counter(axes[it.dimension] for it in records if isinstance(it, DimensionValueRecord))
    assert values == {"Department": 3, "Region": 2}


def test_moves_are_entries_and_drafts_are_not(served: Served) -> None:
    found = entries(served)
    assert 150 < len(found) < 250
    assert {it.type for it in found} == {"Miscellaneous", "Expense", "Revenue", "Cash", "Year-end"}
    assert all(it.number.startswith(f"{it.date.year}-") for it in found)
    rents = [it for it in found if it.memo.startswith("Pier Estates") and it.date.month == 7]
    assert rents
    for rent in rents:
        assert rent.party is not None
        assert rent.party.kind is PartyKind.VENDOR
        assert sorted(it.amount for it in rent.lines) == [-240001, 96000, 144001]
        assert [len(it.dimensions) for it in sorted(rent.lines, key=lambda it: it.amount)] == [0, 2, 2]


def test_a_bill_in_euros_keeps_both_amounts(served: Served) -> None:
    foreign = [line for entry in entries(served) for line in entry.lines if line.currency]
    assert foreign
    assert {line.currency for line in foreign} == {"EUR"}
    # One of them may have been cancelled: then both amounts stand on the other side.
    assert all(0 < line.currency_amount / line.amount < 1 for line in foreign)


def test_a_year_that_was_closed_shows_what_it_was(served: Served) -> None:
    """December's income and expense are December's; what the closing sent on has come from the result carried on."""
    accounts = by_name(served)
    (closing,) = (it for it in entries(served) if it.type == "Year-end")
    december = entries(served, Window(start=date(2025, 12, 1), end=date(2026, 1, 1)))
    rent = sum(line.amount for it in december for line in it.lines if line.account == accounts["Rent"].external_id)
    assert rent == 240001
    assert {line.account for line in closing.lines} == {
        accounts["Retained Earnings"].external_id, accounts["Appropriated"].external_id
    }  # fmt: skip


def test_a_server_without_analytic_accounts_has_no_dimensions(served: Served) -> None:
    def without(method: str, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        if method.startswith("model.analytic_account"):
            return httpx2.Response(200, content=b'{"id":1,"error":["\'analytic_account.account\'",""]}')
        return send()

    served.wire.spoil = without
    books = served.books()
    assert not [it for it in books.lists() if isinstance(it, DimensionRecord)]
    assert not [line for entry in entries(served) for line in entry.lines if line.dimensions]
    assert books.hints(books.hints(None).cursor).complete


def test_a_fiscal_year_that_begins_inside_a_month_is_refused(served: Served) -> None:
    def april(method: str, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        if not method.startswith("model.account.fiscalyear"):
            return send()
        raw = msgspec.json.decode(send().read(), type=dict[str, Any])
        raw["result"][0]["start_date"] |= {"month": 4, "day": 6}
        return httpx2.Response(200, content=msgspec.json.encode(raw))

    served.wire.spoil = april
    with pytest.raises(UnreadableBooks, match="begins on 6 April, inside a month"):
        served.books().organisation()


# --- the tie-out ---


def test_every_month_ties_to_trytons_own_balances(served: Served) -> None:
    months = list(FIRST.until(LAST + 1))
    assert differing(served, months) == []


def test_a_month_long_before_and_one_ahead_are_what_stands_there(served: Served) -> None:
    before, ahead = served.books().balances(Statement.TRIAL_BALANCE, [Month(2020, 1), Month(2027, 6)])
    assert before.amounts == {}
    assert sum(ahead.amounts.values()) == 0
    kinds = {it.external_id: it.type for it in by_name(served).values()}
    assert all(kinds[key].on_balance_sheet for key in ahead.amounts)  # the year before is over


def test_tryton_is_asked_for_no_other_statement(served: Served) -> None:
    with pytest.raises(ValueError, match="is not asked for"):
        list(served.books().balances(Statement.BALANCE_SHEET, [FIRST]))


# --- reading ---


def test_a_day_that_holds_more_than_a_page_comes_whole(served: Served) -> None:
    month = Window(start=date(2026, 3, 20), end=date(2026, 4, 10))
    whole = [it.key for it in entries(served, month)]
    served.page = 1
    found = list(served.books().read(month))
    assert [it.key for it in found if isinstance(it, EntryRecord)] == whole
    days = {it.date for it in found if isinstance(it, EntryRecord)}
    assert len(days) < len(whole)  # some hold several
    points = [it for it in found if isinstance(it, Checkpoint)]
    assert [it.complete for it in points] == [False] * (len(points) - 1) + [True]


def test_lists_and_lines_of_many_pages_are_whole(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    records, december = list(served.books().lists()), Window(start=date(2025, 12, 1), end=date(2026, 1, 1))
    whole = entries(served, december)
    monkeypatch.setattr(client, "PAGE", 3)
    assert list(served.books().lists()) == records
    assert entries(served, december) == whole


def test_resuming_after_the_end_says_so_once_more(served: Served) -> None:
    found = list(served.books().read(replace_window(ALL.end.isoformat())))
    assert found == [Checkpoint(resume=ALL.end.isoformat(), complete=True)]


def test_only_windows_are_read(served: Served) -> None:
    with pytest.raises(TypeError, match="by windows, not by After"):
        list(served.books().read(After()))


def test_an_account_made_since_the_lists_were_read_is_found(served: Served, story: dict[str, Any]) -> None:
    books = served.books()
    records = list(books.lists())
    lost = str(story["accounts"]["rent"])
    again = served.books()
    again.recall([it for it in records if not (isinstance(it, AccountRecord) and it.external_id == lost)])
    assert [it for it in again.read(ALL) if isinstance(it, EntryRecord)] == entries(served)
    assert lost in {it.external_id for it in again.lists() if isinstance(it, AccountRecord)}


@pytest.mark.parametrize(("organisation", "basis"), [("", "accrual"), ("1;", "accrual"), ("1", "cash")])
def test_what_tryton_does_not_have_is_not_opened(served: Served, organisation: str, basis: str) -> None:
    with pytest.raises(ValueError, match=r"is no (company|basis) of Tryton"):
        served.provider().open(organisation, served, basis=basis, observe=served.observed.append)


def test_a_company_that_is_not_this_users_is_missing_a_right(served: Served) -> None:
    with pytest.raises(PermissionMissing, match="may no longer open company 77, or works for another"):
        served.books("77").organisation()


# --- what goes wrong on the way ---


def test_a_session_that_ends_in_the_middle_is_taken_anew(served: Served) -> None:
    whole = entries(served)
    mine = Served(served.server, served.wire, page=20)
    mine.access()
    read = mine.books().read(ALL)
    found: list[EntryRecord] = []
    for record in read:
        if isinstance(record, EntryRecord):
            found.append(record)
        elif len(found) < 60:
            assert mine.tokens is not None
            mine.provider().revoke(mine.tokens, "1")
    assert found == whole
    assert len(mine.secrets) > 2


def test_a_server_that_is_down_is_waited_for(served: Served) -> None:
    def broken(_method: str, _send: Callable[[], httpx2.Response]) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    served.wire.spoil = broken
    with pytest.raises(TryAgainLater, match="the connection broke"):
        served.books().organisation()


def test_a_server_that_stumbles_is_asked_again(served: Served) -> None:
    stumbles = iter([504, 500, 404, None] * 100)

    def stumbling(_method: str, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        status = next(stumbles)
        return send() if status is None else httpx2.Response(status)

    served.wire.spoil = stumbling
    assert served.books().organisation().name == "Harbour Lights"


@pytest.mark.parametrize(
    ("body", "failure", "words"),
    [
        (b'{"id":1,"error":["UserError",["You are not allowed",""]]}', PermissionMissing, "You are not allowed"),
        (b'{"id":1,"error":["\'nonsense\'",""]}', UnreadableBooks, "refuses the call"),
        (b'{"id":1,"error":[]}', UnreadableBooks, "without a word"),
        (b'{"id":1,"result":[{"id":1}]}', UnreadableBooks, "unknown shape"),
        (b'{"id":1}', TryAgainLater, "holds no result"),
        (b'{"id":1,"resu', TryAgainLater, "cut off"),
    ],
)
def test_odd_answers_are_no_books(served: Served, body: bytes, failure: type[Exception], words: str) -> None:
    served.wire.spoil = lambda _method, _send: httpx2.Response(200, content=body)
    with pytest.raises(failure, match=words):
        served.books().organisation()


def test_balances_that_do_not_come_to_nothing_are_refused(served: Served) -> None:
    books = served.books()
    list(books.lists())

    def shifted(method: str, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        answer = send()
        if method != "model.account.account.search_read":
            return answer
        raw = msgspec.json.decode(answer.read(), type=dict[str, Any])
        raw["result"][0]["debit"]["decimal"] = "1.00"
        return httpx2.Response(200, content=msgspec.json.encode(raw))

    served.wire.spoil = shifted
    with pytest.raises(UnreadableBooks, match="debit and credit of all accounts differ"):
        list(books.balances(Statement.TRIAL_BALANCE, [LAST]))


# --- ways and means ---


def replace_window(resume: str) -> Window:
    return msgspec.structs.replace(ALL, resume=resume)
