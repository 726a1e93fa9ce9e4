"""The trial balance: what moved this month, and what stands, each as debit or credit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox.figures import (
    accrual,
    asked_day,
    by_name,
    earnings_marks,
    long_day,
    money,
    month_start,
    movement,
    report,
    row,
    section,
    standing,
)
from tieout.providers.xero.sandbox.values import ZERO, Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_SECTIONS = {
    "Revenue": "REVENUE",
    "Expenses": "EXPENSE",
    "Assets": "ASSET",
    "Liabilities": "LIABILITY",
    "Equity": "EQUITY",
}


def trial_balance(org: Organisation, params: Mapping[str, str]) -> Json:
    """Return the report as at a ``date``: the month up to it, then the year (or for ever, on the balance sheet)."""
    accrual(params)
    day = asked_day(org, params)
    moved, stands = movement(org, month_start(day), day), standing(org, day)
    rows = [row(["Account", "Debit", "Credit", "YTD Debit", "YTD Credit"], kind="Header")]
    sums = [ZERO] * 4
    for title, class_ in _SECTIONS.items():
        lines = []
        for account in by_name(org):
            id_ = account["AccountID"]
            if account["Class"] != class_ or (id_ not in moved and id_ not in stands):
                continue
            stood = stands.get(id_, ZERO)
            figures = [*_sides(moved.get(id_, ZERO), stood), *_sides(stood)]
            sums = [total + (figure or ZERO) for total, figure in zip(sums, figures, strict=True)]
            cells = ["" if figure is None else money(org, figure) for figure in figures]
            lines.append(row([shown_name(account), *cells], id_, more=earnings_marks(org, account, day)))
        rows.append(section(title, lines))
    rows.append(section("", [row(["Total", *(money(org, total) for total in sums)], kind="SummaryRow")]))
    return report(org, "TrialBalance", "Trial Balance", f"As at {long_day(day)}", rows)


def _sides(amount: Decimal, otherwise: Decimal = ZERO) -> tuple[Decimal | None, Decimal | None]:
    """Return an amount as debit and credit; a zero stands on the side of ``otherwise``."""
    return (amount, None) if (amount or otherwise) >= 0 else (None, -amount)


def shown_name(account: Json) -> str:
    """Return an account's name with its code, where it has one."""
    return f"{account['Name']} ({account['Code']})" if account.get("Code") else str(account["Name"])
