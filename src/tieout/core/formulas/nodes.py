"""What a variable's values come from: given ones, a formula, a sum of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from tieout.core.formulas.cells import Asking, evaluate
from tieout.core.formulas.columns import Column, Read, compiled
from tieout.core.formulas.functions import ZERO
from tieout.core.formulas.tree import Tree, names


class Node(Protocol):
    """A variable of a model. Both ways of computing it give the same values."""

    @property
    def depends(self) -> Collection[str]:
        """The keys that it looks at."""
        ...

    def column(self, read: Read, count: int) -> Column:
        """Return its value in each of ``count`` months. Raise Awkward or ArithmeticError where that is not possible."""
        ...

    def cell(self, at: int) -> Asking:
        """Compute one month; see ``cells.Asking``."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """Values that are known."""

    values: Column

    @property
    def depends(self) -> Collection[str]:
        return ()

    def column(self, _read: Read, _count: int) -> Column:
        return self.values

    def cell(self, at: int) -> Asking:
        yield from ()
        return self.values[at]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula after what is known: ``known`` are the first months' values, ``typed`` stand before the formula."""

    tree: Tree
    known: Column = field(default_factory=list)
    typed: Mapping[int, Decimal] = field(default_factory=dict)  # by position

    @property
    def depends(self) -> Collection[str]:
        return {name.key for name in names(self.tree)}

    def column(self, read: Read, count: int) -> Column:
        since = len(self.known)
        values = self.known + compiled(self.tree)(lambda key, away: read(key, away)[since:], count - since)
        for at, value in self.typed.items():
            values[at] = value
        return values

    def cell(self, at: int) -> Asking:
        if at in self.typed:
            return self.typed[at]
        if at < len(self.known):
            return self.known[at]
        return (yield from evaluate(self.tree, at))


@dataclass(frozen=True, slots=True)
class Sum:
    """Known values, and from there on the sum of others."""

    keys: tuple[str, ...]
    known: Column = field(default_factory=list)

    @property
    def depends(self) -> Collection[str]:
        return self.keys

    def column(self, read: Read, count: int) -> Column:
        since = len(self.known)
        if not self.keys:
            return self.known + [ZERO] * (count - since)
        return self.known + [
            sum(month, ZERO) for month in zip(*(read(key, 0)[since:] for key in self.keys), strict=True)
        ]

    def cell(self, at: int) -> Asking:
        if at < len(self.known):
            return self.known[at]
        total = ZERO
        for key in self.keys:
            total += yield key, at
        return total
