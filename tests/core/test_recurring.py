"""Bills that come again: hand-made histories, and what holds of any."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.month import Month
from tieout.core.recurring import RHYTHMS, Bill, duplicates, recurring, rises

JANUARY = Month(2025, 1)
THROUGH = Month(2026, 6)


def history(text: str, start: Month = JANUARY) -> dict[Month, int]:
    """Return amounts by month: ``history("10 10 . 12")``; a dot is a month without."""
    return {start + place: int(it) for place, it in enumerate(text.split()) if it != "."}


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("10 11 12 13 14 15", 1),
        ("10 11 12 13 14", None),  # five months are not enough
        ("10 10 . 10 10 10 10 10 10", 1),  # the last six count
        ("10 10 10 10 10 . 10", None),
        ("10 . . 20 . . 30 . . 40", 3),
        ("10 . . 20 . . 30 . 5 40", None),  # a bill between two quarters
        ("100 . . . . . . . . . . . 125", 12),
        ("100 . . . . . . . . . . . 126", None),  # another bill, by chance in the same month
        ("10 11 12 -5 14 15", None),  # a month of refunds is no bill
        ("", None),
        ("10", None),
    ],
)
def test_a_rhythm_is_kept_up_to_the_last_bill(text: str, every: int | None) -> None:
    found = recurring(history(text), THROUGH)
    assert (found and found.every.months) == every


def test_a_bill_is_missed_once_its_month_is_over() -> None:
    found = recurring(history("10 10 10 10 10 10"), THROUGH)
    assert found is not None
    assert found.expected == Month(2025, 7)
    assert [found.missed(Month(2025, it)) for it in (6, 7, 8)] == [0, 1, 2]
    quarterly = recurring(history("10 . . 10 . . 10 . . 10"), THROUGH)
    assert quarterly is not None
    assert [quarterly.missed(Month(2025, 10) + it) for it in (2, 3, 5, 6)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("100 100 100 112 112 112", [(4, 120)]),
        ("1000 1005 995 1120 1120 1121", [(4, 120)]),  # within half a percent
        ("1000 1010 995 1120 1130 1121", []),
        ("100 100 100 100 100 112", []),  # it has not stayed yet
        ("100 100 100 150 100 100", []),  # a single larger bill
        ("100 100 100 150 112 112", [(5, 120)]),  # … and a step behind it
        ("100 100 100 102 102 102", []),  # too small
        ("112 112 112 100 100 100", []),  # down
        ("100 130 90 170 60 180 90 110", []),  # billed by use
        ("100 100 100 110 110 110 121 121 121", [(4, 100), (7, 100)]),
        ("1000 . . 1000 . . 1200 . . 1200", [(7, 200)]),
        ("100 . . . . . . . . . . . 110", [(13, 100)]),
    ],
)
def test_a_step_in_price_stayed(text: str, steps: list[tuple[int, int]]) -> None:
    amounts = history(text)
    found = recurring(amounts, THROUGH)
    assert found is not None
    assert [(JANUARY.months_to(it.since) + 1, it.tenths) for it in rises(found, amounts)] == steps


_amounts = st.dictionaries(st.integers(0, 40).map(lambda it: JANUARY + it), st.integers(-10_000, 100_000), max_size=40)


@given(_amounts, st.integers(2, 9))
def test_what_is_told_does_not_depend_on_the_size_of_money(amounts: dict[Month, int], factor: int) -> None:
    found = recurring(amounts, THROUGH)
    times = {month: amount * factor for month, amount in amounts.items()}
    assert recurring(times, THROUGH) == found
    if found:
        assert [it.since for it in rises(found, amounts)] == [it.since for it in rises(found, times)]
        assert all(it.new > it.old > 0 and it.tenths >= 30 for it in rises(found, amounts))


@given(_amounts)
def test_a_rhythm_has_bills_in_all_its_months_and_none_after(amounts: dict[Month, int]) -> None:
    found = recurring(amounts, THROUGH)
    if found:
        assert all(amounts[month] > 0 for month in found.months)
        assert not any(amounts[it] > 0 for it in amounts if found.last < it <= THROUGH)
        assert len(found.months) >= found.every.least
        assert found.every in RHYTHMS


def bill(day: str, amount: int = 600, number: str = "", party: int = 1) -> Bill:
    return Bill(party=party, amount=amount, day=date.fromisoformat(f"2026-{day}"), number=number, record=day)


@pytest.mark.parametrize(
    ("bills", "pairs"),
    [
        ([bill("03-01"), bill("03-06")], 1),
        ([bill("03-01"), bill("03-07")], 0),
        ([bill("03-01"), bill("03-01", party=2)], 0),
        ([bill("03-01"), bill("03-01", 601)], 0),
        ([bill("03-01", number="A 17"), bill("05-20", number=" a 17")], 1),
        ([bill("03-01", number="17"), bill("05-20", number="18")], 0),
        ([bill(f"0{it}-01", number="77-ACME") for it in (3, 4, 5)], 0),  # the number is the customer's
        ([bill(f"03-0{it}") for it in (1, 3, 5)], 0),  # it bills every other day
        ([bill(f"0{month}-0{day}") for month in (1, 2, 3) for day in (1, 3)], 0),  # twice each month
        ([bill(f"0{month}-0{day}") for month in (1, 2) for day in (1, 3)], 2),
        ([bill("03-01"), bill("03-02"), bill("03-20", -600)], 0),  # credited
        ([bill("03-01"), bill("03-02"), bill("02-20", -600)], 1),  # an earlier credit is another's
        ([bill("03-01", number="17"), bill("03-02", number="17")], 1),  # told once
    ],
)
def test_a_bill_may_stand_twice(bills: list[Bill], pairs: int) -> None:
    assert len(duplicates(bills)) == pairs


_bills = st.lists(
    st.builds(
        lambda party, amount, days, number: Bill(
            party=party, amount=amount, day=date(2026, 1, 1) + timedelta(days), number=number
        ),
        st.integers(1, 2), st.sampled_from([500, -500, 600]), st.integers(0, 90), st.sampled_from(["", "1", "2"]),
    ),
    max_size=12,
)  # fmt: skip


@given(_bills, st.randoms())
def test_duplicates_are_of_one_party_and_amount_in_whatever_order_they_come(bills: list[Bill], dice: object) -> None:
    found = duplicates(bills)
    assert all(one.party == two.party and one.amount == two.amount > 0 and one.day <= two.day for one, two in found)
    shuffled = list(bills)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert duplicates(shuffled) == found
