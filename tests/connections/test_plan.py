"""What a run reads, and which months count, by the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.connections.admission import due_months
from tieout.connections.checking import suspects
from tieout.connections.plan import compared_months, start_of_history, windows
from tieout.core.month import Month
from tieout.core.records import Statement
from tieout.ledger.tie_out import Mismatch

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("history", "first_month", "earliest", "start"),
    [
        ("default", 1, Month(2015, 6), date(2024, 1, 1)),
        ("default", 4, Month(2015, 6), date(2024, 4, 1)),
        ("default", 12, Month(2015, 6), date(2023, 12, 1)),
        ("default", 1, Month(2025, 7), date(2025, 1, 1)),
        ("everything", 1, Month(2015, 6), date(2015, 1, 1)),
        ("everything", 7, Month(2015, 6), date(2014, 7, 1)),
        ("default", 1, None, date(2026, 1, 1)),
    ],
)
def test_history_begins_with_a_fiscal_year(history: str, first_month: int, earliest: Month | None, start: date) -> None:
    found = start_of_history(history, today=TODAY, first_month=first_month, earliest=earliest, known=None)
    assert found == start


def test_history_never_becomes_shorter() -> None:
    found = start_of_history("default", today=TODAY, first_month=1, earliest=Month(2015, 6), known=date(2020, 1, 1))
    assert found == date(2020, 1, 1)


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 90), st.integers(0, 36))
def test_windows_follow_each_other_without_a_gap(start: date, months: int, future: int) -> None:
    first = Month.of(start).start
    today = (Month.of(start) + months).start + timedelta(days=9)
    found = windows(first, today=today, future_months=future)
    assert found[0].start == first
    assert all(later.start == earlier.end for earlier, later in pairwise(found))
    assert found[-1].end == (Month.of(today) + 1 + future).start
    assert len(compared_months(first, today=today)) == months + 1


@pytest.mark.parametrize(
    ("sync_day", "today", "admitted"),
    [
        (1, date(2026, 2, 28), [Month(2026, 1)]),
        (1, date(2026, 3, 1), [Month(2026, 1), Month(2026, 2)]),
        (10, date(2026, 3, 9), [Month(2026, 1)]),
        (10, date(2026, 3, 10), [Month(2026, 1), Month(2026, 2)]),
        (31, date(2026, 2, 27), []),
        (31, date(2026, 2, 28), [Month(2026, 1)]),
    ],
)
def test_a_month_counts_from_the_sync_date_on(sync_day: int, today: date, admitted: list[Month]) -> None:
    months = [Month(2026, 1), Month(2026, 2), Month(2026, 3)]
    assert due_months(months, today=today, sync_day=sync_day) == admitted


def test_only_the_month_in_which_a_difference_appears_is_read_again() -> None:
    def off(month: int, by: int) -> Mismatch:
        return Mismatch(Statement.TRIAL_BALANCE, Month(2026, month), 7, 100 + by, 100)

    assert suspects([off(3, 5), off(4, 5), off(5, 5), off(6, 8), off(8, 8)]) == [
        Month(2026, 3),
        Month(2026, 6),
        Month(2026, 8),
    ]
