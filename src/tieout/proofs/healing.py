"""Rows 8 and 9: random work in the books, and gaps that the change feed cannot bridge."""

from __future__ import annotations

from datetime import timedelta

import httpx2

from tieout.connections.models import RunState
from tieout.core.month import Month
from tieout.proofs.comparison import our_lines
from tieout.proofs.ground import HERE, Trial
from tieout.proofs.linking import Link, Time, linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import TODAY, small_books
from tieout.proofs.tying import must_be_well, must_equal_line_by_line

FIRST = Month.of(TODAY).fiscal_year_start(2).start  # of the small company's books


def any_history(at: Trial) -> Measured:
    """Work in the books between syncs; each next one must bring all of it, and one more after it must write nothing."""
    stand, steps = small_books(at), 0
    at.ground.proving.quirks(stand, at.dice)
    history = at.dice.choice(("everything", "default"))
    with linked(at.ground.provider, stand, history=history) as link:
        must_be_well(link.sync())
        keeper = at.ground.proving.Bookkeeper(link, at.dice, oldest=at.dice.choice((FIRST, None)))
        for _ in range(2 if at.short else 3):
            pass_days(link, at.dice.choice((0, 0, 1, 9, 20)))
            done = keeper.work(at.dice.choice((1, 3, 12)))
            steps += len(done)
            must_be_well(link.sync(), done)
            must_equal_line_by_line(link, done)
        again = link.sync()
        still = (again.state, again.rows_written) == (RunState.UNCHANGED, 0)
        must(still, f"over unchanged books the run ended {again.state} and wrote {again.rows_written} rows")
        _must_equal_a_fresh_import(at, link, history)
    return {"changes in the books": steps}


def long_gap(at: Trial) -> Measured:
    """Stay away for longer than the feed remembers, or while more changes than it returns; one sync must heal it."""
    stand = small_books(at)
    clock = Time(stand.clock.now())
    crowded = at.dice.random() < 0.5
    most = at.dice.choice((2, 3, 5, 8)) if crowded else 0
    provider = at.ground.platform.provider(HERE, httpx2.WSGITransport(app=stand.app), clock=clock, feed_most=most)
    with linked(at.ground.provider, stand, clock=clock, provider=provider) as link:
        must_be_well(link.sync())
        if crowded:
            at.ground.proving.narrow_feed(stand, most)
        else:
            most_days = (at.ground.proving.GRANT_LASTS - timedelta(days=20)).days
            pass_days(link, min(at.dice.choice((28, 29, 30, 31, 45, 80)), most_days))
        keeper = at.ground.proving.Bookkeeper(link, at.dice, oldest=FIRST)
        done = keeper.work(12 if crowded else at.dice.choice((1, 4, 12)))
        if not crowded and at.dice.random() < 0.5:
            pass_days(link, at.dice.choice((1, 10, 15)))  # within the life of a refresh token: else the grant is over
        must_be_well(link.sync(), done)
        must_equal_line_by_line(link, done)
        _must_equal_a_fresh_import(at, link, "everything")
    return {"too many changes": int(crowded), "too long away": int(not crowded)}


def pass_days(link: Link, days: int) -> None:
    """Let days go by at the platform and here."""
    link.control("advance", to=str((link.stand.clock.now() + timedelta(days=days)).date()))
    if isinstance(link.clock, Time):
        link.clock.now = max(link.clock.now, link.stand.clock.now())


def _must_equal_a_fresh_import(at: Trial, link: Link, history: str) -> None:
    with linked(at.ground.provider, link.stand, history=history) as fresh:
        must_be_well(fresh.sync())
        ours = our_lines(link.book, link.book.published)
        theirs = our_lines(fresh.book, fresh.book.published)
        since = str(fresh.book.start)  # a book that began earlier keeps what it has
        more = [line for line in ours - theirs if line.date >= since]
        less = list(theirs - ours)
        must(not more and not less, f"a fresh import has other lines: {more[:1]} and {less[:1]}")
