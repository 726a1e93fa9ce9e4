"""The trial balance at a month end, ours beside the books'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.core.month import Month
from tieout.core.records import Statement
from tieout.core.statements import DERIVED
from tieout.ledger.their_balances import their_balances
from tieout.reports.beside import Beside, State, overall
from tieout.reports.outline import AccountName, derived, name_of, outline
from tieout.reports.queries import LedgerAt


@dataclass(frozen=True, slots=True)
class TrialRow:
    """An account's balance. Balance-sheet accounts are cumulative, income and expense fiscal-year to date."""

    account: AccountName
    depth: int
    figure: Beside

    @property
    def debit(self) -> int:
        return max(self.figure.ours, 0)

    @property
    def credit(self) -> int:
        return max(-self.figure.ours, 0)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts that have a balance, here or at the provider. Minor units, debit positive; ours sums to zero."""

    month: Month
    rows: tuple[TrialRow, ...]
    compared: bool

    @property
    def debit(self) -> int:
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        return sum(row.credit for row in self.rows)

    @property
    def foot(self) -> Beside:
        """The sum of all balances: zero on both sides if both are whole."""
        theirs = sum(row.figure.theirs or 0 for row in self.rows) if self.compared else None
        return Beside(sum(row.figure.ours for row in self.rows), theirs)

    @property
    def state(self) -> State:
        if not self.rows:
            return State.TIES if self.compared else State.NOT_COMPARED
        return overall(row.figure.state for row in self.rows)

    @property
    def part(self) -> int:
        """How much of it the provider does not itemise: as much in debit as in credit."""
        return sum(abs(row.figure.part) for row in self.rows) // 2

    @property
    def differing(self) -> tuple[TrialRow, ...]:
        """The rows that do not tie."""
        return tuple(row for row in self.rows if row.figure.state is State.DIFFERS)


def trial_balances(at: LedgerAt, months: Sequence[Month]) -> Iterator[TrialBalance]:
    """Yield the trial balance at the end of each of the months (ascending), as known at a sync.

    Retained earnings are derived: the account's own postings and the profit of all fiscal years ended before.
    """
    theirs = their_balances(at.book, at.version, Statement.TRIAL_BALANCE, months)
    parts = at.explained_ends(months)
    for end in at.month_ends(months):
        part = parts[end.month].trial_balance if parts else {}
        yield _trial_balance(at, end.month, end.trial_balance, theirs.get(end.month), part)


def trial_balance(at: LedgerAt, month: Month) -> TrialBalance:
    """Return the trial balance at the end of one month."""
    return next(trial_balances(at, [month]))


def _trial_balance(
    at: LedgerAt, month: Month, ours: Mapping[int, int], theirs: Mapping[int, int] | None, part: Mapping[int, int]
) -> TrialBalance:
    def beside(account: int) -> Beside:
        known = None if theirs is None else theirs.get(account, 0)
        return Beside(ours.get(account, 0), known, part.get(account, 0), at.explaining.kind)

    shown = ours.keys() | (theirs or {}).keys()
    rows = [TrialRow(name_of(account), depth, beside(account.id)) for account, depth in outline(at.accounts, shown)]
    if DERIVED in shown:  # the chart has no account for retained earnings, and there is profit of earlier years
        rows.append(TrialRow(derived("Retained earnings"), 0, beside(DERIVED)))
    return TrialBalance(month, tuple(rows), compared=theirs is not None)
