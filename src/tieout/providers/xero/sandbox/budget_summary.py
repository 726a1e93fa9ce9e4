"""The budget summary: the overall budget by account and period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox.figures import (
    MONTHS,
    asked_day,
    asked_number,
    money,
    months_back,
    report,
    row,
    section,
)
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_SPANS = (1, 3, 12)  # months in a period: the platform's timeframe


def budget_summary(org: Organisation, params: Mapping[str, str]) -> Json:
    """Return the report of ``periods`` (12) of ``timeframe`` months (1, 3 or 12) from the month of a ``date`` on."""
    start = asked_day(org, params).replace(day=1)
    count, span = asked_number(params, "periods", 12, 12), asked_number(params, "timeframe", 1, 12)
    if span not in _SPANS or not count:
        raise BadDocument(f"timeframe is one of {_SPANS}, periods 1 to 12")
    periods = [months_back(start, -span * place) for place in range(count)]
    header = ["Account", *(f"{MONTHS[at.month - 1][:3]}-{at.year % 100:02d}" for at in periods)]
    rows = [row(header, kind="Header")]
    totals = {}
    for title, class_, foot in (("Income", "REVENUE", "Total Income"), ("Expenses", "EXPENSE", "Total Expenses")):
        lines, total = [], [ZERO] * count
        for account, budget in sorted(_budgets(org).items(), key=lambda one: _name(org, one[0]).casefold()):
            if org.documents["Accounts"][account]["Class"] != class_:
                continue
            figures = [_within(budget, at, span) for at in periods]
            total = [one + other for one, other in zip(total, figures, strict=True)]
            lines.append(row([_name(org, account), *(money(org, figure) for figure in figures)], account))
        totals[class_] = total
        lines.append(row([foot, *(money(org, figure) for figure in total)], kind="SummaryRow"))
        rows.append(section(title, lines))
    net = [income - cost for income, cost in zip(totals["REVENUE"], totals["EXPENSE"], strict=True)]
    rows.append(section("", [row(["Net Profit", *(money(org, figure) for figure in net)], kind="SummaryRow")]))
    last = months_back(periods[-1], 1 - span)
    title = f"{MONTHS[start.month - 1]} {start.year} to {MONTHS[last.month - 1]} {last.year}"
    return report(org, "BudgetSummary", "Budget Summary", title, rows)


def _name(org: Organisation, account: str) -> str:
    return str(org.documents["Accounts"][account]["Name"])


def _budgets(org: Organisation) -> dict[str, dict[str, Decimal]]:
    """Return the overall budget's amounts by account and month."""
    found: dict[str, dict[str, Decimal]] = {}
    for budget in org.documents["Budgets"].values():
        if budget["Type"] == "OVERALL":
            for line in budget["BudgetLines"]:
                months = found.setdefault(line["AccountID"], {})
                for balance in line["BudgetBalances"]:
                    months[balance["Period"]] = months.get(balance["Period"], ZERO) + balance["Amount"]
    return found


def _within(budget: Mapping[str, Decimal], start: date, span: int) -> Decimal:
    months = (months_back(start, -place) for place in range(span))
    return sum((budget.get(f"{at.year}-{at.month:02d}", ZERO) for at in months), ZERO)
