"""Payroll in a real browser: a sheet of people, and the mark that moves an account."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import must_be_accessible
from tests.e2e.test_journey import BASE, organise
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

HEAD = "ID,Name,Department,Title,Start,Pay,Pay per,Benefits & taxes %"
ADA = "E-1,Ada Lovelace,Engineering,Lead engineer,2021-03-01,120000,Year,20"
BEN = "E-2,Ben Okafor,Sales,Seller,1 Feb 2026,5000,Month,"
ENOUGH = 1_000_000  # minor units


def bring(page: Page, *rows: str) -> None:
    """Choose a sheet and go to its preview."""
    page.get_by_label("A sheet of people, CSV or XLSX").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": "\n".join((HEAD, *rows)).encode()}
    )
    page.get_by_role("button", name="Preview").click()


def mark(page: Page, demo: Running, name: str = "") -> str:
    """Turn an account's payroll mark round and save; return its name. Unasked, one with a good deal of money."""
    page.goto(f"{demo.site}{BASE}/expenses/organise/")
    if not name:
        for row in page.locator("tr[data-amount]:has(input[name^=payroll-]:not(:checked))").all():
            if int(row.get_attribute("data-amount") or 0) > ENOUGH:
                label = row.locator("input[name^=payroll-]").get_attribute("aria-label") or ""
                name = label.removeprefix("Payroll: ")
                break
    page.get_by_label(f"Payroll: {name}", exact=True).click()
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_load_state("networkidle")
    return name


def test_a_sheet_of_people_is_previewed_mended_and_imported(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/people/import/")
    bring(page, ADA, BEN.replace("1 Feb 2026", "soon"))
    expect(page.get_by_text("“soon” is not a date")).to_be_visible()
    expect(page.get_by_role("button", name="Import the 1 good row")).to_be_visible()
    page.get_by_role("link", name="Bring another sheet").click()
    bring(page, ADA, BEN)
    page.get_by_role("button", name="Import 2 people").click()
    expect(page.get_by_text("2 added, 0 changed, 0 as they were.")).to_be_visible()
    row = page.get_by_role("row", name="Ada Lovelace")
    expect(row).to_contain_text("12,000")  # 10,000 and 20 % of it
    page.get_by_role("link", name="Import").click()
    bring(page, ADA, BEN)
    expect(page.get_by_text("there is nothing to import")).to_be_visible()
    for name in ("Ada Lovelace", "Ben Okafor"):
        page.goto(f"{demo.site}{BASE}/people/")
        page.get_by_role("link", name=name).click()
        page.get_by_role("link", name="Remove").click()
        page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Nobody is listed yet")).to_be_visible()


def test_the_payroll_mark_moves_an_account_and_no_total(page: Page, demo: Running) -> None:
    organise(page, demo)
    timeline = f"{demo.site}{BASE}/expenses/timeline/?open=payroll"
    page.goto(timeline)
    total = page.locator("tfoot tr").first.inner_text()
    people = page.get_by_role("row", name="Employees & contractors").first.inner_text()
    account = mark(page, demo)
    page.goto(timeline)
    assert page.locator("tfoot tr").first.inner_text() == total
    assert page.get_by_role("row", name="Employees & contractors").first.inner_text() != people
    payroll = page.get_by_role("row", name="Payroll expenses").first
    if payroll.get_attribute("aria-expanded") == "false":
        payroll.get_by_role("button", name="Expand").click()
    expect(page.get_by_role("row", name=account).first).to_be_visible()
    mark(page, demo, account)
    page.goto(timeline)
    assert page.locator("tfoot tr").first.inner_text() == total
    assert page.get_by_role("row", name="Employees & contractors").first.inner_text() == people


@pytest.mark.parametrize(
    "path", ["", "new/", "import/", "hiring/", "hiring/new/", "runs/", "runs/import/", "reconciliation/"]
)
def test_everybody_can_use_the_pages(page: Page, demo: Running, path: str) -> None:
    page.goto(f"{demo.site}{BASE}/people/{path}")
    must_be_accessible(page)
