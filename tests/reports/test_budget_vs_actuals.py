"""Budget vs actuals: every variance is actual less budget, adds up, and says which way it goes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponse, QueryDict
from django.test import Client

from tests.budgets import plans
from tests.expenses import small_ledger
from tests.expenses.small_ledger import bill
from tests.golden.table import check
from tieout.budgets import queries as budgets
from tieout.budgets import services
from tieout.budgets.content import Line
from tieout.budgets.models import Budget, VarianceNote
from tieout.companies.models import AuditEvent, Company
from tieout.core.month import Month
from tieout.departments.queries import departments
from tieout.expenses import periods
from tieout.expenses.organising import Choice, organise
from tieout.expenses.streams import stream_plan
from tieout.ledger.closing import decide
from tieout.ledger.models import Book, CloseAct, Publication
from tieout.reports.budget_vs_actuals import NAME, BudgetVsActuals, budget_vs_actuals
from tieout.reports.budget_vs_actuals_grid import news, percent_words
from tieout.reports.catalogue import report_named
from tieout.reports.document import ColumnKind, Row, RowKind
from tieout.reports.question import ask
from tieout.ui.figures import exact

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 10)
MARCH, APRIL = Month(2026, 3), Month(2026, 4)
ENTRIES = (
    *small_ledger.ENTRIES,
    bill("20", date(2026, 3, 31), ("4000", -2_000_00), type="Invoice"),
    bill("21", date(2026, 4, 30), ("4000", -900_00), type="Invoice"),
    bill("22", date(2026, 4, 30), ("4000", 100_00), type="Credit Memo"),  # a refund is less revenue
)
MARCH_STATEMENT = small_ledger.profit_and_loss(MARCH, a4000=-2_000_00, a5010=600_00, a6200=80_00, a6210=20_50)
APRIL_STATEMENT = small_ledger.profit_and_loss(APRIL, a4000=-800_00, a5010=600_00, a6000=9_000_00)


@pytest.fixture(autouse=True)
def may() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 5, 10, 7, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def book(company: Company) -> Book:
    made = small_ledger.new_book(company)
    small_ledger.sync(made, ENTRIES, statements=(MARCH_STATEMENT, APRIL_STATEMENT))
    return made


@pytest.fixture
def budget(company: Company, book: Book, alice: User) -> Budget:
    """Revenue 1,500.00 a month, hosting 700.00, advertising 100.00 in January and February; frozen."""
    made = plans.budget(
        company, book, alice, "Budget 2026", revenue=[-1_500_00] * 12, hosting=[700_00] * 12, advertising=[100_00] * 2
    )
    return services.freeze(made, person=alice, now=datetime(2026, 1, 2, tzinfo=UTC))


def close(book: Book, month: Month) -> None:
    newest = Publication.objects.filter(book=book).order_by("-number")[0].number
    decide(book, [month], CloseAct.CLOSED, sync=newest, by=None, at=small_ledger.NOW)


def made(company: Company, query: str = "from=2026-03&to=2026-04") -> BudgetVsActuals:
    at, asked = ask(
        company, QueryDict(query), today=TODAY, defaults=report_named(NAME).defaults, masked=lambda _: None
    )  # fmt: skip
    return budget_vs_actuals(at, asked)


def row(document: BudgetVsActuals, label: str) -> Row:
    return next(it for it in document.rows if it.label == label)


def figures(document: BudgetVsActuals, label: str, period: str = "2026-04") -> tuple[int, int, int, str, str]:
    """Return budget, actual and variance as shown, the percentage, and which way it goes."""
    it = row(document, label)
    four = [document.by_column[f"{period}{end}"] for end in (":budget", "", ":variance", ":percent")]
    budget, actual, variance = (document.shown(it, column) for column in four[:3])
    return budget, actual, variance, percent_words(document, it, four[3]), news(document, it, four[2])


def test_less_revenue_and_more_cost_are_unfavourable(company: Company, budget: Budget) -> None:
    document = made(company)
    assert figures(document, "Revenue", "2026-03") == (1_500_00, 2_000_00, 500_00, "33.3 %", "Favourable")
    assert figures(document, "Revenue") == (1_500_00, 800_00, -700_00, "(46.7 %)", "Unfavourable")
    assert figures(document, "Hosting") == (700_00, 600_00, -100_00, "(14.3 %)", "Favourable")
    assert figures(document, "Wages") == (0, 9_000_00, 9_000_00, "new", "Unfavourable")
    assert figures(document, "Net income") == (800_00, -8_800_00, -9_600_00, "(1,200.0 %)", "Unfavourable")


def test_a_refund_beyond_its_month_is_less_than_nothing(company: Company, book: Book, budget: Budget) -> None:
    """More was refunded than sold, and more credited than spent: the signs still say which way it goes."""
    refunds = bill("23", date(2026, 4, 30), ("4000", 1_000_00), ("5010", -700_00), type="Credit Memo")
    small_ledger.sync(book, (*ENTRIES, refunds), statements=())
    document = made(company)
    assert figures(document, "Revenue") == (1_500_00, -200_00, -1_700_00, "(113.3 %)", "Unfavourable")
    assert figures(document, "Hosting") == (700_00, -100_00, -800_00, "(114.3 %)", "Favourable")


def test_every_sum_is_that_of_its_rows_and_every_variance_what_is_between(company: Company, budget: Budget) -> None:
    for query in ("from=2026-03&to=2026-04", "preset=all&by=quarter", "from=2026-03&to=2026-04&over=50", "sort=size"):
        document = made(company, query)
        foot = document.by_key["net-income"]
        for column in document.columns:
            if column.kind in (ColumnKind.BUDGET, ColumnKind.ACTUAL, ColumnKind.PARTIAL, ColumnKind.CHANGE):
                lines = [it for it in document.rows if it.kind is RowKind.LINE]
                assert document.amount(foot, column) == sum(document.amount(it, column) for it in lines), query
        for it in document.rows:
            for period in document.periods:
                budget_, actual, variance, *_ = figures(document, it.label, period.key)
                assert variance == actual - budget_


def test_the_year_to_date_is_its_months_and_no_other_year(company: Company, budget: Budget) -> None:
    """The fiscal year begins in April: March is of the year before."""
    march = made(company, "from=2026-03&to=2026-03")
    assert [it.key for it in march.periods] == ["2026-03", "ytd"]
    assert figures(march, "Revenue", "ytd")[:2] == (3 * 1_500_00, 2_000_00)
    may_ = made(company, "from=2026-05&to=2026-05")
    assert figures(may_, "Revenue", "ytd")[:2] == (2 * 1_500_00, 800_00)


def test_the_year_to_date_ends_with_the_last_month_of_actuals(
    company: Company, budget: Budget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quarter goes on to June: what is planned for June is not late in May."""
    monkeypatch.setattr(periods, "_tellers", [lambda _: APRIL])
    quarter = made(company, "preset=quarter&by=quarter")
    assert [(it.key, it.first, it.last) for it in quarter.periods] == [
        ("2026-04..2026-06", APRIL, APRIL + 2),
        ("ytd", APRIL, APRIL),
    ]
    assert figures(quarter, "Revenue", "ytd")[:2] == (1_500_00, 800_00)


def test_small_variances_stand_together_and_nothing_is_lost(company: Company, budget: Budget) -> None:
    document = made(company, "from=2026-03&to=2026-03&over=50")
    assert "Trade shows" not in {it.label for it in document.rows}  # 20.50
    rest = row(document, "1 smaller variance")
    assert document.amount(rest, document.by_column["2026-03"]) == 20_50
    whole = made(company, "from=2026-03&to=2026-03")
    assert figures(document, "Net income", "2026-03") == figures(whole, "Net income", "2026-03")
    assert "Hosting" in {it.label for it in made(company, "from=2026-04&to=2026-04&percent=14").rows}
    assert "Hosting" not in {it.label for it in made(company, "from=2026-04&to=2026-04&percent=15").rows}


def test_a_row_of_the_budget_alone_and_one_of_the_books_alone_both_stand(
    company: Company, book: Book, alice: User
) -> None:
    lines = plans.lines(company, book, hosting=[700_00] * 12)
    gone = Line(expense=987654, name="Old idea", category="Research & development", amounts={APRIL: 50_00})
    services.create(company, plans.new("With an old idea"), [*lines, gone], person=alice)
    document = made(company)
    assert figures(document, "Old idea") == (50_00, 0, -50_00, "(100.0 %)", "Favourable")
    assert row(document, "Old idea").badge == "gone"
    assert figures(document, "Wages")[:2] == (0, 9_000_00)


def test_a_budget_is_found_by_its_labels_where_its_expense_is_gone(company: Company, book: Book, alice: User) -> None:
    named = Line(expense=987654, number="5010", name="hosting", amounts={APRIL: 50_00})
    services.create(company, plans.new("By name"), [named], person=alice)
    assert figures(made(company), "Hosting")[:2] == (50_00, 600_00)


def test_a_closed_month_stands_as_it_was_closed(company: Company, book: Book, budget: Budget) -> None:
    close(book, MARCH)
    small_ledger.sync(
        book, (*ENTRIES, bill("30", date(2026, 3, 30), ("5010", 40_00))), statements=(APRIL_STATEMENT,)
    )  # fmt: skip
    document = made(company)
    hosting = row(document, "Hosting")
    assert figures(document, "Hosting", "2026-03")[1] == 600_00
    assert document.restated_words(hosting, document.by_column["2026-03"]) == "Books differ by 40.00"
    assert document.restated_words(hosting, document.by_column["2026-04"]) == ""
    assert any("closed months stand as they were closed" in it for it in document.notes)


def text_of(document: BudgetVsActuals) -> str:
    """Return the report as a person reads it, with the way that each variance goes."""
    rows = [["", *(column.label for column in document.columns)]]
    for it in document.rows:
        cells = []
        for column in document.columns:
            if column.kind is ColumnKind.PERCENT:
                cells.append(percent_words(document, it, column))
                continue
            mark = news(document, it, column)[:1] if column.kind is ColumnKind.CHANGE else ""
            cells.append(f"{mark} {exact(document.shown(it, column), 2)}".strip())
        rows.append(["  " * (it.level - 1) + it.label, *cells])
    widths = [max(len(it[at]) for it in rows) for at in range(len(rows[0]))]
    lines = (
        "  ".join(
            text.rjust(width) if at else text.ljust(width)
            for at, (text, width) in enumerate(zip(it, widths, strict=True))
        )
        for it in rows
    )
    return "\n".join(line.rstrip() for line in lines) + "\n"


def test_a_month_and_the_year_to_date_as_a_person_reads_them(
    company: Company, book: Book, budget: Budget, alice: User
) -> None:
    hosting, wages = small_ledger.expense(book, "5010").pk, small_ledger.expense(book, "6000").pk
    costs = next(it.pk for it in departments(company) if it.name == "Product costs")
    choices = [Choice(expense=hosting, department=costs), Choice(expense=wages, payroll=True)]
    organise(company=company, person=alice, choices=choices)
    check("budget-vs-actuals", text_of(made(company, "from=2026-03&to=2026-03")))
    check("budget-vs-actuals-material", text_of(made(company, "from=2026-03&to=2026-04&over=90&sort=size")))


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def words(answer: object, status: int = 200) -> str:
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>|\s+", " ", answer.content.decode()).split())


def test_the_foot_of_every_actual_equals_the_cell(owner: Client, company: Company, book: Book, budget: Budget) -> None:
    """Of open months, and of a month that was closed before the books moved on."""
    close(book, MARCH)
    small_ledger.sync(book, (*ENTRIES, bill("30", date(2026, 3, 30), ("5010", 40_00))), statements=())
    query = "from=2026-03&to=2026-04&over=50"
    document = made(company, query)
    base = f"/c/{company.slug}/reports/{NAME}"
    for it in document.rows:
        for column in (it for it in document.columns if it.kind is ColumnKind.ACTUAL):
            address = f"{query}&row={it.key}&month={column.key}"
            answer = owner.get(f"{base}/lines.csv?{address}")
            body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
            amounts = [round(float(line["Amount"]) * 100) for line in csv.DictReader(io.StringIO(body))]
            assert sum(amounts) == document.shown(it, column), (it.label, column.key)
    page = words(owner.get(f"{base}/lines/?{query}&row=net-income&month=range"))
    assert "The foot equals the cell" in page
    assert "Books differ by 40.00" in page


def test_the_page_says_the_way_in_words_and_a_note_where_it_is_written(
    owner: Client, company: Company, budget: Budget
) -> None:
    base = f"/c/{company.slug}/reports/{NAME}/"
    query = "from=2026-04&to=2026-04"
    page = words(owner.get(f"{base}?{query}"))
    assert "Revenue 1,500 800 (700) . Unfavourable (46.7 %)" in page
    address = f"{base}note/?{query}&row=net-income&month=2026-04:variance"
    page = words(owner.post(address, {"text": "A big deal <slipped>\nto May"}, follow=True))
    assert "Note saved: Net income, Apr 26." in page
    assert "Unfavourable. Note 1: A big deal &lt;slipped&gt; to May" in page
    owner.post(address, {"text": "It slipped to June"})
    page = words(owner.get(f"{base}lines/?{query}&row=net-income&month=2026-04:variance"))
    assert "It slipped to June" in page
    assert "1 earlier A big deal &lt;slipped&gt; to May" in page
    assert [it.text for it in made(company, query).remarks] == ["It slipped to June"]
    owner.post(address, {"text": " "})
    assert made(company, query).remarks == ()
    assert VarianceNote.objects.count() == 3
    assert AuditEvent.objects.filter(what="took away a note on a variance").count() == 1


def test_a_viewer_reads_notes_and_writes_none(client: Client, company: Company, budget: Budget, bob: User) -> None:
    client.force_login(bob)
    base = f"/c/{company.slug}/reports/{NAME}/"
    figure = "from=2026-04&to=2026-04&row=net-income&month=2026-04:variance"
    assert client.post(f"{base}note/?{figure}", {"text": "Mine"}).status_code == 403
    page = words(client.get(f"{base}lines/?{figure}"))
    assert "Editors of the company can" in page
    assert "Save the note" not in page


def test_a_note_changes_nothing_that_is_frozen(owner: Client, company: Company, budget: Budget) -> None:
    figure = "from=2026-04&to=2026-04&row=net-income&month=2026-04:variance"
    owner.post(f"/c/{company.slug}/reports/{NAME}/note/?{figure}", {"text": "x" * 2_000})
    budget.refresh_from_db()
    assert budgets.verify(budget)
    page = words(owner.post(f"/c/{company.slug}/reports/{NAME}/note/?{figure}", {"text": "x" * 2_001}, follow=True))
    assert "Shorten it to 2,000" in page


def test_a_budget_that_may_change_is_told_so(owner: Client, company: Company, book: Book, alice: User) -> None:
    plans.budget(company, book, alice, "Draft", hosting=[700_00] * 12)
    assert "Draft is not frozen: it may still change" in words(owner.get(f"/c/{company.slug}/reports/{NAME}/"))


def test_what_cannot_be_asked_is_refused_in_words(owner: Client, company: Company, budget: Budget) -> None:
    base = f"/c/{company.slug}/reports/{NAME}/"
    assert "here is no budget 99" in words(owner.get(f"{base}?budget=99"), 404)
    assert "nly variances over" in words(owner.get(f"{base}?over=lots"), 404)
    assert "is no order" in words(owner.get(f"{base}?sort=colour"), 404)
    assert "no such figure" in words(owner.get(f"{base}lines/?row=net-income&month=2026-04:percent"), 404)


def test_without_a_budget_the_page_says_where_to_make_one(owner: Client, company: Company, book: Book) -> None:
    assert "There is no budget yet" in words(owner.get(f"/c/{company.slug}/reports/{NAME}/"))


def test_the_files_hold_budget_and_actual_of_each_row(owner: Client, company: Company, budget: Budget) -> None:
    query = "from=2026-04&to=2026-04"
    told = json.loads(owner.get(f"/c/{company.slug}/reports/{NAME}.json?{query}&natural=1").content)
    assert told["rows"][0]["amounts"] == {"2026-04:budget": "1500.00", "2026-04": "800.00"}
    stream = stream_plan(company, Book.objects.get()).members[0]
    assert told["rows"][0]["expense"] == {"id": stream.id}
