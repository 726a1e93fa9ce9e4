"""The sandbox's reports: as an accountant would write them down, and as sums of the journals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.engine import BadDocument, Organisation
from tieout.providers.xero.sandbox.large import large
from tieout.providers.xero.sandbox.small import Small, line, small
from tieout.providers.xero.sandbox.values import Json

FEBRUARY = {"date": "2026-02-28"}


@pytest.fixture
def shop() -> Small:
    return small()


@pytest.fixture(scope="module")
def grown() -> Organisation:
    return large(6_000, Clock.at(date(2026, 11, 20)))


def table(report: Json) -> str:
    """Return a report as a person reads it: names to the left, figures in columns, sections above their rows."""
    rows: list[list[str]] = []
    for part in report["Rows"]:
        if part["RowType"] == "Section" and part["Title"]:
            rows.append([part["Title"]])
        indent = "  " if part["RowType"] == "Section" and part["Title"] else ""
        for row in part.get("Rows", [part]):
            if "Cells" in row:
                cells = [cell["Value"] for cell in row["Cells"]]
                rows.append([indent + cells[0], *cells[1:]])
    widths = [max(len(row[place]) for row in rows if place < len(row)) for place in range(max(map(len, rows)))]
    lines = [
        "  ".join(cell.ljust(widths[0]) if not place else cell.rjust(widths[place]) for place, cell in enumerate(row))
        for row in rows
    ]
    return "\n" + "\n".join(line.rstrip() for line in lines) + "\n"


def figures(report: Json, column: int) -> dict[str, Decimal]:
    """Return a column's figures by account, without totals."""
    found = {}
    for part in report["Rows"]:
        for row in part.get("Rows", ()):
            marks = row["Cells"][column].get("Attributes", ())
            account = next((mark["Value"] for mark in marks if mark["Id"] == "account"), "")
            if account and row["Cells"][column]["Value"]:
                found[account] = Decimal(row["Cells"][column]["Value"])
    return found


TRIAL_BALANCE = """
Account                           Debit   Credit  YTD Debit  YTD Credit
Revenue
  Interest (270)                            0.00                   4.10
  Sales (200)                               0.00                 356.67
Expenses
  Bank fees (404)                 40.00               40.00
  Bank Revaluations (497)          2.25                2.25
  Cost of flowers (310)            0.00               32.00
  Depreciation (416)               0.00              200.00
  Realised Currency Gains (499)    4.00                4.00
  Rent (469)                     500.00             1500.00
  Telephone (489)                 50.00               30.00
  Unrealised Currency Gains (498)  1.43                4.17
  Wages (477)                      0.00             2000.00
Assets
  Accounts Receivable (610)               251.43     131.00
  Card (093)                               57.50                  57.50
  Cheque (090)                   109.99             2172.99
  Depreciation of the van (711)             0.00                 200.00
  Dollar account (092)            93.75               93.75
  Savings (091)                    0.00              254.10
  Van (710)                        0.00            12000.00
  Vases in stock (630)             0.00               48.00
Liabilities
  Accounts Payable (800)                    0.00                  80.00
  Accruals (803)                          500.00                 500.00
  GST (820)                        7.50              126.00
  Historical Adjustment (840)               0.00                1000.00
  Rounding (860)                   0.01                0.01
  Tax withheld (825)                        0.00                 440.00
Equity
  Owner's capital (970)                     0.00               16000.00
Total                            808.93   808.93   18638.27    18638.27
"""


def squeezed(text: str) -> list[list[str]]:
    return [row.split("  ") and [part.strip() for part in row.split("  ") if part.strip()] for row in text.split("\n")]


def test_the_trial_balance_is_what_an_accountant_writes(shop: Small) -> None:
    report = shop.org.report("TrialBalance", FEBRUARY)
    assert squeezed(table(report)) == squeezed(TRIAL_BALANCE)
    assert report["ReportTitles"] == ["Trial Balance", "Maple Florist", "As at 28 February 2026"]
    assert report["ReportDate"] == "3 March 2026"  # Auckland is a day ahead


BALANCE_SHEET = """
                           28 Feb 2026  31 Jan 2026
Assets
Bank
  Card                          -57.50         0.00
  Cheque                       2172.99      2063.00
  Dollar account                 93.75         0.00
  Savings                       254.10       254.10
  Total Bank                   2463.34      2317.10
Current Assets
  Accounts Receivable           131.00       382.43
  Vases in stock                 48.00        48.00
  Total Current Assets          179.00       430.43
Fixed Assets
  Depreciation of the van      -200.00      -200.00
  Van                         12000.00     12000.00
  Total Fixed Assets          11800.00     11800.00
Total Assets                  14442.34     14547.53
Liabilities
Current Liabilities
  Accounts Payable               80.00        80.00
  Accruals                      500.00         0.00
  GST                          -126.00      -118.50
  Historical Adjustment        1000.00      1000.00
  Rounding                       -0.01         0.00
  Tax withheld                  440.00       440.00
  Total Current Liabilities    1893.99      1401.50
Total Liabilities              1893.99      1401.50
Net Assets                    12548.35     13146.03
Equity
  Current Year Earnings       -3451.65     -2853.97
  Owner's capital             16000.00     16000.00
  Total Equity                12548.35     13146.03
"""

PROFIT_AND_LOSS = """
                                     28 Feb 2026  28 Jan 2026
Income
  Sales                                     0.00       366.67
  Total Income                              0.00       366.67
Less Cost of Sales
  Cost of flowers                           0.00        32.00
  Total Cost of Sales                       0.00        32.00
Gross Profit                                0.00       334.67
Less Operating Expenses
  Bank fees                                40.00         0.00
  Foreign Currency Gains and Losses         7.68         0.00
  Rent                                    500.00      1000.00
  Telephone                                50.00       -20.00
  Total Operating Expenses                597.68       980.00
Net Profit                               -597.68      -645.33
"""

BANK_SUMMARY = """
Bank Accounts   Opening Balance  Cash Received  Cash Spent  Closing Balance
Card                       0.00           0.00       57.50           -57.50
Cheque                  2063.00         180.00       70.01          2172.99
Dollar account             0.00          96.00        0.00            96.00
Savings                  254.10           0.00        0.00           254.10
Total                   2317.10         276.00      127.51          2465.59
"""


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("BalanceSheet", {"date": "2026-02-28", "periods": "1"}, BALANCE_SHEET),
        ("ProfitAndLoss", {"fromDate": "2026-02-01", "toDate": "2026-02-28", "periods": "1"}, PROFIT_AND_LOSS),
        ("BankSummary", {"fromDate": "2026-02-01", "toDate": "2026-02-28"}, BANK_SUMMARY),
    ],
)
def test_statements_are_what_an_accountant_writes(
    shop: Small, name: str, params: Mapping[str, str], expected: str
) -> None:
    assert squeezed(table(shop.org.report(name, params))) == squeezed(expected)


def test_reports_are_sums_of_the_journals(grown: Organisation) -> None:
    """Each account of each trial balance, counted by reading every journal line."""
    grown.rates = type(grown.rates)()  # without rates nothing is revalued, so nothing but journals is in reports
    accounts = grown.documents["Accounts"]
    earnings = grown.refs.system("RETAINEDEARNINGS")["AccountID"]
    for day in (date(2024, 2, 29), date(2025, 1, 31), date(2025, 12, 31), date(2026, 7, 17)):
        year, month = date(day.year, 1, 1), day.replace(day=1)
        stands: dict[str, Decimal] = {}
        moved: dict[str, Decimal] = {}
        for journal in grown.journals:
            for it in journal.lines:
                own = it.account["AccountID"]
                if month <= journal.day <= day:
                    moved[own] = moved.get(own, Decimal(0)) + it.net
                if journal.day <= day:
                    ended = accounts[own]["Class"] in ("REVENUE", "EXPENSE") and journal.day < year
                    place = earnings if ended else own
                    stands[place] = stands.get(place, Decimal(0)) + it.net
        report = grown.report("TrialBalance", {"date": day.isoformat()})
        debits, credits_ = figures(report, 3), figures(report, 4)
        shown = {own: debits.get(own, Decimal(0)) - credits_.get(own, Decimal(0)) for own in debits | credits_}
        assert {own: it for own, it in shown.items() if it} == {own: it for own, it in stands.items() if it}
        debits, credits_ = figures(report, 1), figures(report, 2)
        shown = {own: debits.get(own, Decimal(0)) - credits_.get(own, Decimal(0)) for own in debits | credits_}
        assert {own: it for own, it in shown.items() if it} == {own: it for own, it in moved.items() if it}


def foot(report: Json, name: str, column: int = 1) -> Decimal:
    for part in report["Rows"]:
        for row in part.get("Rows", ()):
            if row["Cells"][0]["Value"] == name:
                return Decimal(row["Cells"][column]["Value"])
    raise AssertionError(name)


def test_the_balance_sheet_balances_and_its_earnings_are_the_profit_and_loss() -> None:
    grown = large(6_000, Clock.at(date(2026, 11, 20)))
    sheet = grown.report("BalanceSheet", {"date": "2026-10-31", "periods": "11"})
    for column in range(1, 13):
        assert foot(sheet, "Net Assets", column) == foot(sheet, "Total Equity", column)
    year = grown.report("ProfitAndLoss", {"fromDate": "2026-01-01", "toDate": "2026-10-31"})
    assert foot(year, "Net Profit") == foot(sheet, "Current Year Earnings")
    months = grown.report("ProfitAndLoss", {"fromDate": "2026-10-01", "toDate": "2026-10-31", "periods": "9"})
    assert sum(foot(months, "Net Profit", column) for column in range(1, 11)) == foot(year, "Net Profit")


def test_a_year_that_ends_becomes_retained_earnings(shop: Small) -> None:
    before = shop.org.report("BalanceSheet", {"date": "2026-03-31"})
    after = shop.org.report("BalanceSheet", {"date": "2026-04-01"})
    assert foot(after, "Retained Earnings") == foot(before, "Current Year Earnings")
    report = shop.org.report("TrialBalance", {"date": "2026-04-30"})
    assert "Sales (200)" not in table(report)
    marks = [
        {mark["Id"]: mark["Value"] for mark in row["Cells"][0]["Attributes"]}
        for part in report["Rows"]
        for row in part.get("Rows", ())
        if row["Cells"][0]["Value"] == "Retained Earnings (960)"
    ]
    assert marks == [{"account": shop.org.refs.system("RETAINEDEARNINGS")["AccountID"], "fromDate": "",
                      "toDate": "3/31/2026"}]  # fmt: skip


def test_what_rates_change_is_in_reports_and_in_no_journal(shop: Small) -> None:
    org = shop.org
    count, day = len(org.journals), {"date": "2026-03-31"}
    before = org.report("TrialBalance", day)
    org.set_rate("USD", date(2026, 3, 31), "0.50")
    after = org.report("TrialBalance", day)
    assert len(org.journals) == count
    moved = {
        org.documents["Accounts"][own]["Name"]: after_ - figures(before, 3)[own]
        for own, after_ in figures(after, 3).items()
        if own in figures(before, 3) and after_ != figures(before, 3)[own]
    }
    # 60 dollars in the bank: 93.75 at 0.64, 120.00 at 0.50; 40 dollars owed to the shop: 62.50, then 80.00.
    assert moved == {"Dollar account": Decimal("26.25"), "Accounts Receivable": Decimal("17.50")}
    assert foot(after, "Bank Revaluations (497)", 4) == Decimal("24.00")
    assert foot(after, "Unrealised Currency Gains (498)", 4) == Decimal("13.33")


def test_a_tracking_option_shows_what_bears_it(shop: Small) -> None:
    org = shop.org
    region = org.document("TrackingCategories", shop.ids["Region"])
    north, south = (option["TrackingOptionID"] for option in region["Options"])
    span = {"fromDate": "2026-01-01", "toDate": "2026-01-31"}
    assert foot(org.report("ProfitAndLoss", {**span, "trackingOptionID": north}), "Net Profit") == -1000
    assert foot(org.report("ProfitAndLoss", {**span, "trackingOptionID": south}), "Total Income") == 110
    by_option = org.report("ProfitAndLoss", {**span, "trackingCategoryID": shop.ids["Region"]})
    assert [cell["Value"] for cell in by_option["Rows"][0]["Cells"]] == ["", "North", "South", "Unassigned", "Total"]
    assert foot(by_option, "Net Profit", 4) == sum(foot(by_option, "Net Profit", column) for column in (1, 2, 3))


def test_spans_that_end_on_a_thirtieth_leave_the_thirty_first_out(shop: Small) -> None:
    bank = {"Type": "RECEIVE", "BankAccount": {"Code": "091"}, "LineAmountTypes": "NoTax"}
    shop.add("last day", "BankTransactions", date(2025, 12, 31), LineItems=[line("270", 7)], **bank)
    span = {"fromDate": "2026-04-01", "toDate": "2026-04-30", "periods": "4"}
    assert foot(shop.org.report("ProfitAndLoss", span), "Net Profit", 5) == 0
    span = {"fromDate": "2026-01-01", "toDate": "2026-01-31", "periods": "1"}
    assert foot(shop.org.report("ProfitAndLoss", span), "Net Profit", 2) == 7


def test_the_executive_summary_is_the_month_beside_the_last(shop: Small) -> None:
    report = shop.org.report("ExecutiveSummary", FEBRUARY)
    assert report["ReportTitles"][2] == "For the month of February 2026"
    shown = {row["Cells"][0]["Value"]: row["Cells"][1]["Value"] for part in report["Rows"][1:] for row in part["Rows"]}
    assert shown["Cash received"] == "276.00"
    assert shown["Profit (loss)"] == "-597.68"
    assert shown["Net assets"] == "12548.35"
    assert shown["Number of invoices issued"] == "0"


def test_the_budget_summary_adds_the_months_of_a_period(shop: Small) -> None:
    sales = [{"Period": f"2026-{month:02d}", "Amount": 100 * month} for month in range(1, 7)]
    rent = [{"Period": "2026-02", "Amount": 40}]
    lines = [{"AccountCode": "200", "BudgetBalances": sales}, {"AccountCode": "469", "BudgetBalances": rent}]
    shop.org.create("Budgets", {"BudgetLines": lines})
    report = shop.org.report("BudgetSummary", {"date": "2026-01-31", "periods": "2", "timeframe": "3"})
    assert squeezed(table(report)) == squeezed(
        """
Account         Jan-26  Apr-26
Income
  Sales         600.00  1500.00
  Total Income  600.00  1500.00
Expenses
  Rent            40.00    0.00
  Total Expenses  40.00    0.00
Net Profit       560.00 1500.00
""".replace("    0.00", "  0.00").replace(" 1500.00", "  1500.00")
    )


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("TrialBalance", {"date": "soon"}),
        ("TrialBalance", {"paymentsOnly": "true"}),
        ("BalanceSheet", {"periods": "13"}),
        ("BalanceSheet", {"timeframe": "WEEK"}),
        ("ProfitAndLoss", {"fromDate": "2026-02-01", "toDate": "2026-01-31"}),
        ("BudgetSummary", {"timeframe": "2"}),
    ],
)
def test_parameters_that_mean_nothing_are_refused(shop: Small, name: str, params: Mapping[str, str]) -> None:
    with pytest.raises(BadDocument):
        shop.org.report(name, params)


def test_amounts_have_the_decimals_of_the_currency() -> None:
    for currency, shown in (("JPY", "12.00"), ("NZD", "12.00"), ("KWD", "12.000")):
        org = Organisation(tenant="t", name="n", currency=currency, clock=Clock.at(date(2026, 1, 31)))
        cash = org.create("Accounts", {"Name": "Cash", "Type": "BANK"})
        sales = org.create("Accounts", {"Name": "Sales", "Code": "200", "Type": "REVENUE"})
        lines = [{"AccountID": cash, "NetAmount": 12}, {"AccountID": sales, "NetAmount": -12}]
        org.post_system(date(2026, 1, 1), lines)
        assert foot(org.report("TrialBalance", {}), "Cash") == 12
        assert table(org.report("TrialBalance", {})).count(shown) == 8
        assert org.balances(date(2026, 1, 1) - timedelta(days=1)) == {}
