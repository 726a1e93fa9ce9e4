"""Posts to be filled: by a plain number, or by whatever the part above takes for a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tieout.companies.models import AuditEvent, Company
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.payroll import hiring
from tieout.payroll.hiring_page import hiring_page
from tieout.payroll.models import Employee, HiringDriver

pytestmark = pytest.mark.django_db
JUNE = Month(2026, 6)
MONTHS = [JUNE, JUNE + 1, JUNE + 2]


@pytest.fixture(autouse=True)
def nobody_above() -> Iterator[None]:
    """Ask as if no part above had registered."""
    before = list(hiring._formulas), list(hiring._tellers)
    hiring._formulas[:], hiring._tellers[:] = [hiring._Plain()], []
    yield
    hiring._formulas[:], hiring._tellers[:] = before


def url(company: Company, name: str, **ids: int) -> str:
    return reverse(f"payroll:{name}", kwargs={"company": company.slug, **ids})


def form(**changes: str) -> dict[str, str]:
    given = {"title": "Seller", "department": "Sales", "role": "Employee", "formula": "2", "from": "2026-07"}
    return {**given, "amount": "77,777", "basis": "Year", "benefits": "20"} | changes


def test_a_post_is_added_changed_and_removed(company: Company, alice: User, client: Client) -> None:
    client.force_login(alice)
    assert client.post(url(company, "add-post"), form()).status_code == 302
    post = HiringDriver.objects.get()
    assert (post.title, post.formula, post.start, post.amount) == ("Seller", "2", 202607, 77_777_00)
    assert post.department == departments.system(company, "sales")
    shown = client.get(url(company, "post", driver_id=post.pk)).content.decode()
    assert 'value="2026-07"' in shown
    assert 'value="77777.00"' in shown
    client.post(url(company, "post", driver_id=post.pk), form(formula="3", amount="88,888"))
    post.refresh_from_db()
    assert (post.formula, post.amount) == ("3", 88_888_00)
    client.post(url(company, "remove-post", driver_id=post.pk))
    assert not HiringDriver.objects.exists()
    told = repr([(event.what, event.before, event.after) for event in AuditEvent.objects.all()])
    assert "removed a post to be filled" in told
    assert "77" not in told
    assert "88" not in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"formula": "Customers / "}, "Write how many people are hired"),
        ({"formula": ""}, "This field is required"),
        ({"from": "soon"}, "“soon” is not a month"),
        ({"title": ""}, "This field is required"),
        ({"amount": "lots"}, "“lots” is not an amount"),
    ],
)
def test_a_wrong_post_is_refused(
    company: Company, alice: User, client: Client, changes: dict[str, str], sentence: str
) -> None:
    client.force_login(alice)
    answer = client.post(url(company, "add-post"), form(**changes))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not HiringDriver.objects.exists()


def test_people_planned_and_listed(company: Company) -> None:
    HiringDriver.objects.create(company=company, title="Seller", formula="2", start=202607, amount=12_000_00)
    Employee.objects.create(company=company, name="Ada", start=date(2020, 1, 1), end=date(2026, 8, 15))
    page = hiring_page(company, MONTHS, pay_shown=True)
    assert (page.rows[0].people, page.listed, page.planned) == ((0, 2, 2), (1, 1, 0), (1, 3, 2))
    assert page.rows[0].cost_of_one == 1_000_00
    assert hiring_page(company, MONTHS, pay_shown=False).rows[0].cost_of_one is None


class _Doubling:
    """A part above that knows formulas of its own."""

    script = style = ""

    def stored(self, _company: Company, text: str) -> str:
        if "?" in text:
            raise hiring.NotAFormula("No question marks.")
        return f"<{text}>"

    def shown(self, _company: Company, stored: str) -> str:
        return stored.strip("<>").upper()


def test_the_part_above_is_asked(company: Company, alice: User, client: Client) -> None:
    def tell(of: Company, months: Sequence[Month]) -> hiring.Heads:
        post = HiringDriver.objects.get(company=of)
        return hiring.Heads(people={post.pk: {months[0]: 7}}, errors={post.pk: "It divides by zero in July."})

    hiring.register_checker(_Doubling())
    hiring.register_heads(tell)
    client.force_login(alice)
    assert "No question marks." in client.post(url(company, "add-post"), form(formula="?")).content.decode()
    client.post(url(company, "add-post"), form(formula="customers / 50"))
    assert HiringDriver.objects.get().formula == "<customers / 50>"
    page = client.get(url(company, "hiring")).content.decode()
    assert "CUSTOMERS / 50" in page
    assert "It divides by zero in July." in page
    assert hiring_page(company, MONTHS, pay_shown=True).rows[0].people == (7, None, None)


def test_a_viewer_sees_posts_and_no_pay(company: Company, bob: User, client: Client) -> None:
    post = HiringDriver.objects.create(company=company, title="Seller", formula="2", start=202607, amount=77_777_00)
    client.force_login(bob)
    page = client.get(url(company, "hiring")).content.decode()
    assert "Seller" in page
    assert "6,481" not in page  # a twelfth
    assert "hidden" in page
    assert client.get(url(company, "post", driver_id=post.pk)).status_code == 403


def test_another_company_has_no_such_post(company: Company, charlie: User, client: Client) -> None:
    post = HiringDriver.objects.create(company=company, title="Seller", formula="2", start=202607)
    other = create_company(name="Elsewhere", person=charlie)
    client.force_login(charlie)
    assert client.get(url(other, "post", driver_id=post.pk)).status_code == 404
    assert client.post(url(other, "remove-post", driver_id=post.pk)).status_code == 404
    assert "Seller" not in client.get(url(other, "hiring")).content.decode()
