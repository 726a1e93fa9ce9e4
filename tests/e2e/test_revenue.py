"""Journeys of somebody who plans revenue: a stream's form, typed months, and a stream carved out by customer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import must_be_accessible
from tests.e2e.test_journey import BASE
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _patience(page: Page) -> None:
    page.set_default_timeout(10_000)


def test_a_stream_is_planned_beside_the_revenue_and_typed_in_it(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/revenue/")
    expect(page.get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
    must_be_accessible(page)
    page.locator("tr[data-row^='expense:'] a.form").first.click()
    sheet = page.locator("dialog.sheet")
    expect(sheet.locator("form[data-expense-form]")).to_be_visible()
    sheet.get_by_label("The amount comes from").select_option("typed")
    expect(sheet.locator("[data-months] input").first).to_be_visible()
    sheet.get_by_label("The amount comes from").select_option("amount")
    sheet.get_by_label("Amount", exact=True).first.fill("250,000")
    expect(sheet.locator("#preview tfoot")).to_contain_text("3,000,000")
    must_be_accessible(page)
    sheet.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("was saved.")).to_be_visible()
    row = page.locator("tr[data-row^='expense:']", has_text="250,000").first
    cell = row.locator("td.f:not(.yr)").nth(1)
    cell.click()
    page.keyboard.type("260,500")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Typed 1 cell.")).to_be_visible()
    expect(row.locator("td.f.t")).to_contain_text("260,500")


def test_a_stream_is_carved_out_by_customer(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/expenses/entries/?row=revenue&month=2026-09")
    page.locator("a.entry__carve").first.click()
    expect(page.get_by_role("heading", name="New linked stream")).to_be_visible()
    expect(page.get_by_text("Joins this stream")).to_be_visible()
    must_be_accessible(page)
    page.get_by_role("button", name="Save linked stream").click()
    expect(page.get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
    page.goto(f"{demo.site}{BASE}/expenses/links/")
    expect(page.get_by_text("Lines where customer is")).to_be_visible()
    must_be_accessible(page)
