"""Faults: how a sandbox misbehaves on request.

A fault has a name, arguments, and optionally ``times`` (or ``calls``: it hits only the next N answers), ``path`` (it
hits only calls whose path contains the text) and ``after`` (it spares the first N of those). ``name:value`` is short
for ``name`` with ``{"value": value}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class UnknownFault(ValueError):
    """The sandbox has no such fault."""


@dataclass(slots=True)
class Fault:
    """One fault that is switched on."""

    name: str
    args: dict[str, Any] = field(default_factory=dict)
    left: int | None = None  # how many more answers it hits; None is all
    path: str = ""
    after: int = 0  # how many answers it spares first

    @property
    def value(self) -> object:
        """The main argument."""
        return self.args.get("value", True)


class Faults:
    """The faults that are on, of those that a sandbox has."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._on: dict[str, Fault] = {}

    def set(self, name: str, value: object = True, *, times: int | None = None, path: str = "", **args: object) -> None:
        """Switch a fault on. ``value`` may be a mapping of all arguments; False or None switches it off."""
        base, _, short = name.partition(":")
        if base not in self._known:
            raise UnknownFault(f"there is no fault {name!r}; there are {', '.join(sorted(self._known))}")
        if value is False or value is None:
            self._on.pop(base, None)
            return
        given: dict[str, Any] = dict(value) if isinstance(value, dict) else ({} if value is True else {"value": value})
        given |= args
        if short:
            given["value"] = int(short) if short.isdecimal() else short
        left = given.pop("times", None) or given.pop("calls", None) or times
        given.pop("calls", None)
        where = str(given.pop("path", "") or path)
        spared = int(given.pop("after", 0) or 0)
        self._on[base] = Fault(base, given, int(left) if left is not None else None, where, spared)

    def set_all(self, faults: Mapping[str, object]) -> None:
        """Switch several faults on or off, by their names."""
        for name, value in faults.items():
            self.set(name, value)

    def clear(self, name: str | None = None) -> None:
        """Switch one fault off, or all."""
        if name is None:
            self._on.clear()
        else:
            self._on.pop(name.partition(":")[0], None)

    def peek(self, name: str, path: str) -> Fault | None:
        """Return the fault if it would hit a call."""
        fault = self._on.get(name)
        return fault if fault is not None and fault.path in path else None

    def take(self, name: str, path: str) -> Fault | None:
        """Return the fault if it hits a call, and count the hit."""
        fault = self.peek(name, path)
        if fault is not None and fault.after:
            fault.after -= 1
            return None
        if fault is not None and fault.left is not None:
            fault.left -= 1
            if fault.left <= 0:
                del self._on[name]
        return fault

    def as_json(self) -> dict[str, Any]:
        """Return what is on."""
        return {
            fault.name: {**fault.args, "times": fault.left, "path": fault.path, "after": fault.after}
            for fault in self._on.values()
        }
