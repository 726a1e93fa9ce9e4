"""What the platform posts without a document: no source, no contact, no number."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tieout.providers.xero.sandbox.chart import HISTORICAL, ROUNDING, WAGES_PAYABLE
from tieout.providers.xero.sandbox.journals import JournalLine
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, rounded, to_amount

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_WITHHELD = Decimal("0.22")


def post(org: Organisation, day: date, lines: Sequence[Mapping[str, Any]], *, reference: str = "") -> str:
    """Post lines of AccountID, NetAmount (debit positive), Description and Tracking; return the JournalID."""
    journal = org.post(
        day,
        [
            JournalLine(
                account=org.refs.account(line),
                net=rounded(to_amount(line["NetAmount"]), org.digits),
                description=str(line.get("Description") or ""),
                tracking=org.refs.tracking(line.get("Tracking", ())),
            )
            for line in lines
        ],
        reference=reference,
    )
    if journal is None:
        raise BadDocument("no line has an amount")
    return journal.id


def conversion_balances(org: Organisation, day: date, balances: Mapping[str, object]) -> str:
    """Take over the balances of earlier books, by AccountID or code; what they lack goes to Historical Adjustment."""
    lines: list[Json] = [{"AccountID": account, "NetAmount": to_amount(amount)} for account, amount in balances.items()]
    rest = sum((line["NetAmount"] for line in lines), ZERO)
    if rest:
        lines.append({"AccountID": org.refs.system(HISTORICAL)["AccountID"], "NetAmount": -rest})
    return post(org, day, lines)


def pay_run(org: Organisation, day: date, *, gross: object, wages: str, bank: str, withheld: str) -> str:
    """Post a pay run: wages to an account, the net pay from a bank account, the rest owed. Accounts by id or code."""
    pay = rounded(to_amount(gross), org.digits)
    kept = rounded(pay * _WITHHELD, org.digits)
    owed = org.refs.system(WAGES_PAYABLE)["AccountID"]
    return post(
        org,
        day,
        [
            {"AccountID": wages, "NetAmount": pay, "Description": "Wages"},
            {"AccountID": withheld, "NetAmount": -kept, "Description": "Withheld"},
            {"AccountID": owed, "NetAmount": kept - pay},
            {"AccountID": owed, "NetAmount": pay - kept},
            {"AccountID": bank, "NetAmount": kept - pay},
        ],
    )


def depreciation(org: Organisation, day: date, *, amount: object, expense: str, accumulated: str) -> str:
    """Post a month's depreciation on the month's last day."""
    last = day.replace(day=monthrange(day.year, day.month)[1])
    value = to_amount(amount)
    return post(
        org,
        last,
        [
            {"AccountID": expense, "NetAmount": value, "Description": "Depreciation"},
            {"AccountID": accumulated, "NetAmount": -value, "Description": "Depreciation"},
        ],
    )


def bank_pennies(org: Organisation, day: date, *, bank: str, amount: object) -> str:
    """Post what a bank statement and the books differ by when they are reconciled; positive adds to the bank."""
    value = to_amount(amount)
    rounding = org.refs.system(ROUNDING)["AccountID"]
    return post(org, day, [{"AccountID": bank, "NetAmount": value}, {"AccountID": rounding, "NetAmount": -value}])
