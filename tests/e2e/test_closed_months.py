"""Closing a month in a real browser; the books change it; somebody decides, and opens it again."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.test_journey import BASE
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]
CLOSED = f"{BASE}/expenses/closed/"


def sandbox(demo: Running, method: str, what: str, **body: object) -> dict[str, Any]:
    answer = httpx2.request(method, f"{demo.sandbox}/control/{what}", json=body, trust_env=False)
    return dict(answer.raise_for_status().json())


def no_rule_is_broken(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_month_is_closed_the_books_change_it_and_somebody_decides(page: Page, demo: Running) -> None:
    page.set_default_timeout(10_000)
    page.goto(f"{demo.site}{CLOSED}close/?through=2024-01")
    page.get_by_label("Note").fill("Signed off")
    page.get_by_role("button", name="Close January 2024").click()
    row = page.get_by_role("row", name="January 2024")
    expect(row.get_by_text("closed at sync")).to_be_visible()
    no_rule_is_broken(page)
    page.goto(f"{demo.site}{BASE}/expenses/timeline/?from=2024-01&to=2024-06")
    page.get_by_role("columnheader", name="Jan 24").get_by_role("link").click()  # the lock leads to the list
    expect(page.get_by_role("heading", name="Closed months")).to_be_visible()

    lines = sandbox(demo, "GET", "lines")["lines"]
    bill = next(it for it in lines if it["date"].startswith("2024-01") and it["type"] == "Bill")
    sandbox(demo, "POST", "edit", id=bill["id"], entity={"DocNumber": "LATE-1"})
    page.goto(f"{demo.site}{BASE}/integrations/")
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("Published. Every balance ties")).to_be_visible(timeout=60_000)
    page.goto(f"{demo.site}{CLOSED}")
    page.get_by_role("link", name="What changed in January 2024").click()
    expect(page.get_by_role("row", name="LATE-1").first).to_be_visible()
    no_rule_is_broken(page)
    page.get_by_role("button", name="Keep the closed figures").click()
    expect(page.get_by_text("January 2024 stays as it was closed.")).to_be_visible()

    page.goto(f"{demo.site}{CLOSED}2024-01/reopen/")
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("row", name="January 2024").get_by_text("open", exact=True)).to_be_visible()
