"""What is not itemised: ours and the explained together are theirs, at every month end and to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.residuals import Coverage, Explained, coverage_by_month, not_itemised, revalued
from tieout.core.statements import Nature, month_ends

BANK, EARNINGS, SALES, RENT, CAPITAL, DOLLARS, GAIN = 1, 2, 3, 4, 5, 6, 7
CHART = {
    BANK: Nature(AccountType.ASSET, AccountRole.BANK),
    EARNINGS: Nature(AccountType.EQUITY, AccountRole.RETAINED_EARNINGS),
    SALES: Nature(AccountType.INCOME),
    RENT: Nature(AccountType.EXPENSE),
    CAPITAL: Nature(AccountType.EQUITY),
    DOLLARS: Nature(AccountType.ASSET, AccountRole.BANK),
    GAIN: Nature(AccountType.INCOME, AccountRole.UNREALISED_GAIN),
}
START = Month(2024, 1)
MONTHS = list(START.until(START + 30))

Movement = tuple[int, int, int]
Ends = dict[Month, Mapping[int, int]]


def ends(movements: Iterable[Movement], months: Sequence[Month], first_month: int) -> Ends:
    return {
        it.month: it.trial_balance for it in month_ends(list(movements), CHART, sorted(months), first_month=first_month)
    }


def differences(ours: Ends, theirs: Ends) -> dict[Month, dict[int, int]]:
    """Return theirs less ours, zero too: the arithmetic must not mind."""
    return {
        month: {id_: theirs[month].get(id_, 0) - ours[month].get(id_, 0) for id_ in CHART} for month in ours
    }  # fmt: skip


def movements_of(found: Iterable[Explained]) -> list[Movement]:
    return [(account, it.month.key, amount) for it in found for account, amount in it.amounts.items()]


def explain_revaluations(ours: Ends, theirs: Ends, first_month: int) -> list[Explained]:
    return revalued(
        differences(ours, theirs), CHART, gains=[GAIN], revaluable=[DOLLARS], first_month=first_month
    )  # fmt: skip


@st.composite
def postings(draw: st.DrawFn, accounts: Sequence[int] = tuple(CHART)) -> list[Movement]:
    """Some balanced postings; retained earnings may have one of its own."""
    found: list[Movement] = []
    for _ in range(draw(st.integers(0, 12))):
        month, amount = draw(st.sampled_from(MONTHS)).key, draw(st.integers(-500, 500))
        found.append((draw(st.sampled_from(accounts)), month, amount))
        found.append((draw(st.sampled_from(accounts)), month, -amount))
    return found


compared = st.sets(st.sampled_from(MONTHS), min_size=1).map(sorted)


@given(itemised=postings(), missing=postings(), months=compared, first_month=st.integers(1, 12))
def test_ours_and_the_residuals_are_theirs_at_every_compared_month_end(
    itemised: list[Movement], missing: list[Movement], months: list[Month], first_month: int
) -> None:
    ours, theirs = ends(itemised, months, first_month), ends([*itemised, *missing], months, first_month)
    found = not_itemised(differences(ours, theirs), CHART, first_month=first_month)
    assert ends([*itemised, *movements_of(found)], months, first_month) == theirs
    assert all(sum(it.amounts.values()) == 0 and all(it.amounts.values()) for it in found)
    assert [it.month for it in found] == sorted({it.month for it in found})
    assert {it.month for it in found} <= set(months)


@given(missing=postings(), first_month=st.integers(1, 12))
def test_where_every_month_is_compared_each_residual_is_what_its_month_lacks(
    missing: list[Movement], first_month: int
) -> None:
    found = not_itemised(ends(missing, MONTHS, first_month), CHART, first_month=first_month)
    lacking: defaultdict[tuple[int, int], int] = defaultdict(int)
    for account, month, amount in missing:
        lacking[account, month] += amount
    assert {(account, month): amount for account, month, amount in movements_of(found)} == {
        cell: amount for cell, amount in lacking.items() if amount
    }


@given(
    itemised=postings(),
    rates=st.lists(st.integers(-300, 300), min_size=30, max_size=30),
    first_month=st.integers(1, 12),
)
def test_what_a_foreign_balance_gains_is_explained_through_all_years(
    itemised: list[Movement], rates: list[int], first_month: int
) -> None:
    gains = [
        (account, month.key, sign * rate)
        for month, rate in zip(MONTHS, rates, strict=True)
        for account, sign in ((DOLLARS, 1), (GAIN, -1))
    ]
    ours, theirs = ends(itemised, MONTHS, first_month), ends([*itemised, *gains], MONTHS, first_month)
    found = explain_revaluations(ours, theirs, first_month)
    assert sorted(movements_of(found)) == sorted(it for it in gains if it[2])


@given(
    gains=postings((DOLLARS, GAIN)), others=postings((BANK, RENT, SALES, CAPITAL)),
    months=compared | st.just(MONTHS), first_month=st.integers(1, 12),
)  # fmt: skip
def test_only_what_the_rate_moved_is_explained(
    gains: list[Movement], others: list[Movement], months: list[Month], first_month: int
) -> None:
    ours: Ends = {month: {} for month in months}
    theirs = ends([*gains, *others], months, first_month)
    found = explain_revaluations(ours, theirs, first_month)
    assert all(sum(it.amounts.values()) == 0 for it in found)
    left = differences(ends(movements_of(found), months, first_month), theirs)
    if months == MONTHS:  # else it may not be known of which account an ended year's profit was
        assert all(not amount for of in left.values() for account, amount in of.items() if account in (DOLLARS, GAIN))


# --- by hand ---------------------------------------------------------------------------------------------------


def test_the_first_month_of_a_year_starts_income_and_expense_anew() -> None:
    # Payroll of 100 a month that nobody itemises, over the end of a fiscal year that begins in April.
    theirs = {
        Month(2024, 2): {RENT: 100, BANK: -100},
        Month(2024, 3): {RENT: 200, BANK: -200},
        Month(2024, 4): {EARNINGS: 200, RENT: 100, BANK: -300},
        Month(2024, 5): {EARNINGS: 200, RENT: 200, BANK: -400},
    }
    found = not_itemised(theirs, CHART, first_month=4)
    assert [it.amounts for it in found] == [{BANK: -100, RENT: 100}] * 4


def test_a_posting_to_retained_earnings_itself_is_a_residual_of_its_own() -> None:
    theirs = {Month(2024, 3): {RENT: 100, BANK: -100}, Month(2024, 4): {EARNINGS: 150, BANK: -150}}
    found = not_itemised(theirs, CHART, first_month=4)
    assert [it.amounts for it in found] == [{BANK: -100, RENT: 100}, {BANK: -50, EARNINGS: 50}]


def test_a_month_end_that_nobody_compared_is_explained_with_the_next_one() -> None:
    theirs = {Month(2024, 3): {RENT: 100, BANK: -100}, Month(2024, 5): {EARNINGS: 130, RENT: 20, BANK: -150}}
    found = not_itemised(theirs, CHART, first_month=4)
    # The 30 that were lost in the ended year before April are known as profit alone.
    assert [it.amounts for it in found][1] == {BANK: -50, EARNINGS: 30, RENT: 20}


def test_books_of_which_one_side_does_not_balance_are_refused() -> None:
    with pytest.raises(ValueError, match="2024-03 does not balance"):
        not_itemised({Month(2024, 3): {BANK: 5}}, CHART, first_month=1)


def test_profit_without_an_account_for_it_is_never_made_up() -> None:
    chart = {id_: nature for id_, nature in CHART.items() if id_ != EARNINGS}
    found = not_itemised({Month(2024, 3): {0: 5, BANK: -5}, Month(2024, 4): {RENT: 1, BANK: -1}}, chart, first_month=1)
    assert [it.month for it in found] == [Month(2024, 4)]


def test_a_gain_of_last_year_stands_in_retained_earnings_and_is_explained_once() -> None:
    theirs: Ends = {
        Month(2024, 12): {DOLLARS: 40, GAIN: -40},
        Month(2025, 1): {DOLLARS: 40, EARNINGS: -40},
        Month(2025, 2): {DOLLARS: 25, EARNINGS: -40, GAIN: 15},
    }
    found = explain_revaluations({month: {} for month in theirs}, theirs, 1)
    assert [(it.month, it.amounts) for it in found] == [
        (Month(2024, 12), {DOLLARS: 40, GAIN: -40}),
        (Month(2025, 2), {DOLLARS: -15, GAIN: 15}),
    ]


@pytest.mark.parametrize(
    "theirs",
    [
        {DOLLARS: 40, GAIN: -30, BANK: -10},  # part of it is something else
        {DOLLARS: 40, BANK: -40},  # a transfer that is missing, and no rate
        {DOLLARS: 40, EARNINGS: -40},  # an adjustment of ended years
    ],
)
def test_what_is_not_the_rates_stays_a_difference(theirs: dict[int, int]) -> None:
    assert explain_revaluations({Month(2024, 6): {}}, {Month(2024, 6): theirs}, 1) == []


def test_a_transfer_between_foreign_balances_that_is_missing_is_no_gain() -> None:
    theirs = {Month(2024, 6): {DOLLARS: 40, BANK: -40}}
    assert revalued(theirs, CHART, gains=[GAIN], revaluable=[DOLLARS, BANK], first_month=1) == []


def test_another_difference_beside_it_stays_and_the_revaluation_is_still_told() -> None:
    theirs: Ends = {Month(2024, 6): {DOLLARS: 40, GAIN: -40, RENT: 7, BANK: -7}}
    (found,) = explain_revaluations({Month(2024, 6): {}}, theirs, 1)
    assert found.amounts == {DOLLARS: 40, GAIN: -40}


def test_after_a_month_that_was_not_explained_the_next_one_is_explained_from_where_it_was() -> None:
    theirs: Ends = {
        Month(2024, 10): {DOLLARS: 10, GAIN: -10},
        Month(2024, 11): {DOLLARS: 99, GAIN: -10, BANK: -89},
        Month(2024, 12): {DOLLARS: 13, GAIN: -13},
    }
    found = explain_revaluations({month: {} for month in theirs}, theirs, 1)
    assert [(it.month.number, it.amounts[DOLLARS]) for it in found] == [(10, 10), (12, 3)]


def test_a_gain_of_a_years_last_month_that_was_compared_and_not_explained_is_explained_later() -> None:
    theirs: Ends = {
        Month(2024, 12): {DOLLARS: 14, GAIN: -10, BANK: -4},
        Month(2025, 1): {DOLLARS: 16, EARNINGS: -14, GAIN: -2},
    }
    (found,) = explain_revaluations({month: {} for month in theirs}, theirs, 1)
    assert (found.month, found.amounts) == (Month(2025, 1), {EARNINGS: -14, DOLLARS: 16, GAIN: -2})


def test_a_gain_of_the_last_month_of_a_year_that_was_not_explained_is_found_in_retained_earnings() -> None:
    theirs: Ends = {
        Month(2024, 11): {DOLLARS: 10, GAIN: -10},
        Month(2025, 1): {DOLLARS: 16, EARNINGS: -14, GAIN: -2},
    }
    found = explain_revaluations({month: {} for month in theirs}, theirs, 1)
    assert found[1].amounts == {EARNINGS: -4, DOLLARS: 6, GAIN: -2}


# --- coverage --------------------------------------------------------------------------------------------------


def test_coverage_is_what_is_itemised_of_what_moved() -> None:
    ours = [(RENT, 202401, 900), (BANK, 202401, -900), (RENT, 202403, 50), (BANK, 202403, -50)]
    explained = [Explained(Month(2024, 1), {RENT: 100, BANK: -100})]
    found = dict(coverage_by_month(ours, explained, [Month(2024, 1), Month(2024, 2), Month(2024, 3)]))
    assert found[Month(2024, 1)] == Coverage(200, 2000)
    assert [it.per_mille for it in found.values()] == [900, 1000, 1000]
    assert sum(found.values(), Coverage(0, 0)) == Coverage(200, 2100)


@pytest.mark.parametrize(
    ("not_itemised_", "moved", "per_mille"), [(0, 0, 1000), (5, 0, 0), (9, 3, 0), (1, 3, 666), (1, 1_000_000, 999)]
)
def test_coverage_is_rounded_down_and_never_below_nothing(not_itemised_: int, moved: int, per_mille: int) -> None:
    assert Coverage(not_itemised_, moved).per_mille == per_mille


def test_what_moved_in_months_that_were_not_compared_counts_with_the_next_one_that_was() -> None:
    ours = [(RENT, 202401, 5), (BANK, 202401, -5), (RENT, 202402, 5), (BANK, 202402, -5), (RENT, 202404, 9)]
    assert dict(coverage_by_month(ours, [], [Month(2024, 2)])) == {Month(2024, 2): Coverage(0, 20)}
