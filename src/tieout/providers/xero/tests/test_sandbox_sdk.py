"""The sandbox is Xero to the official client, over a socket.

xero-python is strict: a type it does not know, a date in another form, an amount or flag as text raise ValueError.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from xero_python.accounting import AccountingApi
from xero_python.accounting.models import Contact, Contacts
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import ApiException
from xero_python.identity import IdentityApi

from tieout.providerkit.sandbox_host import served
from tieout.providers.xero.tests.florist import SCOPES, TENANT, Shop

pytestmark = pytest.mark.network
BACK = "http://127.0.0.1:9/callback"
SCOPE = " ".join(("openid", "profile", "email", *SCOPES))


class Platform:
    """The florist behind a socket, and the official client, connected by its consent page."""

    def __init__(self, address: str, shop: Shop, *, client: str = "app") -> None:
        self.address, self.shop = address, shop
        self.token: dict[str, Any] = {}
        self.client = ApiClient(
            Configuration(oauth2_token=OAuth2Token(client_id=client, client_secret="secret")),
            oauth2_token_getter=lambda: self.token,
            oauth2_token_saver=self._save,
        )
        self.identity = IdentityApi(self.client, base_url=address)
        self.accounting = AccountingApi(self.client, base_url=f"{address}/api.xro/2.0")
        self._save(self._consent(client))

    def _save(self, token: Mapping[str, Any]) -> None:
        # The client goes by its own clock, the sandbox by the day of the tests.
        self.token = {**token, "expires_at": time.time() + token["expires_in"]}

    def _consent(self, client: str) -> dict[str, Any]:
        asked = {"client_id": client, "response_type": "code", "redirect_uri": BACK, "scope": SCOPE, "state": "s"}
        page = f"{self.address}/identity/connect/authorize"
        assert httpx2.get(f"{page}?{urlencode(asked)}").status_code == 200
        answer = httpx2.post(page, data={**asked, "tenantId": TENANT, "decision": "allow"})
        code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        return dict(httpx2.post(f"{self.address}/connect/token", data=form, auth=(client, "secret")).json())


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    shop = Shop()
    with served(shop.sandbox.app) as address, pytest.MonkeyPatch.context() as patch:
        for name, path in (("refresh_token", "token"), ("client_credentials_token", "token"),
                           ("revoke_token", "revocation")):  # fmt: skip
            patch.setattr(TokenApi, f"{name}_url", f"{address}/connect/{path}")
        platform = Platform(address, shop)
        yield platform
        platform.client.rest_client.pool_manager.clear()


# --- the grant -------------------------------------------------------------------------------------------------------


def test_connections(platform: Platform) -> None:
    [connection] = platform.identity.get_connections()
    assert (connection.tenant_id, connection.tenant_type) == (TENANT, "ORGANISATION")
    assert connection.tenant_name == "Maple Florist"
    assert connection.created_date_utc == platform.shop.sandbox.clock.now()
    [filtered] = platform.identity.get_connections(auth_event_id=connection.auth_event_id)
    assert filtered.id == connection.id


def test_tokens_are_refreshed_when_they_are_old(platform: Platform) -> None:
    before = platform.token
    platform.token = {**before, "expires_at": time.time() - 1}
    assert platform.accounting.get_organisations(TENANT).organisations[0].name == "Maple Florist"
    assert platform.token["access_token"] != before["access_token"]
    assert platform.token["refresh_token"] != before["refresh_token"]
    assert set(platform.token["scope"]) == set(SCOPE.split())


def test_a_revoked_consent_reaches_nothing_and_is_not_refreshed(platform: Platform) -> None:
    other = Platform(platform.address, platform.shop, client="other")
    assert other.identity.get_connections()
    ended = TokenApi(other.client, "other", "secret")
    assert ended.revoke_token(other.token["refresh_token"]) == 200
    assert other.identity.get_connections() == []
    with pytest.raises(ApiException, match="invalid_grant"):
        ended.refresh_token(other.token["refresh_token"], other.token["scope"])
    assert platform.identity.get_connections()


def test_a_client_comes_with_its_own_credentials(platform: Platform) -> None:
    token = TokenApi(platform.client, "custom", "secret").get_client_credentials_token(app_store_billing=False)
    assert token["token_type"] == "Bearer"
    assert "accounting.settings.read" in token["scope"].split()
    assert "refresh_token" not in token


# --- lists -----------------------------------------------------------------------------------------------------------

LISTS = {  # method: what it gives at least
    "accounts": 10, "bank_transactions": 3, "bank_transfers": 1, "batch_payments": 0, "branding_themes": 0,
    "budgets": 1, "contact_groups": 0, "contacts": 3, "credit_notes": 1, "currencies": 2, "expense_claims": 0,
    "invoices": 6, "items": 1, "journals": 10, "linked_transactions": 0, "manual_journals": 1, "organisations": 1,
    "overpayments": 1, "payments": 1, "prepayments": 1, "purchase_orders": 0, "quotes": 0, "receipts": 0,
    "repeating_invoices": 0, "tax_rates": 3, "tracking_categories": 1, "users": 1,
}  # fmt: skip


@pytest.mark.parametrize(("name", "count"), LISTS.items())
def test_every_list(platform: Platform, name: str, count: int) -> None:
    answer = getattr(platform.accounting, f"get_{name}")(TENANT)
    assert len(getattr(answer, name)) >= count


@pytest.mark.parametrize("name", [
    "bank_transactions", "contacts", "credit_notes", "invoices", "manual_journals", "overpayments", "payments",
    "prepayments",
])  # fmt: skip
def test_pages_of_documents(platform: Platform, name: str) -> None:
    answer = getattr(platform.accounting, f"get_{name}")(TENANT, page=1, page_size=1000)
    assert getattr(answer, name)
    assert answer.pagination.item_count == len(getattr(answer, name))


def test_documents_keep_their_days_and_amounts(platform: Platform) -> None:
    invoice = platform.accounting.get_invoice(TENANT, platform.shop.ids["INV-1"]).invoices[0]
    assert (invoice.date, invoice.total, invoice.status) == (date(2026, 1, 5), Decimal("115.00"), "PAID")
    assert invoice.line_items[0].tracking[0].option == "North"
    assert invoice.line_items[0].item.code == "ROSE"
    assert invoice.updated_date_utc.tzinfo is not None
    transfer = platform.accounting.get_bank_transfers(TENANT).bank_transfers[0]
    assert (transfer.date, transfer.amount) == (date(2026, 2, 20), Decimal("250.00"))


def test_what_changed_since(platform: Platform) -> None:
    changed = platform.accounting.get_invoices(TENANT, if_modified_since=datetime.now(UTC) + timedelta(days=3650))
    assert changed.invoices == []


def test_filters_and_orders(platform: Platform) -> None:
    found = platform.accounting.get_invoices(
        TENANT, where='Type=="ACCPAY" AND Status=="AUTHORISED"', order="Date DESC", page=1, include_archived=True
    )
    assert [it.invoice_number for it in found.invoices] == ["BILL-1"]


def test_journals_by_offset_number_and_id(platform: Platform) -> None:
    every = platform.accounting.get_journals(TENANT).journals
    assert [it.journal_number for it in platform.accounting.get_journals(TENANT, offset=3).journals] == [
        it.journal_number for it in every if it.journal_number > 3
    ]
    second = platform.accounting.get_journal_by_number(TENANT, 2).journals[0]
    assert platform.accounting.get_journal(TENANT, second.journal_id).journals[0] == second
    for journal in every:
        assert sum(line.net_amount for line in journal.journal_lines) == 0


REPORTS = {
    "balance_sheet": {"date": "2026-02-28", "periods": 1, "timeframe": "MONTH", "standard_layout": True},
    "bank_summary": {"from_date": "2026-01-01", "to_date": "2026-02-28"},
    "budget_summary": {"date": "2026-02-28", "periods": 2, "timeframe": 1},
    "executive_summary": {"date": "2026-02-28"},
    "profit_and_loss": {"from_date": "2026-01-01", "to_date": "2026-01-31", "periods": 1, "timeframe": "MONTH"},
    "trial_balance": {"date": "2026-02-28"},
}


@pytest.mark.parametrize(("name", "params"), REPORTS.items())
def test_every_report(platform: Platform, name: str, params: dict[str, object]) -> None:
    answer = getattr(platform.accounting, f"get_report_{name}")(TENANT, **params)
    [report] = answer.reports
    assert [row for section in report.rows for row in section.rows or ()]
    assert report.report_titles


def test_the_trial_balance_is_what_the_journals_add_up_to(platform: Platform) -> None:
    """Reports are checked from outside: by what the client reads of the journals."""
    sums: dict[str, Decimal] = {}
    for journal in platform.accounting.get_journals(TENANT).journals:
        if journal.journal_date <= date(2026, 2, 28):
            for line in journal.journal_lines:
                sums[line.account_id] = sums.get(line.account_id, Decimal(0)) + line.net_amount
    [report] = platform.accounting.get_report_trial_balance(TENANT, date="2026-02-28").reports
    told = {}
    for row in (row for section in report.rows for row in section.rows or ()):
        ident = next((it.value for it in row.cells[0].attributes or () if it.id == "account"), None)
        if ident:
            told[ident] = Decimal(row.cells[3].value or 0) - Decimal(row.cells[4].value or 0)
    assert {key: value for key, value in told.items() if value} == {key: it for key, it in sums.items() if it}


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_client_that_writes_is_refused_and_counted(platform: Platform) -> None:
    before = platform.shop.told("calls")["outside_calls"]
    with pytest.raises(ApiException):
        platform.accounting.create_contacts(TENANT, Contacts(contacts=[Contact(name="New Ltd")]))
    assert platform.shop.told("calls")["outside_calls"] == before + 1


def test_refusals_are_raised_with_their_status(platform: Platform) -> None:
    for tenant, path, status in ((TENANT, "unknown", 404), ("unknown", platform.shop.ids["INV-1"], 403)):
        with pytest.raises(ApiException) as refusal:
            platform.accounting.get_invoice(tenant, path)
        assert refusal.value.status == status
