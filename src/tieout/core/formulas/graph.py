"""In which order variables are computed: what depends on each other in a circle comes together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

Depends = Mapping[str, Collection[str]]
"""What each variable looks at."""


def components(depends: Depends) -> list[tuple[str, ...]]:
    """Return the variables in an order in which each comes after what it looks at; circles as one, sorted.

    Tarjan's strongly connected components, without recursion. Keys that nothing is said of are left out.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []  # in no component yet
    is_open: set[str] = set()
    result: list[tuple[str, ...]] = []
    for root in depends:
        if root in index:
            continue
        stack: list[tuple[str, Iterator[str]]] = [(root, iter(depends[root]))]
        index[root] = low[root] = len(index)
        open_.append(root)
        is_open.add(root)
        while stack:
            key, left = stack[-1]
            for other in left:
                if other not in depends:
                    continue
                if other not in index:
                    index[other] = low[other] = len(index)
                    open_.append(other)
                    is_open.add(other)
                    stack.append((other, iter(depends[other])))
                    break
                if other in is_open:
                    low[key] = min(low[key], index[other])
            else:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[key])
                if low[key] == index[key]:
                    at = open_.index(key) if open_[-1] != key else len(open_) - 1
                    result.append(tuple(sorted(open_[at:])))
                    is_open.difference_update(open_[at:])
                    del open_[at:]
    return result


def dependents(depends: Depends) -> dict[str, list[str]]:
    """Return which variables look at each."""
    result: defaultdict[str, list[str]] = defaultdict(list)
    for key, others in depends.items():
        for other in others:
            result[other].append(key)
    return dict(result)
