"""A sandbox's clock: it starts where it is told, runs on, and can be put forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day


class Clock:
    """Sandbox time in epoch seconds. ``ticks`` is the running time underneath; tests pass one that stands still."""

    def __init__(self, start: datetime, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self.skipped = timedelta()  # by how much it was put forward
        self._base = start - timedelta(seconds=ticks())

    @classmethod
    def at(cls, today: date, ticks: Callable[[], float] = lambda: 0.0) -> Clock:
        """Return a clock that shows five in the afternoon UTC, which is the same date from Hawaii to Moscow."""
        return cls(datetime.combine(today, time_of_day(17), UTC), ticks)

    def now(self) -> datetime:
        """Return the present moment, aware, UTC."""
        return self._base + timedelta(seconds=self._ticks())

    def seconds(self) -> int:
        """Return the present moment in whole epoch seconds."""
        return int(self.now().timestamp())

    def today(self) -> date:
        """Return the date in UTC."""
        return self.now().date()

    def advance(self, *, to: date) -> None:
        """Put the clock forward to the same time of another day. A day that is past leaves it alone."""
        days = (to - self.today()).days
        if days > 0:
            self.skip(timedelta(days=days))

    def skip(self, delta: timedelta) -> None:
        """Put the clock forward by a span."""
        self._base += delta
        self.skipped += delta
