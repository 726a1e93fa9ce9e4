"""What a variable's values come from: given ones, a formula, a sum of others."""

from __future__ import annotations

from collections import defaultdict
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
class Part:
    """Another variable's values, at the positions from ``first`` up to but without ``end``."""

    key: str
    first: int = 0
    end: int | None = None  # None: to the last month

    def holds(self, at: int) -> bool:
        """Return whether it takes part in a month."""
        return self.first <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Total:
    """Values that are known, and in each month the values of others on top."""

    known: Column
    parts: tuple[Part, ...]

    @property
    def depends(self) -> Collection[str]:
        return {part.key for part in self.parts}

    def column(self, read: Read, count: int) -> Column:
        values = list(self.known)
        together: defaultdict[tuple[int, int | None], list[str]] = defaultdict(list)
        for part in self.parts:
            together[part.first, part.end].append(part.key)
        for (first, end), keys in together.items():
            window = slice(first, count if end is None else end)
            columns = (read(key, 0)[window] for key in keys)
            values[window] = [sum(month, ZERO) for month in zip(values[window], *columns, strict=True)]
        return values

    def cell(self, at: int) -> Asking:
        total = self.known[at]
        for part in self.parts:
            if part.holds(at):
                total += yield part.key, at
        return total
