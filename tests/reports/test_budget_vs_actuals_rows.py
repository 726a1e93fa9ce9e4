"""Whatever is asked for, each row of budget vs actuals stands in one line, and what is small is only put together."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tieout.budgets.content import INCOME, Line
from tieout.core.month import Month
from tieout.departments.categories import Category
from tieout.reports.budget_vs_actuals_columns import Period
from tieout.reports.budget_vs_actuals_narrowing import SIZE, Narrowing, is_material, variance, within
from tieout.reports.budget_vs_actuals_outline import groups_of
from tieout.reports.budget_vs_actuals_sides import Both

JANUARY = Month(2026, 1)
CATEGORIES = ("Revenue", "Other income", "Employees & contractors", "Unassigned", *(it.label for it in Category))
MONTHS = st.dictionaries(st.integers(0, 5).map(lambda it: JANUARY + it), st.integers(-(10**9), 10**9), max_size=6)
PERIODS = (
    Period("2026-02", "Feb 26", JANUARY + 1, JANUARY + 1),
    Period("ytd", "Year to date", JANUARY, JANUARY + 1, total=True),
)
LABELS = st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(["", "Sales", "Design"]))
ROWS = st.lists(st.tuples(LABELS, MONTHS, MONTHS), min_size=1, max_size=12).map(
    lambda rows: [
        Both(
            key=f"expense:{place}",
            line=Line(expense=place, name=f"Row {place}", category=category, department=department),
            actual=actual,
            budget=budget,
        )
        for place, ((category, department), actual, budget) in enumerate(rows)
    ]
)
NARROWINGS = st.builds(
    Narrowing,
    over=st.none() | st.integers(0, 10**9),
    percent=st.none() | st.decimals(0, 500, places=1, allow_nan=False).map(Decimal),
    sort=st.sampled_from(["", SIZE]),
)


@given(ROWS, NARROWINGS)
def test_no_row_is_lost_and_none_counts_twice(rows: list[Both], narrowing: Narrowing) -> None:
    groups = groups_of(rows, PERIODS, narrowing, whole=True)
    lines = [line for group in groups for line in group.lines]
    assert sorted(both.key for line in lines for both in line.members) == sorted(both.key for both in rows)
    listed = {key for group in groups for key in group.parts}
    assert listed == {line.key for line in lines} | {group.key for group in groups if group.under}
    assert sum(len(group.parts) for group in groups) == len(listed)
    for group in groups:
        assert all((both.line.category in INCOME) is (group.sign < 0) for it in group.lines for both in it.members)


@given(ROWS, NARROWINGS)
def test_a_line_of_its_own_is_over_a_threshold_and_the_small_ones_are_not(
    rows: list[Both], narrowing: Narrowing
) -> None:
    for group in groups_of(rows, PERIODS, narrowing, whole=True):
        for line in group.lines:
            small = line.key.startswith("rest:")
            for both in line.members:
                assert is_material(both, PERIODS, narrowing) is not small


@given(ROWS)
def test_a_variance_is_actual_less_budget_and_the_year_to_date_that_of_its_months(rows: list[Both]) -> None:
    month, to_date = PERIODS
    january = Period("2026-01", "Jan 26", JANUARY, JANUARY)
    for both in rows:
        assert variance(both, month) == both.actual.get(JANUARY + 1, 0) - both.budget.get(JANUARY + 1, 0)
        assert variance(both, to_date) == variance(both, january) + variance(both, month)
        assert within(both.actual, JANUARY, JANUARY + 5) == sum(both.actual.values())
