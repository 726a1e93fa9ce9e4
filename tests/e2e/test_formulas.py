"""The formula bar and the page of variables in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.test_journey import BASE
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]


def test_a_formula_is_completed_checked_and_saved_by_keyboard(page: Page, demo: Running) -> None:
    page.set_default_timeout(10_000)
    page.goto(f"{demo.site}{BASE}/settings/variables/add/")
    page.get_by_role("textbox", name="Name").fill("Support cost")
    bar = page.get_by_role("combobox", name="Formula")
    bar.click()
    bar.press_sequentially("Department.'Cust")
    choices = page.get_by_role("listbox").get_by_role("option")
    expect(choices).to_have_count(2)
    expect(choices.first).to_contain_text("Department.'Customer success'")
    expect(bar).to_have_attribute("aria-expanded", "true")
    bar.press("ArrowDown")
    active = bar.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    bar.press("Enter")
    expect(bar).to_have_value("Department.'Customer support'")
    expect(bar).to_have_attribute("aria-expanded", "false")
    bar.press_sequentially(" * 2 / 0")
    told = page.get_by_role("status").filter(has_text="Division by zero")
    expect(told).to_be_visible()
    expect(told.locator("mark")).to_have_text("0")
    expect(bar).to_have_attribute("aria-invalid", "true")
    bar.press("Backspace")
    bar.press_sequentially("4")
    expect(page.locator(".formula__values dt")).to_have_count(3)
    expect(bar).not_to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="Support cost")
    expect(row).to_contain_text("Department.'Customer support' * 2 / 4")


def test_escape_closes_the_list_and_leaves_what_is_typed(page: Page, demo: Running) -> None:
    page.set_default_timeout(10_000)
    page.goto(f"{demo.site}{BASE}/settings/variables/add/")
    bar = page.get_by_role("combobox", name="Formula")
    bar.click()
    bar.press_sequentially("rev")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert not found.response["violations"], found.generate_report()
    bar.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(bar).to_have_value("rev")
