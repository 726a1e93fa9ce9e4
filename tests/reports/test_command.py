"""``tieout report`` and ``tieout tie-out``: what people and scripts get, and how they are refused."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from django.contrib.auth.models import User
from typer.testing import CliRunner, Result

from tests.reports.small_books import ENTRIES, STATEMENTS, Books, with_one_more_bill
from tieout.companies.models import Company
from tieout.config.cli import app
from tieout.core.month import Month
from tieout.core.rules import Criterion, Field, Rule, Verb
from tieout.departments.queries import system
from tieout.expenses.models import Expense
from tieout.expenses.organising import Choice, organise
from tieout.expenses.services import Draft, NewExpense, save_link

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def report(company: Company, name: str, *words: str) -> Result:
    return run("report", name, "--company", company.slug, *words)


def test_the_json_has_the_shape_of_the_specification(books: Books) -> None:
    done = report(books.company, "trial-balance", "--month", "2026-07", "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    rows = found.pop("rows")
    assert found == {
        "report": "trial-balance",
        "company": "northwind-software",
        "book": {"connection": "9130347", "basis": "accrual", "currency": "USD", "digits": 2},
        "sync": 1,
        "from": "2026-07",
        "to": "2026-07",
        "tie_out": "ties",
    }
    assert rows[-1] == {
        "account": {"id": "6000", "number": "6000", "name": "Software", "type": "expense"},
        "amounts": {"2026-07": "45.00"},
        "books": {"2026-07": "45.00"},
        "difference": {"2026-07": "0.00"},
    }
    assert [row["account"]["id"] for row in rows] == [
        "1000", "1001", "1500", "1900", "2000", "2100", "2700", "3000", "3900", "6000",
    ]  # fmt: skip


def test_a_range_has_an_amount_for_every_month(books: Books) -> None:
    done = report(books.company, "expenses", "--from", "2025-07", "--to", "2025-09", "--format", "json")
    found = json.loads(done.stdout)
    assert (found["from"], found["to"], found["tie_out"]) == ("2025-07", "2025-09", "not compared")
    assert {row["account"]["id"]: row["amounts"] for row in found["rows"]} == {
        "6000": {"2025-07": "600.00", "2025-08": "-150.00", "2025-09": "0.00"},
        "6100": {"2025-07": "0.00", "2025-08": "0.00", "2025-09": "1000.00"},
    }


def test_amounts_are_debit_positive_unless_signs_are_turned(books: Books) -> None:
    def amounts(*words: str) -> dict[str, str]:
        done = report(books.company, "balance-sheet", "--month", "2026-06", "--format", "json", *words)
        return {row["account"]["name"]: row["amounts"]["2026-06"] for row in json.loads(done.stdout)["rows"]}

    plain, natural = amounts(), amounts("--natural")
    assert (plain["Checking"], natural["Checking"]) == ("11300.00", "11300.00")
    assert (plain["Bank loan"], natural["Bank loan"]) == ("-5200.00", "5200.00")
    derived = "Net income, fiscal year to date"
    assert (plain[derived], natural[derived]) == ("-1470.00", "1470.00")


def test_expenses_tie_to_the_books_profit_and_loss(books: Books) -> None:
    def tie_out() -> str:
        done = report(books.company, "expenses", "--month", "2026-07", "--format", "json")
        return str(json.loads(done.stdout)["tie_out"])

    assert tie_out() == "ties"
    books.sync(statements=with_one_more_bill())
    assert tie_out() == "differs"
    saved = report(books.company, "expenses", "--month", "2026-07", "--format", "csv").stdout
    assert "6000,6000,Software,expense,,45.00,UNVERIFIED" in saved


def test_an_expense_that_only_the_books_have_is_listed(books: Books) -> None:
    books.sync(entries=ENTRIES[:-1])
    done = report(books.company, "expenses", "--month", "2026-07")
    assert "6000 Software        –      –  Unassigned UNVERIFIED\n" in done.stdout
    assert "UNVERIFIED: differs from the books.\n" in done.stdout


def test_an_earlier_sync_is_reported_as_it_was(books: Books) -> None:
    words = ("trial-balance", "--from", "2025-07", "--to", "2026-07", "--format", "json", "--sync", "1")
    before = report(books.company, *words).stdout_bytes
    books.sync(entries=ENTRIES[:-3], statements=with_one_more_bill())
    assert report(books.company, *words).stdout_bytes == before
    assert report(books.company, *words[:-2]).stdout_bytes != before


def test_the_csv_opens_in_a_spreadsheet_without_running_anything(books: Books) -> None:
    done = report(books.company, "trial-balance", "--month", "2026-07", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert rows[0] == {
        "account id": "1000", "number": "1000", "account": "Checking", "type": "asset",
        "2026-07": "11300.00", "2026-07 books": "11300.00", "2026-07 difference": "0.00", "tie-out": "ties",
    }  # fmt: skip


def test_the_table_is_for_people_and_a_file_takes_any_of_them(books: Books, tmp_path: Path) -> None:
    target = tmp_path / "sheet.txt"
    done = report(books.company, "balance-sheet", "--month", "2026-06", "--output", str(target))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Total assets" in target.read_text(encoding="utf-8")
    refused = report(books.company, "balance-sheet", "--month", "2026-06", "--output", str(tmp_path / "no" / "x"))
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--month", "2031-01"), "2031-01 has not been read: sync 1 knows 2025-07 to 2026-07"),
        (("--month", "2025-06"), "2025-06 has not been read: sync 1 knows 2025-07 to 2026-07"),
        (("--month", "July"), "'July' is not a month: write it like 2026-01"),
        (("--from", "2026-07", "--to", "2026-06"), "2026-07 is later than 2026-06"),
        (("--from", "2026-07"), "which months? give --month, or --from and --to"),
        (("--month", "2026-07", "--to", "2026-07"), "give --month, or --from and --to, not both"),
        (("--month", "2026-07", "--sync", "9"), "there is no sync 9: the latest one is sync 1"),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence(books: Books, words: tuple[str, ...], sentence: str) -> None:
    done = report(books.company, "expenses", *words)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"tieout: {sentence}\n")


def test_a_company_that_is_unknown_or_has_no_books_is_refused(company: Company) -> None:
    unknown = run("report", "expenses", "--company", "nobody", "--month", "2026-07")
    assert (unknown.exit_code, unknown.stderr) == (2, "tieout: there is no company 'nobody'\n")
    for command in (("report", "expenses", "--month", "2026-07"), ("tie-out",)):
        empty = run(*command, "--company", company.slug)
        assert empty.exit_code == 2
        assert "has no books yet" in empty.stderr


def test_a_figure_that_left_the_books_is_compared_with_zero(books: Books) -> None:
    gone = [
        msgspec.structs.replace(it, amounts={id_: amount for id_, amount in it.amounts.items() if id_ != "6000"})
        for it in STATEMENTS
    ]
    books.sync(statements=gone)

    def software(sync: str) -> tuple[str, str, str]:
        done = report(
            books.company, "trial-balance", "--month", "2026-07", "--format", "json", "--natural", "--sync", sync
        )
        row = json.loads(done.stdout)["rows"][-1]
        assert row["account"]["id"] == "6000"
        return row["amounts"]["2026-07"], row["books"]["2026-07"], row["difference"]["2026-07"]

    assert software("2") == ("45.00", "0.00", "45.00")
    assert software("1") == ("45.00", "45.00", "0.00")


def test_the_tie_out_says_what_ties(books: Books) -> None:
    done = run("tie-out", "--company", books.company.slug)
    assert (done.exit_code, done.stdout.splitlines()[1:]) == (
        0,
        [
            "trial balance: 2026-06 to 2026-07, all tie",
            "balance sheet: 2026-06 to 2026-07, all tie",
            "profit and loss: 2026-06 to 2026-07, all tie",
            "tie-out: ties",
        ],
    )


def test_the_tie_out_names_every_difference_and_exits_with_one(books: Books) -> None:
    books.sync(statements=with_one_more_bill())
    done = run("tie-out", "--company", books.company.slug)
    assert done.exit_code == 1
    assert "  2026-07 2000 Payables: ours -450.00, the books -470.00, differs by 20.00\n" in done.stdout
    assert "  2026-07 Net income: ours 45.00, the books 65.00, differs by -20.00\n" in done.stdout
    assert done.stdout.endswith("tie-out: differs\n")
    assert run("tie-out", "--company", books.company.slug, "--month", "2026-06").exit_code == 0


def test_a_month_that_nobody_compared_does_not_tie(books: Books) -> None:
    done = run("tie-out", "--company", books.company.slug, "--month", "2025-08")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "tie-out: not compared")


def test_what_a_link_carves_out_of_an_account_is_a_row_in_its_own_department(books: Books, alice: User) -> None:
    company = books.company
    before = json.loads(report(company, "expenses", "--from", "2025-07", "--to", "2025-09", "--format", "json").stdout)
    design = system(company, "design").pk
    rule = Rule((Criterion(field=Field.AMOUNT, verb=Verb.BETWEEN, low=1_00),))
    saved = save_link(
        company=company, person=alice, book=books.book, expense=NewExpense("Large ones", design), draft=Draft(rule=rule)
    )
    rows = json.loads(report(company, "expenses", "--from", "2025-07", "--to", "2025-09", "--format", "json").stdout)[
        "rows"
    ]
    linked = [row for row in rows if row["expense"].get("name") == "Large ones"]
    assert {row["department"] for row in linked} == {"Design"}
    assert {row["expense"]["id"] for row in linked} == {saved.link.expense_id}
    for month in ("2025-07", "2025-08", "2025-09"):
        was, now = (sum(Decimal(row["amounts"][month]) for row in some) for some in (before["rows"], rows))
        assert was == now
    assert "› Large ones" in report(company, "expenses", "--month", "2025-07").stdout


def test_expenses_name_their_department_and_a_move_leaves_earlier_months_alone(books: Books, alice: User) -> None:
    company = books.company
    software, rent = (
        Expense.objects.get(company=company, account__external_id=number).pk for number in ("6000", "6100")
    )
    design, product, sales = (system(company, key) for key in ("design", "product", "sales"))
    organise(company=company, person=alice, choices=[Choice(expense=software, department=design.pk)])
    for since, department in ((Month(2025, 8), product), (Month(2025, 9), sales)):
        later = [Choice(expense=software, department=department.pk)]
        organise(company=company, person=alice, choices=later, since=since)

    done = report(company, "expenses", "--from", "2025-07", "--to", "2025-09", "--format", "json")

    rows = [
        (row["account"]["id"], row["expense"]["id"], row.get("department"), row["amounts"])
        for row in json.loads(done.stdout)["rows"]
    ]
    assert rows == [
        ("6000", software, "Design", {"2025-07": "600.00", "2025-08": "0.00", "2025-09": "0.00"}),
        ("6000", software, "Product", {"2025-07": "0.00", "2025-08": "-150.00", "2025-09": "0.00"}),
        ("6100", rent, None, {"2025-07": "0.00", "2025-08": "0.00", "2025-09": "1000.00"}),
    ]


def test_any_report_of_the_catalogue_is_asked_as_its_page_is(books: Books) -> None:
    words = ("--from", "2025-07", "--to", "2026-07", "--by", "year", "--compare", "last-year")
    done = report(books.company, "profit-and-loss", *words)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "Northwind Software: Profit and loss by account",
        "July 2025 – July 2026, by year, beside the year before",
    ]
    assert next(it for it in lines if "Net income" in it).split()[:5] == [
        "Net",
        "income",
        "1,470.00",
        "(45.00)",
        "1,425.00",
    ]
    shown = json.loads(report(books.company, "profit-and-loss", *words, "--format", "json", "--natural").stdout)
    assert {it["row"]: it["amounts"]["2025-07..2026-06"] for it in shown["rows"]}["Sales"] == "3000.00"


def test_a_workbook_goes_to_a_file_only(books: Books, tmp_path: Path) -> None:
    refused = report(books.company, "profit-and-loss", "--format", "xlsx")
    assert (refused.exit_code, refused.stderr) == (2, "tieout: where to? give -o FILE.xlsx\n")
    file = tmp_path / "it.xlsx"
    assert (
        report(books.company, "profit-and-loss", "--month", "2026-07", "--format", "xlsx", "-o", str(file)).exit_code
        == 0
    )
    assert file.read_bytes().startswith(b"PK")


def test_departments_are_named_and_a_wrong_name_is_told(books: Books) -> None:
    wrong = report(books.company, "profit-and-loss", "--department", "Pirates")
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith(
        "tieout: there is no department 'Pirates': Administration, Amortisation, Customer success"
    )
    none = report(books.company, "profits")
    assert "there is no report 'profits': profit-and-loss" in none.stderr
