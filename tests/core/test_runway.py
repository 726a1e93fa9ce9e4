"""Burn is an average of months, runway what is left divided by it; neither invents a cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.month import Month
from tieout.core.runway import Burn, BurnMonth, Runway, first_below_zero

JUNE = Month(2026, 6)
amounts = st.integers(-(10**12), 10**12)


def burnt(*nets: int) -> Burn:
    return Burn(tuple(BurnMonth(month=JUNE - at, net=net, gross=net + 50, loss=net - 7) for at, net in enumerate(nets)))


def runway(cash: int, *nets: int, runs_out: Month | None = None) -> Runway:
    return Runway(cash=cash, after=JUNE, burn=burnt(*nets), runs_out=runs_out)


def test_the_average_of_three_months() -> None:
    burn = burnt(100_00, 200_00, 150_01)
    assert (burn.net, burn.gross, burn.loss) == (150_00, 150_50, 149_93)
    assert burnt(-3, -2).net == -3  # halves away from zero


@pytest.mark.parametrize(
    ("cash", "nets", "tenths", "words"),
    [
        (1_000_00, (100_00, 100_00, 100_00), 100, "10.0 months"),
        (1_000_00, (300_00,), 33, "3.3 months"),
        (123_456_00, (10,), 12_345_600, "1,234,560.0 months"),
        (0, (5,), 0, "0.0 months"),
        (-1, (5,), 0, "cash is below zero"),
        (-1, (-5,), None, "cash is below zero"),
        (1_000_00, (-1, 0), None, "no burn: cash grew"),
        (1_000_00, (-2, 2), None, "no burn: cash stayed as it is"),
        (1_000_00, (), None, "not known yet: no month is over"),
    ],
)
def test_a_runway_in_words(cash: int, nets: tuple[int, ...], tenths: int | None, words: str) -> None:
    found = runway(cash, *nets)
    assert (found.tenths, found.words) == (tenths, words)


def test_by_the_forecast_it_ends_before_the_first_month_below_zero() -> None:
    ends = [(JUNE + 1, 10), (JUNE + 2, 0), (JUNE + 3, -1), (JUNE + 4, 5)]
    assert first_below_zero(ends) == JUNE + 3
    assert first_below_zero(ends[:2]) is None


@given(st.integers(0, 10**12), st.lists(amounts, min_size=1, max_size=12))
def test_cash_lasts_as_many_tenths_as_it_says_and_not_one_more(cash: int, nets: list[int]) -> None:
    tenths = runway(cash, *nets).tenths
    if tenths is None:
        assert burnt(*nets).net <= 0
    else:
        assert tenths * sum(nets) <= cash * len(nets) * 10 < (tenths + 1) * sum(nets)
