"""The pages of people, as owner, as viewer with and without the right to see pay, and as a stranger."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tieout.companies.models import AuditEvent, Company, Membership
from tieout.departments import queries as departments
from tieout.payroll.models import Employee, Raise, TypedPay, Upload
from tieout.payroll.people_page import people_page

pytestmark = pytest.mark.django_db
PLANTED = "87654"  # a pay that no page may show without the right


def url(company: Company, name: str, **ids: int) -> str:
    return reverse(f"payroll:{name}", kwargs={"company": company.slug, **ids})


@pytest.fixture
def ada(company: Company) -> Employee:
    return Employee.objects.create(
        company=company, ref="E1", name="Ada Lovelace", title="Lead", start=date(2020, 1, 1), amount=int(PLANTED) * 100,
        department=departments.system(company, "engineering"),
    )  # fmt: skip


def form(**changes: str) -> dict[str, str]:
    return {"name": "Ben", "start": "2026-02-01", "amount": "60,000", "basis": "Year", "role": "Employee"} | changes


def test_an_owner_adds_changes_and_removes_a_person(company: Company, alice: User, client: Client) -> None:
    client.force_login(alice)
    assert client.post(url(company, "add"), form(department="Sales")).status_code == 302
    ben = Employee.objects.get()
    assert (ben.name, ben.amount, ben.department) == ("Ben", 60_000_00, departments.system(company, "sales"))
    saved = client.post(url(company, "save", employee_id=ben.pk), form(amount="61000", bonus_rate="12.5"), follow=True)
    ben.refresh_from_db()
    assert (ben.amount, ben.bonus_rate, ben.department) == (61_000_00, 125_000, None)
    assert "61000.00" in saved.content.decode()
    client.post(url(company, "remove", employee_id=ben.pk))
    assert not Employee.objects.exists()
    assert [event.what for event in AuditEvent.objects.filter(object_kind="employee")] == [
        "added a person to payroll", "changed a person on payroll", "removed a person from payroll",
    ]  # fmt: skip


def test_a_wrong_form_says_what_is_wrong_at_the_field(company: Company, alice: User, client: Client) -> None:
    client.force_login(alice)
    answer = client.post(url(company, "add"), form(end="2026-01-01", amount="much"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "is before the start" in page
    assert "“much” is not an amount" in page
    assert not Employee.objects.exists()


def test_an_id_is_given_once(company: Company, alice: User, client: Client, ada: Employee) -> None:
    client.force_login(alice)
    answer = client.post(url(company, "add"), form(ref="E1"))
    assert "Ada Lovelace has the ID E1 already" in answer.content.decode()


def test_raises_and_typed_months(company: Company, alice: User, client: Client, ada: Employee) -> None:
    client.force_login(alice)
    client.post(url(company, "raise", employee_id=ada.pk), {"month": "2026-03", "rate": "10"})
    given = Raise.objects.get()
    assert (given.from_month, given.rate, given.amount) == (202603, 100_000, None)
    client.post(url(company, "raise", employee_id=ada.pk), {"month": "2026-03", "amount": "100,000"})
    given = Raise.objects.get()
    assert (given.rate, given.amount) == (0, 100_000_00)
    both = client.post(url(company, "raise", employee_id=ada.pk), {"month": "2026-03", "amount": "1", "rate": "1"})
    assert "either the new pay or a change" in both.content.decode()
    early = client.post(url(company, "raise", employee_id=ada.pk), {"month": "2019-03", "rate": "1"})
    assert "Choose a later month" in early.content.decode()
    client.post(url(company, "remove-raise", employee_id=ada.pk, raise_id=given.pk))
    assert not Raise.objects.exists()
    client.post(url(company, "pay", employee_id=ada.pk), {"month": "2026-03", "amount": "7,500"})
    assert (TypedPay.objects.get().month, TypedPay.objects.get().amount) == (202603, 7_500_00)
    client.post(url(company, "pay", employee_id=ada.pk), {"month": "2026-03", "amount": ""})
    assert not TypedPay.objects.exists()


def test_a_sheet_is_previewed_then_imported_once(company: Company, alice: User, client: Client) -> None:
    client.force_login(alice)
    data = b"Name,Start,Pay\nAda,2026-01-01,5000\nBen,soon,1\n"
    kept = client.post(url(company, "import"), {"file": SimpleUploadedFile("people.csv", data)})
    (upload,) = Upload.objects.all()
    page = client.get(kept.headers["Location"]).content.decode()
    assert "Import the 1 good row" in page
    assert "“soon” is not a date" in page
    assert not Employee.objects.exists()
    address = url(company, "import-preview", upload_id=upload.pk)
    assert client.post(address).status_code == 422
    assert not Employee.objects.exists()
    assert client.post(address, {"good": "1"}).status_code == 302
    assert [one.name for one in Employee.objects.all()] == ["Ada"]
    assert client.post(address, {"good": "1"}).status_code == 404  # the file is gone: a double click writes once
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("people.csv", b"", "empty"),
        ("people.csv", b"Who,When\nAda,2026\n", "No row names the columns Name and Start"),
        ("people.xlsx", b"PK\x03\x04 broken", "is damaged"),
    ],
)
def test_what_is_no_sheet_is_refused(
    company: Company, alice: User, client: Client, name: str, data: bytes, sentence: str
) -> None:
    client.force_login(alice)
    answer = client.post(url(company, "import"), {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Upload.objects.exists()


def test_nobody_else_sees_a_kept_file(company: Company, alice: User, bob: User, client: Client) -> None:
    client.force_login(alice)
    client.post(url(company, "import"), {"file": SimpleUploadedFile("p.csv", b"Name,Start\nAda,2026-01-01\n")})
    upload = Upload.objects.get()
    Membership.objects.filter(person=bob).update(role="owner", payroll_detail=True)
    client.force_login(bob)
    assert client.get(url(company, "import-preview", upload_id=upload.pk)).status_code == 404


def test_a_viewer_without_the_right_sees_people_and_no_pay(
    company: Company, bob: User, client: Client, ada: Employee
) -> None:
    Raise.objects.create(employee=ada, from_month=202001, amount=int(PLANTED) * 100)
    client.force_login(bob)
    page = client.get(url(company, "people")).content.decode()
    assert "Ada Lovelace" in page
    assert "Engineering" in page
    assert "1 employee and 0 contractors" in page
    assert page.count("hidden") >= 2
    pages = [page, client.get(url(company, "person", employee_id=ada.pk)).content.decode()]
    pages.append(client.get(f"{url(company, 'export')}?as=csv").content.decode())
    for each in pages:
        assert PLANTED not in each.replace(",", "")
        assert "87,654" not in each


def test_pay_does_not_even_reach_the_template(company: Company, ada: Employee) -> None:
    (group,) = people_page(company, today=date(2026, 5, 4), pay_shown=False).groups
    assert [(row.pay, row.cost) for row in group.rows] == [(None, None)]
    assert group.cost is None


def test_with_the_right_a_viewer_looks_and_changes_nothing(
    company: Company, bob: User, client: Client, ada: Employee
) -> None:
    Membership.objects.filter(person=bob).update(payroll_detail=True)
    client.force_login(bob)
    assert "87,654" in client.get(url(company, "people")).content.decode()
    page = client.get(url(company, "person", employee_id=ada.pk)).content.decode()
    assert "87,654" in page
    assert "Save" not in page
    assert client.post(url(company, "save", employee_id=ada.pk), form()).status_code == 403


def test_an_owner_without_the_right_changes_no_pay(
    company: Company, alice: User, client: Client, ada: Employee
) -> None:
    Membership.objects.filter(person=alice).update(payroll_detail=False)
    client.force_login(alice)
    for name in ("add", "import"):
        answer = client.get(url(company, name))
        assert answer.status_code == 403
        assert "is not shown to you" in answer.content.decode()
    assert PLANTED not in client.get(url(company, "person", employee_id=ada.pk)).content.decode()


def test_a_stranger_and_another_company_find_nobody(
    company: Company, charlie: User, client: Client, ada: Employee
) -> None:
    from tieout.companies.services import create_company

    other = create_company(name="Elsewhere", person=charlie)
    client.force_login(charlie)
    assert client.get(url(company, "people")).status_code == 404
    assert client.get(url(other, "person", employee_id=ada.pk)).status_code == 404
    assert client.post(url(other, "save", employee_id=ada.pk), form()).status_code == 404
    assert "Ada" not in client.get(url(other, "people")).content.decode()


def test_search_and_those_who_left(company: Company, alice: User, client: Client, ada: Employee) -> None:
    Employee.objects.create(company=company, name="Zed", start=date(2020, 1, 1), end=date(2021, 1, 1))
    client.force_login(alice)
    page = client.get(url(company, "people")).content.decode()
    assert ("Zed" in page, "With the 1 who left" in page) == (False, True)
    assert "Zed" in client.get(f"{url(company, 'people')}?left=on").content.decode()
    assert "Nobody is called that" in client.get(f"{url(company, 'people')}?q=nobody").content.decode()
    assert "Ada" in client.get(f"{url(company, 'people')}?q=LEAD").content.decode()


def test_the_audit_log_names_no_pay(company: Company, alice: User, client: Client, ada: Employee) -> None:
    client.force_login(alice)
    client.post(url(company, "save", employee_id=ada.pk), form(amount="91,234.56"))
    client.post(url(company, "pay", employee_id=ada.pk), {"month": "2026-03", "amount": "91,234.56"})
    client.post(url(company, "raise", employee_id=ada.pk), {"month": "2026-03", "amount": "91,234.56"})
    client.post(url(company, "remove", employee_id=ada.pk))
    told = repr([(event.what, event.before, event.after) for event in AuditEvent.objects.all()])
    assert "changed" in told
    for figure in ("91234", "91,234", "9123456", PLANTED):
        assert figure not in told
