"""Parts sum to the amount, whatever it is."""

from __future__ import annotations

import itertools
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.spreading import WHOLE, round_half_away, split_by_shares, split_evenly

amounts = st.integers(-(10**15), 10**15)


def shares_of(cuts: list[int]) -> list[int]:
    """Return shares that sum to 10,000, cut at some places."""
    edges = [0, *sorted(cuts), WHOLE]
    return [later - earlier for earlier, later in itertools.pairwise(edges)]


shares = st.lists(st.integers(0, WHOLE), max_size=35).map(shares_of)


@given(amounts, st.integers(1, 60))
def test_equal_parts_lose_no_cent(amount: int, parts: int) -> None:
    split = split_evenly(amount, parts)
    assert sum(split) == amount
    assert len(split) == parts
    assert len(set(split[:-1])) <= 1
    assert abs(split[-1] - split[0]) < parts


@given(amounts, shares)
def test_shares_lose_no_cent(amount: int, shares: list[int]) -> None:
    split = split_by_shares(amount, shares)
    assert sum(split) == amount
    assert all(part == 0 for part, share in zip(split, shares, strict=True) if not share)
    assert all(
        abs(part * WHOLE - amount * share) < WHOLE * len(shares) for part, share in zip(split, shares, strict=True)
    )


@given(amounts, st.integers(1, 60))
def test_a_negative_amount_is_the_mirror(amount: int, parts: int) -> None:
    assert split_evenly(-amount, parts) == tuple(-part for part in split_evenly(amount, parts))


def test_the_remainder_is_in_the_last_part() -> None:
    assert split_evenly(100_00, 3) == (33_33, 33_33, 33_34)
    assert split_evenly(-100_00, 3) == (-33_33, -33_33, -33_34)
    assert split_by_shares(1_01, (5_000, 5_000, 0)) == (50, 51, 0)
    assert split_by_shares(100, (3_333, 3_333, 3_334)) == (33, 33, 34)


@pytest.mark.parametrize("shares", [(), (9_000,), (10_001,), (-1, 10_001)])
def test_shares_that_are_not_the_whole_are_refused(shares: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        split_by_shares(100, shares)


def test_no_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        split_evenly(100, 0)


@given(st.integers(-(10**9), 10**9), st.integers(-(10**4), 10**4).filter(bool))
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Decimal(2 * numerator) / Decimal(2 * denominator)
    if (2 * numerator) % denominator == 0:  # whole or a half: Decimal says it exactly
        assert round_half_away(numerator, denominator) == int(exact.to_integral_value(ROUND_HALF_UP))
    assert abs(round_half_away(numerator, denominator) * denominator - numerator) * 2 <= abs(denominator)
