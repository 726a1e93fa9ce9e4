"""The demo's three processes and a person in a real browser, signed up and connected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import machine
from tests.e2e.shots import ARGUMENTS
from tieout.config.demo.processes import Demo, Running

EMAIL, PASSWORD = "maria@example.com", "a long pass phrase 9"


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Is the demo's data folder: without a mail server, its mails are files in it."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def demo(data: Path) -> Iterator[Running]:
    """Runs the site, a worker and a sandbox with the demo books."""
    with Demo(data=data, name="quickbooks", books="demo") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Is Debian's Chromium."""
    # Playwright keeps an event loop in this thread for as long as the browser is open. Tests of other folders that run
    # in the same process meanwhile are as synchronous as before: Django need not refuse them.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(machine.chromium()), args=list(ARGUMENTS))
        yield chromium
        chromium.close()


def sign_up(page: Page, site: str, email: str, company: str) -> None:
    """Make an account and a company, as a new person would; ends on the page that offers to connect."""
    page.goto(f"{site}/accounts/signup/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    page.get_by_label("Name").first.fill(company)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Connect your books")).to_be_visible()


@pytest.fixture(scope="session")
def session(demo: Running, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Is where the cookies of a person lie whose company is connected and synced."""
    context = browser.new_context()
    page = context.new_page()
    sign_up(page, demo.site, EMAIL, "Quillbay")
    page.get_by_role("button", name="Continue to QuickBooks Online").click()
    expect(page.get_by_text("Sandbox — not the real QuickBooks")).to_be_visible()
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("heading", name="First sync")).to_be_visible()
    expect(page.get_by_text("Ties to the books").first).to_be_visible(timeout=120_000)
    kept = tmp_path_factory.mktemp("session") / "state.json"
    context.storage_state(path=kept)
    context.close()
    return kept


@pytest.fixture
def context(browser: Browser, session: Path) -> Iterator[BrowserContext]:
    """Is Maria's browser, with her company's books in."""
    made = browser.new_context(storage_state=session, viewport={"width": 1440, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Is a tab of Maria's; a script's error or a refused resource fails the test. A form may be refused: 422."""
    wrong: list[str] = []
    made = context.new_page()
    made.on(
        "console",
        lambda it: wrong.append(it.text) if it.type == "error" and "status of 422" not in it.text else None,
    )
    made.on("pageerror", lambda error: wrong.append(str(error)))
    yield made
    assert wrong == []
