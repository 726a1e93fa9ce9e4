"""Two sides of a comparison: the golden table, and what holds for any two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.golden.table import check
from tieout.budgets.comparing import Cells, Comparison, Period, compare
from tieout.budgets.content import Line, by_month
from tieout.core.money import to_text
from tieout.core.month import Month

JANUARY = Month(2026, 1)
QUARTERS = [
    Period(label="Q1 2026", months=tuple(JANUARY.until(JANUARY + 3))),
    Period(label="Q2 2026", months=tuple((JANUARY + 3).until(JANUARY + 6))),
]


def line(expense: int, label: str, department: str, category: str, *months: int) -> Line:
    number, _, name = label.partition(" ")
    amounts = {JANUARY + place: amount for place, amount in enumerate(months)}
    return Line(
        expense=expense, number=number, name=name, department=department, category=category, amounts=amounts
    )  # fmt: skip


RD, SALES = "Research & development", "Sales & marketing"
A = (
    line(1, "5010 Hosting", "Engineering", RD, 600_00, 600_00, 650_00, 700_00),
    line(2, "6010 Licences", "Engineering", RD, 99_99, 99_99, 99_99),
    line(3, "6200 Advertising", "Marketing", SALES, 80_00, 0, 0, 80_00),
    line(0, "7000 Travel", "Marketing", SALES, 10_00),
)
B = (
    line(1, "5010 Cloud", "Platform", RD, 660_00, 660_00, 715_00, 600_00),  # renamed and moved since
    line(3, "6200 Advertising", "Marketing", SALES, 80_00, 0, 0, 80_00),
    line(0, "7000 Travel", "Marketing", SALES, 0, 0, 0, 10_00),
    line(4, "6300 Events", "", "Unassigned", -5_00),
)


def table(comparison: Comparison) -> str:
    """Return a comparison as a person reads it."""
    rows = [["", *(f"{p.label} {what}".strip() for p in comparison.periods for what in ("A", "B", "B-A", "%"))]]
    for row in comparison.rows:
        indent, leaf = "  " * (row.node.level - 1), row.node.leaf
        name = f"{leaf.line.number} {row.node.label}".strip() if leaf else row.node.label
        rows.append([indent + name, *(text for cell in row.cells for text in texts(cell))])
    rows += [[foot.label, *(text for cell in foot.cells for text in texts(cell))] for foot in comparison.feet]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    written = (
        "  ".join(
            text.rjust(width) if at else text.ljust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
    return "\n".join(written) + "\n"


def texts(cell: Cells) -> list[str]:
    return [
        *(to_text(amount, 2) for amount in (cell.shown_a, cell.shown_b)),
        ("▲ " if cell.over else "") + to_text(cell.shown_difference, 2),
        cell.percent,
    ]


def test_two_versions_by_quarter() -> None:
    check("budget-comparison", table(compare(A, B, QUARTERS)))


def test_percent_in_words() -> None:
    assert [Cells(a, b).percent for a, b in ((100, 100), (0, 5), (0, 0))] == ["", "new", ""]
    assert [Cells(a, b).percent for a, b in ((1000, 1125), (1000, 875), (-100, 100))] == [
        "+12.5 %",
        "−12.5 %",
        "+200.0 %",
    ]
    assert [Cells(a, b).percent for a, b in ((10_000_000, 10_000_001), (1, 2_000_000))] == [
        "under 0.1 %",
        "over 10,000 %",
    ]
    assert (Cells(5, 6).over, Cells(5, 5).over, Cells(5, 4).over) == (True, False, False)


LINES = st.lists(
    st.builds(
        line, st.integers(0, 5), st.sampled_from(["1 A", "2 B", " C"]), st.sampled_from(["", "X", "Y"]),
        st.sampled_from(["", "K", "L"]), st.integers(-100, 100), st.integers(-100, 100), st.integers(-100, 100),
    ),
    max_size=8,
)  # fmt: skip


@given(LINES, LINES)
def test_nothing_is_lost_and_the_sides_trade_places(a: list[Line], b: list[Line]) -> None:
    period = [Period(label="", months=tuple(JANUARY.until(JANUARY + 3)))]
    made, turned = compare(a, b, period), compare(b, a, period)
    sums = [sum(by_month(side).values()) for side in (a, b)]
    assert [(made.total[0].a, made.total[0].b)] == [(sums[0], sums[1])]
    assert turned.total[0].difference == -made.total[0].difference
    for level in (1, 3):
        assert sum(row.cells[0].difference for row in made.rows if row.node.level == level) == made.total[0].difference
