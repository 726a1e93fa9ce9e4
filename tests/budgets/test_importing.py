"""Rows of a file find their expenses; what would be imported is told to the cent before anything is written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tieout.budgets.content import Content, Line
from tieout.budgets.exporting import to_csv, to_xlsx
from tieout.budgets.importing import LEFT_OUT, NEW, Preview, new, preview
from tieout.budgets.layout import folded, read
from tieout.budgets.matching import Target
from tieout.core.month import Month
from tieout.kit.tables import read_table

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


def target(expense: int, number: str, name: str, department: str = "", *also: str) -> Target:
    return Target(line=Line(expense=expense, number=number, name=name, department=department), also=also)


TARGETS = (
    target(1, "5010", "Hosting", "Engineering"),
    target(2, "6200", "Ads", "Marketing", "Advertising"),
    target(3, "", "Northgrid Cloud", "Engineering"),
    target(4, "7001", "Travel", "Sales"),
    target(5, "7002", "Travel", "Marketing"),
)


def previewed(text: str, choices: dict[int, int] | None = None) -> Preview:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]
    return preview(read(rows, digits=2, currency="USD"), TARGETS, choices or {}, digits=2)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("5010|Hosting", 1),
        ("5010|", 1),
        ("5010|Something else", 1),
        ("|hosting", 1),
        ("|  HOSTING ", 1),
        ("|Ads", 2),
        ("|Advertising", 2),
        ("|6200 Advertising", 2),
        ("|northgrid\u00a0 cloud", 3),
        ("9999|Hosting", 1),
        ("7002|Travel", 5),
        ("|'Hosting", 1),
        ("|Travel", None),
        ("9999|Unheard of", None),
        ("|", None),
        ("50|", None),
    ],
)
def test_a_row_means_an_expense_by_number_then_by_name(row: str, expected: int | None) -> None:
    (found,) = previewed(f"Number|Name|Jan 2026\n{row}|5").rows
    assert (found.target.expense if found.target else None) == expected


def test_an_account_column_holds_number_name_or_both() -> None:
    made = previewed("Account|Jan 2026\n5010|1\nHosting|2\n5010 Hosting|4\n")
    assert [line.amounts for line in made.lines] == [{JANUARY: 700}]


def test_the_department_tells_namesakes_apart_and_what_stays_doubtful_is_a_choice() -> None:
    told, doubtful = previewed("Name|Department|Jan 2026\nTravel|marketing|5\nTravel|Finance|5").rows
    assert told.target == TARGETS[4].line
    assert doubtful.target is None
    assert [line.expense for line in doubtful.candidates] == [4, 5]
    assert "2 expenses are called that" in doubtful.notes[0]


def test_what_is_like_a_name_is_suggested_and_never_taken() -> None:
    made = previewed("Name|Jan 2026\nNorthgrid clouds|5\nZebra|5")
    assert [[line.expense for line in row.candidates] for row in made.unmatched] == [[3], []]
    assert made.lines == ()


def test_a_number_beats_a_name_and_the_reader_is_told() -> None:
    (row,) = previewed("Number|Name|Department|Jan 2026\n5010|Rent|Sales|5").rows
    assert row.notes == ("The file calls it Rent.", "The file has it in Sales; it stands in Engineering.")


def test_rows_of_one_expense_are_added_and_say_so() -> None:
    made = previewed("Number|Name|Jan 2026|Feb 2026\n5010|Hosting|1.50|\n6200|Ads|9|9\n|Hosting|2|3")
    assert made.lines[0].amounts == {JANUARY: 350, FEBRUARY: 300}
    assert made.rows[0].notes == ("Added to row 4: the same expense.",)
    assert made.rows[2].notes == ("Added to row 2: the same expense.",)
    assert made.rows[1].notes == ()


def test_totals_and_headings_are_skipped_and_said_unless_an_expense_is_called_so() -> None:
    made = previewed("Name|Jan 2026\nEngineering|\nHosting|5\nTotal R&D|5\nTotal|5")
    assert made.skipped == (
        "row 2, “Engineering”, which holds no amount",
        "row 4, “Total R&D”, which holds a total",
        "row 5, “Total”, which holds a total",
    )
    assert len(made.rows) == 1


def test_a_row_with_a_wrong_cell_is_not_imported_at_all() -> None:
    made = previewed("Name|Jan 2026|Feb 2026\nHosting|5|abc\nAds|1|2")
    assert [line.expense for line in made.lines] == [2]
    assert [(row.row.place, wrong.place) for row, wrong in made.wrong] == [(2, "C2")]
    assert [(it.file, it.imported, it.difference) for it in made.sums(2)] == [(600, 100, -500), (200, 200, 0)]


def test_choices_send_rows_where_somebody_wants_them() -> None:
    text = "Name|Jan 2026\nZebra|5\nTravel|7\nHosting|1\nLion|2"
    made = previewed(text, {2: 3, 3: 5, 4: LEFT_OUT, 5: 999})
    assert [(line.expense, line.amounts) for line in made.lines] == [(3, {JANUARY: 500}), (5, {JANUARY: 700})]
    assert [row.row.place for row in made.left_out] == [4]
    assert [row.row.place for row in made.unmatched] == [5]
    assert made.sums(2)[0].difference == -300


def test_rows_become_expenses_of_their_own_one_for_each_name_and_department() -> None:
    text = "Name|Department|Jan 2026\n'=Zebra|sales|5\n'=zebra|Sales|7\n'=Zebra||1\n||2"
    rows = [line.split("|") for line in text.splitlines()]
    choices = dict.fromkeys((2, 3, 4, 5), NEW)
    made = preview(
        read(rows, digits=2, currency="USD"), TARGETS, choices, digits=2, departments=[("Sales", "Sales & marketing")]
    )
    assert [(line.expense, line.name, line.department, line.category, line.total) for line in made.lines] == [
        (-2, "=Zebra", "Sales", "Sales & marketing", 1200), (-4, "=Zebra", "", "Unassigned", 100),
    ]  # fmt: skip
    assert [row.is_new for row in made.rows] == [True, True, True, False]
    assert [row.row.place for row in made.unmatched] == [5], "what has no name cannot be an expense"


def test_cells_finer_than_a_cent_are_rounded_and_said() -> None:
    made = previewed("Name|Jan 2026|Feb 2026\nHosting|833.3333333333|0.005\nAds|2.50|")
    assert made.lines[0].amounts == {JANUARY: 833_33, FEBRUARY: 1}
    assert made.rounded == 2
    assert made.rounding == Decimal("0.0016666667")


def test_the_version_covers_the_months_that_the_file_names() -> None:
    made = new(previewed("Name|Mar 2026|Jan 2026\nHosting|1|2"), name="Plan", file="p.xlsx", currency="USD", digits=2)
    assert (made.first, made.last, made.source) == (JANUARY, Month(2026, 3), "Imported from p.xlsx")


NAMES = st.one_of(
    st.sampled_from(["=1+1", "+1", "-5", "@x", "'=1", "Total", "Travel", "5010", "Jan 2026", "–", "a,b;c", '"', "1,5"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12),
)


@st.composite
def budgets(draw: st.DrawFn) -> Content:
    """Return a budget whose lines can be told apart by number or by name."""
    digits = draw(st.sampled_from([0, 2, 3]))
    length = draw(st.integers(1, 14))
    cells = st.dictionaries(
        st.integers(0, length - 1).map(lambda it: JANUARY + it), st.integers(-(10**11), 10**11).filter(bool)
    )
    lines, taken = [], set()
    for expense in range(1, draw(st.integers(1, 6)) + 1):
        line = Line(
            expense=expense, number=draw(st.sampled_from(["", str(6000 + expense), "-7", f"0{expense}"])),
            name=draw(NAMES), department=draw(st.sampled_from(["", "Sales", "=2+2"])), amounts=draw(cells),
            category=draw(st.sampled_from(["Unassigned", "Sales & marketing", "Revenue", "Other income"])),
        )  # fmt: skip
        assume(folded(line.name).strip("'"))
        lines.append(line)
        taken.add(folded(line.label))
    return Content(
        name=draw(NAMES), note="", currency="USD", digits=digits, first=JANUARY, last=JANUARY + (length - 1),
        lines=tuple(lines),
    )  # fmt: skip


@given(budgets(), st.sampled_from(["csv", "xlsx"]))
@settings(max_examples=150)
def test_what_is_exported_comes_back_to_the_cell(content: Content, kind: str) -> None:
    data = to_csv(content) if kind == "csv" else to_xlsx(content)
    file = read(read_table(f"plan.{kind}", data).rows, digits=content.digits, currency=content.currency)
    made = preview(file, [Target(line=line) for line in content.lines], {}, digits=content.digits)
    assert {line.expense: dict(line.amounts) for line in made.lines} == {
        line.expense: {month: line.amounts.get(month, 0) for month in file.months} for line in content.lines
    }
    assert not made.unmatched
    assert not made.wrong
    assert (file.months[0], file.months[-1]) == (content.first, content.last)
    assert all(it.difference == 0 for it in made.sums(content.digits))
