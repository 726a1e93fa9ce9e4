"""Answers of QuickBooks written by hand, and a transport that gives them: a company small enough to add up by eye."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2

from tieout.providerkit.errors import ReconnectRequired
from tieout.providerkit.interface import Books
from tieout.providerkit.pace import Pace
from tieout.providers.quickbooks.provider import QuickBooks

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:9001"
REALM = "9341455000000000"
KEYS = (
    "tx_date", "txn_type", "doc_num", "name", "vend_name", "cust_name", "emp_name", "item_name", "memo",
    "debt_amt", "credit_amt", "rbal_nat_amount", "klass_name", "dept_name",
)  # fmt: skip
Json = dict[str, Any]


def cell(value: str = "", ident: str | None = None) -> Json:
    return {"value": value} if ident is None else {"value": value, "id": ident}


def row(**cells: str | tuple[str, str]) -> Json:
    """Return a data row: ``row(tx_date="2026-01-05", txn_type=("Bill", "7"), debt_amt="5.00")``."""
    unknown = set(cells) - set(KEYS)
    assert not unknown, unknown
    texts = [cells.get(key, "") for key in KEYS]
    return {"ColData": [cell(t) if isinstance(t, str) else cell(*t) for t in texts], "type": "Data"}


def _cents(text: str) -> int:
    return round(float(text.replace(",", "") or 0) * 100)


def _sums(rows: Iterable[Json]) -> tuple[int, int]:
    debit = credit = 0
    for one in rows:
        if "ColData" in one:
            debit += _cents(one["ColData"][KEYS.index("debt_amt")]["value"])
            credit += _cents(one["ColData"][KEYS.index("credit_amt")]["value"])
        elif "Rows" in one:
            more = _sums(one["Rows"]["Row"])
            debit, credit = debit + more[0], credit + more[1]
    return debit, credit


def section(title: str | None, ident: str | None, *rows: Json) -> Json:
    """Return a section with a right sum line. Without a title it has no header at all, as a parent's own rows have."""
    debit, credit = _sums(rows)
    summary = row(debt_amt=f"{debit / 100:.2f}", credit_amt=f"{credit / 100:.2f}")["ColData"]
    summary[0] = cell(f"Total for {title}")
    found: Json = {"Rows": {"Row": list(rows)}, "Summary": {"ColData": summary}, "type": "Section"}
    if title is not None:
        found["Header"] = {"ColData": [cell(title, ident), *[cell()] * (len(KEYS) - 1)]}
    return found


def header(name: str, start: str, end: str, **more: str) -> Json:
    return {
        "Time": "2026-02-01T08:00:00-08:00", "ReportName": name, "ReportBasis": "Accrual", "StartPeriod": start,
        "EndPeriod": end, "Currency": "USD", "Option": [{"Name": "NoReportData", "Value": "false"}], **more,
    }  # fmt: skip


def column(title: str, kind: str, **meta: str) -> Json:
    return {
        "ColTitle": title,
        "ColType": kind,
        "MetaData": [{"Name": name, "Value": text} for name, text in meta.items()],
    }


def ledger(*sections: Json, start: str = "2026-01-01", end: str = "2026-01-31") -> Json:
    head = header("GeneralLedger", start, end)
    head["Option"] = [{"Name": "NoReportData", "Value": str(not sections).lower()}]
    columns = [column(key.title(), "String", ColKey=key) for key in KEYS]
    return {"Header": head, "Columns": {"Column": columns}, "Rows": {"Row": list(sections)} if sections else {}}


def trial_balance(*rows: tuple[str, str, str, str], end: str = "2026-01-31") -> Json:
    """Return a trial balance of rows (name, id, debit, credit) with a right total."""
    data = [{"ColData": [cell(name, ident), cell(debit), cell(credit)]} for name, ident, debit, credit in rows]
    totals = [f"{sum(_cents(one[side]) for one in rows) / 100:.2f}" for side in (2, 3)]
    total = {"Summary": {"ColData": [cell("TOTAL"), *map(cell, totals)]}, "type": "Section", "group": "GrandTotal"}
    columns = [column("", "Account", ColKey="account"), column("Debit", "Money", ColKey="debit")]
    columns.append(column("Credit", "Money", ColKey="credit"))
    head = header("TrialBalance", end[:8] + "01", end, SummarizeColumnsBy="Total")
    return {"Header": head, "Columns": {"Column": columns}, "Rows": {"Row": [*data, total]}}


def statement(name: str, start: str, end: str, periods: list[tuple[str, str]], rows: list[Json]) -> Json:
    columns = [column("", "Account", ColKey="account")]
    columns += [column(first[:7], "Money", StartDate=first, EndDate=last, ColKey=first[:7]) for first, last in periods]
    head = header(name, start, end, SummarizeColumnsBy="Month")
    return {"Header": head, "Columns": {"Column": columns}, "Rows": {"Row": rows}}


def group(name: str, title: str, total: list[str], *rows: Json, own: tuple[str, list[str]] | None = None) -> Json:
    ident, figures = own or (None, [""] * len(total))
    return {
        "Header": {"ColData": [cell(title, ident), *map(cell, figures)]}, "Rows": {"Row": list(rows)},
        "Summary": {"ColData": [cell(f"Total {title}"), *map(cell, total)]}, "type": "Section", "group": name,
    }  # fmt: skip


def leaf(title: str, ident: str | None, *figures: str, **more: str) -> Json:
    return {"ColData": [cell(title, ident), *map(cell, figures)], "type": "Data", **more}


def account(ident: str, name: str, kind: str, subtype: str = "", **more: object) -> Json:
    return {"Id": ident, "Name": name, "FullyQualifiedName": name, "AccountType": kind, "AccountSubType": subtype,
            "Active": True, **more}  # fmt: skip


LISTS: dict[str, list[Json]] = {
    "Account": [
        account("35", "Checking", "Bank", "Checking", AcctNum="1000"),
        account("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
        account("84", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
        account("45", "Landscaping", "Income", "ServiceFeeIncome"),
        account("52", "Installation", "Income", "ServiceFeeIncome", ParentRef={"value": "45"}, SubAccount=True),
        account("76", "Utilities", "Expense", "Utilities"),
        account("60", "Wages", "Expense", "PayrollExpenses"),
        account("2", "Retained Earnings", "Equity", "RetainedEarnings"),
        account("90", "Old Software (deleted)", "Expense", "OfficeExpenses", Active=False),
    ],
    "Vendor": [
        {"Id": "48", "DisplayName": "Bay Power", "Active": True},
        {"Id": "49", "DisplayName": "Gone Ltd (deleted)", "Active": False},
    ],
    "Customer": [
        {"Id": "8", "DisplayName": "Acme", "FullyQualifiedName": "Acme", "Active": True},
        {"Id": "9", "DisplayName": "Site 2", "FullyQualifiedName": "Acme:Site 2", "ParentRef": {"value": "8"}},
    ],
    "Employee": [{"Id": "55", "DisplayName": "Rae Kim", "Active": True}],
    "Item": [
        {"Id": "11", "Name": "Pump", "FullyQualifiedName": "Pump", "Type": "Service", "Active": True},
        {"Id": "12", "Name": "Hardware", "FullyQualifiedName": "Hardware", "Type": "Category", "Active": True},
    ],
    "Class": [
        {"Id": "701", "Name": "East", "FullyQualifiedName": "Sales:East", "ParentRef": {"value": "700"}},
        {"Id": "700", "Name": "Sales", "FullyQualifiedName": "Sales", "Active": True},
    ],
    "Department": [{"Id": "2", "Name": "Oakland", "FullyQualifiedName": "Oakland", "Active": True}],
}

PREFERENCES: Json = {
    "AccountingInfoPrefs": {
        "FirstMonthOfFiscalYear": "April", "TrackDepartments": True, "DepartmentTerminology": "Store",
        "ClassTrackingPerTxn": False, "ClassTrackingPerTxnLine": True, "BookCloseDate": "2025-12-31",
    },
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
}  # fmt: skip


def bill() -> list[Json]:
    """Return a bill of 86.44 on account 76, owed on 33, and its payment from 35: three sections that add up."""
    vendor = ("Bay Power", "48")
    paid: Json = {
        "tx_date": "2026-01-20",
        "txn_type": ("Bill Payment (Check)", "240"),
        "vend_name": vendor,
        "name": vendor,
    }
    owed: Json = {
        "tx_date": "2026-01-10",
        "txn_type": ("Bill", "230"),
        "doc_num": "B-7",
        "vend_name": vendor,
        "name": vendor,
    }
    more: Json = {
        "memo": "January",
        "klass_name": ("Sales:East", "701"),
        "dept_name": "Oakland",
        "cust_name": "Acme:Site 2",
    }
    begin = row(tx_date="Beginning Balance", rbal_nat_amount="5000.00")
    return [
        section("Checking", "35", begin, row(**paid, credit_amt="86.44", rbal_nat_amount="4913.56")),
        section("Accounts Payable (A/P)", "33", row(**owed, credit_amt="86.44"), row(**paid, debt_amt="86.44")),
        section("Utilities", "76", row(**owed, **more, debt_amt="86.44")),
    ]


@dataclass(slots=True)
class Tokens:
    """A token source that knows a few tokens, and remembers which were refused."""

    known: list[str] = field(default_factory=lambda: ["access-1", "access-2"])
    refused: list[str] = field(default_factory=list)

    def access(self) -> str:
        return self.known[0]

    def renew(self, rejected: str) -> str:
        self.refused.append(rejected)
        self.known = [token for token in self.known if token != rejected]
        if not self.known:
            raise ReconnectRequired("no token is left")
        return self.known[0]


Answering = Callable[[httpx2.Request], httpx2.Response | None]


@dataclass(slots=True)
class Platform:
    """A company that answers over a transport. ``reports`` are given by name; ``first`` may answer before all else."""

    reports: dict[str, Callable[[dict[str, str]], Json]] = field(default_factory=dict)
    lists: dict[str, list[Json]] = field(default_factory=lambda: {name: list(rows) for name, rows in LISTS.items()})
    preferences: Json = field(default_factory=lambda: json.loads(json.dumps(PREFERENCES)))
    first: Answering = lambda _request: None
    seen: list[httpx2.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    observed: list[str] = field(default_factory=list)
    tokens: Tokens = field(default_factory=Tokens)
    jitter: float = 0.0  # of the most that is allowed

    def wait(self) -> None:
        """Allow a call at once: tests do not wait."""

    def provider(self, **settings: str) -> QuickBooks:
        pace = Pace(limit=self, sleep=self.slept.append, jitter=lambda most: most * self.jitter)
        given = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret-of-the-app", "ADDRESS": ADDRESS, **settings}
        transport = httpx2.MockTransport(self.answer)
        return QuickBooks(given, transport, pace=lambda _company: pace, clock=lambda: NOW)

    def books(self, basis: str = "accrual") -> Books:
        return self.provider().open(REALM, self.tokens, basis=basis, observe=self.observed.append)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        if (given := self.first(request)) is not None:
            return given
        found = self._sound(request.url.path.removeprefix(f"/v3/company/{REALM}/"), dict(request.url.params))
        return httpx2.Response(404, text="<html>not here</html>") if found is None else httpx2.Response(200, json=found)

    def _sound(self, path: str, params: dict[str, str]) -> Json | None:
        found: Json | None = None
        match path.split("/"):
            case ["companyinfo", _]:
                found = {"CompanyInfo": {"CompanyName": "Northwind", "DefaultTimeZone": "America/Los_Angeles"}}
            case ["preferences"]:
                found = {"Preferences": self.preferences, "time": "2026-02-10T04:00:00.000-08:00"}
            case ["query"]:
                found = self._query(params["query"])
            case ["cdc"]:
                found = {"CDCResponse": [], "time": "2026-02-10T04:00:00.000-08:00"}
            case ["reports", name] if name in self.reports:
                found = self.reports[name](params)
        return found

    def _query(self, query: str) -> Json:
        words = query.split()
        name, start, most = words[3], int(words[-3]), int(words[-1])
        rows = self.lists[name][start - 1 : start - 1 + most]
        if not rows:
            return {"QueryResponse": {}, "time": "2026-02-10T04:00:00.000-08:00"}
        return {"QueryResponse": {name: rows, "startPosition": start, "maxResults": len(rows)}}


def january(*sections: Json) -> Callable[[dict[str, str]], Json]:
    """Return a GeneralLedger that has these sections in January 2026, and nothing in other months."""

    def answer(params: dict[str, str]) -> Json:
        start, end = params["start_date"], params["end_date"]
        return ledger(*(sections if start <= "2026-01-05" and end >= "2026-01-31" else ()), start=start, end=end)

    return answer


def last_day(year: int, month: int) -> date:
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
