"""The executive summary: a month beside the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox.bank_summary import cash
from tieout.providers.xero.sandbox.chart import CREDITORS, DEBTORS
from tieout.providers.xero.sandbox.figures import (
    MONTHS,
    asked_day,
    is_profit_and_loss,
    ledger,
    money,
    month_end,
    month_start,
    months_back,
    movement,
    report,
    row,
    section,
)
from tieout.providers.xero.sandbox.values import ZERO, Json, rounded

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_Figures = dict[str, dict[str, Decimal]]


def executive_summary(org: Organisation, params: Mapping[str, str]) -> Json:
    """Return the report of the month of a ``date``."""
    day = month_end(asked_day(org, params))
    earlier = months_back(day, 1)
    now, then = _figures(org, day), _figures(org, earlier)
    names = [f"{MONTHS[at.month - 1][:3]} {at.year}" for at in (day, earlier)]
    rows = [row(["", *names, "Variance"], kind="Header")]
    for title, figures in now.items():
        lines = []
        for name, figure in figures.items():
            before = then[title][name]
            lines.append(row([name, _shown(org, name, figure), _shown(org, name, before), _change(figure, before)]))
        rows.append(section(title, lines))
    title = f"For the month of {MONTHS[day.month - 1]} {day.year}"
    return report(org, "ExecutiveSummary", "Executive Summary", title, rows)


def _shown(org: Organisation, name: str, figure: Decimal) -> str:
    return str(figure) if name.startswith("Number") else money(org, figure)


def _change(now: Decimal, then: Decimal) -> str:
    change = (now - then) / abs(then) * 100 if then else ZERO
    return f"{rounded(change, 1)}%"


def _figures(org: Organisation, day: date) -> _Figures:
    first = month_start(day)
    received, spent = (sum(side.values(), ZERO) for side in cash(org, first, day))
    moved, stands = movement(org, first, day), ledger(org, day)
    accounts = org.documents["Accounts"]

    def of(*types: str) -> Decimal:
        return sum((amount for id_, amount in moved.items() if accounts[id_]["Type"] in types), ZERO)

    income, direct, other = -of("REVENUE", "SALES"), of("DIRECTCOSTS"), -of("OTHERINCOME")
    costs = of("EXPENSE", "OVERHEADS", "DEPRECIATN")
    banks = sum((amount for id_, amount in stands.items() if accounts[id_]["Type"] == "BANK"), ZERO)
    net = sum(
        (
            amount
            for id_, amount in stands.items()
            if not is_profit_and_loss(org, id_) and accounts[id_]["Class"] != "EQUITY"
        ),
        ZERO,
    )
    issued = [
        one
        for one in org.documents["Invoices"].values()
        if one["Type"] == "ACCREC" and one["Status"] in ("AUTHORISED", "PAID") and first <= one["Date"] <= day
    ]
    return {
        "Cash": {
            "Cash received": received,
            "Cash spent": spent,
            "Cash surplus (deficit)": received - spent,
            "Closing bank balance": banks,
        },
        "Profitability": {
            "Income": income,
            "Direct costs": direct,
            "Gross profit (loss)": income - direct,
            "Other Income": other,
            "Expenses": costs,
            "Profit (loss)": income - direct + other - costs,
        },
        "Balance Sheet": {
            "Debtors": stands.get(org.refs.system(DEBTORS)["AccountID"], ZERO),
            "Creditors": stands.get(org.refs.system(CREDITORS)["AccountID"], ZERO),
            "Net assets": net,
        },
        "Income": {
            "Number of invoices issued": Decimal(len(issued)),
            "Average value of invoices": rounded(income / len(issued), org.digits) if issued else ZERO,
        },
    }
