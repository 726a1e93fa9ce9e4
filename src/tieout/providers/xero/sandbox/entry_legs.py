"""An entry of a books file, taken apart: its legs by account, and the groups of them that are about one party."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from tieout.providerkit.books import Line
from tieout.providers.xero.sandbox.chart import CREDITORS, DEBTORS, PROFIT_AND_LOSS
from tieout.providers.xero.sandbox.values import ZERO, Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation


class Role(StrEnum):
    """What kind of document line a leg can be."""

    BANK = "bank"
    DEBTORS = "debtors"
    CREDITORS = "creditors"
    OTHER = "other"


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an entry. ``amount`` is in base currency, debit positive; so is ``foreign`` in ``currency``."""

    account: Json
    amount: Decimal
    role: Role
    party: str = ""  # a vendor or customer of the books
    item: str = ""
    memo: str = ""
    tracking: tuple[Json, ...] = ()
    currency: str = ""
    foreign: Decimal = ZERO


def leg_of(org: Organisation, account: Json, line: Line, party: str) -> Leg:
    """Return a leg for a line of the books, without item and tracking."""
    foreign = line.currency is not None and line.currency != org.currency
    return Leg(
        account=account,
        amount=Decimal(line.amount),
        role=role_of(org, account),
        party=party,
        memo=line.memo or "",
        currency=line.currency or "" if foreign else "",
        foreign=Decimal(line.currency_amount or 0) if foreign else ZERO,
    )


def role_of(org: Organisation, account: Json) -> Role:
    """Return what an account's legs can be."""
    if account["Type"] == "BANK":
        return Role.BANK
    for purpose, role in ((DEBTORS, Role.DEBTORS), (CREDITORS, Role.CREDITORS)):
        if org.refs.is_system(account, purpose):
            return role
    return Role.OTHER


def total(legs: Iterable[Leg]) -> Decimal:
    """Return what legs sum to."""
    return sum((leg.amount for leg in legs), ZERO)


def of(legs: Iterable[Leg], *roles: Role) -> list[Leg]:
    """Return the legs of some roles."""
    return [leg for leg in legs if leg.role in roles]


def by_account(legs: Iterable[Leg]) -> list[Leg]:
    """Return one leg for each account, with what its legs sum to; none where that is nothing."""
    found: dict[str, list[Leg]] = {}
    for leg in legs:
        found.setdefault(leg.account["AccountID"], []).append(leg)
    merged = [
        msgspec.structs.replace(parts[0], amount=total(parts), foreign=sum((leg.foreign for leg in parts), ZERO))
        for parts in found.values()
    ]
    return [leg for leg in merged if leg.amount]


def grouped(legs: Sequence[Leg], bridge: Leg) -> dict[str, list[Leg]]:
    """Return the legs by party, each group balanced.

    Where what bears no party moves no income or cost and only one party is named, all is about that one. Otherwise
    each group is balanced at the entry's one bank account, where it has no control account to go through; or at
    ``bridge``, an account that the groups leave, together, as they found it.
    """
    groups: dict[str, list[Leg]] = {}
    for leg in legs:
        groups.setdefault(leg.party, []).append(leg)
    nobody = groups.get("", [])
    if len(groups) == 2 and nobody and not any(moves_profit(leg) for leg in nobody):
        return {next(party for party in groups if party): list(legs)}
    if len(groups) == 1:
        return groups
    banks = {leg.account["AccountID"]: leg for leg in of(legs, Role.BANK)}
    if len(banks) == 1 and not any(leg.currency for leg in legs):
        at = next(iter(banks.values()))
        rest = {party: [leg for leg in own if leg.role is not Role.BANK] for party, own in groups.items()}
        return {party: _balanced(own, at) for party, own in rest.items() if own}
    return {party: _balanced(own, bridge) for party, own in groups.items()}


def _balanced(legs: list[Leg], at: Leg) -> list[Leg]:
    off = total(legs)
    if not off:
        return legs
    return [*legs, msgspec.structs.replace(at, amount=-off, party=legs[0].party, memo="", item="", tracking=())]


def moves_profit(leg: Leg) -> bool:
    """Whether a leg is income or cost."""
    return leg.account["Class"] in PROFIT_AND_LOSS
