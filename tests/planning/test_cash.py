"""Cash by month: what begins, comes, goes and is left adds up, whatever the books and whatever counts as cash."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.cash_ledger import MONTHS, NAMES, CashLedger, States, states
from tests.ledger.scribe import entry
from tieout.companies.models import AuditEvent, Company
from tieout.companies.services import create_company
from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.planning.cash import CashFlows, cash_flows
from tieout.planning.cash_accounts import CashAccounts, CashRefused, Choice, cash_accounts, choices, choose
from tieout.planning.cash_burn import burn, runway
from tieout.planning.forecast import Forecast
from tieout.planning.models import CashChoice

_number = itertools.count()
JANUARY, FEBRUARY, MARCH = (Month(2025, number) for number in (1, 2, 3))
_wanted = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(Choice, st.sampled_from([None, True, False]), st.sampled_from([None, *Flow])),
    max_size=4,
)


def _adds_up(found: CashFlows) -> None:
    balance = found.begins[found.months[0]]
    for month in found.months:
        assert found.begins[month] == balance
        balance += sum(found.total(flow, month) for flow in Flow) + found.unexplained.get(month, 0)
        assert found.ends[month] == balance


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=states,
    wanted=_wanted,
    ends=st.tuples(st.sampled_from(MONTHS), st.sampled_from([*MONTHS, MONTHS[-1] + 3])),
    after=st.sampled_from(MONTHS),
)
def test_what_begins_and_moves_is_what_is_left(
    alice: User, history: States, wanted: dict[str, Choice], ends: tuple[Month, Month], after: Month
) -> None:
    company = create_company(name=f"Cash {next(_number)}", person=alice)
    ledger = CashLedger(company)
    for state in history:
        ledger.publish(state)
    for name, choice in wanted.items():
        CashChoice.objects.create(
            company=company, account_id=ledger.account(name), cash=choice.cash, flow=choice.flow or ""
        )
    plan = Forecast(cash={1: {after + 1: 500, after: 9}}, people_cash={None: {after + 2: 70}})
    for publication in ledger.published:
        found = cash_flows(
            company, ledger.book, first=min(ends), last=max(ends), after=after, forecast=plan,
            version=publication.version,
        )  # fmt: skip
        _adds_up(found)
        lines = ledger.lines(publication.version)
        for month in found.months:
            posted = sum(
                line.amount
                for line in lines
                if line.account in found.accounts.cash and line.month <= min(month, after).key
            )
            planned = 500 * (month > after) + 70 * (month > after + 1)
            assert found.ends[month] == posted - planned
            if month <= after:
                assert found.ends[month] == sum(row.ends[month] for row in found.banks)


def _books(company: Company) -> CashLedger:
    """Return books in which cash of 1,000.00 shrinks by 100.00, 200.00 and 0.00, and 500.00 are raised in March."""
    ledger = CashLedger(company)
    ledger.publish([
        entry("1", date(2024, 12, 3), ("checking", 1_000_00), ("stock", -1_000_00)),
        entry("2", date(2025, 1, 3), ("rent", 150_00), ("checking", -150_00)),
        entry("3", date(2025, 1, 4), ("checking", 50_00), ("sales", -50_00)),
        entry("4", date(2025, 2, 4), ("payable", 200_00), ("savings", -200_00)),
        entry("5", date(2025, 3, 4), ("checking", 500_00), ("loan", -500_00)),
        entry("6", date(2025, 3, 5), ("escrow", 300_00), ("checking", -300_00)),
        entry("7", date(2025, 3, 6), ("rent", 90_00), ("card", -90_00)),
    ])  # fmt: skip
    return ledger


def _say(ledger: CashLedger, person: User, **wanted: Choice) -> CashAccounts:
    accounts = chart(ledger.book, ledger.book.published)
    choose(ledger.book.company, person, accounts, {ledger.account(name): it for name, it in wanted.items()})
    return cash_accounts(ledger.book.company, accounts)


def test_the_flows_of_small_books(company: Company) -> None:
    ledger = _books(company)
    found = cash_flows(company, ledger.book, first=JANUARY, last=MARCH, after=MARCH)
    assert [(row.flow, row.label, dict(row.months)) for row in found.rows] == [
        (Flow.COLLECTIONS, "Sales", {JANUARY: 50_00}),
        (Flow.PAYMENTS, "Payable", {FEBRUARY: -200_00}),
        (Flow.PAYMENTS, "Rent", {JANUARY: -150_00}),
        (Flow.FUNDRAISE, "Loan", {MARCH: 500_00}),
    ]
    assert [found.ends[month] for month in found.months] == [900_00, 700_00, 1_200_00]
    assert {row.account.name: row.ends[MARCH] for row in found.banks} == {
        "Checking": 1_100_00, "Savings": -200_00, "Escrow": 300_00,
    }  # fmt: skip


def test_a_bank_account_that_is_left_out_is_a_transfer(company: Company, alice: User) -> None:
    ledger = _books(company)
    _say(ledger, alice, escrow=Choice(cash=False))
    found = cash_flows(company, ledger.book, first=MARCH, last=MARCH, after=MARCH)
    assert [(row.flow, row.label, dict(row.months)) for row in found.rows] == [
        (Flow.FUNDRAISE, "Loan", {MARCH: 500_00}),
        (Flow.TRANSFERS, "Escrow", {MARCH: -300_00}),
    ]
    assert found.ends[MARCH] == 900_00


def test_burn_leaves_out_what_was_raised_and_what_was_moved(company: Company, alice: User) -> None:
    ledger = _books(company)
    _say(ledger, alice, escrow=Choice(cash=False))
    found = burn(company, ledger.book, through=MARCH)
    assert [(it.net, it.gross, it.loss) for it in found.months] == [
        (100_00, 150_00, 100_00), (200_00, 200_00, 0), (0, 0, 90_00),
    ]  # fmt: skip
    assert (found.net, found.gross, found.loss) == (100_00, 116_67, 63_33)
    assert burn(company, ledger.book, through=Month(2024, 12)).months[0].month == MONTHS[0]
    assert not burn(company, ledger.book, through=MONTHS[0] - 1).known


def test_runway_by_average_and_by_forecast(company: Company) -> None:
    ledger = _books(company)
    plan = Forecast(cash={1: {MARCH + 1: 700_00, MARCH + 2: 500_00, MARCH + 3: 1}})
    found = runway(company, ledger.book, through=MARCH, forecast=plan, last=MARCH + 6)
    assert (found.cash, found.burn.net, found.words) == (1_200_00, 100_00, "12.0 months")
    assert (found.runs_out, found.looked) == (MARCH + 3, MARCH + 6)
    alone = runway(company, ledger.book, through=MARCH)
    assert (alone.runs_out, alone.looked, alone.tenths) == (None, None, 120)
    nothing_planned = runway(company, ledger.book, through=MARCH, forecast=Forecast(), last=MARCH + 6)
    assert nothing_planned.looked is None


def test_a_choice_is_kept_and_told_only_where_the_books_say_otherwise(company: Company, alice: User) -> None:
    ledger = _books(company)
    parts = _say(
        ledger, alice, checking=Choice(cash=True), escrow=Choice(cash=False), rent=Choice(flow=Flow.PAYMENTS),
        payable=Choice(flow=Flow.FUNDRAISE),
    )  # fmt: skip
    assert parts.cash == (ledger.account("checking"), ledger.account("savings"))
    assert parts.flows[ledger.account("payable")] is Flow.FUNDRAISE
    assert choices(company) == {
        ledger.account("escrow"): Choice(cash=False), ledger.account("payable"): Choice(flow=Flow.FUNDRAISE),
    }  # fmt: skip
    events = AuditEvent.objects.filter(company=company, what="changed what counts as cash").order_by("pk")
    told: list[tuple[Any, Any]] = [(it.before, it.after) for it in events]
    assert told == [
        (
            {"account": "Escrow", "cash account": True, "flow": ""},
            {"account": "Escrow", "cash account": False, "flow": "Transfers to accounts left out"},
        ),
        (
            {"account": "Payable", "cash account": False, "flow": "Payments"},
            {"account": "Payable", "cash account": False, "flow": "Fundraise"},
        ),
    ]
    _say(ledger, alice, escrow=Choice(), payable=Choice(flow=Flow.PAYMENTS))
    assert choices(company) == {}
    assert events.all().count() == 4


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"rent": Choice(cash=True)}, "Rent holds no money"),
        (
            {"checking": Choice(cash=False), "savings": Choice(cash=False), "escrow": Choice(cash=False)},
            "Keep at least",
        ),
    ],
)
def test_what_cannot_be_cash_is_refused(company: Company, alice: User, wanted: dict[str, Choice], why: str) -> None:
    ledger = _books(company)
    with pytest.raises(CashRefused, match=why):
        _say(ledger, alice, **wanted)
    assert not CashChoice.objects.exists()


def test_an_account_of_no_chart_is_refused(company: Company, alice: User) -> None:
    ledger = _books(company)
    with pytest.raises(CashRefused, match="not in the books"):
        choose(company, alice, chart(ledger.book, ledger.book.published), {99_999: Choice(cash=True)})
