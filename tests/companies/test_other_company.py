"""What belongs to one company cannot be read or changed at another company's address, by whatever id."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from tests.companies.routes import LET_NOBODY_IN, OURS, Answer, Arguments, Route, ask, walk
from tests.companies.world import World

from tieout.companies import services
from tieout.companies.models import Company

pytestmark = pytest.mark.django_db
WITH_IDS = tuple(route for route in OURS if any(name.endswith("_id") for name in route.arguments))
NOT_FOUND = 404


@pytest.fixture
def ours(company: Company, alice: User) -> World:
    """Is the company of who asks."""
    return World(company, alice, external_id="9130")


@pytest.fixture
def theirs(charlie: User) -> World:
    """Is the company that the ids are of."""
    return World(services.create_company(name="Other", person=charlie), charlie, external_id="9131")


def test_the_own_things_are_found(client: Client, alice: User, ours: World) -> None:
    client.force_login(alice)
    missed = [it for it in walk(client, WITH_IDS, ours.arguments) if it.status == NOT_FOUND]
    assert not missed, "\n".join(map(str, missed))  # else the test below would prove nothing


def test_another_company_s_things_are_not(client: Client, alice: User, ours: World, theirs: World) -> None:
    client.force_login(alice)
    answers = list(_asked(client, ours, theirs))
    wrong = [it for it in answers if it.status not in (NOT_FOUND, LET_NOBODY_IN) and not _back_to_a_list(it)]
    wrong += [it for it in answers if it.changes]
    assert not wrong, "\n".join(map(str, wrong))
    assert len(answers) > 2 * len(WITH_IDS)


def _asked(client: Client, ours: World, theirs: World) -> Iterator[Answer]:
    """Yield the answers with each of a route's ids exchanged, alone and together."""
    for route in WITH_IDS:
        ids = [name for name in route.arguments if name.endswith("_id")]
        for changed in [ids, *([name] for name in ids if len(ids) > 1)]:
            for method in ("GET", "POST"):
                yield ask(client, route, method, _mixed(route, ours, theirs, changed))


def _back_to_a_list(answer: Answer) -> bool:
    """Return whether an answer only leads back to the own list, as it does for what somebody has just finished."""
    return answer.method == "POST" and (answer.route.name, answer.status, answer.location) in {
        ("connections:read-notice", 302, "/c/northwind-software/notices/"),
        ("budgets:preview", 302, "/c/northwind-software/budgets/"),
    }


def _mixed(route: Route, ours: World, theirs: World, changed: list[str]) -> Arguments:
    foreign = theirs.arguments(route)
    return {**ours.arguments(route), **{name: foreign[name] for name in changed}}
