"""Companies and people: each change with its audit row, or not at all."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tieout.companies import audit, services
from tieout.companies.models import AppendOnly, AuditEvent, Company

pytestmark = pytest.mark.django_db


def test_two_companies_of_one_name_have_two_addresses(alice: User) -> None:
    slugs = [services.create_company(name="Quillbay", person=alice).slug for _ in range(3)]
    assert slugs == ["quillbay", "quillbay-2", "quillbay-3"]


def test_a_name_without_letters_still_has_an_address(alice: User) -> None:
    assert services.create_company(name="株式会社", person=alice).slug == "company"


@pytest.mark.parametrize("name", ["", "   "])
def test_a_blank_name_is_refused(alice: User, name: str) -> None:
    with pytest.raises(services.Refused):
        services.create_company(name=name, person=alice)
    assert not Company.objects.exists()


def test_a_change_leaves_before_and_after_in_the_log(alice: User, company: Company) -> None:
    services.rename(company, name="Quillbay, Inc.", person=alice)
    event = AuditEvent.objects.get(what="renamed the company")
    assert (event.before, event.after) == ({"name": "Northwind Software"}, {"name": "Quillbay, Inc."})
    assert (event.person, event.object_kind, event.object_id) == (alice, "company", str(company.pk))


def test_no_change_leaves_no_row(alice: User, company: Company) -> None:
    rows = AuditEvent.objects.count()
    services.rename(company, name=" Northwind   Software ", person=alice)
    services.set_timezone(company, timezone="UTC", person=alice)
    assert AuditEvent.objects.count() == rows


def test_the_log_is_append_only(company: Company) -> None:
    with pytest.raises(AppendOnly):
        AuditEvent.objects.all().delete()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.update(what="nothing")
    event = AuditEvent.objects.first()
    assert event
    event.what = "nothing"
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()


@pytest.mark.django_db(transaction=True)
def test_an_audit_row_outside_the_change_s_transaction_is_refused(alice: User) -> None:
    company = services.create_company(name="Quillbay", person=alice)
    with pytest.raises(audit.OutsideTransaction):
        audit.record(company, alice, "did something", company)
