"""Planning in a real browser: typing in the timeline, pasting a block, filling right, undo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_journey import BASE, figure, organise
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const how = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
}"""
COPY = """() => {
  const data = new DataTransfer();
  const how = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("copy", how));
  return data.getData("text/plain");
}"""


def toast(page: Page, text: str) -> Locator:
    said = page.locator("[data-toast=step]")
    expect(said).to_contain_text(text)
    return said


@pytest.fixture
def timeline(page: Page, demo: Running) -> Iterator[Page]:
    """Is the timeline with forecast months, one department open; what the test types is undone."""
    page.set_default_timeout(10_000)
    organise(page, demo)
    page.goto(f"{demo.site}{BASE}/expenses/timeline/?plan=1")
    engineering = page.get_by_role("row", name="Engineering").first
    engineering.get_by_role("button", name="Expand").click()
    expect(engineering).to_have_attribute("aria-expanded", "true")  # the rows below it have arrived
    yield page
    for _ in range(12):
        with page.expect_response("**/timeline/undo/*") as answer:
            page.locator("[data-grid-undo]").click()
        if answer.value.status != 200:
            break


def rows(page: Page) -> Locator:
    return page.locator("tbody tr[data-edit]:not([hidden])")


def first_month(page: Page) -> int:
    """Return the place of the first month that can be typed among a row's figures."""
    heads = page.locator("thead tr:last-child th")
    return next(at for at in range(heads.count()) if heads.nth(at).get_attribute("data-type")) - 1


def test_typing_moves_on_and_the_sums_follow(timeline: Page) -> None:
    at = first_month(timeline)
    cell = rows(timeline).nth(0).locator("td").nth(at)
    total = timeline.locator("tfoot td").nth(at)
    before, others = cell.inner_text(), figure(total.inner_text()) - figure(cell.inner_text() or "0")
    cell.click()
    timeline.keyboard.type("1,234.50")
    timeline.keyboard.press("Enter")
    toast(timeline, "Typed 1 cell.")
    expect(cell).to_have_text("1,235")
    expect(cell).to_have_class("f now t")
    assert abs(figure(total.inner_text()) - others - 1_235) <= 1  # what is shown is rounded
    expect(rows(timeline).nth(1).locator("td").nth(at)).to_be_focused()

    timeline.keyboard.press("ArrowUp")
    timeline.keyboard.press("F2")
    editor = timeline.locator(".celledit")
    expect(editor).to_have_value("1234.50")
    editor.fill("7")
    timeline.keyboard.press("Escape")
    expect(cell).to_have_text("1,235")
    timeline.keyboard.press("Delete")
    toast(timeline, "Cleared 1 cell.")
    expect(cell).to_have_text(before)
    timeline.keyboard.press("Control+z")
    toast(timeline, "Undone: Cleared 1 cell.")
    expect(cell).to_have_text("1,235")
    timeline.reload()
    expect(cell).to_have_text("1,235")


def test_a_block_is_pasted_whole_or_not_at_all(timeline: Page) -> None:
    at = first_month(timeline)
    first, second = (rows(timeline).nth(row).locator("td") for row in (0, 1))
    before = first.nth(at).inner_text()
    first.nth(at).click()
    timeline.evaluate(PASTE, "$1,000\t2 000,50\r\n(300)\tabout ten\r\n")
    toast(timeline, "“about ten” is not an amount")
    expect(second.nth(at + 1)).to_have_class("f refused")
    expect(first.nth(at)).to_have_text(before)
    timeline.evaluate(PASTE, "$1,000\t2 000,50\r\n(300)\t10\r\n")
    toast(timeline, "Pasted 4 cells.")
    assert [it.nth(at + column).inner_text() for it in (first, second) for column in (0, 1)] == [
        "1,000", "2,001", "(300)", "10",
    ]  # fmt: skip

    timeline.keyboard.press("Shift+ArrowRight")
    timeline.keyboard.press("Shift+ArrowDown")
    expect(timeline.locator("[data-selection]")).to_have_text("4 cellsSum 2,710.50Average 677.63")
    assert timeline.evaluate(COPY) == "1000.00\t2000.50\n-300.00\t10.00"
    toast(timeline, "Pasted").get_by_role("button", name="Undo").click()
    toast(timeline, "Undone: Pasted 4 cells.")
    expect(first.nth(at)).to_have_text(before)


def test_an_actual_month_is_not_typed(timeline: Page) -> None:
    at = first_month(timeline)
    cell, after = (rows(timeline).nth(0).locator("td").nth(at - 1 + more) for more in (0, 1))
    before = after.inner_text()
    cell.focus() if cell.get_attribute("tabindex") else cell.click()
    timeline.keyboard.press("Escape")  # its entries had opened
    expect(cell).to_have_attribute("aria-readonly", "true")
    timeline.evaluate(PASTE, "1\t2")
    toast(timeline, "is in the books. Type a forecast from")
    expect(after).to_have_text(before)


def test_a_figure_is_filled_right_over_the_year_s_end(timeline: Page) -> None:
    at = first_month(timeline)
    cells = rows(timeline).nth(0).locator("td")
    cells.nth(at).click()
    timeline.keyboard.type("50")
    timeline.keyboard.press("Enter")
    toast(timeline, "Typed 1 cell.")
    timeline.keyboard.press("ArrowUp")
    timeline.keyboard.press("Control+r")
    months = timeline.locator("thead th[data-type]").count()
    toast(timeline, f"Filled {months - 1} cells to the right.")
    assert rows(timeline).nth(0).locator("td.t").count() == months
    assert {cells.nth(at + more).inner_text() for more in (0, 1)} == {"50"}
    assert cells.nth(-2).inner_text() == "50"
