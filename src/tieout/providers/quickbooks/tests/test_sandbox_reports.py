"""The reports' wire format, rule by rule (quickbooks.md §2.8), and that all of them agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from tieout.providers.quickbooks.sandbox import Clock, Sandbox
from tieout.providers.quickbooks.sandbox.general_ledger import CUT_OFF
from tieout.providers.quickbooks.sandbox.small import TODAY, Small, small
from tieout.providers.quickbooks.sandbox.trial_balance import balances

COLUMNS = (
    "tx_date,txn_type,doc_num,name,cust_name,vend_name,emp_name,item_name,quantity,rate,memo,split_acc,is_adj,"
    "create_date,last_mod_date,debt_amt,credit_amt,rbal_nat_amount,klass_name,dept_name"
)
Row = dict[str, Any]


class Served:
    """A sandbox with the small company, and a client that holds a token."""

    def __init__(self, company: Small | None = None) -> None:
        self.company = company or small()
        self.sandbox = Sandbox([self.company.engine], clock=Clock.at(TODAY), limits=False)
        _, token = self.sandbox.grants.issue(self.company.engine.realm)
        self.http = httpx2.Client(
            transport=httpx2.WSGITransport(app=self.sandbox.app),
            base_url=f"http://sandbox/v3/company/{self.company.engine.realm}/",
            headers={"Authorization": f"Bearer {token}"},
        )

    def report(self, name: str, **params: str) -> Row:
        """Return a report as parsed JSON."""
        answer = self.http.get(f"reports/{name}", params=params)
        assert answer.status_code == 200, answer.text
        parsed: Row = answer.json()
        return parsed

    def ledger(self, start: str = "2026-01-01", end: str = "2026-01-31", **params: str) -> Row:
        """Return the general ledger with explicit debits and credits."""
        return self.report("GeneralLedger", **{"start_date": start, "end_date": end, "columns": COLUMNS, **params})


@pytest.fixture
def served() -> Served:
    return Served()


def sections(rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        if "Rows" in row:
            yield row
            yield from sections(row["Rows"]["Row"])


def section(report: Row, name: str) -> Row:
    return next(
        s
        for s in sections(report["Rows"]["Row"])
        if s.get("Header", {"ColData": [{}]})["ColData"][0].get("value") == name
    )


def lines(rows: list[Row], account: str = "") -> Iterator[tuple[str, list[Row]]]:
    """Yield each data row with the account of its section."""
    for row in rows:
        if "Rows" in row:
            own = row["Header"]["ColData"][0].get("id", "") if "Header" in row else account
            yield from lines(row["Rows"]["Row"], own)
        elif "ColData" in row:
            yield account, row["ColData"]


def keys(report: Row) -> list[str]:
    return [c["MetaData"][-1]["Value"] for c in report["Columns"]["Column"]]


def minor(text: str) -> int:
    return int(Decimal(text or "0") * 100)


def posted(report: Row) -> dict[str, int]:
    """Return debit minus credit by account over the rows of a ledger."""
    debit, credit = keys(report).index("debt_amt"), keys(report).index("credit_amt")
    sums: dict[str, int] = defaultdict(int)
    for account, cells in lines(report["Rows"]["Row"]):
        sums[account] += minor(cells[debit]["value"]) - minor(cells[credit]["value"])
    return {account: amount for account, amount in sums.items() if amount}


def test_the_ledger_lists_every_line_once_and_balances_by_transaction(served: Served) -> None:
    report = served.ledger("2025-01-01", "2026-12-31")
    kind, debit, credit = (keys(report).index(key) for key in ("txn_type", "debt_amt", "credit_amt"))
    by_txn: dict[str, int] = defaultdict(int)
    count = 0
    for account, cells in lines(report["Rows"]["Row"]):
        if account and "id" in cells[kind]:
            count += 1
            by_txn[cells[kind]["id"]] += minor(cells[debit]["value"]) - minor(cells[credit]["value"])
    assert count == served.company.engine.lines_posted
    assert set(by_txn.values()) == {0}


def test_parents_nest_as_on_the_platform(served: Served) -> None:
    report = served.ledger()
    services = section(report, "Services")
    assert "id" not in services["Header"]["ColData"][0]  # rule 2: no own postings
    automobile = section(report, "Automobile")
    assert automobile["Header"]["ColData"][0]["id"] == served.company.ids["Automobile"]
    own, fuel = automobile["Rows"]["Row"]
    assert "Header" not in own  # rule 3: its own rows stand in a section without a header
    assert fuel["Header"]["ColData"][0]["value"] == "Fuel"
    debit = keys(report).index("debt_amt")
    assert (own["Summary"]["ColData"][debit]["value"], automobile["Summary"]["ColData"][debit]["value"]) == (
        "12.20",
        "46.70",
    )
    assert automobile["Summary"]["ColData"][0]["value"] == "Total for Automobile with sub-accounts"


def test_beginning_balances_stand_in_the_balance_column_alone(served: Served) -> None:
    report = served.ledger("2026-01-15")
    first = section(report, "Checking")["Rows"]["Row"][0]["ColData"]
    filled = {key: cell["value"] for key, cell in zip(keys(report), first, strict=True) if cell["value"]}
    assert filled == {"tx_date": "Beginning Balance", "rbal_nat_amount": "9913.70"}
    mid_year = section(report, "Automobile")["Rows"]["Row"]  # an expense has one too: its year to date
    assert mid_year[0]["Rows"]["Row"][0]["ColData"][keys(report).index("rbal_nat_amount")]["value"] == "12.20"


def test_the_first_month_of_the_year_begins_expenses_at_zero(served: Served) -> None:
    rows = section(served.ledger(), "Utilities (deleted)")["Rows"]["Row"]
    assert rows[0]["ColData"][0]["value"] == "2026-01-10"


def test_amounts_are_signed_by_nature_but_debits_are_debits(served: Served) -> None:
    report = served.ledger(columns="tx_date,txn_type,debt_amt,credit_amt,subt_nat_amount")
    card = section(report, "Mastercard")["Rows"]["Row"]
    paid = next(row["ColData"] for row in card if row["ColData"][1]["value"] == "Credit Card Payment")
    assert [cell["value"] for cell in paid[2:]] == ["40.00", "", "-40.00"]


def test_cells_carry_ids_names_and_tags(served: Served) -> None:
    report, ids = served.ledger(), served.company.ids
    place = keys(report).index
    receivable = section(report, "Accounts Receivable")["Rows"]["Row"][0]["ColData"]
    assert receivable[place("name")] == {"value": "Acme:Site 2", "id": ids["Site 2"]}
    assert receivable[place("txn_type")] == {"value": "Invoice", "id": ids["invoice"]}
    assert receivable[place("split_acc")] == {"value": "-Split-", "id": ""}
    power = section(report, "Utilities (deleted)")["Rows"]["Row"][0]["ColData"]
    assert power[place("klass_name")] == {"value": "West", "id": ids["West"]}
    assert power[place("cust_name")] == {"value": "Acme", "id": ids["Acme"]}
    fuel = section(report, "Fuel")["Rows"]["Row"]
    assert fuel[0]["ColData"][place("dept_name")] == {"value": "Oakland", "id": ids["Oakland"]}
    assert fuel[0]["ColData"][place("vend_name")]["value"] == "Old Garage (deleted)"
    assert ".50" in {row["ColData"][place("debt_amt")]["value"] for row in fuel}


def test_the_modern_dialect_writes_otherwise_and_means_the_same(served: Served) -> None:
    classic = served.ledger()
    served.sandbox.faults.set("dialect", "modern")
    modern = served.ledger()
    assert posted(modern) == posted(classic)
    place = keys(modern).index
    texts = {cells[place("debt_amt")]["value"] for _, cells in lines(modern["Rows"]["Row"])}
    assert "0.50" in texts
    assert ".50" not in texts
    assert section(modern, "Fuel")["Rows"]["Row"][0]["ColData"][place("dept_name")] == {"value": "Oakland"}
    assert {c[place("split_acc")]["value"] for _, c in lines(modern["Rows"]["Row"])}.isdisjoint({"-Split-"})


def test_system_links_stand_under_no_account(served: Served) -> None:
    report = served.ledger()
    tail = report["Rows"]["Row"][-1]
    assert tail["Header"]["ColData"][0] == {"value": "Not Specified"}
    [row] = tail["Rows"]["Row"]
    assert row["ColData"][keys(report).index("memo")]["value"].startswith("Created by QB Online")
    assert row["ColData"][keys(report).index("debt_amt")]["value"] == ".00"


def test_columns_come_in_the_platforms_order_and_only_where_the_preference_is_on(served: Served) -> None:
    asked = "klass_name,credit_amt,debt_amt,txn_type,tx_date,nonsense,debt_home_amt"
    assert keys(served.ledger(columns=asked)) == ["tx_date", "txn_type", "klass_name", "debt_amt", "credit_amt"]
    served.company.engine.classes = False
    assert "klass_name" not in keys(served.ledger(columns=asked))


def test_several_currencies_have_home_columns() -> None:
    served = Served(small(multicurrency=True))
    report = served.ledger(
        columns="tx_date,txn_type,debt_home_amt,credit_home_amt,debt_amt,rbal_nat_home_amount,currency"
    )
    assert keys(report) == [
        "tx_date",
        "txn_type",
        "currency",
        "debt_amt",
        "debt_home_amt",
        "credit_home_amt",
        "rbal_nat_home_amount",
    ]
    total = section(report, "Fuel")["Summary"]["ColData"]
    assert [cell["value"] for cell in total] == ["Total for Fuel", "", "", "", "34.50", ".20", ""]


def test_filters_split_a_day_without_loss(served: Served) -> None:
    whole, parts = posted(served.ledger()), Counter[str]()
    for kinds in (
        "Bank,CreditCard",
        "AccountsReceivable,AccountsPayable",
        "OtherCurrentAsset,OtherCurrentLiability",
        "Equity",
    ):
        parts.update(posted(served.ledger(account_type=kinds)))
    for kinds in ("Income,OtherIncome", "CostOfGoodsSold,Expense", "OtherExpense"):
        parts.update(posted(served.ledger(account_type=kinds)))
    assert dict(parts) == whole
    fuel = served.company.ids["Fuel"]
    assert posted(served.ledger(account=fuel)) == {fuel: whole[fuel]}


def test_over_the_cap_the_report_breaks_off_with_the_platforms_sentence(served: Served) -> None:
    served.sandbox.faults.set("cell_cap", 100)
    report = served.ledger()
    cells = [row for _, row in lines(report["Rows"]["Row"])]
    assert cells[-1][0]["value"] == CUT_OFF
    assert len(cells) == 6
    assert "ColData" in report["Rows"]["Row"][-1]
    assert "Summary" not in report["Rows"]["Row"][-2]


def trial_balance_of(report: Row) -> dict[str, int]:
    found = {}
    for row in report["Rows"]["Row"]:
        if "ColData" in row:
            account, debit, credit = row["ColData"]
            found[account["id"]] = minor(debit["value"]) - minor(credit["value"])
    return found


def leaves(rows: list[Row], column: int) -> Iterator[tuple[str, int]]:
    """Yield id (or group) and amount of each account of a statement, parents' own amounts too."""
    for row in rows:
        if "Rows" in row:
            first = row["Header"]["ColData"][0]
            if "id" in first:
                yield first["id"], minor(row["Header"]["ColData"][column]["value"])
            yield from leaves(row["Rows"]["Row"], column)
        elif "ColData" in row:
            yield row["ColData"][0].get("id", row.get("group", "")), minor(row["ColData"][column]["value"])


@pytest.mark.parametrize("end", ["2025-12-31", "2026-01-14", "2026-01-31", "2026-02-28"])
def test_trial_balance_is_the_engines_and_sums_to_zero(served: Served, end: str) -> None:
    report = served.report("TrialBalance", start_date=end, end_date=end)
    assert trial_balance_of(report) == balances(served.company.engine, date.fromisoformat(end))
    total = report["Rows"]["Row"][-1]
    assert total["group"] == "GrandTotal"
    assert total["Summary"]["ColData"][1] == total["Summary"]["ColData"][2]


def test_statements_by_month_equal_the_trial_balances(served: Served) -> None:
    params = {"start_date": "2025-11-01", "end_date": "2026-02-28", "summarize_column_by": "Month"}
    sheet, profit = served.report("BalanceSheet", **params), served.report("ProfitAndLoss", **params)
    titles = [c["ColTitle"] for c in sheet["Columns"]["Column"]]
    assert titles == ["", "Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"]
    assert [c["ColTitle"] for c in profit["Columns"]["Column"]] == [*titles, "Total"]
    engine = served.company.engine
    for column, end in (
        (1, date(2025, 11, 30)),
        (2, date(2025, 12, 31)),
        (3, date(2026, 1, 31)),
        (4, date(2026, 2, 28)),
    ):
        expected = balances(engine, end)
        found = dict(leaves(sheet["Rows"]["Row"], column))
        net_income = found.pop("NetIncome", 0)
        for account, amount in found.items():
            sign = 1 if engine.lists.get("Account", account)["Classification"] == "Asset" else -1
            assert sign * amount == expected.pop(account, 0)
        assert net_income == -sum(expected.values())  # what is left are the accounts of the income statement
    assert minor(profit["Rows"]["Row"][-1]["Summary"]["ColData"][3]["value"]) == net_income  # February nets to zero
    january = dict(leaves(profit["Rows"]["Row"], 3))
    assert january[served.company.ids["Automobile"]] == 1220  # a parent's own amount, in its header
    assert january[served.company.ids["Discounts"]] == -300  # contra income is negative


def test_profit_by_class_adds_up_to_the_total(served: Served) -> None:
    params = {"start_date": "2026-01-01", "end_date": "2026-01-31"}
    total = dict(leaves(served.report("ProfitAndLoss", **params)["Rows"]["Row"], 1))
    report = served.report("ProfitAndLoss", **params, summarize_column_by="Classes")
    assert [c["ColTitle"] for c in report["Columns"]["Column"]] == ["", "West", "Not Specified", "Total"]
    by_class: Mapping[int, dict[str, int]] = {n: dict(leaves(report["Rows"]["Row"], n)) for n in (1, 2, 3)}
    assert by_class[3] == total
    assert {a: by_class[1].get(a, 0) + by_class[2].get(a, 0) for a in total} == total


def test_partial_months_are_titled_by_their_days(served: Served) -> None:
    params = {"start_date": "2026-01-01", "end_date": "2026-02-17", "summarize_column_by": "Month"}
    columns = served.report("ProfitAndLoss", **params)["Columns"]["Column"]
    assert columns[2]["ColTitle"] == "Feb 1-17, 2026"
    assert {"Name": "EndDate", "Value": "2026-02-17"} in columns[2]["MetaData"]


def test_the_journal_holds_the_same_lines(served: Served) -> None:
    report = served.report("JournalReport", start_date="2026-01-01", end_date="2026-01-31")
    place = keys(report).index
    sums: dict[str, int] = defaultdict(int)
    dates = set()
    for row in report["Rows"]["Row"]:
        if "ColData" in row and row["ColData"][place("txn_type")].get("id"):
            cells = row["ColData"]
            dates.add(cells[place("tx_date")]["value"])
            sums[cells[place("account_name")]["id"]] += minor(cells[place("debt_amt")]["value"]) - minor(
                cells[place("credit_amt")]["value"]
            )
    assert {a: v for a, v in sums.items() if v} == posted(served.ledger())
    assert "0-00-00" in dates
    assert "klass_name" not in keys(report)


def test_the_transaction_list_finds_what_was_changed_since_a_day(served: Served) -> None:
    wide = {"start_date": "2020-01-01", "end_date": "2030-12-31"}
    everything = served.report("TransactionList", **wide)
    assert len(everything["Rows"]["Row"]) == len(served.company.engine.journal.txns)
    served.company.engine.edit(served.company.ids["Payroll Check"], {"PrivateNote": "corrected"})
    report = served.report("TransactionList", start_moddate="2026-03-02", columns="txn_type,memo", **wide)
    assert {row["ColData"][0]["value"] for row in report["Rows"]["Row"]} == {"Payroll Check"}


def test_empty_reports_are_as_documented(served: Served) -> None:
    old = {"start_date": "2020-01-01", "end_date": "2020-01-31"}
    for name in ("GeneralLedger", "TrialBalance"):
        report = served.report(name, **old)
        assert report["Rows"] == {}
        assert {"Name": "NoReportData", "Value": "true"} in report["Header"]["Option"]
    shell = served.report("ProfitAndLoss", **old)["Rows"]["Row"][0]
    assert shell["Header"]["ColData"] == [{"value": "Income"}]


def test_no_dates_mean_the_fiscal_year_to_date(served: Served) -> None:
    head = served.report("GeneralLedger")["Header"]
    assert (head["StartPeriod"], head["EndPeriod"], head["ReportBasis"]) == ("2026-01-01", "2026-03-02", "Accrual")


def test_cash_basis_is_refused_rather_than_invented(served: Served) -> None:
    answer = served.http.get("reports/TrialBalance", params={"accounting_method": "Cash"})
    assert answer.status_code == 400
