"""Which of Xero's types an account of a books file gets, and which accounts the platform keeps itself."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from tieout.core.accounts import AccountType
from tieout.providerkit.books import Account, SampleBooks
from tieout.providers.xero.sandbox.chart import CREDITORS, DEBTORS, EARNINGS, REALISED

# The first word that an account's sub-type holds (letters only) tells its type; the last row is for all others.
_TYPES: dict[AccountType, tuple[tuple[str, str], ...]] = {
    AccountType.ASSET: (
        ("undepositedfunds", "CURRENT"),
        ("bank", "BANK"),
        ("cash", "BANK"),
        ("checking", "BANK"),
        ("savings", "BANK"),
        ("moneymarket", "BANK"),
        ("receivable", "CURRENT"),
        ("prepaid", "PREPAYMENT"),
        ("prepayment", "PREPAYMENT"),
        ("inventory", "INVENTORY"),
        ("fixed", "FIXED"),
        ("othercurrentasset", "CURRENT"),
        ("otherasset", "NONCURRENT"),
        ("noncurrent", "NONCURRENT"),
        ("longterm", "NONCURRENT"),
        ("", "CURRENT"),
    ),
    AccountType.LIABILITY: (
        ("creditcard", "BANK"),
        ("longterm", "TERMLIAB"),
        ("termliab", "TERMLIAB"),
        ("", "CURRLIAB"),
    ),
    AccountType.EQUITY: (("", "EQUITY"),),
    AccountType.INCOME: (("otherincome", "OTHERINCOME"), ("", "REVENUE")),
    AccountType.EXPENSE: (
        ("costofgoods", "DIRECTCOSTS"),
        ("costofsales", "DIRECTCOSTS"),
        ("costofrevenue", "DIRECTCOSTS"),
        ("cogs", "DIRECTCOSTS"),
        ("directcosts", "DIRECTCOSTS"),
        ("depreciation", "DEPRECIATN"),
        ("otherexpense", "OVERHEADS"),
        ("", "EXPENSE"),
    ),
}


class Typed(NamedTuple):
    """What an account becomes: its Type, its SystemAccount or "", and whether a bank account is a card."""

    type: str
    system: str
    is_card: bool


def folded(text: str | None) -> str:
    """Return the letters of a text, small."""
    return re.sub(r"[^a-z]", "", (text or "").lower())


def typed(books: SampleBooks) -> dict[str, Typed]:
    """Return what each account becomes, by its id in the books.

    The platform has one account for debtors and one for creditors: of several, the one with most lines is it.
    """
    used = Counter(line.account for entry in books.entries for line in entry.lines)
    system = {
        DEBTORS: _busiest(books, used, AccountType.ASSET, "accountsreceivable", "receivable"),
        CREDITORS: _busiest(books, used, AccountType.LIABILITY, "accountspayable", "payable"),
        EARNINGS: _earnings(books),
        REALISED: _busiest(books, used, AccountType.EXPENSE, "exchangegainorloss"),
    }
    kept = {account: purpose for purpose, account in system.items() if account}
    return {account.id: _typed(account, kept.get(account.id, "")) for account in books.accounts}


def _typed(account: Account, system: str) -> Typed:
    text = folded(account.subtype)
    kind = next(kind for word, kind in _TYPES[account.type] if word in text)
    if system:
        kind = {DEBTORS: "CURRENT", CREDITORS: "CURRLIAB", EARNINGS: "EQUITY"}.get(system, kind)
    return Typed(kind, system, is_card=account.type is AccountType.LIABILITY and kind == "BANK")


def _busiest(books: SampleBooks, used: Counter[str], of: AccountType, *words: str) -> str:
    found = [
        account.id
        for account in books.accounts
        if account.type is of and any(folded(part) in words for part in (account.subtype or "").split("/"))
    ]
    return max(found, key=lambda id_: used[id_], default="")


def _earnings(books: SampleBooks) -> str:
    equity = [account for account in books.accounts if account.type is AccountType.EQUITY]
    for told in ([account.subtype for account in equity], [account.name for account in equity]):
        for account, text in zip(equity, told, strict=True):
            if "retainedearnings" in folded(text):
                return account.id
    return ""
