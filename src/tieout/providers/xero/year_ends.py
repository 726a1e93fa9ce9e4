"""Financial years that end within a month, as British ones do on 5 April: figures turned to years of whole months.

Xero's trial balance tells income and expense since the financial year began, and what ended years earned on retained
earnings. Ours begins its years with a month. What was earned on the days between the two stands on the other side
there; Xero tells it as at the days before each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tieout.core.accounts import AccountRole
from tieout.core.month import Month
from tieout.core.records import AccountRecord, Organisation
from tieout.providers.xero.wire import Organisation as Described

Figures = Callable[[date], Mapping[str, int]]
"""The trial balance as at a day: account id to amount."""

_DAY = timedelta(days=1)


def year_start(described: Described, day: date) -> date:
    """Return the first day of Xero's financial year that a day lies in."""
    ended = _year_end(described, day.year)
    return (ended if ended < day else _year_end(described, day.year - 1)) + _DAY


def _year_end(described: Described, year: int) -> date:
    """Return the last day of the financial year that ends in a calendar year."""
    last = Month(year, described.year_end_month).end - _DAY
    if described.year_end_month == 2 and described.year_end_day >= 28:
        return last  # a year that ends with February ends on its 29th where there is one
    return last.replace(day=min(last.day, described.year_end_day))


def in_whole_months(
    amounts: Mapping[str, int],
    month: Month,
    figures: Figures,
    accounts: Mapping[str, AccountRecord],
    described: Described,
    organisation: Organisation,
) -> dict[str, int]:
    """Return the trial balance at a month's end as it is in years that begin with the organisation's first month."""
    theirs = year_start(described, month.end - _DAY)
    ours = month.fiscal_year_start(organisation.fiscal_year_first_month).start
    earnings = next((id_ for id_, it in accounts.items() if it.role is AccountRole.RETAINED_EARNINGS), None)
    if theirs == ours or earnings is None:
        return dict(amounts)

    def earned(day: date) -> dict[str, int]:
        """Return income and expense since Xero's year began, up to a day."""
        return {id_: it for id_, it in figures(day).items() if not accounts[id_].type.on_balance_sheet}

    found = dict(amounts)
    turns = [(-1, earned(ours - _DAY))] + ([(1, earned(theirs - _DAY))] if ours < theirs else [])
    for sign, between in turns:
        for account, amount in between.items():
            found[account] = found.get(account, 0) + sign * amount
            found[earnings] = found.get(earnings, 0) - sign * amount
    return {account: amount for account, amount in found.items() if amount}
