"""Budget files in the ways that people lay them out; what cannot be read says why."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tieout.budgets.layout import File, FileRow, NotALayout, column_name, read
from tieout.core.month import Month

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


def file(text: str) -> File:
    """Return what is read of a table written with bars between cells."""
    return read(
        [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()], digits=2, currency="USD"
    )


def test_a_plain_file() -> None:
    made = file("""
Number|Name|Department|Jan 2026|Feb 2026
5010|Hosting|Engineering|700.00|1,200.50
6200|Advertising|Marketing||(50)
""")
    assert made.months == (JANUARY, FEBRUARY)
    assert made.rows == (
        FileRow(
            place=2, number="5010", name="Hosting", department="Engineering",
            cells={JANUARY: Decimal("700.00"), FEBRUARY: Decimal("1200.50")},
        ),
        FileRow(place=3, number="6200", name="Advertising", department="Marketing", cells={FEBRUARY: Decimal(-50)}),
    )  # fmt: skip
    assert made.skipped == ()


def test_titles_blank_rows_totals_and_notes_are_left_out_and_said() -> None:
    made = file("""
Plan of Northwind
||
Feb-26|Dept.|Account|01/2026|Q1 2026|FY 2026|Total|Notes||2026-03
|
5|Engineering|5010 Hosting|7|12|12|12|a|x|
""")
    assert made.heading == 3
    assert made.months == (JANUARY, FEBRUARY, Month(2026, 3))
    assert made.rows[0].place == 5
    assert made.rows[0].account == "5010 Hosting"
    assert made.rows[0].cells == {JANUARY: 7, FEBRUARY: 5}
    assert made.skipped == (
        "column E, “Q1 2026”, which holds totals",
        "column F, “FY 2026”, which holds totals",
        "column G, “Total”, which holds totals",
        "column H, “Notes”",
        "column I, which has no heading",
        "1 blank row",
    )


@pytest.mark.parametrize("nothing", ["", "-", "–", "—"])
def test_a_dash_is_no_amount_and_no_mistake(nothing: str) -> None:
    made = file(f"Account|Jan 2026\nRent|{nothing}")
    assert (made.rows[0].cells, made.rows[0].wrong) == ({}, ())


def test_a_column_without_a_heading_before_the_months_names_the_accounts() -> None:
    made = file("|Jan 2026|Feb 2026\nRent|1|2")
    assert (made.rows[0].account, made.skipped) == ("Rent", ())


def test_wrong_cells_are_told_with_their_place_and_the_others_are_read() -> None:
    made = file("Account|Department|Jan 2026|Feb 2026\nRent|Facilities|n/a|5\nHosting||1.234|€ 5")
    assert [(wrong.place, wrong.month) for row in made.rows for wrong in row.wrong] == [
        ("C2", JANUARY), ("C3", JANUARY), ("D3", FEBRUARY),
    ]  # fmt: skip
    assert made.rows[0].wrong[0].says == "“n/a” is not an amount. Write it as 1,234.50."
    assert made.rows[0].cells == {FEBRUARY: 5}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Account|Amount\nRent|5", "No row names months"),
        ("Rent|5", "No row names months"),
        ("Account|Jan 2026|2026-01\nRent|5|6", "Columns B and C both say 2026-01"),
        ("Jan 2026|Feb 2026\n1|2", "No column names the accounts"),
    ],
)
def test_what_is_no_budget_says_why(text: str, reason: str) -> None:
    with pytest.raises(NotALayout, match=reason) as refused:
        file(text)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Total", True),
        ("Total expenses", True),
        ("Subtotal R&D", True),
        ("Marketing total", True),
        ("Totally new", False),
    ],
)
def test_rows_that_repeat_others_are_seen(label: str, expected: bool) -> None:
    assert FileRow(place=1, account=label).looks_like_total is expected


def test_columns_are_called_as_in_a_spreadsheet() -> None:
    assert [column_name(at) for at in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
