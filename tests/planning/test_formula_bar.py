"""The formula bar: what it offers, what it says of a formula, and for whom."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.expenses.small_ledger import account_id
from tests.planning.plans import MAY, THROUGH, new_book, plan, variable
from tieout.companies.models import Company
from tieout.departments import queries as departments
from tieout.departments import services
from tieout.ledger.models import Book
from tieout.planning.formula_bar import (
    FormulaRefused,
    Outcome,
    check,
    marked,
    offers,
    read_formula,
    show_formula,
)
from tieout.planning.models import Driver
from tieout.planning.names import catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(company: Company) -> Book:
    """A company that sells: see `tests/planning/plans.py`."""
    return new_book(company)


def names(book: Book, text: str) -> list[str]:
    return [it.name for it in offers(book.company, book, text)]


def tried(book: Book, text: str, own: str = "") -> Outcome:
    return check(book.company, book, text, through=THROUGH, first=MAY, own=own)


def test_names_are_offered_by_how_they_begin_then_by_a_part_then_by_their_label(book: Book) -> None:
    assert names(book, "rev")[:4] == ["Revenue.Total", "Revenue.Revenue", "Revenue.Interest", "Revenue.'Set-up fees'"]
    assert names(book, "total")[:4] == ["Revenue.Total", "Expenses.Total", "Customers.Total", "Headcount.Total"]
    assert names(book, "hosting") == ["Account.5010"]
    assert names(book, "Department.'Human") == ["Department.'Human resources'"]
    assert names(book, "flo") == ["floor("]
    assert names(book, "nothing like it") == []
    assert len(names(book, "e")) == 12


def test_names_are_there_once_and_no_renaming_can_change_that(book: Book) -> None:
    sales = departments.system(book.company, "sales")
    services.rename(sales, name="Total", person=book.company.memberships.all()[0].person)
    found = [it.name for it in catalogue(book.company, book)]
    assert len(found) == len(set(found))
    assert "Headcount.'Total (2)'" in found
    assert "Department.Total" in found


def test_a_formula_is_kept_by_ids_and_read_whatever_its_case(book: Book) -> None:
    stored = read_formula(book.company, book, "account.5010 + REVENUE.total")
    assert stored == f"{{a{account_id(book, '5010')}}} + {{r}}"
    assert show_formula(book.company, book, stored) == "Account.5010 + Revenue.Total"
    with pytest.raises(FormulaRefused, match=r"Did you mean Revenue\.Total") as refused:
        read_formula(book.company, book, "2 * Revenu.Total")
    assert refused.value.marked == "2 * <mark>Revenu.Total</mark>"
    assert marked("<b>", 0, 1) == "<mark>&lt;</mark>b&gt;"


def test_a_name_that_only_lacks_its_family_is_suggested(book: Book) -> None:
    assert tried(book, "Design * 2").sentence == "There is no variable Design. Did you mean Department.Design?"


def test_what_a_formula_comes_to_is_told_for_three_months(book: Book) -> None:
    outcome = tried(book, "Revenue.Total / 2")
    assert dict(outcome.values) == {MAY + at: Decimal(5_500) for at in range(3)}
    assert not outcome.sentence


def test_division_by_zero_and_circles_are_told_with_the_place(book: Book) -> None:
    outcome = tried(book, "Revenue.Total / Headcount.Total")
    assert (outcome.sentence, outcome.start, outcome.end) == ("Division by zero in May 2026.", 16, 31)
    own = variable(book, "Growth")
    key = f"v{own.pk}"
    assert tried(book, "Growth + 1", own=key).circle
    assert not tried(book, "Growth[-1] + 1", own=key).sentence
    plan(book, "6200", Driver.FORMULA, formula="Account.5010")
    through_another = tried(book, "Account.6200 * 2", own=f"a{account_id(book, '5010')}")
    assert through_another.circle
    assert (through_another.start, through_another.end) == (0, 12)
    assert not tried(book, "Account.6200 * 2").circle


def test_the_addresses_answer_members_and_nobody_else(
    client: Client, alice: User, bob: User, charlie: User, book: Book
) -> None:
    where = {"company": book.company.slug}
    for person, status in ((alice, 200), (bob, 200), (charlie, 404)):
        client.force_login(person)
        found = client.get(reverse("planning:formula-names", kwargs=where), {"q": "hosting"})
        checked = client.post(reverse("planning:formula-check", kwargs=where), {"formula": "1 / 0 * Revenue.Total"})
        assert (found.status_code, checked.status_code) == (status, status)
        if status == 200:
            assert found.json()["names"] == [{"name": "Account.5010", "hint": "5010 Hosting", "group": "Accounts"}]
            answer = checked.json()
            assert answer["sentence"].startswith("Division by zero in ")
            assert (answer["start"], answer["end"]) == (4, 5)
            assert [value for _, value in answer["values"]] == ["≠", "≠", "≠"]


def test_without_books_there_is_nothing_to_complete(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    assert client.get(reverse("planning:formula-names", kwargs={"company": company.slug})).status_code == 404
