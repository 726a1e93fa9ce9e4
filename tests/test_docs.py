"""The documentation is read by these tests too, so that it cannot drift."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "adr").glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]


def name(path: Path) -> str:
    """Return how a test is called for a page."""
    return str(path.relative_to(ROOT))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", text(page))
    dead = [
        target
        for target in targets
        if not re.match(r"https?://|mailto:|#", target) and not (page.parent / target.split("#")[0]).exists()
    ]
    assert not dead


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"`((?:src|tests|docs)/[\w./-]+)`", text(page))
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_has_its_sections_on_one_page(page: Path) -> None:
    assert re.findall(r"^## (.+)$", text(page), re.MULTILINE) == HEADINGS
    assert len(text(page).splitlines()) < 60
    assert text(page).startswith(f"# {int(page.name[:4])}. ")


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    listed = re.findall(r"\]\((\d{4}[^)]+)\)", text(DOCS / "adr" / "README.md"))
    assert listed == [page.name for page in DECISIONS]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text(page), re.MULTILINE)) <= targets


def test_make_says_what_each_target_does() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", text(ROOT / "Makefile"), re.MULTILINE)
    assert phony
    told = re.findall(r"^([a-z][a-z-]*):.*## \S", text(ROOT / "Makefile"), re.MULTILINE)
    assert set(phony.group(1).split()) - {"help"} == set(told)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_that_are_named_exist(page: Path) -> None:
    commands = {path.stem.replace("_", "-") for path in (ROOT / "src/tieout/config/commands").glob("[a-z]*.py")}
    assert set(re.findall(r"(?:`|bin/)tieout ([a-z-]+)", text(page))) <= commands


def test_every_setting_is_documented() -> None:
    settings = text(ROOT / "src/tieout/config/settings.py")
    read = set(re.findall(r"\"((?:TIEOUT|DATABASE)_[A-Z_]+[A-Z])\"", settings))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", text(DOCS / "self-hosting.md"), re.MULTILINE))
    assert read == told


def test_the_changelog_begins_with_this_version() -> None:
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    first = re.search(r"^## (\S+)", text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert first
    assert first.group(1) == version


@pytest.mark.parametrize(("page", "lines"), [("README.md", 120), ("CONTRIBUTING.md", 150)])
def test_the_front_pages_stay_short(page: str, lines: int) -> None:
    assert len(text(ROOT / page).splitlines()) <= lines


def test_the_pages_keep_to_the_words_of_the_glossary() -> None:
    refused = re.compile(r"\b(simulator|mock(?:ed|s)?|faked?)\b", re.IGNORECASE)
    assert not {name(page): found for page in PAGES if (found := refused.findall(text(page)))}
