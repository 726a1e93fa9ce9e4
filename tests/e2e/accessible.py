"""The accessibility rules, on a page as it stands: in light, and what depends on the theme in dark too."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_LEVELS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")
_ON_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that look at colours; no other sees a theme."""

_FADED = """Promise.race([
  Promise.allSettled(document.getAnimations().map((it) => it.finished)),
  new Promise((done) => setTimeout(done, 1000)),
])"""
"""Waits until colours that fade into others have: some animation of a page may never end."""


def must_be_accessible(page: Page) -> None:
    """Require a page to break no rule of WCAG 2.2 AA in either theme."""
    _must_pass(page, "light", *_LEVELS)
    _must_pass(page, "dark", *_ON_COLOURS)


def _must_pass(page: Page, theme: str, *rules: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.evaluate(_FADED)
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{page.url}, {theme}:\n{found.generate_report()}"
