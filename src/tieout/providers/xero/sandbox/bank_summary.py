"""The bank summary: what each bank account opened with, took in, gave out and closed with, in base currency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox.figures import (
    Amounts,
    asked_day,
    by_name,
    long_day,
    money,
    month_start,
    report,
    row,
    section,
)
from tieout.providers.xero.sandbox.values import ZERO, Json, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


def cash(org: Organisation, first: date, last: date) -> tuple[Amounts, Amounts]:
    """Return what came in and what went out of each bank account, both positive.

    What a document posted, took back and posted again counts once.
    """
    moved: dict[tuple[str, str], Decimal] = {}
    for journal in org.journals:
        if first <= journal.day <= last:
            for line in journal.lines:
                if line.account["Type"] == "BANK":
                    key = line.account["AccountID"], journal.source_id or journal.id
                    moved[key] = moved.get(key, ZERO) + line.net
    received: Amounts = {}
    spent: Amounts = {}
    for (account, _), amount in moved.items():
        side = received if amount > 0 else spent
        side[account] = side.get(account, ZERO) + abs(amount)
    return received, spent


def bank_summary(org: Organisation, params: Mapping[str, str]) -> Json:
    """Return the report from ``fromDate`` to ``toDate``, by default the running month."""
    last = asked_day(org, params, "toDate")
    first = to_day(params["fromDate"]) if params.get("fromDate") else month_start(last)
    received, spent = cash(org, first, last)
    rows, sums = [], [ZERO] * 4
    for account in by_name(org):
        if account["Type"] != "BANK":
            continue
        id_ = account["AccountID"]
        opening = org.posted.sums.until(id_, first - timedelta(days=1))
        figures = [opening, received.get(id_, ZERO), spent.get(id_, ZERO), org.posted.sums.until(id_, last)]
        sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
        line = row([account["Name"], *(money(org, figure) for figure in figures)])
        line["Cells"][0]["Attributes"] = [{"Value": id_, "Id": "accountID"}]
        for place in (2, 3):
            line["Cells"][place]["Attributes"] = [{"Value": id_, "Id": "account"}]
        rows.append(line)
    rows.append(row(["Total", *(money(org, total) for total in sums)], kind="SummaryRow"))
    head = row(["Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent", "Closing Balance"], kind="Header")
    title = f"From {long_day(first)} to {long_day(last)}"
    return report(org, "BankSummary", "Bank Summary", title, [head, section("", rows)])
