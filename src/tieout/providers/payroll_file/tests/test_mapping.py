"""Rows of pay runs: read exactly, or refused with the place."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.payroll import PayLineRecord
from tieout.providers.payroll_file.mapping import Parsed, parse

HEAD = ("Check date", "Period", "Employee ID", "Employee", "Gross", "Employer taxes", "Benefits", "Net")
ADA = ("2026-01-31", "2026-01", "E1", "Ada", "10,000.00", "765.00", "500.00", "7,200.00")
BEN = ("2026-02-28", "2026-02", "E2", "Ben", "4,000.00", "306.00", "0", "3,100.00")


def read(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Parsed:
    return parse([("Pay runs of Northwind",), head, *rows], 2)


def changed(row: tuple[str, ...], **cells: str) -> tuple[str, ...]:
    places = {"check": 0, "period": 1, "ref": 2, "name": 3, "gross": 4, "taxes": 5, "benefits": 6, "net": 7}
    given = {places[name]: text for name, text in cells.items()}
    return tuple(given.get(at, cell) for at, cell in enumerate(row))


def said(found: Parsed) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_a_run_is_read_to_the_cent() -> None:
    (run,) = read(ADA, changed(ADA, ref="", name="", gross="", taxes="120.10", benefits="", net="")).runs
    assert (run.check_date, run.period_start, run.period_end) == (
        date(2026, 1, 31),
        date(2026, 1, 1),
        date(2026, 1, 31),
    )
    ada, nobody = run.lines
    assert ada == PayLineRecord(
        ref="E1", name="Ada", gross=10_000_00, employer_taxes=765_00, benefits=500_00, net=7_200_00
    )  # fmt: skip
    assert ada.cost == 11_265_00
    assert (nobody.of_nobody, nobody.cost) == (True, 120_10)


@pytest.mark.parametrize(
    "period", ["2026-01-01 - 2026-01-31", "2026-01-01 to 2026-01-31", "01/01/2026–01/31/2026", "1/1/2026-1/31/2026",
               "January 2026", "2026-01"],
)  # fmt: skip
def test_periods_as_people_write_them(period: str) -> None:
    (run,) = read(changed(ADA, period=period)).runs
    assert (run.period_start, run.period_end) == (date(2026, 1, 1), date(2026, 1, 31))


def test_heads_as_payroll_systems_write_them() -> None:
    head = ("Pay Date", "Pay period start", "PAY PERIOD END", "Name", "Gross pay", "Company taxes",
            "Employer contributions", "Net Pay", "Department", "Hours")  # fmt: skip
    row = ("1/31/2026", "1/1/2026", "1/31/2026", "Ada", "$1,000", "76.5", "-", "$700", "Sales", "160")
    (run,) = read(row, head=head).runs
    assert (run.lines[0].gross, run.lines[0].employer_taxes, run.lines[0].benefits) == (1_000_00, 76_50, 0)


def test_a_run_id_keeps_two_runs_of_a_day_apart() -> None:
    head = (*HEAD, "Pay run")
    found = read((*ADA, "7"), (*changed(ADA, name="Ben", ref="E2"), "8"), head=head)
    assert [run.external_id for run in found.runs] == ["7", "8"]
    mixed = read((*ADA, "7"), (*BEN, "7"), head=head)
    assert said(mixed) == ["row 4: run 7 has other dates in an earlier row"]
    assert not mixed.runs


BAD = [
    (changed(ADA, check="soon"), "Check date: “soon” is not a date"),
    (changed(ADA, check=""), "Check date: A date is missing"),
    (changed(ADA, period="2026-01-15"), "Period: “2026-01-15” is a day"),
    (changed(ADA, period="first half"), "Period: “first half” is not understood"),
    (changed(ADA, period="2026-02-01 to 2026-01-01"), "the period ends on 2026-01-01, before"),
    (changed(ADA, gross="lots"), "Gross is not an amount"),
    (changed(ADA, gross=""), "Gross is missing"),
    (changed(ADA, gross="1.234"), "Gross is not an amount"),
    (changed(ADA, net="10,000.01"), "the net pay is more than the gross pay"),
    (changed(ADA, net="-1"), "the net pay is more than the gross pay"),
    (changed(ADA, ref="", name=""), "gross or net pay without an employee"),
]


@pytest.mark.parametrize(("row", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_a_bad_row_takes_its_run_out_and_names_the_place(row: tuple[str, ...], sentence: str) -> None:
    found = read(row)
    assert [it.split(": ", 1)[0] for it in said(found)] == ["row 3"]
    assert sentence in said(found)[0]
    assert not found.runs


def test_the_other_runs_stay_unless_nobody_knows_whose_row_it_is() -> None:
    assert [run.check_date.month for run in read(ADA, BEN, changed(BEN, name="Cy", gross="x")).runs] == [1]
    assert not read(ADA, BEN, changed(BEN, check="x")).runs


def test_a_row_twice_is_refused() -> None:
    assert said(read(ADA, BEN, ADA)) == ["row 5: the row repeats row 3"]


def test_totals_are_checked_and_not_read() -> None:
    january = ("2026-01-31", "", "", "Total", "10,000.00", "765.00", "500.00", "7,200.00")
    everything = ("", "", "", "Grand total", "14,000.00", "1,071.00", "500.00", "10,300.00")
    assert len(read(ADA, january, BEN, everything).runs) == 2
    short = read(ADA, BEN, changed(everything, gross="15,000.00"))
    assert said(short) == ["row 5: the rows do not sum to the total of Gross"]
    assert not short.runs
    of_one = read(ADA, BEN, changed(january, net="7,000.00"))
    assert [run.check_date.month for run in of_one.runs] == [2]


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (HEAD[:4] + HEAD[5:], "these columns are missing: Gross"),
        ((HEAD[0], *HEAD[2:]), "Period, or Period start and Period end"),
        ((*HEAD[:2], *HEAD[4:]), "Employee or Employee ID"),
        ((*HEAD, "Reimbursements"), "these columns are not known: Reimbursements"),
        ((*HEAD, "Net pay"), "two columns are taken for Net"),
        (("Who", "When"), "no row names the columns of a pay run"),
    ],
)
def test_other_columns_are_refused(head: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UnreadableBooks, match=sentence):
        read(ADA, head=head)


def test_no_rows() -> None:
    with pytest.raises(UnreadableBooks, match="no rows below the head"):
        read()
    with pytest.raises(UnreadableBooks, match="no row names"):
        parse([], 2)


def test_what_somebody_is_paid_is_in_no_sentence() -> None:
    for cell in ("gross", "taxes", "benefits", "net"):
        for text in ("7654.321", "7654.32 x", "EUR 7654.32"):
            (problem,) = read(changed(ADA, **{cell: text})).problems
            chain: BaseException | None = problem
            while chain is not None:
                assert "7654" not in repr(chain)
                chain = chain.__cause__ or chain.__context__


CENTS = st.integers(0, 10**9)


@given(st.lists(st.tuples(CENTS, CENTS, CENTS), min_size=1, max_size=6))
def test_no_cent_is_lost(amounts: list[tuple[int, int, int]]) -> None:
    def text(cents: int) -> str:
        return f"{cents // 100:,}.{cents % 100:02d}"

    rows = [
        ("2026-01-31", "2026-01", f"E{at}", "", text(gross), text(taxes), text(benefits), text(gross))
        for at, (gross, taxes, benefits) in enumerate(amounts)
    ]
    (run,) = read(*rows).runs
    assert sum(line.cost for line in run.lines) == sum(map(sum, amounts))


@given(st.lists(st.tuples(*[st.text(max_size=12)] * len(HEAD)), min_size=1, max_size=4))
def test_nothing_else_escapes(rows: list[tuple[str, ...]]) -> None:
    try:
        found = read(*rows)
    except UnreadableBooks:
        return
    assert all(str(problem).startswith("row ") for problem in found.problems)
