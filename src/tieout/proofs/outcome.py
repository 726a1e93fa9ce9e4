"""What came of trying a claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

Measured = Mapping[str, int]
"""What a trial counted, by a word for the table: {"kills": 12}."""


class Broken(AssertionError):
    """The claim does not hold: the text says what differed, in words."""


class NotPossible(Exception):
    """The claim cannot be tried on this machine: the text says what is missing."""


class Tried(msgspec.Struct, kw_only=True):
    """One trial. A process that tries a claim tells one of these a line."""

    number: int
    seed: int
    measured: dict[str, int] = {}
    broken: str = ""
    not_run: str = ""
    calls: int = 0  # that the sandboxes counted
    seconds: float = 0.0


class Outcome(msgspec.Struct, kw_only=True):
    """All trials of a claim."""

    claim: str
    says: str
    seed: int
    trials: int = 0
    failures: list[Tried] = []
    measured: dict[str, int] = {}
    not_run: str = ""
    calls: int = 0
    seconds: float = 0.0

    def take(self, tried: Tried) -> None:
        """Count one trial in."""
        if tried.not_run:
            self.not_run = tried.not_run
            return
        self.trials += 1
        self.calls += tried.calls
        if tried.broken:
            self.failures.append(tried)
        self.measured = dict(Counter(self.measured) + Counter(tried.measured))

    @property
    def passed(self) -> bool:
        """Whether it was tried, wholly, and held each time."""
        return self.trials > 0 and not self.failures and not self.not_run


def must(holds: object, what: str) -> None:
    """Raise Broken with ``what`` unless it holds."""
    if not holds:
        raise Broken(what)
