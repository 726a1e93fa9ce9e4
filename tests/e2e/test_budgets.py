"""A budget from a spreadsheet, frozen and held against the actuals, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

BASE = "/c/quillbay/budgets/"
FILE = (
    "Plan of Quillbay\n\nAccount;Jan 2026;Feb 2026;Mar 2026;Total\n"
    '5010;"40.000,00";"40.000,00";"41.500,50";"121.500,50"\n'
    "Advertising;25,000;25,000;25,000;75,000\n"
    "Office dog;120;120;120;360\n"
    "Rent of the moon;100;abc;100;200\n"
    "Total;;;;197.060,50\n"
)


def test_a_spreadsheet_becomes_a_frozen_budget_beside_the_actuals(page: Page, demo: Running, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(FILE, encoding="utf-8")
    page.goto(f"{demo.site}{BASE}import/")
    page.get_by_label("File").set_input_files(tmp_path / "plan.csv")
    page.get_by_role("button", name="Upload and look").click()

    expect(page.get_by_role("heading", name="2 of 4 rows will be imported")).to_be_visible()
    expect(page.get_by_role("cell", name="C7")).to_be_visible()
    page.get_by_label("Row 6 goes to").select_option("new")
    page.get_by_label("Row 7 goes to").select_option("0")
    page.get_by_role("button", name="Apply the choices").click()
    expect(page.get_by_role("heading", name="3 of 4 rows will be imported")).to_be_visible()
    sums = page.get_by_role("row", name="To be imported")
    expect(sums).to_contain_text("196,860.50")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    page.get_by_label("Name of the budget").fill("Plan for the spring")
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_role("heading", name="Plan for the spring")).to_be_visible()
    hosting = page.get_by_role("row", name="Hosting and infrastructure")
    expect(hosting).to_contain_text("41,501")
    hosting.get_by_role("link").click()
    page.get_by_label("Mar 26").fill("41,000")
    page.get_by_role("button", name="Save").click()
    expect(hosting).to_contain_text("41,000")

    january = hosting.locator("td").first
    january.dblclick()
    page.get_by_role("textbox", name="Hosting and infrastructure, Jan 26").fill("(1,234.50)")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Typed 1 cell.")).to_be_visible()
    expect(january).to_have_text("(1,235)")
    page.get_by_role("button", name="Undo").last.click()
    expect(january).to_have_text("40,000")

    page.get_by_role("link", name="Freeze").click()
    page.get_by_role("button", name="Freeze for good").click()
    expect(page.get_by_text("As it was frozen")).to_be_visible()
    expect(page.get_by_role("link", name="Freeze")).to_have_count(0)

    page.get_by_role("link", name="Compare").click()
    page.get_by_label("Columns").select_option("month")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("columnheader", name="Jan 26")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("5010 Hosting"))
    expect(row.get_by_role("cell").first).to_have_text("40,000.00")
    expect(row.get_by_text("unfavourable").first).to_be_attached()
    assert "by=month" in page.url


@pytest.mark.parametrize("path", ["", "new/", "import/", "compare/"])
def test_every_page_is_accessible(page: Page, demo: Running, path: str) -> None:
    page.goto(f"{demo.site}{BASE}{path}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
