"""What moved between two states of a book: lines added, changed, removed and re-mapped, which add up (guarantee 6).

A record is the unit of change (`ledger.changes_nets`): one that is there before and after, with other content, is
*changed*, whether its entry was written anew or undone and posted again, and its lines are paired
(`ledger.changes_pairs`); one that was undone is *removed*. A line that the books left alone and that was in another
expense is *re-mapped*; by today's mapping there is none, since both states are then asked in the same expenses. A
change has an effect in each cell that it touches: what moves from March to April is one change with an effect in both.

The cost follows what changed, never the size of the book.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.ledger.changes_pairs import Kind, LineAt, LineChange, Place
from tieout.ledger.changes_sources import Asked, changed, read, source, sums
from tieout.ledger.known_at import NOTHING, KnownAt, mapping_as_then, mapping_today
from tieout.ledger.models import Book
from tieout.ledger.queries import PAGE, Cell

__all__ = [
    "NOTHING", "Kind", "KnownAt", "LineAt", "LineChange", "LineChanges", "Place", "Tally", "line_changes",
    "mapping_as_then", "mapping_today",
]  # fmt: skip


@dataclass(slots=True)
class Tally:
    """How many lines of each kind touch a cell, and what they do to its sum: minor units, debit positive."""

    effect: int = 0
    lines: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))

    @property
    def count(self) -> int:
        return sum(self.lines.values())

    def add(self, kind: Kind, lines: int, effect: int) -> None:
        """Count some lines in."""
        self.lines[kind] += lines
        self.effect += effect


@dataclass(frozen=True, slots=True)
class LineChanges:
    """A page of changes, and what all of them do together.

    ``hidden`` sums, by account and month (key), the changes that no page lists because the reader may not see them.
    """

    page: tuple[LineChange, ...]
    count: int  # of the changes that pages list
    lines: Mapping[Kind, int]  # of all of them, hidden ones too; a line that moves between cells counts once
    by_place: Mapping[Place, Tally]
    hidden: Mapping[tuple[int, int], Tally]

    @property
    def effect(self) -> int:
        """What the sum of all that was asked for changes by."""
        return sum(tally.effect for tally in self.by_place.values())


def line_changes(
    book: Book,
    older: KnownAt,
    newer: KnownAt,
    cells: Sequence[Cell] = (),
    *,
    payroll_accounts: Collection[int] | None,
    offset: int = 0,
    limit: int = PAGE,
) -> LineChanges:
    """Return what moved from an older state of a book to a newer one in any of the cells; () means everywhere.

    ``payroll_accounts`` as for `ledger.queries.cell_lines`. Changed ones come first, then removed, added, re-mapped.
    Both states are asked by today's mapping, or the older one as then: anything else is a ValueError.
    """
    if older.version and older.moves is None and newer.moves is not None:
        raise ValueError("an older state by today's mapping cannot be compared with a newer one as then")
    asked = Asked(book, older, newer, cells, payroll_accounts)
    result = _Result(asked, offset, limit)
    later: defaultdict[Kind, list[LineChange]] = defaultdict(list)
    for change in changed(asked):
        if change.kind in (Kind.REMOVED, Kind.ADDED):
            later[change.kind].append(change)
        else:
            result.take(change)
    for kind in (Kind.REMOVED, Kind.ADDED, Kind.REMAPPED):
        for change in later[kind]:
            result.take(change)
        lines = source(asked, kind)
        if lines is None:
            continue
        start = result.listed
        for was, now, hidden, count, amount in sums(lines):
            result.count(kind, _effects(kind, was, now, amount), lines=count, hidden=hidden)
        room = limit - len(result.page)
        if room > 0 and result.listed > max(start, offset):
            result.page += read(lines, offset=max(offset - start, 0), limit=room)
    return LineChanges(tuple(result.page), result.listed, result.lines, dict(result.by_place), dict(result.hidden))


def _effects(kind: Kind, was: Place, now: Place, amount: int) -> dict[Place, int]:
    match kind:
        case Kind.ADDED:
            return {now: amount}
        case Kind.REMOVED:
            return {was: -amount}
        case _:
            return {was: -amount, now: amount}


class _Result:
    """Adds changes up, and keeps those of one page."""

    def __init__(self, asked: Asked, offset: int, limit: int) -> None:
        self._asked = asked
        self._wanted = range(offset, offset + limit)
        self.page: list[LineChange] = []
        self.listed = 0
        self.lines = dict.fromkeys(Kind, 0)
        self.by_place: defaultdict[Place, Tally] = defaultdict(Tally)
        self.hidden: defaultdict[tuple[int, int], Tally] = defaultdict(Tally)

    def take(self, change: LineChange) -> None:
        """Count a change in if it touches one of the cells, and keep it if it is on the page."""
        before = self.listed
        self.count(change.kind, change.effects, lines=1, hidden=change.hidden)
        if self.listed > before and before in self._wanted:
            self.page.append(change)

    def count(self, kind: Kind, effects: Mapping[Place, int], *, lines: int, hidden: bool) -> None:
        """Count some lines in that have the same effects together, as far as they touch the cells."""
        inside = {place: effect for place, effect in effects.items() if self._asked.holds(place)}
        if not inside:
            return
        self.lines[kind] += lines
        self.listed += 0 if hidden else lines
        for place, effect in inside.items():
            self.by_place[place].add(kind, lines, effect)
            if hidden:
                self.hidden[place.account, place.month].add(kind, lines, effect)
