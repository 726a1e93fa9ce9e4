"""Where what moved on an account stands in the cash-flow statement. Pure."""

from __future__ import annotations

from enum import StrEnum

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.cash import Flow, is_borrowed
from tieout.core.sections import Account, Section, folded, place_of


class Activity(StrEnum):
    """The parts of an indirect cash-flow statement below net income, in its order."""

    ADJUSTMENTS = "adjustments"  # in profit, and no cash
    WORKING_CAPITAL = "working-capital"
    INVESTING = "investing"
    FINANCING = "financing"


_WORN = ("accumulateddepreciation", "accumulatedamorti")  # of sub-types and names; "amortisation" has two spellings


def activity_of(account: Account, said: Flow | None = None) -> Activity:
    """Return where a balance-sheet account that is not cash stands; ``said`` is what a person says of its money.

    Accumulated depreciation is an adjustment. Fixed and other long-term assets, and bank accounts left out of cash, are
    investing; what is borrowed and all equity are financing; the rest is working capital. Raise ValueError for income
    and expense, which are in net income.
    """
    match account.type:
        case AccountType.ASSET:
            return Activity.FINANCING if said is Flow.FUNDRAISE else _of_asset(account)
        case AccountType.LIABILITY:
            raised = is_borrowed(account) if said is None else said is Flow.FUNDRAISE
            return Activity.FINANCING if raised else Activity.WORKING_CAPITAL
        case AccountType.EQUITY:
            return Activity.FINANCING
        case AccountType.INCOME | AccountType.EXPENSE:
            raise ValueError(f"account {account.label} is in net income")


def _of_asset(account: Account) -> Activity:
    if any(it in folded(account.subtype) or it in folded(account.label) for it in _WORN):
        return Activity.ADJUSTMENTS
    if account.role is AccountRole.BANK or place_of(account)[0] is not Section.CURRENT_ASSETS:
        return Activity.INVESTING
    return Activity.WORKING_CAPITAL
