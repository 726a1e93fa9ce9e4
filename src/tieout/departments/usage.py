"""Who uses a department. The parts above say it here, since this part knows none of them."""

from __future__ import annotations

from typing import Protocol

from tieout.departments.models import Department


class Usage(Protocol):
    """What a part that keeps departments' ids registers."""

    def in_use(self, department: Department) -> bool:
        """Return whether anything stands in the department."""
        ...

    def move(self, source: Department, target: Department) -> None:
        """Move everything from one department to the other; called inside the removal's transaction."""
        ...


_usages: list[Usage] = []


def register(usage: Usage) -> None:
    """Have a part asked before a department is removed. Registering the same one twice asks it once."""
    if usage not in _usages:
        _usages.append(usage)


def in_use(department: Department) -> bool:
    """Return whether any part keeps something in the department."""
    return any(usage.in_use(department) for usage in _usages)


def move(source: Department, target: Department) -> None:
    """Move what all parts keep in one department to another."""
    for usage in _usages:
        usage.move(source, target)
