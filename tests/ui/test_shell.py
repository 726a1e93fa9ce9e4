"""What stands around a page: the policy, the navigation, the seal, the theme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tieout.companies.models import Company
from tieout.ui import middleware, nav, shell

PARTS = Path(__file__).parents[2] / "src" / "tieout"


@pytest.fixture
def tellers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test register tellers that are gone after it."""
    monkeypatch.setattr(shell, "_tellers", list(shell._tellers))
    return iter([None])


@pytest.mark.django_db
def test_every_page_has_the_policy(client: Client) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_only_a_page_that_says_so_lets_its_forms_leave() -> None:
    page = middleware.content_security_policy(lambda _request: middleware.let_forms_leave(HttpResponse()))
    policy = page(RequestFactory().get("/")).headers["Content-Security-Policy"]
    assert "form-action" not in policy
    assert "default-src 'self'" in policy


def test_no_template_has_inline_script_or_style() -> None:
    templates = sorted(PARTS.rglob("templates/**/*.html"))
    assert len(templates) > 20
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", re.IGNORECASE)
    tags = re.compile(r"{%.*?%}|{#.*?#}|{{.*?}}", re.DOTALL)
    pages = {path.name: tags.sub("…", path.read_text()) for path in templates}
    assert [name for name, html in pages.items() if inline.search(html)] == []


@pytest.mark.django_db
def test_the_chosen_theme_is_drawn_by_the_server_and_nothing_else_is(client: Client) -> None:
    client.cookies["theme"] = "dark"
    assert '<html lang="en" data-theme="dark">' in client.get("/accounts/login/").content.decode()
    client.cookies["theme"] = '"><script>'
    assert '<html lang="en">' in client.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_the_page_s_own_entry_is_marked(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    assert marked(client, company, "settings/payment-terms/") == {"settings/"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("settings/departments/", "expenses/organise/"),
        ("expenses/links/", "expenses/organise/"),
        ("expenses/", "expenses/timeline/"),
        ("reports/trial-balance/", "reports/"),
        ("reports/pack/", "reports/"),
        ("reports/vendor-spend/", "reports/vendor-spend/"),
    ],
)
def test_a_page_beneath_an_entry_marks_it(client: Client, alice: User, company: Company, page: str, entry: str) -> None:
    client.force_login(alice)
    assert marked(client, company, page) == {entry}


def marked(client: Client, company: Company, page: str) -> set[str]:
    """Return the addresses of the entries that are marked on a page, below the company's own."""
    text = client.get(f"/c/{company.slug}/{page}").content.decode()
    current = re.findall(r'<a class="nav__link" href="([^"]+)" aria-current="page"', text)
    return {it.removeprefix(f"/c/{company.slug}/") for it in current}


def test_a_place_that_no_part_answers_to_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "PLACES", (nav.Place("Cash", "cash", "cash:flow"), nav.PLACES[-1]))
    groups = nav.groups(RequestFactory().get("/"), "quillbay", {})
    assert [entry.place.label for group in groups for entry in group.entries] == ["Settings"]


@pytest.mark.django_db
@pytest.mark.usefixtures("tellers")
def test_the_seal_and_the_badges_come_from_the_parts(client: Client, alice: User, company: Company) -> None:
    def told(_request: HttpRequest) -> shell.ShellFacts:
        seal = shell.Seal(state=shell.SealState.DIFFERS, title="1,240.00 <unverified>", note="sync 214", url="/x/")
        return shell.ShellFacts(seal=seal, badges={"companies:settings": 7})

    shell.register(told)
    shell.register(told)
    client.force_login(alice)
    page = client.get(f"/c/{company.slug}/settings/").content.decode()
    assert "seal--differs" in page
    assert "1,240.00 &lt;unverified&gt;" in page
    assert '<span class="nav__count">7' in page


@pytest.mark.django_db
@pytest.mark.usefixtures("tellers")
def test_a_part_may_say_where_home_is(client: Client, alice: User, company: Company) -> None:
    shell.register(lambda _request: shell.ShellFacts(home="/somewhere/"))
    client.force_login(alice)
    assert client.get(f"/c/{company.slug}/").headers["Location"] == "/somewhere/"


@pytest.mark.parametrize(
    ("name", "initials"), [("Quillbay Software, Inc.", "QS"), ("acme", "A"), ("Dora & Sons", "DS"), ("!", "!")]
)
def test_a_company_s_tile_has_its_initials(name: str, initials: str) -> None:
    assert shell.CompanyLink(name=name, url="/").initials == initials
