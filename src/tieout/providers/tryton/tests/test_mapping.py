"""Moves become entries: whole, balanced, to the cent; what cannot be trusted is refused with its place."""

from __future__ import annotations

import pytest

from tieout.core.records import EntryRecord, LineRecord, PartyKey, PartyKind
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.tryton import wire
from tieout.providers.tryton.lists import Unknown
from tieout.providers.tryton.tests.handmade import (
    BANK,
    EARNINGS,
    MAPPING,
    PAYABLE,
    RECEIVABLE,
    RENT,
    RESERVE,
    SALES,
    line,
    move,
)


def entries(*moves: wire.Move) -> list[EntryRecord]:
    return list(MAPPING.entries(moves))


def amounts(entry: EntryRecord) -> dict[str, int]:
    return {it.account: it.amount for it in entry.lines}


def test_a_bill_is_an_entry_of_its_journal() -> None:
    bill = move(
        7,
        "2025-03-04",
        line(70, RENT, "2400.01", description="March"),
        line(71, PAYABLE, "0", "2400.01", party=80, second=("EUR", "-2208.01")),
        description="Pier Estates",
    )
    vendor = PartyKey(PartyKind.VENDOR, "80")
    assert entries(bill) == [
        EntryRecord(
            type="Expense",
            external_id="7",
            date=bill.date.date(),
            number="2025-7",
            memo="Pier Estates",
            party=vendor,
            record="Move:7",
            lines=(
                LineRecord(account="6", amount=240001, memo="March", external_id="70"),
                LineRecord(
                    account="2", amount=-240001, party=vendor, currency="EUR", currency_amount=-220801, external_id="71"
                ),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("lines", "whose"),
    [
        ([(RECEIVABLE, 80)], PartyKey(PartyKind.CUSTOMER, "80")),
        ([(PAYABLE, 90)], PartyKey(PartyKind.EMPLOYEE, "90")),
        ([(BANK, 80)], None),
        ([(RECEIVABLE, 80), (PAYABLE, 81)], PartyKey(PartyKind.VENDOR, "81")),
        ([(PAYABLE, 80), (PAYABLE, 81)], None),
        ([(PAYABLE, 90), (RECEIVABLE, 81)], PartyKey(PartyKind.EMPLOYEE, "90")),
    ],
)
def test_an_entry_is_its_one_vendors_else_its_one_employees_else_its_one_customers(
    lines: list[tuple[int, int]], whose: PartyKey | None
) -> None:
    own = [line(place, account, "10", party=party) for place, (account, party) in enumerate(lines, start=1)]
    (entry,) = entries(move(1, "2025-03-04", *own, line(9, RENT, "0", str(10 * len(own)))))
    assert entry.party == whose


def test_percentages_become_lines_with_ids_of_their_own_and_second_amounts_in_proportion() -> None:
    shared = line(70, RENT, "100.01", second=("EUR", "90.00"), shares=[(11, "60.01", "0"), (12, "40", "0")])
    (entry,) = entries(move(7, "2025-03-04", shared, line(71, BANK, "0", "100.01")))
    assert [(it.amount, it.dimensions, it.currency_amount, it.external_id) for it in entry.lines] == [
        (6001, (("10", "11"),), 5400, "70.1"),
        (4000, (("10", "12"),), 3600, "70.2"),
        (-10001, (), 0, "71"),
    ]


def test_a_cancelled_move_without_reversal_has_negative_sides() -> None:
    (entry,) = entries(move(1, "2025-03-04", line(1, RENT, "-5.50"), line(2, BANK, "0", "-5.50")))
    assert amounts(entry) == {"6": -550, "1": 550}


def test_what_cancels_a_move_on_its_day_reverses_it_and_has_its_record() -> None:
    first = move(1, "2025-03-04", line(1, RENT, "5"), line(2, BANK, "0", "5"))
    cancels = move(2, "2025-03-04", line(3, RENT, "0", "5"), line(4, BANK, "5"), origin="account.move,1")
    again = move(3, "2025-03-04", line(5, RENT, "0", "5"), line(6, BANK, "5"), origin="account.move,1")
    found = entries(first, cancels, again)
    assert [(it.record, it.reverses) for it in found] == [
        ("Move:1", ""),
        ("Move:1", "Expense:1"),
        ("Move:3", ""),  # an entry is undone once
    ]


@pytest.mark.parametrize(
    ("date", "debit", "origin"),
    [
        ("2025-03-05", "5", "account.move,1"),  # on another day: each stands in its own
        ("2025-03-04", "4", "account.move,1"),
        ("2025-03-04", "5", "account.fiscalyear,1"),
        ("2025-03-04", "5", None),
        ("2025-03-04", "5", "account.move,99"),
    ],
)
def test_what_does_not_undo_a_move_line_by_line_stands_by_itself(date: str, debit: str, origin: str | None) -> None:
    first = move(1, "2025-03-04", line(1, RENT, "5"), line(2, BANK, "0", "5"))
    other = move(2, date, line(3, RENT, "0", debit), line(4, BANK, debit), origin=origin)
    assert [(it.record, it.reverses) for it in entries(first, other)] == [("Move:1", ""), ("Move:2", "")]


def test_closing_a_year_moves_its_result_and_leaves_income_and_expense() -> None:
    lines = [line(1, SALES, "100"), line(2, RENT, "0", "60"), line(3, RESERVE, "0", "40")]
    (entry,) = entries(move(1, "2025-12-31", *lines, journal="situation", period="adjustment"))
    assert amounts(entry) == {"7": -4000, "4": 4000}


def test_closing_a_year_into_retained_earnings_is_what_happens_anyway() -> None:
    lines = [line(1, SALES, "100"), line(2, RENT, "0", "60"), line(3, EARNINGS, "0", "40")]
    assert entries(move(1, "2025-12-31", *lines, journal="situation", period="adjustment")) == []


@pytest.mark.parametrize(("journal", "period"), [("situation", "standard"), ("general", "adjustment")])
def test_an_adjustment_or_a_situation_alone_closes_nothing(journal: str, period: str) -> None:
    lines = [line(1, SALES, "100"), line(2, EARNINGS, "0", "100")]
    (entry,) = entries(move(1, "2025-12-31", *lines, journal=journal, period=period))
    assert amounts(entry) == {"5": 10000, "4": -10000}


def test_lines_of_nothing_are_left_out_and_so_is_a_move_of_nothing_else() -> None:
    (entry,) = entries(move(1, "2025-03-04", line(1, RENT, "0"), line(2, RENT, "1"), line(3, BANK, "0", "1")))
    assert len(entry.lines) == 2
    assert entries(move(1, "2025-03-04", line(1, RENT, "0"))) == []


def test_a_move_that_does_not_balance_is_refused_with_its_number() -> None:
    with pytest.raises(UnreadableBooks, match="move 2025-7 of 2025-03-04: debit and credit of the move differ"):
        entries(move(7, "2025-03-04", line(1, RENT, "5"), line(2, BANK, "0", "4.99")))


@pytest.mark.parametrize("text", ["5.001", "NaN", "5,00", ""])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnreadableBooks, match="move 2025-7"):
        entries(move(7, "2025-03-04", line(1, RENT, text), line(2, BANK, "0", "5")))


def test_what_the_lists_do_not_have_is_asked_for() -> None:
    with pytest.raises(Unknown, match="account 99"):
        entries(move(7, "2025-03-04", line(1, 99, "5"), line(2, BANK, "0", "5")))
    shared = line(1, RENT, "5", shares=[(99, "5", "0")])
    with pytest.raises(Unknown, match="analytic account 99"):
        entries(move(7, "2025-03-04", shared, line(2, BANK, "0", "5")))


def test_a_second_currency_that_is_the_first_is_none() -> None:
    (entry,) = entries(move(1, "2025-03-04", line(1, RENT, "5", second=("USD", "5")), line(2, BANK, "0", "5")))
    assert entry.lines[0].currency == ""


def test_yen_have_no_cents() -> None:
    (entry,) = entries(move(1, "2025-03-04", line(1, RENT, "5", second=("JPY", "750")), line(2, BANK, "0", "5")))
    assert entry.lines[0].currency_amount == 750
