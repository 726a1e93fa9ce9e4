"""What a person costs: each figure can be checked by hand, and no cent is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.month import Month
from tieout.core.pay import Basis, Cost, Extra, Raise, Terms, annual_pay, cost, counts_at_end, paid_in, share, twelfth

PERCENT = 10_000
JANUARY, NOVEMBER, DECEMBER = Month(2026, 1), Month(2026, 11), Month(2026, 12)


def year(terms: Terms, of: int = 2026) -> list[Cost]:
    return [cost(terms, Month(of, number)) for number in range(1, 13)]


def test_a_salary_is_a_twelfth_a_month_and_december_has_the_cents() -> None:
    terms = Terms(basis=Basis.ANNUAL, amount=100_000_00)
    assert [one.pay for one in year(terms)] == [8_333_33] * 11 + [8_333_37]


def test_a_monthly_and_an_hourly_pay() -> None:
    assert cost(Terms(basis=Basis.MONTHLY, amount=4_000_00), JANUARY).total == 4_000_00
    hourly = Terms(basis=Basis.HOURLY, amount=62_50, hours=16_000)  # 160 hours
    assert (cost(hourly, JANUARY).total, annual_pay(hourly, JANUARY)) == (10_000_00, 120_000_00)
    assert cost(Terms(basis=Basis.HOURLY, amount=10_01, hours=150), JANUARY).pay == 15_02  # 15.015


def test_everything_on_top() -> None:
    terms = Terms(
        basis=Basis.ANNUAL, amount=120_000_00, benefits=20 * PERCENT, bonus=Extra(rate=10 * PERCENT), bonus_month=3,
        commission=Extra(amount=500_00),
    )  # fmt: skip
    assert cost(terms, JANUARY) == Cost(pay=10_000_00, benefits=2_000_00, bonus=0, commission=500_00)
    assert cost(terms, Month(2026, 3)) == Cost(pay=10_000_00, benefits=2_000_00, bonus=12_000_00, commission=500_00)
    assert cost(terms, Month(2026, 3)).total == 24_500_00


def test_an_amount_stands_before_a_rate() -> None:
    terms = Terms(
        basis=Basis.MONTHLY, amount=1_000_00, bonus=Extra(rate=PERCENT, amount=5_00),
        commission=Extra(rate=PERCENT, amount=7_00),
    )  # fmt: skip
    assert (cost(terms, DECEMBER).bonus, cost(terms, DECEMBER).commission) == (5_00, 7_00)


def test_a_raise_holds_from_its_month_and_the_next_one_builds_on_it() -> None:
    terms = Terms(
        basis=Basis.MONTHLY, amount=1_000_00,
        raises=(Raise(month=Month(2026, 4), rate=10 * PERCENT), Raise(month=Month(2026, 7), amount=1_500_00),
                Raise(month=Month(2026, 10), rate=-50 * PERCENT)),
    )  # fmt: skip
    pays = [one.pay for one in year(terms)]
    assert pays == [1_000_00] * 3 + [1_100_00] * 3 + [1_500_00] * 3 + [750_00] * 3


def test_a_bonus_follows_the_pay_of_its_month() -> None:
    terms = Terms(
        basis=Basis.ANNUAL, amount=60_000_00, bonus=Extra(rate=10 * PERCENT),
        raises=(Raise(month=NOVEMBER, rate=100 * PERCENT),),
    )  # fmt: skip
    assert cost(terms, DECEMBER).bonus == 12_000_00


@given(st.integers(-(10**12), 10**12), st.integers(1990, 2100))
def test_twelve_parts_are_the_year(annual: int, of: int) -> None:
    parts = [twelfth(annual, Month(of, number)) for number in range(1, 13)]
    assert sum(parts) == annual
    assert len(set(parts[:-1])) == 1
    assert abs(parts[-1] - parts[0]) < 12


@given(st.integers(0, 10**11), st.integers(0, 100 * PERCENT), st.integers(1, 12))
def test_a_year_of_salary_bonus_and_commission_is_exact(annual: int, rate: int, month: int) -> None:
    terms = Terms(
        basis=Basis.ANNUAL, amount=annual, bonus=Extra(rate=rate), bonus_month=month, commission=Extra(rate=rate)
    )
    months = year(terms)
    assert sum(one.pay for one in months) == annual
    assert sum(one.bonus for one in months) == sum(one.commission for one in months) == share(annual, rate)


@given(st.integers(-(10**12), 10**12), st.integers(-(10**7), 10**7))
def test_a_share_is_rounded_half_away_from_zero(amount: int, rate: int) -> None:
    exact, found = amount * rate, share(amount, rate) * 1_000_000
    assert 2 * abs(found - exact) <= 1_000_000
    assert share(-amount, rate) == share(amount, -rate) == -share(amount, rate)
    assert (share(1, 500_000), share(-1, 500_000), share(1, 499_999)) == (1, -1, 0)


@pytest.mark.parametrize(
    ("end", "january", "february"),
    [(None, True, True), (date(2026, 1, 31), False, False), (date(2026, 2, 1), True, False)],
)
def test_who_ends_by_the_last_day_is_not_counted_at_the_end(end: date | None, january: bool, february: bool) -> None:
    start = date(2026, 1, 31)
    assert not counts_at_end(Month(2025, 12), start, end)
    assert counts_at_end(JANUARY, start, end) is january
    assert counts_at_end(Month(2026, 2), start, end) is february


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(DAYS, st.integers(0, 900), st.integers(-30, 60))
def test_who_counts_at_the_end_is_paid_in_the_month(start: date, days: int, later: int) -> None:
    month, end = Month.of(start) + later, start + timedelta(days=days)
    assert paid_in(month, start, end) is (Month.of(start) <= month <= Month.of(end))
    if counts_at_end(month, start, end):
        assert paid_in(month, start, end)
    assert paid_in(month, start, None) is (month >= Month.of(start))
