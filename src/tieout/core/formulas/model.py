"""Variables over a range of months, computed in the order that they need, and anew only where something changed."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal, DecimalException, localcontext

from tieout.core.formulas.cells import Asking
from tieout.core.formulas.columns import Awkward, Column
from tieout.core.formulas.functions import CONTEXT, ZERO
from tieout.core.formulas.graph import components, dependents
from tieout.core.formulas.nodes import Node
from tieout.core.formulas.together import Row, Together, ask
from tieout.core.month import Month


class Model:
    """Nodes by key over ``count`` months from ``first`` on. Before the first month everything is zero."""

    def __init__(self, first: Month, count: int, nodes: Mapping[str, Node]) -> None:
        self.first = first
        self.count = count
        self._nodes = dict(nodes)
        self._rows: dict[str, Row] = {}
        self._depends: dict[str, Collection[str]] = {}
        self._order: list[tuple[str, ...]] = []
        self._place: dict[str, int] = {}  # of a key's component in the order
        self._dependents: dict[str, list[str]] = {}
        self._compute(range(len(self._sort())))

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def row(self, key: str) -> Row:
        """Return a variable's row. Raise KeyError for an unknown one."""
        return self._rows[key]

    def ask(self, work: Asking) -> Decimal:
        """Return what a computation comes to with the rows as they are. Raise Failed with the fault."""
        with localcontext(CONTEXT):
            return ask(work, self._rows, self.count)

    def month(self, at: int) -> Month:
        """Return the month at a position."""
        return self.first + at

    def replace(self, nodes: Mapping[str, Node | None]) -> frozenset[str]:
        """Put other nodes in place (None: take it out) and compute what depends on them; return what was computed."""
        self._nodes.update((key, node) for key, node in nodes.items() if node)
        for key in nodes:
            if nodes[key] is None:
                self._nodes.pop(key, None)
                self._rows.pop(key, None)
        looked_at = [key for gone in nodes for key in self._dependents.get(gone, ())]
        if any(node is None or node.depends != self._depends.get(key) for key, node in nodes.items()):
            self._sort()
        return self.recompute([*nodes, *looked_at])

    def recompute(self, changed: Iterable[str]) -> frozenset[str]:
        """Compute what changed and whatever depends on it; return what was computed.

        Where a row comes out as it was, what looks at it is left alone.
        """
        return self._compute({self._place[key] for key in changed if key in self._place})

    def _sort(self) -> list[tuple[str, ...]]:
        self._depends = {key: node.depends for key, node in self._nodes.items()}
        self._order = components(self._depends)
        self._place = {key: place for place, keys in enumerate(self._order) for key in keys}
        self._dependents = dependents(self._depends)
        return self._order

    def _compute(self, places: Iterable[int]) -> frozenset[str]:
        waiting = sorted(places)
        seen = set(waiting)
        computed: list[str] = []
        with localcontext(CONTEXT):
            while waiting:
                keys = self._order[heapq.heappop(waiting)]
                before = [self._rows.get(key) for key in keys]
                self._settle(keys)
                computed += keys
                for key, old in zip(keys, before, strict=True):
                    if self._rows[key] == old:
                        continue
                    for other in self._dependents.get(key, ()):
                        if (place := self._place[other]) not in seen:
                            seen.add(place)
                            heapq.heappush(waiting, place)
        return frozenset(computed)

    def _settle(self, keys: tuple[str, ...]) -> None:
        key = keys[0]
        if len(keys) == 1 and key not in self._depends[key]:
            try:
                self._rows[key] = Row(self._nodes[key].column(self._column, self.count))
            except (Awkward, DecimalException):
                pass
            else:
                return
        self._rows.update(Together(keys, self._nodes, self._rows, self.count).rows())

    def _column(self, key: str, away: int) -> Column:
        row = self._rows.get(key)
        if row is None or row.faults or away > 0:
            raise Awkward
        if away:
            return ([ZERO] * -away + row.values)[: self.count]
        return row.values
