"""Months that are not admitted yet: their forecast, or what is posted so far, told to be partial everywhere."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.planning.test_editing import page
from tieout.core.month import Month
from tieout.expenses import periods
from tieout.expenses.pages import today
from tieout.ledger.models import Book

pytestmark = pytest.mark.django_db
PARTIAL = "Running, partial"


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every company want to see what is posted so far."""
    monkeypatch.setattr(periods, "_running_tellers", [lambda _: True])


def ahead(query: str = "") -> str:
    """Return a query for a year of months around this one, with a forecast."""
    this = Month.of(today())
    return f"from={this - 5}&to={this + 6}&plan=1&{query}"


def test_unless_wanted_the_running_month_shows_its_forecast(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = page(client, book, ahead())
    assert PARTIAL not in shown
    assert "posted so far" not in shown.split("<table")[1].split("</thead>")[0]
    assert PARTIAL in page(client, book, ahead("running=posted"))


@pytest.mark.usefixtures("running")
def test_where_it_is_wanted_its_postings_are_marked_partial_and_so_are_totals(
    client: Client, alice: User, book: Book
) -> None:
    client.force_login(alice)
    head = page(client, book, ahead()).split("<thead")[1].split("</thead>")[0]
    assert PARTIAL in head
    assert re.search(r'title="[^"]*posted so far [A-Z][a-z]{2} \d\d, forecast', head), "a total holds the running month"
    assert "Actual, partial + forecast" in head


@pytest.mark.usefixtures("running")
def test_a_reader_may_look_at_the_forecast_all_the_same(client: Client, alice: User, book: Book) -> None:
    client.force_login(alice)
    shown = page(client, book, ahead("running=forecast"))
    assert PARTIAL not in shown
    assert 'name="running" value="forecast"' in shown  # a search keeps it
    assert "running=posted" in shown  # the way back
