"""Which flow of cash a counterpart account belongs to. Pure: the books' words decide, a company may say otherwise."""

from __future__ import annotations

from enum import StrEnum

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.sections import Account, Section, folded, place_of


class Flow(StrEnum):
    """What money that came into or left the bank accounts was for, in the order of the page."""

    COLLECTIONS = "collections"
    PAYMENTS = "payments"
    FUNDRAISE = "fundraise"
    TRANSFERS = "transfers"

    @property
    def label(self) -> str:
        """What a page calls it."""
        return _LABELS[self]


_LABELS = {
    Flow.COLLECTIONS: "Collections",
    Flow.PAYMENTS: "Payments",
    Flow.FUNDRAISE: "Fundraise",
    Flow.TRANSFERS: "Transfers to accounts left out",
}
# Words of platforms' sub-types, folded. What customers paid ahead or what is on its way to the bank comes in; what is
# owed to lenders or owners was raised.
_FROM_CUSTOMERS = ("deferredrevenue", "deferredincome", "unearned", "customerdeposit", "undepositedfunds")
_RAISED = ("loan", "lineofcredit", "notespayable", "borrowing", "dividend", "shareholder")


def is_cash(account: Account) -> bool:
    """Whether an account counts as cash unless a company says otherwise."""
    return account.role is AccountRole.BANK


def may_be_cash(account: Account) -> bool:
    """Whether a company may count an account as cash: it holds money or owes it."""
    return account.type in (AccountType.ASSET, AccountType.LIABILITY)


def default_flow(account: Account) -> Flow:
    """Return the flow of money whose counterpart is this account.

    Income, receivables and what customers paid ahead are collections; loans, long-term liabilities and equity are
    fundraise; a bank account that is left out of cash is a transfer. Everything else is a payment, retained earnings
    among it: what is booked there straight from the bank has no better word.
    """
    words = folded(account.subtype)
    match account.type:
        case AccountType.INCOME:
            return Flow.COLLECTIONS
        case AccountType.EXPENSE:
            return Flow.PAYMENTS
        case AccountType.EQUITY:
            return Flow.PAYMENTS if account.role is AccountRole.RETAINED_EARNINGS else Flow.FUNDRAISE
        case AccountType.ASSET if account.role is AccountRole.BANK:
            return Flow.TRANSFERS
        case AccountType.ASSET:
            comes_in = account.role is AccountRole.RECEIVABLE or any(it in words for it in _FROM_CUSTOMERS)
            return Flow.COLLECTIONS if comes_in else Flow.PAYMENTS
        case AccountType.LIABILITY:
            return _of_liability(account, words)


def is_borrowed(account: Account) -> bool:
    """Whether a liability is owed to lenders or owners rather than to suppliers, staff or the state."""
    if account.type is not AccountType.LIABILITY or account.role in (AccountRole.PAYABLE, AccountRole.CARD):
        return False
    words = folded(account.subtype)
    if any(it in words for it in _FROM_CUSTOMERS):
        return False
    return place_of(account)[0] is Section.LONG_TERM_LIABILITIES or any(it in words for it in _RAISED)


def _of_liability(account: Account, words: str) -> Flow:
    if is_borrowed(account):
        return Flow.FUNDRAISE
    return Flow.COLLECTIONS if any(it in words for it in _FROM_CUSTOMERS) else Flow.PAYMENTS
