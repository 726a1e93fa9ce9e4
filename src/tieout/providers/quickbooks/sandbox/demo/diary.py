"""What the company will do on which day; nothing after today happens."""

from __future__ import annotations

import heapq
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import count
from typing import ParamSpec

P = ParamSpec("P")


class Diary:
    """Actions by day, done in the order of days and, within a day, of their writing down."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._order = count()
        self._actions: list[tuple[date, int, Callable[[], object]]] = []

    def at(self, day: date, action: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Plan an action with its arguments."""
        planned: Callable[[], object] = partial(action, *args, **kwargs)
        heapq.heappush(self._actions, (day, next(self._order), planned))

    def run(self, until: date) -> None:
        """Do what is planned up to and on a day; actions may plan further ones."""
        while self._actions and self._actions[0][0] <= min(until, self.today):
            heapq.heappop(self._actions)[2]()


def months(first: date, today: date) -> Iterator[date]:
    """Yield the first day of each month from ``first``'s to ``today``'s."""
    for place in range(first.year * 12 + first.month - 1, today.year * 12 + today.month):
        yield date(place // 12, place % 12 + 1, 1)


def on(month: date, day: int) -> date:
    """Return a day of a month, the last one where the month is too short."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
