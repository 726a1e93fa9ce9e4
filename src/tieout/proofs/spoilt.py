"""Rows 10 and 11: pages that are cut, repeated, reordered or altered, and things that nobody knows."""

from __future__ import annotations

from typing import cast

import httpx2

from tieout.connections.models import RunState, SyncRun
from tieout.proofs import queries
from tieout.proofs.ground import HERE, Trial
from tieout.proofs.linking import Link, Time, linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well, must_equal_line_by_line, must_equal_the_books
from tieout.providerkit.proving import Damage, Spoiling

_UNKNOWN = ("unknown", "missing", "no id", "no type", "no columns", "too few", "too many")


def any_page(at: Trial) -> Measured:
    """Spoil pages of syncs in any of the ways that are known."""
    return _spoil(at, ())


def unknown_things(at: Trial) -> Measured:
    """Spoil pages by what is unknown, missing, or of another shape."""
    return _spoil(at, _UNKNOWN)


def _spoil(at: Trial, words: tuple[str, ...]) -> Measured:
    proving, stand = at.ground.proving, small_books(at)
    between = proving.spoiling(httpx2.WSGITransport(app=stand.app))
    clock, done, refused = Time(stand.clock.now()), 0, 0
    provider = at.ground.platform.provider(HERE, cast("httpx2.BaseTransport", between), clock=clock)
    with linked(at.ground.provider, stand, clock=clock, provider=provider) as link:
        must_be_well(link.sync())
        between.sound.clear()
        must_be_well(link.sync(everything=True))
        sound = dict(between.sound)
        pages = sorted(sound)
        for _ in range(6 if at.short else 20):
            page = at.dice.choice(pages)
            ways = [it for it in proving.damages(page, sound[page], at.dice) if _wanted(it, words)]
            if not ways:
                continue
            damage = at.dice.choice(ways)
            run = _sync_over(link, between, page, damage)
            if between.hits:
                done += 1
                refused += run.state in (RunState.FAILED, RunState.HELD)
    return {"pages spoilt": done, "refused": refused}


def _wanted(damage: Damage, words: tuple[str, ...]) -> bool:
    return not words or any(word in damage.name for word in words)


def _sync_over(link: Link, between: Spoiling, page: object, damage: Damage) -> SyncRun:
    """Sync while one page is spoilt, and require what must come of it; then bring the sound books again."""
    before = queries.content(link.book)
    between.page, between.spoil, between.hits = page, lambda _: damage.body, 0
    run = link.sync(everything=True)
    between.page = None
    told = f"{page}, {damage.name}: the run ended {run.state} ({run.reason})"
    same = queries.content(link.book) == before
    if run.state in (RunState.FAILED, RunState.HELD):
        must(same, f"{told}, and the published entries changed")
        must(damage.ending in ("refused", "either"), f"{told}, and it should have been taken")
        must(run.remedy and (": " in run.reason or "at the end of" in run.reason), f"{told}, and the page is not named")
    else:
        must(damage.ending in ("text", "either") or same, f"{told}, and the published entries changed")
        must_equal_the_books(link)
    must_be_well(link.sync(everything=True))
    must_equal_line_by_line(link)
    return run
