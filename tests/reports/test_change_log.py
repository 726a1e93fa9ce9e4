"""The change log's page, files and command: what they list adds up to the difference of the statements."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client
from typer.testing import CliRunner

from tests.ledger.scribe import entry
from tests.reports.small_books import CHART, ENTRIES, STATEMENTS, Books
from tests.reports.test_pages import row_id, text
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.config.cli import app
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord, PartyKey, PartyKind, PartyRecord
from tieout.core.rules import Criterion, Field, Rule, Term, Verb
from tieout.departments.queries import system
from tieout.expenses.models import Expense
from tieout.expenses.organising import Choice, organise
from tieout.expenses.services import Draft, NewExpense, save_link
from tieout.ledger.changes_between import Kind
from tieout.reports.change_log import EVERYTHING, ChangeLog, change_log
from tieout.reports.change_log_cells import Narrowed
from tieout.reports.expense_report import expense_report
from tieout.reports.queries import ledger_at, span

pytestmark = pytest.mark.django_db

ADOBE = PartyKey(PartyKind.VENDOR, "7")
EDITED = entry("2", date(2025, 7, 9), ("6000", 650_00), ("2000", -650_00), memo="Creative Cloud")
MOVED = entry("5", date(2025, 10, 1), ("6100", 1_000_00), ("1000", -1_000_00), type="Check")
NAMED = msgspec.structs.replace(ENTRIES[9], party=ADOBE)
NEW = entry("10", date(2026, 7, 20), ("6010", 33_00), ("2100", -33_00), type="Expense")
_AFTER = {"2": EDITED, "5": MOVED, "9": NAMED}
LATER = (*(_AFTER.get(it.external_id, it) for it in ENTRIES if it.external_id != "4"), NEW)
EVERYWHERE = Narrowed()
RENAMED = [msgspec.structs.replace(it, name="Adobe Systems") if isinstance(it, PartyRecord) else it for it in CHART]


@pytest.fixture
def changed(books: Books) -> Books:
    books.sync(entries=LATER, lists=RENAMED, statements=STATEMENTS[:0])
    return books


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def viewer(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def log_of(company: Company, narrowed: Narrowed = EVERYWHERE, *, as_then: bool = True) -> ChangeLog:
    asked = span(company, None, None, as_then=as_then)
    return change_log(company, asked, narrowed, payroll_accounts=None, limit=EVERYTHING)


def test_the_last_two_syncs_are_compared(owner: Client, changed: Books) -> None:
    page = text(owner, changed.company, "change-log/")
    assert "from sync 1, 1 Aug" in page
    # Software in July 2025: 600.00 became 650.00; the refund of August is gone; Adobe is named in July 2026.
    assert "changed 9 Jul 2025 Open in the books: Bill Creative Cloud" in page
    assert "6000 Software, Jul 25 600.00 650.00 50.00" in page
    assert "6100 Rent, Sep 25 1,000.00 (1,000.00)" in page
    assert "6100 Rent, Oct 25 1,000.00 1,000.00" in page
    assert "Date: 1 Sep 2025 → 1 Oct 2025" in page
    assert "Party: none → Adobe Systems" in page
    assert "Vendor Adobe Adobe Systems" in page
    assert "Profit (233.00)" in page  # 50 more, a refund of 150 gone, 33 new


def test_the_foot_is_the_difference_of_the_statements(changed: Books) -> None:
    log = log_of(changed.company)
    for kind in AccountType:
        at_both = [
            sum(amount for account, _, _, amount in at.movements if at.accounts[account].type is kind)
            for at in (ledger_at(changed.company, number) for number in (1, 2))
        ]
        assert log.foot[kind] == at_both[1] - at_both[0]
    assert sum(log.foot.values()) == 0
    assert sum(row.effect for row in log.rows if row.account.type is AccountType.EXPENSE) == 233_00


def test_an_account_that_became_another_type_moves_profit_without_a_line(changed: Books) -> None:
    turned = [
        msgspec.structs.replace(it, type=AccountType.EXPENSE)
        if isinstance(it, AccountRecord) and it.external_id == "1500" else it
        for it in RENAMED
    ]  # fmt: skip
    changed.sync(entries=LATER, lists=turned, statements=())
    log = log_of(changed.company)
    assert [(row.kind, row.effect) for row in log.rows] == [(Kind.REMAPPED, -1_200_00), (Kind.REMAPPED, 1_200_00)]
    assert (log.foot[AccountType.ASSET], log.profit) == (-1_200_00, -1_200_00)
    assert [(it.before, it.after) for it in log.lists] == [("1500 Computers (asset)", "1500 Computers (expense)")]


def test_it_narrows_to_an_account_and_a_month(owner: Client, changed: Books) -> None:
    page = text(owner, changed.company, f"change-log/?account={row_id('6000')}&month=2025-08")
    assert "removed 20 Aug 2025 Open in the books: Vendor Credit Refund 6000 Software, Aug 25 (150.00) 150.00" in page
    assert "Creative Cloud" not in page
    assert "Expenses 150.00 Profit (150.00)" in page


@pytest.fixture
def divided(changed: Books, alice: User) -> Books:
    """Software is in Design, from September in Product; what Adobe is paid is an expense of its own, in Sales."""
    company = changed.company
    design, product, sales = (system(company, key).pk for key in ("design", "product", "sales"))
    software = Expense.objects.get(account_id=row_id("6000")).pk
    organise(company=company, person=alice, choices=[Choice(expense=software, department=design)])
    later = [Choice(expense=software, department=product)]
    organise(company=company, person=alice, choices=later, since=Month(2025, 9))
    rule = Rule((Criterion(field=Field.VENDOR, verb=Verb.CONTAINS, terms=(Term(text="adobe"),)),))
    new = NewExpense(name="Creative tools", department=sales)
    save_link(company=company, person=alice, book=changed.book, expense=new, draft=Draft(rule=rule))
    return changed


@pytest.mark.parametrize("department", ["Design", "Product", "Sales", "Unassigned"])
def test_a_department_moves_by_what_its_expense_report_moves(divided: Books, department: str) -> None:
    log = log_of(divided.company, Narrowed(department=department), as_then=False)
    older, newer = (
        sum(
            sum(row.amounts.values())
            for row in expense_report(at, ledger_at(divided.company).months).rows
            if (row.department or "Unassigned") == department
        )
        for at in (ledger_at(divided.company, number) for number in (1, 2))
    )
    assert log.foot[AccountType.EXPENSE] == newer - older != 0
    assert sum(row.effect for row in log.rows) == newer - older
    assert log.foot[AccountType.ASSET] == 0


def test_a_department_that_holds_nothing_is_empty(divided: Books) -> None:
    assert log_of(divided.company, Narrowed(department="Nowhere")).rows == ()


def test_a_rule_between_two_syncs_re_maps_lines(divided: Books) -> None:
    divided.sync(entries=LATER, lists=CHART, statements=())  # Adobe is Adobe again: no figure moves
    log = log_of(divided.company)
    assert [(row.kind, row.account.number, row.effect) for row in log.rows] == [
        (Kind.REMAPPED, "6000", -45_00), (Kind.REMAPPED, "6000", 45_00),
    ]  # fmt: skip
    assert log.foot[AccountType.EXPENSE] == 0
    assert log_of(divided.company, as_then=False).rows == ()


def test_a_first_sync_adds_everything(owner: Client, books: Books) -> None:
    page = text(owner, books.company, "change-log/")
    assert "from nothing to sync 1" in page
    log = log_of(books.company)
    assert log.found.lines[Kind.ADDED] == sum(len(it.lines) for it in ENTRIES)
    assert log.lists == ()


def test_nothing_moved_is_said(owner: Client, books: Books) -> None:
    books.sync()
    assert "Nothing moved" in text(owner, books.company, "change-log/")


def test_pay_is_a_sum_for_who_may_not_see_it(viewer: Client, changed: Books) -> None:
    Expense.objects.filter(account_id=row_id("6100")).update(payroll=True)
    page = text(viewer, changed.company, "change-log/")
    assert "payroll 1 payroll entry 6100 Rent, September 2025 (1,000.00)" in page
    assert "Rent, Sep 25 1,000.00" not in page
    found = json.loads(viewer.get(f"/c/{changed.company.slug}/reports/change-log.json").content)
    rent = [row for row in found["rows"] if row["account"]["id"] == "6100"]
    assert [(row["change"], row["month"], row["effect"]) for row in rent] == [
        ("payroll", "2025-09", "-1000.00"), ("payroll", "2025-10", "1000.00"),
    ]  # fmt: skip


def test_the_files_hold_every_row(owner: Client, changed: Books) -> None:
    base = f"/c/{changed.company.slug}/reports/change-log"
    found = json.loads(owner.get(f"{base}.json?from=1&to=2").content)
    assert (found["from"], found["to"], found["mapping"]) == (1, 2, "as then")
    assert found["effect"]["expense"] == "233.00"
    software = [row for row in found["rows"] if row["account"]["id"] == "6000" and row["month"] == "2025-07"]
    assert [(row["change"], row["before"]["amount"], row["after"]["amount"], row["effect"]) for row in software] == [
        ("changed", "600.00", "650.00", "50.00")
    ]
    rows = list(csv.DictReader(io.StringIO(owner.get(f"{base}.csv").content.decode())))
    assert len(rows) == len(found["rows"])
    assert [(row["before date"], row["after date"], row["effect"]) for row in rows if row["account id"] == "6100"] == [
        ("2025-09-01", "2025-10-01", "-1000.00"), ("2025-09-01", "2025-10-01", "1000.00"),
    ]  # fmt: skip


def test_the_command_prints_it(changed: Books) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["report", "change-log", "--company", changed.company.slug, *words])
        assert done.exit_code == 0, done.stderr
        return done.stdout

    table = run("--from", "1", "--to", "2")
    assert "What changed from sync 1 to sync 2" in table
    assert "6100 Rent, 2025-10" in table
    assert json.loads(run("--format", "json"))["effect"]["expense"] == "233.00"
    assert "2025-08" in run("--month", "2025-08")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2&to=1", "Sync 2 is not before sync 1"),
        ("to=7", "There is no sync 7: the latest one is sync 2"),
        ("from=x", "&#x27;x&#x27; is not the number of a sync"),
    ],
)
def test_what_cannot_be_compared_is_refused(owner: Client, changed: Books, query: str, sentence: str) -> None:
    assert sentence in text(owner, changed.company, f"change-log/?{query}", 404)


def test_a_stranger_finds_nothing(client: Client, charlie: User, changed: Books) -> None:
    create_company(name="Elsewhere", person=charlie)
    client.force_login(charlie)
    for end in ("/", ".json", ".csv"):
        assert client.get(f"/c/{changed.company.slug}/reports/change-log{end}").status_code == 404
