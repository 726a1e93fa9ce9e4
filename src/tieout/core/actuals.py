"""Actuals in two layers, imported and typed, and the adjustment that makes lines and totals agree. Pure arithmetic.

Amounts are minor units, debit positive. A line shows typed ?? imported ?? estimate. A total is typed ?? the books' ??
(no books for that month) Σ lines, and adjustment = total − Σ lines. So Σ lines + adjustment = total, whatever is typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where the amount that a figure shows comes from."""

    TYPED = "typed"
    IMPORTED = "imported"
    ESTIMATED = "estimated"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class TypedOver:
    """An amount that a person typed, and the imported one that it stands over; None: the books had none."""

    amount: int
    over: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A row's month, layer by layer. ``imported`` is None where the books do not say anything of it."""

    imported: int | None = None
    typed: TypedOver | None = None
    estimate: int | None = None

    @property
    def origin(self) -> Origin:
        """Which layer is shown."""
        if self.typed is not None:
            return Origin.TYPED
        if self.imported is not None:
            return Origin.IMPORTED
        return Origin.NOTHING if self.estimate is None else Origin.ESTIMATED

    @property
    def shown(self) -> int:
        """What is shown, 0 where no layer says anything."""
        if self.typed is not None:
            return self.typed.amount
        return self.imported if self.imported is not None else self.estimate or 0

    @property
    def moved_on(self) -> bool:
        """Whether the import under a typed amount is another than the one it was typed over: "books now say x"."""
        return self.typed is not None and self.imported != self.typed.over


@dataclass(frozen=True, slots=True)
class Moved:
    """A typed amount whose row is gone. ``whole`` says that the row was a section and not a line of one."""

    typed: TypedOver
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMonth:
    """A section in one month.

    ``own`` is the books' total and what was typed over it, ``moved`` are typed amounts whose row is gone.
    """

    own: Figure
    lines: Sequence[Figure]
    moved: Sequence[Moved] = ()

    @property
    def summed(self) -> int:
        """Σ lines."""
        return sum(line.shown for line in self.lines)

    @property
    def total(self) -> int:
        """What the section shows.

        A row that goes takes nothing from it. A line counted only where there are no books, a section by what was typed
        beyond the books' total; under a typed subtotal neither did.
        """
        if self.own.typed is not None:
            return self.own.typed.amount
        base = self.own.imported
        if base is None:
            base = self.summed + sum(it.typed.amount for it in self.moved if not it.whole)
        return base + sum(it.typed.amount - (it.typed.over or 0) for it in self.moved if it.whole)

    @property
    def adjustment(self) -> int:
        """What the total has beyond its lines."""
        return self.total - self.summed


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMonth:
    """Cash in one month, money in positive: what was there, what came and went by the books, and what is there.

    ``banks`` are the accounts' ending balances, some typed. What is typed beyond the books has no posting that says
    why: it is an unexplained change in its month, and out again in the next, unless that is typed too.
    """

    begins: int
    flows: int
    banks: Sequence[Figure]
    moved: Sequence[Moved] = ()

    @property
    def beyond(self) -> int:
        """How much the ending balance is above the books', by what is typed."""
        banks = sum(it.shown - (it.imported or 0) for it in self.banks if it.typed is not None)
        return banks + sum(it.typed.amount - (it.typed.over or 0) for it in self.moved)

    @property
    def ends(self) -> int:
        """What is there at the month's end."""
        return sum(it.imported or 0 for it in self.banks) + self.beyond

    @property
    def unexplained(self) -> int:
        """What neither the books' postings explain nor what was there before."""
        return self.ends - self.begins - self.flows
