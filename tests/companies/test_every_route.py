"""Every route of the site, asked by the owner, a viewer, a stranger and nobody, with GET and with POST.

A new route with a new kind of argument fails here until its argument is listed in ``arguments``; a route below
``/c/<company>/`` without ``@member`` or ``@owner`` fails as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tieout.companies.models import Company, Membership, Role
from tieout.departments import queries as departments

pytestmark = pytest.mark.django_db
OF_A_COMPANY = "c/<slug:company>/"


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the map. ``access`` is what its guard says: "owner", "member" or "" for none."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    access: str

    def __str__(self) -> str:
        return self.name


def _routes(resolver: URLResolver, prefix: str, namespace: str, outer: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        arguments = (*outer, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _routes(entry, pattern, inner, arguments)
        else:
            assert isinstance(entry, URLPattern)
            access = getattr(entry.callback, "access", "")
            yield Route(f"{namespace}{entry.name}", pattern, arguments, access)


ROUTES = list(_routes(get_resolver(), "", "", ()))
OURS = [route for route in ROUTES if route.pattern.startswith(OF_A_COMPANY)]


@pytest.fixture
def arguments(company: Company) -> dict[str, str | int]:
    """Return a value for each argument that a route may have. List new ones here; ids that need no row may be 1."""
    return {
        "company": company.slug,
        "membership_id": Membership.objects.get(company=company, role=Role.VIEWER).pk,
        "department_id": departments.system(company, "design").pk,
        "connection_id": 1,
        "expense_id": 1,
        "account_id": 1,
        "budget_id": 1,
        "import_id": 1,
        "row_id": 1,
        "link_id": 1,
        "term_id": 1,
        "variable_id": 1,
        "run_id": 1,
        "employee_id": 1,
        "raise_id": 1,
        "driver_id": 1,
        "upload_id": 1,
        "notice_id": 1,
        "provider": "quickbooks",
        "key": "none",
        "uidb36": "1",
    }


def address(route: Route, arguments: dict[str, str | int]) -> str:
    """Return where a route is; fail for an argument that nobody has listed."""
    unknown = set(route.arguments) - set(arguments)
    assert not unknown, f"{route}: list {unknown} in the arguments of this test"
    return reverse(route.name, kwargs={name: arguments[name] for name in route.arguments})


def ask(client: Client, method: str, url: str) -> int:
    """Return the status of a request, and let no server error pass for an answer."""
    status = client.generic(method, url).status_code
    assert status < 500, (method, url)
    return status


def test_the_map_is_walked_whole() -> None:
    names = {route.name for route in ROUTES}
    assert {"root", "home", "account_login", "companies:save-person", "departments:remove"} <= names
    assert len(OURS) >= 12


@pytest.mark.parametrize("route", OURS, ids=str)
def test_every_page_of_a_company_is_guarded(route: Route) -> None:
    assert route.access in ("owner", "admin", "editor", "member"), f"{route} wears no guard"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("route", OURS, ids=str)
def test_a_stranger_finds_nothing_and_nobody_is_sent_to_sign_in(
    route: Route, method: str, client: Client, charlie: User, arguments: dict[str, str | int]
) -> None:
    url = address(route, arguments)
    answer = client.generic(method, url)
    assert answer.status_code in (302, 405)
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/accounts/login/")
    client.force_login(charlie)
    assert ask(client, method, url) in (404, 405)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("route", OURS, ids=str)
def test_a_viewer_is_refused_where_an_owner_is_needed(
    route: Route, method: str, client: Client, bob: User, arguments: dict[str, str | int]
) -> None:
    client.force_login(bob)
    status = ask(client, method, address(route, arguments))
    if route.access == "owner":
        assert status in (403, 405)
    else:
        assert status != 403


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("route", OURS, ids=str)
def test_the_owner_is_let_in(
    route: Route, method: str, client: Client, alice: User, arguments: dict[str, str | int]
) -> None:
    client.force_login(alice)
    assert ask(client, method, address(route, arguments)) != 403


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("route", [route for route in ROUTES if route not in OURS], ids=str)
def test_no_other_route_breaks_for_anybody(
    route: Route, method: str, client: Client, alice: User, arguments: dict[str, str | int]
) -> None:
    url = address(route, arguments)
    ask(client, method, url)
    client.force_login(alice)
    ask(client, method, url)
