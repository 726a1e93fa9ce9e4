"""The page that explains the adjustment, over real books, and what it keeps from readers without the right."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.payroll.test_marking import mark
from tests.payroll.test_runs import payroll
from tieout.companies.models import Company, Membership
from tieout.core.month import Month
from tieout.ledger.models import Book
from tieout.payroll import run_import
from tieout.payroll.models import Employee
from tieout.payroll.people_services import type_pay
from tieout.payroll.reconciliation_page import ReconciliationPage, reconciliation_page

pytestmark = pytest.mark.django_db
APRIL, MAY = Month(2026, 4), Month(2026, 5)
ADA = "2026-04-30,2026-04,E1,Ada Lovelace,5000,382.50,117.50,3900"
STRANGER = "2026-04-30,2026-04,Z9,Zed,1000,76.50,0,800"


@pytest.fixture
def ada(company: Company) -> Employee:
    return Employee.objects.create(
        company=company, ref="E1", name="Ada Lovelace", start=date(2020, 1, 1), amount=60_000_00
    )


@pytest.fixture
def ben(company: Company) -> Employee:
    return Employee.objects.create(company=company, name="Ben", start=date(2026, 4, 9), amount=24_000_00)


def page_of(company: Company, book: Book | None, *, pay_shown: bool = True) -> ReconciliationPage:
    return reconciliation_page(company, book, [APRIL, MAY], pay_shown=pay_shown)


def test_the_books_beside_a_pay_run(book: Book, company: Company, alice: User, ada: Employee, ben: Employee) -> None:
    """Wages of 9,000.00 in the books; the run has 5,500.00 for Ada and 1,076.50 for somebody who is not listed."""
    mark(book, alice, "6000")
    run_import.write(company=company, person=alice, source="file", payroll=payroll(ADA, STRANGER))
    found = page_of(company, book)
    assert (found.source.value, found.total.amounts) == ("books", (9_000_00, 0))
    assert found.individuals is not None
    assert found.adjustment is not None
    assert (found.individuals.amounts, found.adjustment.amounts) == ((5_500_00, 0), (3_500_00, 0))
    assert {row.label: row.amounts for row in found.parts} == {
        "Paid, but not on the list": (1_076_50, 0),
        "People without actuals": (2_000_00, 0),
        "Not explained": (423_50, 0),
    }
    assert {row.label: row.amounts for row in found.shares} == {"Ben": (2_423_50, None)}
    assert {row.label: row.amounts for row in found.people} == {"Ada Lovelace": (5_500_00, None)}
    assert {row.label: row.amounts for row in found.others} == {
        "Pay runs say": (6_576_50, 0),
        "The people's terms come to": (7_000_00, 7_000_00),
    }


def test_without_books_and_runs_people_explain_themselves(
    company: Company, alice: User, ada: Employee, ben: Employee
) -> None:
    type_pay(ada, month=APRIL, amount=5_250_00, person=alice)
    found = page_of(company, None)
    assert found.adjustment is not None
    assert (found.total.amounts, found.adjustment.amounts) == ((7_250_00, 7_000_00), (2_000_00, 7_000_00))
    assert {row.label: row.amounts for row in found.parts} == {"People without actuals": (2_000_00, 7_000_00)}


def test_an_estimate_is_stored_nowhere(
    book: Book, company: Company, alice: User, ben: Employee, client: Client
) -> None:
    mark(book, alice, "6000")
    client.force_login(alice)
    url = reverse("payroll:reconciliation", kwargs={"company": company.slug})
    page = client.get(f"{url}?from=2026-04&to=2026-05").content.decode()
    assert "≈ 9,000.00" in page
    assert not ben.typed_pay.exists()
    assert page_of(company, book).people == ()
    assert not page_of(company, book, pay_shown=False).others


def test_a_month_of_the_total_opens_its_entries(book: Book, company: Company, alice: User, client: Client) -> None:
    mark(book, alice, "6000")
    client.force_login(alice)
    url = reverse("payroll:reconciliation", kwargs={"company": company.slug})
    page = client.get(f"{url}?from=2026-04&to=2026-04").content.decode()
    (link,) = re.findall(r'class="cell" href="([^"]+)"', page)
    assert "9,000.00" in client.get(link.replace("&amp;", "&")).content.decode()


def test_without_the_right_only_the_total_is_there(
    book: Book, company: Company, alice: User, bob: User, client: Client, ada: Employee, ben: Employee
) -> None:
    mark(book, alice, "6000")
    run_import.write(company=company, person=alice, source="file", payroll=payroll(ADA, STRANGER))
    client.force_login(bob)
    url = reverse("payroll:reconciliation", kwargs={"company": company.slug})
    page = client.get(f"{url}?from=2026-04&to=2026-05").content.decode()
    assert "9,000.00" in page
    for figure in ("5,500", "1,076", "3,500", "2,000", "423.50", "Ada", "Ben"):
        assert figure not in page
    Membership.objects.filter(person=bob).update(payroll_detail=True)
    assert "5,500.00" in client.get(f"{url}?from=2026-04&to=2026-05").content.decode()


def test_one_person_s_pay_is_not_told_as_the_company_s_total(company: Company, alice: User, ada: Employee) -> None:
    assert page_of(company, None, pay_shown=False).total.amounts == (None, None)
    Employee.objects.create(company=company, name="Cy", start=date(2026, 5, 1), amount=12_000_00)
    assert page_of(company, None, pay_shown=False).total.amounts == (None, 6_000_00)
    run_import.write(company=company, person=alice, source="file", payroll=payroll(ADA))
    assert page_of(company, None, pay_shown=False).total.amounts == (None, None)


def test_nothing_yet_and_odd_addresses(company: Company, alice: User, client: Client) -> None:
    client.force_login(alice)
    url = reverse("payroll:reconciliation", kwargs={"company": company.slug})
    assert "Nothing to reconcile" in client.get(url).content.decode()
    for query in ("?from=2026-05&to=2025-01", "?from=x&to=y", "?from=1900-01&to=2199-12"):
        assert client.get(url + query).status_code == 200
