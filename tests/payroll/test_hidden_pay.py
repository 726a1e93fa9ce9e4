"""Nobody without the payroll-detail right reads what a single person is paid: on no page, in no file, log or message.

Pay is planted in every place that keeps it; then every page of the company is asked as a viewer.
"""

from __future__ import annotations

import logging
import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.companies.routes import OURS, Route
from tests.payroll.test_runs import write
from tieout.companies.models import AuditEvent, Company, Membership, Role
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.ledger.models import Book
from tieout.payroll import hiring, people_services
from tieout.payroll.models import Employee, PayRun
from tieout.payroll.person_fields import Value

pytestmark = pytest.mark.django_db
# In minor units. Each is looked for to the cent and as pages round it, 9,876,543.
FIGURES = {
    "a year's pay": 9_876_543_21,
    "a month of it": 823_045_26,
    "that with benefits": 905_349_79,
    "a raise": 7_654_321_98,
    "a month after the raise": 637_860_16,
    "that raise with benefits": 701_646_18,
    "a typed month": 654_321_98,
    "gross pay": 543_219_87,
    "net pay": 432_198_76,
    "the cost of a pay run of one": 543_220_97,
    "a post's pay": 3_219_876_54,
    "a month of the post": 268_323_04,
}
ZOE = "2026-05-31,2026-05,Z1,Zoe,543219.87,1.10,0,432198.76"


@pytest.fixture
def zoe(book: Book, company: Company, alice: User) -> Employee:
    """Is the only person of Sales, paid in every way that there is; somebody else is in no department."""
    Employee.objects.create(company=company, name="Yan", start=date(2021, 1, 1), amount=40_000_00)
    made = people_services.make_person(
        company,
        {
            "ref": "Z1", "name": "Zoe", "start": date(2020, 1, 1),
            "amount": FIGURES["a year's pay"], "benefits": 100_000,
            "department_id": departments.system(company, "sales").pk,
        },
        person=alice,
    )  # fmt: skip
    people_services.add_raise(made, month=Month(2027, 1), amount=FIGURES["a raise"], rate=0, person=alice)
    people_services.type_pay(made, month=Month(2026, 4), amount=FIGURES["a typed month"], person=alice)
    write(company, alice, ZOE)
    values: dict[str, Value] = {"title": "Seller", "formula": "1", "start": 202612, "amount": FIGURES["a post's pay"]}
    hiring.save_driver(company, values, person=alice)
    return made


def leaks(text: str) -> set[str]:
    """Return which planted figures a text holds, however they are written: to the cent, rounded, in minor units."""
    digits = re.sub(r"(?<=\d)[\s,'\u2019\u202f](?=\d{3}(?!\d))", "", text)
    return {name for name, minor in FIGURES.items() if re.search(_written(minor), digits)}


def _written(minor: int) -> str:
    units, cents = divmod(minor, 100)
    return rf"(?<!\d)(?:{units}(?:[.,]{cents:02d})?|{units + (cents >= 50)}|{minor})(?!\d)"


def pages(company: Company, zoe: Employee) -> list[str]:
    """Return every address of the company that can be asked with GET, with the ids of what was planted."""
    arguments: dict[str, str | int] = {
        "company": company.slug,
        "membership_id": Membership.objects.get(company=company, role=Role.VIEWER).pk,
        "department_id": departments.system(company, "sales").pk,
        "employee_id": zoe.pk,
        "driver_id": hiring.drivers(company)[0].pk,
        "provider": "quickbooks",
    }

    def address(route: Route) -> str:
        run = {"run_id": PayRun.objects.get().pk} if route.name.startswith("payroll:") else {}
        given = {name: (arguments | run).get(name, 1) for name in route.arguments}
        return reverse(route.name, kwargs=given)

    return [address(route) for route in OURS]


QUERIES = ("", "?from=2026-01&to=2027-06&plan=1&open=payroll", "?as=csv&q=Zoe")


def text_of(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode()
    sheets = openpyxl.load_workbook(BytesIO(content), read_only=True).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)


def test_what_is_planted_is_there_for_who_may_see_it(
    company: Company, alice: User, client: Client, zoe: Employee
) -> None:
    client.force_login(alice)
    seen: set[str] = set()
    for address in pages(company, zoe):
        answer = client.get(address)
        if answer.status_code == 200:
            seen |= leaks(text_of(answer.getvalue()))
    assert seen >= set(FIGURES) - {"a month of it", "a month after the raise", "that raise with benefits"}


@pytest.mark.slow
def test_no_page_and_no_file_tells_a_viewer(
    company: Company, bob: User, client: Client, zoe: Employee, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(bob)
    with caplog.at_level(logging.INFO):
        found = {
            address + query: told
            for address in pages(company, zoe)
            for query in QUERIES
            if (told := leaks(text_of(client.get(address + query).getvalue())))
        }
    assert not found
    assert not leaks(caplog.text)


def test_no_log_tells_what_an_owner_writes(
    company: Company, alice: User, client: Client, zoe: Employee, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(alice)
    person = {"company": company.slug, "employee_id": zoe.pk}
    with caplog.at_level(logging.INFO):
        for name, data in (
            ("save", {"name": "Zoe", "start": "2020-01-01", "amount": "9876543.21", "bonus_amount": "9,876,543.21x"}),
            ("raise", {"month": "2026-02", "amount": "7,654,321.98"}),
            ("raise", {"month": "soon", "amount": "7,654,321.98"}),
            ("pay", {"month": "2026-02", "amount": "654,321.98"}),
        ):
            client.post(reverse(f"payroll:{name}", kwargs=person), data)
    assert not leaks(caplog.text)


def test_the_audit_log_tells_no_pay(zoe: Employee) -> None:
    events = AuditEvent.objects.filter(object_kind__in=("employee", "payrun", "hiringdriver", "company"))
    assert len(events) >= 6
    assert not leaks(repr([(event.what, event.before, event.after) for event in events]))


@pytest.mark.parametrize("text", ["9,876,543.21", "9 876 543", "pay 9876543.", "987654321", "<td>9,876,543</td>"])
def test_a_leak_would_be_found(text: str) -> None:
    assert leaks(text) == {"a year's pay"}
    assert leaks("905,350") == {"that with benefits"}
    assert not leaks("19,876,543 and 98,765")
