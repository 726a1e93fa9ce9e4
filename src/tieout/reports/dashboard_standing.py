"""How a figure of the dashboard stands against the books, in a word with a sign."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import EntryKind
from tieout.expenses.periods import Span
from tieout.expenses.tying import Tying
from tieout.ledger.differing import Differing
from tieout.ledger.explaining import Explaining
from tieout.ui.figures import exact


@dataclass(frozen=True, slots=True)
class Standing:
    """``css`` is the badge's kind, ``icon`` its shape, ``text`` its words."""

    css: str
    icon: str
    text: str


TIES = Standing("badge--tied", "tie", "ties to the books")
DIFFERS = Standing("badge--differ", "differ", "differs from the books")
NOT_COMPARED = Standing("", "info", "not compared")


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What a book was compared with, and what the closed months of it no longer agree with."""

    tying: Tying
    closed: Collection[Differing]
    explaining: Explaining
    digits: int

    def of(
        self,
        accounts: Collection[int],
        span: Span,
        types: Collection[AccountType],
        within: Collection[int] | None = None,
    ) -> Standing:
        """Return how the movement of some accounts over some months stands.

        What closed months differ by is that of some types, and ``within`` of some accounts only.
        """
        months = set(span.months())
        moved = sum(
            it.changed + it.remapped
            for it in self.closed
            if it.type in types and it.month in months and (within is None or it.account in within)
        )
        if moved:
            return Standing("badge--differ", "lock", f"closed; books differ by {exact(abs(moved), self.digits)}")
        match self.tying.state(accounts, span):
            case False:
                return DIFFERS
            case None:
                return NOT_COMPARED
            case True:
                return self._ties(set(accounts), months)

    def _ties(self, accounts: Collection[int], months: Collection[Month]) -> Standing:
        keys = {month.key for month in months}
        lines = self.explaining.lines
        part = sum(abs(amount) for account, _, key, amount in lines if account in accounts and key in keys)
        if not part:
            return TIES
        word = "not itemised" if self.explaining.kind is EntryKind.RESIDUAL else "revalued"
        return Standing("", "part", f"ties, {exact(part, self.digits)} {word}")
