"""How a cash-flow statement stands against the provider's balances: a change ties where both its ends do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tieout.core.month import Month
from tieout.expenses.tying import tying
from tieout.ledger.balance_ties import BalanceTies, balance_ties
from tieout.reports.beside import State
from tieout.reports.columns import compared_columns
from tieout.reports.document import Column
from tieout.reports.queries import LedgerAt


@dataclass(frozen=True, slots=True, kw_only=True)
class CashFlowTies:
    """The columns whose figures were all compared, and where figures differ, by column key."""

    compared: frozenset[str] = frozenset()
    of_profit: Mapping[str, State] = field(default_factory=dict)
    balances: BalanceTies = field(default_factory=BalanceTies)
    ends: Mapping[str, tuple[Month, Month]] = field(default_factory=dict)  # the month ends before and at a column's end

    def of_change(self, account: int) -> dict[str, State]:
        """Return where the change of an account differs."""
        return {
            key: State.DIFFERS for key, ends in self.ends.items() if any(self._differs((account,), it) for it in ends)
        }

    def of_balance(self, accounts: Collection[int], *, at_end: bool) -> dict[str, State]:
        """Return where the balances of some accounts differ, before a column or at its end."""
        return {key: State.DIFFERS for key, ends in self.ends.items() if self._differs(accounts, ends[at_end])}

    def _differs(self, accounts: Collection[int], month: Month) -> bool:
        return self.balances.state(accounts, month) is False


def cash_flow_ties(at: LedgerAt, columns: tuple[Column, ...]) -> CashFlowTies:
    """Return how the columns of a statement tie.

    The balances before the start of history are the provider's own, so they need no comparison.
    """
    balances, profit = balance_ties(at.book, at.version), tying(at.book, at.version)
    own = {it.key: (it.first, it.last) for it in columns if it.first and it.last and not it.derived}
    ends = {key: (first - 1, last) for key, (first, last) in own.items()}
    of_profit = {
        key
        for key, (first, last) in own.items()
        if any(
            first <= month <= last and account in at.accounts and not at.accounts[account].type.on_balance_sheet
            for account, month in profit.differing
        )
    }
    both = {
        key
        for key, (before, last) in ends.items()
        if last in balances.compared and (before in balances.compared or before < at.first)
    }
    return CashFlowTies(
        compared=compared_columns(columns, profit.compared) & both,
        of_profit=dict.fromkeys(of_profit, State.DIFFERS),
        balances=balances,
        ends=ends,
    )
