"""The data API: who is let in, the form of answers, journals and reports (xero.md §2.1, §2.3 to §2.5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import httpx2
import pytest

from tieout.providers.xero.sandbox.fields import LISTINGS
from tieout.providers.xero.sandbox.scopes import opening
from tieout.providers.xero.tests.florist import OTHER, SCOPES, TENANT, Shop
from tieout.providers.xero.tests.openapi import accounting

NAMES = {"type", "title", "status", "detail", "instance", "extensions"}


@pytest.fixture(scope="module")
def read() -> Shop:
    """Return a sandbox whose books and switches no test changes."""
    return Shop()


@pytest.fixture
def shop() -> Shop:
    return Shop(others=True)


def detail(answer: httpx2.Response) -> tuple[int, str]:
    """Return an answer's status and what it says is wrong, whatever the case of its keys."""
    body = {key.lower(): value for key, value in answer.json().items()}
    assert set(body) == NAMES
    assert body["status"] == answer.status_code
    return answer.status_code, body["detail"]


# --- who is let in --------------------------------------------------------------------------------------------------


def test_a_token_that_is_missing_or_unknown_is_refused(read: Shop) -> None:
    for value in ("", "Bearer", "Bearer eyJ.unknown", f"Basic {read.token}"):
        assert detail(read.call("Accounts", {"Authorization": value})) == (401, "AuthenticationUnsuccessful")


def test_a_token_ends_after_half_an_hour(shop: Shop) -> None:
    shop.sandbox.clock.skip(timedelta(minutes=30, seconds=-1))
    assert shop.call("Accounts").status_code == 200
    shop.sandbox.clock.skip(timedelta(seconds=1))
    status, said = detail(shop.call("Accounts"))
    assert status == 401
    assert said.startswith("TokenExpired: token expired at 03/0")


@pytest.mark.parametrize("tenant", ["", "unknown", OTHER])
def test_an_organisation_that_is_not_connected_is_forbidden(shop: Shop, tenant: str) -> None:
    shop.sandbox.grants.disconnect_all(OTHER)
    assert detail(shop.call("Accounts", {"xero-tenant-id": tenant})) == (403, "AuthenticationUnsuccessful")


def test_the_newest_token_reaches_every_organisation_of_its_person(shop: Shop) -> None:
    for tenant, name in ((TENANT, "Maple Florist"), (OTHER, "Harbour Tea")):
        answer = shop.call("Organisation", {"xero-tenant-id": tenant})
        assert answer.json()["Organisations"][0]["Name"] == name


def test_keys_may_be_spelt_in_small_letters(shop: Shop) -> None:
    shop.control("facts", lower_keys=True)
    answer = shop.call("Accounts", {"xero-tenant-id": ""})
    assert answer.json()["detail"] == "AuthenticationUnsuccessful"


NEEDED = {
    "accounting.settings.read": ("Accounts", "Organisation", "TaxRates", "TrackingCategories", "Users", "Items"),
    "accounting.contacts.read": ("Contacts", "ContactGroups"),
    "accounting.invoices.read": ("Invoices", "CreditNotes", "Quotes", "PurchaseOrders", "Items"),
    "accounting.payments.read": ("Payments", "BatchPayments", "Prepayments", "Overpayments"),
    "accounting.banktransactions.read": ("BankTransactions", "BankTransfers"),
    "accounting.manualjournals.read": ("ManualJournals",),
    "accounting.classicexpenses.read": ("ExpenseClaims", "Receipts"),
    "accounting.budgets.read": ("Budgets",),
    "accounting.journals.read": ("Journals",),
    "accounting.reports.trialbalance.read": ("Reports/TrialBalance",),
    "accounting.reports.balancesheet.read": ("Reports/BalanceSheet",),
    "accounting.reports.profitandloss.read": ("Reports/ProfitAndLoss",),
    "accounting.reports.banksummary.read": ("Reports/BankSummary",),
    "accounting.reports.executivesummary.read": ("Reports/ExecutiveSummary",),
    "accounting.reports.budgetsummary.read": ("Reports/BudgetSummary",),
    "accounting.transactions.read": ("Invoices", "Payments", "BankTransactions", "ManualJournals", "Items"),
    "accounting.reports.read": ("Reports/TrialBalance", "Reports/BankSummary"),
}


@pytest.mark.parametrize(("scope", "paths"), NEEDED.items())
def test_a_scope_opens_its_endpoints_and_no_others(shop: Shop, scope: str, paths: tuple[str, ...]) -> None:
    shop.token = shop.sandbox.grants.issue([TENANT], [scope], client="another").access.token
    known = {path for own in NEEDED.values() for path in own}
    broad = {
        "accounting.transactions.read": {path for path in known if scope in opening(path)},
        "accounting.reports.read": {path for path in known if path.startswith("Reports/")},
    }
    opened = {*paths, *broad.get(scope, ())}
    for path in known:
        answer = shop.call(path)
        if path in opened:
            assert answer.status_code == 200, path
        else:
            assert detail(answer) == (401, "AuthorizationUnsuccessful"), path
            assert "insufficient_scope" in answer.headers["www-authenticate"]


def test_broad_scopes_open_what_the_published_file_says() -> None:
    for path, methods in accounting()["paths"].items():
        name, _, report = path.removeprefix("/").partition("/")
        if "get" not in methods or "{" in path or (name not in LISTINGS and name not in ("Journals", "Reports")):
            continue
        if name == "Organisation" and report:
            continue
        published = {scope for one in methods["get"]["security"] for scope in one["OAuth2"]}
        assert published <= opening(name, report), path


def test_scopes_to_write_open_reading_too(shop: Shop) -> None:
    shop.token = shop.sandbox.grants.issue([TENANT], ["accounting.settings"], client="another").access.token
    assert shop.call("Accounts").status_code == 200


@pytest.mark.parametrize("tier", ["starter", "core", "plus"])
def test_journals_are_a_premium_endpoint(shop: Shop, tier: str) -> None:
    assert shop.call("Journals").status_code == 200
    shop.control("app", tier=tier, journals_scope=True)
    assert detail(shop.call("Journals")) == (401, "AuthorizationUnsuccessful")
    assert shop.call("Reports/TrialBalance").status_code == 200


def test_a_person_without_the_report_role_reads_neither_reports_nor_journals(shop: Shop) -> None:
    shop.control("role", role="no_reports")
    for path in ("Reports/TrialBalance", "Journals"):
        status, said = detail(shop.call(path))
        assert status == 403
        assert "reporting role" in said
    assert shop.call("Invoices").status_code == 200


# --- only reads -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "Invoices"), ("PUT", "Contacts"), ("DELETE", "Items/x"), ("GET", "Setup"), ("POST", "Journals"),
    ("GET", "Invoices/x/Email"), ("GET", "Invoices/x/y/z"),
])  # fmt: skip
def test_what_is_no_read_is_refused_and_counted(shop: Shop, method: str, path: str) -> None:
    before = shop.told("books")["companies"][0]["lines_posted"]
    answer = shop.http.request(method, f"/api.xro/2.0/{path}", json={}, headers=shop.headers)
    assert answer.status_code in (404, 405)
    seen = shop.told("calls")
    assert seen["outside"] == {f"{method} {path.partition('/')[0]}": 1}
    assert shop.told("books")["companies"][0]["lines_posted"] == before


def test_reads_are_counted_by_endpoint_and_organisation(shop: Shop) -> None:
    for path in ("Accounts", "Journals", "Journals", "Reports/TrialBalance"):
        shop.call(path)
    seen = shop.told("calls")
    assert seen["paths"] == {"Accounts": 1, "Journals": 2, "Reports/TrialBalance": 1}
    assert (seen["outside_calls"], seen["realms"]) == (0, {TENANT: 4})


# --- the form of answers --------------------------------------------------------------------------------------------


def test_answers_are_xml_unless_json_is_asked_for(read: Shop) -> None:
    answer = read.call("Contacts", {"Accept": "*/*"})
    assert answer.headers["content-type"].startswith("text/xml")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == "Response"
    assert root.findtext("Status") == "OK"
    assert {it.findtext("Name") for it in root.iterfind("Contacts/Contact")} >= {"City Agency", "Petal Farm"}
    invoice = ET.fromstring(read.call("Invoices/INV-1", {"Accept": "application/xml"}).content)  # noqa: S314
    assert invoice.findtext("Invoices/Invoice/Total") == "115.00"
    assert invoice.findtext("Invoices/Invoice/Date") == "2026-01-05T00:00:00"
    assert invoice.findtext("Invoices/Invoice/SentToContact") == "false"
    assert len(invoice.findall("Invoices/Invoice/LineItems/LineItem")) == 1
    categories = ET.fromstring(read.call("TrackingCategories", {"Accept": "text/html"}).content)  # noqa: S314
    assert categories.findtext("TrackingCategories/TrackingCategory/Options/Option/Name") == "North"


def test_the_envelope_says_when_and_how_many(read: Shop) -> None:
    answer = read.whole("Invoices", page=1, pageSize=4)
    assert answer["Status"] == "OK"
    assert answer["DateTimeUTC"] == f"/Date({read.sandbox.clock.seconds() * 1000})/"
    assert answer["pagination"] == {"page": 1, "pageSize": 4, "pageCount": 2, "itemCount": 6}
    assert "pagination" not in read.whole("Invoices")


def test_slashes_of_dates_are_escaped_on_the_wire(read: Shop) -> None:
    text = read.call(f"Invoices/{read.ids['INV-1']}").text
    assert r'"Date":"\/Date(1767571200000+0000)\/"' in text
    assert '"DateString":"2026-01-05T00:00:00"' in text
    assert r'"DateTimeUTC":"\/Date(' in text


def test_amounts_are_numbers_with_their_digits(read: Shop) -> None:
    text = read.call(f"Invoices/{read.ids['INV-1']}").text
    assert '"Total":115.00' in text


def test_prices_have_two_digits_unless_four_are_asked_for(read: Shop) -> None:
    assert read.get("Items")[0]["SalesDetails"]["UnitPrice"] == 2.51
    assert read.get("Items", unitdp=4)[0]["SalesDetails"]["UnitPrice"] == 2.5125


def test_an_object_that_is_absent_may_come_as_an_empty_list(shop: Shop) -> None:
    assert "CreditNote" not in shop.get("Payments", page=1)[0]
    shop.control("facts", empty_for_null=True)
    assert shop.get("Payments", page=1)[0]["CreditNote"] == []


# --- single entities ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "key", "value"), [
    ("Invoices/INV-2", "InvoiceNumber", "INV-2"),
    ("Items/ROSE", "Code", "ROSE"),
    ("CreditNotes/CN-1", "CreditNoteNumber", "CN-1"),
    ("TaxRates/OUTPUT2", "EffectiveRate", 15),
])  # fmt: skip
def test_entities_are_found_by_number_too(read: Shop, path: str, key: str, value: object) -> None:
    [found] = read.get(path)
    assert found[key] == value


def test_addresses_are_heard_in_any_case(read: Shop) -> None:
    assert read.call("accounts").json()["Accounts"]
    for path in ("organisation", "Organisations"):
        assert read.call(path).json()["Organisations"][0]["Name"] == "Maple Florist"
    assert read.told("calls")["outside_calls"] == 0


def test_an_entity_alone_is_whole(read: Shop) -> None:
    [found] = read.get(f"Invoices/{read.ids['INV-1'].upper()}")
    assert len(found["LineItems"]) == 1
    assert found["Payments"][0]["PaymentID"] == read.ids["payment"]


@pytest.mark.parametrize("path", ["Invoices/INV-99", "Accounts/x", "Journals/9999", "Journals/x"])
def test_what_does_not_exist_is_told_in_plain_text(read: Shop, path: str) -> None:
    answer = read.call(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_report_that_does_not_exist_is_not_found(shop: Shop) -> None:
    assert shop.call("Reports/Nothing").status_code == 401  # whose scope would it be
    shop.token = shop.sandbox.grants.issue([TENANT], ["accounting.reports.read"]).access.token
    assert shop.call("Reports/Nothing").status_code == 404


def test_history_and_attachments_are_empty(read: Shop) -> None:
    assert read.call(f"Invoices/{read.ids['INV-1']}/History").json()["HistoryRecords"] == []
    assert read.call(f"Invoices/{read.ids['INV-1']}/Attachments").json()["Attachments"] == []
    assert read.call("Invoices/x/History").status_code == 404


# --- journals and reports -------------------------------------------------------------------------------------------


def journals(shop: Shop, count: int) -> None:
    for _ in range(count):
        shop.florist.organisation.post_system(
            "2026-02-01",
            [{"AccountID": shop.ids["469"], "NetAmount": 1}, {"AccountID": shop.ids["803"], "NetAmount": -1}],
        )


def test_journals_come_a_hundred_at_a_time_until_there_are_none(shop: Shop) -> None:
    journals(shop, 200)
    numbers: list[int] = []
    sizes = []
    for _ in range(4):
        page = shop.get("Journals", offset=numbers[-1] if numbers else 0)
        sizes.append(len(page))
        numbers += [it["JournalNumber"] for it in page]
    assert sizes[:2] == [100, 100]
    assert sizes[3] == 0
    assert numbers == list(range(1, len(shop.florist.organisation.journals) + 1))
    assert len(numbers) > 200


def test_journals_balance_in_base_currency(read: Shop) -> None:
    for journal in read.get("Journals"):
        nets = [Decimal(str(it["NetAmount"])) for it in journal["JournalLines"]]
        assert sum(nets) == 0
        for line in journal["JournalLines"]:
            amounts = [Decimal(str(line[key])) for key in ("NetAmount", "TaxAmount", "GrossAmount")]
            assert amounts[0] + amounts[1] == amounts[2]


def test_a_journal_alone_does_not_say_where_it_comes_from(read: Shop) -> None:
    listed = next(it for it in read.get("Journals") if it.get("SourceType") == "ACCREC")
    for ident in (listed["JournalID"], listed["JournalNumber"]):
        [alone] = read.get(f"Journals/{ident}")
        assert not {"SourceID", "SourceType"} & set(alone)
        assert {**alone, "SourceID": listed["SourceID"], "SourceType": listed["SourceType"]} == listed


def test_journals_since_a_moment_are_those_made_later(shop: Shop) -> None:
    shop.sandbox.clock.skip(timedelta(minutes=1))
    since = shop.sandbox.clock.now()
    journals(shop, 3)
    found = shop.whole("Journals", {"If-Modified-Since": f"{since:%Y-%m-%dT%H:%M:%S}"})["Journals"]
    assert len(found) == 3


def test_the_cash_basis_is_refused_or_not_heard(shop: Shop) -> None:
    for path in ("Journals", "Reports/TrialBalance"):
        assert shop.call(path, paymentsOnly="true").status_code == 400
        assert shop.call(path, paymentsOnly="false").status_code == 200
    shop.control("facts", payments_only="ignored")
    assert shop.call("Journals", paymentsOnly="true").status_code == 200


def test_a_report_takes_its_parameters_in_any_case(read: Shop) -> None:
    def titles(**params: str) -> list[str]:
        return list(read.get("Reports/TrialBalance", **params)[0]["ReportTitles"])

    assert titles(date="2026-01-31") == titles(Date="2026-01-31") != titles(date="2026-02-28")


def test_a_report_that_cannot_be_made_is_refused(read: Shop) -> None:
    answer = read.call("Reports/TrialBalance", date="yesterday")
    assert (answer.status_code, answer.json()["ErrorNumber"]) == (400, 10)


def test_budgets_have_lines_for_the_months_asked_for(read: Shop) -> None:
    [listed] = read.get("Budgets")
    assert "BudgetLines" not in listed
    [dated] = read.get("Budgets", DateFrom="2026-02-01", DateTo="2026-02-28")
    assert [it["Period"] for it in dated["BudgetLines"][0]["BudgetBalances"]] == ["2026-02"]
    [alone] = read.get(f"Budgets/{read.ids['budget']}")
    assert len(alone["BudgetLines"][0]["BudgetBalances"]) == 2


def test_every_scope_of_the_client_is_granted() -> None:
    assert not Shop().sandbox.registration.refuses(SCOPES)
