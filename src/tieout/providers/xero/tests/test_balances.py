"""TrialBalance: what counts in it, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tieout.core.month import Month
from tieout.core.records import Balances, Statement
from tieout.providerkit.errors import PermissionMissing, UnreadableBooks
from tieout.providers.xero.tests.handmade import (
    BANK,
    EARNINGS,
    RENT,
    SALES,
    Json,
    Platform,
    token,
    trial_balance,
    uuid,
)

JANUARY = Month(2026, 1)
ROWS = (
    (BANK, "60.00", "", "1060.00", ""),
    (SALES, "", "100.00", "", "150.00"),
    (RENT, "40.00", "", "90.00", ""),
    (EARNINGS, "", "", "", "1000.00"),
)


def read(*rows: tuple[str, str, str, str, str], change: Callable[[Json], object] | None = None) -> list[Balances]:
    def report(params: dict[str, str]) -> Json:
        assert params == {"date": "2026-01-31"}
        found = trial_balance(*(rows or ROWS))
        if change:
            change(found)
        return found

    return list(Platform(report=report).books().balances(Statement.TRIAL_BALANCE, [JANUARY]))


def test_the_last_two_columns_count() -> None:
    (found,) = read()
    assert (found.statement, found.month, found.net_income) == (Statement.TRIAL_BALANCE, JANUARY, None)
    assert found.amounts == {BANK: 106_000, SALES: -15_000, RENT: 9_000, EARNINGS: -100_000}


def test_zeros_are_left_out_and_a_value_may_be_missing() -> None:
    def change(report: Json) -> None:
        del report["Rows"][2]["Rows"][0]["Cells"][1]["Value"]

    (found,) = read(
        (BANK, "0.00", "", "5.00", ""), (SALES, "", "", "", "5.00"), (RENT, "1", "1", "0.00", ""), change=change
    )
    assert found.amounts == {BANK: 500, SALES: -500}


def test_an_organisation_without_postings() -> None:
    def change(report: Json) -> None:
        report["Rows"] = report["Rows"][:1]

    (found,) = read(change=change)
    assert found.amounts == {}


def test_months_are_asked_for_each_and_come_in_their_order() -> None:
    titles = {"2025-12-31": "As at 31 December 2025", "2026-01-31": "As at 31 January 2026"}
    platform = Platform(report=lambda params: trial_balance(*ROWS, title=titles[params["date"]]))
    found = list(platform.books().balances(Statement.TRIAL_BALANCE, [JANUARY - 1, JANUARY]))
    assert [it.month for it in found] == [JANUARY - 1, JANUARY]


def cells(report: Json, at: int = 1) -> list[Json]:
    found: list[Json] = report["Rows"][at]["Rows"][0]["Cells"]
    return found


def put(report: Json, place: tuple[Any, ...], value: object) -> None:
    found: Any = report
    for step in place[:-1]:
        found = found[step]
    found[place[-1]] = value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda it: put(cells(it)[3], ("Value",), "1060.01"), "its rows sum to .* its total says"),
        (lambda it: put(cells(it)[1], ("Value",), "60.01"), "its rows sum to"),
        (lambda it: it["Rows"][2]["Rows"].pop(), "its rows sum to"),
        (lambda it: it["Rows"].pop(), "the total is missing"),
        (lambda it: it["Rows"].append(it["Rows"][-1]), "two totals"),
        (lambda it: put(cells(it)[0], ("Attributes",), []), "names no account"),
        (lambda it: put(cells(it)[0], ("Attributes", 0, "Value"), uuid(999)), "is not in the chart"),
        (lambda it: put(cells(it)[0], ("Attributes", 0, "Value"), SALES), "is there twice"),
        (lambda it: put(cells(it)[3], ("Value",), "1,060.00"), "no amount"),
        (lambda it: put(cells(it)[3], ("Value",), "1060.001"), "no amount"),
        (lambda it: cells(it).pop(), "4 cells where 5 columns are"),
        (lambda it: put(it, ("Rows", 1, "Title"), "Commitments"), "unknown section 'Commitments'"),
        (lambda it: put(it, ("Rows", 1, "Rows", 0, "RowType"), "Note"), "unknown kind 'Note'"),
        (
            lambda it: put(it, ("Rows", 0, "Cells", 3, "Value"), "Total"),
            "its columns are account, debit, credit, total",
        ),
        (lambda it: put(it, ("Rows",), []), "its columns are missing"),
        (lambda it: put(it, ("ReportTitles", 2), "As at 31 December 2025"), "as at 2025-12-31, asked was 2026-01-31"),
    ],
)
def test_a_report_that_fails_a_check(change: Callable[[Json], object], words: str) -> None:
    with pytest.raises(UnreadableBooks, match=words):
        read(change=change)


def test_debits_and_credits_must_be_equal_even_where_the_total_agrees() -> None:
    with pytest.raises(UnreadableBooks, match="debits and credits differ"):
        read((BANK, "", "", "5.00", ""), (SALES, "", "", "", "4.99"))


def test_a_title_in_other_words_is_no_doubt() -> None:
    assert read(change=lambda it: put(it, ("ReportTitles", 2), "As at 31. Januar 2026"))
    assert read(change=lambda it: put(it, ("ReportTitles",), []))


def test_two_reports_for_one() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response | None:
        body = {"Reports": [trial_balance(), trial_balance()]}
        return httpx2.Response(200, json=body) if "Reports" in request.url.path else None

    with pytest.raises(UnreadableBooks, match="it holds 2 reports"):
        list(Platform(first=answer).books().balances(Statement.TRIAL_BALANCE, [JANUARY]))


def test_other_statements_are_not_read() -> None:
    with pytest.raises(ValueError, match="balance_sheet"):
        list(Platform().books().balances(Statement.BALANCE_SHEET, [JANUARY]))


def test_whether_balances_can_be_read_the_token_says() -> None:
    platform = Platform()
    assert platform.books().capabilities.reports_balances
    platform.tokens.known = [token("accounting.journals.read accounting.reports.trialbalance.read")]
    assert platform.books().capabilities.reports_balances
    platform.tokens.known = [token("accounting.journals.read")]
    assert not platform.books().capabilities.reports_balances


def test_a_user_without_the_right_to_reports() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response | None:
        body = {"Title": "Forbidden", "Detail": "The user lacks the Reports role"}
        return httpx2.Response(403, json=body) if "Reports" in request.url.path else None

    with pytest.raises(PermissionMissing, match="may not see reports"):
        list(Platform(first=answer).books().balances(Statement.TRIAL_BALANCE, [JANUARY]))
