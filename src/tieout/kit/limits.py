"""Staying under a platform's published limits, counted in this process."""

from __future__ import annotations

from functools import cache

from pyrate_limiter import InMemoryBucket, Limiter, Rate, SingleBucketFactory


class Limit:
    """So many calls in so many seconds, for all rates at once."""

    def __init__(self, *rates: tuple[int, float]) -> None:
        """``rates`` are pairs of (calls, seconds)."""
        self._bucket = InMemoryBucket([Rate(calls, int(seconds * 1000)) for calls, seconds in rates])
        # No leaking thread: what has expired is dropped at each call, which is when it matters.
        self._limiter = Limiter(SingleBucketFactory(self._bucket, schedule_leak=False), buffer_ms=5)

    def wait(self) -> None:
        """Return when one more call is allowed."""
        self._bucket.leak(self._bucket.now())  # type: ignore[no-untyped-call]
        self._limiter.try_acquire("call")


@cache
def shared(_key: str, *rates: tuple[int, float]) -> Limit:
    """Return the limit of a key: the same object for all who ask in this process."""
    return Limit(*rates)
