"""Who gets in: the decorator that guards every page of a company."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tieout.companies.models import Company

pytestmark = pytest.mark.django_db


def test_a_stranger_is_not_even_told_that_the_company_exists(client: Client, charlie: User, company: Company) -> None:
    client.force_login(charlie)
    ours = client.get(f"/c/{company.slug}/settings/")
    none = client.get("/c/no-such-company/settings/")
    assert (ours.status_code, none.status_code) == (404, 404)
    assert company.name not in ours.content.decode()


def test_a_viewer_reads_but_is_refused_in_words_where_an_owner_is_needed(
    client: Client, bob: User, company: Company
) -> None:
    client.force_login(bob)
    assert client.get(f"/c/{company.slug}/settings/").status_code == 200
    refused = client.post(f"/c/{company.slug}/settings/save/", {"name": "Bobs", "timezone": "UTC"})
    assert refused.status_code == 403
    assert b"This needs an owner" in refused.content
    company.refresh_from_db()
    assert company.name == "Northwind Software"


def test_who_is_not_signed_in_comes_back_after_signing_in(client: Client, company: Company) -> None:
    page = client.get(f"/c/{company.slug}/settings/?tab=1")
    assert page.headers["Location"] == f"/accounts/login/?next=/c/{company.slug}/settings/%3Ftab%3D1"


def test_a_fragment_s_request_without_a_session_moves_the_whole_page(client: Client, company: Company) -> None:
    answer = client.get(f"/c/{company.slug}/settings/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/accounts/login/"
