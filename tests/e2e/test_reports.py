"""Journeys through the reports: a range, a comparison, the lines of a figure up to its record, and each file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import must_be_accessible
from tests.e2e.test_journey import BASE, figure
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]
REPORTS = ("profit-and-loss", "balance-sheet", "cash-flow", "vendor-spend", "breakdown")


@pytest.fixture(autouse=True)
def _patience(page: Page) -> None:
    page.set_default_timeout(15_000)


def test_from_a_range_and_a_comparison_to_the_record_at_the_provider(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/reports/")
    must_be_accessible(page)
    page.locator("main").get_by_role("link", name="Profit and loss").click()
    expect(page.get_by_role("heading", name="Profit and loss")).to_be_visible()
    page.locator("summary", has_text="Months").click()
    page.get_by_label("From", exact=True).fill("2024-01")
    page.get_by_label("To", exact=True).fill("2024-06")
    page.locator(".pick__show").first.click()
    page.get_by_role("link", name="Quarter").click()
    page.locator("summary", has_text="Compare").click()
    page.locator("details[open] a.pick__choice").nth(1).click()
    expect(page).to_have_url(re.compile("from=2024-01.*by=quarter|by=quarter.*from=2024-01"))
    expect(page.get_by_role("columnheader").filter(has_text="Q1 2024").first).to_be_visible()
    must_be_accessible(page)
    cell = page.get_by_role("row").filter(has_text="Hosting and infrastructure").first.locator("td").first
    shown = figure(cell.inner_text())
    cell.click()
    sheet = page.locator("dialog.sheet")
    expect(sheet.get_by_text("The foot equals the cell")).to_be_visible()
    assert shown == round(float(sheet.locator(".foot-eq").inner_text().split("\n")[1].replace(",", "")))
    must_be_accessible(page)
    record = sheet.locator("tbody a[target=_blank]").first
    expect(record).to_have_attribute("href", re.compile("^https?://"))
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_comes_in_each_kind_of_file(page: Page, demo: Running, report: str, tmp_path: Path) -> None:
    page.goto(f"{demo.site}{BASE}/reports/{report}/?from=2024-03&to=2024-03")
    starts = {"CSV": b"", "XLSX": b"PK", "PDF": b"%PDF"}
    for kind, start in starts.items():
        page.locator("summary", has_text="Export").click()
        with page.expect_download() as saved:
            page.get_by_role("link", name=kind).click()
        path = tmp_path / f"{report}.{kind.lower()}"
        saved.value.save_as(path)
        assert path.read_bytes().startswith(start)
        assert path.stat().st_size > 200
        page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [1440, 390])
def test_no_report_scrolls_sideways(page: Page, demo: Running, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("reports/", *(f"reports/{it}/" for it in REPORTS), "reports/trial-balance/", "cash/"):
        page.goto(f"{demo.site}{BASE}/{path}")
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), path
