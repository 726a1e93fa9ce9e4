"""Months are values; ranges are half-open."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.month import Month

months = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))
steps = st.integers(-600, 600)


@given(months, steps)
def test_adding_and_taking_away_undo_each_other(month: Month, step: int) -> None:
    assert month + step - step == month
    assert month.months_to(month + step) == step


@given(months)
def test_a_month_ends_where_the_next_begins(month: Month) -> None:
    assert month.end == (month + 1).start
    assert Month.of(month.start) == Month.of(month.end - timedelta(days=1)) == month
    assert Month.of(month.end) != month


@given(months)
def test_keys_and_texts_come_back(month: Month) -> None:
    assert Month.from_key(month.key) == month
    assert Month.parse(str(month)) == month


@given(months, months)
def test_keys_sort_as_months_do(one: Month, other: Month) -> None:
    assert (one < other) == (one.key < other.key)


@given(months, st.integers(0, 40))
def test_a_range_holds_its_months_without_the_end(first: Month, length: int) -> None:
    listed = list(first.until(first + length))
    assert len(listed) == length
    assert all(later == earlier + 1 for earlier, later in pairwise(listed))


@given(months, st.integers(1, 12))
def test_a_fiscal_year_holds_its_months(month: Month, first: int) -> None:
    start = month.fiscal_year_start(first)
    assert start.number == first
    assert 0 <= start.months_to(month) < 12


@pytest.mark.parametrize("text", ["2026", "2026-13", "26-01", "2026-1-1", "", "January"])
def test_what_names_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Month.parse(text)


def test_a_leap_day_is_in_its_month() -> None:
    assert Month(2024, 2).end - Month(2024, 2).start == timedelta(days=29)
    assert Month.of(date(2024, 2, 29)) == Month(2024, 2)
