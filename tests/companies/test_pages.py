"""Signing up, naming a company, and the settings pages."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tieout.companies import queries, services
from tieout.companies.models import AuditEvent, Company, Membership, Role

pytestmark = pytest.mark.django_db


def test_a_new_person_signs_up_names_a_company_and_arrives(client: Client) -> None:
    signed_up = client.post(
        "/accounts/signup/", {"email": "dora@example.com", "password1": "a long enough one"}, follow=True
    )
    assert signed_up.redirect_chain[-1][0] == "/companies/new/"
    assert b"Name your company" in signed_up.content

    named = client.post("/companies/new/", {"name": "Dora & Sons", "timezone": "Europe/Zurich"}, follow=True)

    assert named.status_code == 200
    assert named.redirect_chain[0][0] == "/c/dora-sons/"
    membership = queries.membership(User.objects.get(email="dora@example.com"), "dora-sons")
    assert membership is not None
    assert (membership.role, membership.payroll_detail) == (Role.OWNER, True)


def test_a_wrong_password_is_told_on_the_page(client: Client, alice: User) -> None:
    page = client.post("/accounts/login/", {"login": alice.email, "password": "wrong"})
    assert "not correct" in page.content.decode()
    assert client.get("/").headers["Location"] == "/accounts/login/"


def test_the_root_returns_to_the_company_of_the_last_visit(client: Client, alice: User, company: Company) -> None:
    services.create_company(name="Aardvark", person=alice)
    client.force_login(alice)
    assert client.get("/").headers["Location"] == "/c/aardvark/"
    client.get(f"/c/{company.slug}/settings/")
    assert client.get("/").headers["Location"] == f"/c/{company.slug}/"


def test_the_switcher_lists_the_person_s_own_companies_only(
    client: Client, alice: User, bob: User, company: Company
) -> None:
    services.create_company(name="Secret Holding", person=alice)
    client.force_login(bob)
    page = client.get(f"/c/{company.slug}/settings/").content.decode()
    assert company.name in page
    assert "Secret Holding" not in page


def test_an_owner_renames_the_company(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    saved = client.post(
        f"/c/{company.slug}/settings/save/", {"name": "Quillbay, Inc.", "timezone": "America/New_York"}, follow=True
    )
    company.refresh_from_db()
    assert (company.name, company.timezone) == ("Quillbay, Inc.", "America/New_York")
    assert b"Saved." in saved.content
    assert {"renamed the company", "set the time zone"} <= set(AuditEvent.objects.values_list("what", flat=True))


def test_an_unknown_time_zone_is_refused_on_the_page(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    page = client.post(f"/c/{company.slug}/settings/save/", {"name": "Other", "timezone": "Mars/Olympus"})
    assert page.status_code == 422
    company.refresh_from_db()
    assert company.name == "Northwind Software"


def test_an_owner_changes_a_role_and_the_payroll_detail_right(client: Client, alice: User, company: Company) -> None:
    membership = Membership.objects.get(company=company, role=Role.VIEWER)
    client.force_login(alice)
    client.post(f"/c/{company.slug}/settings/people/{membership.pk}/", {"role": "owner", "payroll_detail": "on"})
    membership.refresh_from_db()
    assert (membership.role, membership.payroll_detail) == (Role.OWNER, True)


def test_the_last_owner_stays(client: Client, alice: User, company: Company) -> None:
    membership = Membership.objects.get(company=company, person=alice)
    client.force_login(alice)
    page = client.post(f"/c/{company.slug}/settings/people/{membership.pk}/", {"role": "viewer"})
    assert page.status_code == 422
    assert b"needs an owner" in page.content
    page = client.post(f"/c/{company.slug}/settings/people/{membership.pk}/remove/")
    assert page.status_code == 422
    membership.refresh_from_db()
    assert (membership.role, membership.payroll_detail) == (Role.OWNER, True)


def test_a_person_is_removed(client: Client, alice: User, bob: User, company: Company) -> None:
    client.force_login(alice)
    member = Membership.objects.get(company=company, person=bob)
    client.post(f"/c/{company.slug}/settings/people/{member.pk}/remove/")
    assert queries.membership(bob, company.slug) is None
    assert AuditEvent.objects.filter(what="removed a person", person=alice).exists()


def test_a_person_leaves_by_themselves_but_not_the_last_owner(
    client: Client, alice: User, bob: User, company: Company
) -> None:
    client.force_login(bob)
    assert client.post(f"/c/{company.slug}/settings/people/leave/").headers["Location"] == "/"
    assert queries.membership(bob, company.slug) is None
    assert AuditEvent.objects.filter(what="left the company", person=bob).exists()
    client.force_login(alice)
    assert client.post(f"/c/{company.slug}/settings/people/leave/").status_code == 422
    assert queries.membership(alice, company.slug) is not None


def test_another_company_s_member_cannot_be_reached(
    client: Client, alice: User, charlie: User, company: Company
) -> None:
    other = services.create_company(name="Other", person=charlie)
    theirs = Membership.objects.get(company=other)
    client.force_login(alice)
    page = client.post(f"/c/{company.slug}/settings/people/{theirs.pk}/", {"role": "viewer"})
    assert page.status_code == 404
