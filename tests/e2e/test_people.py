"""People in a real browser: invited and joined, a password forgotten and chosen anew, by the mails that were sent."""

from __future__ import annotations

import quopri
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PASSWORD
from tieout.config.demo.processes import Running

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]
NEW_PASSWORD = "another pass phrase 7"


def link_in_mail(data: Path, email: str, path: str) -> str:
    """Return the newest link to a path in the mails to an address: without a mail server they are files."""
    mails = sorted((data / "mail").glob("*.log"), key=lambda file: file.stat().st_mtime)
    texts = [quopri.decodestring(file.read_bytes()).decode() for file in mails]
    found: list[str] = [link for text in texts if f"To: {email}" in text for link in re.findall(rf"\S+{path}\S+", text)]
    assert found, (email, len(texts))
    return found[-1]


def test_a_person_is_invited_joins_forgets_the_password_and_comes_back(
    page: Page, demo: Running, data: Path, browser: Browser
) -> None:
    page.goto(f"{demo.site}/c/quillbay/settings/people/")
    page.get_by_label("E-mail").fill("dora@example.com")
    page.get_by_label("Role", exact=True).select_option("editor")
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Link of the invitation").input_value()
    assert link == link_in_mail(data, "dora@example.com", "/invitation/")

    dora = browser.new_page()
    dora.goto(link)
    assert dora.url == f"{demo.site}/invitation/"
    dora.get_by_role("link", name="Sign up to join").click()
    expect(dora.get_by_label("E-mail")).to_have_value("dora@example.com")
    dora.get_by_label("Password").fill(PASSWORD)
    dora.get_by_role("button", name="Create the account").click()
    dora.get_by_role("button", name="Join").click()
    expect(dora.get_by_text("You have joined Quillbay as an editor.")).to_be_visible()

    forgetful = browser.new_page()
    forgetful.goto(f"{demo.site}/accounts/login/")
    forgetful.get_by_role("link", name="Forgotten?").click()
    forgetful.get_by_label("E-mail").fill("dora@example.com")
    forgetful.get_by_role("button", name="Send the link").click()
    expect(forgetful.get_by_role("heading", name="Look into your mail")).to_be_visible()
    forgetful.goto(link_in_mail(data, "dora@example.com", "/accounts/password/reset/key/"))
    forgetful.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    forgetful.get_by_label("New password, again").fill(NEW_PASSWORD)
    forgetful.get_by_role("button", name="Save the password").click()
    expect(forgetful.get_by_role("heading", name="The password is changed")).to_be_visible()

    dora.reload()  # signed out by it
    expect(dora.get_by_role("heading", name="Sign in")).to_be_visible()
    dora.get_by_label("E-mail").fill("dora@example.com")
    dora.get_by_label("Password").fill(NEW_PASSWORD)
    dora.get_by_role("button", name="Sign in").click()
    expect(dora.get_by_role("link", name="Settings").first).to_be_visible()
    for each in (dora, forgetful):
        each.close()
