"""The balance sheet and the profit and loss, in the platform's standard layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tieout.providers.xero.sandbox.chart import BANK_GAIN, EARNINGS, REALISED, UNREALISED
from tieout.providers.xero.sandbox.columns import Column, earnings_columns, standing_columns
from tieout.providers.xero.sandbox.figures import (
    Amounts,
    accrual,
    asked_day,
    by_name,
    earnings_marks,
    is_profit_and_loss,
    long_day,
    money,
    report,
    row,
    section,
)
from tieout.providers.xero.sandbox.values import ZERO, Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

# What the row of the running year bears in place of an account; no account has it ([INF] beyond its first digits).
CURRENT_YEAR = "abababab-abab-abab-abab-abababababab"
FX_GROUP = "FXGROUPID"
_FX = (BANK_GAIN, REALISED, UNREALISED)


class Part(NamedTuple):
    """A section of a statement: its title, the types of account in it, and +1 where a debit is shown positive."""

    title: str
    types: tuple[str, ...]
    sign: int


_ASSETS = (
    Part("Bank", ("BANK",), 1),
    Part("Current Assets", ("CURRENT", "INVENTORY", "PREPAYMENT"), 1),
    Part("Fixed Assets", ("FIXED",), 1),
    Part("Non-current Assets", ("NONCURRENT",), 1),
)
_LIABILITIES = (
    Part("Current Liabilities", ("CURRLIAB", "PAYG"), -1),
    Part("Liabilities", ("LIABILITY",), -1),
    Part("Non-current Liabilities", ("TERMLIAB",), -1),
)
_INCOME = Part("Income", ("REVENUE", "SALES"), -1)
_DIRECT = Part("Less Cost of Sales", ("DIRECTCOSTS",), 1)
_OTHER = Part("Plus Other Income", ("OTHERINCOME",), -1)
_COSTS = Part("Less Operating Expenses", ("EXPENSE", "OVERHEADS", "DEPRECIATN"), 1)


class _Rows:
    """Puts a statement's rows together; each row has a figure for each column."""

    def __init__(self, org: Organisation, columns: Sequence[Column]) -> None:
        self.org = org
        self.columns = columns
        self.rows = [row(["", *(column.title for column in columns)], kind="Header")]

    def part(self, part: Part, *, keep: Callable[[Json], bool] = lambda _: True) -> list[Decimal]:
        """Add a section with its total, if anything stands in it; return the total as shown."""
        total, lines = [ZERO] * len(self.columns), []
        for account in by_name(self.org):
            if account["Type"] not in part.types or not keep(account):
                continue
            figures = [part.sign * column.amounts.get(account["AccountID"], ZERO) for column in self.columns]
            if any(figures):
                total = _added(total, figures)
                lines.append(self.line(account["Name"], figures, account["AccountID"]))
        return self.close(part.title, lines, total)

    def close(self, title: str, lines: list[Json], total: list[Decimal]) -> list[Decimal]:
        """Add a section of rows with its total; none where it has no rows."""
        if lines:
            words = title.removeprefix("Less ").removeprefix("Plus ")
            self.rows.append(section(title, [*lines, self.line(f"Total {words}", total, kind="SummaryRow")]))
        return total

    def foot(self, title: str, figures: list[Decimal], *, kind: str = "SummaryRow") -> None:
        """Add a figure that is no account's, in a section of its own."""
        self.rows.append(section("", [self.line(title, figures, kind=kind)]))

    def line(
        self, name: str, figures: list[Decimal], account: str = "", *, kind: str = "Row", more: Sequence[Json] = ()
    ) -> Json:
        """Return a row of figures."""
        return row([name, *(money(self.org, figure) for figure in figures)], account, kind=kind, more=more)


def _added(one: Sequence[Decimal], other: Sequence[Decimal], sign: int = 1) -> list[Decimal]:
    return [left + sign * right for left, right in zip(one, other, strict=True)]


def balance_sheet(org: Organisation, params: Mapping[str, str]) -> Json:
    """Return the report as at a ``date`` and earlier ones (``periods``, ``timeframe``)."""
    accrual(params)
    day = asked_day(org, params)
    rows = _Rows(org, standing_columns(org, day, params))
    nothing = [ZERO] * len(rows.columns)
    assets = liabilities = nothing
    rows.rows.append(section("Assets", []))
    for part in _ASSETS:
        assets = _added(assets, rows.part(part))
    rows.foot("Total Assets", assets)
    rows.rows.append(section("Liabilities", []))
    for part in _LIABILITIES:
        liabilities = _added(liabilities, rows.part(part))
    rows.foot("Total Liabilities", liabilities)
    rows.foot("Net Assets", _added(assets, liabilities, -1), kind="Row")
    _equity(rows, day)
    return report(org, "BalanceSheet", "Balance Sheet", f"As at {long_day(day)}", rows.rows)


def _equity(rows: _Rows, day: date) -> None:
    org = rows.org
    running = [_earned(org, column.amounts, column.before) for column in rows.columns]
    total, lines = running, []
    if any(running):
        lines.append(rows.line("Current Year Earnings", running, CURRENT_YEAR))
    for account in by_name(org):
        if account["Type"] != "EQUITY":
            continue
        is_earnings = account.get("SystemAccount") == EARNINGS
        figures = [
            -column.amounts.get(account["AccountID"], ZERO) + (_earned(org, column.before, {}) if is_earnings else ZERO)
            for column in rows.columns
        ]
        if any(figures):
            total = _added(total, figures)
            marks = earnings_marks(org, account, day)
            lines.append(rows.line(account["Name"], figures, account["AccountID"], more=marks))
    rows.close("Equity", lines, total)


def _earned(org: Organisation, amounts: Amounts, before: Amounts) -> Decimal:
    """Return the profit between two days, positive where something was earned."""
    profit = (amount for account, amount in amounts.items() if is_profit_and_loss(org, account))
    earlier = (amount for account, amount in before.items() if is_profit_and_loss(org, account))
    return sum(earlier, ZERO) - sum(profit, ZERO)


def profit_and_loss(org: Organisation, params: Mapping[str, str]) -> Json:
    """Return the report of a span of days and earlier ones, or by the options of a tracking category."""
    accrual(params)
    columns, first, last = earnings_columns(org, params)
    rows = _Rows(org, columns)
    merged = org.country != "US"  # one row for all currency gains, everywhere but in the United States
    income, direct = rows.part(_INCOME), rows.part(_DIRECT)
    gross = _added(income, direct, -1)
    rows.foot("Gross Profit", gross, kind="Row")
    other = rows.part(_OTHER)
    costs = _costs(rows) if merged else rows.part(_COSTS)
    rows.foot("Net Profit", _added(_added(gross, other), costs, -1), kind="Row")
    title = f"{long_day(first)} to {long_day(last)}"
    return report(org, "ProfitAndLoss", "Profit and Loss", title, rows.rows)


def _costs(rows: _Rows) -> list[Decimal]:
    """Add the costs with all currency gains in one row, which stands for no single account."""
    org = rows.org
    total, lines, of_rates = [ZERO] * len(rows.columns), [], [ZERO] * len(rows.columns)
    for account in by_name(org):
        if account["Type"] not in _COSTS.types:
            continue
        figures = [column.amounts.get(account["AccountID"], ZERO) for column in rows.columns]
        total = _added(total, figures)
        if account.get("SystemAccount") in _FX:
            of_rates = _added(of_rates, figures)
        elif any(figures):
            lines.append(rows.line(account["Name"], figures, account["AccountID"]))
    if any(of_rates):
        lines.append(rows.line("Foreign Currency Gains and Losses", of_rates, FX_GROUP))
        lines.sort(key=lambda line: str(line["Cells"][0]["Value"]).casefold())
    return rows.close(_COSTS.title, lines, total)
