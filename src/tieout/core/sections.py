"""Where an account stands on the balance sheet, by its type, its role and the provider's own sub-type."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from tieout.core.accounts import AccountRole, AccountType


class Account(Protocol):
    """What decides where an account stands."""

    @property
    def type(self) -> AccountType: ...
    @property
    def role(self) -> AccountRole: ...
    @property
    def subtype(self) -> str: ...
    @property
    def label(self) -> str: ...


class Section(Enum):
    """The sections of a balance sheet, in its order. ``word`` is the heading, ``side`` decides the sign."""

    CURRENT_ASSETS = "Current assets", AccountType.ASSET
    FIXED_ASSETS = "Fixed assets", AccountType.ASSET
    OTHER_ASSETS = "Other assets", AccountType.ASSET
    CURRENT_LIABILITIES = "Current liabilities", AccountType.LIABILITY
    LONG_TERM_LIABILITIES = "Long-term liabilities", AccountType.LIABILITY
    EQUITY = "Equity", AccountType.EQUITY

    def __init__(self, word: str, side: AccountType) -> None:
        self.word = word
        self.side = side


class Group(Enum):
    """The groups within a section; most sections have one only, without a heading."""

    BANK = "Bank"
    RECEIVABLE = "Receivable"
    PAYABLE = "Payable"
    CARD = "Credit cards"
    OTHER_CURRENT = "Other current"
    PLAIN = ""


_BY_ROLE = {
    AccountRole.BANK: Group.BANK,
    AccountRole.RECEIVABLE: Group.RECEIVABLE,
    AccountRole.PAYABLE: Group.PAYABLE,
    AccountRole.CARD: Group.CARD,
}
# What platforms call the classes of their accounts ("Fixed Asset", "Long Term Liability", "NONCURRENT"), folded.
_FIXED = ("fixed", "property", "equipment")
_NOT_CURRENT = ("noncurrent", "otherasset", "longterm", "termliab", "intangible")


def place_of(account: Account) -> tuple[Section, Group]:
    """Return the section and the group of a balance-sheet account.

    The sub-type's first part is the platform's class of accounts: QuickBooks' AccountType in "Fixed Asset/Vehicles".
    An unknown one counts as current: a total never loses an account.
    """
    words = folded(account.subtype.partition("/")[0])
    not_current = any(word in words for word in _NOT_CURRENT)
    current = _BY_ROLE.get(account.role, Group.OTHER_CURRENT)
    match account.type:
        case AccountType.EQUITY:
            return Section.EQUITY, Group.PLAIN
        case AccountType.LIABILITY:
            return (
                (Section.LONG_TERM_LIABILITIES, Group.PLAIN) if not_current else (Section.CURRENT_LIABILITIES, current)
            )
        case AccountType.ASSET if any(word in words for word in _FIXED):
            return Section.FIXED_ASSETS, Group.PLAIN
        case AccountType.ASSET:
            return (Section.OTHER_ASSETS, Group.PLAIN) if not_current else (Section.CURRENT_ASSETS, current)
        case AccountType.INCOME | AccountType.EXPENSE:
            raise ValueError(f"account {account.label} is not on the balance sheet")


def folded(subtype: str) -> str:
    """Return a sub-type as its words are compared: "Long-Term Liability" is "longtermliability"."""
    return subtype.casefold().replace(" ", "").replace("-", "").replace("_", "")
