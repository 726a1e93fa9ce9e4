"""Journeys through the product in a real browser, over real processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import must_be_accessible
from tests.e2e.conftest import sign_up
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

BASE = "/c/quillbay"
PAST = "?from=2026-01&to=2026-10"  # whatever other journeys planned, these months are actuals
PAGES = (
    "/expenses/",
    "/expenses/timeline/",
    "/expenses/organise/",
    "/expenses/closed/",
    "/expenses/closed/close/",
    "/expenses/entries/?row=total&month=2026-01",
    "/reports/trial-balance/",
    "/reports/balance-sheet/",
    "/integrations/",
    "/integrations/connect/",
    "/settings/",
    "/settings/people/",
    "/settings/departments/",
    "/settings/variables/",
    "/settings/variables/add/",
)


def figure(text: str) -> int:
    """Return the whole units that a cell shows: "(1,234)" is -1234."""
    digits = int(text.strip().strip("()").replace(",", "").replace("–", "0"))
    return -digits if text.strip().startswith("(") else digits


def organise(page: Page, demo: Running) -> None:
    """Accept all suggestions and save, unless an earlier test has."""
    page.goto(f"{demo.site}{BASE}/expenses/organise/")
    accept = page.locator("[data-accept-all]")
    if accept.count():
        accept.click()
        page.get_by_role("button", name="Save").first.click()
        expect(accept).to_have_count(0)


def test_from_organise_to_the_single_entry(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/expenses/organise/")
    total = page.locator("tfoot, .panel__foot").first.inner_text()
    organise(page, demo)
    expect(page.get_by_text("adds up").first).to_be_visible()
    assert page.locator("tfoot, .panel__foot").first.inner_text().split()[-1] == total.split()[-1]

    page.goto(f"{demo.site}{BASE}/expenses/timeline/{PAST}")
    expect(page.get_by_text("Expenses tie to the books in every month")).to_be_visible()
    engineering = page.get_by_role("row", name="Engineering").first
    expect(engineering).to_be_visible()
    cell = engineering.locator("td").nth(-3)
    shown = figure(cell.inner_text())
    cell.click()
    sheet = page.locator("dialog.sheet")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_text("The foot equals the cell")).to_be_visible()
    foot = sheet.locator(".foot-eq").inner_text()
    assert shown == round(float(foot.split("\n")[1].replace(",", "")))
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()


def test_what_was_folded_stays_folded_and_back_shuts_the_sheet(page: Page, demo: Running) -> None:
    organise(page, demo)
    page.goto(f"{demo.site}{BASE}/expenses/timeline/{PAST}")
    shut = page.get_by_role("row", name="General & administrative").first
    shut.get_by_role("button", name="Collapse").click()
    page.reload()
    expect(shut).to_have_attribute("aria-expanded", "false")
    page.get_by_role("link", name="Quarter").click()
    expect(page.get_by_role("columnheader", name="Q1 2026")).to_be_attached()
    expect(shut).to_have_attribute("aria-expanded", "false")

    address = page.url
    page.locator("tfoot td").nth(-1).click()
    expect(page.locator("dialog.sheet .foot-eq")).to_be_visible()
    page.go_back()
    expect(page.locator("dialog.sheet")).not_to_be_visible()
    assert page.url == address
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.sheet .foot-eq")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.sheet")).not_to_be_visible()
    page.get_by_role("link", name="Engineering").click()
    expect(page.locator("dialog.sheet .foot-eq")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.sheet")).not_to_be_visible()
    assert page.url == address


@pytest.mark.parametrize("width", [390, 1440])
def test_no_column_is_cut_under_the_first_one(page: Page, demo: Running, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{demo.site}{BASE}/expenses/timeline/")
    page.wait_for_load_state("networkidle")
    edges = page.evaluate(
        """() => {
          const [first, ...others] = [...document.querySelector(".grid").tHead.rows].at(-1).cells;
          const edge = first.getBoundingClientRect().right;
          return others.map((it) => Math.abs(it.getBoundingClientRect().left - edge));
        }"""
    )
    assert min(edges) <= 1


def test_a_refusal_at_the_consent_page_is_explained(browser: Browser, demo: Running) -> None:
    context = browser.new_context()
    page = context.new_page()
    sign_up(page, demo.site, "noor@example.com", "Denied Ltd")
    page.get_by_role("button", name="Continue to QuickBooks Online").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Nothing was stored").or_(page.get_by_text("admin")).first).to_be_visible()
    assert "state=" not in page.content()
    context.close()


def test_a_refresh_says_that_nothing_changed(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/integrations/")
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("0 rows written").or_(page.get_by_text("Nothing changed")).first).to_be_visible(
        timeout=90_000
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_page_passes_the_accessibility_rules(page: Page, demo: Running, path: str) -> None:
    page.goto(f"{demo.site}{BASE}{path}")
    page.wait_for_load_state("networkidle")
    must_be_accessible(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(page: Page, demo: Running, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{demo.site}{BASE}{path}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_script_the_entries_are_a_page_of_their_own(browser: Browser, demo: Running, session: Path) -> None:
    context = browser.new_context(storage_state=session, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo.site}{BASE}/expenses/timeline/")
    page.locator(".rowhead a").first.click()
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()
