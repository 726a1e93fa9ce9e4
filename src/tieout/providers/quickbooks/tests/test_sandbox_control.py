"""The control address and the faults: each spoils what it says it spoils."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx2
import pytest

from tieout.providers.quickbooks.sandbox import Clock, Sandbox
from tieout.providers.quickbooks.sandbox.general_ledger import CUT_OFF
from tieout.providers.quickbooks.sandbox.small import TODAY, Small, small
from tieout.providers.quickbooks.sandbox.trial_balance import balances

LEDGER = "reports/GeneralLedger"
JANUARY = {
    "start_date": "2026-01-01",
    "end_date": "2026-01-31",
    "columns": "tx_date,txn_type,doc_num,memo,debt_amt,credit_amt,rbal_nat_amount",
}


class Controlled:
    """The small company's sandbox, its control address and a connected client."""

    def __init__(self) -> None:
        self.company: Small = small()
        self.sandbox = Sandbox([self.company.engine], clock=Clock.at(TODAY), limits=False)
        _, token = self.sandbox.grants.issue(self.company.engine.realm)
        self.http = httpx2.Client(
            transport=httpx2.WSGITransport(app=self.sandbox.app), headers={"Authorization": f"Bearer {token}"}
        )

    def control(self, command: str, **body: object) -> dict[str, Any]:
        answer = self.http.post(f"http://sandbox/control/{command}", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def books(self, **params: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("http://sandbox/control/books", params=params).json()["companies"][0]
        return found

    def get(self, path: str, **params: str) -> httpx2.Response:
        return self.http.get(f"http://sandbox/v3/company/{self.company.engine.realm}/{path}", params=params)

    def ledger(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get(LEDGER, **JANUARY).json()
        return found


@pytest.fixture
def at() -> Controlled:
    return Controlled()


def cells(rows: list[dict[str, Any]], parts: tuple[str, ...] = ("ColData",)) -> Iterator[list[dict[str, Any]]]:
    """Yield the cells of data rows, or of headers and summaries."""
    for row in rows:
        for part in parts:
            if part in row:
                yield row[part] if part == "ColData" else row[part]["ColData"]
        yield from cells(row.get("Rows", {}).get("Row", []), parts)


def data(report: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return list(cells(report["Rows"]["Row"]))


def summaries(report: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return list(cells(report["Rows"]["Row"], ("Summary",)))


# --- books ---------------------------------------------------------------------------------------------------------


def test_the_books_tell_lines_and_balances(at: Controlled) -> None:
    found = at.books(month="2026-01")
    assert found["lines_posted"] == at.company.engine.lines_posted > 50
    assert found["trial_balance"] == balances(at.company.engine, date(2026, 1, 31))
    assert found["today"] == "2026-03-02"


def test_documents_are_posted_edited_moved_voided_and_deleted(at: Controlled) -> None:
    refs = {"FromAccountRef": at.company.ref("Checking"), "ToAccountRef": at.company.ref("Savings")}
    posted = at.control("post", kind="Transfer", entity={"TxnDate": "2026-01-09", "Amount": "1.10", **refs})["id"]
    savings = at.company.ids["Savings"]
    assert at.books(month="2026-01")["trial_balance"][savings] == 24400 + 110
    at.control("edit", id=posted, entity={"Amount": 2.2})
    assert at.books(month="2026-01")["trial_balance"][savings] == 24400 + 220
    at.control("redate", id=posted, date="2026-02-01")
    assert at.books(month="2026-01")["trial_balance"][savings] == 24400
    lines = at.books()["lines_posted"]
    at.control("void", id=posted)
    assert at.books()["lines_posted"] == lines
    at.control("delete", id=posted)
    assert at.books()["lines_posted"] == lines - 2


def test_lists_are_added_changed_deactivated_and_merged(at: Controlled) -> None:
    new = at.control("add", entity="Account", fields={"Name": "Tolls", "AccountType": "Expense"})["id"]
    at.control("change", entity="Account", id=new, fields={"Name": "Road tolls", "AcctNum": "6120"})
    assert at.get(f"account/{new}").json()["Account"]["AcctNum"] == "6120"
    at.control("merge", source=at.company.ids["Fuel"], target=new)
    assert at.books(month="2026-01")["trial_balance"][new] == 3430
    at.control("deactivate", entity="Account", id=new)
    assert at.get(f"account/{new}").json()["Account"]["Name"] == "Road tolls (deleted)"


def test_a_merge_cannot_be_undone(at: Controlled) -> None:
    tolls = {"Name": "Tolls", "AccountType": "Expense"}
    fuel, new = at.company.ids["Fuel"], at.control("add", entity="Account", fields=tolls)["id"]
    at.control("merge", source=fuel, target=new)
    body = {"entity": "Account", "id": fuel, "fields": {"Active": True}}
    refused = at.http.post("http://sandbox/control/change", json=body)
    assert refused.status_code == 400
    assert "cannot be undone" in refused.json()["error"]
    lists = at.http.get("http://sandbox/control/lists").json()
    (shown,) = [it for it in lists["Account"] if it["id"] == fuel]
    assert (shown["active"], shown["merged"]) == (False, True)


def test_payroll_pays_each_active_employee(at: Controlled) -> None:
    lines = at.books()["lines_posted"]
    [check] = at.control("payroll", date="2026-02-15", gross="1000.00")["id"]
    assert at.books()["lines_posted"] == lines + 4
    assert at.company.engine.transaction(check).party == ("Employee", at.company.ids["Rae Kim"])
    assert at.books(month="2026-02")["trial_balance"][at.company.ids["Wages"]] == 200000 + 107650


def test_the_clock_goes_forward_for_all(at: Controlled) -> None:
    at.control("advance", to="2026-05-01")
    assert at.books()["today"] == "2026-05-01"


@pytest.mark.parametrize(
    ("command", "body"),
    [
        (
            "post",
            {"kind": "Paycheck", "entity": {"TxnDate": "2026-01-01", "Postings": [{"account": "1", "amount": 1}]}},
        ),
        ("void", {"id": "nothing"}),
        ("edit", {}),
        ("nonsense", {}),
        ("faults", {"gremlins": True}),
        ("advance", {"to": "soon"}),
    ],
)
def test_a_refused_command_says_why_and_changes_nothing(at: Controlled, command: str, body: dict[str, Any]) -> None:
    lines = at.books()["lines_posted"]
    answer = at.http.post(f"http://sandbox/control/{command}", json=body)
    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert answer.json()["error"]
    assert at.books()["lines_posted"] == lines


def test_only_this_machine_may_control(at: Controlled) -> None:
    elsewhere = httpx2.WSGITransport(app=at.sandbox.app, remote_addr="10.0.0.7")
    with httpx2.Client(transport=elsewhere) as client:
        assert client.get("http://sandbox/control/books").status_code == 403


# --- faults of answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 504])
def test_a_status_instead_of_an_answer_as_often_as_asked(at: Controlled, status: int) -> None:
    at.control("faults", **{f"status:{status}": {"times": 2, "path": "GeneralLedger"}})
    assert at.get("preferences").status_code == 200
    assert [at.get(LEDGER).status_code for _ in range(3)] == [status, status, 200]


def test_retry_after_is_given_if_asked(at: Controlled) -> None:
    at.control("faults", status={"value": 429, "retry_after": 7, "calls": 1})
    assert at.get("preferences").headers["retry-after"] == "7"
    assert at.get("preferences").status_code == 200


def test_bodies_are_cut_empty_or_of_another_kind(at: Controlled) -> None:
    whole = at.get("preferences").content
    at.control("faults", truncated_json={"times": 1})
    cut = at.get("preferences")
    assert cut.status_code == 200
    assert 0 < len(cut.content) < len(whole)
    at.control("faults", empty_body={"times": 1})
    assert at.get("preferences").content == b""
    at.control("faults", html={"times": 1})
    assert at.get("preferences").headers["content-type"] == "text/html"
    assert at.get("preferences").content == whole


def test_faults_are_listed_and_cleared(at: Controlled) -> None:
    at.control("faults", drop_row=True, dialect="modern")
    assert set(at.http.get("http://sandbox/control/faults").json()) == {"drop_row", "dialect"}
    at.control("faults", drop_row=False)
    assert set(at.http.get("http://sandbox/control/faults").json()) == {"dialect"}
    at.http.delete("http://sandbox/control/faults")
    assert at.http.get("http://sandbox/control/faults").json() == {}


# --- faults of reports ---------------------------------------------------------------------------------------------


def test_rows_are_dropped_doubled_or_altered(at: Controlled) -> None:
    whole = data(at.ledger())
    at.control("faults", drop_row={"times": 1})
    assert len(data(at.ledger())) == len(whole) - 1
    at.control("faults", duplicate_row={"times": 1})
    assert len(data(at.ledger())) == len(whole) + 1
    for name, column in (("alter_date", 0), ("unknown_txn_type", 1), ("alter_amount", 4)):
        at.control("faults", **{name: {"times": 1}})
        spoilt = data(at.ledger())
        changed = [(old, new) for old, new in zip(whole, spoilt, strict=True) if old != new]
        assert changed
        assert all(old[column] != new[column] for old, new in changed), name
    assert data(at.ledger()) == whole


def test_sums_are_wrong_or_follow_the_altered_row(at: Controlled) -> None:
    whole = at.ledger()
    at.control("faults", wrong_summary={"times": 1})
    wrong = at.ledger()
    assert data(wrong) == data(whole)
    assert sum(a != b for a, b in zip(summaries(wrong), summaries(whole), strict=True)) == 1
    at.control("faults", unbalanced={"times": 1})
    unbalanced = at.ledger()
    assert sum(a != b for a, b in zip(data(unbalanced), data(whole), strict=True)) == 1
    assert summaries(unbalanced) != summaries(whole)


def test_an_account_that_the_chart_lacks(at: Controlled) -> None:
    at.control("faults", unknown_account=True)
    headers = list(cells(at.ledger()["Rows"]["Row"], ("Header",)))
    [unknown] = [row[0]["id"] for row in headers if row[0].get("id") not in {None, *at.company.ids.values()}]
    assert at.get(f"account/{unknown}").status_code == 400


def test_the_report_is_cut_off(at: Controlled) -> None:
    at.control("faults", cut_off=True)
    rows = data(at.ledger())
    assert rows[-1][0]["value"] == CUT_OFF


def test_columns_are_missing_reordered_renamed_or_without_keys(at: Controlled) -> None:
    def column_keys(report: dict[str, Any]) -> list[str]:
        return [column["MetaData"][0]["Value"] for column in report["Columns"]["Column"]]

    whole = at.ledger()
    at.control("faults", **{"missing_column:debt_amt": {"times": 1}})
    missing = at.ledger()
    assert set(column_keys(whole)) - set(column_keys(missing)) == {"debt_amt"}
    assert {len(row) for row in data(missing)} == {6}
    at.control("faults", columns_reordered={"times": 1})
    other = at.ledger()
    assert column_keys(other) == ["tx_date", *reversed(column_keys(whole)[1:])]
    assert data(other)[0][0] == data(whole)[0][0]
    assert data(other)[0][1] == data(whole)[0][-1]
    at.control("faults", titles_localised={"times": 1})
    assert [c["ColTitle"] for c in at.ledger()["Columns"]["Column"]][4:6] == ["Soll", "Haben"]
    at.control("faults", no_colkey={"times": 1})
    assert at.ledger()["Columns"]["Column"][4] == {"ColTitle": "Debit", "ColType": "debt_amt"}


def test_amounts_have_commas(at: Controlled) -> None:
    at.control("faults", comma_amounts=True)
    assert "2,000.00" in {row[4]["value"] for row in data(at.ledger())}


def test_dates_are_ignored_and_the_echo_tells(at: Controlled) -> None:
    at.control("faults", wrong_echo={"times": 1})
    assert at.ledger()["Header"]["EndPeriod"] == "2026-03-02"
    assert at.ledger()["Header"]["EndPeriod"] == "2026-01-31"


def test_a_fault_waits_for_a_report_that_it_can_spoil(at: Controlled) -> None:
    at.control("faults", drop_row={"times": 1})
    at.get(LEDGER, start_date="2020-01-01", end_date="2020-01-31")
    assert "drop_row" in at.http.get("http://sandbox/control/faults").json()


def trial(at: Controlled, end: str) -> tuple[dict[str, str], str, str]:
    report = at.get("reports/TrialBalance", end_date=end).json()
    rows = [row["ColData"] for row in report["Rows"]["Row"] if "ColData" in row]
    total = report["Rows"]["Row"][-1]["Summary"]["ColData"]
    return (
        {row[0]["id"]: row[1]["value"] or f"-{row[2]['value']}" for row in rows},
        total[1]["value"],
        total[2]["value"],
    )


def test_a_shifted_trial_balance_still_adds_up(at: Controlled) -> None:
    before = trial(at, "2026-01-31")[0]
    savings = at.company.ids["Savings"]
    at.control("faults", trial_balance_shift={"account": savings, "amount": "12.34", "month": "2026-01"})
    after, debits, credits_ = trial(at, "2026-01-31")
    assert debits == credits_
    assert (before[savings], after[savings]) == ("244.00", "256.34")
    assert sum(before[account] != after[account] for account in before) == 2
    assert trial(at, "2026-02-28")[0][savings] == "244.00"


def test_a_broken_trial_balance_fails_its_own_check(at: Controlled) -> None:
    before, debits, _ = trial(at, "2026-01-31")
    at.control("faults", trial_balance_break={"times": 1})
    after, total, _ = trial(at, "2026-01-31")
    assert total == debits
    assert sum(before[account] != after[account] for account in before) == 1
