"""Ids of another company in a query or in what is posted find nothing of theirs and tie nothing to them (proof 20)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import Client
from django.utils.http import urlencode
from tests.companies.routes import OURS, Route, _changes
from tests.companies.world import World

from tieout.budgets.models import Budget
from tieout.companies import services
from tieout.companies.models import Company
from tieout.departments.models import Department
from tieout.ledger.models import Book, Listed, ListedVersion

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PLANTED = "Zanzibar"
ASKED = tuple(it for it in OURS if not it.name.endswith(("pdf", "xlsx")))  # those are drawn of what the others tell
Query = Mapping[str, str]


@pytest.fixture
def ours(company: Company, alice: User) -> World:
    """Is the company of who asks."""
    return World(company, alice, external_id="9130")


@pytest.fixture
def theirs(charlie: User) -> World:
    """Is the company that the ids are of; each of its names says so."""
    made = World(services.create_company(name="Other", person=charlie), charlie, external_id="9131")
    planted = Concat(Value(f"{PLANTED} "), F("name"))
    ListedVersion.objects.filter(book__company=made.company).update(name=planted)
    for kind in (Department, Budget):
        kind.objects.filter(company=made.company).update(name=planted)
    return made


def queries(world: World) -> Iterator[Query]:
    """Yield what an address could be asked with, all of it by a company's ids."""
    ids, book = world.ids, Book.objects.get(company=world.company)
    listed = Listed.objects.filter(organisation=book.organisation)
    party, account = (listed.filter(kind=it).earliest("pk").pk for it in ("party", "account"))
    department, budget, expense = ids["department_id"], ids["budget_id"], ids["expense_id"]
    months = {"from": "2026-03", "to": "2026-05", "month": "2026-04", "sync": "1"}
    yield {"party": str(party)}
    yield {"account": str(account), **months}
    yield {"department": f"department:{department}", **months}
    yield {
        "department": str(department),
        "target": str(department),
        "expense": str(expense),
        "link": str(ids["link_id"]),
    }
    yield {"budget": str(budget), **months}
    yield {"budget": str(budget), "row": f"expense:{expense}", "column": "2026-04", **months}
    yield {"a": str(budget), "b": str(budget), "with": str(budget), "against": str(budget)}
    yield {"value": str(party), "view": f"dimension:{party}", **months}
    yield {"stream": str(ids["stream_id"]), "term": str(ids["term_id"]), "variable": str(ids["variable_id"])}
    for row in (
        f"account:{account}", f"party:{party}", f"expense:{expense}", f"linked:{expense}", f"flow:{account}",
        f"stream:{ids['stream_id']}", f"department:{department}", f"employee:{ids['employee_id']}", str(expense),
        str(account),
    ):  # fmt: skip
        yield {"row": row, "key": row, "cell": row, "open": row, **months}


def posted(world: World) -> Iterator[Query]:
    """Yield what a form could hold, by a company's ids."""
    ids = world.ids
    for query in [it for it in queries(world) if "row" in it][::3]:
        row = query.get("row", "")
        cell = {"row": row, "month": "2026-04", "value": "12", "text": "12"}
        yield {
            "name": "Made", "department": str(ids["department_id"]), "kind": "added",
            "category": "general_administrative",
            "expense": str(ids["expense_id"]), "budget": str(ids["budget_id"]), "text": "Noted", "amount": "12",
            "driver": "amount", "start": "2026-01", "term": str(ids["term_id"]), "target": str(ids["department_id"]),
            "cells": json.dumps([cell]), f"department-{ids['expense_id']}": str(ids["department_id"]), **query,
        }  # fmt: skip


def test_the_own_ids_show_the_own_names(client: Client, charlie: User, theirs: World) -> None:
    client.force_login(charlie)
    shown = {
        route.name
        for route in ASKED
        for query in queries(theirs)
        if PLANTED in text(client, route, theirs, query)
    }  # fmt: skip
    assert len(shown) > 40  # else the tests below would prove nothing


def test_another_company_s_ids_show_nothing_of_theirs(client: Client, alice: User, ours: World, theirs: World) -> None:
    client.force_login(alice)
    told = [
        f"{route.name}?{urlencode(query)}"
        for route in ASKED
        for query in queries(theirs)
        if PLANTED in text(client, route, ours, query)
    ]
    assert not told, "\n".join(told)


def test_another_company_s_ids_change_and_tie_nothing(client: Client, alice: User, ours: World, theirs: World) -> None:
    client.force_login(alice)
    before, wrong = kept(theirs.company), []
    for route in OURS:
        for form in posted(theirs):
            with transaction.atomic(), _changes() as changes:
                answer = client.post(route.address({**arguments(ours, route)}), form)
                assert answer.status_code < 500, (route.name, form)
                if PLANTED in answer.content.decode(errors="replace") if not answer.streaming else False:
                    wrong.append(f"{route.name} {form} tells of theirs")
                if changes and kept(theirs.company) != before:
                    wrong.append(f"{route.name} {form} changed theirs")
                wrong += [f"{route.name} {form} ties {it}" for it in (crossed(ours.company) if changes else ())]
                transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


def arguments(world: World, route: Route) -> dict[str, str | int]:
    more = {"secret": "a-secret", "provider": "quickbooks", "report": "vendor-spend", "key": "none", "month": "2026-04"}
    return {**more, "uidb36": "1", **world.arguments(route)}


def text(client: Client, route: Route, world: World, query: Query) -> str:
    answer = client.get(f"{route.address(arguments(world, route))}?{urlencode(query)}")
    assert answer.status_code < 500, (route.name, query)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode(errors="replace")


def of_a_company() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if any(it.name == "company" and it.is_relation for it in model._meta.get_fields()):
            yield model


def kept(company: Company) -> dict[str, list[object]]:
    """Return all rows that are a company's own."""
    return {
        it.__name__: list(it._default_manager.filter(company=company).order_by("pk").values()) for it in of_a_company()
    }


def crossed(company: Company) -> Iterator[str]:
    """Yield what is a company's own and points at what is another's."""
    owned = set(of_a_company())
    for model in owned:
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model in owned:
                own = model._default_manager.filter(company=company, **{f"{field.name}__isnull": False})
                for row in own.exclude(**{f"{field.name}__company": company}):
                    yield f"{model.__name__} {row.pk} by {field.name}"
