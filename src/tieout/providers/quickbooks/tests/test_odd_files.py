"""Books files with what a clean example leaves out: each of these once kept the sandbox from serving a company."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.fill import fill
from tieout.providers.quickbooks.sandbox.trial_balance import balances
from tieout.providers.quickbooks.sandbox.wire import BadDocument

TODAY = date(2026, 11, 23)
Json = dict[str, object]

ROWS: tuple[Json, ...] = (
    {"kind": "company", "name": "Pier Yoga", "currency": "USD"},
    {"kind": "account", "id": "1", "name": "Checking", "type": "asset", "subtype": "Bank"},
    {"kind": "account", "id": "2", "name": "Classes", "type": "income"},
    {"kind": "account", "id": "3", "name": "Kept", "type": "equity", "subtype": "RetainedEarnings", "active": False},
)


def payment(ident: str, day: str) -> Json:
    lines = [{"account": "1", "amount": "5"}, {"account": "2", "amount": "-5"}]
    return {"kind": "entry", "id": ident, "type": "Payment", "date": day, "lines": lines}


def served(tmp_path: Path, *rows: Json) -> Engine:
    path = tmp_path / "odd.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return fill(str(path), today=TODAY)[0]


def test_a_payment_of_a_file_needs_no_customer_and_links_nothing(tmp_path: Path) -> None:
    engine = served(tmp_path, *ROWS, payment("7", "2026-01-05"), payment("8", "2026-01-06"))
    assert [txn.label for txn in engine.journal.txns.values()] == ["Payment", "Payment"]


def test_the_account_that_takes_earlier_profit_stays_active(tmp_path: Path) -> None:
    engine = served(tmp_path, *ROWS, payment("7", "2025-01-05"))
    engine.go_live()
    assert [it["Name"] for it in engine.lists.all("Account") if it["AccountSubType"] == "RetainedEarnings"] == ["Kept"]
    assert balances(engine, TODAY) == {"1": 500, "3": -500}
    with pytest.raises(BadDocument, match="stays"):
        engine.deactivate("Account", "3")
    engine.add("Account", {"Id": "4", "Name": "Capital", "AccountType": "Equity"})
    with pytest.raises(BadDocument, match="merged"):
        engine.merge("Account", "3", "4")
