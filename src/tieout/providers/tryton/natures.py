"""What an account is, from its type: Tryton says which statement it stands in, and only hints at the rest.

A type has flags (assets, receivable, payable, revenue ...), but many types have none: bank accounts, equity, wages.
What stands beside it in the tree of types tells then, whatever the chart's language: below a head with asset types
only, everything is an asset; the head that holds the income statement is equity. Words decide what is left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tieout.core.accounts import AccountRole, AccountType
from tieout.providers.tryton.wire import Type

_EQUITY = re.compile(r"equity|capital|reserves|retained", re.IGNORECASE)
_ASSET = re.compile(r"\bassets?\b|cash|bank|inventor|receivable|prepa", re.IGNORECASE)
_EXPENSE = re.compile(r"expens|cost|loss|\btax|deprecia|amorti[sz]|charge", re.IGNORECASE)
_INCOME = re.compile(r"revenue|income|gain|sales|turnover", re.IGNORECASE)
_CASH = re.compile(r"\bcash\b|\bbank", re.IGNORECASE)
_CARD = re.compile(r"credit cards?\b", re.IGNORECASE)
_COST_OF_SALES = re.compile(r"cost of (sales|goods)", re.IGNORECASE)
_OTHER = re.compile(r"^other\b|non-operating|finance cost", re.IGNORECASE)
# The account that takes the result of earlier years, by its name in the charts that come with Tryton.
EARNINGS = re.compile(
    r"retained earnings|(profit|result|earnings|loss)s? (brought|carried) forward|report à nouveau|gewinnvortrag|"
    r"resultados acumulados",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Nature:
    """What the product must know of a type."""

    type: AccountType
    role: AccountRole
    name: str


class Natures:
    """All types of a company."""

    def __init__(self, types: Iterable[Type]) -> None:
        self._types = {it.id: it for it in types}
        self._below: dict[int, set[AccountType]] = {}
        for it in self._types.values():
            own = _flagged(it)
            if it.statement == "income":
                own = AccountType.INCOME  # any: what is asked is whether a head holds the income statement
            for above in self._up(it):
                found = self._below.setdefault(above.id, set())
                if own is not None:
                    found.add(own)
        self._known = {key: self._nature(it) for key, it in self._types.items() if it.statement}

    def of(self, type_id: int | None) -> Nature | None:
        """Return what a type is; None for no type, and for a head that stands in no statement of its own."""
        return None if type_id is None else self._known.get(type_id)

    def _nature(self, it: Type) -> Nature:
        kind = self._income(it) if it.statement == "income" else self._balance(it)
        return Nature(kind, self._role(it, kind), it.name)

    def _balance(self, it: Type) -> AccountType:
        if it.statement == "off-balance":
            return AccountType.EQUITY  # its accounts come to nothing among themselves
        flagged = _flagged(it)
        if flagged is not None:
            return flagged
        for above in self._up(it):
            found = self._below.get(above.id, set())
            if len(found) > 1:
                break
            for kind in found:
                return AccountType.EQUITY if kind is AccountType.INCOME else kind
        names = [above.name for above in self._up(it)]
        if any(map(_EQUITY.search, names)):
            return AccountType.EQUITY
        return AccountType.ASSET if any(map(_ASSET.search, names)) else AccountType.LIABILITY

    def _income(self, it: Type) -> AccountType:
        flagged = _flagged(it)
        if flagged is not None:
            return flagged
        for name in (above.name for above in self._up(it) if above.statement == "income"):
            if _EXPENSE.search(name):
                return AccountType.EXPENSE
            if _INCOME.search(name):
                return AccountType.INCOME
        return AccountType.EXPENSE

    def _role(self, it: Type, kind: AccountType) -> AccountRole:
        other = any(_OTHER.search(above.name) for above in self._up(it))
        roles = (
            (AccountRole.RECEIVABLE, bool(it.receivable)),
            (AccountRole.PAYABLE, bool(it.payable)),
            (AccountRole.BANK, kind is AccountType.ASSET and _CASH.search(it.name)),
            (AccountRole.CARD, kind is AccountType.LIABILITY and _CARD.search(it.name)),
            (AccountRole.COST_OF_SALES, kind is AccountType.EXPENSE and _COST_OF_SALES.search(it.name)),
            (AccountRole.OTHER_INCOME, kind is AccountType.INCOME and other),
            (AccountRole.OTHER_EXPENSE, kind is AccountType.EXPENSE and other),
        )
        return next((role for role, holds in roles if holds), AccountRole.NONE)

    def _up(self, it: Type) -> Iterator[Type]:
        """Yield a type and all above it."""
        seen: set[int] = set()
        at: Type | None = it
        while at is not None and at.id not in seen:
            seen.add(at.id)
            yield at
            at = None if at.parent is None else self._types.get(at.parent)


def _flagged(it: Type) -> AccountType | None:
    """Return what a type's own flags say."""
    if it.statement == "income":
        if it.revenue:
            return AccountType.INCOME
        return AccountType.EXPENSE if it.expense else None
    if it.assets or it.receivable or it.stock:
        return AccountType.ASSET
    return AccountType.LIABILITY if it.payable or it.debt else None
