"""Months typed, pasted and filled in a version's grid: all or nothing, and back again."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tieout.budgets import queries, services
from tieout.budgets.models import Budget
from tieout.core.month import Month

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


@pytest.fixture
def asked(client: Client, alice: User) -> Client:
    """Is Alice's browser."""
    client.force_login(alice)
    return client


def post(client: Client, budget: Budget, what: str, **fields: str) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/c/{budget.company.slug}/budgets/{budget.pk}/{what}/", fields)
    return answer.status_code, answer.json()


def typed(
    client: Client, budget: Budget, *cells: tuple[str, str, str], how: str = "typed"
) -> tuple[int, dict[str, object]]:
    sent = [{"row": row, "month": month, "text": text} for row, month, text in cells]
    return post(client, budget, "cells", cells=json.dumps(sent), how=how)


def rows(budget: Budget) -> list[int]:
    return list(queries.lines(budget))


def months(budget: Budget, row: int) -> dict[Month, int]:
    return dict(queries.lines(budget)[row].amounts)


def test_a_block_is_written_and_taken_back(asked: Client, budget: Budget) -> None:
    hosting, advertising = rows(budget)
    before = months(budget, hosting), months(budget, advertising)
    status, answer = typed(
        asked, budget, (f"row:{hosting}", "2026-01", "$1,234.50"), (f"row:{advertising}", "2026-02", "-"), how="pasted"
    )
    assert (status, answer["message"]) == (200, "Pasted 2 cells.")
    assert months(budget, hosting)[JANUARY] == 1_234_50
    assert months(budget, advertising) == {JANUARY: 100_00}
    figures = answer["figures"]
    assert isinstance(figures, dict)
    assert figures[f"row:{hosting}"][0] == 1_234_50
    assert figures["total"][0] == 1_334_50
    assert "1,235" in str(answer["body"])
    status, answer = post(asked, budget, "undo", step=str(answer["step"]))
    assert (status, answer["message"]) == (200, "Undone.")
    assert (months(budget, hosting), months(budget, advertising)) == before


def test_what_somebody_changed_since_stays(asked: Client, budget: Budget, alice: User) -> None:
    hosting, _ = rows(budget)
    _, answer = typed(asked, budget, (f"row:{hosting}", "2026-01", "1"), (f"row:{hosting}", "2026-02", "2"))
    services.set_cells(budget, {(hosting, JANUARY): 9_00}, person=alice)
    _, undone = post(asked, budget, "undo", step=str(answer["step"]))
    assert undone["message"] == "Undone. 1 changed since and stayed as it is."
    assert [months(budget, hosting)[it] for it in (JANUARY, FEBRUARY)] == [9_00, 700_00]


@pytest.mark.parametrize(
    ("row", "month", "text", "says"),
    [
        ("row:{}", "2026-01", "abc", "5010 Hosting, Jan 26: “abc” is not an amount"),
        ("c0", "2026-01", "5", "Sums cannot be typed"),
        ("total", "2026-01", "5", "Sums cannot be typed"),
        ("row:{}", "", "5", "Only months can be typed"),
        ("row:{}", "2027-01", "5", "not on the page any more"),
        ("row:999999", "2026-01", "5", "not on the page any more"),
        ("row:x", "2026-01", "5", "Only months can be typed"),
    ],
)
def test_one_cell_that_cannot_be_written_keeps_all_from_it(
    asked: Client, budget: Budget, row: str, month: str, text: str, says: str
) -> None:
    hosting, _ = rows(budget)
    named = row.format(hosting)
    status, answer = typed(asked, budget, (f"row:{hosting}", "2026-02", "5"), (named, month, text))
    assert status == 422
    assert says in str(answer["message"])
    assert answer["refused"] == [[named, month]]
    assert months(budget, hosting)[FEBRUARY] == 700_00


@pytest.mark.parametrize("cells", ["", "[]", "{}", "null", "[1]", json.dumps([{"row": "a"}])])
def test_a_request_that_is_none_of_the_grids_is_refused(asked: Client, budget: Budget, cells: str) -> None:
    status, answer = post(asked, budget, "cells", cells=cells)
    assert status == 422
    assert "Nothing was written" in str(answer["message"])


def test_steps_of_others_and_made_up_ones_are_refused(asked: Client, budget: Budget, alice: User) -> None:
    hosting, _ = rows(budget)
    _, answer = typed(asked, budget, (f"row:{hosting}", "2026-01", "1"))
    other = services.copy(budget, name="Other", person=alice)
    for version, step in ((other, str(answer["step"])), (budget, "made-up"), (budget, "")):
        status, told = post(asked, version, "undo", step=step)
        assert status == 422, told
    assert typed(asked, budget, (f"row:{hosting}", "2026-01", "1"))[1]["step"] == ""


def test_a_frozen_version_takes_nothing_and_says_so(
    asked: Client, client: Client, budget: Budget, alice: User, bob: User
) -> None:
    from django.utils import timezone

    hosting, _ = rows(budget)
    address = f"/c/{budget.company.slug}/budgets/{budget.pk}/"
    assert "data-edit-url" in client.get(address).content.decode()
    client.force_login(bob)
    assert "data-edit-url" not in client.get(address).content.decode()
    assert client.post(f"{address}cells/", {}).status_code == 403
    assert client.get(f"{address}figures/").json()["figures"][f"row:{hosting}"][0] == 700_00
    client.force_login(alice)
    services.freeze(budget, person=alice, now=timezone.now())
    status, answer = typed(asked, budget, (f"row:{hosting}", "2026-01", "1"))
    assert status == 422
    assert "is frozen" in str(answer["message"])
    assert "data-edit-url" not in client.get(address).content.decode()
