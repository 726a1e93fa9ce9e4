"""Calls stay under the published limits."""

from __future__ import annotations

import time

from tieout.kit.limits import Limit, shared


def test_no_window_holds_more_than_its_limit() -> None:
    limit = Limit((5, 0.05), (12, 0.2))
    times = []
    for _ in range(15):
        limit.wait()
        times.append(time.monotonic())
    for calls, seconds in ((5, 0.05), (12, 0.2)):
        for first, after in zip(times, times[calls:], strict=False):
            assert after - first >= seconds - 0.005


def test_one_limit_for_all_who_name_it() -> None:
    assert shared("a", (1, 1.0)) is shared("a", (1, 1.0))
    assert shared("a", (1, 1.0)) is not shared("b", (1, 1.0))
