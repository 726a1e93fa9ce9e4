"""The published rate limits per company: 10 requests a second and 500 a minute (quickbooks.md §2.6)."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

PER_SECOND = 10
PER_MINUTE = 500
_ONE_AT_A_TIME = 8  # calls a second that the platform's distance leaves to a client that waits for each answer


@dataclass(frozen=True, slots=True)
class _Call:
    limits: Limits
    realm: str

    def __enter__(self) -> bool:
        return self.limits.begin(self.realm)

    def __exit__(self, *_error: object) -> None:
        self.limits.end(self.realm)


class Limits:
    """Counts calls in sliding windows. ``ticks`` is running time in seconds.

    With ``sleep``, a client that asks one thing at a time is answered no faster than the platform would: over
    loopback it would be throttled for nothing but being near. Calls side by side are throttled as there.
    """

    def __init__(
        self, ticks: Callable[[], float], *, on: bool = True, sleep: Callable[[float], None] | None = None
    ) -> None:
        self._ticks = ticks
        self.on = on
        self._sleep = sleep
        self._calls: dict[str, deque[float]] = {}
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def call(self, realm: str) -> _Call:
        """Return the context of a call, which tells whether it is within the limits."""
        return _Call(self, realm)

    def begin(self, realm: str) -> bool:
        """Count a call that has arrived and tell whether it is within the limits; `end` must follow."""
        with self._lock:
            self._open[realm] += 1
            alone = self._open[realm] == 1
        if alone and self.on and self._sleep is not None:
            self._sleep(self._too_early(realm))
        with self._lock:
            return self.allow(realm)

    def end(self, realm: str) -> None:
        """Tell that a call was answered."""
        with self._lock:
            self._open[realm] -= 1

    def _too_early(self, realm: str) -> float:
        calls = self._calls.get(realm, ())
        return max(0.0, calls[-_ONE_AT_A_TIME] + 1 - self._ticks()) if len(calls) >= _ONE_AT_A_TIME else 0.0

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
