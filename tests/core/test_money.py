"""Amounts are exact on the way in and on the way out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.money import NotMoney, currency_digits, to_decimal, to_minor, to_text

digits = st.integers(0, 4)


@given(st.integers(-(10**15), 10**15), digits)
def test_an_amount_survives_the_way_out_and_back(minor: int, places: int) -> None:
    assert to_minor(to_text(minor, places), places) == minor
    assert to_minor(to_decimal(minor, places), places) == minor


@pytest.mark.parametrize(
    ("text", "places", "minor"),
    [("0.10", 2, 10), ("-12.5", 2, -1250), ("1000", 0, 1000), ("1e2", 2, 10_000), (".5", 2, 50), ("-0.001", 3, -1)],
)
def test_plain_decimals_are_read(text: str, places: int, minor: int) -> None:
    assert to_minor(text, places) == minor


@pytest.mark.parametrize("text", ["", "abc", "1,000.00", "NaN", "Infinity", "-Infinity", "1.005", "0.001", "--1"])
def test_what_is_no_amount_or_too_fine_is_refused(text: str) -> None:
    with pytest.raises(NotMoney):
        to_minor(text, 2)


@pytest.mark.parametrize(
    ("minor", "places", "text"), [(-5, 2, "-0.05"), (0, 2, "0.00"), (1234, 0, "1234"), (-1234567, 3, "-1234.567")]
)
def test_texts_have_all_their_decimals(minor: int, places: int, text: str) -> None:
    assert to_text(minor, places) == text


@pytest.mark.parametrize(("currency", "places"), [("USD", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4), ("XXX", 2)])
def test_currencies_have_their_decimals(currency: str, places: int) -> None:
    assert currency_digits(currency) == places
    assert to_decimal(10**places, places) == Decimal(1)
