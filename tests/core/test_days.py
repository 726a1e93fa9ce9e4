"""Days as typed: one meaning or none."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.days import Order, order_of, parse_day
from tieout.core.typed import NotTyped

LAST = date(2026, 1, 31)


@pytest.mark.parametrize(
    "text",
    ["2026-01-31", "2026/1/31", "31.01.2026", "31.1.2026", "1/31/2026", "31/1/2026", "31 Jan 2026", "31 January 2026",
     "Jan 31, 2026", "january 31st 2026", " 2026-01-31 00:00:00 ", "31-Jan-2026"],
)  # fmt: skip
def test_one_day_in_many_ways(text: str) -> None:
    assert parse_day(text) == LAST


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "31/31/2026", "31 Foo 2026", "1/31/26", "9" * 200, "0001-01-01"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(NotTyped, match="Write it as 2026-01-31"):
        parse_day(text)


def test_two_meanings_are_refused_unless_the_column_shows_the_order() -> None:
    with pytest.raises(NotTyped, match="could be 2026-03-04 or 2026-04-03"):
        parse_day("03/04/2026")
    assert parse_day("03/04/2026", Order.DAY_FIRST) == date(2026, 4, 3)
    assert parse_day("03/04/2026", Order.MONTH_FIRST) == date(2026, 3, 4)
    assert parse_day("04/04/2026") == date(2026, 4, 4)


def test_the_order_of_a_column() -> None:
    assert order_of(["03/04/2026", "1/15/2026"]) is Order.MONTH_FIRST
    assert order_of(["03/04/2026", "15/1/2026"]) is Order.DAY_FIRST
    assert order_of(["03.04.2026"]) is Order.DAY_FIRST
    assert order_of(["03/04/2026", "", "2026-01-31"]) is None
    assert order_of(["1/15/2026", "15/1/2026"]) is None


@pytest.mark.parametrize("name", ["sep", "sept", "September"])
def test_september(name: str) -> None:
    assert parse_day(f"{name} 1, 2026") == date(2026, 9, 1)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_comes_back(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(f"{day:%d/%m/%Y}", Order.DAY_FIRST) == day
    assert parse_day(f"{day:%m/%d/%Y}", Order.MONTH_FIRST) == day


@given(st.text(max_size=60))
def test_nothing_else_escapes(text: str) -> None:
    with suppress(NotTyped):
        assert parse_day(text).year >= 1900
