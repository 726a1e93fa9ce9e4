"""The pages of the reports, asked by the owner, a viewer and a stranger."""

from __future__ import annotations

import json
import re
from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from tests.ledger.scribe import entry
from tests.reports.small_books import CHART, ENTRIES, STATEMENTS, Books, with_one_more_bill
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.records import Statement
from tieout.ledger.models import Listed
from tieout.reports.making import make

pytestmark = pytest.mark.django_db

MARKER = re.compile(r'<div class="only-s.*?</div>|<[^>]+>|\s+')  # what only a phone shows stands there twice


def text(client: Client, company: Company, path: str, status: int = 200) -> str:
    """Return what a person reads on a page, words separated by single spaces."""
    answer = client.get(f"/c/{company.slug}/reports/{path}")
    assert answer.status_code == status, answer.content[:400]
    main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(MARKER.sub(" ", main).split())


def row_id(external_id: str) -> int:
    return Listed.objects.get(kind="account", external_id=external_id).pk


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def viewer(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def test_the_trial_balance_stands_beside_the_books(owner: Client, books: Books) -> None:
    page = text(owner, books.company, "trial-balance/?month=2026-07")
    assert "Trial balance Jul 26 accrual basis USD as known at sync 1, 1 Aug" in page
    assert "2000 Payables – 450.00 (450.00) –" in page
    assert "Total 13,745.00 13,745.00 – – Ties to the books" in page
    assert "UNVERIFIED" not in page


def test_a_difference_is_told_and_marked(viewer: Client, books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    page = text(viewer, books.company, "trial-balance/?month=2026-07")
    assert "2 of 10 balances differ from the books, by 20.00 at most Payables and Software, marked UNVERIFIED." in page
    assert "2000 Payables – 450.00 . Unverified: the books say something else (470.00) 20.00" in page
    only = text(viewer, books.company, "trial-balance/?month=2026-07&view=differences")
    assert "Checking" not in only
    assert "6000 Software 45.00 . Unverified: the books say something else – 65.00 (20.00)" in only
    june = text(viewer, books.company, "trial-balance/?month=2026-06")
    assert "The end of June 2026 ties; other month ends do not" in june
    assert "July 2026" in june


def test_a_month_that_nobody_compared_says_so(owner: Client, books: Books) -> None:
    assert "was not compared with the books" in text(owner, books.company, "trial-balance/?month=2025-08")


def test_the_rule_is_earned(owner: Client, books: Books) -> None:
    def rules(path: str) -> list[str]:
        page = owner.get(f"/c/{books.company.slug}/reports/{path}").content.decode()
        return re.findall(r"rule-(tied|differ)", page.split("<table", 1)[1].split("</table>")[0])

    for path in ("trial-balance/?month=2026-07", "balance-sheet/?month=2026-07"):
        assert set(rules(path)) == {"tied"}
    assert rules("balance-sheet/?month=2025-08") == []
    books.sync(statements=with_one_more_bill())
    assert set(rules("trial-balance/?month=2026-07")) == {"differ"}
    assert rules("balance-sheet/?month=2026-07") == ["tied", "differ"]  # assets tie, what is owed does not


def test_the_balance_sheet_compares_two_month_ends(viewer: Client, books: Books) -> None:
    page = text(viewer, books.company, "balance-sheet/?month=2026-07&compare=2026-06&cents=1")
    assert "31 Jul 2026 30 Jun 2026 Change %" in page
    assert "2100 Company card 125.00 80.00 45.00 56.3 %" in page
    assert "1000 Checking 12,000.00 12,000.00" in page
    assert "1000 Checking itself 11,300.00 11,300.00" in page
    assert "1001 Payroll checking 700.00 700.00" in page
    assert "Net income, fiscal year to date (45.00) 1,470.00 (1,515.00)" in page
    assert "Total assets 13,700.00 13,700.00" in page
    assert "Total liabilities and equity 13,700.00 13,700.00" in page


def test_the_balance_sheet_at_several_month_ends(viewer: Client, books: Books) -> None:
    page = text(viewer, books.company, "balance-sheet/?from=2026-05&to=2026-07&cents=1")
    assert "31 May 2026 30 Jun 2026 31 Jul 2026" in page
    assert "2100 Company card – 80.00 125.00" in page
    years = text(viewer, books.company, "balance-sheet/?from=2025-07&to=2026-07&by=year&cents=1")
    assert "30 Jun 2026 31 Jul 2026" in years
    before = text(viewer, books.company, "balance-sheet/?month=2025-07&compare=before", 404)
    assert "books were read from Jul 25 on" in before


def test_what_the_trial_balance_alone_contradicts_is_unverified_on_the_balance_sheet_too(
    viewer: Client, books: Books
) -> None:
    doubted = [it for it in with_one_more_bill() if it.statement is Statement.TRIAL_BALANCE]
    books.sync(statements=(*doubted, *(it for it in STATEMENTS if it.statement is not Statement.TRIAL_BALANCE)))
    page = text(viewer, books.company, "balance-sheet/?month=2026-07&view=tie-out&cents=1")
    assert "2000 Payables 450.00 . Unverified: the books say something else 470.00 (20.00)" in page
    assert "2100 Company card 125.00 125.00 –" in page


def test_the_balance_sheet_beside_the_books(viewer: Client, books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    page = text(viewer, books.company, "balance-sheet/?month=2026-07&view=tie-out&cents=1")
    assert "2000 Payables 450.00 . Unverified: the books say something else 470.00 (20.00)" in page
    assert "fiscal year to date (45.00) . Unverified: the books say something else (65.00) 20.00" in page
    assert "balances differ from the books, by 20.00 at most" in page


def test_a_report_as_known_at_an_earlier_sync(viewer: Client, books: Books) -> None:
    books.sync(entries=ENTRIES[:-1], statements=STATEMENTS[:3])
    now, then = (text(viewer, books.company, f"balance-sheet/?month=2026-06{sync}") for sync in ("", "&sync=1"))
    assert "sync 2" in now
    assert "as known at sync 1," in then
    assert "has not been read" in text(viewer, books.company, "balance-sheet/?month=2026-07", 404)
    assert "2100 Company card 125.00" in text(viewer, books.company, "balance-sheet/?month=2026-07&sync=1&cents=1")


def lines_of(account: str, column: str) -> str:
    """Return the address of the lines behind a figure of the trial balance."""
    month = column.partition(":")[2]
    return f"trial-balance/lines/?from={month}&to={month}&row=account:{row_id(account)}&month={column}"


@pytest.mark.parametrize(
    ("column", "account", "foot"),
    [
        ("credit:2026-07", "2000", "450.00"),
        ("credit:2026-07", "3900", "2,970.00"),
        ("debit:2026-06", "6000", "450.00"),
        ("debit:2026-07", "6000", "45.00"),
    ],
)
def test_every_figure_opens_its_lines_and_their_foot_is_the_figure(
    owner: Client, books: Books, column: str, account: str, foot: str
) -> None:
    assert f"The cell {foot} The foot equals the cell 0.00" in text(owner, books.company, lines_of(account, column))


@pytest.mark.parametrize(
    ("month", "row", "foot"),
    [
        ("2026-07", "Checking itself", "11,300.00"),
        ("2026-07", "Retained earnings", "2,970.00"),
        ("2026-06", "Retained earnings", "1,500.00"),
        ("2026-06", "Net income, fiscal year to date", "1,470.00"),
        ("2026-07", "Net income, fiscal year to date", "(45.00)"),
        ("2026-07", "Total assets", "13,700.00"),
        ("2026-07", "Total liabilities and equity", "13,700.00"),
    ],
)
def test_every_figure_of_the_balance_sheet_opens_lines_that_sum_to_it(
    owner: Client, books: Books, month: str, row: str, foot: str
) -> None:
    """Retained earnings' lines are those of income and expenses of the years before, too."""
    document = make(books.company, "balance-sheet", QueryDict(f"month={month}"), sees_pay=True).document
    key = next(it.key for it in document.rows if it.label == row)
    page = text(owner, books.company, f"balance-sheet/lines/?month={month}&from={month}&to={month}&row={key}")
    assert f"The foot equals the cell {foot}" in page or page.count(foot) >= 2, page


def test_a_reader_without_the_right_sees_payroll_as_one_sum(
    client: Client, alice: User, bob: User, books: Books
) -> None:
    pay = entry("p", date(2026, 7, 15), ("6100", 5_000_00), ("1000", -5_000_00), type="Paycheck", memo="Dora Miller")
    books.sync(entries=(*ENTRIES, msgspec.structs.replace(pay, payroll=True)), statements=())
    path = lines_of("1000", "debit:2026-07")
    client.force_login(bob)
    seen = text(client, books.company, path)
    assert "Dora" not in seen
    assert "1 payroll entry" in seen
    assert "The cell 6,300.00 The foot equals the cell 0.00" in seen
    assert "(5,000.00)" in seen
    assert "(5,000.00)" not in text(client, books.company, f"{path}&q=Dora")
    client.force_login(alice)
    assert "Dora Miller" in text(client, books.company, path)


@pytest.mark.parametrize("page", ["trial-balance/", "balance-sheet/", "general-ledger/"])
def test_without_books_the_page_says_what_to_do(owner: Client, company: Company, page: str) -> None:
    assert "No books yet" in text(owner, company, page)
    Books(company)
    assert "The first sync is not through yet" in text(owner, company, page)


def test_without_books_a_report_keeps_its_name(owner: Client, company: Company) -> None:
    assert "Profit and loss No books yet" in text(owner, company, "profit-and-loss/")


@pytest.mark.parametrize(
    "path",
    [
        "trial-balance/?month=2031-01",
        "trial-balance/?month=x",
        "trial-balance/?sync=7",
        "trial-balance/?sync=-1",
        "balance-sheet/?compare=1999-01",
        "trial-balance/lines/?row=account:0&month=debit:2026-07",
        "general-ledger/?account=0²",
        "general-ledger/?account=999999",
    ],
)
def test_what_is_not_there_is_told_in_words(owner: Client, books: Books, path: str) -> None:
    assert "There is no such report" in text(owner, books.company, path, 404)


def test_names_from_the_books_are_escaped(owner: Client, company: Company) -> None:
    bad = [msgspec.structs.replace(it, name="<script>alert(1)</script>") if it is CHART[11] else it for it in CHART]
    Books(company).sync(lists=bad)
    for page in ("trial-balance/?month=2026-07", lines_of("6000", "debit:2026-07"), "general-ledger/"):
        assert b"<script>alert" not in owner.get(f"/c/{company.slug}/reports/{page}").content


def test_the_same_reports_as_files(viewer: Client, books: Books) -> None:
    folder = f"/c/{books.company.slug}/reports"
    found = json.loads(viewer.get(f"{folder}/balance-sheet.json?from=2026-06&to=2026-07&natural=1").content)
    assert (found["report"], found["tie_out"], found["from"], found["to"]) == (
        "balance-sheet", "ties", "2026-06", "2026-07",
    )  # fmt: skip
    assert found["rows"][-1]["amounts"] == {"2026-06": "1470.00", "2026-07": "-45.00"}
    saved = viewer.get(f"{folder}/trial-balance.csv?month=2026-07")
    assert saved.headers["Content-Disposition"] == (
        'attachment; filename="northwind-software-trial-balance-2026-07.csv"'
    )
    assert "2000,2000,Payables,liability,-450.00,-450.00,0.00,ties" in saved.content.decode()
    assert viewer.get(f"{folder}/trial-balance.json?month=2031-01").status_code == 404
    assert viewer.get(f"{folder}/balance-sheet.csv?month=x").status_code == 404


def test_no_text_of_the_books_runs_in_a_spreadsheet(viewer: Client, company: Company) -> None:
    bad = [msgspec.structs.replace(it, name="=HYPERLINK(1)") if it is CHART[11] else it for it in CHART]
    Books(company).sync(lists=bad)
    saved = viewer.get(f"/c/{company.slug}/reports/trial-balance.csv?month=2026-07").content.decode()
    assert "6000,6000,'=HYPERLINK(1),expense,45.00" in saved


def test_a_stranger_finds_nothing(client: Client, charlie: User, books: Books) -> None:
    client.force_login(charlie)
    for path in ("trial-balance/", "balance-sheet/", "general-ledger/", "trial-balance.json", "balance-sheet.csv"):
        assert client.get(f"/c/{books.company.slug}/reports/{path}").status_code == 404


def test_another_company_s_account_is_not_found(owner: Client, books: Books, alice: User) -> None:
    other = Books(create_company(name="Other", person=alice))
    other.sync()
    theirs = Listed.objects.get(kind="account", external_id="6000", organisation=other.book.organisation)
    assert "knows no account" in text(owner, books.company, f"general-ledger/?account={theirs.pk}", 404)
