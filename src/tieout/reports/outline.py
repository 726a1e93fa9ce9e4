"""How reports name accounts, and in which order and how deep they list them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from tieout.core.accounts import AccountType
from tieout.ledger.accounts import Account


@dataclass(frozen=True, slots=True)
class AccountName:
    """How a report names an account. ``row`` is the ledger's row id; a derived row has row 0 and no external id."""

    row: int
    external_id: str | None
    number: str
    name: str
    type: AccountType
    active: bool = True

    @property
    def label(self) -> str:
        """Number and name, and whether the books have retired the account."""
        return f"{self.number} {self.name}".strip() + ("" if self.active else " (inactive)")


def name_of(account: Account) -> AccountName:
    """Return the report's name of an account of the chart."""
    return AccountName(account.id, account.external_id, account.number, account.name, account.type, account.active)


def derived(name: str) -> AccountName:
    """Return the name of a row that the chart does not hold, in equity."""
    return AccountName(0, None, "", name, AccountType.EQUITY)


def outline(accounts: Mapping[int, Account], shown: Collection[int]) -> Iterator[tuple[Account, int]]:
    """Yield the shown accounts with their depth: each below its nearest shown ancestor, siblings in chart order."""
    wanted = set(shown)
    below: dict[int | None, list[Account]] = {}
    for account in accounts.values():
        if account.id in wanted:
            below.setdefault(_shown_parent(account, accounts, wanted), []).append(account)
    waiting = [(account, 0) for account in reversed(below.get(None, ()))]
    while waiting:
        account, depth = waiting.pop()
        yield account, depth
        waiting.extend((child, depth + 1) for child in reversed(below.get(account.id, ())))


def _shown_parent(account: Account, accounts: Mapping[int, Account], shown: Collection[int]) -> int | None:
    parent = account.parent
    passed = {account.id}
    while parent is not None and parent in accounts and parent not in passed:
        if parent in shown:
            return parent
        passed.add(parent)
        parent = accounts[parent].parent
    return None
