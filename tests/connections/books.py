"""Small books with everything in them that a sync must get right, checked by hand in the tests.

The fiscal year begins in April. The first posting is in March 2024, the last in May 2025.
"""

from __future__ import annotations

import json

_ROWS: list[dict[str, object]] = [
    {"kind": "company", "name": "Ferry & Sons Ltd", "currency": "USD", "digits": 2, "fiscal_year_start": 4,
     "timezone": "America/New_York"},
    {"kind": "account", "id": "1", "number": "1000", "name": "Checking", "type": "asset", "subtype": "Bank"},
    {"kind": "account", "id": "2", "number": "2000", "name": "Accounts payable", "type": "liability",
     "subtype": "Accounts Payable"},
    {"kind": "account", "id": "3", "number": "3900", "name": "Retained earnings", "type": "equity",
     "subtype": "Equity/RetainedEarnings"},
    {"kind": "account", "id": "4", "number": "4000", "name": "Sales", "type": "income", "subtype": "Income"},
    {"kind": "account", "id": "5", "number": "6000", "name": "Office", "type": "expense", "subtype": "Expense"},
    {"kind": "account", "id": "6", "number": "6010", "name": "Software", "type": "expense", "subtype": "Expense",
     "parent": "5"},
    {"kind": "account", "id": "7", "number": "6100", "name": "Wages", "type": "expense",
     "subtype": "Expense/PayrollExpenses"},
    {"kind": "account", "id": "8", "number": "3000", "name": "Share capital", "type": "equity", "subtype": "Equity"},
    {"kind": "vendor", "id": "20", "name": "Adobe"},
    {"kind": "employee", "id": "21", "name": "Rae Kim"},
    {"kind": "dimension", "id": "class", "name": "Class", "values": [{"id": "40", "name": "East"}]},
]  # fmt: skip


def _entry(id_: str, type_: str, day: str, *lines: tuple[str, str], **more: object) -> dict[str, object]:
    return {
        "kind": "entry", "id": id_, "type": type_, "date": day, "number": f"N{id_}", "memo": "", **more,
        "lines": [{"account": account, "amount": amount} for account, amount in lines],
    }  # fmt: skip


_ROWS += [
    _entry("101", "Deposit", "2024-03-04", ("1", "10000.00"), ("8", "-10000.00")),
    _entry("102", "Sales Receipt", "2024-03-20", ("1", "1200.50"), ("4", "-1200.50")),
    _entry("103", "Bill", "2024-05-06", ("6", "600.00"), ("2", "-600.00")),
    _entry("104", "Bill Payment (Check)", "2024-06-03", ("2", "600.00"), ("1", "-600.00")),
    _entry("105", "Sales Receipt", "2025-02-10", ("1", "2000.25"), ("4", "-2000.25")),
    _entry("106", "Paycheck", "2025-04-30", ("7", "900.10"), ("1", "-900.10")),
    _entry("107", "Bill", "2025-05-06", ("5", "50.05"), ("6", "0.10"), ("2", "-50.15")),
    _entry("108", "Vendor Credit", "2025-05-07", ("2", "20.00"), ("6", "-20.00")),
]
SMALL = "".join(json.dumps(row) + "\n" for row in _ROWS)
LINES = 17
