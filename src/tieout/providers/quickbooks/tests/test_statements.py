"""TrialBalance, BalanceSheet and ProfitAndLoss: debit positive, whole, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tieout.core.month import Month
from tieout.core.records import Balances, Statement
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.quickbooks.tests.handmade import (
    Json,
    Platform,
    cell,
    group,
    leaf,
    statement,
    trial_balance,
)

DECEMBER, JANUARY = Month(2025, 12), Month(2026, 1)
PERIODS = [("2025-12-01", "2025-12-31"), ("2026-01-01", "2026-01-31")]


def trial(end: str = "2026-01-31") -> Json:
    return trial_balance(
        ("Checking", "35", "413.56", ""),
        ("Utilities", "76", "86.44", ""),
        ("Landscaping", "45", "", "300.00"),
        ("Retained Earnings", "2", "", "200.00"),
        ("Wages", "60", "", ""),
        end=end,
    )


def sheet() -> Json:
    assets = group(
        "TotalAssets", "ASSETS", ["200.00", "413.56"],
        group("BankAccounts", "Bank Accounts", ["200.00", "413.56"], leaf("Checking", "35", "200.00", "413.56")),
    )  # fmt: skip
    equity = group(
        "Equity", "Equity", ["200.00", "413.56"],
        leaf("Retained Earnings", "2", "", "200.00"), leaf("Net Income", None, "200.00", "213.56", group="NetIncome"),
    )  # fmt: skip
    rows = [assets, group("TotalLiabilitiesAndEquity", "LIABILITIES AND EQUITY", ["200.00", "413.56"], equity)]
    return statement("BalanceSheet", "2025-12-01", "2026-01-31", PERIODS, rows)


def computed(name: str, *figures: str) -> Json:
    return {"Summary": {"ColData": [cell(name), *map(cell, figures)]}, "type": "Section", "group": name}


def results() -> Json:
    landscaping = group(
        "", "Landscaping", ["200.00", "300.00"], leaf("Installation", "52", "50.00", ".00"),
        own=("45", ["150.00", "300.00"]),
    )  # fmt: skip
    rows = [
        group("Income", "Income", ["200.00", "300.00"], landscaping),
        computed("GrossProfit", "200.00", "300.00"),
        group("Expenses", "Expenses", ["", "86.44"], leaf("Utilities", "76", "", "86.44")),
        computed("NetIncome", "200.00", "213.56"),
    ]  # fmt: skip
    return statement("ProfitAndLoss", "2025-12-01", "2026-01-31", PERIODS, rows)


def company(change: Callable[[dict[str, Json]], Any] | None = None) -> Platform:
    reports = {"TrialBalance": trial(), "BalanceSheet": sheet(), "ProfitAndLoss": results()}
    if change:
        change(reports)

    def give(name: str) -> Callable[[dict[str, str]], Json]:
        def answer(params: dict[str, str]) -> Json:
            report: Json = json.loads(json.dumps(reports[name]))
            if name == "TrialBalance" and params["end_date"] == "2025-12-31":
                return trial_balance(("Checking", "35", "200", ""), ("Landscaping", "45", "", "200"), end="2025-12-31")
            return report

        return answer

    return Platform({name: give(name) for name in reports})


def every(platform: Platform) -> list[Balances]:
    books = platform.books()
    return [one for statement in Statement for one in books.balances(statement, [DECEMBER, JANUARY])]


def test_three_statements_for_each_month() -> None:
    platform = company()
    found = every(platform)
    assert [(one.statement, one.month) for one in found] == [
        (one, month) for one in Statement for month in (DECEMBER, JANUARY)
    ]
    december, january = found[::2], found[1::2]
    assert january[0].amounts == {"35": 41356, "76": 8644, "45": -30000, "2": -20000}
    assert january[1] == Balances(
        statement=Statement.BALANCE_SHEET, month=JANUARY, amounts={"35": 41356, "2": -20000}, net_income=-21356
    )
    assert january[2] == Balances(
        statement=Statement.PROFIT_AND_LOSS, month=JANUARY, amounts={"45": -30000, "76": 8644}, net_income=-21356
    )
    assert december[1].amounts == {"35": 20000}
    assert december[2].amounts == {"45": -15000, "52": -5000}  # a parent's own amount stands in its header
    assert [name for name in platform.observed if "by month" in name] == [
        "BalanceSheet by month",
        "ProfitAndLoss by month",
    ]


def test_a_section_may_lack_its_header() -> None:
    platform = company(lambda reports: rows_of(reports, "BalanceSheet")[0]["Rows"]["Row"][0].pop("Header"))
    assert every(platform) == every(company())


def test_trial_balances_are_asked_for_as_they_are_taken() -> None:
    platform = company()
    balances = platform.books().balances(Statement.TRIAL_BALANCE, [DECEMBER, JANUARY])
    assert next(balances).month == DECEMBER
    assert [name for name in platform.observed if "by month" in name or "Trial" in name] == ["TrialBalance 2025-12"]


def test_no_months_ask_nothing() -> None:
    platform = company()
    assert [one for statement in Statement for one in platform.books().balances(statement, [])] == []
    assert platform.seen == []


def rows_of(reports: dict[str, Json], name: str) -> list[Json]:
    found: list[Json] = reports[name]["Rows"]["Row"]
    return found


def meta(reports: dict[str, Json], name: str, place: int) -> list[Json]:
    found: list[Json] = reports[name]["Columns"]["Column"][place]["MetaData"]
    return found


BROKEN: dict[str, tuple[Callable[[dict[str, Json]], Any], str]] = {
    "a trial balance amount": (
        lambda r: rows_of(r, "TrialBalance")[0]["ColData"].__setitem__(1, cell("413.57")), "rows sum to debit 500.01"),
    "a trial balance total": (
        lambda r: rows_of(r, "TrialBalance")[-1]["Summary"]["ColData"].__setitem__(1, cell("1.00")), "its total says"),
    "an amount that is none": (
        lambda r: rows_of(r, "TrialBalance")[0]["ColData"].__setitem__(1, cell("n/a")), "'n/a' is not an amount"),
    "a missing total": (lambda r: rows_of(r, "TrialBalance").pop(), "total is missing"),
    "a missing row": (lambda r: rows_of(r, "TrialBalance").pop(0), "rows sum to"),
    "a repeated row": (lambda r: rows_of(r, "TrialBalance").insert(0, rows_of(r, "TrialBalance")[0]), "there twice"),
    "an unknown account": (
        lambda r: rows_of(r, "TrialBalance")[0]["ColData"].__setitem__(0, cell("X", "777")), r"'X' \(777\)"),
    "a trial balance of another day": (lambda r: r["TrialBalance"]["Header"].update(EndPeriod="2026-01-30"), "end is"),
    "a trial balance column": (
        lambda r: r["TrialBalance"]["Columns"]["Column"].pop(), "column credit is missing"),
    "a cut trial balance": (
        lambda r: rows_of(r, "TrialBalance").append(leaf("Unable to display more data. Please reduce", None, "", "")),
        "cuts the report off"),
    "a balance sheet sum": (
        lambda r: rows_of(r, "BalanceSheet")[0]["Summary"]["ColData"].__setitem__(2, cell("1")), "sum line"),
    "a balance sheet section": (lambda r: rows_of(r, "BalanceSheet").pop(), "net income of 0 contradicts"),
    "a balance sheet cell": (
        lambda r: rows_of(r, "BalanceSheet")[1]["Rows"]["Row"][0]["Rows"]["Row"][0]["ColData"].pop(),
        "2 cells where 3"),
    "a profit and loss foot": (
        lambda r: rows_of(r, "ProfitAndLoss")[-1]["Summary"]["ColData"].__setitem__(2, cell("1")), "contradicts"),
    "a profit and loss section": (lambda r: rows_of(r, "ProfitAndLoss").pop(2), "contradicts"),
    "a month that is none": (
        lambda r: meta(r, "ProfitAndLoss", 1)[1].update(Value="soon"), "ends on 'soon', which is no date"),
    "two columns of a month": (
        lambda r: meta(r, "ProfitAndLoss", 1)[1].update(Value="2026-01-31"), "two columns end in the same month"),
    "a month": (lambda r: r["ProfitAndLoss"]["Columns"]["Column"][1].pop("MetaData"), "column of 2025-12 is missing"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_statement_is_refused(what: str) -> None:
    change, words = BROKEN[what]
    platform = company(change)
    with pytest.raises(UnreadableBooks, match=words) as refused:
        every(platform)
    assert refused.value.where
