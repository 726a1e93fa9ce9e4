"""The parts of a run: as its row keeps them, in months, and in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tieout.core.month import Month
from tieout.core.records import After, Part, Window

Stored = list[str]
_AFTER = "after"


def stored(part: Part) -> Stored:
    """Return a part as JSON keeps it: a window's two days, or "after" and a cursor."""
    match part:
        case Window(start=start, end=end):
            return [start.isoformat(), end.isoformat()]
        case After(cursor=cursor):
            return [_AFTER, cursor]


def part_of(kept: Stored) -> Part:
    """Return the part that was kept."""
    first, second = kept
    return After(cursor=second) if first == _AFTER else Window(start=_day(first), end=_day(second))


def months_of(kept: Sequence[Stored], *, through: date) -> set[Month]:
    """Return the months that windows hold, up to the one with a day: what is dated ahead counts as none."""
    found: set[Month] = set()
    for each in kept:
        match part_of(each):
            case Window(start=start, end=end):
                found |= set(Month.of(start).until(Month.of(end - timedelta(days=1)) + 1))
            case After():
                pass
    return {month for month in found if month.start <= through}


def is_numbered(kept: Sequence[Stored]) -> bool:
    """Whether a numbered feed is read."""
    return any(isinstance(part_of(each), After) for each in kept)


def in_words(part: Part) -> str:
    """Return what is read, as it stands after "Reading"."""
    if isinstance(part, After):
        number = part.cursor.partition(" ")[0]  # what follows is the provider's own
        return f"what was posted after number {number}" if number else "every posting in its order"
    first, last = Month.of(part.start), Month.of(part.end - timedelta(days=1))
    return f"{part.start:%B %Y}" if first == last else f"{part.start:%B %Y} to {last.start:%B %Y}"


def _day(text: str) -> date:
    return date.fromisoformat(text)
