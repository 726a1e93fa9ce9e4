"""Which balances at month ends are the provider's own: what was compared, and what differs unexplained."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tieout.core.month import Month
from tieout.core.records import Statement
from tieout.ledger.models import Book
from tieout.ledger.tie_out import compared_statements, mismatches

_OF_BALANCES = frozenset({Statement.TRIAL_BALANCE, Statement.BALANCE_SHEET})


@dataclass(frozen=True, slots=True)
class BalanceTies:
    """Month ends that were compared, and (account, month) whose balance differs from the provider's."""

    compared: frozenset[Month] = frozenset()
    differing: frozenset[tuple[int, Month]] = frozenset()

    def state(self, accounts: Collection[int], month: Month) -> bool | None:
        """Return True if the balances of these accounts tie, False if one differs, None if they were not compared."""
        if any((account, month) in self.differing for account in accounts):
            return False
        return True if month in self.compared else None


def balance_ties(book: Book, version: int) -> BalanceTies:
    """Return how the balances of a version tie. Two queries."""
    return BalanceTies(
        frozenset(month for statement, month in compared_statements(book, version) if statement in _OF_BALANCES),
        frozenset((it.account, it.month) for it in mismatches(book, version) if it.statement in _OF_BALANCES),
    )
