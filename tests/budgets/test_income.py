"""Revenue in budgets: kept debit positive, shown and typed positive, and told apart from expenses everywhere."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.budgets import plans
from tests.budgets.test_comparing import QUARTERS, RD, line, table
from tests.expenses import small_ledger
from tests.golden.table import check
from tieout.budgets import content, labelling, layout, queries, services, starting
from tieout.budgets.comparing import compare
from tieout.budgets.content import Content, Line
from tieout.budgets.exporting import to_csv
from tieout.budgets.importing import NEW, preview
from tieout.budgets.models import Budget
from tieout.companies.models import AuditEvent, Company
from tieout.core.month import Month
from tieout.expenses.models import Expense
from tieout.expenses.streams import LABELS
from tieout.kit.tables import read_table
from tieout.ledger.models import Book

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


@pytest.fixture
def asked(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def budget(company: Company, book: Book, alice: User) -> Budget:
    """Revenue 1,500.00 a month, hosting 700.00."""
    return plans.budget(company, book, alice, "Budget 2026", hosting=[700_00] * 12, revenue=[-1_500_00] * 12)


def words(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>|\s+", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def test_the_names_are_those_of_the_streams() -> None:
    assert {LABELS["revenue"], LABELS["other_income"]} == content.INCOME


def test_what_was_frozen_before_there_was_income_has_the_digest_and_the_file_that_it_had() -> None:
    frozen = Content(
        name="Budget 2026", note="", currency="USD", digits=2, first=JANUARY, last=FEBRUARY,
        lines=(Line(expense=7, number="5010", name="Hosting", category=RD, kind="account", amounts={JANUARY: 700_00}),),
    )  # fmt: skip
    assert content.digest(frozen) == "c412189cfce8c26e5aff95444be649bb676ee33e8c7139be3e85da7b050ed54a"
    assert to_csv(frozen).decode("utf-8-sig").splitlines() == [
        "Number,Name,Department,2026-01,2026-02,Expense id",
        "5010,Hosting,,700.00,0.00,7",
    ]


@pytest.mark.django_db
def test_a_version_starts_with_the_streams_and_then_the_expenses(company: Company, book: Book) -> None:
    lines = starting.empty(company, book)
    assert [(it.number, it.category) for it in lines][:2] == [("4000", "Revenue"), ("5010", "Unassigned")]


@pytest.mark.django_db
def test_actuals_hold_what_was_earned(company: Company, book: Book) -> None:
    invoice = small_ledger.bill("9", date(2026, 3, 3), ("4000", -900_00), type="Invoice")
    small_ledger.sync(book, [*small_ledger.ENTRIES, invoice], statements=())
    lines = starting.actuals(company, book, Month(2026, 1), Month(2026, 4))
    assert {it.number: it.total for it in lines}["4000"] == -900_00


@pytest.mark.django_db
def test_what_is_earned_is_typed_and_shown_positive(asked: Client, company: Company, budget: Budget) -> None:
    base = f"/c/{company.slug}/budgets/{budget.pk}/"
    revenue = next(pk for pk, it in queries.lines(budget).items() if it.income)
    sent = json.dumps([{"row": f"row:{revenue}", "month": "2026-01", "text": "2,000"}])
    answer = asked.post(f"{base}cells/", {"cells": sent, "how": "typed"}).json()
    assert queries.lines(budget)[revenue].amounts[JANUARY] == -2_000_00
    figures = answer["figures"]
    assert [figures[key][0] for key in (f"row:{revenue}", "income", "total", "net")] == [
        2_000_00, 2_000_00, 700_00, 1_300_00,
    ]  # fmt: skip
    asked.post(f"{base}undo/", {"step": answer["step"]})
    assert queries.lines(budget)[revenue].amounts[JANUARY] == -1_500_00
    assert 'value="1,500.00"' in asked.get(f"{base}rows/{revenue}/").content.decode()
    asked.post(f"{base}rows/{revenue}/", {"pasted": "1,500\t1,600"})
    assert queries.lines(budget)[revenue].amounts[FEBRUARY] == -1_600_00
    told = AuditEvent.objects.filter(what="changed months of a budget").latest("pk")
    assert told.after["4000 Revenue, 2026-02"] == "1600.00"


@pytest.mark.django_db
def test_the_list_says_both_apart(asked: Client, company: Company, budget: Budget) -> None:
    assert queries.totals(company)[budget.pk] == queries.Totals(expenses=8_400_00, income=18_000_00)
    page = words(asked.get(f"/c/{company.slug}/budgets/"))
    assert "Income Expenses" in page
    assert "18,000.00 8,400.00" in page
    question = words(asked.get(f"/c/{company.slug}/budgets/{budget.pk}/freeze/"))
    assert "income of 18,000.00 and expenses of 8,400.00 USD" in question


@pytest.mark.django_db
def test_a_file_says_what_a_row_is_and_comes_back(company: Company, book: Book, budget: Budget) -> None:
    data = to_csv(queries.content(budget))
    first = data.decode("utf-8-sig").splitlines()[1]
    assert first.startswith("4000,Revenue,,1500.00")
    assert first.endswith(",Revenue")
    file = layout.read(read_table("plan.csv", data).rows, digits=2, currency="USD")
    made = preview(file, labelling.targets(company, book), {}, digits=2)
    assert [it.total for it in made.lines] == [-18_000_00, 8_400_00]
    assert all(it.difference == 0 for it in made.sums(2))


@pytest.mark.django_db
def test_a_row_of_revenue_never_goes_to_an_expense(company: Company, book: Book) -> None:
    """Both are called Hosting: one is what customers pay for it."""
    rows = [["Name", "Type", "Jan 2026"], ["Hosting", "Revenue", "50"], ["Hosting", "Expense", "20"]]
    file = layout.read(rows, digits=2, currency="USD")
    made = preview(file, labelling.targets(company, book), {2: NEW}, digits=2)
    assert [(it.name, it.category, it.total) for it in made.lines] == [
        ("Hosting", "Unassigned", 20_00),
        ("Hosting", "Revenue", -50_00),
    ]
    assert not preview(file, labelling.targets(company, book), {}, digits=2).rows[0].target


@pytest.mark.django_db
def test_a_new_row_of_revenue_becomes_a_stream(company: Company, book: Book, alice: User) -> None:
    new = Line(expense=-2, name="Support plans", category="Revenue", kind="added", amounts={JANUARY: -50_00})
    upload = services.keep_upload(company, person=alice, now=small_ledger.NOW, name="x", file="x.csv", rows=[])
    services.confirm(upload, plans.new("With support"), [new], person=alice)
    assert Expense.objects.get(own_name="Support plans").income


def test_less_revenue_is_unfavourable_and_the_totals_stand_apart() -> None:
    a = (line(9, "4000 Sales", "", "Revenue", -900_00), line(1, "5010 Hosting", "Engineering", RD, 600_00))
    b = (line(9, "4000 Sales", "", "Revenue", -800_00), line(1, "5010 Hosting", "Engineering", RD, 650_00))
    found = compare(a, b, QUARTERS[:1])
    sales = found.rows[0].cells[0]
    assert (sales.shown_a, sales.shown_b, sales.shown_difference, sales.over) == (900_00, 800_00, -100_00, True)
    assert [(it.label, it.cells[0].shown_difference, it.cells[0].over) for it in found.feet] == [
        ("Total income", -100_00, True),
        ("Total expenses", 50_00, True),
        ("Net income", -150_00, True),
    ]
    check("budget-comparison-income", table(found))
