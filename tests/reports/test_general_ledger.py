"""The general ledger: balances go on from line to line and page to page, and files say the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.golden.table import check
from tests.ledger.scribe import entry
from tests.reports.small_books import CHART, ENTRIES, Books, with_one_more_bill
from tests.reports.test_pages import row_id, text
from tieout.core.records import PartyKey, PartyKind, PartyRecord
from tieout.expenses.models import Expense
from tieout.reports import general_ledger_xlsx
from tieout.reports.general_ledger import GeneralLedger
from tieout.reports.general_ledger_files import text_table, to_csv, to_json
from tieout.reports.general_ledger_rows import every_part
from tieout.reports.general_ledger_views import ledger_asked
from tieout.reports.general_ledger_xlsx import general_ledger_xlsx as workbook
from tieout.reports.queries import NoReport
from tieout.reports.text_table import render

pytestmark = pytest.mark.django_db

WHOLE = "from=2025-07&to=2026-07"


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def viewer(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def asked(books: Books, query: str = WHOLE, *, sees_pay: bool = True) -> GeneralLedger:
    return ledger_asked(books.company, QueryDict(query), sees_pay=sees_pay)


def as_rows(found: GeneralLedger) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(to_csv(found, turn_signs=False)))))


def test_over_a_year_end_as_a_person_reads_it(books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    check("general-ledger", render(text_table(asked(books))))


def test_rows_read_a_few_at_a_time_are_the_rows(books: Books) -> None:
    found = asked(books)
    whole = [(it.ledger.account.row, it.postings) for it in every_part(found)]
    rows = [(account, row) for account, several in whole for row in several]
    for size in (1, 2, 3, 7):
        pieces = list(every_part(found, size))
        assert [(it.ledger.account.row, row) for it in pieces for row in it.postings] == rows
        for it in pieces:
            after = it.postings[-1].balance if it.postings else it.before
            assert after == it.before + sum(row.amount for row in it.postings)
            assert not it.begins or it.before == it.ledger.opening
            assert not it.ends or after == it.ledger.closing


def test_a_page_asks_as_much_of_many_lines_as_of_few(viewer: Client, books: Books) -> None:
    path = f"/c/{books.company.slug}/reports/general-ledger/?{WHOLE}"

    def asks(offset: int) -> int:
        with CaptureQueriesContext(connection) as found:
            assert viewer.get(f"{path}&offset={offset}").status_code == 200
        return len(found)

    asks(0)
    few = asks(0)
    many = [entry(f"m{it}", date(2025, 7, 1 + it % 28), ("6000", 100 + it), ("2000", -100 - it)) for it in range(450)]
    books.sync(entries=(*ENTRIES, *many), statements=())
    assert asks(0) <= few + 1
    assert asks(600) <= few + 2  # what stands before the page within its first month is summed in one more


def test_the_page_and_its_pages(viewer: Client, books: Books) -> None:
    many = [entry(f"m{it}", date(2025, 7, 3), ("6000", 100), ("2000", -100)) for it in range(250)]
    books.sync(entries=(*ENTRIES, *many), statements=())
    account = row_id("6000")
    first = text(viewer, books.company, f"general-ledger/?{WHOLE}&account={account}")
    assert "6000 Software Balance before Jul 25 0.00" in first
    assert "Later in the ledger" in first
    assert "Closing balance" not in first
    second = text(viewer, books.company, f"general-ledger/?{WHOLE}&account={account}&offset=200")
    assert "6000 Software Brought forward 200.00" in second
    assert "30 Jun 2026" not in second
    assert "Carried to retained earnings 700.00" in second
    assert "Closing balance 895.00 850.00 45.00" in second


def test_a_difference_is_told(viewer: Client, books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    page = text(viewer, books.company, "general-ledger/?month=2026-07")
    assert "2 of 10 balances differ from the books" in page
    assert "UNVERIFIED: the books say 470.00" in page
    assert "UNVERIFIED: 2 balances differ from the books: Payables, Software" in page


def test_a_search_lists_lines_without_balances(viewer: Client, books: Books) -> None:
    page = text(viewer, books.company, f"general-ledger/?{WHOLE}&find=creative")
    assert "Balance" not in page
    assert "6000 Software 9 Jul 2025" in page
    assert "Rent" not in page.split("Date Type", 1)[1]
    assert "All that is shown 600.00 600.00" in page


def test_pay_is_a_sum_for_whoever_may_not_see_it(viewer: Client, books: Books) -> None:
    """A name planted in a payroll entry stands nowhere, the sums stay."""
    planted = PartyRecord(key=PartyKey(PartyKind.VENDOR, "99"), name="Perdita Planted")
    wages = entry(
        "pay", date(2025, 9, 30), ("6100", 5_000_00), ("1001", -5_000_00), type="Payroll Check", memo="Perdita Planted",
    )  # fmt: skip
    wages = msgspec.structs.replace(wages, payroll=True)
    books.sync(entries=(*ENTRIES, wages), statements=(), lists=(*CHART, planted))
    Expense.objects.filter(company=books.company, account_id=row_id("6100")).update(payroll=True)
    seen, masked = asked(books), asked(books, sees_pay=False)
    assert "Perdita" in "".join(to_csv(seen, turn_signs=False))
    for content in (
        "".join(to_csv(masked, turn_signs=False)),
        b"".join(to_json(masked, turn_signs=False)).decode(),
        render(text_table(masked)),
        text(viewer, books.company, f"general-ledger/?{WHOLE}"),
        text(viewer, books.company, f"general-ledger/?{WHOLE}&find=Perdita"),
    ):
        assert "Perdita Planted" not in content
    assert [it.closing for it in masked.accounts] == [it.closing for it in seen.accounts]
    rent = next(it for it in as_rows(masked) if it["account"] == "Rent" and it["row"] == "payroll")
    assert (rent["description"], rent["lines"], rent["debit"]) == ("2 payroll lines", "2", "6000.00")
    assert masked.debit == masked.credit


def test_the_json_holds_every_row_with_its_balance(books: Books) -> None:
    answer = json.loads(b"".join(to_json(asked(books), turn_signs=False)))
    by_number = {it["account"]["number"]: it for it in answer["rows"]}
    assert answer["debit"] == answer["credit"]
    assert [it["balance"] for it in by_number["6000"]["lines"]] == ["600.00", "450.00", "0.00", "45.00"]
    assert by_number["3900"]["lines"][-1] == {
        "row": "carried", "date": "2026-07-01", "description": "Profit of the fiscal year before",
        "amount": "-1470.00", "balance": "-2970.00",
    }  # fmt: skip
    assert answer["tie_out"] == "ties"


def test_a_workbook_is_refused_where_it_would_be_too_long(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbook(asked(books)) == workbook(asked(books))
    monkeypatch.setattr(general_ledger_xlsx, "MOST", 3)
    with pytest.raises(NoReport, match="a workbook holds 3 lines and this ledger has 2"):
        workbook(asked(books))


def test_csv_sums_up(books: Books) -> None:
    rows = as_rows(asked(books))
    debit, credit = (sum(Decimal(it[side] or 0) for it in rows) for side in ("debit", "credit"))
    assert debit == credit != 0
    closing = [Decimal(it["balance"]) for it in rows if it["row"] == "closing"]
    assert sum(closing) == 0


def test_an_account_that_is_none_is_refused(viewer: Client, books: Books) -> None:
    assert "knows no account" in text(viewer, books.company, "general-ledger/?account=999999999", 404)
