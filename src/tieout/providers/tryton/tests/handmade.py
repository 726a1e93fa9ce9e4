"""Moves and lists as Tryton's server answers them, written by hand."""

from __future__ import annotations

from typing import Any

import msgspec

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import AccountRecord, DimensionRecord, DimensionValueRecord, PartyKey, PartyKind, PartyRecord
from tieout.providers.tryton import wire
from tieout.providers.tryton.lists import Lists
from tieout.providers.tryton.mapping import Mapping

BANK, PAYABLE, RECEIVABLE, EARNINGS, SALES, RENT, RESERVE = 1, 2, 3, 4, 5, 6, 7

_CHART = {
    BANK: (AccountType.ASSET, AccountRole.BANK),
    PAYABLE: (AccountType.LIABILITY, AccountRole.PAYABLE),
    RECEIVABLE: (AccountType.ASSET, AccountRole.RECEIVABLE),
    EARNINGS: (AccountType.EQUITY, AccountRole.RETAINED_EARNINGS),
    SALES: (AccountType.INCOME, AccountRole.NONE),
    RENT: (AccountType.EXPENSE, AccountRole.NONE),
    RESERVE: (AccountType.EQUITY, AccountRole.NONE),
}
LISTS = Lists.of(
    [
        *(
            AccountRecord(external_id=str(key), name=f"Account {key}", type=kind, subtype="", role=role)
            for key, (kind, role) in _CHART.items()
        ),
        PartyRecord(key=PartyKey(PartyKind.EMPLOYEE, "90"), name="Rae Kim"),
        DimensionRecord(external_id="10", name="Department"),
        DimensionValueRecord(dimension="10", external_id="11", name="Sales"),
        DimensionValueRecord(dimension="10", external_id="12", name="Research"),
    ]
)
MAPPING = Mapping(lists=LISTS, currency="USD", digits=2)


def amount(text: str) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": text}


def day(text: str) -> dict[str, Any]:
    year, month, number = map(int, text.split("-"))
    return {"__class__": "date", "year": year, "month": month, "day": number}


def line(number: int, account: int, debit: str, credit: str = "0", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a line; ``second`` is (code, amount), ``shares`` are (analytic account, debit, credit)."""
    second, shares = more.pop("second", None), more.pop("shares", [])
    return {
        "id": number,
        "move": 0,
        "account": account,
        "debit": amount(debit),
        "credit": amount(credit),
        "party": more.pop("party", None),
        "description": more.pop("description", None),
        "amount_second_currency": amount(second[1]) if second else None,
        "second_currency.": {"id": 3, "code": second[0]} if second else None,
        "analytic": [
            {
                "id": 700 + place,
                "move_line": number,
                "account": account,
                "debit": amount(debit),
                "credit": amount(credit),
            }
            for place, (account, debit, credit) in enumerate(shares)
        ],
    }


def move(number: int, date: str, *lines: dict[str, Any], **more: Any) -> wire.Move:  # noqa: ANN401 - JSON
    """Return a posted move."""
    raw = {
        "id": number,
        "date": day(date),
        "number": more.pop("number", f"2025-{number}"),
        "description": more.pop("description", None),
        "origin": more.pop("origin", None),
        "journal.": {"id": 1, "name": "Expense", "type": more.pop("journal", "general")},
        "period.": {"id": 1, "type": more.pop("period", "standard")},
        "lines": list(lines),
    }
    return msgspec.json.decode(msgspec.json.encode(raw), type=wire.Move)
