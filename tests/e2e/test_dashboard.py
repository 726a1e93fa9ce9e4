"""The dashboard in a real browser: live charts under the page's policy, the keyboard, the table, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import must_be_accessible
from tests.e2e.test_journey import BASE, figure, organise
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _patience(page: Page) -> None:
    page.set_default_timeout(10_000)


def test_people_land_on_it_and_its_figures_lead_on(page: Page, demo: Running) -> None:
    organise(page, demo)
    page.goto(f"{demo.site}{BASE}/")
    expect(page).to_have_url(f"{demo.site}{BASE}/dashboard/")
    must_be_accessible(page)
    shown = page.locator(".stat", has_text="Net income").locator(".stat__value").inner_text()
    page.locator(".stat", has_text="Net income").locator(".stat__value").click()
    expect(page.get_by_role("heading", name="Profit and loss")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Net income").last
    assert figure(row.get_by_role("gridcell").last.inner_text()) == figure(shown)


def test_a_chart_answers_to_the_arrow_keys_and_has_its_table(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/dashboard/?period=year")
    chart = page.locator(".figure", has_text="Cash at the end of each month")
    live = chart.locator(".figure__live")
    expect(live.locator("svg")).to_be_visible()
    expect(chart.locator(".figure__still")).to_be_hidden()
    live.focus()
    page.keyboard.press("Home")
    told = chart.locator("[data-chart-told]")
    first = told.inner_text()
    page.keyboard.press("ArrowRight")
    expect(told).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    expect(told).to_have_text(first)
    chart.get_by_text("Show the table").click()
    month, value = first.split(". Cash ")
    expect(chart.get_by_role("row", name=f"{month} {value.strip()}")).to_be_visible()
    must_be_accessible(page)


def test_on_paper_the_drawing_stands_and_the_navigation_does_not(page: Page, demo: Running) -> None:
    page.goto(f"{demo.site}{BASE}/dashboard/")
    expect(page.locator(".figure--live").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".figure__still").first).to_be_visible()
    expect(page.locator(".figure__live").first).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()


def test_without_script_the_drawing_and_the_table_are_there(page: Page, demo: Running) -> None:
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{demo.site}{BASE}/dashboard/")
    expect(page.get_by_role("img", name="Cash at the end of each month").locator("svg")).to_be_visible()
    page.locator(".figure", has_text="Cash at the end").get_by_text("Show the table").click()
    expect(page.get_by_role("columnheader", name="Cash", exact=True).first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_it_fits(page: Page, demo: Running, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{demo.site}{BASE}/dashboard/?period=quarter")
    expect(page.locator(".figure--live").first).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
