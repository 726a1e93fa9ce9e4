"""Columns: months, quarters and years of any fiscal year, and which of them are partial."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.month import Month
from tieout.expenses.periods import By, Span, default_range, parse_key, spans

months = st.integers(2020 * 12, 2030 * 12).map(lambda number: Month(2020, 1) + (number - 2020 * 12))


def labels(found: tuple[Span, ...]) -> list[str]:
    return [f"{span.label}{'*' if span.partial else ''}" for span in found]


def test_months_with_the_fiscal_year_behind_its_last() -> None:
    found = spans(Month(2026, 2), Month(2026, 5), by=By.MONTH, first_month=4, through=Month(2026, 4))
    assert labels(found) == ["Feb 26", "Mar 26", "FY 2026", "Apr 26", "May 26*", "FY 2027 to May*"]
    assert (found[2].first, found[2].last, found[2].total) == (Month(2025, 4), Month(2026, 3), True)


def test_quarters_are_whole() -> None:
    found = spans(Month(2025, 12), Month(2026, 2), by=By.QUARTER, first_month=1, through=Month(2026, 3))
    assert labels(found) == ["Q4 2025", "FY 2025", "Q1 2026", "FY 2026 to Mar"]
    assert found[0].key == "2025-10..2025-12"


def test_years_alone() -> None:
    found = spans(Month(2024, 4), Month(2026, 5), by=By.YEAR, first_month=4, through=Month(2026, 4))
    assert labels(found) == ["FY 2025", "FY 2026", "FY 2027 to May*"]


@given(first=months, length=st.integers(0, 40), by=st.sampled_from(By), first_month=st.integers(1, 12))
def test_the_columns_that_are_no_totals_follow_each_other_without_a_gap(
    first: Month, length: int, by: By, first_month: int
) -> None:
    last = first + length
    found = [it for it in spans(first, last, by=by, first_month=first_month, through=last) if not it.total]
    assert found[0].first <= first
    assert found[-1].last >= last
    assert all(later.first == earlier.last + 1 for earlier, later in itertools.pairwise(found))


@given(first=months, length=st.integers(0, 40))
def test_a_key_is_read_as_it_was_written(first: Month, length: int) -> None:
    span = Span(label="", first=first, last=first + length)
    assert parse_key(span.key) == (first, first + length)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-05..2026-04", "1000-01..2026-01", "2026-01..x"])
def test_no_other_key_is_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_key(text)


def test_unasked_a_year_of_months_is_shown() -> None:
    found = default_range(by=By.MONTH, running=Month(2026, 5), start=Month(2024, 4), first_month=4)
    assert found == (Month(2025, 6), Month(2026, 5))
