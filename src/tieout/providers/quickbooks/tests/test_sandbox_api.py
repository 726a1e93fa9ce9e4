"""The data API: queries, objects, changes, batches, limits, and that nothing can be written."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx2
import pytest

from tieout.providers.quickbooks.sandbox import Clock, Sandbox
from tieout.providers.quickbooks.sandbox.limits import Limits
from tieout.providers.quickbooks.sandbox.small import TODAY, Small, small


class Api:
    """A connected client of the small company."""

    def __init__(self, company: Small, *, limits: bool = False) -> None:
        self.company, self.now = company, 0.0
        self.sandbox = Sandbox([company.engine], clock=Clock.at(TODAY), limits=limits, ticks=lambda: self.now)
        _, token = self.sandbox.grants.issue(company.engine.realm)
        self.http = httpx2.Client(
            transport=httpx2.WSGITransport(app=self.sandbox.app),
            base_url=f"http://sandbox/v3/company/{company.engine.realm}/",
            headers={"Authorization": f"Bearer {token}"},
        )

    def advance(self, to: date) -> None:
        """Put the clock forward, and get a token that is good by then."""
        self.sandbox.clock.advance(to=to)
        _, token = self.sandbox.grants.issue(self.company.engine.realm)
        self.http.headers["Authorization"] = f"Bearer {token}"

    def query(self, text: str) -> dict[str, Any]:
        answer = self.http.get("query", params={"query": text})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["QueryResponse"]
        return found

    def names(self, text: str) -> list[str]:
        [entries] = [value for value in self.query(text).values() if isinstance(value, list)]
        return [entry.get("Name") or entry["DisplayName"] for entry in entries]

    def fault(
        self, method: str, path: str, *, params: dict[str, str] | None = None, json: object = None
    ) -> tuple[int, str]:
        answer = self.http.request(method, path, params=params, json=json)
        return answer.status_code, answer.json()["Fault"]["Error"][0]["code"]


@pytest.fixture
def api() -> Api:
    return Api(small())


def test_lists_leave_inactive_ones_out_unless_asked(api: Api) -> None:
    assert api.names("select * from Vendor") == ["Bay Power"]
    assert api.names("SELECT * FROM Vendor WHERE Active IN (true, false) ORDERBY Id") == [
        "Bay Power",
        "Old Garage (deleted)",
    ]
    assert api.names("select * from vendor where active = false") == ["Old Garage (deleted)"]


def test_conditions_order_and_pages(api: Api) -> None:
    assert api.names("select * from Account where AccountType = 'Bank' order by Name desc") == ["Savings", "Checking"]
    assert api.names("select Name from Account where Name like 'Inv%'") == ["Inventory Asset"]
    assert api.names("select * from Account ORDER BY Id STARTPOSITION 2 MAXRESULTS 2") == ["Savings", "Mastercard"]
    assert api.query("select count(*) from Account where Active in (true,false)") == {"totalCount": 23}
    assert api.query("select * from Account startposition 500") == {}
    page = api.query("select * from Account maxresults 3")
    assert (page["startPosition"], page["maxResults"]) == (1, 3)


def test_documents_can_be_asked_by_date_amount_and_reference(api: Api) -> None:
    found = api.query(
        "select * from Purchase where TxnDate >= '2026-01-01' and TotalAmt > 12 orderby Metadata.LastUpdatedTime"
    )
    assert [str(each["TotalAmt"]) for each in found["Purchase"]] == ["34.0", "12.2"]
    [bill] = api.query("select * from Bill where DocNumber = 'B-7'")["Bill"]
    assert bill["VendorRef"]["name"] == "Bay Power"
    assert bill["Line"][0]["Id"] == "1"


def test_an_apostrophe_is_escaped_with_a_backslash(api: Api) -> None:
    api.company.engine.add("Vendor", {"DisplayName": "Rae's Ribs"})
    assert api.names(r"select * from Vendor where DisplayName = 'Rae\'s Ribs'") == ["Rae's Ribs"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("select * from", "4000"),
        ("select * from Account where Name = 'a' or Name = 'b'", "4000"),
        ("select * from Account where Name ~ 'a'", "4000"),
        ("delete from Account", "4000"),
        ("select * from Account startposition 0", "4001"),
        ("select * from Account maxresults 0", "4001"),
        ("select * from Wizardry", "4001"),
    ],
)
def test_what_the_language_lacks_is_refused(api: Api, text: str, code: str) -> None:
    assert api.fault("GET", "query", params={"query": text}) == (400, code)


def test_a_query_may_be_posted_as_text(api: Api) -> None:
    answer = api.http.post(
        "query", content="select count(*) from Employee", headers={"Content-Type": "application/text"}
    )
    assert answer.json()["QueryResponse"] == {"totalCount": 1}


def test_one_entity_stands_under_another_key(api: Api) -> None:
    assert "CreditCardPaymentTxn" in api.query("select * from creditcardpayment")
    answer = api.http.get(f"creditcardpayment/{api.company.ids['card payment']}").json()
    assert answer["CreditCardPaymentTxn"]["Amount"] == 40


def test_kinds_without_an_entity_cannot_be_found(api: Api) -> None:
    assert api.fault("GET", f"journalentry/{api.company.ids['Payroll Check']}") == (400, "610")
    assert api.fault("GET", "account/99999") == (400, "610")


def test_accounts_carry_balances_and_full_names(api: Api) -> None:
    fuel = api.http.get(f"account/{api.company.ids['Fuel']}").json()["Account"]
    assert (fuel["FullyQualifiedName"], fuel["SubAccount"], fuel["Classification"]) == (
        "Automobile:Fuel",
        True,
        "Expense",
    )
    payable = api.http.get(f"account/{api.company.ids['Accounts Payable']}").json()["Account"]
    assert payable["CurrentBalance"] == -41.0


def test_company_and_preferences_say_how_the_books_are_kept() -> None:
    api = Api(small(fiscal_year_first_month=6, classes=False))
    assert api.http.get("companyinfo/1").json()["CompanyInfo"]["FiscalYearStartMonth"] == "June"
    found = api.http.get("preferences").json()["Preferences"]
    assert found["AccountingInfoPrefs"]["ClassTrackingPerTxnLine"] is False
    assert found["CurrencyPrefs"] == {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}}


def test_changes_tell_of_edits_voids_and_deletions(api: Api) -> None:
    engine, ids = api.company.engine, api.company.ids
    api.advance(date(2026, 3, 20))
    engine.edit(ids["transfer"], {"PrivateNote": "moved"})
    engine.void(ids["journal"])
    engine.delete(ids["bill payment"])
    entities = "Transfer,JournalEntry,BillPayment,Invoice"
    answer = api.http.get("cdc", params={"entities": entities, "changedSince": "2026-03-19T00:00:00-08:00"}).json()
    transfer, journal, payment, invoice = answer["CDCResponse"][0]["QueryResponse"]
    assert [each["PrivateNote"] for each in transfer["Transfer"]] == ["moved"]
    assert journal["JournalEntry"][0]["PrivateNote"].startswith("Voided")
    [stub] = payment["BillPayment"]
    assert (stub["status"], stub["Id"], "TxnDate" in stub) == ("Deleted", ids["bill payment"], False)
    assert invoice == {}


def test_changes_reach_back_thirty_days(api: Api) -> None:
    asked = {"entities": "Invoice", "changedSince": "2026-01-01T00:00:00Z"}
    assert api.fault("GET", "cdc", params=asked)[0] == 400
    assert (
        api.fault("GET", "cdc", params={**asked, "changedSince": "2026-03-01T00:00:00Z", "entities": "TaxCode"})[0]
        == 400
    )


def test_a_batch_of_queries_answers_each(api: Api) -> None:
    items = [{"bId": "1", "Query": "select count(*) from Class"}, {"bId": "2", "Query": "select nonsense"}]
    good, bad = api.http.post("batch", json={"BatchItemRequest": items}).json()["BatchItemResponse"]
    assert good == {"bId": "1", "QueryResponse": {"totalCount": 1}}
    assert bad["Fault"]["Error"][0]["code"] == "4000"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "vendor", {"DisplayName": "New"}),
        ("POST", "invoice?operation=delete", {"Id": "1"}),
        ("POST", "batch", {"BatchItemRequest": [{"bId": "1", "operation": "create", "Vendor": {}}]}),
        ("DELETE", "account/1", None),
        ("POST", "reports/TrialBalance", {}),
        ("GET", "upload", None),
    ],
)
def test_everything_but_a_read_is_refused_and_counted(api: Api, method: str, path: str, body: object) -> None:
    assert api.fault(method, path, json=body) == (400, "500")
    assert api.http.get("http://sandbox/control/calls").json()["outside_calls"] == 1


def test_reads_and_the_grants_own_calls_are_not_counted_as_outside(api: Api) -> None:
    api.http.get("reports/TrialBalance")
    api.http.get("http://sandbox/.well-known/openid_configuration")
    counts = api.http.get("http://sandbox/control/calls").json()
    assert counts["outside_calls"] == 0
    assert counts["paths"] == {"discovery": 1, "reports/TrialBalance": 1}
    api.http.get("http://sandbox/anything")
    assert api.http.get("http://sandbox/control/calls").json()["outside"] == {"GET /anything": 1}


def test_ten_calls_a_second_and_five_hundred_a_minute() -> None:
    api = Api(small(), limits=True)
    assert [api.http.get("preferences").status_code for _ in range(11)] == [200] * 10 + [429]
    answer = api.http.get("preferences")
    assert answer.json()["Fault"]["Error"][0]["code"] == "3001"
    assert "retry-after" not in answer.headers
    allowed = 10
    while allowed < 500:
        api.now += 1.01
        allowed += sum(api.http.get("preferences").status_code == 200 for _ in range(10))
    api.now += 1.01
    assert api.http.get("preferences").status_code == 429
    api.now += 60
    assert api.http.get("preferences").status_code == 200
    assert api.sandbox.tally.rate_limited == 3


def test_a_client_that_asks_one_thing_at_a_time_is_slowed_down_where_the_platforms_distance_would() -> None:
    now = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    limits = Limits(lambda: now[0], sleep=sleep)
    for _ in range(600):
        with limits.call("1") as allowed:
            assert allowed
    assert 74 <= sum(slept) <= 75
    with limits.call("1"):  # while that one is open, nobody is alone
        many = []
        for _ in range(11):
            with limits.call("1") as allowed:
                many.append(allowed)
    assert not all(many)


def test_every_answer_has_a_tracking_id(api: Api) -> None:
    assert api.http.get("preferences").headers["intuit_tid"]
    assert api.http.get("account/0").headers["intuit_tid"]
