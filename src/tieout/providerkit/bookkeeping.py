"""Random work in somebody's books, done at a sandbox's control address: the history that a sync must bring.

What people can do differs from platform to platform: each one's ``proving`` has a bookkeeper of its own, who knows the
sandbox by its control address alone, never how a provider reads it. The same dice give the same history.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Protocol

Json = dict[str, Any]

_MEMOS = ("", "lamps", "two\nlines", "Ümlaut 漢字", "=1+1", "x" * 300)
# Days from the present one: most often of the last months, but also years ago, ahead, and before everything.
_SPANS = ((-60, 0), (-60, 0), (-800, 0), (0, 400), (-1800, -400))


class Desk(Protocol):
    """Where the work is done: a sandbox's control address."""

    def look(self, what: str, **params: str) -> Json:
        """Return what ``GET /control/{what}`` answers."""
        ...

    def control(self, command: str, **body: object) -> Json:
        """Do something by ``POST /control/{command}``. Raise RuntimeError if the sandbox refuses it."""
        ...


class Bookkeeper(ABC):
    """Works in the books. What it did is in ``done``, in words, for those who look for the cause of a difference."""

    def __init__(self, desk: Desk, dice: Random, *, oldest: date | None = None) -> None:
        """``oldest``: no entry is dated before it; else they may also be dated before the first one."""
        self.desk = desk
        self.dice = dice
        self._today = date.fromisoformat(desk.look("books")["companies"][0]["today"])
        self._oldest = oldest
        self.made = 0
        self.done: list[str] = []

    def work(self, steps: int) -> list[str]:
        """Do so many things; return what was done. What the sandbox refuses was not done, and is told as such."""
        self.look()
        began = len(self.done)
        for _ in range(steps):
            what = self.dice.choice(self.doings())
            try:
                said = what()
            except (RuntimeError, IndexError) as refusal:
                self.done.append(f"not done: {what.__name__} ({refusal})")
            else:
                self.done.append(said)
                self.look()
        return self.done[began:]

    @abstractmethod
    def look(self) -> None:
        """Take in the books as they are now."""

    @abstractmethod
    def doings(self) -> Sequence[Callable[[], str]]:
        """Return what people do there; what they do more often stands there more often. Each says what was done."""

    def memo(self) -> str:
        """Return a text."""
        return self.dice.choice(_MEMOS)

    def day(self) -> date:
        """Return a day."""
        span = self.dice.choice(_SPANS)
        day = self._today + timedelta(days=self.dice.randint(*span))
        return max(day, self._oldest) if self._oldest else day
