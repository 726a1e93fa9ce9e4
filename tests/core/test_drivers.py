"""Recognition and cash of a planned amount: the examples of the contract, and what holds for every plan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.drivers import IMMEDIATELY, Base, Growth, Plan, amount_of, schedule
from tieout.core.month import Month
from tieout.core.spreading import WHOLE, split_by_shares

JAN = Month(2026, 1)
DEC = Month(2026, 12)
FAR = Month(2040, 12)

plans = st.builds(
    Plan,
    start=st.integers(0, 24).map(lambda later: JAN + later),
    period=st.sampled_from([1, 3, 6, 12]),
    growth=st.none()
    | st.builds(Growth, every=st.sampled_from([1, 3, 12]), rate=st.integers(-1_000_000, 1_000_000))
    | st.builds(Growth, every=st.sampled_from([1, 3, 12]), amount=st.integers(-(10**6), 10**6)),
    shares=st.sampled_from([IMMEDIATELY, (0, WHOLE), (5_000, 0, 5_000), (3_333, 3_333, 3_334), (0,) * 35 + (WHOLE,)]),
)


def a_base(amount: int | Decimal | Fraction) -> Base:
    return lambda _: amount


def of(months: dict[Month, int]) -> list[int]:
    return [months[month] for month in sorted(months)]


def nonzero(months: dict[Month, int]) -> dict[str, int]:
    return {str(month): amount for month, amount in months.items() if amount}


def test_1_200_a_year_is_100_a_month_and_1_200_of_cash_in_january() -> None:
    told = schedule(Plan(start=JAN, period=12), a_base(1_200_00), JAN, DEC, {})
    assert of(told.accrual) == [100_00] * 12
    assert nonzero(told.cash) == {"2026-01": 1_200_00}


def test_a_quarter_leaves_its_cents_to_its_last_month() -> None:
    told = schedule(Plan(start=JAN, period=3), a_base(100_00), JAN, JAN + 5, {})
    assert of(told.accrual) == [33_33, 33_33, 33_34] * 2
    assert nonzero(told.cash) == {"2026-01": 100_00, "2026-04": 100_00}


def test_half_a_year_from_an_odd_month() -> None:
    told = schedule(Plan(start=JAN + 2, period=6), a_base(600_00), JAN, DEC, {})
    assert of(told.accrual) == [0, 0, *[100_00] * 10]
    assert nonzero(told.cash) == {"2026-03": 600_00, "2026-09": 600_00}


def test_once_is_once() -> None:
    told = schedule(Plan(start=JAN + 1, once=True), a_base(500_00), JAN, DEC, {})
    assert nonzero(told.accrual) == nonzero(told.cash) == {"2026-02": 500_00}


def test_an_end_cuts_the_shares_and_not_the_payment() -> None:
    told = schedule(Plan(start=JAN, end=JAN + 13, period=12), a_base(1_200_00), JAN, Month(2027, 12), {})
    assert of(told.accrual) == [100_00] * 14 + [0] * 10
    assert nonzero(told.cash) == {"2026-01": 1_200_00, "2027-01": 1_200_00}


@pytest.mark.parametrize("once", [False, True])
def test_an_end_before_the_start_gives_nothing(*, once: bool) -> None:
    told = schedule(Plan(start=JAN + 3, end=JAN + 2, once=once), a_base(1_00), JAN, DEC, {})
    assert not any(told.accrual.values())
    assert not any(told.cash.values())


def test_growth_takes_its_first_step_one_interval_after_the_start() -> None:
    monthly = Plan(start=JAN, growth=Growth(every=1, rate=100_000))  # 10 %
    assert of(schedule(monthly, a_base(100_00), JAN, JAN + 2, {}).accrual) == [100_00, 110_00, 121_00]
    quarterly = Plan(start=JAN, growth=Growth(every=3, amount=10_00))
    assert of(schedule(quarterly, a_base(100_00), JAN, JAN + 6, {}).accrual) == [100_00] * 3 + [110_00] * 3 + [120_00]
    yearly = Plan(start=JAN + 5, growth=Growth(every=12, rate=50_000))
    grown = schedule(yearly, a_base(100_00), JAN + 5, JAN + 17, {}).accrual
    assert of(grown) == [100_00] * 12 + [105_00]


def test_growth_falls_on_the_period_amount() -> None:
    """A year's amount steps when the next year begins, also where growth is told by the month."""
    told = schedule(
        Plan(start=JAN, period=12, growth=Growth(every=1, amount=10_00)), a_base(1_200_00), JAN, DEC + 1, {}
    )
    assert of(told.accrual) == [100_00] * 12 + [110_00]


def test_growth_is_rounded_once() -> None:
    """0.05 at 50 % a month: 0.075, 0.1125; rounding on the way would have given 0.08 and 0.12."""
    plan = Plan(start=JAN, growth=Growth(every=1, rate=500_000))
    assert of(schedule(plan, a_base(5), JAN, JAN + 2, {}).accrual) == [5, 8, 11]
    assert of(schedule(plan, a_base(-5), JAN, JAN + 2, {}).accrual) == [-5, -8, -11]


def test_heads_multiply_the_grown_amount() -> None:
    plan = Plan(start=JAN, growth=Growth(every=1, amount=1_00))
    told = schedule(plan, a_base(10_00), JAN, JAN + 2, {}, times=lambda month: month.number)
    assert of(told.accrual) == [10_00, 22_00, 36_00]


def test_a_term_pays_later_and_loses_no_cent() -> None:
    told = schedule(Plan(start=JAN, once=True, shares=(3_333, 3_333, 3_334)), a_base(1_00), JAN, DEC, {})
    assert of(told.cash)[:4] == [33, 33, 34, 0]


def test_what_is_not_cash_never_leaves() -> None:
    told = schedule(Plan(start=JAN, shares=None), a_base(100_00), JAN, DEC, {JAN: 5_00})
    assert sum(told.accrual.values()) == 11 * 100_00 + 5_00
    assert not any(told.cash.values())


def test_a_typed_month_stands_and_its_difference_is_paid_from_that_month() -> None:
    plan = Plan(start=JAN, period=12, shares=(0, WHOLE))
    told = schedule(plan, a_base(1_200_00), JAN, DEC, {JAN + 3: 250_00, JAN + 4: 0})
    assert of(told.accrual)[:6] == [100_00, 100_00, 100_00, 250_00, 0, 100_00]
    assert nonzero(told.cash) == {"2026-02": 1_200_00, "2026-05": 150_00, "2026-06": -100_00}


def test_a_period_that_began_before_the_months_asked_for_still_costs_and_pays() -> None:
    plan = Plan(start=JAN, period=3, shares=(0, 0, 0, WHOLE))
    told = schedule(plan, a_base(300_00), JAN + 2, JAN + 4, {})
    assert of(told.accrual) == [100_00] * 3
    assert nonzero(told.cash) == {"2026-04": 300_00}


def test_a_decimal_base_is_rounded_half_away_from_zero() -> None:
    plan = Plan(start=JAN)
    assert amount_of(plan, a_base(Decimal("0.5")), JAN) == 1
    assert amount_of(plan, a_base(Decimal("-0.5")), JAN) == -1
    assert amount_of(plan, a_base(Fraction(1, 3)), JAN) == 0


@given(plans, st.integers(-(10**9), 10**9), st.integers(1, 6))
def test_cash_sums_to_the_periods(plan: Plan, amount: int, periods: int) -> None:
    """No cent is lost between a period's amount, its months and its payments."""
    end = plan.start + (periods * plan.period - 1)
    ended = Plan(start=plan.start, end=end, period=plan.period, growth=plan.growth, shares=plan.shares)
    told = schedule(ended, a_base(amount), JAN, FAR, {})
    due = [amount_of(ended, a_base(amount), plan.start + at * plan.period) for at in range(periods)]
    assert sum(told.accrual.values()) == sum(due)
    assert sum(told.cash.values()) == sum(due)


@given(plans, st.integers(-(10**9), 10**9), st.dictionaries(st.integers(0, 40), st.integers(-(10**9), 10**9)))
def test_a_typed_month_changes_cash_by_what_it_changes(plan: Plan, amount: int, typed: dict[int, int]) -> None:
    ended = Plan(start=plan.start, end=plan.start + 35, period=plan.period, growth=plan.growth, shares=plan.shares)
    cells = {JAN + at: value for at, value in typed.items()}
    told = schedule(ended, a_base(amount), JAN, FAR, cells)
    assert all(told.accrual[month] == value for month, value in cells.items())
    assert sum(told.accrual.values()) == sum(told.cash.values())


@given(plans, st.integers(-(10**9), 10**9), st.integers(0, 40), st.integers(0, 24))
def test_a_part_of_the_months_shows_the_same_figures(plan: Plan, amount: int, skip: int, length: int) -> None:
    whole = schedule(plan, a_base(amount), JAN, FAR, {})
    part = schedule(plan, a_base(amount), JAN + skip, JAN + skip + length, {})
    assert part.accrual == {month: whole.accrual[month] for month in part.accrual}
    assert part.cash == {month: whole.cash[month] for month in part.cash}


@given(st.integers(1, 10**9), st.sampled_from([(0, WHOLE), (2_500, 7_500)]))
def test_a_payment_is_split_as_shares_are(amount: int, shares: tuple[int, ...]) -> None:
    told = schedule(Plan(start=JAN, once=True, shares=shares), a_base(amount), JAN, JAN + 1, {})
    assert tuple(of(told.cash)) == split_by_shares(amount, shares)
