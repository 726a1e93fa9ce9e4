"""Figures of reports: balances of any day, their year, what foreign balances are worth; the cells they stand in."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox.chart import BANK_GAIN, EARNINGS, PROFIT_AND_LOSS, UNREALISED
from tieout.providers.xero.sandbox.journals import foreign_key
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json, rounded, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
Amounts = dict[str, Decimal]  # by AccountID, debit positive


def year_start(org: Organisation, day: date) -> date:
    """Return the first day of the financial year that a day lies in."""
    month, end_day = org.year_end
    for year in (day.year, day.year - 1):
        # A year that ends with February ends on its 29th where there is one.
        last = end_day >= monthrange(2025, month)[1]
        end = date(year, month, monthrange(year, month)[1] if last else end_day)
        if end < day:
            return end + timedelta(days=1)
    raise AssertionError("a year ends every year")


def month_start(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_back(day: date, months: int) -> date:
    """Return the same day some months before; the last of the month where the day is the last, or does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    length = monthrange(year, month + 1)[1]
    return date(year, month + 1, length if day == month_end(day) else min(day.day, length))


def ledger(org: Organisation, until: date) -> Amounts:
    """Return all balances at the end of a day, revalued: what foreign balances gained is in no journal."""
    amounts = {account: org.posted.sums.until(account, until) for account in org.posted.sums}
    for account, gain in _gains(org, until):
        amounts[account] = amounts.get(account, ZERO) + gain
        is_bank = org.documents["Accounts"][account]["Type"] == "BANK"
        other = org.refs.system(BANK_GAIN if is_bank else UNREALISED)["AccountID"]
        amounts[other] = amounts.get(other, ZERO) - gain
    return amounts


def _gains(org: Organisation, until: date) -> Iterator[tuple[str, Decimal]]:
    """Yield what each foreign balance is worth more, at the day's rate, than the journals say."""
    for key in list(org.posted.foreign):
        account, currency = key.split(" ")
        rate = None if currency.endswith("=") else org.rates.at(currency, until)
        if rate is None:
            continue
        worth = rounded(org.posted.foreign.until(key, until) / rate, org.digits)
        booked = org.posted.foreign.until(foreign_key(account, f"{currency}="), until)
        if worth != booked:
            yield account, worth - booked


def movement(org: Organisation, first: date, last: date) -> Amounts:
    """Return what moved from ``first`` to ``last``, both included."""
    before, after = ledger(org, first - timedelta(days=1)), ledger(org, last)
    accounts = dict.fromkeys((*after, *before))  # what was revalued before may be nothing now
    return {it: moved for it in accounts if (moved := after.get(it, ZERO) - before.get(it, ZERO))}


def standing(org: Organisation, day: date) -> Amounts:
    """Return the balances of a trial balance: income and costs since the year began, everything before as earnings."""
    at = ledger(org, day)
    before = ledger(org, year_start(org, day) - timedelta(days=1))
    earnings = org.refs.system(EARNINGS)["AccountID"]
    standing: Amounts = {earnings: ZERO}
    for account in dict.fromkeys((*at, *before)):
        amount = at.get(account, ZERO)
        if is_profit_and_loss(org, account):
            earlier = before.get(account, ZERO)
            standing[account] = amount - earlier
            standing[earnings] += earlier
        else:
            standing[account] = standing.get(account, ZERO) + amount
    return {account: amount for account, amount in standing.items() if amount}


def tracked(org: Organisation, first: date, last: date, options: Sequence[str]) -> Amounts:
    """Return what moved on lines that bear all of some tracking options, by reading every journal."""
    amounts: Amounts = {}
    for journal in org.journals:
        if not first <= journal.day <= last:
            continue
        for line in journal.lines:
            if set(options) <= {stub["TrackingOptionID"] for stub in line.tracking}:
                account = line.account["AccountID"]
                amounts[account] = amounts.get(account, ZERO) + line.net
    return amounts


def is_profit_and_loss(org: Organisation, account: str) -> bool:
    """Whether an account is one of income or costs."""
    return org.documents["Accounts"][account]["Class"] in PROFIT_AND_LOSS


def by_name(org: Organisation) -> list[Json]:
    """Return the accounts in the order of reports."""
    return sorted(org.documents["Accounts"].values(), key=lambda account: account["Name"].casefold())


def asked_day(org: Organisation, params: Mapping[str, str], name: str = "date") -> date:
    """Return the day that a parameter asks for; without one, the last day of the running month."""
    return to_day(params[name]) if params.get(name) else month_end(org.today)


def asked_number(params: Mapping[str, str], name: str, default: int, most: int) -> int:
    """Return a whole number out of the parameters. Raise BadDocument for one that is none, or too great."""
    text = params.get(name) or str(default)
    if not text.isdecimal() or int(text) > most:
        raise BadDocument(f"{name} is a number from 0 to {most}")
    return int(text)


def accrual(params: Mapping[str, str]) -> None:
    """Raise BadDocument where cash basis is asked for: these books have no such view."""
    if params.get("paymentsOnly", "").lower() == "true":
        raise BadDocument("the sandbox has no cash basis")


# --- cells ------------------------------------------------------------------------------------------------------


def long_day(day: date) -> str:
    """Return a day as reports' titles have it: 31 January 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """Return a day as columns have it: 31 Jan 2026."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def money(org: Organisation, amount: Decimal) -> str:
    """Return an amount as cells have it."""
    return f"{amount + 0:.{max(org.digits, 2)}f}"  # + 0: no minus before a zero


def row(cells: Sequence[str], account: str = "", *, kind: str = "Row", more: Sequence[Json] = ()) -> Json:
    """Return a row; ``account`` stands on each of its cells, as do ``more`` attributes."""
    marks = [{"Value": account, "Id": "account"}, *more] if account else []
    return {"RowType": kind, "Cells": [{"Value": cell, **({"Attributes": marks} if marks else {})} for cell in cells]}


def earnings_marks(org: Organisation, account: Json, day: date) -> list[Json]:
    """Return the two marks that retained earnings bear: what they hold ends before the year of a day."""
    if account.get("SystemAccount") != EARNINGS:
        return []
    last = year_start(org, day) - timedelta(days=1)
    return [{"Value": "", "Id": "fromDate"}, {"Value": f"{last.month}/{last.day}/{last.year}", "Id": "toDate"}]


def section(title: str, rows: list[Json]) -> Json:
    """Return a section of rows."""
    return {"RowType": "Section", "Title": title, "Rows": rows}


def report(org: Organisation, id_: str, name: str, title: str, rows: list[Json]) -> Json:
    """Return a whole report."""
    return {
        "ReportID": id_,
        "ReportName": name,
        "ReportType": id_,
        "ReportTitles": [name, org.name, title],
        "ReportDate": long_day(org.today),
        "UpdatedDateUTC": org.now(),
        "Fields": [],
        "Rows": rows,
    }
