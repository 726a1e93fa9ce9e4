"""Lines under their departments and categories, in the order that they come in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from tieout.budgets.content import Line

T = TypeVar("T")
UNASSIGNED = "Unassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Generic[T]):
    """A row of an outline: a category (level 1), a department (2) or one item (3), with the items that it sums."""

    key: str
    label: str
    level: int
    items: tuple[T, ...]

    @property
    def leaf(self) -> T | None:
        """The item of a row of level 3."""
        return self.items[0] if self.level == 3 else None


def outline(items: Iterable[T], line_of: Callable[[T], Line]) -> Iterator[Node[T]]:
    """Yield categories, departments and items. An item without a department stands right under its category."""
    tree: dict[str, dict[str, list[T]]] = {}
    for item in items:
        line = line_of(item)
        tree.setdefault(line.category or UNASSIGNED, {}).setdefault(line.department, []).append(item)
    for at, (category, departments) in enumerate(tree.items()):
        inside = tuple(item for items_ in departments.values() for item in items_)
        yield Node(key=f"c{at}", label=category, level=1, items=inside)
        for place, (department, below) in enumerate(departments.items()):
            if department:
                yield Node(key=f"c{at}d{place}", label=department, level=2, items=tuple(below))
            for number, item in enumerate(below):
                yield Node(key=f"c{at}d{place}i{number}", label=line_of(item).name, level=3, items=(item,))
