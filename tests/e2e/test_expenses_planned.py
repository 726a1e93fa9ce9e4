"""Journeys of somebody who plans: the expense form, the summary's rows, many expenses in one step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import must_be_accessible
from tests.e2e.test_journey import BASE, organise
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]


def form_of(page: Page, demo: Running, name: str) -> None:
    """Open an expense's form in the side sheet of the summary."""
    organise(page, demo)
    page.goto(f"{demo.site}{BASE}/expenses/")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("dialog.sheet form[data-expense-form]")).to_be_visible()


def test_an_annual_amount_with_growth_from_the_form_to_the_summary(page: Page, demo: Running) -> None:
    form_of(page, demo, "Insurance")
    sheet = page.locator("dialog.sheet")
    expect(sheet.get_by_label("Percentage")).to_be_hidden()
    sheet.get_by_label("The amount comes from").select_option("amount")
    sheet.get_by_label("Amount", exact=True).first.fill("24,000")
    sheet.get_by_label("How often").select_option("annual")
    sheet.get_by_label("From", exact=True).fill("2026-11")
    sheet.get_by_label("It grows by").select_option("percent")
    sheet.get_by_label("Percent", exact=True).fill("3")
    november = sheet.locator("#preview").get_by_role("row", name="November 2026")
    expect(november).to_contain_text("2,000")
    expect(november).to_contain_text("24,000")
    sheet.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Insurance was saved.")).to_be_visible()
    row = page.get_by_role("row", name="6800 Insurance")
    expect(row).to_contain_text("Amount, +3 % a year")
    expect(row).to_contain_text("Annual")
    expect(row).to_contain_text("24,000")
    expect(row).to_contain_text("from Nov 26")


def test_months_are_pasted_and_filled_right(page: Page, demo: Running) -> None:
    form_of(page, demo, "Legal")
    sheet = page.locator("dialog.sheet")
    sheet.get_by_label("The amount comes from").select_option("typed")
    months = sheet.locator("[data-months] input")
    months.first.focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text", "1,000\\t(250.50)\\t3000");
          const paste = { clipboardData: data, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )
    expect(months.nth(1)).to_have_value("(250.50)")
    expect(sheet.locator("#preview tfoot")).to_contain_text("3,750")
    months.nth(2).focus()
    sheet.get_by_role("button", name="Fill right").click()
    expect(months.nth(17)).to_have_value("3000")
    expect(sheet.locator("#preview tfoot")).to_contain_text("30,750")
    sheet.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Legal was saved.")).to_be_visible()
    expect(page.get_by_role("row", name="6600 Legal")).to_contain_text("Typed")


def test_a_row_is_edited_with_the_keyboard(page: Page, demo: Running) -> None:
    organise(page, demo)
    page.goto(f"{demo.site}{BASE}/expenses/")
    total = page.locator("[data-plan] tfoot .plan__year")
    before = total.inner_text()
    page.get_by_role("link", name="Edit Accounting and audit").focus()
    page.keyboard.press("Enter")
    editor = page.locator("[data-row-edit]")
    editor.get_by_label("The amount comes from").select_option("amount")
    editor.get_by_label("Figure").fill("7,000")
    page.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    page.get_by_role("link", name="Edit Accounting and audit").click()
    editor.get_by_label("The amount comes from").select_option("amount")
    editor.get_by_label("Figure").fill("7,000")
    page.keyboard.press("Enter")
    expect(editor).to_have_count(0)
    expect(page.get_by_role("row", name="6610 Accounting and audit")).to_contain_text("7,000")
    expect(total).not_to_have_text(before)


def test_every_expense_has_a_forecast_in_one_step_and_back(page: Page, demo: Running) -> None:
    organise(page, demo)
    page.goto(f"{demo.site}{BASE}/expenses/")
    page.locator("[data-pick-unplanned]").click()
    page.get_by_label("Forecast the ticked ones as").select_option("average-6")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("forecast as the average of the last 6 months")).to_be_visible()
    without = page.locator("td").get_by_text("no forecast", exact=True)
    expect(without).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("forecast as before")).to_be_visible()
    expect(without.first).to_be_visible()


def test_the_form_works_without_script(page: Page, demo: Running) -> None:
    organise(page, demo)
    context = page.context.browser
    assert context is not None
    plain = context.new_context(storage_state=page.context.storage_state(), java_script_enabled=False)
    bare = plain.new_page()
    bare.goto(f"{demo.site}{BASE}/expenses/")
    bare.get_by_role("link", name="Rent", exact=True).click()
    bare.get_by_label("The amount comes from").select_option("amount")
    bare.get_by_label("Amount", exact=True).first.fill("a lot")
    bare.get_by_role("button", name="Preview").click()
    expect(bare.get_by_text("“a lot” is not an amount.").first).to_be_visible()
    bare.get_by_label("Amount", exact=True).first.fill("9,000")
    bare.get_by_role("button", name="Preview").click()
    expect(bare.locator("#preview tfoot")).to_contain_text("108,000")
    bare.get_by_role("button", name="Save", exact=True).last.click()
    expect(bare.get_by_text("Rent was saved.")).to_be_visible()
    plain.close()


@pytest.mark.parametrize("path", ["/expenses/add/", "/settings/payment-terms/", "/settings/payment-terms/add/"])
def test_a_phone_never_scrolls_sideways(page: Page, demo: Running, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{demo.site}{BASE}{path}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(
    "path", ["/expenses/", "/expenses/add/", "/settings/payment-terms/", "/settings/payment-terms/add/"]
)
def test_the_planning_pages_are_accessible(page: Page, demo: Running, path: str) -> None:
    page.goto(f"{demo.site}{BASE}{path}")
    must_be_accessible(page)
