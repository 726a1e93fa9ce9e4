"""The published limits of calls (xero.md §2.2).

For each app and organisation 5 at once, 60 a minute, 1,000 or 5,000 a day; for each app 10,000 a minute. Windows are
fixed, and end at another moment for each organisation. What is refused is not counted.
"""

from __future__ import annotations

import threading
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

AT_ONCE = 5
A_MINUTE = 60
APP_A_MINUTE = 10_000
_MINUTE, _DAY = 60, 86_400


@dataclass(slots=True)
class _Window:
    """A fixed window: how long it is, where it begins, and how often it was used."""

    seconds: int
    phase: int
    number: int = -1
    used: int = 0

    def at(self, now: float) -> int:
        """Return how often it was used by now."""
        number = int((now - self.phase) // self.seconds)
        if number != self.number:
            self.number, self.used = number, 0
        return self.used

    def left(self, now: float) -> int:
        """Return the seconds until it ends, at least 1."""
        return max(1, int(self.seconds - (now - self.phase) % self.seconds + 0.999))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a call stands: refused for a ``problem`` (or ""), and what is left of each window."""

    problem: str
    retry_after: int | None
    day: int
    minute: int
    app_minute: int


@dataclass(slots=True)
class Call:
    """A call that is being answered; `Limits.end` must follow."""

    client: str
    tenant: str
    standing: Standing = field(init=False)


class Limits:
    """Counts calls. ``ticks`` is running time in seconds."""

    def __init__(
        self, ticks: Callable[[], float], *, on: bool = True, rapid: Callable[[str, str], bool] = lambda _c, _t: False
    ) -> None:
        """``rapid`` tells whether Rapid Sync lifts the minute's and the day's limit for an app and an organisation."""
        self._ticks = ticks
        self._rapid = rapid
        self.on = on
        self.at_once, self.a_minute, self.app_a_minute = AT_ONCE, A_MINUTE, APP_A_MINUTE
        self.a_day: int | None = None  # as many as a test says, else what the app's tier has
        self._open: Counter[tuple[str, str]] = Counter()
        self._minutes: dict[tuple[str, str], _Window] = {}
        self._days: dict[tuple[str, str], _Window] = {}
        self._apps: dict[str, _Window] = {}
        self._lock = threading.Lock()

    def begin(self, client: str, tenant: str, *, daily: int, free: bool = False) -> Call:
        """Count a call that has arrived, and say how it stands; `end` must follow. ``free``: no window counts it."""
        call = Call(client, tenant)
        with self._lock:
            self._open[client, tenant] += 1
            call.standing = self._standing(client, tenant, daily if self.a_day is None else self.a_day, free=free)
        return call

    def end(self, call: Call) -> None:
        """Tell that a call was answered."""
        with self._lock:
            self._open[call.client, call.tenant] -= 1

    def app_minute_left(self, client: str) -> int:
        """Return what is left of an app's minute, for calls that belong to no organisation."""
        with self._lock:
            return self.app_a_minute - self._app(client).at(self._ticks())

    def _standing(self, client: str, tenant: str, daily: int, *, free: bool) -> Standing:
        now = self._ticks()
        phase = zlib.crc32(tenant.encode())
        minute = self._minutes.setdefault((client, tenant), _Window(_MINUTE, phase % _MINUTE))
        day = self._days.setdefault((client, tenant), _Window(_DAY, phase % _DAY))
        app = self._app(client)
        lifted = free or self._rapid(client, tenant)
        problem, retry_after = "", None
        if self.on:
            if self._open[client, tenant] > self.at_once:
                problem = "concurrent"
            elif app.at(now) >= self.app_a_minute:
                problem = "appminute"
            elif not lifted and day.at(now) >= daily:
                problem, retry_after = "day", day.left(now)
            elif not lifted and minute.at(now) >= self.a_minute:
                problem, retry_after = "minute", minute.left(now)
            else:
                if not free:
                    app.used += 1
                if not lifted:
                    day.used, minute.used = day.at(now) + 1, minute.at(now) + 1
        return Standing(
            problem=problem,
            retry_after=retry_after,
            day=max(0, daily - day.at(now)),
            minute=max(0, self.a_minute - minute.at(now)),
            app_minute=max(0, self.app_a_minute - app.at(now)),
        )

    def _app(self, client: str) -> _Window:
        return self._apps.setdefault(client, _Window(_MINUTE, zlib.crc32(client.encode()) % _MINUTE))
