"""The TrialBalance report, and the balances that it shares with the other statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tieout.providers.quickbooks.sandbox.chart import is_profit_and_loss
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.frame import (
    EMPTY,
    Period,
    Style,
    column,
    fiscal_year_start,
    header,
    period,
    rows_or_nothing,
)
from tieout.providers.quickbooks.sandbox.wire import Json


def balances(engine: Engine, at: date) -> dict[str, int]:
    """Return each account's balance at the end of a day, debit positive, zeros left out.

    Income and expense since the fiscal year began; the profit of earlier years is in retained earnings, without a
    journal, as the platform does it.
    """
    end = at + timedelta(days=1)
    year = fiscal_year_start(engine, at)
    found: dict[str, int] = {}
    earlier_profit = 0
    for account in engine.journal.accounts():
        if is_profit_and_loss(engine.lists.account_type(account)):
            earlier_profit += engine.journal.balance(account, year)
            found[account] = engine.journal.net(account, year, end)
        else:
            found[account] = engine.journal.balance(account, end)
    if earlier_profit:
        retained = engine.special("RetainedEarnings")
        found[retained] = found.get(retained, 0) + earlier_profit
    return {account: amount for account, amount in found.items() if amount}


def trial_balance(engine: Engine, params: Mapping[str, str], style: Style) -> Json:
    """Return the report at ``end_date``; ``start_date`` is echoed and changes nothing, as on the platform."""
    covered = period(params, engine)
    found = balances(engine, covered.last)
    return trial_balance_of(engine, found, covered, style)


def trial_balance_of(engine: Engine, found: Mapping[str, int], covered: Period, style: Style) -> Json:
    """Return the report for given balances."""
    rows: list[Json] = []
    debits = credits_ = 0
    for account in engine.lists.accounts_in_order():
        amount = found.get(account, 0)
        if not amount:
            continue
        text = {"value": style.amount(abs(amount), engine.digits)}
        name = {"value": engine.lists.full("Account", account), "id": account}
        rows.append({"ColData": [name, text, EMPTY] if amount > 0 else [name, EMPTY, text]})
        debits += max(amount, 0)
        credits_ += max(-amount, 0)
    if rows:
        total = [
            {"value": style.title("TOTAL")},
            {"value": style.amount(debits, engine.digits)},
            {"value": style.amount(credits_, engine.digits)},
        ]
        rows.append({"Summary": {"ColData": total}, "type": "Section", "group": "GrandTotal"})
    return {
        "Header": header("TrialBalance", engine, covered, empty=not rows, by="Total"),
        "Columns": {
            "Column": [
                column("", "Account", "account"),
                column("Debit", "Money", "debit"),
                column("Credit", "Money", "credit"),
            ]
        },
        "Rows": rows_or_nothing(rows),
    }
