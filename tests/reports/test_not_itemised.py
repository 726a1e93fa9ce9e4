"""What the platform does not itemise, wherever a figure that holds it is shown: pages, files, command line."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.ledger.scribe import entry
from tests.reports.small_books import ENTRIES, JULY, Books, with_gains, with_one_more_bill
from tests.reports.test_command import report, run
from tests.reports.test_pages import lines_of, text
from tieout.ledger.models import TieOutMonth
from tieout.reports.beside import State, overall
from tieout.reports.expense_report import expense_report
from tieout.reports.queries import ledger_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def partly(books: Books) -> Books:
    """Books with a bill of 20.00 in July 2026 that the platform does not itemise."""
    books.sync(statements=with_one_more_bill(), itemises=False)
    return books


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_the_trial_balance_ties_and_says_what_is_not_itemised(owner: Client, partly: Books) -> None:
    page = text(owner, partly.company, "trial-balance/?month=2026-07")
    assert "The end of July 2026 ties, 20.00 of it not itemised" in page
    # Software by 65.00, the card by 45.00, payables by 20.00: 130.00 in all, 40.00 of it in the residual.
    assert "Single postings explain 69.2% of what moved in July 2026, " in page
    assert "Payables – 470.00 . 20.00 not itemised (470.00) –" in page
    assert "Total 13,765.00 13,765.00 – – Ties to the books, 20.00 not itemised" in page
    assert "UNVERIFIED" not in page
    assert "not itemised" not in text(owner, partly.company, "trial-balance/?month=2026-06")


def test_of_a_month_in_which_nothing_moved_no_share_is_told(partly: Books, owner: Client) -> None:
    TieOutMonth.objects.filter(month=JULY.key).update(moved=0, not_itemised=0)
    page = text(owner, partly.company, "trial-balance/?month=2026-07")
    assert "In July 2026 nothing moved. Single postings explain " in page


def test_the_balance_sheet_too(owner: Client, partly: Books) -> None:
    page = text(owner, partly.company, "balance-sheet/?month=2026-07&view=tie-out&cents=1")
    assert "The end of July 2026 ties, 20.00 of it not itemised" in page
    assert "Ties to the books, 20.00 not itemised" in page
    assert "2000 Payables 470.00 . 20.00 not itemised 470.00 –" in page
    assert "Net income, fiscal year to date (65.00) . 20.00 not itemised (65.00) –" in page


def test_a_revaluation_is_called_one(owner: Client, books: Books) -> None:
    books.sync(ENTRIES, *with_gains())
    page = text(owner, books.company, "trial-balance/?month=2026-07")
    assert "The end of July 2026 ties, 90.00 of it revalued" in page
    assert "Ties to the books, 90.00 revalued" in page
    assert "not itemised" not in page


def test_its_lines_stand_among_the_others_without_a_link(owner: Client, partly: Books) -> None:
    address = lines_of("6000", "debit:2026-07")
    page = text(owner, partly.company, address)
    assert "31 Jul 2026 Not itemised In the books’ balance, in no posting that they give out" in page
    assert "20.00" in page
    assert "The cell 65.00 The foot equals the cell 0.00" in page
    html = owner.get(f"/c/{partly.company.slug}/reports/{address}").content.decode()
    assert "Open in the books: </span>Not itemised" not in html


def test_reversed_postings_are_hidden_until_somebody_asks(owner: Client, books: Books) -> None:
    bill = entry("20", date(2026, 7, 5), ("6000", 70_00), ("2100", -70_00), type="Bill")
    undone = msgspec.structs.replace(
        bill, external_id="21", reverses=bill.key,
        lines=tuple(msgspec.structs.replace(it, amount=-it.amount) for it in bill.lines),
    )  # fmt: skip
    books.sync([*ENTRIES, bill, undone])
    address = lines_of("6000", "debit:2026-07")
    page = text(owner, books.company, address)
    assert "2 reversed postings hidden: they cancel out. Show them" in page
    assert "1 entry" in page
    assert "70.00" not in page
    assert "The cell 45.00 The foot equals the cell 0.00" in page
    page = text(owner, books.company, f"{address}&reversed=1")
    assert "Reversed postings are listed too: they cancel out. Hide them" in page
    assert "(70.00)" in page
    assert "The cell 45.00 The foot equals the cell 0.00" in page
    html = owner.get(f"/c/{books.company.slug}/reports/{address}").content.decode()
    assert "&amp;reversed=1" in html


def test_files_say_how_much_of_which_figure(partly: Books) -> None:
    found = json.loads(report(partly.company, "trial-balance", "--month", "2026-07", "--format", "json").stdout)
    assert found["tie_out"] == "ties, in part not itemised"
    parts = {row["account"]["id"]: row["not_itemised"] for row in found["rows"] if "not_itemised" in row}
    assert parts == {"2000": {"2026-07": "-20.00"}, "6000": {"2026-07": "20.00"}}
    done = report(
        partly.company, "balance-sheet", "--from", "2026-06", "--to", "2026-07", "--format", "csv", "--natural"
    )
    rows = {row["account id"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert rows["2000"]["2026-07 not itemised"] == "20.00"
    assert rows["2000"]["2026-06 not itemised"] == ""
    assert (rows["2000"]["tie-out"], rows["1000"]["tie-out"]) == ("ties, in part not itemised", "ties")
    expenses = json.loads(report(partly.company, "expenses", "--month", "2026-07", "--format", "json").stdout)
    assert expenses["tie_out"] == "ties, in part not itemised"
    assert [row["not_itemised"] for row in expenses["rows"]] == [{"2026-07": "20.00"}]


def test_a_file_without_any_such_part_says_nothing_of_it(books: Books) -> None:
    done = report(books.company, "trial-balance", "--month", "2026-07", "--format", "csv")
    assert "itemised" not in done.stdout


def test_the_command_line_ends_well_and_says_how_much(partly: Books) -> None:
    done = run("tie-out", "--company", partly.company.slug)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-6:] == [
        "not itemised: 20.00 of the balances at the end of 2026-07",
        "  2026-07 2000 Payables: -20.00 not itemised",
        "  2026-07 6000 Software: 20.00 not itemised",
        "itemised: 99.5% of what moved",
        "  2026-07: 69.2%",
        "tie-out: ties, in part not itemised",
    ]
    assert run("tie-out", "--company", partly.company.slug, "--month", "2026-06").stdout.endswith("tie-out: ties\n")


def test_expenses_say_in_which_months(partly: Books) -> None:
    at = ledger_at(partly.company)
    (row,) = [it for it in expense_report(at, [JULY]).rows if it.parts]
    assert (row.account.external_id, dict(row.parts)) == ("6000", {JULY: 20_00})


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([], State.NOT_COMPARED),
        ([State.TIES, State.NOT_ITEMISED], State.NOT_ITEMISED),
        ([State.TIES, State.REVALUED], State.REVALUED),
        ([State.NOT_COMPARED, State.NOT_ITEMISED], State.NOT_COMPARED),
        ([State.DIFFERS, State.NOT_COMPARED], State.DIFFERS),
    ],
)
def test_a_whole_is_as_good_as_its_worst_part(states: list[State], whole: State) -> None:
    assert overall(states) is whole
