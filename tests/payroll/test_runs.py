"""Pay runs: brought as a file, previewed, written once, replaced when they change."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tieout.companies.models import AuditEvent, Company, Membership
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.payroll import people_services, run_import
from tieout.payroll.matching import rematch
from tieout.payroll.models import Employee, PayLine, PayRun, Upload
from tieout.payroll.person_fields import Value
from tieout.payroll.queries import total_payroll
from tieout.payroll.reconciling import Source, individual_actuals
from tieout.payroll.run_import import Outcome, RunsAreWrong
from tieout.payroll.sources import file_provider
from tieout.payroll.totals import facts_of
from tieout.providerkit.payroll import Payroll

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)
HEAD = "Check date,Period,Employee ID,Employee,Gross,Employer taxes,Benefits,Net"
ADA = "2026-01-31,2026-01,E1,Ada Lovelace,10000,765,500,7200"
BEN = "2026-01-31,2026-01,,Ben,4000,306,0,3100"
TAX = "2026-01-31,2026-01,,,,120,,"
LATER = "2026-02-28,2026-02,E1,A. Lovelace,10000,765,500,7200"


def csv(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


def payroll(*rows: str) -> Payroll:
    return file_provider({}).read([row.split(",") for row in (HEAD, *rows)], digits=2)


def write(company: Company, person: User, *rows: str, only_good: bool = False) -> run_import.Preview:
    return run_import.write(
        company=company, person=person, source="file", payroll=payroll(*rows), only_good=only_good
    )  # fmt: skip


def url(company: Company, name: str, **ids: int) -> str:
    return reverse(f"payroll:{name}", kwargs={"company": company.slug, **ids})


@pytest.fixture
def ada(company: Company) -> Employee:
    return Employee.objects.create(company=company, ref="E1", name="Ada Lovelace", start=date(2020, 1, 1))


def test_runs_give_people_their_actuals_and_the_total(company: Company, alice: User, ada: Employee) -> None:
    found = write(company, alice, ADA, BEN, TAX, LATER)
    assert [(row.outcome, row.people, row.matched, row.unmatched, row.cost) for row in found.runs] == [
        (Outcome.NEW, 2, 1, ("Ben",), 15_691_00),
        (Outcome.NEW, 1, 1, (), 11_265_00),
    ]
    total = total_payroll(company, None, [JANUARY, FEBRUARY])
    assert (total.source, total.amounts) == (Source.PROVIDER, {JANUARY: 15_691_00, FEBRUARY: 11_265_00})
    facts = facts_of(company, None, [JANUARY])
    assert individual_actuals(facts) == {ada.pk: {JANUARY: 11_265_00, FEBRUARY: 11_265_00}}


def test_the_same_file_twice_writes_nothing(company: Company, alice: User, ada: Employee) -> None:
    write(company, alice, ADA, BEN, LATER)
    told, lines = AuditEvent.objects.count(), list(PayLine.objects.values_list("pk", flat=True))
    again = write(company, alice, BEN, ADA, LATER)  # in another order
    assert again.counts == {"new": 0, "changed": 0, "same": 2}
    assert (AuditEvent.objects.count(), list(PayLine.objects.values_list("pk", flat=True))) == (told, lines)


def test_a_changed_run_replaces_the_one_before(company: Company, alice: User, ada: Employee) -> None:
    write(company, alice, ADA, BEN, LATER)
    found = write(company, alice, ADA.replace("10000", "10500"), LATER)
    assert [(row.outcome, row.cost, row.cost_before) for row in found.runs] == [
        (Outcome.CHANGED, 11_765_00, 15_571_00), (Outcome.SAME, 11_265_00, None),
    ]  # fmt: skip
    assert total_payroll(company, None, [JANUARY]).amounts == {JANUARY: 11_765_00}
    (event,) = AuditEvent.objects.filter(what="replaced a pay run")
    assert (event.before["lines"], event.after["lines"]) == (2, 1)
    assert not any("000" in str(event.before | event.after) for event in AuditEvent.objects.all())


def test_a_wrong_row_stops_all_unless_its_run_is_left_out(company: Company, alice: User) -> None:
    bad = LATER.replace("7200", "99999")
    with pytest.raises(RunsAreWrong, match="1 row is wrong, so nothing was imported"):
        write(company, alice, ADA, bad)
    assert not PayRun.objects.exists()
    write(company, alice, ADA, bad, only_good=True)
    assert [run.check_date for run in PayRun.objects.all()] == [date(2026, 1, 31)]


def test_who_comes_on_the_list_later_gets_what_was_paid(company: Company, alice: User, ada: Employee) -> None:
    write(company, alice, ADA, BEN)
    assert PayLine.objects.get(name="Ben").employee is None
    ben = people_services.make_person(company, {"name": "BEN", "start": date(2025, 1, 1)}, person=alice)
    assert PayLine.objects.get(name="Ben").employee == ben
    people_services.remove_person(ben, person=alice)
    assert PayLine.objects.get(name="Ben").employee is None


def test_a_name_that_two_people_have_is_nobody_s(company: Company, alice: User) -> None:
    for day in (1, 2):
        Employee.objects.create(company=company, name="Ben", start=date(2020, 1, day))
    Employee.objects.create(company=company, ref="E9", name="Ada Lovelace", start=date(2020, 1, 1))
    (row,) = write(company, alice, ADA, BEN).runs
    assert row.unmatched == ("Ada Lovelace", "Ben")  # another id is another person


def test_file_preview_confirm(company: Company, alice: User, client: Client, ada: Employee) -> None:
    client.force_login(alice)
    answer = client.post(url(company, "runs-import"), {"file": SimpleUploadedFile("runs.csv", csv(ADA, BEN))})
    page = client.get(answer.headers["Location"]).content.decode()
    assert "15,571.00" in page
    assert "1 person is not on the list" in page
    assert not PayRun.objects.exists()
    assert client.post(answer.headers["Location"]).status_code == 302
    run = PayRun.objects.get()
    assert "15,571.00" in client.get(url(company, "runs")).content.decode()
    assert "7,200.00" in client.get(url(company, "run", run_id=run.pk)).content.decode()
    assert client.post(answer.headers["Location"]).status_code == 404
    client.post(url(company, "remove-run", run_id=run.pk))
    assert not PayRun.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"Name,Start\nAda,2026-01-01\n", "no row names the columns of a pay run"),
        (f"{HEAD},Reimbursements\n{ADA},5".encode(), "these columns are not known: Reimbursements"),
        (b"\x00\x01", "neither a workbook nor text"),
    ],
)
def test_what_is_no_file_of_pay_runs(
    company: Company, alice: User, client: Client, data: bytes, sentence: str
) -> None:  # fmt: skip
    client.force_login(alice)
    answer = client.post(url(company, "runs-import"), {"file": SimpleUploadedFile("runs.csv", data)})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Upload.objects.exists()


def test_without_the_right_runs_show_people_and_no_pay(
    company: Company, alice: User, bob: User, client: Client, ada: Employee
) -> None:
    write(company, alice, ADA, BEN, LATER)
    client.force_login(bob)
    page = client.get(url(company, "runs")).content.decode()
    assert "15,571.00" in page  # two people: their sum tells nobody's pay
    assert "11,265" not in page  # one person: the run's cost would be hers
    for run in PayRun.objects.all():
        page = client.get(url(company, "run", run_id=run.pk)).content.decode()
        assert "Ada Lovelace" in page
        for figure in ("10,000", "7,200", "11,265", "4,306", "765"):
            assert figure not in page
    assert client.get(url(company, "runs-import")).status_code == 403


def test_another_company_sees_no_run(company: Company, alice: User, charlie: User, client: Client) -> None:
    write(company, alice, ADA)
    other = create_company(name="Elsewhere", person=charlie)
    client.force_login(charlie)
    run = PayRun.objects.get()
    assert client.get(url(other, "run", run_id=run.pk)).status_code == 404
    assert client.post(url(other, "remove-run", run_id=run.pk)).status_code == 404
    assert "31 Jan 2026" not in client.get(url(other, "runs")).content.decode()
    assert total_payroll(other, None, [JANUARY]).amounts == {JANUARY: 0}


@pytest.mark.parametrize("kind", ["", "?as=csv"])
def test_the_template_is_a_file_that_the_provider_knows(
    company: Company, bob: User, client: Client, kind: str
) -> None:  # fmt: skip
    from tieout.kit.tables import read_table

    client.force_login(bob)
    table = read_table("t", client.get(url(company, "runs-template") + kind).content)
    row = ("2026-01-31", "2026-01-01", "2026-01-31", "E1", "Ada", "1", "0", "0", "1")
    assert len(list(file_provider({}).read([*table.rows, row], digits=2).pay_runs(None))) == 1


def test_an_owner_without_the_right_brings_no_runs(company: Company, alice: User, client: Client) -> None:
    Membership.objects.filter(person=alice).update(payroll_detail=False)
    client.force_login(alice)
    assert client.get(url(company, "runs-import")).status_code == 403


def test_a_line_with_an_id_follows_who_comes_with_it(company: Company, alice: User) -> None:
    first = Employee.objects.create(company=company, name="Ada", start=date(2020, 1, 1))
    write(company, alice, "2026-01-31,2026-01,Z9,Ada,10000,765,500,7200", TAX)
    line = PayLine.objects.get(ref="Z9")
    assert line.employee_id == first.pk  # the only Ada there is
    with CaptureQueriesContext(connection) as asked:
        assert rematch(company) == 0
    assert not [it for it in asked.captured_queries if it["sql"].startswith("UPDATE")]
    values: dict[str, Value] = {"ref": "Z9", "name": "Ada Byron", "start": date(2020, 1, 1)}
    second = people_services.make_person(company, values, person=alice)
    line.refresh_from_db()
    assert line.employee_id == second.pk
    assert PayLine.objects.get(ref="", name="").employee_id is None
