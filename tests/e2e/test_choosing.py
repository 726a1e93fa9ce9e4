"""Connecting where one consent is for several organisations: the choice in a browser, and what each platform gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.connections import books
from tests.e2e.accessible import must_be_accessible
from tests.e2e.conftest import sign_up
from tieout.config.demo.processes import Demo, Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]


@pytest.fixture(scope="module")
def xero(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Runs the site, a worker and Xero's sandbox with two organisations."""
    data = tmp_path_factory.mktemp("xero")
    small: Path = data / "small.jsonl"
    small.write_text(books.SMALL)
    with Demo(data=data, name="xero", books=str(small)) as running:
        yield running


def test_of_two_organisations_one_is_chosen(browser: Browser, xero: Running) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_up(page, xero.site, "iris@example.com", "Florists")
    _table_stays_within_its_panel(page)
    must_be_accessible(page)
    page.get_by_role("button", name="Continue to Xero").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Allow access").click()

    expect(page.get_by_role("heading", name="Which organisation’s books?")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    must_be_accessible(page)
    page.get_by_label("Ferry & Sons Ltd").check()
    page.get_by_role("button", name="Read these books").click()
    expect(page.get_by_role("heading", name="First sync")).to_be_visible()  # of which Xero's limits make a minute
    context.close()


def _table_stays_within_its_panel(page: Page) -> None:
    """Scroll the table sideways: the page stays where it is, and the first column where it was."""
    table = page.get_by_role("region", name="What each platform lets us read")
    first = table.get_by_role("rowheader", name="Ledger lines")
    before = first.bounding_box()
    table.evaluate("it => { it.scrollLeft = 400; }")
    assert table.evaluate("it => it.scrollLeft") > 0
    assert before == first.bounding_box()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
