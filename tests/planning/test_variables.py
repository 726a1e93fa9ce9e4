"""Settings › Variables: made, renamed, typed, planned, refused and removed; by the owner, a viewer and a stranger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.planning.plans import LAST, MAY, THROUGH, new_book, plan, post, stored, told, variable
from tieout.companies.models import AuditEvent, Company
from tieout.expenses import periods
from tieout.expenses.periods import register_admission
from tieout.ledger.models import Book
from tieout.planning.inputs import inputs
from tieout.planning.models import Driver, Variable, VariableMonth
from tieout.planning.workings import Workings, workings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("april_is_admitted")]


@pytest.fixture
def book(company: Company) -> Book:
    """A company that sells: see `tests/planning/plans.py`."""
    return new_book(company)


@pytest.fixture
def april_is_admitted() -> Iterator[None]:
    """Have April 2026 be the last admitted month, whatever today is."""
    before = list(periods._tellers)
    register_admission(lambda _: THROUGH)
    yield
    periods._tellers[:] = before


def address(book: Book, name: str, **more: int) -> str:
    return reverse(f"planning_variables:{name}", kwargs={"company": book.company.slug, **more})


def save(client: Client, book: Book, row: Variable | None = None, /, **fields: str) -> str:
    """Send the form; return the page that comes back, "" where it was saved."""
    where = address(book, "variable", variable_id=row.pk) if row else address(book, "add")
    answer = client.post(where, {"name": "Rate", "kind": "number", "formula": "", **fields})
    assert answer.status_code in (302, 422)
    return answer.content.decode() if answer.status_code == 422 else ""


def made(book: Book) -> Workings:
    return workings(inputs(book.company, book, through=THROUGH, last=LAST, instead=None))


def test_who_may_do_what(client: Client, alice: User, bob: User, charlie: User, book: Book) -> None:
    row = variable(book, "Rate")
    owners = [address(book, "add"), address(book, "revenue"), address(book, "variable", variable_id=row.pk)]
    owners.append(address(book, "remove", variable_id=row.pk))
    for person, reads, changes in ((alice, 200, 200), (bob, 200, 403), (charlie, 404, 404)):
        client.force_login(person)
        assert client.get(address(book, "list")).status_code == reads
        assert {client.get(where).status_code for where in owners} == {changes}
    client.force_login(bob)
    assert "Add a variable" not in client.get(address(book, "list")).content.decode()


def test_another_companys_variable_is_not_found(client: Client, alice: User, bob: User, book: Book) -> None:
    from tieout.companies.services import create_company

    theirs = Variable.objects.create(company=create_company(name="Other", person=bob), name="Secret")
    client.force_login(alice)
    assert client.get(address(book, "variable", variable_id=theirs.pk)).status_code == 404
    assert client.post(address(book, "remove", variable_id=theirs.pk)).status_code == 404


def test_a_variable_is_typed_by_month_in_its_kind(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert not save(client, book, name="Growth", kind="percent", **{"m-2026-05": "2.5 %", "m-2026-06": "3"})
    row = Variable.objects.get(name="Growth")
    assert dict(row.months.values_list("month", "value")) == {202605: "0.025", 202606: "0.03"}
    page = client.get(address(book, "variable", variable_id=row.pk)).content.decode()
    assert 'value="2.5"' in page
    assert not save(client, book, row, name="Growth", kind="percent", **{"m-2026-05": "", "m-2026-06": "4"})
    assert dict(row.months.values_list("month", "value")) == {202606: "0.04"}
    event = AuditEvent.objects.latest("pk")
    assert (event.what, event.before["2026-06"], event.after["2026-06"]) == ("changed a variable", "3", "4")


def test_saving_what_is_there_writes_nothing(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    save(client, book, formula="Revenue.Total * 2", **{"m-2026-05": "7"})
    row, events = Variable.objects.get(), AuditEvent.objects.count()
    save(client, book, row, formula="Revenue.Total * 2", **{"m-2026-05": "7.0"})
    assert AuditEvent.objects.count() == events


def test_a_formula_counts_where_no_month_is_typed(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    save(client, book, name="Seats", **{"m-2026-05": "100"})
    row = Variable.objects.get()
    assert not save(client, book, row, name="Seats", formula="Seats[-1] * 1.1", **{"m-2026-05": "100"})
    assert [f"{it:f}" for it in made(book).values(f"v{row.pk}", MAY, MAY + 2) if it is not None] == [
        "100", "110.0", "121.00"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": " "}, "Give the variable a name"),
        ({"name": "x" * 81}, "at most 80 fit"),
        ({"name": "Revenue.Total"}, "cannot be in a name"),
        ({"name": "it's"}, "cannot be in a name"),
        ({"name": "12"}, "at least one letter"),
        ({"name": "Floor"}, "is a function"),
        ({"name": "pRICE  per seat"}, "There is a variable pRICE per seat already"),
        ({"m-2026-05": "two"}, "is not an amount"),
        ({"m-2026-05": "0.123456789"}, "more than 8 decimals"),
        ({"formula": "2 * Revenu.Total"}, "Did you mean Revenue.Total?"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    client: Client, alice: User, book: Book, fields: dict[str, str], says: str
) -> None:
    variable(book, "Price per seat")
    client.force_login(alice)
    page = save(client, book, **fields)
    assert says in page.replace("&#x27;", "'")
    assert Variable.objects.count() == 1


def test_an_error_shows_the_formula_with_the_place_marked(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    page = save(client, book, formula="2 * (Revenue.Total + <i>")
    assert "<mark>" in page
    assert "<i>" not in page


def test_a_circle_is_refused_and_growth_from_the_month_before_is_not(client: Client, alice: User, book: Book) -> None:
    row = variable(book, "Rate")
    variable(book, "Other", "Rate * 2")
    client.force_login(alice)
    page = save(client, book, row, formula="Other + 1")
    assert "goes round in a circle: " in page
    assert "<mark>Other</mark> + 1" in page
    assert not save(client, book, row, formula="Other[-1] + 1")


def test_a_rename_keeps_every_formula(client: Client, alice: User, book: Book) -> None:
    row = variable(book, "Rate", m202605="3")
    expense = plan(book, "5010", Driver.FORMULA, formula="Rate * 100")
    before = told(book).amounts[expense]
    client.force_login(alice)
    save(client, book, row, name="Price per seat", **{"m-2026-05": "3"})
    assert told(book).amounts[expense] == before
    assert "{v" in stored(book, "'Price per seat' * 2")


def test_what_a_formula_uses_is_not_removed_and_it_says_which(client: Client, alice: User, book: Book) -> None:
    row = variable(book, "Rate")
    variable(book, "Double", "Rate * 2")
    plan(book, "5010", Driver.FORMULA, formula="Rate")
    post(book, "Rate", MAY)
    client.force_login(alice)
    answer = client.post(address(book, "remove", variable_id=row.pk))
    assert answer.status_code == 422
    assert "Rate is used by the formula of 5010 Hosting, Double, Support agent." in answer.content.decode()
    double = Variable.objects.get(name="Double")
    assert client.post(address(book, "remove", variable_id=double.pk)).status_code == 302
    assert not Variable.objects.filter(name="Double").exists()
    assert AuditEvent.objects.latest("pk").what == "removed a variable"


def test_revenue_is_planned_after_the_last_admitted_month_and_given_back(
    client: Client, alice: User, book: Book
) -> None:
    expense = plan(book, "5010", Driver.PERCENT_OF_REVENUE, rate=10_0000)
    client.force_login(alice)
    where = address(book, "revenue")
    assert client.post(where, {"formula": "Revenue.Total[-12] + 100", "m-2026-05": "5000"}).status_code == 302
    assert told(book).amounts[expense][MAY] == 500_00
    assert "Revenue.Total[-12] + 100" in client.get(address(book, "list")).content.decode()
    assert client.post(where, {"formula": "", "m-2026-05": ""}).status_code == 302
    assert told(book).amounts[expense][MAY] == 1_100_00
    assert VariableMonth.objects.count() == 0


def test_the_page_shows_values_and_what_is_wrong(client: Client, alice: User, book: Book) -> None:
    variable(book, "Cost", "100 / Headcount.Total")
    variable(book, "Two", "1 + Cost")
    client.force_login(alice)
    page = client.get(address(book, "list")).content.decode()
    assert "100 / <mark>Headcount.Total</mark>" in page
    assert "Division by zero in Apr 2026." in page
    assert "Cost cannot be computed: division by zero in Apr 2026." in page
    assert "14,000.00" in page  # April's revenue
    assert "Department.&#x27;Human resources&#x27;" in page


def test_without_books_the_page_says_so(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    where = reverse("planning_variables:list", kwargs={"company": company.slug})
    assert client.get(where).status_code == 200
    assert client.get(reverse("planning_variables:add", kwargs={"company": company.slug})).status_code == 404


def test_a_new_variable_knows_its_own_name(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    assert "circle" in save(client, book, name="Price", formula="Price * 1.1")
    assert save(client, book, name=" ", formula="Price[-1]")
    asked = {"formula": "Price[-1] + 1", "name": "Price"}
    checks = reverse("planning:formula-check", kwargs={"company": book.company.slug})
    assert client.post(checks, asked).json()["sentence"] == ""
    assert "Price" in client.post(checks, asked | {"name": ""}).json()["sentence"]
    assert not Variable.objects.exists()
    assert not save(client, book, name="Price", formula="price[-1] * 1.1", **{"m-2026-05": "100"})
    row = Variable.objects.get()
    assert row.formula == f"{{v{row.pk}}}[-1] * 1.1"
    assert [f"{it:f}" for it in made(book).values(f"v{row.pk}", MAY, MAY + 1) if it is not None] == ["100", "110.0"]
    assert AuditEvent.objects.latest("pk").after["formula"] == "Price[-1] * 1.1"
