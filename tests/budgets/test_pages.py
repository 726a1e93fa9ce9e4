"""The pages of budgets as owner, viewer and stranger."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.budgets import plans
from tests.budgets.plans import JANUARY
from tests.expenses import small_ledger
from tieout.budgets import labelling, queries, services, sources
from tieout.budgets.content import Line
from tieout.budgets.matching import HIRING
from tieout.budgets.models import Budget, BudgetImport
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.kit.tables import read_table
from tieout.ledger.models import Book

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Is the tenth of May 2026."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}/budgets/"


@pytest.fixture
def asked(client: Client, alice: User) -> Client:
    """Is Alice's browser."""
    client.force_login(alice)
    return client


def text_of(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_an_empty_list_says_what_it_is_for_and_offers_one_thing(asked: Client, base: str, book: Book) -> None:
    page = text_of(asked, base)
    assert "No budgets yet" in page
    assert asked.get(base).content.decode().count("btn--primary") == 1


def test_a_viewer_reads_and_is_offered_nothing_to_change(client: Client, bob: User, base: str, budget: Budget) -> None:
    client.force_login(bob)
    listed, shown = client.get(base).content.decode(), client.get(f"{base}{budget.pk}/").content.decode()
    for page in (listed, shown):
        assert "Budget 2026" in page
        assert not re.search(r"budgets/(new|import|\d+/(freeze|delete|rename|copy|rows|use))", page)
    for path in ("new/", "import/", "freeze/", "delete/", "rename/", "copy/"):
        within = path if path in ("new/", "import/") else f"{budget.pk}/{path}"
        assert client.get(base + within).status_code == 403
        assert client.post(base + within).status_code == 403
    assert client.get(f"{base}{budget.pk}/budget.csv").status_code == 200
    assert client.get(f"{base}compare/").status_code == 200
    assert queries.budget(budget.company, budget.pk) == budget


def test_a_stranger_finds_no_budget_and_ids_of_others_lead_nowhere(
    client: Client, charlie: User, alice: User, base: str, budget: Budget
) -> None:
    client.force_login(charlie)
    for path in ("", f"{budget.pk}/", f"{budget.pk}/budget.csv", f"compare/?a={budget.pk}"):
        assert client.get(base + path).status_code == 404
    from tieout.companies.services import create_company

    other = create_company(name="Other", person=charlie)
    for path in ("", "budget.csv", "budget.xlsx", "freeze/", "delete/", "copy/", "rename/", "rows/1/"):
        assert client.get(f"/c/{other.slug}/budgets/{budget.pk}/{path}").status_code == 404
    assert (
        "Budget 2026"
        not in client.get(f"/c/{other.slug}/budgets/compare/?a={budget.pk}&b={budget.pk}").content.decode()
    )


def test_a_version_shows_its_months_and_where_to_type(asked: Client, base: str, budget: Budget) -> None:
    page = text_of(asked, f"{base}{budget.pk}/")
    assert "Unassigned" in page
    assert re.search(r"5010 Hosting 700 700 700", page)
    assert re.search(r"Total expenses 800 800 700", page)
    assert "Not frozen: it can change" in page
    row = next(iter(queries.lines(budget)))
    assert f"{base}{budget.pk}/rows/{row}/" in asked.get(f"{base}{budget.pk}/").content.decode()


def test_months_are_typed_or_pasted_and_a_wrong_one_saves_nothing(asked: Client, base: str, budget: Budget) -> None:
    row = next(iter(queries.lines(budget)))
    address = f"{base}{budget.pk}/rows/{row}/"
    wrong = asked.post(address, {"m202601": "abc", "m202602": "9"})
    assert wrong.status_code == 422
    assert "“abc” is not an amount" in wrong.content.decode()
    assert queries.lines(budget)[row].amounts[JANUARY + 1] == 700_00
    asked.post(address, {"m202601": "1,234.50", "m202602": "", "m202603": "(5)"})
    assert queries.lines(budget)[row].amounts == {JANUARY: 1_234_50, JANUARY + 2: -5_00}
    asked.post(address, {"pasted": "1\t2\t-\r\n", "m202604": "7"})
    assert queries.lines(budget)[row].amounts == {JANUARY: 1_00, JANUARY + 1: 2_00, JANUARY + 3: 7_00}


def test_a_pasted_row_keeps_its_empty_months_and_is_no_longer_than_the_budget(
    asked: Client, base: str, budget: Budget
) -> None:
    row = next(iter(queries.lines(budget)))
    address = f"{base}{budget.pk}/rows/{row}/"
    asked.post(address, {"pasted": "\t\t3\t4\t\r\n"})
    assert queries.lines(budget)[row].amounts == {JANUARY + 2: 3_00, JANUARY + 3: 4_00}
    asked.post(address, {"pasted": "5\r\n6\r\n"})
    assert queries.lines(budget)[row].amounts == {JANUARY: 5_00, JANUARY + 1: 6_00}
    answer = asked.post(address, {"pasted": "\t".join("1" * 13)})
    assert answer.status_code == 422
    assert "13 amounts were pasted, and the budget has 12 months." in answer.content.decode()
    assert queries.lines(budget)[row].total == 11_00


def test_it_asks_then_freezes_and_a_frozen_one_offers_a_copy_only(asked: Client, base: str, budget: Budget) -> None:
    address = f"{base}{budget.pk}/"
    assert "cannot be undone" in text_of(asked, f"{address}freeze/")
    assert not Budget.objects.get(pk=budget.pk).is_frozen
    told = asked.post(f"{address}freeze/", follow=True).content.decode()
    frozen = Budget.objects.get(pk=budget.pk)
    assert frozen.is_frozen
    assert frozen.short_digest in told
    assert "As it was frozen" in told
    assert not re.search(r"budgets/\d+/(freeze|delete|rename|rows)", told)
    row = next(iter(queries.lines(budget)))
    for path, data in (
        ("freeze/", {}),
        ("delete/", {}),
        ("rename/", {"name": "x"}),
        (f"rows/{row}/", {"m202601": "1"}),
    ):
        assert "frozen" in asked.post(address + path, data, follow=True).content.decode()
    assert queries.verify(frozen)
    copied = asked.post(f"{address}copy/", {"name": "Draft"}, follow=True)
    assert "Draft" in copied.content.decode()
    assert Budget.objects.filter(name="Draft", frozen_at=None).exists()


def test_a_name_and_a_note_are_changed_and_a_version_is_deleted(asked: Client, base: str, budget: Budget) -> None:
    asked.post(f"{base}{budget.pk}/rename/", {"name": "Plan A", "note": "Agreed in May"})
    assert "Agreed in May" in text_of(asked, f"{base}{budget.pk}/")
    assert "cannot be brought back" in text_of(asked, f"{base}{budget.pk}/delete/")
    assert "Plan A was deleted" in asked.post(f"{base}{budget.pk}/delete/", follow=True).content.decode()
    assert asked.get(f"{base}{budget.pk}/").status_code == 404


def made(asked: Client, base: str, **data: str) -> Budget:
    given = {"name": "New", "start": "empty", "first": "Jan 2027", "last": "2027-12", "percent": "0"} | data
    answer = asked.post(f"{base}new/", given)
    assert answer.status_code == 302, answer.content.decode()
    return Budget.objects.latest("pk")


def test_a_version_starts_empty_with_every_expense(asked: Client, base: str, book: Book) -> None:
    lines = queries.lines(made(asked, base)).values()
    assert [line.number for line in lines] == ["4000", "5010", "6000", "6200", "6210", "6900"]
    assert sum(line.total for line in lines) == 0


def test_a_version_starts_from_last_years_actuals_and_knows_no_month_that_is_not_over(
    asked: Client, base: str, book: Book
) -> None:
    version = made(asked, base, start="last_year", percent="10 %")
    assert version.source == "Actuals of Jan 26 to Apr 26, +10 %"
    told = asked.get(f"{base}{version.pk}/").content.decode()
    assert "May 27 to Dec 27 are empty: a year before is not over yet." in told
    amounts = {line.number: dict(line.amounts) for line in queries.lines(version).values()}
    assert amounts["5010"] == {Month(2027, 3): 660_00, Month(2027, 4): 660_00}
    assert amounts["6900"] == {}, "May 2026 is running"


def test_a_version_is_a_copy_of_another_or_of_a_registered_source(
    asked: Client, base: str, company: Company, budget: Budget, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = made(asked, base, start=f"budget:{budget.pk}", percent="-50")
    assert (copied.first, copied.last) == (202601, 202612)
    assert [line.total for line in queries.lines(copied).values()] == [4_200_00, 100_00]
    hosting = small_ledger.expense(Book.objects.get(), "5010").pk
    monkeypatch.setattr(sources, "_sources", {})
    sources.register("forecast", "the forecast", lambda _: [Line(expense=hosting, amounts={Month(2027, 1): 5})])
    told = made(asked, base, name="From the forecast", start="source:forecast", percent="100")
    (line,) = queries.lines(told).values()
    assert (line.label, line.total, told.source) == ("5010 Hosting", 10, "Copy of the forecast, +100 %")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Give the budget a name."),
        ("name", "budget 2026", "There is a budget Budget 2026 already"),
        ("first", "soon", "is not a month"),
        ("last", "2026-12", "The last month is before the first."),
        ("last", "2099-12", "1 to 120 months, and these are 876"),
        ("percent", "many", "is not a percentage"),
        ("percent", "-101", "-100 to 1,000"),
        ("percent", "NaN", "is not a percentage"),
        ("start", "budget:999", "valid choice"),
    ],
)
def test_a_form_that_cannot_be_says_why(
    asked: Client, base: str, budget: Budget, field: str, value: str, says: str
) -> None:
    given = {"name": "New", "start": "empty", "first": "Jan 2027", "last": "2027-12", "percent": "0", field: value}
    answer = asked.post(f"{base}new/", given)
    assert answer.status_code == 422
    assert says in answer.content.decode().replace("&quot;", '"')
    assert Budget.objects.count() == 1


def test_use_as_the_forecast_is_offered_once_somebody_takes_it(
    asked: Client, base: str, budget: Budget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_takers", [])
    assert asked.get(f"{base}{budget.pk}/use/").status_code == 404
    assert "Use as the forecast" not in text_of(asked, f"{base}{budget.pk}/")
    taken: list[object] = []

    def take(company: Company, person: User, months: sources.Months, name: str) -> str:
        taken.extend((company, person.username, months, name))
        return "12 months were written."

    sources.register_taker(take)
    assert "Use as the forecast" in text_of(asked, f"{base}{budget.pk}/")
    assert "12 months were written" in asked.post(f"{base}{budget.pk}/use/", follow=True).content.decode()
    assert taken == [budget.company, "alice", queries.amounts(budget), "Budget 2026"]

    def refuse(*_: object) -> str:
        raise sources.NotTaken("Every month of it is an actual already.")

    sources.register_taker(refuse)
    assert "an actual already" in asked.post(f"{base}{budget.pk}/use/").content.decode()


# --- import ------------------------------------------------------------------------------------------------------

FILE = (
    "Number,Name,Department,Jan 2026,Feb 2026,Total\r\n"
    '5010,Hosting,,"1,000.00",2000,3000\r\n'
    ",Trade showz,,5,,5\r\n"
    ",Zebra,,7,7,14\r\n"
    ",Advertising,,abc,1,1\r\n"
    "Total,,,1012,2008,3020\r\n"
)


def upload(client: Client, base: str, data: bytes | str = FILE, name: str = "plan.csv") -> str:
    """Upload a file; return where its preview is."""
    content = data.encode() if isinstance(data, str) else data
    answer = client.post(f"{base}import/", {"file": SimpleUploadedFile(name, content), "name": ""})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def test_a_file_is_shown_before_anything_is_written(asked: Client, base: str, book: Book) -> None:
    page = text_of(asked, upload(asked, base))
    assert "1 of 4 rows will be imported" in page
    assert re.search(r"In the file 3,020\.00 1,012\.00 2,008\.00", page)
    assert re.search(r"To be imported 3,000\.00 1,000\.00 2,000\.00", page)
    assert re.search(r"Difference \(20\.00\) \(12\.00\) \(8\.00\)", page)
    assert "D5 Advertising “abc” is not an amount" in page
    assert "row 6, “Total”, which holds a total" in page
    assert "2 rows wait for a choice" in page
    assert not Budget.objects.exists()


def test_choices_are_kept_and_the_file_becomes_a_budget_once(asked: Client, base: str, book: Book) -> None:
    where = upload(asked, base)
    shows = small_ledger.expense(book, "6210").pk
    asked.post(where, {"row-3": str(shows), "row-4": "0", "check": ""})
    page = text_of(asked, where)
    assert "2 of 4 rows will be imported" in page
    assert "Chosen by hand" in page
    told = asked.post(where, {"confirm": "", "name": "Plan"}, follow=True).content.decode()
    assert "Plan was imported: 2 rows" in told
    lines = queries.lines(Budget.objects.get()).values()
    assert {line.number: line.total for line in lines} == {"5010": 3_000_00, "6210": 5_00}
    assert Budget.objects.get().source == "Imported from plan.csv"
    assert not BudgetImport.objects.exists()
    again = asked.post(where, {"confirm": "", "name": "Twice"}, follow=True).content.decode()
    assert "imported or discarded already" in again
    assert Budget.objects.count() == 1


def test_a_row_becomes_a_new_expense_when_the_file_is_imported_and_not_before(
    asked: Client, base: str, company: Company, book: Book
) -> None:
    from tieout.expenses.models import Expense, ExpenseKind

    where = upload(asked, base, "Name,Department,Jan 2026\r\nZebra,engineering,7\r\nzebra,Engineering,1\r\n")
    asked.post(where, {"row-2": "new", "row-3": "new", "check": ""})
    page = text_of(asked, where)
    assert "Zebra · Engineering new expense" in page
    assert "2 of 2 rows will be imported" in page
    added = Expense.objects.filter(company=company, kind=ExpenseKind.ADDED)
    assert not added.exists()
    asked.post(where, {"confirm": "", "name": "Plan"})
    (line,) = queries.lines(Budget.objects.get()).values()
    assert (line.expense, line.name, line.department, line.total) == (added.get().pk, "Zebra", "Engineering", 8_00)
    again = upload(asked, base, asked.get(f"{base}{Budget.objects.get().pk}/budget.csv").content)
    assert "1 of 1 row will be imported" in text_of(asked, again)


def test_a_name_that_is_taken_loses_neither_file_nor_choices(asked: Client, base: str, budget: Budget) -> None:
    where = upload(asked, base)
    answer = asked.post(where, {"confirm": "", "name": "Budget 2026", "row-4": "0"})
    assert answer.status_code == 422
    assert "There is a budget Budget 2026 already" in answer.content.decode()
    assert BudgetImport.objects.get().choices == {"4": 0}


def test_a_file_belongs_to_who_brought_it_for_a_day(
    asked: Client, client: Client, base: str, book: Book, alice: User, bob: User, company: Company
) -> None:
    from tieout.companies.models import Membership, Role

    where = upload(asked, base)
    Membership.objects.filter(person=bob).update(role=Role.OWNER)
    other = Client()
    other.force_login(bob)
    assert other.get(where).status_code == 404
    other.post(where, {"confirm": "", "name": "Stolen"})
    assert not Budget.objects.exists()
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        client.force_login(alice)
        assert client.get(where).status_code == 404
        upload(client, base)
        assert BudgetImport.objects.count() == 1


def test_a_file_can_be_discarded(asked: Client, base: str, book: Book) -> None:
    assert "was discarded" in asked.post(upload(asked, base), {"discard": ""}, follow=True).content.decode()
    assert not BudgetImport.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("plan.csv", b"a,b\n1,2\n", "No row names months"),
        ("plan.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "old XLS format"),
        ("plan.xlsx", b"PK\x03\x04" + bytes(40), "damaged"),
        ("plan.csv", b"Name,Jan 2026,2026-01\nRent,1,2\n", "both say 2026-01"),
        ("plan.csv", b" ", "is empty"),
    ],
)
def test_a_file_that_is_no_budget_says_why(
    asked: Client, base: str, book: Book, name: str, data: bytes, says: str
) -> None:
    answer = asked.post(f"{base}import/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not BudgetImport.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_comes_back_as_it_was(asked: Client, base: str, budget: Budget, kind: str) -> None:
    answer = asked.get(f"{base}{budget.pk}/budget.{kind}")
    assert f'filename="budget-2026.{kind}"' in answer.headers["Content-Disposition"]
    data = answer.content
    assert read_table(f"b.{kind}", data).rows[0][:4] == ("Number", "Name", "Department", "2026-01")
    asked.post(upload(asked, base, data, f"b.{kind}"), {"confirm": "", "name": "Again"})
    again = queries.lines(Budget.objects.get(name="Again")).values()
    assert list(again) == list(queries.lines(budget).values())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_hiring_plan_comes_back_too(
    asked: Client, base: str, company: Company, book: Book, alice: User, kind: str
) -> None:
    (people,) = (it.line for it in labelling.targets(company, book) if it.id == HIRING)
    lines = [
        *plans.lines(company, book, hosting=[1_00], wages=[2_00]),
        replace(people, expense=None, amounts={JANUARY: 9_000_00, JANUARY + 11: 9_500_50}),
    ]
    first = services.create(company, plans.new("With people"), lines, person=alice)
    data = asked.get(f"{base}{first.pk}/budget.{kind}").content
    where = upload(asked, base, data, f"b.{kind}")
    assert "3 of 3 rows will be imported" in text_of(asked, where)
    assert "Hiring plan · Payroll expenses new expense" not in text_of(asked, where)
    asked.post(where, {"confirm": "", "name": "Again"})
    again = Budget.objects.get(name="Again")
    assert list(queries.lines(again).values()) == list(queries.lines(first).values())
    read = [read_table(f"b.{kind}", asked.get(f"{base}{it.pk}/budget.{kind}").content).rows for it in (first, again)]
    assert read[0] == read[1]
    assert read[0][-1][-1] == "people"


def test_a_row_can_be_sent_to_the_hiring_plan(asked: Client, base: str, book: Book) -> None:
    where = upload(asked, base, "Name,Department,Jan 2026\r\nNew hires,,7\r\nHiring plan,Payroll expenses,2\r\n")
    assert "1 of 2 rows will be imported" in text_of(asked, where)
    asked.post(where, {"row-2": str(HIRING), "check": ""})
    assert "2 of 2 rows will be imported" in text_of(asked, where)
    asked.post(where, {"confirm": "", "name": "Plan"})
    (line,) = queries.lines(Budget.objects.get()).values()
    assert (line.expense, line.kind, line.total) == (None, "people", 9_00)


def test_the_example_on_the_page_can_be_imported(asked: Client, base: str, book: Book) -> None:
    from tieout.budgets.layout import EXAMPLE
    from tieout.kit.tables import Sheet, write_xlsx

    data = write_xlsx([Sheet(name="Plan", rows=EXAMPLE)])
    page = text_of(asked, upload(asked, base, data, "plan.xlsx"))
    assert "2 of 3 rows will be imported" in page
    assert "1 row waits for a choice" in page
    assert io.BytesIO(data).read(2) == b"PK"


# --- compare -----------------------------------------------------------------------------------------------------


def test_versions_stand_side_by_side_and_over_is_a_word_not_only_a_colour(
    asked: Client, base: str, budget: Budget, company: Company, book: Book, alice: User
) -> None:
    other = plans.budget(company, book, alice, "Plan B", hosting=[800_00] * 12, wages=[9_000_00])
    page = text_of(asked, f"{base}compare/?a={budget.pk}&b={other.pk}")
    assert re.search(r"5010 Hosting 8,400\.00 9,600\.00 unfavourable 1,200\.00 \+14\.3 %", page)
    assert re.search(r"6200 Advertising 200\.00 – favourable \(200\.00\) −100\.0 %", page)
    assert re.search(r"6000 Wages – 9,000\.00 unfavourable 9,000\.00 new", page)
    assert re.search(r"Total expenses 8,600\.00 18,600\.00 unfavourable 10,000\.00 \+116\.3 %", page)


def test_a_version_is_held_against_the_actuals_of_the_months_that_are_over(
    asked: Client, base: str, budget: Budget
) -> None:
    page = text_of(asked, f"{base}compare/?a={budget.pk}&b=actuals&by=month")
    assert "Jan 26 – Apr 26" in page
    assert re.search(r"5010 Hosting 700\.00 – favourable \(700\.00\) −100\.0 % 700\.00 – .* 700\.00 600\.00", page)


def test_a_version_of_months_to_come_is_held_against_the_forecast(
    asked: Client, base: str, company: Company, book: Book, budget: Budget, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_sources", {})
    hosting = small_ledger.expense(book, "5010").pk
    sources.register("forecast", "the forecast", lambda _: [Line(expense=hosting, amounts={Month(2027, 1): 5_00})])
    assert asked.get(f"{base}compare/").context["b"] == "actuals"
    later = plans.new("Budget 2027", first=JANUARY + 12)
    services.create(
        company, later, [Line(expense=hosting, name="Hosting", amounts={Month(2027, 1): 4_00})], person=alice
    )
    answer = asked.get(f"{base}compare/")
    assert answer.context["b"] == "forecast"
    assert "no month in common" not in answer.content.decode()
    assert "unfavourable" in answer.content.decode()


def test_an_amount_beyond_measure_is_refused_in_words(
    asked: Client, base: str, company: Company, book: Book, alice: User
) -> None:
    huge = plans.budget(company, book, alice, "Huge", hosting=[10**15])
    given = {"name": "More", "start": f"budget:{huge.pk}", "first": "Jan 2026", "last": "Dec 2026", "percent": "1000"}
    answer = asked.post(f"{base}new/", given)
    assert answer.status_code == 422
    assert "5010 Hosting: the amount of 2026-01 is larger than any kept here." in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["a=x&b=y", "a=999999999999999999999&b=1", "by=zz", "from=2026-13&to=x", "a=actuals&b=actuals"]
)
def test_odd_addresses_of_a_comparison_are_answered(asked: Client, base: str, budget: Budget, query: str) -> None:
    assert asked.get(f"{base}compare/?{query}").status_code == 200


def test_the_table_of_the_documentation_can_be_imported(asked: Client, base: str, book: Book) -> None:
    page = (Path(__file__).resolve().parent.parent.parent / "docs" / "budgets.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]
    data = "\n".join(";".join(row) for row in rows if not set("".join(row)) <= {"-"})
    shown = text_of(asked, upload(asked, base, data))
    assert "3 of 3 rows will be imported" in shown
    assert "Every row that holds amounts is imported" in shown
    asked.post(upload(asked, base, data), {"confirm": "", "name": "Documented"})
    amounts = {line.number: list(line.amounts.values()) for line in queries.lines(Budget.objects.get()).values()}
    assert amounts == {
        "5010": [7_000_00, 7_000_00, 7_200_00],
        "6200": [1_500_00, 1_500_00, -250_00],
        "6210": [400_00, -400_00],
    }
