"""The connect page with several providers: their tiles, what each needs, and the table of what each lets us read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.connections.tenants import ABOUT, IMPORTS, ConsentProvider, LoginProvider, Tenants
from tieout.companies.models import Company
from tieout.connections import providers
from tieout.connections.imports_table import Sign, imports_of, imports_table
from tieout.connections.models import Connection
from tieout.providerkit import registry
from tieout.providerkit.imports import Imports, Revaluation, Row
from tieout.providerkit.interface import Provider
from tieout.providers.quickbooks.about import ABOUT as QUICKBOOKS
from tieout.providers.quickbooks.sandbox import Sandbox
from tieout.providers.tryton.about import ABOUT as TRYTON
from tieout.providers.xero.about import ABOUT as XERO
from tieout.ui.nav import url_of


def page_of(client: Client, company: Company, provider: str = "") -> str:
    asked = {"provider": provider} if provider else {}
    answer = client.get(f"/c/{company.slug}/integrations/connect/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def tile(page: str, name: str) -> str:
    """Return a provider's tile as text."""
    found = re.search(rf'<a class="provider [^>]*>(?:(?!</a>).)*<b>{name}</b>.*?</a>', page, re.DOTALL)
    assert found, name
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found.group()))


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Tenants:
    made = Tenants()
    monkeypatch.setitem(providers.stand_ins, "tenants", ConsentProvider(made))
    return made


def test_each_provider_has_a_tile_in_its_group_and_says_how_it_stands(
    client: Client, alice: User, company: Company, sandbox: Sandbox, toy: Tenants
) -> None:
    client.force_login(alice)
    page = page_of(client, company)
    assert page.index(">Accounting<") < page.index(">QuickBooks Online<") < page.index(">Payroll<")
    assert "sandbox Simple Start, Essentials, Plus and Advanced" in tile(page, "QuickBooks Online")
    assert "Every edition" in tile(page, "Toy books")
    assert f'href="{url_of("payroll:runs", company.slug)}"' in page


def test_a_tile_leads_to_its_providers_own_page(
    client: Client, alice: User, company: Company, sandbox: Sandbox, toy: Tenants
) -> None:
    client.force_login(alice)
    page = page_of(client, company, "tenants")
    assert "Continue to Toy books" in page
    assert "Anybody may." in page
    assert 'name="provider" value="tenants"' in page
    assert "Continue to QuickBooks Online" in page_of(client, company, "quickbooks")
    assert "Continue to " in page_of(client, company, "none-such")


def test_a_provider_that_is_not_set_up_names_its_settings(
    client: Client, alice: User, company: Company, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROVIDER_ENVIRONMENT = {}
    client.force_login(alice)
    page = page_of(client, company, "quickbooks")
    assert "Needs keys first" in tile(page, "QuickBooks Online")
    for name in ("TIEOUT_QUICKBOOKS_CLIENT_ID", "TIEOUT_QUICKBOOKS_CLIENT_SECRET"):
        assert f'<code class="code">{name}</code>' in page
    unset = LoginProvider(Tenants())
    unset.configured = False
    monkeypatch.setitem(providers.stand_ins, "tenants", unset)
    page = page_of(client, company, "tenants")
    assert "TIEOUT_TENANTS_ADDRESS" in page
    assert "Not set up yet" in tile(page, "Toy books")
    assert "Toy books is not set up yet" in page
    assert "Redirect address" not in page
    assert "login-password" not in page


def test_what_is_connected_says_so_and_other_books_go_elsewhere(
    client: Client, alice: User, company: Company, connected: Connection, toy: Tenants
) -> None:
    client.force_login(alice)
    page = page_of(client, company)
    assert "Connected: Ferry &amp; Sons Ltd" in tile(page, "QuickBooks Online")
    assert "Other books are connected" in tile(page, "Toy books")
    elsewhere = page_of(client, company, "tenants")
    assert "Northwind Software has its books at QuickBooks Online" in elsewhere
    assert "Continue to" not in elsewhere
    choices = {"provider": "tenants", "history": "default", "basis": "accrual", "sync_day": "1"}
    refused = client.post(f"/c/{company.slug}/integrations/connect/", choices)
    assert refused.status_code == 422
    assert "Other books go into another company" in refused.content.decode()


def test_after_disconnecting_the_tile_says_that(
    client: Client, alice: User, company: Company, connected: Connection
) -> None:
    client.force_login(alice)
    client.post(f"/c/{company.slug}/integrations/disconnect/")
    assert "Disconnected: Ferry &amp; Sons Ltd" in tile(page_of(client, company), "QuickBooks Online")


# --- the table ------------------------------------------------------------------------------------------------


def made(**changes: object) -> Provider:
    """Return a provider whose one source differs from the toy's in some facts."""
    provider = ConsentProvider(Tenants())
    provider.about = replace(ABOUT, imports=(replace(IMPORTS, **changes),))  # type: ignore[arg-type]
    return provider


def cell(provider: Provider, row: Row) -> tuple[Sign, str]:
    """Return a cell: its sign, and all it says."""
    found = imports_table([provider]).columns[0].cells[list(Row).index(row)]
    return found.sign, " ".join((found.text, *found.notes))


@pytest.mark.parametrize("key", registry.keys())
def test_every_provider_states_what_it_lets_us_read(key: str) -> None:
    about = registry.make(key, {}).about
    assert about.imports
    assert len({it.capabilities.source for it in about.imports}) == len(about.imports)
    assert (len(about.imports) == 1) or all(it.title for it in about.imports)
    assert {it.about.key for it in imports_table(providers.all_providers()).columns} >= {key}


def test_every_row_has_a_cell_for_every_source() -> None:
    table = imports_table([made(), made()])
    assert [line.title for line in table.lines] == [row.value.capitalize() for row in Row]
    assert {len(line.cells) for line in table.lines} == {2}
    assert all(it.text for line in table.lines for it in line.cells)


@pytest.mark.parametrize(
    ("change", "row", "sign", "words"),
    [
        ({"itemises_everything": False}, Row.LINES, Sign.PART, "shown as not itemised"),
        ({"itemises_everything": True}, Row.LINES, Sign.ALL, "Every posting"),
        ({"reports_balances": False}, Row.TIE_OUT, Sign.NONE, "Not compared"),
        ({"sees_deletions": False}, Row.DELETIONS, Sign.NONE, "Not seen"),
        ({"numbered": False}, Row.HISTORY, Sign.ALL, "From the start you choose"),
        ({"numbered": True}, Row.HISTORY, Sign.ALL, "Everything, from the first posting"),
        ({"numbered": False, "feed": True}, Row.CADENCE, Sign.ALL, "what changed; weekly, all"),
        ({"numbered": False, "feed": False}, Row.CADENCE, Sign.ALL, "Daily, every month"),
    ],
)
def test_what_the_run_asks_is_what_the_table_says(change: dict[str, bool], row: Row, sign: Sign, words: str) -> None:
    provider = made(capabilities=replace(IMPORTS.capabilities, **change))  # type: ignore[arg-type]
    assert cell(provider, row)[0] is sign
    assert words in cell(provider, row)[1]


@pytest.mark.parametrize(
    ("change", "row", "sign", "words"),
    [
        ({}, Row.ACCOUNTS, Sign.ALL, "Without numbers, sub-accounts and archived ones."),
        ({"account_numbers": True}, Row.ACCOUNTS, Sign.ALL, "The whole chart, with numbers"),
        ({}, Row.CASH, Sign.PART, "you say"),
        ({"cash_accounts": True}, Row.CASH, Sign.ALL, "recognised"),
        ({}, Row.VENDORS, Sign.ALL, "On each entry"),
        ({"vendors": "document"}, Row.VENDORS, Sign.PART, "From documents"),
        ({}, Row.ITEMS, Sign.NONE, "None"),
        ({"payroll_accounts": True, "pay_entries": True}, Row.PAYROLL, Sign.ALL, "kept from those who may not see pay"),
        ({"dimensions": ("classes", "locations")}, Row.DIMENSIONS, Sign.ALL, "Classes and locations"),
        ({"revaluation": "reported"}, Row.CURRENCIES, Sign.PART, "entries of their own kind"),
        ({"calls_a_day": 5000}, Row.CADENCE, Sign.ALL, "At most 5,000 calls a day."),
        ({"notes": {Row.ITEMS: "A note."}}, Row.ITEMS, Sign.NONE, "None A note."),
    ],
)
def test_what_a_provider_states_is_what_the_table_says(
    change: dict[str, object], row: Row, sign: Sign, words: str
) -> None:
    enums = {"vendors": "Known", "revaluation": "Revaluation"}
    given = {name: _enum(enums[name], value) if name in enums else value for name, value in change.items()}
    provider = made(**given)
    assert cell(provider, row)[0] is sign
    assert words in cell(provider, row)[1]


def test_what_is_not_itemised_holds_the_gains_too() -> None:
    """No source that leaves a rest gives out gains as entries of their own: the ledger makes one entry of all of it."""
    sources = [it for about in (QUICKBOOKS, TRYTON, XERO) for it in about.imports]
    partly = [it for it in sources if not it.capabilities.itemises_everything]
    assert [it.title for it in partly] == ["Without journals"]
    assert all(it.revaluation is not Revaluation.REPORTED for it in partly)


def _enum(name: str, value: object) -> object:
    from tieout.providerkit import imports

    return getattr(imports, name)(value)


def test_books_that_are_connected_tell_of_their_own_source() -> None:
    def source(name: str) -> Imports:
        return replace(IMPORTS, title=name, capabilities=replace(IMPORTS.capabilities, source=name))

    provider = ConsentProvider(Tenants())
    provider.about = replace(ABOUT, imports=(source("journals"), source("documents")))
    assert [it.imports.title for it in imports_of(provider, "documents").columns] == ["documents"]
    assert len(imports_of(provider, "").columns) == 2
    assert len(imports_table([provider]).columns) == 2


def test_the_page_shows_the_table_and_says_by_words_too_what_a_sign_means(
    client: Client, alice: User, company: Company, sandbox: Sandbox, toy: Tenants
) -> None:
    client.force_login(alice)
    page = page_of(client, company)
    assert "What each platform lets us read" in page
    assert page.count('<th scope="row">') == len(Row)
    assert "Every posting" in page
    assert "Within minutes, where webhooks are set up." in page
    assert '<span class="vh">Not there: </span>' in page


def test_the_chosen_providers_column_comes_first(
    client: Client, alice: User, company: Company, sandbox: Sandbox, toy: Tenants
) -> None:
    client.force_login(alice)
    for key, name in (("quickbooks", "QuickBooks Online"), ("tenants", "Toy books")):
        heads = re.findall(r'<th scope="col"[^>]*>([^<]+)', page_of(client, company, key))
        assert heads[0] == name


def test_every_member_reads_on_integrations_what_the_platform_lets_us_read(
    client: Client, bob: User, company: Company, connected: Connection
) -> None:
    client.force_login(bob)
    page = client.get(f"/c/{company.slug}/integrations/").content.decode()
    assert "What QuickBooks Online lets us read" in page
    assert "Classes, locations and customers of expenses" in page
