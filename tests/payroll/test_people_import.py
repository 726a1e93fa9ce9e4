"""A sheet of people: previewed, refused whole or in part, written once."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieout.companies.models import AuditEvent, Company
from tieout.departments import queries as departments
from tieout.kit.tables import Table, UnreadableTable, read_table, write_csv, write_xlsx
from tieout.payroll import people_page, people_sheet
from tieout.payroll.models import Employee
from tieout.payroll.people_import import Outcome, RowsAreWrong, preview, write

pytestmark = pytest.mark.django_db
HEAD = ("ID", "Name", "Department", "Start", "Pay", "Pay per", "Hours a month", "Benefits & taxes %", "Bonus %")
ADA = ("E1", "Ada Lovelace", "Engineering", "2026-01-15", "120,000", "Year", "", "18.375%", "10")
BEN = ("", "Ben", "sales", "3/31/2026", "$5,500.50", "month", "", "", "")
CLEO = ("C1", "Cleo", "", "04/02/2026", "65", "hour", "86.67", "", "")


def sheet(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Table:
    return Table((("People of Northwind",), (), head, *rows))


def test_people_are_added_as_written(company: Company, alice: User) -> None:
    write(company=company, person=alice, table=sheet(ADA, BEN, CLEO))
    ada, ben, cleo = Employee.objects.filter(company=company).order_by("name")
    assert (ada.ref, ada.amount, ada.basis, ada.benefits, ada.bonus_rate) == (
        "E1",
        120_000_00,
        "annual",
        183_750,
        100_000,
    )
    assert ada.department == departments.system(company, "engineering")
    assert (ben.start, ben.amount, ben.basis, ben.department) == (
        date(2026, 3, 31), 5_500_50, "monthly", departments.system(company, "sales"),
    )  # fmt: skip
    assert (cleo.start, cleo.hours) == (date(2026, 4, 2), 86_67)  # Ben's date shows that the month comes first


def test_the_same_sheet_again_writes_nothing(company: Company, alice: User) -> None:
    write(company=company, person=alice, table=sheet(ADA, BEN, CLEO))
    told = AuditEvent.objects.count()
    again = write(company=company, person=alice, table=sheet(ADA, BEN, CLEO))
    assert again.counts == {"new": 0, "changed": 0, "same": 3, "wrong": 0}
    assert (AuditEvent.objects.count(), Employee.objects.count()) == (told, 3)


def test_people_are_found_by_id_then_by_name_and_start(company: Company, alice: User) -> None:
    write(company=company, person=alice, table=sheet(ADA, BEN))
    renamed = ("E1", "Ada King", *ADA[2:4], "130,000", *ADA[5:])
    given_id = ("B7", *BEN[1:])
    found = write(company=company, person=alice, table=sheet(renamed, given_id))
    assert [row.changes for row in found.rows] == [["Name", "Pay"], ["ID"]]
    assert set(Employee.objects.values_list("ref", "name")) == {("E1", "Ada King"), ("B7", "Ben")}


def test_a_sheet_without_a_column_leaves_it(company: Company, alice: User) -> None:
    write(company=company, person=alice, table=sheet(ADA))
    write(
        company=company,
        person=alice,
        table=sheet(("Ada Lovelace", "2026-01-15", "CTO"), head=("Name", "Start", "Title")),
    )
    ada = Employee.objects.get()
    assert (ada.title, ada.amount, ada.ref) == ("CTO", 120_000_00, "E1")


WRONG = [
    (("E2", "", *ADA[2:]), "Name: The name is missing."),
    (("E2", "Dan", "Cooking", *ADA[3:]), "Department: There is no department “Cooking”"),
    (("E2", "Dan", "", "soon", *ADA[4:]), "Start: “soon” is not a date"),
    (("E2", "Dan", "", "2026-01-01", "lots", *ADA[5:]), "Pay: “lots” is not an amount"),
    (("E2", "Dan", "", "2026-01-01", "", *ADA[5:]), "Pay: The pay is missing"),
    (("E2", "Dan", "", "2026-01-01", "-5", *ADA[5:]), "Pay: “-5” is below zero"),
    (("E2", "Dan", "", "2026-01-01", "5", "fortnight", *ADA[6:]), "Pay per: “fortnight” is not known here"),
    (("E2", "Dan", "", "2026-01-01", "5", "hour", *ADA[6:]), "Hours a month: An hourly pay needs the hours"),
    (("E2", "Dan", "", "2026-01-01", "5", "hour", "900", "", ""), "Hours a month: “900” is no number of hours"),
    (("E2", "Dan", "", "2026-01-01", "5", "year", "", "2000", ""), "Benefits & taxes %: “2000” is over 1,000 percent"),
    (("E1", "Dan", *ADA[2:]), "Row 4 is the same person"),
    (("", *ADA[1:]), "Row 4 is the same person"),
]


@pytest.mark.parametrize(("row", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_one_wrong_row_stops_all(company: Company, alice: User, row: tuple[str, ...], sentence: str) -> None:
    table = sheet(ADA, row)
    (wrong,) = preview(company, table).of(Outcome.WRONG)
    assert wrong.number == 5
    assert any(error.startswith(sentence) for error in wrong.errors), wrong.errors
    with pytest.raises(RowsAreWrong, match="1 of 2 rows are wrong, so nothing was imported"):
        write(company=company, person=alice, table=table)
    assert not Employee.objects.exists()
    write(company=company, person=alice, table=table, only_good=True)
    assert [one.name for one in Employee.objects.all()] == ["Ada Lovelace"]


def test_end_before_start_and_two_bonuses(company: Company) -> None:
    head = ("Name", "Start", "End", "Bonus %", "Bonus a year")
    (row,) = preview(company, sheet(("Ada", "2026-02-01", "2026-01-31", "5", "100"), head=head)).rows
    assert row.errors == [
        "End: The end, 2026-01-31, is before the start, 2026-02-01. Correct one of them.",
        "Bonus a year: Bonus % and Bonus a year are both given. Keep one of them.",
    ]


def test_two_people_of_one_name_need_ids(company: Company, alice: User) -> None:
    twins = [(ref, "Ada", "", "2026-01-15", "1", "", "", "", "") for ref in ("E1", "E2")]
    write(company=company, person=alice, table=sheet(*twins))
    (row,) = preview(company, sheet(("", *twins[0][1:]))).rows
    assert row.errors == ["ID: several people are called Ada and started on 2026-01-15. Give the ID."]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((("Name", "Pay"), ("Ada", "1")), "No row names the columns Name and Start"),
        ((("Name", "Start", "Employee"), ("Ada", "2026-01-01", "x")), "Two columns are taken for Name"),
        ((HEAD,), "no people below it"),
    ],
)
def test_what_is_no_sheet_of_people(company: Company, rows: tuple[tuple[str, ...], ...], sentence: str) -> None:
    with pytest.raises(UnreadableTable, match=sentence):
        preview(company, Table(rows))


def test_unused_columns_are_named(company: Company) -> None:
    found = preview(company, sheet(("Ada", "2026-01-01", "x"), head=("Name", "Start", "Birthday")))
    assert found.unused == ("Birthday",)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_and_export_come_back_unchanged(company: Company, alice: User, kind: str) -> None:
    sheets = people_sheet.template()
    data = write_csv(sheets[0].rows) if kind == "csv" else write_xlsx(sheets)
    found = write(company=company, person=alice, table=read_table(f"people.{kind}", data))
    assert found.counts == {"new": 3, "changed": 0, "same": 0, "wrong": 0}
    made = people_sheet.sheet(company, people_page.listed(company), pay=True)
    data = write_csv(made.rows) if kind == "csv" else write_xlsx([made])
    again = preview(company, read_table(f"people.{kind}", data))
    assert again.counts == {"new": 0, "changed": 0, "same": 3, "wrong": 0}


def test_names_like_formulas_are_neither_run_nor_lost(company: Company, alice: User) -> None:
    names = ("=1+1", "@cmd", "'t Hooft", "-Ada", "+Ben")
    rows = [("", name, "", "2026-01-15", "1", "", "", "", "") for name in names]
    write(company=company, person=alice, table=sheet(*rows))
    made = people_sheet.sheet(company, people_page.listed(company), pay=True)
    text = write_csv(made.rows).decode("utf-8-sig")
    assert "'=1+1" in text
    assert ",=1+1" not in text
    assert preview(company, read_table("people.csv", text.encode())).counts["same"] == len(names)


TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*[TEXTS] * len(HEAD)), min_size=1, max_size=5))
def test_no_row_breaks_the_preview(company: Company, rows: list[tuple[str, ...]]) -> None:
    try:
        found = preview(company, sheet(*rows))
    except UnreadableTable:
        return
    assert len(found.rows) <= len(rows)
    assert all(row.errors for row in found.rows if not row.name)
