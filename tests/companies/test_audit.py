"""The audit page: in words, filtered, in pages, as CSV; like changes of one moment are one entry."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tieout.companies import audit_reading, audit_words, services
from tieout.companies.audit_reading import Question
from tieout.companies.audit_words import Change, told
from tieout.companies.models import AuditEvent, Company, Role

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


def event(company: Company, person: User | None, what: str, at: datetime, **values: object) -> AuditEvent:
    """Return a row that was written at that time."""
    return AuditEvent.objects.create(
        company=company, person=person, what=what, at=at, object_kind="expense", object_id="1", after=values
    )


@pytest.fixture
def organised(company: Company, alice: User) -> list[AuditEvent]:
    """Is forty accounts that Alice organised by one save, and one more an hour later."""
    saved = [
        event(company, alice, "organised an expense", NOON + timedelta(milliseconds=5 * n), account=f"{6000 + n} Thing")
        for n in range(40)
    ]
    return [*saved, event(company, alice, "organised an expense", NOON + timedelta(hours=1), account="7000 Later")]


def page(client: Client, company: Company, query: str = "") -> str:
    answer = client.get(f"/c/{company.slug}/settings/audit/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_who_did_what(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    shown = page(client, company)
    assert "created the company" in shown
    assert f"<td>{alice.email}</td>" in shown


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("editor", 403), ("viewer", 403)])
def test_owners_and_admins_read_it(client: Client, company: Company, bob: User, role: str, status: int) -> None:
    company.memberships.filter(person=bob).update(role=role)
    client.force_login(bob)
    assert client.get(f"/c/{company.slug}/settings/audit/").status_code == status
    settings = client.get(f"/c/{company.slug}/settings/").content.decode()
    assert ("Audit log" in settings) == (status == 200)


@pytest.mark.usefixtures("organised")
def test_what_one_save_did_is_one_entry_that_unfolds(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    shown = page(client, company, "?kind=expense")
    assert shown.count("<tr>") == 1 + 2
    assert "<summary>organised 40 expenses</summary>" in shown
    assert "6017 Thing" in shown


def test_two_people_in_one_moment_are_two_entries(company: Company, alice: User, bob: User) -> None:
    for person in (alice, bob, alice):
        event(company, person, "organised an expense", NOON)
    entries = audit_reading.page(company, Question(kind="expense")).entries
    assert [len(entry.events) for entry in entries] == [1, 1, 1]


def test_pages_hold_every_event_once_and_split_no_entry(
    company: Company, organised: list[AuditEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_reading, "ENTRIES", 1)
    seen: list[int] = []
    before: int | None = None
    sizes = []
    while True:
        found = audit_reading.page(company, Question(kind="expense"), before=before)
        sizes += [len(entry.events) for entry in found.entries]
        seen += [it.pk for entry in found.entries for it in entry.events]
        if (before := found.older) is None:
            break
    assert sizes == [1, 40]
    assert sorted(seen) == [it.pk for it in organised]


def test_the_filters_ask_by_person_kind_days_and_text(
    client: Client, company: Company, alice: User, organised: list[AuditEvent]
) -> None:
    company.timezone = "America/New_York"
    company.save()
    event(company, None, "set the currency", datetime(2026, 8, 4, 3, 59, tzinfo=UTC), currency="CHF")

    def count(asked: Question) -> int:
        return audit_reading.events(company, asked).count()

    assert count(Question(kind="expense", person=0)) == 1
    assert count(Question(kind="expense", person=alice.pk)) == len(organised)
    third = NOON.date()
    assert count(Question(kind="expense", first=third, last=third)) == len(organised) + 1  # 23:59 in New York
    assert count(Question(kind="expense", first=third + timedelta(days=1))) == 0
    assert count(Question(text="6017 thing")) == 1
    assert count(Question(text="CREATED THE")) == 1
    client.force_login(alice)
    assert "No change like that" in page(client, company, "?q=nothing+of+the+kind")
    page(client, company, "?person=x&from=2026-99-99&to=9999-12-31&before=-1&q=%00")  # what cannot be read asks for all


def test_another_company_s_changes_are_not_in_it(client: Client, alice: User, charlie: User, company: Company) -> None:
    services.create_company(name="Secret Holding", person=charlie)
    client.force_login(alice)
    shown = page(client, company)
    assert "Secret Holding" not in shown
    assert charlie.email not in shown


def test_the_csv_has_a_line_for_each_value(client: Client, alice: User, bob: User, company: Company) -> None:
    services.set_role(company.memberships.get(person=bob), role=Role.ADMIN, person=alice)
    event(company, alice, "renamed an expense", NOON, name="=HYPERLINK(1)")
    client.force_login(alice)
    answer = client.get(f"/c/{company.slug}/settings/audit.csv?q=role")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(it["Who"], it["What"], it["About"], it["Value"], it["Before"], it["After"]) for it in rows[:1]] == [
        (alice.email, "changed a role", bob.email, "role", "viewer", "admin")
    ]
    whole = client.get(f"/c/{company.slug}/settings/audit.csv").content.decode()
    assert "=HYPERLINK(1)" in whole
    assert ",=HYPERLINK(1)" not in whole


def test_a_change_is_told_in_words_with_what_it_is_about(company: Company) -> None:
    made = AuditEvent(
        company=company,
        what="organised an expense",
        before={"account": "6200 Advertising", "department": "Unassigned", "payroll": None},
        after={"account": "6200 Advertising", "department": "Sales", "payroll": False},
    )
    (row,) = told([made])
    assert row.about == ("6200 Advertising",)
    assert row.changes == (Change("department", "Unassigned", "Sales"), Change("payroll", "–", "no"))


def test_every_kind_of_thing_has_a_name(company: Company) -> None:
    assert {audit_words.kind(name) for name in audit_reading.kinds(company)} == {"The company", "People"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE companies_auditevent SET what = 'nothing'",
        "DELETE FROM companies_auditevent",
        pytest.param(
            "REPLACE INTO companies_auditevent (id, company_id, what, object_kind, object_id, before, after) "
            "SELECT id, company_id, 'nothing', 'x', '1', '{}', '{}' FROM companies_auditevent",
            id="REPLACE",
        ),
    ],
    ids=lambda it: it.split()[0],
)
def test_the_database_itself_refuses_to_change_the_log(company: Company, statement: str) -> None:
    if statement.startswith("REPLACE") and connection.vendor != "sqlite":
        pytest.skip("only SQLite replaces")
    before = list(AuditEvent.objects.order_by("pk").values_list("pk", "what"))
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AuditEvent.objects.order_by("pk").values_list("pk", "what")) == before != []


@pytest.mark.django_db(transaction=True)
def test_a_test_with_threads_can_be_tidied_up(company: Company) -> None:
    assert AuditEvent.objects.filter(company=company).exists()  # the end of this test empties the table
