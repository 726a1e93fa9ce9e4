"""Takes pictures of pages: wide and narrow, light and dark, into ``shots/``. Look at them before a page is done.

``python -m tests.e2e.shots --url http://127.0.0.1:8000 --email … --password … /c/quillbay/ /accounts/login/``

Exit 1 if a page's script failed, if its policy refused something, or if it scrolls sideways.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.machine import chromium

SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# The browser must not talk to anybody but the site under test.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Sign in with the form, as a person would."""
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def shoot(context: BrowserContext, url: str, paths: list[str], folder: Path, suffix: str) -> Iterator[str]:
    """Write a picture of each page; yield what is wrong with it, in words."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for path in paths:
        page.goto(url + path)
        page.wait_for_load_state("networkidle")
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "root"
        page.screenshot(path=folder / f"{name}-{suffix}.png")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append("it scrolls sideways")
        yield from (f"{path} {suffix}: {each}" for each in wrong)
        wrong.clear()
    page.close()


def main() -> int:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--email", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--folder", type=Path, default=Path("shots"))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        for size, (width, height) in SIZES.items():
            for theme in THEMES:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme, has_touch=size == "narrow"
                )
                if asked.email:
                    sign_in(context.new_page(), asked.url, asked.email, asked.password)
                wrong += shoot(context, asked.url, asked.paths, asked.folder, f"{size}-{theme}")
                context.close()
        browser.close()
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
