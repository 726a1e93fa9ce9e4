"""Actuals in a real browser: type, paste, a sync that moves the books, the flag, reset and undo."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_closed_months import sandbox
from tests.e2e.test_journey import BASE, organise
from tests.e2e.test_planning import PASTE, toast
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]
ACTUALS = f"{BASE}/actuals/"
MARCH = f"{ACTUALS}?view=expenses&from=2024-03&to=2024-04&" + "&".join(f"open=department:{it}" for it in range(1, 40))


class Posted(NamedTuple):
    """A bill of March 2024, and what its account is called."""

    id: str
    account: str


def a_bill(demo: Running) -> Posted:
    accounts = {it["id"]: it for it in sandbox(demo, "GET", "lists")["Account"]}
    for line in sandbox(demo, "GET", "lines")["lines"]:
        if (
            line["date"].startswith("2024-03")
            and line["type"] == "Bill"
            and accounts[line["account"]]["kind"] == "Expense"
        ):
            return Posted(line["id"], accounts[line["account"]]["name"])
    raise AssertionError("the demo's books have no bill in March 2024")


def cells(page: Page, account: str) -> Locator:
    return page.locator("tbody tr[data-edit]").filter(has=page.get_by_text(account, exact=True)).locator("td")


def no_rule_is_broken(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_typed_actual_survives_a_sync_and_is_told_when_the_books_move(page: Page, demo: Running) -> None:
    page.set_default_timeout(10_000)
    organise(page, demo)
    bill = a_bill(demo)
    page.goto(f"{demo.site}{MARCH}")
    march = cells(page, bill.account).nth(0)
    before = march.inner_text()
    march.click()
    expect(page.locator("dialog.sheet")).to_be_hidden()  # a click selects, Enter opens the entries
    page.keyboard.type("123456.50")
    page.keyboard.press("Enter")
    toast(page, "Typed 1 cell.")
    expect(march).to_contain_text("123,457. Typed by maria@example.com on")
    expect(page.get_by_text("Adjustments to").first).to_be_visible()
    no_rule_is_broken(page)

    page.keyboard.press("Control+z")
    toast(page, "Undone: Typed 1 cell.")
    expect(march).to_have_text(before)
    march.click()
    page.evaluate(PASTE, "$1,000\t(2 000,50)\r\n")
    toast(page, "Pasted 2 cells.")
    march.click()
    page.keyboard.press("Enter")
    sheet = page.locator("dialog.sheet")
    expect(sheet.get_by_text("planning shows 1,000.00")).to_be_visible()
    page.keyboard.press("Escape")

    sandbox(demo, "POST", "delete", id=bill.id)
    page.goto(f"{demo.site}{BASE}/integrations/")
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("Published. Every balance ties")).to_be_visible(timeout=60_000)

    page.goto(f"{demo.site}{MARCH}")
    expect(march).to_have_class("t m")
    expect(page.get_by_role("link", name="Actuals 1")).to_be_visible()  # the badge
    page.get_by_role("link", name="1 to look at").click()
    expect(page.get_by_role("row", name=bill.account)).to_be_visible()
    no_rule_is_broken(page)
    page.get_by_role("button", name="Reset to the books").click()
    expect(page.get_by_text("Reset 1 typed month to the books.")).to_be_visible()
    page.goto(f"{demo.site}{MARCH}")
    expect(march).not_to_have_class("t")

    page.locator("[data-grid-undo]").click()  # the list's step too is taken back here
    toast(page, "Undone: Reset 1 typed month to the books.")
    expect(march).to_have_class("t m")
    page.locator("[data-grid-undo]").click()
    toast(page, "Undone: Pasted 2 cells.")
    expect(march).not_to_have_class("t m")
