"""What people and providers call things never becomes a formula in a file (proofs.md, row 24): 1,000 labels that try.

They stand in accounts, vendors, items, dimension values, texts, numbers, departments, budgets and people; every file
that the site offers is read. A new export is missing in ``FILES`` and fails the first test.
"""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client

from tests.companies.routes import OURS
from tests.reports.small_books import CHART, ENTRIES, Books
from tieout.budgets import services as budgets
from tieout.budgets.content import Line
from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    DimensionRecord,
    DimensionValueRecord,
    EntryRecord,
    ItemRecord,
    LineRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
)
from tieout.departments import services as departments
from tieout.departments.categories import Category
from tieout.expenses.models import Expense
from tieout.expenses.organising import Choice, organise
from tieout.ledger.models import Listed
from tieout.payroll import people_services
from tieout.payroll.person_fields import Value
from tieout.reports.catalogue import REPORTS

pytestmark = pytest.mark.django_db

MONTHS = "from=2026-06&to=2026-07"
REPORT = "reports/{report}"
FILES = {
    "companies:audit-csv": ["settings/audit.csv"],
    "expenses:export": [f"expenses/entries.csv?row=total&{MONTHS}"],
    "payroll:export": ["people/export/?as=csv", "people/export/"],
    "planning_cash:export": [],  # the same file as expenses:export, of other lines
    "planning_actuals:csv": [f"actuals/actuals.csv?{MONTHS}"],
    "planning_actuals:xlsx": [f"actuals/actuals.xlsx?{MONTHS}"],
    "budgets:csv": ["budgets/{budget}/budget.csv"],
    "budgets:xlsx": ["budgets/{budget}/budget.xlsx"],
    "reports:change-log-csv": ["reports/change-log.csv?from=0"],
    "reports:expenses-csv": [f"reports/expenses.csv?{MONTHS}"],
    "reports:general-ledger-csv": [f"reports/general-ledger.csv?{MONTHS}"],
    "reports:general-ledger-xlsx": [f"reports/general-ledger.xlsx?{MONTHS}"],
    "reports:trial-balance-csv": ["reports/trial-balance.csv?month=2026-07"],
    "reports:balance-sheet-csv": ["reports/balance-sheet.csv?month=2026-07"],
    "reports:variance-csv": [],  # the same file as reports:document-lines-csv, of other lines
    "reports:pack-pdf": [f"reports/pack.pdf?report=profit-and-loss&{MONTHS}"],
    "reports:pack-xlsx": [f"reports/pack.xlsx?report=profit-and-loss&report=budget-vs-actuals&{MONTHS}"],
    "reports:document-lines-csv": [f"reports/profit-and-loss/lines.csv?{MONTHS}&row=net-income&month=total"],
    "reports:document-csv": [f"{REPORT}.csv?{MONTHS}&view={{view}}"],
    "reports:document-xlsx": [f"{REPORT}.xlsx?{MONTHS}&view={{view}}"],
    "reports:document-pdf": [f"{REPORT}.pdf?{MONTHS}&view={{view}}"],
}
STARTS = ("=", "+", "-", "@", "\t", "\r")
BODIES = (
    "cmd|' /C calc'!A0",
    "1+1",
    "SUM(A1:A9)",
    'HYPERLINK("http://localhost","x")',
    "A1",
    "2+3+cmd",
    "IMPORTXML(1)",
)
MARK = "Evil"  # in each label, and in nothing else
NUMBER = re.compile(r"-?\d+(\.\d+)?%?")


def labels(count: int) -> Iterator[str]:
    """Yield labels that begin as a formula does, each another one."""
    chance = random.Random(24)
    for place in range(count):
        start = chance.choice(STARTS) + chance.choice(("", "", *STARTS, " "))
        yield f"{start}{chance.choice(BODIES)} {MARK}{place}"


def lists(names: Iterator[str]) -> tuple[ListRecord, ...]:
    made: list[ListRecord] = [*CHART, DimensionRecord(external_id="class", name=next(names))]
    for at in range(250):
        kind = AccountType.INCOME if at % 10 == 0 else AccountType.EXPENSE
        subtype = "Income/ServiceFeeIncome" if kind is AccountType.INCOME else "Expense/RentOrLeaseOfBuildings"
        made.append(AccountRecord(external_id=f"x{at}", number="", name=next(names), type=kind, subtype=subtype))
        made.append(PartyRecord(key=PartyKey(PartyKind.VENDOR, f"x{at}"), name=next(names)))
    for at in range(80):
        made.append(ItemRecord(external_id=f"x{at}", name=next(names)))
        made.append(DimensionValueRecord(dimension="class", external_id=f"x{at}", name=next(names)))
    return tuple(made)


def entries(names: Iterator[str]) -> Iterator[EntryRecord]:
    for at in range(250):
        party = PartyKey(PartyKind.VENDOR, f"x{at}")
        line = LineRecord(
            account=f"x{at}", amount=10_00, party=party, item=f"x{at % 80}", memo=next(names),
            dimensions=(("class", f"x{at % 80}"),),
        )  # fmt: skip
        bank = LineRecord(account="1000", amount=-10_00)
        number = f"={MARK}{at}" if at % 3 else ""
        yield EntryRecord(type="Check", external_id=f"x{at}", date=date(2026, 7, 5), lines=(line, bank), number=number)


@pytest.fixture
def evil(company: Company, alice: User) -> Iterator[tuple[Company, int]]:
    """Is a company in which everything is called so; with its budget's id."""
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        names = labels(1_000)
        books = Books(company)
        books.sync(entries=[*ENTRIES, *entries(names)], lists=lists(names))
        expenses = list(Expense.objects.filter(company=company, account__external_id__startswith="x", income=False))
        for expense in expenses[:20]:
            made = departments.create(
                company, category=Category.GENERAL_ADMINISTRATIVE, name=next(names).strip(), person=alice
            )
            organise(company=company, person=alice, choices=[Choice(expense=expense.pk, department=made.pk)])
        budget = budgets.create(
            company,
            budgets.New(name=next(names).strip(), first=Month(2026, 1), last=Month(2026, 12), currency="USD", digits=2),
            [Line(number=next(names), name=next(names), department=next(names), amounts={Month(2026, 7): 5_00})
             for _ in range(15)],
            person=alice,
        )  # fmt: skip
        for _ in range(10):
            values: dict[str, Value] = {
                "name": next(names).strip(),
                "title": next(names).strip(),
                "start": date(2026, 1, 1),
                "amount": 1_00,
            }
            people_services.make_person(company, values, person=alice)
        assert len(list(names)) < 20, "almost all of the labels are used"
        yield company, budget.pk


def body(answer: HttpResponseBase) -> bytes:
    assert isinstance(answer, (HttpResponse, StreamingHttpResponse))
    return bytes(answer.getvalue())


def addresses(company: Company, budget: int, ending: str) -> Iterator[str]:
    for name, paths in FILES.items():
        if name.endswith(ending) or (ending == "csv" and name.endswith(":export")):
            for path in paths:
                for report in REPORTS if "{report}" in path else (None,):
                    # Reports have their first views only: a view of a dimension needs its id.
                    filled = path.format(report=report.name if report else "", view="", budget=budget)
                    yield f"/c/{company.slug}/{filled}"


def wrong_in_csv(data: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row if cell.startswith((*STARTS, "\n")) and not NUMBER.fullmatch(cell)]


def wrong_in_xlsx(data: bytes) -> list[str]:
    """Return the formulas that hold a label, and the cells of a label that are no text."""
    wrong: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            text = archive.read(part).decode()
            if part.startswith("xl/worksheets/"):
                wrong += [it for it in re.findall(r"<f>(.*?)</f>", text, re.DOTALL) if MARK in it]
                cells = re.findall(r"<c ([^>/]*)>((?:(?!</c>).)*)</c>", text, re.DOTALL)
                wrong += [inner for head, inner in cells if MARK in inner and 't="inlineStr"' not in head]
            if part.endswith(".rels"):
                wrong += re.findall(rf"[^<>]*{MARK}[^<>]*", text)
            wrong += re.findall(rf"<definedName[^>]*>[^<]*{MARK}[^<]*<", text)
    return wrong


def test_every_file_of_the_site_is_read_here() -> None:
    exports = {it.name for it in OURS if it.name.endswith(("csv", "xlsx", "pdf", ":export"))}
    assert exports == set(FILES)


@pytest.mark.slow
def test_no_label_becomes_a_formula(client: Client, alice: User, evil: tuple[Company, int]) -> None:
    client.force_login(alice)
    company, budget = evil
    told = 0
    for address in addresses(company, budget, "csv"):
        answer = client.get(address)
        data = body(answer)
        assert answer.status_code == 200, (address, data[:300])
        if data.startswith(b"PK"):
            assert not wrong_in_xlsx(data), address
            continue
        assert not wrong_in_csv(data), address
        told += data.count(MARK.encode())
    assert told > 3_000, "the labels are in the files"
    for address in addresses(company, budget, "xlsx"):
        data = body(client.get(address))
        if data.startswith(b"PK"):
            assert not wrong_in_xlsx(data), address
    for address in addresses(company, budget, "pdf"):
        data = body(client.get(address))
        assert data.startswith(b"%PDF"), address
        assert not re.search(rb"/(JavaScript|Launch|URI|SubmitForm)\b", data), address


def test_a_formula_is_found_where_there_is_one() -> None:
    assert wrong_in_csv(b"name,amount\n=1+1,-5.00\n-2+3,1\n") == ["=1+1", "-2+3"]
    sheet = f'<c r="A1"><f>HYPERLINK("{MARK}")</f><v>0</v></c><c r="A2" t="inlineStr"><is><t>={MARK}</t></is></c>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    assert len(wrong_in_xlsx(file.getvalue())) == 2


def test_the_rows_are_called_what_they_are(client: Client, alice: User, evil: tuple[Company, int]) -> None:
    """Nothing is taken away from a label but its power: the page says it as the provider does."""
    client.force_login(alice)
    company, _ = evil
    names = {it["row"] for it in client.get(f"/c/{company.slug}/reports/profit-and-loss.json?{MONTHS}").json()["rows"]}
    known = set(
        Listed.objects.filter(kind="account", external_id__startswith="x").values_list("external_id", flat=True)
    )
    assert len(known) == 250
    assert sum(1 for it in names if MARK in it and it.startswith(STARTS)) == 250
