"""The published rate limits per company: 10 requests a second and 500 a minute (quickbooks.md §2.6)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

PER_SECOND = 10
PER_MINUTE = 500


class Limits:
    """Counts calls in sliding windows. ``ticks`` is running time in seconds."""

    def __init__(self, ticks: Callable[[], float], *, on: bool = True) -> None:
        self._ticks = ticks
        self.on = on
        self._calls: dict[str, deque[float]] = {}

    def allow(self, realm: str) -> bool:
        """Tell whether a call is within the limits, and count it if so."""
        if not self.on:
            return True
        now = self._ticks()
        calls = self._calls.setdefault(realm, deque())
        while calls and calls[0] <= now - 60:
            calls.popleft()
        last_second = (
            sum(1 for at in reversed(calls) if at > now - 1) if len(calls) < PER_SECOND else self._recent(calls, now)
        )
        if len(calls) >= PER_MINUTE or last_second >= PER_SECOND:
            return False
        calls.append(now)
        return True

    @staticmethod
    def _recent(calls: deque[float], now: float) -> int:
        count = 0
        for at in reversed(calls):
            if at <= now - 1:
                break
            count += 1
        return count
