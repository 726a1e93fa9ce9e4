"""A small company with everything that a check must cover, as a books file. Its year begins in February."""

from __future__ import annotations

import json
from datetime import date

from tieout.proofs.ground import Trial
from tieout.providerkit.proving import Stand

TODAY = date(2026, 4, 15)


def _account(ident: str, name: str, of: str, kind: str, parent: str | None = None) -> dict[str, object]:
    return {"kind": "account", "id": ident, "name": name, "type": of, "subtype": kind, "parent": parent}


def _line(account: str, amount: str, **more: object) -> dict[str, object]:
    return {"account": account, "amount": amount, **more}


def _entry(ident: str, of: str, day: str, *lines: dict[str, object], **more: object) -> dict[str, object]:
    return {"kind": "entry", "id": ident, "type": of, "date": day, "lines": lines, **more}


_EAST = {"class": "40", "location": "50"}
_ROWS: list[dict[str, object]] = [
    {"kind": "company", "name": "Ferry & Sons", "currency": "USD", "fiscal_year_start": 2, "timezone": "UTC"},
    _account("1", "Checking", "asset", "Bank"),
    _account("2", "Payables", "liability", "Accounts Payable"),
    _account("3", "Retained earnings", "equity", "Equity/RetainedEarnings"),
    _account("4", "Sales", "income", "Income"),
    _account("5", "Office", "expense", "Expense"),
    _account("6", "Software", "expense", "Expense", "5"),
    _account("7", "Wages", "expense", "Expense/PayrollExpenses"),
    _account("8", "Capital", "equity", "Equity"),
    _account("9", "Travel", "expense", "Expense"),
    _account("10", "Savings", "asset", "Bank"),
    {"kind": "vendor", "id": "20", "name": "Adobe"},
    {"kind": "vendor", "id": "21", "name": "Bay Power"},
    {"kind": "customer", "id": "22", "name": "Acme"},
    {"kind": "employee", "id": "23", "name": "Rae Kim"},
    {"kind": "item", "id": "30", "name": "Seats"},
    {"kind": "item", "id": "31", "name": "Hours"},
    {"kind": "dimension", "id": "class", "name": "Class",
     "values": [{"id": "40", "name": "East"}, {"id": "41", "name": "West"}]},
    {"kind": "dimension", "id": "location", "name": "Location",
     "values": [{"id": "50", "name": "Oakland"}, {"id": "51", "name": "Reno"}]},
    _entry("101", "Deposit", "2026-02-03", _line("1", "9000.00"), _line("8", "-9000.00")),
    _entry("102", "Bill", "2026-02-06", _line("6", "600.00", item="30", dimensions=_EAST), _line("2", "-600.00"),
           party="20", number="B-7", memo="seats"),
    _entry("103", "Sales Receipt", "2026-02-20", _line("1", "1200.50"), _line("4", "-1200.50", item="31"), party="22"),
    _entry("104", "Bill", "2026-03-06", _line("5", "50.05", dimensions=_EAST), _line("6", "20.10", memo="more seats"),
           _line("9", "5.00"), _line("2", "-75.15"), party="20", number="B-8"),
    _entry("105", "Bill Payment (Check)", "2026-03-09", _line("2", "600.00"), _line("1", "-600.00"), party="20"),
    _entry("106", "Paycheck", "2026-03-31", _line("7", "900.10"), _line("1", "-900.10"), party="23"),
    _entry("107", "Sales Receipt", "2026-03-31", _line("1", "300.00"), _line("4", "-300.00", item="31"), party="22"),
    _entry("108", "Transfer", "2026-03-12", _line("1", "40.00"), _line("1", "-40.00")),
    _entry("109", "Bill", "2026-04-02", _line("6", "33.00"), _line("2", "-33.00"), party="21"),
    _entry("110", "Journal Entry", "2026-06-30", _line("9", "70.00"), _line("1", "-70.00")),
    _entry("111", "Bill", "2026-09-01", _line("6", "11.00"), _line("2", "-11.00"), party="21"),
]  # fmt: skip
BOOKS = "".join(json.dumps(row) + "\n" for row in _ROWS)
OTHERS = BOOKS.replace("Ferry & Sons", "Somebody Else Inc").replace("300.00", "310.00").replace("70.00", "71.00")
"""Another company's, of the same chart."""


def small_books(at: Trial, *, limits: bool = False) -> Stand:
    """Return a sandbox with the small company, its clock standing on its day."""
    path = at.ground.file("small.jsonl")
    path.write_text(BOOKS)
    return at.ground.sandbox(str(path), today=TODAY, limits=limits)
