"""Row 12: a platform in bad weather. One call in five goes wrong; its limits are never exceeded."""

from __future__ import annotations

import time
from collections import Counter
from random import Random

import httpx2

from tieout.connections.models import SyncRun
from tieout.connections.run import execute
from tieout.jobs.registry import RetryAt
from tieout.proofs import queries
from tieout.proofs.ground import HERE, Trial
from tieout.proofs.linking import Link, Time, linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well, must_equal_line_by_line

_SHARE = 0.2
_KINDS = ("429", "500", "502", "503", "504", "time-out", "reset", "refused", "cut")
_RESTS = 20
_SHORT = 4  # calls that go wrong in the short form: each is waited for in real time


class Rough(httpx2.BaseTransport):
    """Hands calls on to the sandbox; lets some of them go wrong, and sees whether what it asks for is heeded."""

    def __init__(self, inner: httpx2.BaseTransport, dice: Random, most: int | None) -> None:
        """After ``most`` calls that went wrong, of which the first is told to wait, none does."""
        self._inner = inner
        self._dice = dice
        self._kinds = None if most is None else ["429", *(dice.choice(_KINDS) for _ in range(most - 1))]
        self.on = False
        self.wrong: Counter[str] = Counter()
        self.calm_until = 0.0  # until when the last answer asked to be left alone
        self.too_early: list[str] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a call, or not."""
        early = self.calm_until - time.monotonic()
        if early > 0:
            self.too_early.append(f"{early:.2f} s before the time that Retry-After named")
        if not self.on or self._kinds == [] or self._dice.random() >= _SHARE:
            return self._inner.handle_request(request)
        kind = self._dice.choice(_KINDS) if self._kinds is None else self._kinds.pop(0)
        self.wrong[kind] += 1
        match kind:
            case "time-out":
                raise httpx2.ReadTimeout("nothing came", request=request)
            case "reset":
                raise httpx2.ReadError("the connection was reset", request=request)
            case "refused":
                raise httpx2.ConnectError("nobody listens", request=request)
            case "cut":
                answer = self._inner.handle_request(request)
                body = answer.read()
                cut = body[: self._dice.randrange(len(body))]
                return httpx2.Response(answer.status_code, content=cut, headers={"content-type": "application/json"})
            case "429":
                after = self._dice.choice((1, 1, 2))
                self.calm_until = time.monotonic() + after
                return httpx2.Response(429, headers={"retry-after": str(after)})
            case _:
                return httpx2.Response(int(kind), content=b"<html>trouble</html>")


def rough_weather(at: Trial) -> Measured:
    """Sync with the shipped provider and its own pace while calls go wrong."""
    stand = small_books(at, limits=True)
    rough = Rough(httpx2.WSGITransport(app=stand.app), at.dice, _SHORT if at.short else None)
    provider = at.ground.platform.shipped(HERE, rough)
    clock = Time(stand.clock.now())
    with linked(at.ground.provider, stand, clock=clock, provider=provider) as link:
        rough.on = True
        for _ in range(1 if at.short else 2):
            run = _sync(link, rough, clock)
            refused = link.look("calls")["rate_limited"]
            must(not refused, f"the sandbox refused {refused} calls over the platform's limits")
            must(not rough.too_early, f"{len(rough.too_early)} calls came too early: {rough.too_early[:1]}")
            must_be_well(run)
        rough.on = False
        must_equal_line_by_line(link)
    return {"calls that went wrong": rough.wrong.total()}


def _sync(link: Link, rough: Rough, clock: Time) -> SyncRun:
    """Bring a sync to its end, waiting as long as the run says; real time is not spent on that. Return the run."""
    run = link.request()
    for _ in range(_RESTS):
        try:
            execute(run.pk, clock=clock, check=lambda: None)
            break
        except RetryAt as later:
            if later.when.timestamp() - clock.now.timestamp() >= rough.calm_until - time.monotonic():
                rough.calm_until = 0.0
            clock.now = later.when
    return queries.run_now(run)
