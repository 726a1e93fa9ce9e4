"""Vendor spend: its foot is the total expense, whatever is folded, sought or hidden; and what it points at."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from tests.reports.party_books import ORLA, PLANTED, party_books
from tests.reports.small_books import JULY, Books
from tests.reports.test_pages import row_id, text
from tieout.companies.models import Company, Membership
from tieout.departments.queries import system
from tieout.expenses.models import Expense
from tieout.expenses.organising import Choice, organise
from tieout.expenses.placement import payroll_accounts
from tieout.ledger.models import Listed
from tieout.reports.catalogue import report_named
from tieout.reports.document import Document
from tieout.reports.document_files import document_csv, document_json, file_columns
from tieout.reports.evidence import evidence_of
from tieout.reports.queries import NoReport, ledger_at
from tieout.reports.question import ask

pytestmark = pytest.mark.django_db
YEAR = "from=2025-07&to=2026-07"
MAY_TO_JULY = "from=2026-05&to=2026-07"


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def parties(company: Company) -> Books:
    return party_books(company)


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def viewer(client: Client, bob: User, company: Company) -> Client:
    """Somebody who may not see pay."""
    assert not Membership.objects.get(company=company, person=bob).payroll_detail
    client.force_login(bob)
    return client


def made(books: Books, query: str, *, masked: bool = False, name: str = "vendor-spend", **more: object) -> Document:
    report = report_named(name)
    hidden = payroll_accounts(books.company, books.book) if masked else None
    at, asked = ask(
        books.company, QueryDict(query), today=date(2026, 8, 1), defaults=report.defaults, masked=lambda _: hidden
    )  # fmt: skip
    for field, value in more.items():
        object.__setattr__(asked, field, value)
    return report.make(at, asked)


def foot(document: Document) -> list[int]:
    row = document.by_key[document.foot[-1]]
    return [document.amount(row, it) for it in file_columns(document)]


def amounts(document: Document, label: str) -> list[int]:
    row = next(it for it in document.rows if it.label == label)
    return [document.shown(row, it) for it in file_columns(document)]


def expenses_of_profit_and_loss(books: Books, query: str) -> list[int]:
    document = made(books, query, name="profit-and-loss")
    rows = [it for it in document.lines if it.account and it.account.type.value == "expense"]
    return [sum(document.amount(row, column) for row in rows) for column in file_columns(document)]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(
    "more", ["", "&find=kestrel", "&least=500", "&by=quarter", "&by=year", "&compare=last-year", "&find=nobody"]
)
def test_the_foot_is_the_total_expense(parties: Books, more: str, *, masked: bool) -> None:
    query = YEAR + more
    expected = expenses_of_profit_and_loss(parties, query)
    assert foot(made(parties, query, masked=masked)) == expected
    assert foot(made(parties, query, masked=masked, most=2)) == expected
    assert any(expected)


def test_rows_are_sorted_by_total_and_shares_sum_to_the_whole(parties: Books) -> None:
    document = made(parties, MAY_TO_JULY)
    assert [row.label for row in document.rows] == [
        PLANTED, ORLA, "Adobe", "Lumen & Sons", "Kestrel Hosting", "Newly", "Refunder", "(no vendor)",
        "Total expenses",
    ]  # fmt: skip
    share = document.by_column["share"]
    refund = next(it for it in document.rows if it.label == "Refunder")
    assert document.amount(refund, share) == -1  # tenths of a percent: -30 of 21,763.34
    assert document.amount(document.by_key["total"], share) == 1000
    assert next(it for it in document.rows if it.label == ORLA).badge == "Employee"


def test_the_long_tail_is_one_row_that_can_be_sought_and_opened(owner: Client, parties: Books) -> None:
    document = made(parties, MAY_TO_JULY, most=3)
    assert [row.label for row in document.lines] == [PLANTED, ORLA, "Adobe", "4 smaller vendors", "(no vendor)"]
    page = text(owner, parties.company, f"vendor-spend/?{MAY_TO_JULY}&rows=3")
    assert "4 smaller vendors" in page
    assert "Show more rows" in page
    assert "Kestrel" in text(owner, parties.company, f"vendor-spend/?{MAY_TO_JULY}&rows=3&find=kestrel")
    address = f"/c/{parties.company.slug}/reports/vendor-spend/lines/?{MAY_TO_JULY}&rows=3"
    for row in ("others", f"party:{party(parties, 'Kestrel Hosting')}", "total"):
        answer = owner.get(f"{address}&row={row}&month=total").content.decode()
        assert "The foot equals the cell" in " ".join(re.sub(r"<[^>]+>|\s+", " ", answer).split()), row


def party(books: Books, name: str) -> int:
    return Listed.objects.get(organisation=books.book.organisation, kind="party", versions__name=name).pk


@pytest.mark.parametrize("masked", [False, True])
def test_every_figure_is_the_sum_of_its_lines(
    owner: Client, alice: User, bob: User, parties: Books, *, masked: bool
) -> None:
    if masked:
        owner.force_login(bob)
    finance = system(parties.company, "finance")
    software = Expense.objects.get(account_id=row_id("6000"))
    organise(company=parties.company, person=alice, choices=[Choice(expense=software.pk, department=finance.pk)])
    east = Listed.objects.get(kind="value", external_id="east").pk
    for more in ("", f"&department=department:{finance.pk}", f"&value={east}", f"&account={row_id('6300')}"):
        query = f"from=2026-04&to=2026-07&by=quarter{more}"
        document = made(parties, query, masked=masked)
        assert document.lines, more
        for row in document.lines:
            for column in file_columns(document):
                found = _lines(owner, parties, f"{query}&row={row.key}&month={column.key}")
                assert found == document.shown(row, column), (more, row.key, column.key)


def _lines(client: Client, books: Books, query: str) -> Decimal:
    answer = client.get(f"/c/{books.company.slug}/reports/vendor-spend/lines.csv?{query}")
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return sum((Decimal(it["Amount"]) for it in csv.DictReader(io.StringIO(body))), Decimal()) * 100


@pytest.mark.parametrize("masked", [False, True])
def test_the_lines_of_a_workbook_sum_to_its_figures(parties: Books, *, masked: bool) -> None:
    """Pay on other accounts is in the payroll row alone, in files too."""
    hidden = payroll_accounts(parties.company, parties.book) if masked else None
    document = made(parties, YEAR, masked=masked)
    found = evidence_of(document, hidden)
    for row in document.lines:
        for column in document.columns:
            if (row.key, column.key) in found.reaches:
                assert found.sum(row.key, column.key) == document.amount(row, column), (row.label, column.key)


def test_filters_narrow_the_foot_with_the_rows(parties: Books) -> None:
    east = Listed.objects.get(kind="value", external_id="east").pk
    assert foot(made(parties, f"{MAY_TO_JULY}&value={east}")) == [112_00] * 3
    assert foot(made(parties, f"{MAY_TO_JULY}&account={row_id('6100')}")) == [1_000_00, 0, 0]
    assert foot(made(parties, f"{MAY_TO_JULY}&department=unassigned")) == foot(made(parties, MAY_TO_JULY))
    with pytest.raises(NoReport, match="today's mapping"):
        made(parties, f"{MAY_TO_JULY}&department=unassigned&mapping=then")


def test_who_is_paid_what_is_nowhere_for_those_without_the_right(viewer: Client, parties: Books) -> None:
    """Nobody is named on lines of payroll accounts and of payroll entries: their sums are one row."""
    document = made(parties, MAY_TO_JULY, masked=True, findings=True)
    assert amounts(document, "Payroll") == [5_000_00 + 40_00 + 4_000_00, 5_040_00, 5_040_00]
    assert amounts(document, ORLA) == [25_00, 0, 0]  # an expense that is no pay
    assert PLANTED not in document_csv(document, turn_signs=True)
    assert PLANTED.encode() not in document_json(document, turn_signs=False)
    base = f"/c/{parties.company.slug}/reports/vendor-spend"
    hidden = party(parties, PLANTED)
    for address in (
        f"{base}/?{MAY_TO_JULY}", f"{base}.csv?{MAY_TO_JULY}", f"{base}.json?{MAY_TO_JULY}",
        f"{base}/?{MAY_TO_JULY}&find=zebedee", f"{base}.csv?{MAY_TO_JULY}&find=hiddenpay",
        f"{base}/?{MAY_TO_JULY}&party={hidden}", f"{base}.json?{MAY_TO_JULY}&party={hidden}",
        f"{base}/lines/?{MAY_TO_JULY}&row=payroll&month=total", f"{base}/lines/?{MAY_TO_JULY}&row=total&month=total",
        f"{base}/lines/?{MAY_TO_JULY}&row=party:{hidden}&month=total",
        f"{base}/lines/?{MAY_TO_JULY}&row=payroll&month=total&q=zebedee",
        f"/c/{parties.company.slug}/reports/breakdown/?{MAY_TO_JULY}&view=spend-item",
    ):  # fmt: skip
        assert PLANTED not in viewer.get(address).content.decode(), address
    lines = viewer.get(f"{base}/lines.csv?{MAY_TO_JULY}&row=payroll&month=total")
    assert PLANTED.encode() not in b"".join(lines.streaming_content)  # type: ignore[attr-defined]
    book = viewer.get(f"{base}.xlsx?{MAY_TO_JULY}")
    with zipfile.ZipFile(io.BytesIO(b"".join(book) if book.streaming else book.content)) as parts:
        assert len(parts.namelist()) > 3
        for name in parts.namelist():
            assert b"Hiddenpay" not in parts.read(name), name
    page = made(parties, f"{MAY_TO_JULY}&party={party(parties, ORLA)}", masked=True, findings=True)
    assert [row.label for row in page.lines] == ["Travel"]
    assert dict(page.facts)["Average"] == "25.00 of 1 bill"


def test_the_owner_sees_who_is_paid(owner: Client, parties: Books) -> None:
    assert PLANTED in owner.get(f"/c/{parties.company.slug}/reports/vendor-spend.csv?{MAY_TO_JULY}").content.decode()


def test_what_is_worth_looking_at_is_told_with_its_records(parties: Books) -> None:
    document = made(parties, "from=2026-04&to=2026-07", findings=True, through=JULY)
    told = {(it.kind, it.label): it for it in document.findings}
    assert set(told) == {
        ("New vendors", "Adobe"), ("New vendors", "Newly"), ("New vendors", "Refunder"),
        ("Price rises", "Kestrel Hosting"), ("Possible duplicates", "Adobe"),
        ("Late or lapsed bills", "Lumen & Sons"),
    }  # fmt: skip
    rise = told["Price rises", "Kestrel Hosting"]
    assert rise.text == "12.0 % more since Apr 26: 112.00 every month, before that 100.00"
    assert [word for word, _ in rise.records] == ["5 Mar 2026, Bill, 100.00", "5 Apr 2026, Bill, 112.00"]
    assert all("qbo" in address or address.startswith("http") for _, address in rise.records)
    assert told["Possible duplicates", "Adobe"].text == "600.00 twice, with the same number, 17"
    late = told["Late or lapsed bills", "Lumen & Sons"]
    assert late.text == "Billed every month until May 26, expected by 30 Jun 2026: lapsed, 2 missing"
    badges = {row.label: row.badge for row in document.lines}
    assert (badges["Adobe"], badges["Kestrel Hosting"]) == ("New · Twice?", "Price up")
    assert not made(parties, MAY_TO_JULY).findings  # files do not ask


def test_a_vendor_has_a_page_of_its_own(owner: Client, parties: Books) -> None:
    kestrel = party(parties, "Kestrel Hosting")
    page = text(owner, parties.company, f"vendor-spend/?{MAY_TO_JULY}&party={kestrel}")
    for words in ("Kestrel Hosting", "Software", "First seen 5 Jul 2025", "112.00", "every month since Jul 25"):
        assert words in page
    content = owner.get(f"/c/{parties.company.slug}/reports/vendor-spend/?party={kestrel}").content.decode()
    carve = re.search(r'href="(/c/[^"]+/expenses/links/new/[^"]+)"', content)
    assert carve
    form = owner.get(carve[1].replace("&amp;", "&"))
    assert "Kestrel Hosting" in form.content.decode()
    assert "Nothing was spent with such a vendor" in text(
        owner, parties.company, "vendor-spend/?party=999999", 404
    )  # fmt: skip


def test_no_expense_at_all_is_said_in_words(owner: Client, parties: Books) -> None:
    page = text(owner, parties.company, f"vendor-spend/?from=2026-07&to=2026-07&account={row_id('6100')}")
    assert "Nothing was spent in these months" in page


@pytest.mark.parametrize("masked", [False, True])
def test_revenue_and_spend_by_each_axis_have_the_foot_of_profit_and_loss(parties: Books, *, masked: bool) -> None:
    views = report_named("breakdown").views(ledger_at(parties.company))
    assert [word for _, word in views] == [
        "Revenue by customer", "Revenue by item", "Spend by item", "Revenue by class", "Spend by class"
    ]  # fmt: skip
    for key, word in views:
        document = made(parties, f"{YEAR}&view={key}", masked=masked, name="breakdown")
        sides = made(parties, YEAR, name="profit-and-loss")
        side = "income" if word.startswith("Revenue") else "expense"
        rows = [it for it in sides.lines if it.account and it.account.type.value == side]
        assert foot(document) == [sum(sides.amount(row, it) for row in rows) for it in file_columns(sides)], key
    by_class = made(parties, f"{MAY_TO_JULY}&view={views[-2][0]}", name="breakdown")
    assert amounts(by_class, "West") == [9_000_00, 0, 0]
    assert amounts(by_class, "(no class)") == [0, 500_00, 0]
