"""Every route of the site, asked by each role, a stranger, a member of another company and nobody, by GET and POST.

Who may ask for what stands in ``access_table``; the routes come from the URL map. One test walks all routes as one
person, and says which of them answered otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from tests.companies import access_table as table
from tests.companies.routes import LET_NOBODY_IN, OTHERS, OURS, ROUTES, Answer, Arguments, Route, walk

from tieout.companies import services
from tieout.companies.models import Company, Membership, Role
from tieout.departments import queries as departments

pytestmark = pytest.mark.django_db
REFUSED, NOT_FOUND, REDIRECTED = 403, 404, 302


@pytest.fixture
def arguments(company: Company) -> Arguments:
    """Return a value for each argument that a route may have. List new ones here; ids that need no row may be 1."""
    return {
        "company": company.slug,
        "membership_id": Membership.objects.get(company=company, role=Role.VIEWER).pk,
        "department_id": departments.system(company, "design").pk,
        **dict.fromkeys(("expense_id", "link_id", "budget_id", "row_id", "import_id", "term_id", "variable_id"), 1),
        **dict.fromkeys(
            ("run_id", "notice_id", "employee_id", "raise_id", "driver_id", "upload_id", "invitation_id"), 1
        ),
        "secret": "a-secret",
        "provider": "quickbooks",
        "report": "profit-and-loss",
        "key": "none",
        "month": "2026-04",
        "uidb36": "1",
    }


def fail_for(wrong: Iterable[Answer]) -> None:
    """Fail with one line for each answer that should have been another."""
    lines = [str(answer) for answer in wrong]
    assert not lines, "\n".join(["these answered otherwise than they should:", *lines])


def needed(route: Route) -> Role:
    """Return the role that the list asks for."""
    return Role(table.OF_A_COMPANY[route.name])


def test_the_list_names_every_route_and_no_other() -> None:
    assert {route.name for route in OURS} == set(table.OF_A_COMPANY)
    assert {route.name for route in OTHERS} == table.OF_THE_SITE
    assert len(table.OF_A_COMPANY) == sum(len(names.split()) for names in table.ROLES.values()), "listed twice"


def test_every_page_of_a_company_wears_the_listed_guard() -> None:
    worn = {route.name: "viewer" if route.guard == "member" else route.guard or "no guard" for route in OURS}
    assert worn == table.OF_A_COMPANY


@pytest.mark.parametrize("role", Role)
def test_a_role_gets_in_where_the_list_says_and_nowhere_else(
    role: Role, client: Client, company: Company, bob: User, arguments: Arguments
) -> None:
    Membership.objects.filter(company=company, person=bob).update(role=role, payroll_detail=True)
    client.force_login(bob)
    answers = [answer for answer in walk(client, OURS, lambda _: arguments) if answer.status != LET_NOBODY_IN]
    fail_for(it for it in answers if (it.status != REFUSED) != role.covers(needed(it.route)))
    fail_for(it for it in answers if it.status == REFUSED and it.changes)
    assert len(answers) > len(OURS)


def test_pay_needs_its_own_right_whatever_the_role(client: Client, alice: User, arguments: Arguments) -> None:
    Membership.objects.filter(person=alice).update(payroll_detail=False)
    client.force_login(alice)
    answers = [answer for answer in walk(client, OURS, lambda _: arguments) if answer.status != LET_NOBODY_IN]
    fail_for(it for it in answers if (it.status == REFUSED) != (it.route.name in table.NEEDS_PAYROLL_DETAIL))


def test_a_viewer_posts_nothing_but_what_is_their_own(client: Client, bob: User, arguments: Arguments) -> None:
    client.force_login(bob)
    posted = (it for it in walk(client, OURS, lambda _: arguments) if it.method == "POST")
    answered = {it.route.name for it in posted if it.status not in (REFUSED, LET_NOBODY_IN)}
    assert answered == table.POSTED_BY_VIEWERS


@pytest.mark.parametrize("elsewhere", [False, True], ids=["without a company", "with a company of their own"])
def test_a_stranger_finds_nothing(client: Client, charlie: User, arguments: Arguments, *, elsewhere: bool) -> None:
    if elsewhere:
        services.create_company(name="Other", person=charlie)
    client.force_login(charlie)
    fail_for(it for it in walk(client, OURS, lambda _: arguments) if not nothing_there(it))


def nothing_there(answer: Answer) -> bool:
    """Return whether an answer says no more than that there is no such page, and nothing was written."""
    return answer.status in (NOT_FOUND, LET_NOBODY_IN) and not answer.changes


def test_nobody_is_sent_to_sign_in(client: Client, arguments: Arguments) -> None:
    for it in walk(client, OURS, lambda _: arguments):
        assert it.status == LET_NOBODY_IN or it.location.startswith("/accounts/login/"), it
        assert not it.changes, it


def test_who_is_demoted_or_removed_is_refused_at_the_next_request(
    client: Client, company: Company, alice: User, bob: User, arguments: Arguments
) -> None:
    membership = Membership.objects.get(company=company, person=bob)
    services.set_role(membership, role=Role.OWNER, person=alice)
    client.force_login(bob)
    url = next(route for route in OURS if route.name == "companies:audit").address(arguments)
    assert client.get(url).status_code == 200
    services.set_role(membership, role=Role.EDITOR, person=alice)
    assert client.get(url).status_code == REFUSED
    services.remove_member(membership, person=alice)
    fail_for(it for it in walk(client, OURS, lambda _: arguments) if not nothing_there(it))


def test_no_other_route_breaks_for_anybody(client: Client, alice: User, arguments: Arguments) -> None:
    assert list(walk(client, OTHERS, lambda _: arguments))
    client.force_login(alice)
    assert len(list(walk(client, OTHERS, lambda _: arguments))) == 2 * (len(ROUTES) - len(OURS))
