"""What ties and what does not, statement by statement: the answer of ``tieout tie-out``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tieout.core.month import Month
from tieout.core.records import EntryKind, Statement
from tieout.core.residuals import NOTHING_MOVED, Coverage
from tieout.ledger.their_balances import all_compared_months
from tieout.ledger.tie_out import NET_INCOME, Mismatch, stored_coverage
from tieout.ledger.tie_out import explained as stored_explained
from tieout.ledger.tie_out import mismatches as stored_mismatches
from tieout.reports.beside import PARTS, State
from tieout.reports.queries import LedgerAt

STATEMENT_NAMES: Mapping[Statement, str] = {
    Statement.TRIAL_BALANCE: "trial balance",
    Statement.BALANCE_SHEET: "balance sheet",
    Statement.PROFIT_AND_LOSS: "profit and loss",
}


@dataclass(frozen=True, slots=True)
class TieOutSummary:
    """The tie-out of a sync, or of one month in it."""

    compared: Mapping[Statement, tuple[Month, ...]]  # month ends, ascending
    mismatches: tuple[Mismatch, ...]
    explained: tuple[Mismatch, ...] = ()  # balances that tie only with entries that explain what differed
    by: EntryKind = EntryKind.RESIDUAL  # the kind of these entries
    coverage: Mapping[Month, Coverage] = field(default_factory=dict)  # of the months asked for

    @property
    def state(self) -> State:
        if self.mismatches:
            return State.DIFFERS
        if not any(self.compared.values()):
            return State.NOT_COMPARED
        return PARTS[self.by] if self.explained else State.TIES

    @property
    def covered(self) -> Coverage:
        """How much of all that moved is itemised."""
        return sum(self.coverage.values(), NOTHING_MOVED)

    def of(self, statement: Statement) -> tuple[Mismatch, ...]:
        """Return what differs on one statement."""
        return tuple(it for it in self.mismatches if it.statement is statement)


def tie_out_summary(at: LedgerAt, month: Month | None = None) -> TieOutSummary:
    """Return what was compared at a sync and what differed, of one month or of all.

    Raise NoReport for a month that has not been read.
    """
    if month is not None:
        at.check(month, month)
    compared = all_compared_months(at.book, at.version)
    by, explained = _explained(at)
    coverage = stored_coverage(at.book, at.version)
    return TieOutSummary(
        compared={
            statement: tuple(sorted(it for it in compared.get(statement, ()) if month in (None, it)))
            for statement in Statement
        },
        mismatches=tuple(it for it in stored_mismatches(at.book, at.version) if month in (None, it.month)),
        explained=tuple(it for it in explained if month in (None, it.month)),
        by=by,
        coverage={its: it for its, it in coverage.items() if month in (None, its)},
    )


def _explained(at: LedgerAt) -> tuple[EntryKind, list[Mismatch]]:
    found = stored_explained(at.book, at.version)
    by = next((kind for kind, explained in found.items() if explained), EntryKind.RESIDUAL)
    return by, found[by]


def differing_months(at: LedgerAt) -> Iterator[Month]:
    """Yield the months in which any statement differs, newest first."""
    yield from sorted({it.month for it in stored_mismatches(at.book, at.version)}, reverse=True)


def account_label(at: LedgerAt, account: int) -> str:
    """Return how a mismatch's account is called."""
    return "Net income" if account == NET_INCOME else at.accounts[account].label
