"""Statements out of movements: small enough to be added up by hand, and true of any balanced books."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.statements import DERIVED, MonthEnd, Nature, month_ends, natural, opening

BANK, EARNINGS, SALES, RENT, CAPITAL = 1, 2, 3, 4, 5
CHART = {
    BANK: Nature(AccountType.ASSET, AccountRole.BANK),
    EARNINGS: Nature(AccountType.EQUITY, AccountRole.RETAINED_EARNINGS),
    SALES: Nature(AccountType.INCOME),
    RENT: Nature(AccountType.EXPENSE),
    CAPITAL: Nature(AccountType.EQUITY),
}
# The fiscal year begins in April.
MOVEMENTS = [
    (BANK, 202402, 1000), (CAPITAL, 202402, -1000),
    (BANK, 202403, 500), (SALES, 202403, -500),
    (RENT, 202404, 200), (BANK, 202404, -200),
    (BANK, 202405, 300), (SALES, 202405, -300),
]  # fmt: skip


def ends(*months: Month, first_month: int = 4) -> list[MonthEnd]:
    return list(month_ends(MOVEMENTS, CHART, months, first_month=first_month))


def test_within_the_year_profit_stands_in_its_accounts() -> None:
    (march,) = ends(Month(2024, 3))
    assert march.trial_balance == {BANK: 1500, CAPITAL: -1000, SALES: -500}
    assert march.net_income == -500
    assert EARNINGS not in march.balance_sheet


def test_at_the_years_end_profit_goes_to_retained_earnings_without_a_posting() -> None:
    april, may = ends(Month(2024, 4), Month(2024, 5))
    assert april.trial_balance == {BANK: 1300, CAPITAL: -1000, EARNINGS: -500, RENT: 200}
    assert (april.net_income, april.profit_and_loss) == (200, {RENT: 200})
    assert may.trial_balance == {BANK: 1600, CAPITAL: -1000, EARNINGS: -500, RENT: 200, SALES: -300}
    assert (may.net_income, may.profit_and_loss) == (-100, {SALES: -300})


def test_a_month_without_movement_carries_its_balances() -> None:
    (later,) = ends(Month(2025, 1))
    assert later.balance_sheet == {BANK: 1600, CAPITAL: -1000, EARNINGS: -500}
    assert later.profit_and_loss == {}


def test_without_an_account_for_it_profit_goes_to_a_derived_row() -> None:
    chart = {id_: nature for id_, nature in CHART.items() if id_ != EARNINGS}
    (april,) = month_ends(MOVEMENTS, chart, [Month(2024, 4)], first_month=4)
    assert april.balance_sheet[DERIVED] == -500


def test_signs_are_turned_for_a_reader() -> None:
    assert [natural(-500, AccountType.INCOME), natural(200, AccountType.EXPENSE)] == [500, 200]
    assert [natural(-7, kind) for kind in AccountType] == [-7, 7, 7, 7, -7]


pairs = st.tuples(st.sampled_from(sorted(CHART)), st.sampled_from(sorted(CHART)), st.integers(-(10**9), 10**9))
entries = st.lists(st.tuples(pairs, st.integers(0, 40)), max_size=30)


@given(entries, st.integers(1, 12))
def test_every_statement_of_any_balanced_books_adds_up(
    posted: list[tuple[tuple[int, int, int], int]], first: int
) -> None:
    start = Month(2023, 1)
    moved = [
        movement
        for (account, other, amount), after in posted
        for movement in ((account, (start + after).key, amount), (other, (start + after).key, -amount))
    ]
    for end in month_ends(moved, CHART, [start + step for step in range(0, 45, 3)], first_month=first):
        assert sum(end.trial_balance.values()) == 0
        assert sum(end.balance_sheet.values()) + end.net_income == 0


def test_an_opening_rolls_the_ended_years_profit() -> None:
    balances = {"bank": 1500, "capital": -1000, "earnings": -100, "sales": -700, "rent": 300}
    sheet = {"bank": True, "capital": True, "earnings": True, "sales": False, "rent": False}
    assert opening(balances, sheet, "earnings") == {"bank": 1500, "capital": -1000, "earnings": -500}


def test_an_opening_with_profit_and_no_place_for_it_is_refused() -> None:
    with pytest.raises(ValueError, match="retained earnings"):
        opening({"bank": 5, "sales": -5}, {"bank": True, "sales": False}, None)
