"""How figures, months and times read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.month import Month
from tieout.ui import figures


@pytest.mark.parametrize(
    ("minor", "digits", "whole", "exact"),
    [
        (0, 2, "–", "–"),
        (None, 2, "", ""),
        (123_456_789, 2, "1,234,568", "1,234,567.89"),
        (-123_456, 2, "(1,235)", "(1,234.56)"),
        (49, 2, "0", "0.49"),
        (-49, 2, "0", "(0.49)"),
        (50, 2, "1", "0.50"),
        (-5, 2, "0", "(0.05)"),
        (1234, 0, "1,234", "1,234"),
        (1_234_567, 3, "1,235", "1,234.567"),
    ],
)
def test_figures(minor: int | None, digits: int, whole: str, exact: str) -> None:
    assert (figures.whole(minor, digits), figures.exact(minor, digits)) == (whole, exact)


def test_a_difference_of_nothing_is_written_out() -> None:
    assert (figures.difference(0, 2), figures.difference(-5, 2)) == ("0.00", "(0.05)")


@given(st.integers(-(10**15), 10**15).filter(bool), st.sampled_from([0, 2, 3]))
def test_an_exact_figure_says_the_amount_to_the_last_digit(minor: int, digits: int) -> None:
    text = figures.exact(minor, digits).replace(",", "").replace(".", "")
    assert int(text.strip("()")) * (-1 if text.startswith("(") else 1) == minor


def test_months_and_days() -> None:
    assert (figures.short_month(Month(2026, 10)), figures.long_month(Month(2026, 10))) == ("Oct 26", "October 2026")
    assert (figures.day(date(2026, 5, 1)), figures.short_day(date(2026, 5, 31))) == ("1 May 2026", "31 May")


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 11, 3, 5, 12, tzinfo=UTC), "today 06:12"),
        (datetime(2026, 11, 2, 23, 30, tzinfo=UTC), "today 00:30"),
        (datetime(2026, 11, 2, 22, 30, tzinfo=UTC), "yesterday 23:30"),
        (datetime(2026, 10, 1, 5, 12, tzinfo=UTC), "1 Oct 07:12"),
        (datetime(2025, 12, 31, 5, 12, tzinfo=UTC), "31 Dec 2025 06:12"),
    ],
)
def test_a_stamp_counts_days_where_the_company_is(at: datetime, text: str) -> None:
    now = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
    assert figures.stamp(at, now=now, zone=ZoneInfo("Europe/Zurich")) == text


def test_counts() -> None:
    assert figures.count(1, "entry", "entries") == "1 entry"
    assert figures.count(1204, "entry", "entries") == "1,204 entries"
    assert figures.count(0, "line") == "0 lines"


@pytest.mark.parametrize(
    ("hours", "words"), [(0, "1 minute"), (1.5, "90 minutes"), (26, "26 hours"), (71, "71 hours"), (72, "3 days")]
)
def test_a_length_is_said_as_people_say_it(hours: float, words: str) -> None:
    assert figures.span(timedelta(hours=hours)) == words
