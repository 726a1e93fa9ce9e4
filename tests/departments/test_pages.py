"""Settings › Departments."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tieout.companies import services as companies
from tieout.companies.models import Company
from tieout.departments import queries, services
from tieout.departments.categories import Category

pytestmark = pytest.mark.django_db


def test_an_owner_adds_renames_hides_and_removes(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    page = f"/c/{company.slug}/settings/departments/"
    added = client.post(f"{page}add/", {"category": "sales_marketing", "name": "Events"}, follow=True)
    assert b"Events was added." in added.content
    events = next(each for each in queries.departments(company) if each.name == "Events")

    client.post(f"{page}{events.pk}/name/", {"name": "Fairs"})
    client.post(f"{page}{events.pk}/hide/", {"hidden": "1"})
    events.refresh_from_db()
    assert (events.name, events.hidden) == ("Fairs", True)

    assert b"Nothing stands in Fairs" in client.get(f"{page}{events.pk}/remove/").content
    client.post(f"{page}{events.pk}/remove/")
    assert "Fairs" not in [each.name for each in queries.departments(company)]


def test_a_taken_name_is_told_on_the_page(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    page = f"/c/{company.slug}/settings/departments/"
    answer = client.post(f"{page}add/", {"category": "below_the_line", "name": "taxes"})
    assert (answer.status_code, b"There is a department Taxes already." in answer.content) == (422, True)
    design = queries.system(company, "design")
    answer = client.post(f"{page}{design.pk}/name/", {"name": "Taxes"})
    assert (answer.status_code, b"There is a department Taxes already." in answer.content) == (422, True)


def test_a_viewer_sees_no_way_to_change_anything(client: Client, bob: User, company: Company) -> None:
    client.force_login(bob)
    page = client.get(f"/c/{company.slug}/settings/departments/").content.decode()
    assert "Engineering" in page
    assert "Add a department" not in page
    assert "Rename" not in page


def test_another_company_s_department_is_not_found(
    client: Client, alice: User, charlie: User, company: Company
) -> None:
    other = companies.create_company(name="Other", person=charlie)
    theirs = services.create(other, category=Category.BELOW_THE_LINE, name="Theirs", person=charlie)
    client.force_login(alice)
    page = f"/c/{company.slug}/settings/departments/{theirs.pk}"
    assert client.post(f"{page}/name/", {"name": "Ours"}).status_code == 404
    assert client.post(f"{page}/remove/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"
