"""Carving a vendor out in a browser: typing shows what matches, a tick leaves a line out, saving moves the lines."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]
BASE = "/c/quillbay"


def matched(page: Page) -> int:
    expect(page.get_by_role("heading", name="Matches")).to_be_visible()
    found = re.search(r"([\d,]+) lines?", page.locator("#link-preview .panel__head").first.inner_text())
    assert found
    return int(found[1].replace(",", ""))


def test_a_vendor_is_carved_out_and_given_back(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/expenses/links/new/")
    expect(page.get_by_text("Not a rule yet")).to_be_visible()
    page.get_by_label("How it compares").select_option("contains")
    page.get_by_label("Term 1 of condition 1").press_sequentially("stratolane", delay=10)
    everything = matched(page)

    page.get_by_role("button", name="and", exact=True).click()
    page.get_by_label("How it compares").nth(1).select_option("not_contains")
    page.get_by_label("Term 1 of condition 2").fill("staging")
    expect(page.locator("#link-preview .panel__head").first).to_contain_text("Matches")
    fewer = matched(page)
    assert 0 < fewer < everything
    assert not Axe().run(page).response["violations"]

    page.locator("#link-preview tbody input[type=checkbox]").first.uncheck()
    expect(page.get_by_text("left out by you").first).to_be_visible()
    assert matched(page) == fewer - 1

    page.get_by_label("Name of the expense").fill("Stratolane, production")
    page.get_by_role("button", name="Save linked expense").click()
    expect(page.get_by_text("every actual total is as it was")).to_be_visible()
    page.goto(f"{demo.site}{BASE}/expenses/links/")
    row = page.get_by_role("row", name="Stratolane, production")
    expect(row).to_contain_text("item or description does not contain “staging”")
    expect(row).to_contain_text("1 line left out")
    expect(row.locator("td.num").first).to_have_text(str(fewer - 1))
    assert not Axe().run(page).response["violations"]

    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("back in their accounts")).to_be_visible()
