"""Row 14: the grant is revoked at the platform."""

from __future__ import annotations

from datetime import timedelta

import httpx2

from tieout.connections.models import ConnectionState, RunState
from tieout.connections.requests import NotConnected
from tieout.proofs import queries
from tieout.proofs.ground import HERE, Trial
from tieout.proofs.linking import Link, Time, linked
from tieout.proofs.outcome import Broken, Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well, must_equal_the_books


class _Revoking(httpx2.BaseTransport):
    """Hands calls on; revokes the grant before one of them."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner
        self.left: int | None = None
        self.after = 0  # calls that came after the revocation
        self.link: Link | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a call."""
        if self.left is not None and self.link is not None:
            self.left -= 1
            if self.left == 0:
                self.link.control("revoke")
            self.after += self.left <= 0
        return self._inner.handle_request(request)


def grant_revoked(at: Trial) -> Measured:
    """Revoke the grant before or during a sync: one attempt, no storm, the figures stay."""
    key = at.ground.provider
    stand = small_books(at)
    way = _Revoking(httpx2.WSGITransport(app=stand.app))
    clock = Time(stand.clock.now())
    provider = at.ground.platform.provider(HERE, way, clock=clock)
    with linked(key, stand, clock=clock, provider=provider) as link:
        must_be_well(link.sync())
        before = queries.content(link.book)
        tokens = link.look("calls")["paths"].get("token", 0)
        way.link, way.left = link, at.dice.randrange(1, 6)
        run = link.sync()
        must(run.state == RunState.FAILED, f"the run over a revoked grant ended {run.state}: {run.reason}")
        must(run.remedy, "the log does not say what to do")
        state = queries.present(link.connection).state
        must(state == ConnectionState.RECONNECT, f"the connection is {state!r} and not to be authorised again")
        attempts = link.look("calls")["paths"].get("token", 0) - tokens
        must(attempts <= 1, f"the token was asked for {attempts} times")
        must(way.after <= 4, f"{way.after} calls were made after the revocation")
        _must_be_quiet(link, clock, way)
        must(queries.content(link.book) == before, "the published entries changed")
        must_equal_the_books(link)
    return {"calls after": way.after}


def _must_be_quiet(link: Link, clock: Time, way: _Revoking) -> None:
    """Require that nothing asks the platform again while days go by and people press the button."""
    calls = way.after
    for _ in range(10):
        clock.now += timedelta(hours=12)
        try:
            link.request()
        except NotConnected:
            continue
        raise Broken("a sync was begun without a grant")
    must(way.after == calls, f"{way.after - calls} calls were made without a grant")
